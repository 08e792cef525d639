"""The spine: one frame of a look over its plate.

Explorer, wedge, still, final and QC all call `render_frame`: what was approved is what is
delivered. The work is cut into stages whose last results are kept, so that an edit recomputes only
what it touches, and a blend edit never runs the model.
"""

import os
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lookdev.blend.edges import eroded, feathered, ramped_inside
from lookdev.blend.shade import placed, shaded
from lookdev.blend.transfer import TRANSFERS
from lookdev.errors import DeliveryError
from lookdev.generate.adapter import OnStep
from lookdev.generate.elements import Elements
from lookdev.image import canvas
from lookdev.image.colour import WORKING, Colour, open_colour
from lookdev.image.element import Element
from lookdev.image.frame import Frame, Pixels, Window
from lookdev.spec.curve import value_at
from lookdev.spec.folder import ShotFile, ShowFolder
from lookdev.spec.look import Blend, Layer, Look
from lookdev.store.cache import Cache


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


class Session:
    """What a process keeps while it renders frames of one show: colour, models, recent stages."""

    def __init__(
        self,
        folder: ShowFolder,
        *,
        device: str = "cpu",
        threads: int | None = None,
        frames_kept: int = 1,
    ) -> None:
        """Open a session.

        Args:
            folder: The show.
            device: Where models and blends run (`cpu`, `cuda`).
            threads: Of torch on the CPU; they are part of the pixels' identity. All cores if None.
            frames_kept: How many frames keep their stages for the next edit.
        """
        torch.set_num_threads(threads or os.cpu_count() or 1)
        self.folder = folder
        self.device = device
        self.colour: Colour = open_colour(folder.ocio_config)
        cap = int(folder.show.cache.gigabytes * 1e9)
        self.elements = Elements(Cache(folder.cache_folder, max_bytes=cap), device=device)
        self._kept: OrderedDict[Hashable, _Stages] = OrderedDict()
        self._frames_kept = frames_kept

    def stages(self, key: Hashable) -> "_Stages":
        """The kept stages of one frame of one plate."""
        stages = self._kept.setdefault(key, _Stages())
        self._kept.move_to_end(key)
        while len(self._kept) > self._frames_kept:
            self._kept.popitem(last=False)
        return stages


class _Stages:
    """The last result of each named stage, reused while its key stays the same."""

    def __init__(self) -> None:
        self._results: dict[str, tuple[Hashable, Any]] = {}

    def get(self, name: str, key: Hashable, make: Callable[[], Any]) -> Any:
        known = self._results.get(name)
        if known is not None and known[0] == key:
            return known[1]
        result = make()
        self._results[name] = (key, result)
        return result


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
    stages = session.stages((shot_file.path, frame, scale))
    plate, data = stages.get("plate", None, lambda: canvas.read_plate(shot_file, frame, scale))
    given = dict(provisional or {})
    view = _View(shot_file, frame, scale, plate, stages, session.device, given)
    below = stages.get("below", None, lambda: _in_working_space(view, session))
    support = view.support(look)
    comp, alpha = below, _alpha_of(view)
    layers: dict[str, Tensor] = {}
    key: Hashable = look.support
    for layer in look.shown:
        rgba, own_key = _layer_rgba(layer, look, view, session, on_step)
        layers[layer.name] = rgba
        key = (key, own_key)
        merge = partial(_merged, layer.blend, rgba, comp, alpha)
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


@dataclass(frozen=True)
class _View:
    """One frame's plate and mattes over the window that is rendered, at proxy scale."""

    shot_file: ShotFile
    frame: int
    scale: float
    plate: Frame
    stages: _Stages
    device: str
    given: dict[str, Element]

    def matte(self, name: str) -> Tensor:
        """A matte over the window (H, W); `frame` is all 1."""
        plane: Tensor = self.stages.get(f"matte {name}", None, lambda: self._matte(name))
        return plane

    def support(self, look: Look) -> Tensor:
        """The weight of the permission matte (H, W), its ramp included."""
        name, ramp = look.support.matte, value_at(look.support.ramp, self.frame)
        weight: Tensor = self.stages.get(
            "support", (name, ramp), lambda: ramped_inside(self.matte(name), ramp * self.scale)
        )
        return weight

    def tensor(self, plane: Pixels) -> Tensor:
        return torch.from_numpy(plane).to(self.device)

    def _matte(self, name: str) -> Tensor:
        return self.tensor(
            canvas.read_matte(self.shot_file, name, self.frame, self.plate, self.scale)
        )


def _in_working_space(view: _View, session: Session) -> Tensor:
    rgb = session.colour.convert(view.plate.pixels[..., :3], view.plate.colourspace, WORKING)
    return view.tensor(rgb).permute(2, 0, 1).contiguous()


def _alpha_of(view: _View) -> Tensor | None:
    if len(view.plate.channels) < 4:
        return None
    return view.tensor(np.ascontiguousarray(view.plate.pixels[..., 3]))


def _layer_rgba(
    layer: Layer, look: Look, view: _View, session: Session, on_step: OnStep | None
) -> tuple[Tensor, Hashable]:
    """The layer as it goes over, and what it depends on."""
    frame, blend, stages = view.frame, layer.blend, view.stages
    made_of = (layer.element, layer.control, layer.motion, view.given.get(layer.name))
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
    layer: Layer, view: _View, session: Session, on_step: OnStep | None
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


def _shape(layer: Layer, view: _View) -> Tensor:
    """Where the layer may show: its matte less its holdouts, eroded and feathered."""
    shown = view.matte(layer.matte)
    for holdout in layer.holdouts:
        shown = shown * (1 - view.matte(holdout))
    shown = eroded(shown, value_at(layer.blend.erode, view.frame) * view.scale)
    return feathered(shown, value_at(layer.blend.feather, view.frame) * view.scale)


def _merged(
    blend: Blend, rgba: Tensor, below: Tensor, below_alpha: Tensor | None
) -> tuple[Tensor, Tensor | None]:
    comp = TRANSFERS[blend.transfer](rgba[:3], rgba[3], below)
    if below_alpha is None or blend.transfer != "over":
        return comp, below_alpha
    return comp, torch.addcmul(rgba[3], below_alpha, 1 - rgba[3])
