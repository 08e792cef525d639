"""A layer at the frames of a fit, as the model gave it, and what of it meets the plate."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from torch import Tensor

from lookdev.errors import SpecError
from lookdev.explore.fit_edges import (
    Gathered,
    Mask,
    along_edge,
    is_dense,
    joined,
    near_element,
    witness,
)
from lookdev.image.frame import Pixels
from lookdev.render import Rendered, Session, render_frame
from lookdev.spec.blending import Blend, Light, Protect
from lookdev.spec.folder import LookFile
from lookdev.spec.look import Layer, Support

_FEWEST = 64
"""Pixels, of all frames together, below which a layer shows nothing."""


@dataclass(frozen=True)
class Compared:
    """Colours of a layer and of the plate, scene-linear ACEScg, from all frames of a fit."""

    source: Pixels
    """(N, 3): of the layer."""
    target: Pixels
    """(M, 3): of the plate."""
    where: str
    """Which part of the plate: `the plate under its edge`."""
    pictures: tuple[Pixels, ...]
    """The layer at each frame (H, W, 3), for its sharpness: over black, or with its edge
    continued where it is a patch, which has no edge of its own."""


def neutral(layer: Layer) -> Layer:
    """The layer as the model gave it: relit, but not matched, tinted, blurred or faded."""
    light = layer.blend.light
    kept = Light(relight=light.relight, ambient=light.ambient)
    bare = Protect(roll_off=False, no_negative=False)
    blend = Blend(erode=layer.blend.erode, glow=(0.0, 0.0, 0.0), light=kept, protect=bare)
    return layer.model_copy(update={"blend": blend})


def alone(look_file: LookFile, layer: Layer) -> LookFile:
    """A look of that layer only, neutral; its support has no ramp."""
    look = look_file.look
    support = Support(matte=look.support.matte, ramp=0.0)
    parts = {"layers": (neutral(layer),), "support": support, "measured": None}
    return replace(look_file, look=look.model_copy(update=parts))


def straight(rgba: Pixels, dense: Mask) -> Pixels:
    """The straight colour (H, W, 3) of premultiplied RGBA (H, W, 4), where it is dense; else 0."""
    alpha = np.where(dense, rgba[..., 3], 1)
    return np.where(dense[..., None], rgba[..., :3] / alpha[..., None], 0)


def compared(
    look_file: LookFile, layer: Layer, frames: Sequence[int], session: Session
) -> Compared:
    """Colours of a layer and of the plate it should be matched to.

    Args:
        look_file: The look.
        layer: One of its layers that are shown.
        frames: Absolute frame numbers.
        session: Renders them; elements that are not kept are made.

    Raises:
        SpecError: The layer shows next to nothing at any of the frames.
        LookdevError: Something cannot be rendered.
    """
    lone, is_patch = alone(look_file, layer), layer.element.kind == "patch"
    gathered, pictures = [], []
    for frame in frames:
        rendered = render_frame(lone.shot_file, lone.look, frame, session=session)
        one, picture = _at_frame(rendered, layer.name, is_patch=is_patch)
        gathered.append(one)
        pictures += picture
    found = joined(gathered)
    if len(found.inside) < _FEWEST:
        raise _nothing(look_file, layer, frames)
    if not is_patch:
        where = "the light of the plate near it"
        return Compared(found.inside, found.around, where, tuple(pictures))
    return Compared(*witness(found), tuple(pictures))


def _at_frame(rendered: Rendered, name: str, *, is_patch: bool) -> tuple[Gathered, list[Pixels]]:
    """What is compared at one frame, and the layer's picture, where it shows any."""
    rgba, below = _interleaved(rendered.layers[name]), _interleaved(rendered.below)
    alpha = rgba[..., 3]
    dense = is_dense(alpha, is_patch=is_patch)
    colour = straight(rgba, dense)
    gathered = (along_edge if is_patch else near_element)(colour, alpha, below)
    if not dense.any():
        return gathered, []
    return gathered, [_continued(colour, dense) if is_patch else rgba[..., :3]]


def _interleaved(planes: Tensor) -> Pixels:
    """(C, H, W) as (H, W, C)."""
    return np.asarray(planes.movedim(0, -1).contiguous().cpu().numpy())


def _continued(colour: Pixels, dense: Mask) -> Pixels:
    """The colour of the nearest dense pixel everywhere, around what is dense: (h, w, 3)."""
    thin = (~dense).astype(np.uint8)
    kind = cv2.DIST_LABEL_PIXEL
    _, labels = cv2.distanceTransformWithLabels(thin, cv2.DIST_L2, cv2.DIST_MASK_5, labelType=kind)
    places = np.flatnonzero(dense)
    nearest = np.zeros(int(labels.max()) + 1, np.int64)
    nearest[labels.ravel()[places]] = places
    rows, columns = (np.flatnonzero(dense.any(axis)) for axis in (1, 0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return np.asarray(colour.reshape(-1, 3)[nearest[labels[box]]])


def _nothing(look_file: LookFile, layer: Layer, frames: Sequence[int]) -> SpecError:
    named = ", ".join(str(frame) for frame in frames)
    return SpecError(
        f"{look_file.path}: {layer.name} shows next to nothing at frames {named}, so there is "
        "nothing to fit; leave it out: name the others with --layer"
    )
