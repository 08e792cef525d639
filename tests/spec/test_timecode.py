from fractions import Fraction

import pytest

from lookdev.spec.timecode import timecode_at

FILM, NTSC = Fraction(24000, 1001), Fraction(30000, 1001)


@pytest.mark.parametrize(
    ("first", "frames", "rate", "label"),
    [
        ("01:00:00:00", 0, Fraction(24), "01:00:00:00"),
        ("01:00:00:23", 1, FILM, "01:00:01:00"),
        ("23:59:59:24", 1, Fraction(25), "00:00:00:00"),
        ("00:00:59;29", 1, NTSC, "00:01:00;02"),
        ("00:09:59;29", 1, NTSC, "00:10:00;00"),
        ("00:01:00;02", 1798, NTSC, "00:02:00;02"),
        ("00:00:00;00", 17982, NTSC, "00:10:00;00"),
        ("00:00:00;00", 107892, NTSC, "01:00:00;00"),
        ("00:00:59;59", 1, 2 * NTSC, "00:01:00;04"),
        ("23:59:59;29", 1, NTSC, "00:00:00;00"),
        ("", 5, FILM, None),
        ("1:2:3", 5, FILM, None),
    ],
)
def test_labels_count_as_the_standard_says(
    first: str, frames: int, rate: Fraction, label: str | None
) -> None:
    assert timecode_at(first, frames, rate) == label
