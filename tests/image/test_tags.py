from fractions import Fraction

from lookdev.image.frame import Attribute
from lookdev.image.tags import WORKING_TAGS, as_data, with_rate

REEL = Attribute("reelName", "string", "A001")


def test_the_rate_takes_the_place_of_every_other() -> None:
    header = (
        Attribute("FramesPerSecond", "rational", (24, 1)),
        REEL,
        Attribute("framesPerSecond", "float", 24.0),
    )
    rate = Attribute("framesPerSecond", "rational", (24000, 1001))
    assert with_rate(header, Fraction(24000, 1001)) == (REEL, rate)
    assert with_rate((), Fraction(25))[0].value == (25, 1)


def test_data_says_nothing_of_colour() -> None:
    others = (
        Attribute("adoptedNeutral", "float2", (0.3, 0.3)),
        Attribute("whiteLuminance", "float", 100.0),
    )
    assert as_data((*WORKING_TAGS, REEL, *others)) == (REEL,)
