"""One layer of a look at one frame: its element, shaped and shaded, and its way over the rest."""

from collections.abc import Hashable

import torch
from torch import Tensor

from lookdev.blend.edges import eroded, feathered
from lookdev.blend.shade import placed, shaded
from lookdev.blend.transfer import TRANSFERS
from lookdev.generate.adapter import OnStep
from lookdev.image.frame import Frame, Window
from lookdev.render.session import Session
from lookdev.render.view import View
from lookdev.spec.curve import value_at
from lookdev.spec.look import Blend, Layer, Look


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
    element = view.given.get(layer.name)
    if element is None:
        element = session.elements.get(layer, view.shot_file, view.frame, on_step=on_step)
    density, light, emission = (
        _onto_window(placed(view.tensor(plane), *_size(view.plate.display)), view.plate)
        for plane in (element.density, element.light, element.emission)
    )
    return density, light, emission


def _size(window: Window) -> tuple[int, int]:
    return window.width, window.height


def _onto_window(plane: Tensor, plate: Frame) -> Tensor:
    """From the display window to the rendered one; overscan gets nothing."""
    if plate.data == plate.display:
        return plane
    result = plane.new_zeros((plate.data.height, plate.data.width))
    common = plate.data.clipped(plate.display)
    if not common.is_empty:
        result[common.within(plate.data)] = plane[common.within(plate.display)]
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
