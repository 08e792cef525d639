"""A generated element: straight density with light and emission, at its working size."""

from dataclasses import dataclass

import numpy as np
from safetensors.numpy import load, save

from lookdev.image.frame import Pixels

_PLANES = ("density", "light", "emission")


@dataclass(frozen=True, eq=False)
class Element:
    """What a model made for one layer of one frame; planes are (H, W) float32.

    Two of them are the same only if they are one object.

    Values are rounded to half when it is made, so an element from the cache and one fresh from the
    model are the same numbers.
    """

    density: Pixels
    """Straight alpha, 0..1."""
    light: Pixels
    """Scene-linear, 0 and up: the fraction of the key light that it returns; or (H, W, 3), its own
    straight colour, where the model gives one."""
    emission: Pixels
    """Light of its own, scene-linear, may exceed 1."""
    evaluations: int
    """Network evaluations that it cost when it was made."""
    maps: Pixels | None = None
    """Directional light maps (4, H, W), where the model gives them: the fraction of a light from
    the left, the right, above and behind that it returns."""

    @classmethod
    def made(
        cls,
        *,
        density: Pixels,
        light: Pixels,
        emission: Pixels,
        evaluations: int,
        maps: Pixels | None = None,
    ) -> "Element":
        """An element of freshly generated planes."""
        planes = [_rounded(plane) for plane in (density, light, emission)]
        given = None if maps is None else _rounded(maps)
        return cls(planes[0], planes[1], planes[2], evaluations, given)

    @classmethod
    def empty(cls, width: int, height: int) -> "Element":
        """Nothing, at no cost."""
        plane = np.zeros((height, width), np.float32)
        return cls(plane, plane, plane, 0)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Element":
        """The inverse of `to_bytes`."""
        tensors = load(data)
        density, light, emission = (tensors[name].astype(np.float32) for name in _PLANES)
        maps = tensors["maps"].astype(np.float32) if "maps" in tensors else None
        return cls(density, light, emission, int(tensors["evaluations"][0]), maps)

    @classmethod
    def picture(
        cls, colour: Pixels, *, evaluations: int, density: Pixels | None = None
    ) -> "Element":
        """An element of straight colour (H, W, 3); dense everywhere (a patch) if not said."""
        plane = np.zeros(colour.shape[:2], np.float32)
        dense = plane + 1 if density is None else density
        return cls.made(density=dense, light=colour, emission=plane, evaluations=evaluations)

    def to_bytes(self) -> bytes:
        """Safetensors with half planes."""
        tensors = {name: getattr(self, name).astype(np.float16) for name in _PLANES}
        if self.maps is not None:
            tensors["maps"] = self.maps.astype(np.float16)
        return save(tensors | {"evaluations": np.array([self.evaluations], np.int64)})


def _rounded(plane: Pixels) -> Pixels:
    return plane.astype(np.float16).astype(np.float32)
