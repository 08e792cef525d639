"""What a plate's header says of itself: rate, timecode and colour space."""

from collections.abc import Sequence
from fractions import Fraction

from lookdev.image.colour import Colour
from lookdev.image.exr import Header
from lookdev.image.frame import Attribute

_RED_GREEN_BLUE_WHITE = {  # CIE xy, as published with each space
    "ACEScg": (0.713, 0.293, 0.165, 0.830, 0.128, 0.044, 0.32168, 0.33767),
    "ACES2065-1": (0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767),
    "Linear Rec.709 (sRGB)": (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290),
    "Linear Rec.2020": (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290),
    "Linear P3-D65": (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290),
}
_INTEROP = {  # the Color Interop Forum's identifiers
    "lin_ap1_scene": "ACEScg",
    "lin_ap0_scene": "ACES2065-1",
    "lin_rec709_scene": "Linear Rec.709 (sRGB)",
    "lin_rec2020_scene": "Linear Rec.2020",
    "lin_p3d65_scene": "Linear P3-D65",
}
_NO_COLOUR = ("data", "unknown", "raw")
_ABOUT_COLOUR = {"chromaticities", "colorinteropid", "adoptedneutral", "whiteluminance"}

WORKING_TAGS = (
    Attribute("chromaticities", "float[8]", _RED_GREEN_BLUE_WHITE["ACEScg"]),
    Attribute("colorInteropID", "string", "lin_ap1_scene"),
)
"""What our own ACEScg files say of themselves."""


def rate_of(header: Header) -> Fraction | None:
    """`framesPerSecond`, exactly; None where it is absent or no rate."""
    value = header.get("framesPerSecond")
    if not (isinstance(value, Sequence) and len(value) == 2 and value[1] > 0):
        return None
    rate = Fraction(int(value[0]), int(value[1]))
    return rate if 0 < rate <= 1000 else None


def with_rate(header: tuple[Attribute, ...], fps: Fraction) -> tuple[Attribute, ...]:
    """The header with this rate, exactly, in place of what it says (`FramesPerSecond` too)."""
    rate = Attribute("framesPerSecond", "rational", fps.as_integer_ratio())
    return (*_without(header, {"framespersecond"}), rate)


def as_data(header: tuple[Attribute, ...]) -> tuple[Attribute, ...]:
    """The header of a file that holds no colour, such as a matte: nothing said of colour."""
    return _without(header, _ABOUT_COLOUR)


def timecode_of(header: Header) -> str | None:
    """SMPTE 12M timecode as HH:MM:SS:FF, or HH:MM:SS;FF for drop-frame."""
    value = header.get("smpte:TimeCode")
    if not (isinstance(value, Sequence) and len(value) == 2):
        return None
    word = int(value[0])
    frames, seconds, minutes, hours = (
        (word >> shift & 0xF) + 10 * (word >> (shift + 4) & tens)
        for shift, tens in ((0, 3), (8, 7), (16, 7), (24, 3))
    )
    drops = ";" if word >> 6 & 1 else ":"
    return f"{hours:02}:{minutes:02}:{seconds:02}{drops}{frames:02}"


def colourspace_of(header: Header, colour: Colour) -> tuple[str, str] | None:
    """The colour space that the header states, and the attribute that states it.

    `colorInteropID` is believed first; else `chromaticities` (within 1e-3 of a known set; EXR is
    scene-linear by its standard) and `acesImageContainerFlag`, unless they contradict each other.
    OpenImageIO's own `oiio:ColorSpace` is a guess and never asked. None where nothing is stated, or
    where the config does not know it.
    """
    interop = header.get("colorInteropID")
    if interop is not None:
        name = None if interop in _NO_COLOUR else _INTEROP.get(interop, interop)
        return (name, "colorInteropID") if name is not None and colour.has(name) else None
    stated = {}
    if header.get("chromaticities") is not None:
        stated["chromaticities"] = _with_primaries(header.get("chromaticities"))
    if header.get("acesImageContainerFlag") == 1:
        stated["acesImageContainerFlag"] = "ACES2065-1"
    if len(set(stated.values())) != 1:
        return None
    attribute, space = stated.popitem()
    return (space, attribute) if space is not None and colour.has(space) else None


def _with_primaries(chromaticities: Sequence[float]) -> str | None:
    for name, known in _RED_GREEN_BLUE_WHITE.items():
        if all(abs(a - b) <= 1e-3 for a, b in zip(chromaticities, known, strict=True)):
            return name
    return None


def _without(header: tuple[Attribute, ...], names: set[str]) -> tuple[Attribute, ...]:
    return tuple(a for a in header if a.name.lower() not in names)
