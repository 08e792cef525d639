"""What a run cost, measured and entered into the show's ledger."""

import logging
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import torch

from lookdev.errors import LedgerError, LookdevError
from lookdev.generate.catalogue import model_files
from lookdev.render.session import Session
from lookdev.spec.digest import digest
from lookdev.spec.event import Energy, Run
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look
from lookdev.spec.user import this_user
from lookdev.store.energy import Meter
from lookdev.store.ledger import Ledger

log = logging.getLogger(__name__)

What = Literal["explore", "draft", "wedge", "still", "final", "approve", "rebuild"]

Lost = Callable[[LedgerError], None]


class CancelledError(Exception):
    """Raised by who no longer wants a run; the ledger calls it cancelled, not failed."""


@contextmanager
def recorded(
    session: Session,
    shot_file: ShotFile,
    look: Look,
    *,
    what: What,
    look_name: str | None,
    frames: Sequence[int],
    who: str | None = None,
    lost: Lost | None = None,
) -> Iterator[None]:
    """Measure what the block does with the session, and enter it as one event when it ends.

    However it ends: done, cancelled (by `CancelledError`, an interrupt, or a generator that was
    closed) or failed, whose exception goes on. A block of `explore` in which no network ran is
    not an event: a picture from the cache is no run.

    Args:
        session: What renders; only one block of a session is measured at a time.
        shot_file: The shot.
        look: What is rendered.
        what: The kind of run.
        look_name: Name and version, where it has them.
        frames: Absolute frame numbers.
        who: The user; of this process if None.
        lost: Told of an event that could not be entered, so that the work goes on; without it,
            nothing is begun with a ledger that cannot be written.

    Raises:
        LedgerError: The ledger cannot be written, and there is no `lost`.
    """
    ledger = _ledger(Ledger.open(session.folder).path)
    if lost is None:
        ledger.prepare()
    asked = _Asked(shot_file, look, what, look_name, tuple(frames), who or this_user())
    measure, outcome = _Measure(session), "done"
    failure: BaseException | None = None
    try:
        yield
    except BaseException as error:
        outcome, failure = _outcome(error), error
        raise
    finally:
        if what != "explore" or measure.evaluations or failure is not None:
            _enter(ledger, measure.event(asked, outcome), lost, failure)


@dataclass(frozen=True)
class _Asked:
    """What is run, for whom."""

    shot_file: ShotFile
    look: Look
    what: What
    look_name: str | None
    frames: tuple[int, ...]
    who: str


class _Measure:
    """Clocks and counters, from the beginning of a run.

    Seconds are the wall's. The device's are those less the loading of models: networks, blends and
    the writing of frames together, on the processor as on a GPU, which is waited for.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        watts = session.folder.show.rates.watts if session.folder.show.rates else None
        self._gpu, self._device = _device(session.device)
        self._synchronise()
        self._evaluations = session.elements.evaluations
        self._load_seconds = session.elements.load_seconds
        self._meter = Meter(gpu=self._gpu, watts=watts)
        self._started = time.perf_counter()

    @property
    def evaluations(self) -> int:
        """Network evaluations since then."""
        return self._session.elements.evaluations - self._evaluations

    def event(self, asked: _Asked, outcome: str) -> Run:
        """The event, with what was spent until now."""
        wall, device, energy = self._spent()
        shot = asked.shot_file.shot
        return Run(
            who=asked.who,
            shot=f"{shot.sequence}/{shot.shot}",
            what=asked.what,
            look=asked.look_name,
            look_digest=digest(asked.look),
            models=_models(asked.shot_file, asked.look),
            frames=asked.frames,
            evaluations=self.evaluations,
            wall_seconds=round(wall, 6),
            device_seconds=round(device, 6),
            device=self._device,
            energy=energy,
            outcome=outcome,
            cached=outcome == "done" and not self.evaluations,
        )

    def _spent(self) -> tuple[float, float, Energy]:
        self._synchronise()
        wall = time.perf_counter() - self._started
        loading = self._session.elements.load_seconds - self._load_seconds
        device = max(0.0, wall - loading)
        return wall, device, self._meter.read(device)

    def _synchronise(self) -> None:
        """Wait for a GPU, which works on while the program goes on."""
        if self._gpu is not None:
            with suppress(RuntimeError):  # a GPU that has failed: the run's own error says so
                torch.cuda.synchronize(self._session.device)


def _enter(ledger: Ledger, event: Run, lost: Lost | None, failure: BaseException | None) -> None:
    try:
        ledger.append(event)
    except LedgerError as error:
        if lost is not None:
            lost(error)
        elif failure is not None:  # which goes on: it is what the person must act upon first
            log.warning("%s", error)
        else:
            raise


def _outcome(error: BaseException) -> str:
    if isinstance(error, CancelledError | KeyboardInterrupt | GeneratorExit):
        return "cancelled"
    said = str(error) if isinstance(error, LookdevError) else f"{type(error).__name__}: {error}"
    sentence = "".join(letter if letter.isprintable() else " " for letter in said)
    return f"failed: {sentence[:480]}"


def _models(shot_file: ShotFile, look: Look) -> dict[str, str]:
    """Digests of the models' files; without those that cannot be used: their run has failed."""
    found = {}
    for name in {name for layer in look.shown for _, _, name in layer.cards()}:
        try:
            found[name] = model_files(shot_file.folder, name).digest
        except LookdevError as error:
            log.debug("%s", error)
    return found


def _device(device: str) -> tuple[str | None, str]:
    """UUID of the GPU as NVML has it (None for the processor), and what the device is called."""
    if device.startswith("cuda"):
        properties = torch.cuda.get_device_properties(device)
        return f"GPU-{properties.uuid}", f"{device}: {properties.name}"
    return None, f"{device}: {platform.machine()}, {torch.get_num_threads()} threads"


@lru_cache(maxsize=8)
def _ledger(path: Path) -> Ledger:
    """One connection a process and ledger, kept open: opening costs more than an event."""
    return Ledger.at(path)
