"""How much is measured."""

from dataclasses import dataclass, field

from lookdev.mini.evaluation.classifier import Lesson


@dataclass(frozen=True)
class Settings:
    """Counts and sizes of a run; the figures of the report need the usual ones.

    Attributes:
        pictures: Elements in a set whose patches are compared.
        sets: Such sets of a kind that are made, and one more that is real.
        many: Elements of a kind that are made in many steps as well.
        flaky: Elements of a kind whose flakes are counted.
        size: Pixels each way of those.
        seeds: Of each figure of obedience.
        pairs: Pairs of frames of a kind whose flicker is measured.
        strips: Strips of a kind that are searched for periods.
        strip: Their height and width.
        squares: Pictures of a kind whose spectrum is measured.
        square: Pixels each way of those, at least 256.
        period: Pixels each way of the crops it was trained on.
        reach: Pixels around a pixel on which its value may depend.
        lesson: Of the judge of kinds.
        timed: Whether large pictures are timed.
        shown: Pixels each way of the sheet's pictures.
    """

    pictures: int = 128
    sets: int = 2
    many: int = 24
    flaky: int = 32
    size: int = 128
    seeds: int = 200
    pairs: int = 16
    strips: int = 4
    strip: tuple[int, int] = (256, 2048)
    squares: int = 32
    square: int = 512
    period: int = 160
    reach: int = 480
    lesson: Lesson = field(default_factory=Lesson)
    timed: bool = True
    shown: int = 192


QUICK = Settings(
    pictures=6,
    sets=2,
    many=4,
    flaky=4,
    size=96,
    seeds=14,
    pairs=2,
    strips=1,
    strip=(128, 512),
    squares=2,
    square=256,
    reach=96,
    lesson=Lesson(scenes=8, rounds=2, examined=4),
    timed=False,
    shown=64,
)
"""Enough to see that everything runs; its figures are noise."""
