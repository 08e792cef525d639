"""A show: what its shots have in common."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from lookdev.spec.base import Name, Rate, Spec

STUDIO_CONFIG = "ocio://studio-config-v4.0.0_aces-v2.0_ocio-v2.5"
"""OpenColorIO's built-in ACES studio config: used where neither the show nor $OCIO names one."""


_TEMPLATE = (
    r"([A-Za-z0-9_-]|\{sequence\}|\{shot\}|\{look\})*"
    r"\{delivery(:0[1-6]d)?\}[A-Za-z0-9_-]*"
)


def _is_template(text: str) -> str:
    if not re.fullmatch(_TEMPLATE, text):
        raise ValueError(
            "it may hold letters, digits, _, -, {sequence}, {shot} and {look}, "
            "and {delivery} or {delivery:03d} once, as the last of them"
        )
    return text


class Viewing(Spec):
    """How pictures are shown: viewer, sheets and movies; never delivered EXR."""

    display: str = "sRGB - Display"
    view: str = "ACES 2.0 - SDR 100 nits (Rec.709)"
    lut: str | None = None
    """The show LUT (a look transform from ACEScct to ACEScct), as a path."""


class Naming(Spec):
    """Templates of names."""

    delivery: Annotated[
        str,
        AfterValidator(_is_template),
        Field(json_schema_extra={"pattern": f"^({_TEMPLATE})$"}),
    ] = "{shot}_{look}_v{delivery:03d}"
    """Folder and file name of a delivery: {sequence}, {shot}, {look}, {delivery}."""


class Root(Spec):
    """A place outside the show, by operating system."""

    linux: str
    darwin: str | None = None
    windows: str | None = None


class CacheParams(Spec):
    """The element cache: everything in it can be made again."""

    path: str = ".lookdev/cache"
    """Relative to the show, or absolute for a disk that is shared by shows."""
    gigabytes: Annotated[float, Field(gt=0, le=100_000)] = 20.0
    """Above this the least recently used entries go."""


class Show(Spec):
    """One show."""

    format: Literal["show/1"]
    name: Name
    fps: Rate | None = None
    """Taken by ingest where neither the person nor the header says."""
    ocio: str | None = None
    """OCIO config: a path or `ocio://` name; else $OCIO, else the built-in studio config."""
    viewing: Viewing = Viewing()
    naming: Naming = Naming()
    roots: dict[Name, Root] = {}
    compression: Literal["zip", "piz"] = "zip"
    """Of delivered EXR; both are lossless."""
    cache: CacheParams = CacheParams()
