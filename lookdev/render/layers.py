"""One layer of a look at one frame: its element, shaped and shaded, and its way over the rest."""

from collections.abc import Hashable

import numpy as np
import torch
from torch import Tensor

from lookdev.blend.edges import eroded, feathered
from lookdev.blend.shade import placed, shaded
from lookdev.blend.transfer import TRANSFERS
from lookdev.generate.adapter import OnStep
from lookdev.generate.sources import shows_its_start
from lookdev.image import canvas
from lookdev.image.colour import WORKING
from lookdev.image.frame import Frame, Window
from lookdev.render.session import Session
from lookdev.render.view import View
from lookdev.spec.blending import Blend
from lookdev.spec.curve import value_at
from lookdev.spec.look import Layer, Look

_THIN = 1e-4
"""Density below which a colour is not divided out."""


def layer_rgba(
    layer: Layer, look: Look, view: View, session: Session, on_step: OnStep | None
) -> tuple[Tensor, Hashable]:
    """The layer as it goes over: premultiplied RGBA (4, H, W), and what it depends on."""
    frame, blend, stages = view.frame, layer.blend, view.stages
    made_of = (layer.recipe, view.given.get(layer.name))
    planes = stages.get(
        f"{layer.name}/planes",
        made_of,
        lambda: _planes(layer, view, session, on_step),
    )
    shape_key = (
        (layer.matte, layer.holdouts),
        (value_at(blend.erode, frame), value_at(blend.feather, frame)),
    )
    shape = stages.get(f"{layer.name}/shape", shape_key, lambda: _shape(layer, view))
    edge_key = (shape_key, look.support.matte, value_at(look.support.ramp, frame))
    weight = stages.get(f"{layer.name}/weight", edge_key, lambda: shape * view.support(look))
    opacity, exposure = value_at(blend.opacity, frame), value_at(blend.exposure, frame)
    key = (made_of, edge_key, opacity, exposure, blend.tint, blend.glow)
    rgba = stages.get(
        f"{layer.name}/rgba",
        key,
        lambda: shaded(
            *planes,
            weight=weight * opacity,
            exposure=exposure,
            tint=blend.tint,
            glow=blend.glow,
        ),
    )
    return rgba, (key, blend.transfer)


def _planes(
    layer: Layer, view: View, session: Session, on_step: OnStep | None
) -> tuple[Tensor, Tensor, Tensor]:
    """Density, light and emission over the rendered window."""
    if shows_its_start(layer):
        return _start(layer, view, session)
    element = view.given.get(layer.name)
    if element is None:
        element = session.elements.get(layer, view.shot_file, view.frame, on_step=on_step)
    dense, light, emission = (
        _planar(view.tensor(plane)) for plane in (element.density, element.light, element.emission)
    )
    density, emission = (_fitted(plane, view) for plane in (dense, emission))
    if light.ndim == 2:
        return density, _fitted(light, view), emission
    multiplied = _fitted(light * dense, view)  # a straight colour has none to lend beyond its edge
    return density, multiplied / density.clamp_min(_THIN), emission


def _fitted(plane: Tensor, view: View) -> Tensor:
    """A plane (h, w) or (3, h, w) over the rendered window."""
    return _onto_window(placed(plane, *_size(view.plate.display)), view.plate)


def _start(layer: Layer, view: View, session: Session) -> tuple[Tensor, Tensor, Tensor]:
    """The clean plate itself, at full resolution, where the layer's envelope is; no model runs."""
    envelope = session.elements.envelope(layer, view.shot_file, view.frame)
    density = _onto_window(placed(view.tensor(envelope), *_size(view.plate.display)), view.plate)
    clean = view.shot_file.shot.clean_plate
    if layer.patch.start == "plate" or clean is None:  # which is no change at all
        nothing = torch.zeros_like(density)
        return nothing, nothing, nothing
    space = view.plate.colourspace
    read = canvas.read_picture(view.shot_file, clean, view.frame, space)
    pixels = canvas.over_plate(read, view.plate, view.shot_file, view.scale)
    light = session.colour.convert(np.ascontiguousarray(pixels), space, WORKING)
    return density.clamp(max=1), _planar(view.tensor(light)), torch.zeros_like(density)


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


def _shape(layer: Layer, view: View) -> Tensor:
    """Where the layer may show: its matte less its holdouts, eroded and feathered."""
    shown = view.matte(layer.matte)
    for holdout in layer.holdouts:
        shown = shown * (1 - view.matte(holdout))
    shown = eroded(shown, value_at(layer.blend.erode, view.frame) * view.scale)
    return feathered(shown, value_at(layer.blend.feather, view.frame) * view.scale)


def merged(
    blend: Blend, rgba: Tensor, below: Tensor, below_alpha: Tensor | None
) -> tuple[Tensor, Tensor | None]:
    """Composite and alpha with the layer over them; alpha is None where the plate has none."""
    comp = TRANSFERS[blend.transfer](rgba[:3], rgba[3], below)
    if below_alpha is None or blend.transfer != "over":
        return comp, below_alpha
    return comp, torch.addcmul(rgba[3], below_alpha, 1 - rgba[3])
