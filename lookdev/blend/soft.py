"""Wide Gaussian blurs, for what has no fine detail: shadows, light that spreads.

OpenCV does the work on the CPU and torch on any other device, by the same steps and the same
kernel.
"""

from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 torch's own abbreviation
from torch import Tensor

_FINE = 4.0  # standard deviation, in reduced pixels, from which a blur is done on fewer of them
_REACH = 4.0  # in standard deviations; beyond is nothing at all

Beyond = Literal["same", "nothing"]
"""What lies beyond the picture's border: its outermost pixels, continued; or nothing."""


def softened(planes: Tensor, sigma: float, *, beyond: Beyond = "same") -> Tensor:
    """Planes (H, W) or (C, H, W) blurred by a standard deviation in pixels; 0 changes nothing.

    A wide blur is done on planes reduced by a whole factor f, where it is at least `_FINE` wide,
    and linear between. Averaging and interpolation blur too, by variances of (f^2 - 1) / 12 and
    (f^2 - 1) / 6 (px^2), which are taken off: a step from 0 to 1 keeps within 0.004 of the exact
    blur. Nothing leaves the range of the planes, what is far from all light is exactly 0, and sums
    are kept (with `same`: of what goes on beyond the border).
    """
    if sigma <= 0:
        return planes
    height, width = planes.shape[-2:]
    factor = max(1, int(sigma / _FINE))
    narrow = (sigma**2 / factor**2 - (1 - factor**-2) / 4) ** 0.5
    stack = _filled(planes.reshape(-1, height, width), factor, beyond)
    blurred = _on_cpu if stack.device.type == "cpu" else _on_device
    wide = blurred(stack, factor, _kernel(narrow), beyond)[:, :height, :width]
    return wide.reshape(planes.shape)


def _kernel(sigma: float) -> npt.NDArray[np.float32]:
    """A Gaussian (N, 1) whose sum is 1."""
    reach = int(np.ceil(_REACH * sigma))
    return np.asarray(cv2.getGaussianKernel(2 * reach + 1, sigma, cv2.CV_32F), np.float32)


def _filled(stack: Tensor, factor: int, beyond: Beyond) -> Tensor:
    """With rows and columns added, at the right and below, to a multiple of the factor."""
    height, width = stack.shape[-2:]
    missing = (0, -width % factor, 0, -height % factor)
    if not any(missing):
        return stack
    return F.pad(stack, missing, mode="replicate" if beyond == "same" else "constant")


def _on_cpu(stack: Tensor, factor: int, kernel: npt.NDArray[np.float32], beyond: Beyond) -> Tensor:
    height, width = stack.shape[-2:]
    border = cv2.BORDER_REPLICATE if beyond == "same" else cv2.BORDER_CONSTANT
    result = torch.empty_like(stack)
    for plane, target in zip(stack.numpy(), result.numpy(), strict=True):
        if factor == 1:
            cv2.sepFilter2D(plane, -1, kernel, kernel, dst=target, borderType=border)
            continue
        size = width // factor, height // factor
        small = cv2.resize(plane, size, interpolation=cv2.INTER_AREA)
        small = cv2.sepFilter2D(small, -1, kernel, kernel, borderType=border)
        cv2.resize(small, (width, height), dst=target, interpolation=cv2.INTER_LINEAR)
    return result


def _on_device(
    stack: Tensor, factor: int, kernel: npt.NDArray[np.float32], beyond: Beyond
) -> Tensor:
    size = stack.shape[-2:]
    planes = F.avg_pool2d(stack[:, None], factor)
    row = torch.from_numpy(kernel).to(stack.device).reshape(1, 1, 1, -1)
    reach = row.shape[-1] // 2
    mode = "replicate" if beyond == "same" else "constant"
    with torch.backends.cudnn.flags(enabled=True, allow_tf32=False):  # which keeps 10 bits only
        planes = F.conv2d(F.pad(planes, (reach, reach, 0, 0), mode=mode), row)
        planes = F.conv2d(F.pad(planes, (0, 0, reach, reach), mode=mode), row.transpose(2, 3))
    if factor > 1:
        planes = F.interpolate(planes, size, mode="bilinear", align_corners=False)
    return planes[:, 0]
