"""QC of a delivery or a look: every meter over every frame, and the gates that the show sets."""

import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from lookdev.errors import DeliveryError
from lookdev.qc.frames import frames_of
from lookdev.qc.gates import failures
from lookdev.qc.meters import all_meters
from lookdev.qc.seen import Meter, Seen
from lookdev.render import Session
from lookdev.spec.qc import Gates, QcReport, Reading

Say = Callable[[str], None]


def qc(
    target: str | Path,
    *,
    frames: str | None = None,
    session: Session | None = None,
    say: Say = print,
) -> QcReport:
    """Measure a finished delivery from its files, or a look by rendering it.

    Both give the same readings: a look is rounded to half as it would be delivered. Frames are gone
    through one by one, so memory does not grow with the range. Meters of time compare a frame with
    the one before it, and say nothing of a frame whose neighbour is not among `frames`.

    Args:
        target: A delivery's folder; or a look's file, or `sequence/shot/name_v003`.
        frames: `1001-1010`; all that were delivered, or the shot's range, if None.
        session: Renders a look; a new one if None. A delivery needs none.
        say: Called with a line for each frame.

    Returns:
        Every reading, and the gates of `show.yaml` that are not passed, each with a sentence.

    Raises:
        DeliveryError: The folder holds no finished delivery, or its look, shot or plate changed
            since; or a frame is not in it.
        LookdevError: The look cannot be rendered, or a file cannot be read.
    """
    found = frames_of(target, frames=frames, session=session)
    gates = found.look_file.folder.show.gates
    return measure(found, target=found.target, gates=gates, total=len(found.numbers), say=say)


def measure(
    seens: Iterable[Seen],
    *,
    target: str,
    gates: Gates,
    meters: Sequence[Meter] | None = None,
    total: int | None = None,
    say: Say = print,
) -> QcReport:
    """Measure frames of one shot, in order.

    Args:
        seens: The frames.
        target: What they are of, for the report.
        gates: The most that passes.
        meters: New ones; every meter there is if None.
        total: How many frames there are, for progress.
        say: Called with a line for each frame.

    Raises:
        DeliveryError: There is no frame.
    """
    measuring, started = Measuring(meters), time.perf_counter()
    for seen in seens:
        measuring.see(seen)
        now = time.perf_counter()
        of = f" ({measuring.count} of {total})" if total else ""
        say(f"qc: frame {seen.number}{of}: {now - started:.1f} s")
        started = now
    return measuring.report(target, gates)


class Measuring:
    """Frames that are measured as they come."""

    def __init__(self, meters: Sequence[Meter] | None = None) -> None:
        """Begin, with every meter there is unless others are given."""
        self._meters = all_meters() if meters is None else tuple(meters)
        self._readings: list[Reading] = []
        self._frames: list[int] = []
        self._shot: tuple[str, str] | None = None

    @property
    def count(self) -> int:
        """How many frames it has seen."""
        return len(self._frames)

    def see(self, seen: Seen) -> None:
        """Measure the next frame of the range."""
        shot = seen.shot_file.shot
        self._shot = shot.sequence, shot.shot
        self._frames.append(seen.number)
        for meter in self._meters:
            self._readings.extend(meter.see(seen))

    def report(self, target: str, gates: Gates) -> QcReport:
        """What was measured so far, held against the gates.

        Raises:
            DeliveryError: No frame was measured.
        """
        if self._shot is None:
            raise DeliveryError(f"{target}: has no frame to measure")
        return QcReport(
            format="qc/1",
            target=target,
            sequence=self._shot[0],
            shot=self._shot[1],
            frames=tuple(self._frames),
            gates=gates,
            readings=tuple(self._readings),
            failures=failures(self._readings, gates),
        )
