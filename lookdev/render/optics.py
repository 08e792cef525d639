"""What the plate's camera does to a layer: bloom, lens and motion blur, and its grain."""

import hashlib
from collections.abc import Hashable

from torch import Tensor

from lookdev.blend.bloom import bloomed
from lookdev.blend.blur import lens_blurred, motion_blurred
from lookdev.blend.grain import grained, noise
from lookdev.render.body import Body
from lookdev.render.session import Session
from lookdev.render.view import View
from lookdev.spec.curve import value_at
from lookdev.spec.look import Layer, Look


def optics_key(layer: Layer, view: View) -> Hashable:
    """What bloom and blur depend on."""
    camera, light, frame = layer.blend.camera, layer.blend.light, view.frame
    return (
        (light.bloom, light.bloom_size) if light.bloom else None,
        value_at(camera.blur, frame),
        value_at(camera.shutter, frame),
    )


def photographed(layer: Layer, view: View, session: Session, body: Body) -> Tensor:
    """The body with bloom, lens blur and motion blur: before any roto, which has its own."""
    camera, light, scale = layer.blend.camera, layer.blend.light, view.scale
    rgba = body.rgba
    if body.glow is not None:
        rgba = bloomed(rgba, body.glow, amount=light.bloom, size=light.bloom_size * scale)
    rgba = lens_blurred(rgba, value_at(camera.blur, view.frame) * scale)
    shutter = value_at(camera.shutter, view.frame) / 360
    if shutter:
        x, y = session.elements.speed(layer, view.shot_file, view.frame)
        rgba = motion_blurred(rgba, x * shutter * scale, y * shutter * scale)
    return rgba


def grain_key(layer: Layer, look: Look) -> Hashable:
    """What its grain depends on; None where it has none.

    Light that is added to a plate hides none of the plate's own grain: only `over` lacks any.
    """
    amount = layer.blend.camera.grain
    if amount == 0 or look.measured is None or layer.blend.transfer != "over":
        return None
    return amount, look.measured.grain


def grained_layer(layer: Layer, look: Look, view: View, rgba: Tensor) -> Tensor:
    """The layer with the plate's grain on what it adds."""
    assert look.measured is not None, "preflight has checked that the plate was measured"
    grain = look.measured.grain
    height, width = rgba.shape[-2:]
    seed = _seed(layer, view)
    own: Tensor = view.stages.get(
        f"{layer.name}/noise",
        (seed, grain),
        lambda: noise(grain, height, width, seed=seed, scale=view.scale, device=view.device),
    )
    return grained(rgba, view.below(), own, grain, layer.blend.camera.grain)


def _seed(layer: Layer, view: View) -> int:
    """Another one for each shot, layer and frame, and the same one every time."""
    shot = view.shot_file.shot
    text = f"grain {shot.sequence}/{shot.shot} {layer.name} {view.frame}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7])
