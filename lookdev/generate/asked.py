"""One element that is asked for: what it is made from, and the key that it is kept by."""

import hashlib
import platform
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Self

import torch
from torch import Tensor

from lookdev.generate import noise
from lookdev.generate.catalogue import ModelFiles
from lookdev.generate.control import control_map
from lookdev.generate.draft import Draft
from lookdev.generate.motion import Track, displacement
from lookdev.image.frame import Pixels
from lookdev.spec.code import code_digest
from lookdev.spec.digest import digest_of
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Layer


@dataclass(frozen=True)
class Asked:
    """One element that is asked for."""

    layer: Layer
    """At the size and steps that are made."""
    full: Layer
    """As the look has it."""
    draft: Draft | None
    envelope: Pixels
    wind: tuple[float, float]
    files: ModelFiles
    moved: tuple[float, float]
    stream: int
    key: str

    @classmethod
    def of(
        cls,
        layer: Layer,
        shot_file: ShotFile,
        frame: int,
        draft: Draft | None,
        *,
        track: Track | None,
        files: Callable[[], ModelFiles],
        device: str,
    ) -> Self | None:
        """What a layer asks for at a frame; None where its envelope is empty.

        Args:
            layer: As the look has it.
            shot_file: The shot.
            frame: Absolute frame number.
            draft: What is to be made of it; None for the real one.
            track: The shot's, where the layer follows it.
            files: Gives the model's files; called only where there is something to make.
            device: Where the model runs.
        """
        full, layer = layer, draft.of(layer) if draft else layer
        envelope, wind = control_map(layer, shot_file, frame, track)
        if not envelope.any():
            return None
        moved, stream = _place_in_noise(full, shot_file, frame, track)
        found = files()
        key = digest_of(
            {
                "element": layer.element.deciding(),
                "model": found.digest,
                "envelope": _digest_of_pixels(envelope),
                "wind": wind,
                "noise": {"moved": moved, "stream": stream},
                "draft": None if draft is None else draft.factor,
                "machine": machine(device),
                "code": code_digest("generate", "image", "mini", "spec"),
            }
        )
        return cls(layer, full, draft, envelope, wind, found, moved, stream, key)

    def noise(self, channels: int) -> Tensor:
        """The noise it starts from, between the seed and its variation."""
        params = self.full.element
        start = self._drawn(params.seed, channels)
        if params.variation > 0:
            other = self._drawn(params.variation_seed, channels)
            start = noise.between(start, other, params.variation)
        if self.draft is None:
            return start
        return noise.shrunk(start, self.draft.factor)

    def _drawn(self, seed: str, channels: int) -> Tensor:
        width, height = self.layer.element.size
        factor = 1 if self.draft is None else self.draft.factor
        return noise.drawn(
            seed,
            channels=channels,
            width=width * factor,
            height=height * factor,
            displacement=self.moved,
            stream=self.stream,
        )


def machine(device: str) -> dict[str, Any]:
    """What of the machine and its libraries can change an element's pixels."""
    return {
        "device": device,
        "threads": torch.get_num_threads(),
        "instructions": f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}",
        "torch": torch.__version__,
        "diffusers": version("diffusers"),
        "numpy": version("numpy"),
        "opencv": version("opencv-python-headless"),
    }


def _place_in_noise(
    layer: Layer, shot_file: ShotFile, frame: int, track: Track | None
) -> tuple[tuple[float, float], int]:
    """Displacement of the noise in element pixels, and its stream."""
    width, height = layer.element.size
    scale = width / shot_file.shot.width, height / shot_file.shot.height
    if layer.motion.noise == "advected":
        x, y = displacement(layer.motion, frame, track)
        return (x * scale[0], y * scale[1]), 0
    return (0.0, 0.0), frame if layer.motion.noise == "fresh" else 0


def _digest_of_pixels(pixels: Pixels) -> str:
    return hashlib.sha256(pixels.tobytes()).hexdigest()
