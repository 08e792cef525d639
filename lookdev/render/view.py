"""One frame's plate and mattes, as tensors over the window that is rendered."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lookdev.blend.edges import ramped_inside
from lookdev.image import canvas, exr
from lookdev.image.colour import WORKING, Colour
from lookdev.image.element import Element
from lookdev.image.frame import Frame, Pixels
from lookdev.render.session import Stages
from lookdev.spec.curve import value_at
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look

_HALF_OF_THE_LEAST = 2.0**-25
"""Of half's numbers above 0: up to here it rounds to 0."""


@dataclass(frozen=True)
class View:
    """One frame's plate and mattes over the window that is rendered, at proxy scale."""

    shot_file: ShotFile
    frame: int
    scale: float
    plate: Frame
    stages: Stages
    device: str
    colour: Colour
    given: dict[str, Element]

    def below(self) -> Tensor:
        """The plate (3, H, W), scene-linear ACEScg."""
        picture: Tensor = self.stages.get("below", None, self._in_working_space)
        return picture

    def depth(self) -> Tensor:
        """The shot's depth (H, W), in its own unit."""
        plane: Tensor = self.stages.get("depth", None, self._depth)
        return plane

    def matte(self, name: str) -> Tensor:
        """A matte over the window (H, W); `frame` is all 1."""
        plane: Tensor = self.stages.get(f"matte {name}", None, lambda: self._matte(name))
        return plane

    def support(self, look: Look) -> Tensor:
        """The weight of the permission matte (H, W), its ramp included."""
        name, ramp = look.support.matte, value_at(look.support.ramp, self.frame)
        weight: Tensor = self.stages.get(
            "support", (name, ramp), lambda: _as_delivered(self.matte(name), ramp * self.scale)
        )
        return weight

    def tensor(self, plane: Pixels) -> Tensor:
        """A plane where the work is done; not copied on the CPU."""
        return torch.from_numpy(plane).to(self.device)

    def _in_working_space(self) -> Tensor:
        rgb = self.colour.convert(self.plate.pixels[..., :3], self.plate.colourspace, WORKING)
        return self.tensor(rgb).permute(2, 0, 1).contiguous()

    def _depth(self) -> Tensor:
        picture = self.shot_file.shot.depth
        assert picture is not None, "preflight has checked that the shot has depth"
        read = canvas.read_picture(self.shot_file, picture, self.frame, exr.RAW)
        plane = canvas.over_plate(read, self.plate, self.shot_file, self.scale)
        return self.tensor(np.ascontiguousarray(plane.reshape(*plane.shape[:2], -1)[..., 0]))

    def _matte(self, name: str) -> Tensor:
        return self.tensor(
            canvas.read_matte(self.shot_file, name, self.frame, self.plate, self.scale)
        )


def _as_delivered(matte: Tensor, ramp: float) -> Tensor:
    """A support's weight; what half would round to 0 is 0 here too, and changes nothing."""
    weight = ramped_inside(matte, ramp)
    return torch.where(weight > _HALF_OF_THE_LEAST, weight, 0)
