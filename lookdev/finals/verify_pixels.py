"""Decode delivered comps, and hold their pixels against what was signed."""

from collections.abc import Mapping
from pathlib import Path

from lookdev.errors import LookdevError
from lookdev.finals.verify_hash import Progress
from lookdev.finals.verify_walk import place
from lookdev.image import exr
from lookdev.image.pixels import pixel_hash

_ORDER = "RGBA"


def decoded(
    folder: Path,
    files: Mapping[str, str],
    signed: Mapping[str, str],
    differing: Mapping[str, str],
    *,
    progress: Progress | None = None,
) -> dict[str, str]:
    """Sharper sentences by name: whether pixels differ, or only what stands around them.

    Args:
        folder: The delivery.
        files: The comp's name by frame (`1001`), of those that are there.
        signed: The pixel hash by frame.
        differing: What was found of a file's bytes already, by name.
        progress: Told of each frame.
    """
    told = {}
    for done, (frame, name) in enumerate(files.items(), start=1):
        before, wanted = differing.get(name), signed.get(frame)
        start = f"{before};" if before else f"{place(name)}:"
        try:
            is_same = _hash_of(folder / name, int(frame)) == wanted
        except LookdevError as error:
            why = str(error).removeprefix(f"{folder / name}: ")
            told[name] = f"{start} cannot be decoded: {why}"
        else:
            if wanted is not None and not is_same:
                told[name] = f"{start} its pixels are not those that were signed"
            elif wanted is not None and before is not None:
                told[name] = f"{start} its pixels are as signed, only its header differs"
        if progress is not None:
            progress("frames decoded", done, len(files))
    return told


def _hash_of(path: Path, frame: int) -> str:
    header = exr.read_header(path)
    # as comps are written: red, green, blue, alpha; any more than these are hashed, and differ
    channels = sorted(header.channels, key=lambda channel: _ORDER.find(channel[-1:]))
    return pixel_hash(exr.read(path, channels, colourspace=exr.RAW, number=frame))
