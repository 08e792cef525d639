"""One frame of a look over its plate."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from torch import Tensor

from lookdev.errors import DeliveryError
from lookdev.generate.adapter import OnStep
from lookdev.generate.span import frames_read
from lookdev.image import canvas
from lookdev.image.colour import WORKING
from lookdev.image.element import Element
from lookdev.image.frame import Frame, Window
from lookdev.image.media import stamp
from lookdev.render.layers import layer_rgba, merged
from lookdev.render.session import Session
from lookdev.render.view import View
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look


@dataclass(frozen=True)
class Rendered:
    """One frame of a look: scene-linear ACEScg over the plate's data and display windows joined.

    Planes come first: (3, H, W), (H, W).
    """

    number: int
    window: Window
    """What of it is delivered."""
    plate: Frame
    """The plate over all of it, its own values in its own colour space."""
    below: Tensor
    """The plate in ACEScg (3, H, W)."""
    comp: Tensor
    """The composite (3, H, W)."""
    alpha: Tensor | None
    """The composite's alpha (H, W), where the plate has one."""
    layers: dict[str, Tensor]
    """Premultiplied RGBA (4, H, W) of each layer, as it went over: holdouts and support applied."""
    support: Tensor
    """Weight of the permission matte (H, W): where it is 0, nothing changes."""
    provisional: frozenset[str]
    """Layers that show another element than the look's: a draft, or one that is being made."""


def render_frame(
    shot_file: ShotFile,
    look: Look,
    frame: int,
    *,
    session: Session,
    scale: float = 1.0,
    provisional: Mapping[str, Element] | None = None,
    on_step: OnStep | None = None,
) -> Rendered:
    """Composite one frame of a look over its plate.

    Args:
        shot_file: The shot.
        look: The look; checked by `preflight.check_look` before.
        frame: Absolute frame number.
        session: What is kept between calls.
        scale: Proxy scale, 0 to 1; pixel-unit parameters shrink with it. A proxy shows the display
            window only.
        provisional: Elements to take for these layers instead of the look's own: drafts, or what
            a model has so far. The result is not the look, and says so (`Rendered.provisional`).
        on_step: Called after each denoising step; raising in it cancels.

    Raises:
        PlateError: A frame of plate or matte is missing or damaged.
        ModelError: The model cannot be loaded or run.
    """
    files = stamp(shot_file, sorted(frames_read(look, shot_file.shot, [frame])))
    stages = session.stages((shot_file.path, frame, scale, files))
    plate, data = stages.get("plate", None, lambda: canvas.read_plate(shot_file, frame, scale))
    given = dict(provisional or {})
    view = View(shot_file, frame, scale, plate, stages, session.device, session.colour, given)
    below = view.below()
    support = view.support(look)
    comp, alpha = below, _alpha_of(view)
    layers: dict[str, Tensor] = {}
    key: Hashable = look.support
    for layer in look.shown:
        rgba, own_key = layer_rgba(layer, look, view, session, on_step)
        layers[layer.name] = rgba
        key = (key, own_key)
        merge = partial(merged, layer.blend, rgba, comp, alpha)
        comp, alpha = stages.get(f"{layer.name}/comp", key, merge)
    return Rendered(
        number=frame,
        window=canvas.delivered_window(data, support.cpu().numpy(), plate),
        plate=plate,
        below=below,
        comp=comp,
        alpha=alpha,
        layers=layers,
        support=support,
        provisional=frozenset(given) & frozenset(layers),
    )


def comp_frame(rendered: Rendered, session: Session) -> Frame:
    """The composite in the plate's own colour space over the delivered window, ready to be written.

    Only pixels that the look changed are converted back; all others are the plate's own values.

    Raises:
        DeliveryError: The frame holds provisional elements.
    """
    if rendered.provisional:
        named = ", ".join(sorted(rendered.provisional))
        raise DeliveryError(f"frame {rendered.number}: holds drafts of {named}; render it in full")
    rows, columns = rendered.window.within(rendered.plate.data)
    plate = rendered.plate.over_window(rendered.window)
    comp, below = rendered.comp[:, rows, columns], rendered.below[:, rows, columns]
    changed = (comp != below).any(0).cpu().numpy()
    rgb = comp.permute(1, 2, 0).contiguous().cpu().numpy()
    converted = session.colour.convert(rgb, WORKING, plate.colourspace)
    pixels = plate.pixels.copy()
    pixels[..., :3] = np.where(changed[..., None], converted, pixels[..., :3])
    if rendered.alpha is not None:
        alpha = rendered.alpha[rows, columns].cpu().numpy()
        pixels[..., 3] = np.where(alpha != pixels[..., 3], alpha, pixels[..., 3])
    return replace(plate, pixels=pixels)


def _alpha_of(view: View) -> Tensor | None:
    if len(view.plate.channels) < 4:
        return None
    return view.tensor(np.ascontiguousarray(view.plate.pixels[..., 3]))
