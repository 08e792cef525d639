"""Patches on a surface: made at keyframes, and carried along the plate's flow between them.

Every frame is found from the plates between it and its keyframes, and from no other frame's
element: alone and in a range it is the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from lookdev.errors import ModelError
from lookdev.generate.keyframes import keyframes
from lookdev.generate.plate_flow import Lead, PictureAt, PlateFlow
from lookdev.image.element import Element
from lookdev.image.frame import Pixels
from lookdev.image.mattes import resized
from lookdev.image.warp import filled, warped
from lookdev.spec.look import Motion

MOST_HOLES = 0.25
"""The largest share of a patch that may be seen at neither keyframe."""


@dataclass(frozen=True)
class Carried:
    """An element that was carried to a frame."""

    element: Element
    holes: float
    """Share of it that is seen at no keyframe, 0..1."""


def propagated(
    frame: int,
    motion: Motion,
    first: int,
    last: int,
    *,
    element_at: Callable[[int], Element],
    picture_at: PictureAt,
    within: Pixels | None = None,
    flows: PlateFlow | None = None,
) -> Element:
    """A patch at a frame: a keyframe's own, or carried there from those on both sides.

    The plates are followed first, so a patch that cannot be carried costs no model.

    Args:
        frame: Absolute frame number.
        motion: The layer's.
        first: Of the plate.
        last: Of the plate.
        element_at: Makes the element at a keyframe.
        picture_at: The plate that is followed; its size need not be the element's.
        within: (h, w) in 0..1: where the patch matters at the frame; everywhere if not said.
        flows: What was measured before; nothing if not said.

    Raises:
        ModelError: More than `MOST_HOLES` of it is seen at no keyframe.
        SpecError: As `keyframes`.
    """
    keys = sorted(set(keyframes(motion, first, last, frame)))
    if frame in keys:
        return element_at(frame)
    flows = flows or PlateFlow()
    leads = {key: flows.lead(frame, key, picture_at) for key in keys}
    _require_seen(frame, motion, holes(list(leads.values()), within), keys)
    return carried({key: element_at(key) for key in keys}, leads, frame, within=within).element


def holes(leads: list[Lead], within: Pixels | None = None) -> float:
    """Share of a picture, or of what lies within a matte (h, w), that is seen at no keyframe."""
    unseen = 1 - np.max([lead.way.seen for lead in leads], axis=0)
    if within is None:
        return float(unseen.mean(dtype=np.float64))
    weight = resized(within, unseen.shape[1], unseen.shape[0])
    total = float(weight.sum(dtype=np.float64))
    return float((unseen * weight).sum(dtype=np.float64)) / total if total > 0 else 0.0


def carried(
    elements: Mapping[int, Element],
    leads: Mapping[int, Lead],
    frame: int,
    *,
    within: Pixels | None = None,
) -> Carried:
    """Elements of keyframes, each seen from a frame, as one.

    Each counts by its nearness in time and by how surely a pixel is seen there. What is seen at
    none is taken from the keyframe whose plate looks like the frame's there, and filled from around
    where none does: the nearer keyframe's own pixels would show what stood in front.

    Args:
        elements: Of one keyframe, or of those before and after.
        leads: From the frame to each of these.
        frame: Absolute frame number, none of the keyframes.
        within: As `propagated`.
    """
    height, width = max((e.density.shape for e in elements.values()), key=lambda s: s[0] * s[1])
    channels = max(element.light.ndim for element in elements.values())
    sized = {key: leads[key].resized(width, height) for key in elements}
    shares, known = _shares(sized, frame)
    total = np.zeros((height, width, 3 if channels == 2 else 5), np.float32)
    for key, element in elements.items():
        planes = warped(_stacked(element, width, height, total.shape[2] - 2), sized[key].way.flow)
        total += shares[key][..., None] * planes
    made = _unstacked(filled(total, known), grey=channels == 2)
    return Carried(made, holes(list(leads.values()), within))


def _stacked(element: Element, width: int, height: int, colours: int) -> Pixels:
    """Density, emission and premultiplied light (h, w, 2 + colours): what may be added up."""
    planes = element.density, element.emission, element.light
    density, emission, light = (np.atleast_3d(resized(p, width, height)) for p in planes)
    lit = np.broadcast_to(density * light, (height, width, colours))
    return np.dstack([density, emission, lit])


def _unstacked(planes: Pixels, *, grey: bool) -> Element:
    density, light = planes[..., 0], planes[..., 2] if grey else planes[..., 2:]
    over = np.maximum(density if grey else density[..., None], 1e-6)
    return Element.made(
        density=np.clip(density, 0, 1),
        light=np.asarray(light / over, np.float32),
        emission=planes[..., 1],
        evaluations=0,
    )


def _shares(leads: Mapping[int, Lead], frame: int) -> tuple[dict[int, Pixels], Pixels]:
    """How much each keyframe counts at each pixel, in all 1, and how well that is known."""
    seen = np.stack([lead.way.seen for lead in leads.values()])
    likely = np.stack([lead.likely for lead in leads.values()])
    nearness = np.array([1 / abs(key - frame) for key in leads], np.float32)
    weights = nearness[:, None, None] * seen
    total, sure = weights.sum(axis=0), seen.max(axis=0)
    guess = likely.argmax(axis=0) == np.arange(len(leads))[:, None, None]
    shares = sure * weights / np.where(total > 0, total, 1) + (1 - sure) * guess
    known = np.maximum(sure, likely.max(axis=0))
    return dict(zip(leads, shares.astype(np.float32), strict=True)), known


def _require_seen(frame: int, motion: Motion, share: float, keys: list[int]) -> None:
    if share > MOST_HOLES:
        named = " nor ".join(map(str, keys))
        seen = f"at neither {named}" if len(keys) == 2 else f"not at {named}"
        raise ModelError(
            f"frame {frame}: {share:.0%} of the patch is seen {seen}, its keyframes, and at most "
            f"{MOST_HOLES:.0%} may be; lower motion.key_every from {motion.key_every}"
        )
