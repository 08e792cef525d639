"""Every meter there is."""

from lookdev.qc.grain import Grain
from lookdev.qc.integrity import Integrity
from lookdev.qc.over_time import meters_of_time
from lookdev.qc.seam import Seam
from lookdev.qc.seen import Meter


def all_meters() -> tuple[Meter, ...]:
    """New meters, which have seen no frame yet."""
    return Integrity(), *meters_of_time(), Seam(), Grain()
