"""Render a final: the show's `final.ipynb`, executed headlessly by papermill.

papermill's own word is not enough: a killed kernel leaves cells that say `completed`. Success is
the frames on disk, held against the plan.
"""

from collections.abc import Callable
from pathlib import Path

from lookdev import errors
from lookdev.errors import DeliveryError, LookdevError
from lookdev.finals import parameters
from lookdev.finals.hold import begun, held
from lookdev.finals.plan import Plan, delivery_folder, make_plan
from lookdev.finals.records import read_record, require_same, verified
from lookdev.spec.folder import LookFile

NOTEBOOK = "notebooks/final.ipynb"


def render(
    look: str,
    *,
    out: Path,
    frames: str | None = None,
    new_version: bool = False,
    say: Callable[[str], None] | None = None,
) -> Plan:
    """Deliver a look by executing the show's `final.ipynb`; returns what was delivered.

    Args:
        look: A look's file, or `sequence/shot/name_v003`.
        out: Where deliveries go; this one gets a folder of its own there, by the naming template.
        frames: `1001-1024`; the shot's whole range if None.
        new_version: Make the next version, whatever is there.
        say: Called with each line of progress.

    Raises:
        LookdevError: One sentence; frames that were finished stay, and are kept by the next run.
    """
    folder = delivery_folder(LookFile.open(look), out, new_version=new_version)
    plan = make_plan(look, frames=frames, folder=folder)
    notebook = plan.look_file.folder.root / NOTEBOOK
    if not notebook.is_file():
        raise DeliveryError(f"{notebook}: is missing; `lookdev init` puts it into a show")
    with held(folder):
        identity, record = begun(plan)
    if record is None:
        _execute(notebook, plan, say or (lambda _line: None))
        record = read_record(folder)
    if record is None:
        raise DeliveryError(
            f"{folder}: the notebook ended without a finished delivery; "
            "run the same command again, finished frames are kept"
        )
    require_same(record.identity, identity, folder)
    verified(plan, record)
    return plan


def _execute(notebook: Path, plan: Plan, say: Callable[[str], None]) -> None:
    import papermill
    from nbclient.exceptions import DeadKernelError

    from lookdev.finals.kernel import LocalKernel

    try:
        papermill.execute_notebook(
            _literal(notebook),
            _literal(plan.folder / "final.ipynb"),
            parameters=parameters.of(plan),
            progress_bar=False,
            stdout_file=_Lines(say),
            cwd=str(plan.look_file.folder.root),
            kernel_manager_class=LocalKernel,
        )
    except papermill.PapermillExecutionError as error:
        raise _as_our_own(error) from error
    except (DeadKernelError, RuntimeError) as error:
        raise DeliveryError(
            f"{plan.folder}: the kernel died ({str(error).splitlines()[0]}); "
            "run the same command again, finished frames are kept"
        ) from error
    except OSError as error:
        raise DeliveryError(f"{plan.folder}: cannot be written: {error}") from error


def _literal(path: Path) -> str:
    """A path as papermill takes it: it fills in what stands in braces."""
    return str(path).replace("{", "{{").replace("}", "}}")


def _as_our_own(error: Exception) -> LookdevError:
    """The error that a cell raised, with its sentence, as if it had been raised here."""
    name, sentence = getattr(error, "ename", ""), getattr(error, "evalue", str(error))
    kind = getattr(errors, name, None)
    if isinstance(kind, type) and issubclass(kind, LookdevError):
        return kind(sentence)
    return DeliveryError(f"final.ipynb failed with {name}: {sentence}")


class _Lines:
    """A writable that hands over whole lines."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._rest = ""

    def write(self, text: str) -> int:
        """Take any piece of output."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._say(line)
        return len(text)

    def flush(self) -> None:
        """Nothing is held back but the last, unfinished line."""
