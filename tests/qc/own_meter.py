"""A meter of the tests' own: what it will say is known beforehand."""

from collections.abc import Iterable, Mapping

from lookdev.qc.seen import Seen
from lookdev.spec.qc import Meter as Name
from lookdev.spec.qc import Reading


class Said:
    """Says what it is told to say of each frame."""

    def __init__(self, meter: Name, values: Mapping[int, float], layer: str = "snow") -> None:
        self.meter, self.values, self.layer = meter, values, layer
        self.seen: list[int] = []

    def see(self, seen: Seen) -> Iterable[Reading]:
        self.seen.append(seen.number)
        if seen.number in self.values:
            value = self.values[seen.number]
            yield Reading(meter=self.meter, frame=seen.number, layer=self.layer, value=value)
