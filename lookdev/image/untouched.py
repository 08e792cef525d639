"""The plate is sacred: where the support is 0, what is written has the plate's own bits."""

import numpy as np
import numpy.typing as npt

from lookdev.errors import DeliveryError
from lookdev.image.frame import Frame, Pixels

_ROUNDS_TO_0 = 2.0**-25
"""The largest weight that half has as 0: half of its smallest step, and ties go to even."""


def require_untouched(comp: Frame, plate: Frame, support: Pixels, where: str) -> None:
    """Refuse a comp that changed the plate where nothing may change.

    Bits are compared, so that NaN equals itself and -0 is not 0.

    Args:
        comp: What is about to be written.
        plate: The plate as it was read; on another data window it counts as 0 where it has none.
        support: The support's weight (H, W) over the comp's data window, as it is delivered: what
            rounds to 0 in half is 0.
        where: Whose comp it is, for the sentence.

    Raises:
        DeliveryError: A half bit outside the support differs; names frame, count and first pixel.
    """
    own = plate.over_window(comp.data)
    suspects = _differs(comp.pixels.view(np.uint32), own.pixels.view(np.uint32))
    suspects &= support <= _ROUNDS_TO_0
    if not suspects.any():
        return
    rows, columns = np.nonzero(suspects)
    made, wanted = (_half_bits(frame.pixels[rows, columns]) for frame in (comp, own))
    changed = np.flatnonzero(_differs(made, wanted))
    if changed.size:
        first = changed[0]
        x, y = int(columns[first]) + comp.data.x, int(rows[first]) + comp.data.y
        raise DeliveryError(
            f"{where}: frame {comp.number}: {changed.size} pixels differ from the plate where the "
            f"support is 0, first at x {x}, y {y}; nothing of the frame is written: report this "
            "as a fault of lookdev, with the look"
        )


def _differs(
    one: npt.NDArray[np.unsignedinteger], other: npt.NDArray[np.unsignedinteger]
) -> npt.NDArray[np.bool_]:
    """Whether any channel (the last axis) differs."""
    differs = one != other
    result = differs[..., 0].copy()
    for channel in range(1, one.shape[-1]):  # `any` over a short last axis is ten times as slow
        result |= differs[..., channel]
    return result


def _half_bits(pixels: Pixels) -> npt.NDArray[np.uint16]:
    with np.errstate(over="ignore"):  # what half cannot hold is refused when it is written
        return pixels.astype(np.float16).view(np.uint16)
