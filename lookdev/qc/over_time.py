"""The meters of time, which share what they measure of two frames in a row."""

from lookdev.qc.boil import Boil
from lookdev.qc.flicker import Flicker
from lookdev.qc.frozen import Frozen
from lookdev.qc.moved import Pairs
from lookdev.qc.seen import Meter
from lookdev.qc.steady import Steady, Sticking


def meters_of_time() -> tuple[Meter, ...]:
    """New meters of warping, sticking, flicker, boil and frozen frames."""
    pairs = Pairs()
    return Steady(pairs), Sticking(pairs), Flicker(pairs), Boil(pairs), Frozen(pairs)
