"""Reference pictures: what an IP-Adapter lets a model look at."""

import OpenImageIO as oiio

from lookdev.errors import ModelError
from lookdev.generate.catalogue import ModelFiles
from lookdev.image.frame import Pixels

_MOST = 16
_SUFFIXES = (".jpeg", ".jpg", ".png", ".tif", ".tiff")


def references(files: ModelFiles) -> tuple[Pixels, ...]:
    """The pictures of a reference's folder (h, w, 3), display pixels 0..1, in order of their names.

    Raises:
        ModelError: One cannot be read, or there are too many.
    """
    names = sorted(name for name in files.names if name.lower().endswith(_SUFFIXES))
    where = f"model {files.card.id}: {files.folder}"
    if not 0 < len(names) <= _MOST:
        raise ModelError(
            f"{where}: holds {len(names)} pictures; keep 1 to {_MOST} (PNG, JPEG, TIFF)"
        )
    return tuple(_read(files, name, where) for name in names)


def _read(files: ModelFiles, name: str, where: str) -> Pixels:
    source = oiio.ImageInput.open(str(files.folder / name))
    if source is None:
        raise ModelError(f"{where}: {name} cannot be read: {oiio.geterror()}")
    try:
        pixels = source.read_image(format=oiio.FLOAT)
        if pixels is None or source.geterror():
            raise ModelError(f"{where}: {name} is damaged; copy it again")
    finally:
        source.close()
    if pixels.shape[-1] < 3:
        pixels = pixels[..., :1].repeat(3, axis=-1)
    picture: Pixels = pixels[..., :3]
    return picture
