"""Whether a show's approved looks are still different ideas, or grow alike."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lookdev.approve.approval_file import ApprovalFile, approvals_of, kept_frame
from lookdev.image import canvas, exr
from lookdev.image.colour import WORKING, Colour, open_colour
from lookdev.image.frame import Pixels
from lookdev.qc.diversity import ONE_IDEA, distance
from lookdev.qc.traits import Traits
from lookdev.spec.folder import LookFile, ShowFolder

_ENOUGH = 6
"""Looks from which on a tendency is told."""
_TENDENCY = 0.5
"""Share of the earlier looks' distance below which the later ones grow alike."""


@dataclass(frozen=True)
class ApprovedLook:
    """What one approved look adds to its plate, at its middle still."""

    name: str
    """`street/sh0010/toxic_v003_a001`."""
    shot: str
    at: str
    """When it was approved (UTC)."""
    traits: Traits


@dataclass(frozen=True)
class Alike:
    """How the approved looks of a show stand to each other, in the order of their approval."""

    looks: tuple[ApprovedLook, ...]
    nearest: tuple[float | None, ...]
    """Of each: how far the nearest earlier look of another shot is; 1 is plainly different."""
    pairs: tuple[tuple[str, str, float], ...]
    """Looks of different shots that are one idea, and how far apart they are."""

    @property
    def sentence(self) -> str:
        """What there is to say of it, in words."""
        known = [value for value in self.nearest if value is not None]
        if not known:
            return "no two shots have an approved look yet: there is nothing to compare"
        count = f"{len(self.pairs)} pair{'' if len(self.pairs) == 1 else 's'}"
        said = f"{len(self.looks)} approved looks, {count} of different shots that are one idea"
        if len(known) < _ENOUGH:
            return said
        half = len(known) // 2
        early, late = (float(np.median(part)) for part in (known[:half], known[half:]))
        how = f"nearest earlier look at {early:.2f} in the first half, {late:.2f} in the second"
        if late < _TENDENCY * early:
            return f"{said}; this show's looks grow alike: {how}"
        return f"{said}; no tendency to grow alike: {how}"


def alike(folder: ShowFolder) -> Alike:
    """Compare the newest approval of every look of a show with those before it.

    It reads one kept still and one frame of the plate of each, and renders nothing. Looks of one
    shot are versions of each other, and are not compared.

    Raises:
        LookdevError: An approval cannot be trusted, or a picture cannot be read.
    """
    return compared(sorted(approved_looks(folder), key=lambda one: (one.at, one.name)))


def compared(looks: Sequence[ApprovedLook]) -> Alike:
    """The same of looks in the order of their approval."""
    nearest: list[float | None] = []
    pairs: list[tuple[str, str, float]] = []
    for number, look in enumerate(looks):
        others = [one for one in looks[:number] if one.shot != look.shot]
        apart = {one.name: distance(look.traits, one.traits).most for one in others}
        nearest.append(min(apart.values(), default=None))
        pairs += [(name, look.name, far) for name, far in apart.items() if far < ONE_IDEA]
    pairs.sort(key=lambda pair: pair[2])
    return Alike(tuple(looks), tuple(nearest), tuple(pairs))


def approved_looks(folder: ShowFolder) -> Iterator[ApprovedLook]:
    """The newest approval of each look; a look that adds nothing is left out."""
    colour = open_colour(folder.ocio_config)
    for path in sorted((folder.root / "params" / "shots").glob("*/*/looks/*.yaml")):
        paths = approvals_of(LookFile.open(str(path)))
        if not paths:
            continue
        approval = ApprovalFile.open(str(paths[-1]))
        traits = _traits(approval, colour)
        if traits is None:
            continue
        shot = f"{approval.approval.sequence}/{approval.approval.shot}"
        yield ApprovedLook(f"{shot}/{approval.name}", shot, approval.approval.at, traits)


def _traits(approval: ApprovalFile, colour: Colour) -> Traits | None:
    stills = sorted(approval.approval.stills)
    frame = stills[len(stills) // 2]
    plate, _ = canvas.read_plate(approval.look_file.shot_file, frame, 1.0)
    path = kept_frame(approval.folder, frame)
    kept = exr.read(path, plate.channels, colourspace=plate.colourspace, number=frame)
    below, light = (
        colour.convert(_rgb(one.over_window(plate.display).pixels), plate.colourspace, WORKING)
        for one in (plate, kept)
    )
    return Traits.of(below, light)


def _rgb(pixels: Pixels) -> Pixels:
    return np.ascontiguousarray(pixels[..., :3])
