"""Scene light as the pixels that an image model takes, and back, by its card's `encoding`."""

import numpy as np

from lookdev.errors import ModelError, PlateError, SpecError
from lookdev.image.colour import LOG, WORKING, Colour
from lookdev.image.frame import Pixels
from lookdev.spec.card import Encoding
from lookdev.spec.show import STUDIO_CONFIG

DISPLAY = "sRGB - Display"
VIEW = "ACES 2.0 - SDR 100 nits (Rec.709)"
"""What `sdr-view` is: fixed, so that no show LUT, CDL or other view changes what a model sees."""

_LOGS = {"acescct": LOG, "logc4": "ARRI LogC4"}
_HALF_MAX = 65504.0


def require_encoding(encoding: Encoding, colour: Colour) -> None:
    """Refuse, before any model runs, a config that cannot encode so.

    Raises:
        SpecError: The config lacks the view or the log space.
    """
    if encoding == "sdr-view":
        colour.require_view(DISPLAY, VIEW)
    elif not colour.has(_LOGS[encoding]):
        raise SpecError(
            f"OCIO config {colour.name}: has no colour space {_LOGS[encoding]}, which the model "
            f"card's encoding {encoding} needs; use a config that has it, such as {STUDIO_CONFIG}"
        )


def encoded(rgb: Pixels, encoding: Encoding, colour: Colour) -> Pixels:
    """Scene-linear ACEScg (H, W, 3) as code values 0..1; what they cannot carry is clipped.

    `sdr-view` is the ACES 2 SDR view on an sRGB display. Log carries -0.0069 to 223 as `acescct`
    (S-2016-001), and in ARRI's wide gamut -0.018 to 469 as `logc4` (ARRI LogC4 specification).

    Raises:
        SpecError: The config lacks the view or the log space.
        PlateError: The picture holds NaN or Inf.
    """
    require_encoding(encoding, colour)
    if not np.isfinite(rgb).all():
        raise PlateError(
            f"plate: {_count(rgb)} values are NaN or Inf; mend it, or ingest with --repair-nan"
        )
    light = np.clip(rgb, -_HALF_MAX, _HALF_MAX)  # a log of float's last powers is -inf
    if encoding == "sdr-view":
        codes = colour.to_display(light, DISPLAY, VIEW)
    else:
        codes = colour.convert(light, WORKING, _LOGS[encoding])
    return np.clip(codes, 0, 1, out=codes)


def decoded(codes: Pixels, encoding: Encoding, colour: Colour, *, ceiling: float) -> Pixels:
    """A model's code values (H, W, 3) as scene-linear ACEScg, rolled off to the shot's ceiling.

    Code values outside 0..1 are clipped first. From `sdr-view` nothing is below 0; from log it may
    be, as in the plate. See `rolled_off` for what is bright.

    Raises:
        SpecError: The config lacks the view or the log space.
        ModelError: The picture holds NaN or Inf; a view would show them as black.
    """
    require_encoding(encoding, colour)
    if not np.isfinite(codes).all():
        raise ModelError(
            f"the model's picture: {_count(codes)} values are NaN or Inf; run it in bf16 or float32"
        )
    within = np.clip(codes, 0, 1)
    if encoding == "sdr-view":
        light = colour.from_display(within, DISPLAY, VIEW).clip(min=0)
    else:
        light = colour.convert(within, _LOGS[encoding], WORKING)
    return rolled_off(light, ceiling)


def rolled_off(rgb: Pixels, ceiling: float) -> Pixels:
    """Scene light (H, W, 3) with a soft shoulder: its largest channel never passes the ceiling.

    With m the largest channel and c the ceiling, the pixel is scaled by f(m) / m, so that its hue
    stays:

        f(m) = m                  where m <= c / 2
        f(m) = c - c^2 / (4 m)    above

    f rises everywhere, its slope is 1 at the knee from both sides, and it nears c from below.
    Pixels up to the knee keep their bits.
    """
    top = rgb.max(axis=-1, keepdims=True)
    bright = np.maximum(top, ceiling / 2)  # at the knee the scale is 1
    scale = (ceiling - ceiling * ceiling / (4 * bright)) / bright
    rolled = np.where(top > ceiling / 2, rgb * scale, rgb)
    return np.minimum(rolled, ceiling).astype(np.float32, copy=False)


def _count(pixels: Pixels) -> int:
    return int(np.count_nonzero(~np.isfinite(pixels)))
