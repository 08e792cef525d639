"""What decides colours: config, the files that it reads, show LUT and view, by content."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import PyOpenColorIO as ocio

from lookdev.image.colour import Colour, open_colour
from lookdev.spec.digest import digest_of
from lookdev.spec.files import sha256
from lookdev.spec.folder import ShowFolder

_VARIABLE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)|%([A-Za-z_][A-Za-z0-9_]*)%")
"""`$SHOT`, `${SHOT}` or `%SHOT%`, as OpenColorIO reads them."""

_DIRECTIONS = {
    "colour space": (ocio.COLORSPACE_DIR_TO_REFERENCE, ocio.COLORSPACE_DIR_FROM_REFERENCE),
    "view": (ocio.VIEWTRANSFORM_DIR_TO_REFERENCE, ocio.VIEWTRANSFORM_DIR_FROM_REFERENCE),
    "named": (ocio.TRANSFORM_DIR_FORWARD, ocio.TRANSFORM_DIR_INVERSE),
}


def colour_digest(folder: ShowFolder) -> str:
    """SHA-256 (hex) of config, its LUTs, show LUT, display and view.

    A config that is a file is read anew. OpenColorIO's own cache id is not enough: it stays the
    same where a LUT that the config names gets another content.

    Raises:
        SpecError: The config cannot be used, or the show LUT is missing.
    """
    viewing, name = folder.viewing, folder.ocio_config
    built_in = name.startswith("ocio://")
    colour = open_colour(name) if built_in else Colour(name)
    return digest_of(
        {
            "config": _built_in(name) if built_in else _config(name),
            "lut": colour.identity(viewing)["lut"],
            "display": viewing.display,
            "view": viewing.view,
        }
    )


@lru_cache(maxsize=4)
def _built_in(name: str) -> str:
    return _config(name)


def _config(name: str) -> str:
    """Of what the config says (comments left out) and of each file it names."""
    config = ocio.Config.CreateFromFile(name)
    files = {source: _content(config, source) for source in sorted(set(_sources(config)))}
    text = config.serialize()
    archive = sha256(Path(name)) if name.endswith(".ocioz") else ""
    return digest_of(
        {"text": text, "files": files, "archive": archive, "variables": _variables(config, text)}
    )


def _variables(config: Any, text: str) -> dict[str, str]:
    """What the variables in its text stand for now: the environment may say."""
    context = config.getCurrentContext()
    names = sorted({first or second for first, second in _VARIABLE.findall(text)})
    return {name: str(context.resolveStringVar(f"${{{name}}}")) for name in names}


def _content(config: Any, source: str) -> str:
    """SHA-256 of a file that a config names; empty where it finds none."""
    try:
        return sha256(Path(config.getCurrentContext().resolveFileLocation(source)))
    except (ocio.Exception, ocio.ExceptionMissingFile, OSError):
        return ""


def _sources(config: Any) -> Iterator[str]:
    for transform in _transforms(config):
        yield from _files(transform)


def _transforms(config: Any) -> Iterator[Any]:
    spaces = config.getColorSpaceNames(ocio.SEARCH_REFERENCE_SPACE_ALL, ocio.COLORSPACE_ALL)
    named = config.getNamedTransformNames(ocio.NAMEDTRANSFORM_ALL)
    holders = {
        "colour space": [config.getColorSpace(one) for one in spaces],
        "view": [config.getViewTransform(one) for one in config.getViewTransformNames()],
        "named": [config.getNamedTransform(one) for one in named],
    }
    for kind, found in holders.items():
        yield from (one.getTransform(way) for one in found for way in _DIRECTIONS[kind])
    for name in config.getLookNames():
        look = config.getLook(name)
        yield from (look.getTransform(), look.getInverseTransform())


def _files(transform: Any) -> Iterator[str]:
    if isinstance(transform, ocio.FileTransform):
        yield transform.getSrc()
    elif isinstance(transform, ocio.GroupTransform):
        for inner in transform:
            yield from _files(inner)
