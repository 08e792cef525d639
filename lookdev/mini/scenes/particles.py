"""Snow, ash, embers and debris: particles at the peaks of the noise."""

from lookdev.mini.maps import Maps
from lookdev.mini.scenes.chunks import Chunks
from lookdev.mini.scenes.control import Control
from lookdev.mini.scenes.fields import Noise
from lookdev.mini.scenes.flakes import Flakes
from lookdev.mini.scenes.peaks import Weather
from lookdev.mini.scenes.sparks import Sparks
from lookdev.mini.scenes.splat import Canvas

_SNOW = (  # fine and far, fine, crisp, near and out of focus
    Flakes(0, 1.05, 1.05e-2, (0.35, 1.0), 0.35, 0.7, (0.5, 0.68), 0.85, pace=0.7),
    Flakes(2, 1.6, 7e-3, (0.6, 1.5), 0.3, 0.9, (0.55, 0.78), 0.8, pace=0.9),
    Flakes(1, 2.6, 8e-3, (1.0, 3.0), 0.35, 0.95, (0.58, 0.86), 0.75, ragged=0.2),
    Flakes(0, 5.8, 9e-3, (3.2, 9.0), 1.4, 0.45, (0.68, 0.84), 0.7, rim=0.4, pace=1.3),
)
_ASH = (
    Flakes(0, 1.1, 7e-3, (0.4, 1.0), 0.35, 0.85, (0.12, 0.36), 0.5, pace=0.4),
    Flakes(
        1, 2.7, 8e-3, (1.3, 3.4), 0.25, 1.0, (0.11, 0.36), 0.35, ragged=0.22, curl=1.0, pace=0.5
    ),
    Flakes(2, 5.8, 8e-3, (2.6, 6.5), 0.9, 0.8, (0.12, 0.32), 0.3, ragged=0.2, curl=0.8, pace=0.6),
)
_EMBERS = (
    Sparks(1, 1.5, 5e-3, (0.25, 0.7), (1.0, 5.0), 0.4),
    Sparks(2, 3.2, 5e-3, (0.4, 1.3), (2.5, 9.0), 0.6),
)
_GRIT = (Flakes(0, 1.2, 8e-3, (0.3, 1.2), 0.2, 0.85, (0.1, 0.42), 0.2, curl=0.6),)
_CHUNKS = (
    Chunks(1, 3.0, 7e-3, (2.0, 5.2), (0.4, 0.8)),
    Chunks(2, 6.6, 7e-3, (4.5, 12.5), (0.4, 0.8)),
)


def snow(noise: Noise, control: Control) -> Maps:
    """Draw falling snow: fine and far, crisp, and near and out of focus.

    Args:
        noise: B scenes of white noise.
        control: Where, how near, and which way the flakes streak; softness is out of focus.

    Returns:
        Their maps.
    """
    canvas, weather = Canvas(control.envelope), Weather.of(noise, control)
    for layer in _SNOW:
        layer.lay(canvas, weather)
    return canvas.maps(rest=(0.75, 0.75, 0.75, 0.6))


def ash(noise: Noise, control: Control) -> Maps:
    """Draw falling ash: dark, drawn out and curled flakes, and fine ones.

    Args:
        noise: B scenes of white noise.
        control: Where, how near, and which way the flakes streak; softness is out of focus.

    Returns:
        Their maps.
    """
    canvas, weather = Canvas(control.envelope), Weather.of(noise, control)
    for layer in _ASH:
        layer.lay(canvas, weather)
    return canvas.maps(rest=(0.25, 0.25, 0.25, 0.1))


def embers(noise: Noise, control: Control) -> Maps:
    """Draw glowing sparks with trails, each on a small, dark body.

    Args:
        noise: B scenes of white noise.
        control: Where, how near, and which way the trails lie; softness is out of focus.

    Returns:
        Their maps.
    """
    canvas, weather = Canvas(control.envelope), Weather.of(noise, control)
    for layer in _EMBERS:
        layer.lay(canvas, weather)
    return canvas.maps(rest=(0.1, 0.1, 0.1, 0.1))


def debris(noise: Noise, control: Control) -> Maps:
    """Draw stones and shards of two sizes with flat faces, grit between them, powder behind them.

    Args:
        noise: B scenes of white noise.
        control: Where, how near, and which way they fly; softness is powder, turbulence spin.

    Returns:
        Their maps.
    """
    canvas, weather = Canvas(control.envelope), Weather.of(noise, control)
    for layer in (*_GRIT, *_CHUNKS):
        layer.lay(canvas, weather)
    return canvas.maps(rest=(0.35, 0.35, 0.4, 0.15))
