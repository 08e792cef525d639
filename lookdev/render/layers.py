"""One layer of a look at one frame: from its element to what goes over the rest.

Every step is a kept stage with a key of its own, so that an edit begins with the first step that it
touches: the element's planes, its body (shaded, in its depth), what a camera sees of it (bloom,
blur), its way onto the plate (matte, edge, wrap, shadow), and last opacity and grain.
"""

from collections.abc import Hashable
from functools import partial

import torch
from torch import Tensor

from lookdev.blend.edges import eroded, feathered
from lookdev.blend.transfer import TRANSFERS
from lookdev.generate.adapter import OnStep
from lookdev.render.body import Body, body_key, body_of
from lookdev.render.joining import joined, joined_key
from lookdev.render.optics import grain_key, grained_layer, optics_key, photographed
from lookdev.render.planes import planes_of, relit_by
from lookdev.render.session import Session
from lookdev.render.view import View
from lookdev.spec.blending import Blend
from lookdev.spec.curve import value_at
from lookdev.spec.look import Layer, Look


def layer_rgba(
    layer: Layer, look: Look, view: View, session: Session, on_step: OnStep | None
) -> tuple[Tensor, Hashable]:
    """The layer as it goes over: premultiplied RGBA (4, H, W), and what it depends on."""
    placed, key = _placed(layer, look, view, session, on_step)
    opacity = value_at(layer.blend.opacity, view.frame)
    grain = grain_key(layer, look)
    key = (key, opacity, grain)

    def made() -> Tensor:
        faded = placed if opacity == 1 else placed * opacity
        return faded if grain is None else grained_layer(layer, look, view, faded)

    return view.stages.get(f"{layer.name}/rgba", key, made), (key, layer.blend.transfer)


def _placed(
    layer: Layer, look: Look, view: View, session: Session, on_step: OnStep | None
) -> tuple[Tensor, Hashable]:
    """All but opacity and grain."""
    stages, name = view.stages, layer.name
    relit = relit_by(layer, look, view.frame)
    key: Hashable = (layer.recipe, view.given.get(name), relit)
    planes = stages.get(
        f"{name}/planes", key, lambda: planes_of(layer, view, session, relit, on_step)
    )
    key = (key, body_key(layer, look, view))
    body: Body = stages.get(f"{name}/body", key, lambda: body_of(layer, look, view, planes))
    key = (key, optics_key(layer, view))
    seen: Tensor = stages.get(f"{name}/seen", key, lambda: photographed(layer, view, session, body))
    shape_key = (
        (layer.matte, layer.holdouts),
        (value_at(layer.blend.erode, view.frame), value_at(layer.blend.feather, view.frame)),
    )
    shape = stages.get(f"{name}/shape", shape_key, lambda: _shape(layer, view))
    key = (key, shape_key, look.support.matte, value_at(look.support.ramp, view.frame))
    key = (key, joined_key(layer, view))
    join = partial(joined, layer, view, seen, shape, view.support(look))
    return stages.get(f"{name}/placed", key, join), key


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
