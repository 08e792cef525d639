"""Elements of a shot that was approved in motion: kept as they were, and proven each time."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from lookdev.errors import TrustError
from lookdev.image.element import Element


def subject(layer: str, frame: int) -> str:
    """The name of a frozen element among an approval's subjects."""
    return f"element {layer} {frame}"


def element_path(folder: Path, layer: str, frame: int) -> Path:
    """Its file, in the approval's own folder."""
    return folder / "elements" / layer / f"{layer}.{frame}.safetensors"


@dataclass(frozen=True)
class FrozenShot:
    """The frozen elements of one approval."""

    folder: Path
    digests: dict[str, str]
    """SHA-256 of the files, by subject."""

    def get(self, layer: str, frame: int) -> Element | None:
        """The layer's element at a frame; None where the approval froze none for it.

        Raises:
            TrustError: Its file is missing, or is not the one that was approved.
        """
        wanted = self.digests.get(subject(layer, frame))
        if wanted is None:
            return None
        path = element_path(self.folder, layer, frame)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise TrustError(f"{path}: cannot be read: {error.strerror or error}") from error
        if hashlib.sha256(data).hexdigest() != wanted:
            raise TrustError(f"{path}: is not the element that was approved; bring it back")
        return Element.from_bytes(data)
