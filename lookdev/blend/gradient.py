"""Gradient-domain joining: the patch's detail, at the level of the plate around it.

P. Pérez, M. Gangnet and A. Blake, "Poisson Image Editing", ACM SIGGRAPH 2003; here in ACEScct, with
soft mattes, and solved at once by sine transforms on the matte's box.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from lookdev.blend.log_code import ZERO, decoded, encoded
from lookdev.blend.waves import Waves, solved

MARGIN = 16
"""How far the box goes beyond the matte, where the frame allows (px)."""

_RADICES = (2, 3, 5, 7, 11, 13)  # of lengths that Fourier transforms are fast at


@dataclass(frozen=True)
class _Side:
    """Rows or columns of the box: the unknowns, and the plate's pixels that they meet."""

    start: int
    """First unknown."""
    stop: int
    """One beyond the last."""
    first_free: bool
    last_free: bool

    @property
    def waves(self) -> Waves:
        return Waves(self.stop - self.start, self.first_free, self.last_free)

    @property
    def window(self) -> slice:
        """Unknowns and plate, in the picture."""
        return slice(self.start - (not self.first_free), self.stop + (not self.last_free))

    @property
    def inner(self) -> slice:
        """The unknowns, in the window."""
        first = int(not self.first_free)
        return slice(first, first + self.stop - self.start)


def gradient_domain(patch: Tensor, plate: Tensor, mask: Tensor, *, margin: int = MARGIN) -> Tensor:
    """Scene-linear (3, H, W): the plate, with the patch's gradients where the mask (H, W) has them.

    Between two neighbours the result's difference is meant to be the patch's by the share of
    the smaller of their masks (0..1), the plate's for the rest; the result is as near to that
    everywhere as can be (least squares, in ACEScct). So the patch is read only where the mask is
    above 0, a level or a gain of its own is lost, and a matte of single pixels joins nothing.

    The plate is met on the border of the matte's box, `margin` px beyond the matte. Outside it the
    plate's numbers come back bit for bit; between matte and box they change a little (see
    `influence`). Where the matte itself reaches the picture's border there is no plate to meet:
    on that side the border is free (natural, Neumann), as if the picture were mirrored beyond it.
    A matte that reaches all four sides keeps the plate's mean where the mask is below 1, and
    without such a place the patch's own. No channel falls below 0, or below the lowest of patch and
    plate in the box where that is negative. An empty mask is the plate itself.
    """
    there = mask > 0
    rows, columns = (_side(there.any(dim), margin) for dim in (1, 0))
    if rows is None or columns is None:
        return plate
    window, inner = (slice(None), rows.window, columns.window), (..., rows.inner, columns.inner)
    mask = mask[window[1:]]
    base, own = encoded(plate[window]), encoded(patch[window])
    floor = torch.minimum(base.amin((1, 2), keepdim=True), _lowest(own, mask)).clamp_max(ZERO)
    own.sub_(base)
    code = base[inner].add_(_change(own, mask, rows, columns))
    result = plate.clone()
    result[window][inner] = decoded(torch.maximum(code, floor))
    return result


def _change(own: Tensor, mask: Tensor, rows: _Side, columns: _Side) -> Tensor:
    """What is added to the plate's code (3, h, w), from patch less plate in the window."""
    # in single precision the level of a large box with a free side is off by 3e-5 and more
    laplacian = _divergence(own.double(), mask)[..., rows.inner, columns.inner]
    change = solved(laplacian, rows.waves, columns.waves).float()
    if not (rows.waves.level and columns.waves.level):
        return change
    rest = 1 - mask  # no side meets the plate, and the window is the picture
    if bool(rest.sum() > 0):
        return change - (change * rest).sum((1, 2), keepdim=True) / rest.sum()
    return change + (own - change).mean((1, 2), keepdim=True)


def _lowest(code: Tensor, mask: Tensor) -> Tensor:
    """Of each channel (3, 1, 1), where the mask is above 0."""
    return code.masked_fill(mask <= 0, torch.inf).amin((1, 2), keepdim=True)


def _divergence(difference: Tensor, mask: Tensor) -> Tensor:
    """What the change's Laplacian is meant to be (3, h, w), from patch less plate.

    Nothing flows across the picture's border: that leaves it free there.
    """
    result = torch.zeros_like(difference)
    for dim in (1, 2):
        steps = difference.shape[dim] - 1
        share = torch.minimum(mask.narrow(dim - 1, 0, steps), mask.narrow(dim - 1, 1, steps))
        flow = torch.diff(difference, dim=dim).mul_(share)
        flow.masked_fill_(share <= 0, 0)  # whatever the patch is there, be it no number
        result.narrow(dim, 0, steps).add_(flow)
        result.narrow(dim, 1, steps).sub_(flow)
    return result


def _side(there: Tensor, margin: int) -> _Side | None:
    """The matte's rows or columns (N,) and a margin; none if the matte is empty."""
    places = there.nonzero()
    if not len(places):
        return None
    size, first, last = len(there), int(places[0]), int(places[-1])
    first_free, last_free = first == 0, last == size - 1
    start = 0 if first_free else max(1, first - margin)
    stop = size if last_free else min(size - 1, last + 1 + margin)
    room = (start - 1 if not first_free else 0), (size - 1 - stop if not last_free else 0)
    more = _more(stop - start, sum(room), first_free + last_free)
    before = max(min(more // 2, room[0]), more - room[1])
    return _Side(start - before, stop + more - before, first_free, last_free)


def _more(count: int, room: int, free: int) -> int:
    """How many rows more make a Fourier transform fast; 0 if the room is too small for it."""
    for more in range(room + 1):
        length = count + more
        if _fast((length + 1, 2 * length + 1, length)[free]):
            return more
    return 0


def _fast(length: int) -> bool:
    for radix in _RADICES:
        while length % radix == 0:
            length //= radix
    return length == 1
