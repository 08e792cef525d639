"""Header attributes on their way through OpenImageIO: what is carried over, and what is lost."""

import logging
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import OpenImageIO as oiio

from lookdev.image.frame import Attribute

_LOG = logging.getLogger(__name__)

_OWN = frozenset(  # what OpenImageIO reports of the file itself, and what we write ourselves
    {
        "acesImageContainerFlag",  # asks for no compression, which a delivery does not have
        "compression",
        "capDate",
        "DateTime",
        "PixelAspectRatio",
        "screenWindowCenter",
        "screenWindowWidth",
        "dataWindow",
        "displayWindow",
        "chunkCount",
        "multiView",
        "view",
        "name",
        "type",
        "version",
    }
)
_INVENTED = ("oiio:", "openexr:")

_SET_AS = {  # kinds that OpenImageIO reads from EXR, but takes from Python under another name only
    "vector2i": "int[2]",
    "vectori": "int[3]",
    "vector2i[2]": "box2i",
}
_SET_AS_FLOAT = {  # and those of 64 bits, which it does not take at all
    "double": "float",
    "vector2d": "float2",
    "vectord": "vector",
    "matrix33d": "matrix33",
    "matrixd": "matrix",
}


def attributes_of(spec: Any) -> tuple[Attribute, ...]:
    """Everything that a header says, less what OpenImageIO invents."""
    return tuple(
        Attribute(a.name, str(a.type), a.value)
        for a in spec.extra_attribs
        if not a.name.startswith(_INVENTED)
    )


def carry(header: Iterable[Attribute], spec: Any) -> None:
    """Set the attributes on the `ImageSpec` of a file, as well as OpenImageIO can.

    Those of the file itself (compression, windows, date) are left out: it has its own.
    """
    for attribute in _carried(header):
        kind = _SET_AS.get(attribute.kind) or _SET_AS_FLOAT.get(attribute.kind, attribute.kind)
        if attribute.value is not None:
            spec.attribute(attribute.name, oiio.TypeDesc(kind), attribute.value)


def report_lost(header: Iterable[Attribute], spec: Any, path: Path) -> None:
    """Log what `header` says and the written file's `spec` does not, once for each folder.

    That is rare: values that no standard type of EXR holds (a vendor's own), another format's
    fields (`dpx:...`), and 64-bit numbers that 32 bits do not hold exactly. None of it changes a
    pixel, so that the file is good without.
    """
    there = {a.name.lower() for a in spec.extra_attribs}
    for attribute in _carried(header):
        if attribute.name.lower() not in there:
            _warn_once(path.parent, attribute.name, attribute.kind, "cannot be written to EXR")
        elif attribute.kind in _SET_AS_FLOAT and not _fits_float(attribute.value):
            _warn_once(path.parent, attribute.name, attribute.kind, "is rounded to 32 bits")


def _carried(header: Iterable[Attribute]) -> Iterator[Attribute]:
    return (a for a in header if a.name not in _OWN and not a.name.startswith(_INVENTED))


def _fits_float(value: Any) -> bool:
    wide = np.asarray(value, np.float64)
    with np.errstate(over="ignore"):
        return bool((wide.astype(np.float32) == wide).all())


@lru_cache(1024)
def _warn_once(folder: Path, name: str, kind: str, what: str) -> None:
    _LOG.warning("%s: the plate's header attribute %s (%s) %s", folder, name, kind, what)
