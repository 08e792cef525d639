"""The plate's camera: a slow dolly with a little handheld drift, a pinhole of constant focal."""

import math
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from lookdev.demo.arrays import Floats

FRAME_RATE = (24000, 1001)
_FIRST = 1001
_FOCAL = 1.185  # of the frame's height: a 24 mm lens on full frame
_HEIGHT = 3.4
_PITCH = math.radians(5.5)


@dataclass(frozen=True)
class Camera:
    """A pinhole in metres; the world's x is right, y up, z down the street.

    ``axes`` rows are the camera's right, down and forward in world coordinates. Pixel coordinates
    have their origin at the frame's top left corner, so pixel centres lie at +0.5.
    """

    position: Floats
    axes: Floats
    focal: float
    width: int
    height: int

    @classmethod
    def at(cls, frame: int, width: int, height: int) -> Self:
        """The camera of an absolute frame number; every frame number has one."""
        seconds = (frame - _FIRST) * FRAME_RATE[1] / FRAME_RATE[0]
        sway = [_drift(seconds, channel) for channel in range(6)]
        dolly = 5.0 * math.sin(seconds * math.tau / 45.0)
        position = np.array([0.5 + 0.012 * sway[0], _HEIGHT + 0.010 * sway[1], dolly])
        position[2] += 0.006 * sway[2]
        pitch = _PITCH + math.radians(0.10 * sway[3])
        axes = _axes(math.radians(0.13 * sway[4]), pitch, math.radians(0.05 * sway[5]))
        return cls(position, axes, _FOCAL * height, width, height)

    def scaled(self, factor: float) -> Self:
        """The same view over a frame ``factor`` times as large."""
        width, height = round(self.width * factor), round(self.height * factor)
        return replace(self, focal=self.focal * factor, width=width, height=height)

    def mirrored(self) -> Self:
        """The view reflected in the ground plane: what a wet road shows at the same pixels."""
        flip = np.array([1.0, -1.0, 1.0])
        return replace(self, position=self.position * flip, axes=self.axes * flip)

    def gradients(self) -> Floats:
        """The (3, 3) matrix taking pixel (x, y, 1) to a world direction of depth 1."""
        pixel = np.array(
            [
                [1.0, 0.0, -self.width / 2],
                [0.0, 1.0, -self.height / 2],
                [0.0, 0.0, self.focal],
            ]
        )
        out: Floats = self.axes.T @ pixel / self.focal
        return out

    def rays(self, x: Floats, y: Floats) -> Floats:
        """World directions (3, n), depth 1 along the lens axis, through pixels x, y (n,)."""
        matrix = self.gradients().astype(np.float32)
        return matrix[:, :1] * x + matrix[:, 1:2] * y + matrix[:, 2:]

    def view(self, points: Floats) -> Floats:
        """World points (n, 3) in camera axes (right, down, forward)."""
        out: Floats = (points - self.position) @ self.axes.T
        return out

    def project(self, points: Floats) -> Floats:
        """Pixel coordinates (n, 2) of world points (n, 3) in front of the camera."""
        seen = self.view(points)
        centre = np.array([self.width / 2, self.height / 2])
        out: Floats = seen[:, :2] / seen[:, 2:] * self.focal + centre
        return out


def _drift(seconds: float, channel: int) -> float:
    """A smooth wander of about unit size: three slow sines whose periods never meet again."""
    rates = (0.13 + 0.017 * channel, 0.37 + 0.029 * channel, 0.83 + 0.041 * channel)
    sizes = (0.7, 0.35, 0.10)
    phases = (1.7 * channel, 2.9 * channel + 0.5, 4.1 * channel + 1.1)
    waves = zip(rates, sizes, phases, strict=True)
    return sum(size * math.sin(math.tau * rate * seconds + phase) for rate, size, phase in waves)


def _axes(yaw: float, pitch: float, roll: float) -> Floats:
    forward = np.array(
        [math.sin(yaw) * math.cos(pitch), math.sin(pitch), math.cos(yaw) * math.cos(pitch)]
    )
    right = np.array([math.cos(yaw), 0.0, -math.sin(yaw)])
    down = np.cross(right, forward)
    down *= -1.0 if down[1] > 0 else 1.0
    turn_right = math.cos(roll) * right + math.sin(roll) * down
    turn_down = math.cos(roll) * down - math.sin(roll) * right
    return np.stack([turn_right, turn_down, forward])
