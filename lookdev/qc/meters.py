"""Every meter there is."""

from lookdev.qc.grain import Grain
from lookdev.qc.integrity import Integrity
from lookdev.qc.levels import Levels
from lookdev.qc.over_time import meters_of_time
from lookdev.qc.palette import Palette
from lookdev.qc.seam import Seam
from lookdev.qc.seen import Meter
from lookdev.qc.spectrum import Slope


def all_meters() -> tuple[Meter, ...]:
    """New meters, which have seen no frame yet."""
    return Integrity(), *meters_of_time(), Seam(), Grain(), Levels(), Slope(), Palette()
