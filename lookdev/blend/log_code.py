"""ACEScct (Academy S-2016-001): the log code in which a patch is joined to its plate.

Its primaries are ACEScg's, so the code is of each number alone. Joins are made in it because in
linear light they go far below 0 and weigh a highlight above all else.
"""

import torch
from torch import Tensor

ZERO = 0.0729055341958355
"""The code of no light at all."""

_BREAK = 0.0078125  # linear; at and below it the code is a straight line, which keeps negatives
_BREAK_CODE = 0.155251141552511
_SLOPE = 10.5402377416545
_STOPS = 17.52
_DARKEST = 9.72


def encoded(linear: Tensor) -> Tensor:
    """Scene-linear ACEScg as ACEScct, elementwise, float32; 0.18 is 0.4136, 1 is 0.5548.

    Negatives are kept by the straight part, and nothing is clipped above.
    """
    curve = linear.clamp_min(_BREAK).log2_().add_(_DARKEST).mul_(1 / _STOPS)
    return torch.where(linear > _BREAK, curve, linear * _SLOPE + ZERO)


def decoded(code: Tensor) -> Tensor:
    """ACEScct as scene-linear ACEScg: the inverse of `encoded`, to 3e-6 of each value.

    Like OCIO's it does not clip at 65504, as S-2016-001 does: what half cannot hold is the
    writer's to refuse.
    """
    curve = (code * _STOPS).sub_(_DARKEST).exp2_()
    return torch.where(code > _BREAK_CODE, curve, (code - ZERO).mul_(1 / _SLOPE))
