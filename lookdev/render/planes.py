"""What a layer is made of at one frame: its element's planes over the rendered window."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lookdev.blend.relight import directional, relit
from lookdev.blend.shade import placed
from lookdev.generate.adapter import OnStep
from lookdev.generate.sources import shows_its_start
from lookdev.image import canvas
from lookdev.image.colour import LUMINANCE, WORKING
from lookdev.image.element import Element
from lookdev.image.frame import Frame, Window
from lookdev.render.session import Session
from lookdev.render.view import View
from lookdev.spec.curve import value_at
from lookdev.spec.look import Layer, Look

_THIN = 1e-4
"""Density, or light, below which nothing is divided by it."""


@dataclass(frozen=True, eq=False)
class Planes:
    """A layer's element over the rendered window."""

    density: Tensor
    """Straight alpha (H, W)."""
    light: Tensor
    """(H, W), or a straight colour (3, H, W)."""
    emission: Tensor
    """(H, W)."""


Relit = tuple[float, float, float, float]
"""How much of the light is replaced; azimuth and elevation of the key (degrees); ambient."""


def relit_by(layer: Layer, look: Look, frame: int) -> Relit | None:
    """How the look's key light lights a layer at a frame; None where the model's light stays."""
    light, key = layer.blend.light, look.light
    if light.relight == 0 or layer.element.kind == "patch":
        return None
    azimuth, elevation = value_at(key.azimuth, frame), value_at(key.elevation, frame)
    return light.relight, azimuth, elevation, light.ambient


def planes_of(
    layer: Layer, view: View, session: Session, key: Relit | None, on_step: OnStep | None
) -> Planes:
    """The element, from wherever it is; with its light replaced by the key's as far as asked."""
    if shows_its_start(layer):
        return _start(layer, view, session)
    element = view.given.get(layer.name)
    if element is None:
        element = session.elements.get(layer, view.shot_file, view.frame, on_step=on_step)
    dense, light, emission = (
        _planar(view.tensor(plane)) for plane in (element.density, element.light, element.emission)
    )
    if key is not None:
        light = _relit(layer.name, element, view, light, key)
    density, emission = (_fitted(plane, view) for plane in (dense, emission))
    if light.ndim == 2:
        return Planes(density, _fitted(light, view), emission)
    multiplied = _fitted(light * dense, view)  # a straight colour has none to lend beyond its edge
    return Planes(density, multiplied / density.clamp_min(_THIN), emission)


def _relit(name: str, element: Element, view: View, light: Tensor, key: Relit) -> Tensor:
    """The light with the key's share in it; a colour keeps its hue."""
    amount, azimuth, elevation, ambient = key
    level = light if light.ndim == 2 else torch.tensordot(light.new_tensor(LUMINANCE), light, 1)
    maps = _maps(name, element, view, level)
    wanted = relit(maps, azimuth=azimuth, elevation=elevation, ambient=ambient)
    if light.ndim == 2:
        return torch.lerp(light, wanted, amount)
    return light * torch.lerp(torch.ones_like(level), wanted / level.clamp_min(_THIN), amount)


def _maps(name: str, element: Element, view: View, level: Tensor) -> Tensor:
    """The model's own light maps, or an estimate, kept while the light goes round."""
    if element.maps is not None:
        return view.tensor(element.maps)
    dense = view.tensor(element.density)
    estimate: Tensor = view.stages.get(f"{name}/maps", element, lambda: directional(dense, level))
    return estimate


def _start(layer: Layer, view: View, session: Session) -> Planes:
    """The clean plate itself, at full resolution, where the layer's envelope is; no model runs."""
    envelope = session.elements.envelope(layer, view.shot_file, view.frame)
    density = _fitted(view.tensor(envelope), view)
    clean = view.shot_file.shot.clean_plate
    if layer.patch.start == "plate" or clean is None:  # which is no change at all
        nothing = torch.zeros_like(density)
        return Planes(nothing, nothing, nothing)
    space = view.plate.colourspace
    read = canvas.read_picture(view.shot_file, clean, view.frame, space)
    pixels = canvas.over_plate(read, view.plate, view.shot_file, view.scale)
    light = session.colour.convert(np.ascontiguousarray(pixels), space, WORKING)
    return Planes(density.clamp(max=1), _planar(view.tensor(light)), torch.zeros_like(density))


def _fitted(plane: Tensor, view: View) -> Tensor:
    """A plane (h, w) or (3, h, w) over the rendered window."""
    return _onto_window(placed(plane, *_size(view.plate.display)), view.plate)


def _planar(plane: Tensor) -> Tensor:
    """(h, w) as it is, (h, w, 3) as (3, h, w)."""
    return plane if plane.ndim == 2 else plane.movedim(-1, 0).contiguous()


def _size(window: Window) -> tuple[int, int]:
    return window.width, window.height


def _onto_window(plane: Tensor, plate: Frame) -> Tensor:
    """From the display window to the rendered one; overscan gets nothing."""
    if plate.data == plate.display:
        return plane
    result = plane.new_zeros((*plane.shape[:-2], plate.data.height, plate.data.width))
    common = plate.data.clipped(plate.display)
    if not common.is_empty:
        inside = plane[(..., *common.within(plate.display))]
        result[(..., *common.within(plate.data))] = inside
    return result
