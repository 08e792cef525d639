"""Render a final: the show's `final.ipynb`, executed headlessly by papermill.

papermill's own word is not enough: a killed kernel leaves cells that say `completed`. Success is
the frames on disk, held against the plan.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import cast

from lookdev import errors
from lookdev.approve.approval_file import ApprovalFile
from lookdev.approve.notebook import NOTEBOOK
from lookdev.approve.trust import require_trusted
from lookdev.attest.keys import PrivateKey
from lookdev.errors import DeliveryError, LookdevError, TrustError
from lookdev.finals import parameters
from lookdev.finals.credentials import check_credentials
from lookdev.finals.executed import without_places
from lookdev.finals.finish import finish, require_sealed
from lookdev.finals.hold import begun, held
from lookdev.finals.plan import EXECUTED, Plan, delivery_folder, make_plan, open_source
from lookdev.finals.records import read_record, require_same, verified
from lookdev.spec.draft import utc_now
from lookdev.spec.folder import LookFile


def render(
    look: str,
    *,
    out: Path,
    frames: str | None = None,
    new_version: bool = False,
    key: PrivateKey | None = None,
    say: Callable[[str], None] | None = None,
) -> Plan:
    """Deliver an approval, or a draft of a look, by executing the show's `final.ipynb`.

    A finished delivery is sealed: every file and frame in one signed statement. That happens here
    and not in the notebook, whose own record is one of the files. Only what was rendered here is
    signed: a delivery that plain papermill finished stays unsealed.

    Args:
        look: An approval (its file, or `sequence/shot/toxic_v003_a001`); or a look, for a draft.
        out: Where deliveries go; this one gets a folder of its own there, by the naming template.
        frames: `1001-1024`; the shot's whole range if None.
        new_version: Make the next version, whatever is there.
        key: Seals the delivery; the show must trust its public half. A draft may go without, an
            approval may not.
        say: Called with each line of progress.

    Raises:
        LookdevError: One sentence; frames that were finished stay, and are kept by the next run.
    """
    say = say or (lambda _line: None)
    source = open_source(look)
    folder = delivery_folder(source, out, new_version=new_version)
    _require_key(source, key)
    plan = make_plan(look, frames=frames, folder=folder)
    check_credentials(plan.look_file.folder)
    notebook = plan.look_file.folder.root / NOTEBOOK
    if not notebook.is_file():
        raise DeliveryError(f"{notebook}: is missing; `lookdev init` puts it into a show")
    with held(folder):
        identity, record = begun(plan)
    is_new = record is None
    if is_new:
        _execute(notebook, plan, say)
        record = read_record(folder)
    if record is None:
        raise DeliveryError(
            f"{folder}: the notebook ended without a finished delivery; "
            "run the same command again, finished frames are kept"
        )
    require_same(record.identity, identity, folder)
    verified(plan, record)
    if is_new:
        without_places(plan)
        finish(plan, record, key=key, say=say)
    else:
        require_sealed(plan, key=key)
    return plan


def _require_key(source: LookFile | ApprovalFile, key: PrivateKey | None) -> None:
    """Before anything is rendered: an approved delivery is sealed by a key that the show trusts."""
    is_approved = isinstance(source, ApprovalFile)
    folder = source.look_file.folder if isinstance(source, ApprovalFile) else source.folder
    if key is not None:
        require_trusted(folder, key.public, to="deliver", at=utc_now(), where="this key")
    elif is_approved:
        raise TrustError(
            f"{source.path}: an approved delivery is signed; give --key, or make a key with "
            "`lookdev keys new`"
        )


def _execute(notebook: Path, plan: Plan, say: Callable[[str], None]) -> None:
    papermill = _papermill()
    from nbclient.exceptions import DeadKernelError

    from lookdev.finals.kernel import LocalKernel

    try:
        papermill.execute_notebook(
            _literal(notebook),
            _literal(plan.folder / EXECUTED),
            parameters=parameters.of(plan),
            progress_bar=False,
            stdout_file=_Lines(say),
            cwd=str(plan.look_file.folder.root),
            kernel_manager_class=LocalKernel,
            shutdown_kernel="immediate",  # all it made is in files; tidying up takes it seconds
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


def _papermill() -> ModuleType:
    """The library, two seconds sooner.

    jsonschema, with which it reads notebooks, would build a grammar of internationalised addresses,
    if it can; no notebook's schema asks for one.
    """
    grammar = "rfc3987_syntax"
    modules = cast("dict[str, ModuleType | None]", sys.modules)
    modules.setdefault(grammar, None)  # which is as if it were not installed
    try:
        return import_module("papermill")
    finally:
        if modules.get(grammar) is None:
            modules.pop(grammar, None)


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
