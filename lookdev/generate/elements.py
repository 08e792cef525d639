"""A layer's element at a frame: from the cache, or made and kept."""

import hashlib
import platform
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from lookdev.generate import noise
from lookdev.generate.adapter import Adapter, OnStep, Request, load
from lookdev.generate.catalogue import ModelFiles, model_files
from lookdev.generate.control import control_map
from lookdev.generate.motion import Track, displacement
from lookdev.image.element import Element
from lookdev.image.frame import Pixels
from lookdev.image.track import read_track
from lookdev.spec.code import code_digest
from lookdev.spec.digest import digest_of
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Layer
from lookdev.store.cache import Cache

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Draft:
    """A quick sketch of an element: smaller, in fewer steps, from the same noise shrunk.

    What is large keeps its place; fine detail is larger than in the real one, because the model
    draws it at its own pixel size. Never part of an approval or a final.
    """

    factor: int = 2
    """How many times smaller each side is."""
    steps: int = 2
    """At most so many denoising steps."""

    def of(self, layer: Layer) -> Layer:
        """The layer, at the sketch's size and steps."""
        width, height = (max(16, side // self.factor) for side in layer.element.size)
        steps = min(self.steps, layer.element.steps)
        element = layer.element.model_copy(update={"size": (width, height), "steps": steps})
        return layer.model_copy(update={"element": element})


class Elements:
    """Makes elements, each once: models load when first needed, and stay."""

    def __init__(self, cache: Cache, *, device: str) -> None:
        """Use a cache and a device (`cpu`, `cuda`)."""
        self.evaluations = 0
        """Network evaluations so far."""
        self.loads = 0
        """Models loaded so far."""
        self._cache = cache
        self._device = device
        self._adapters: dict[str, Adapter] = {}
        self._files: dict[tuple[Path, str], ModelFiles] = {}
        self._tracks: dict[Path, Track] = {}

    def get(
        self,
        layer: Layer,
        shot_file: ShotFile,
        frame: int,
        *,
        draft: Draft | None = None,
        on_step: OnStep | None = None,
    ) -> Element:
        """The layer's element at a frame, from the cache where it is there.

        An envelope that is 0 everywhere gives an empty element without a model.
        """
        asked = self._asked(layer, shot_file, frame, draft)
        if asked is None:
            return Element.empty(*(draft.of(layer) if draft else layer).element.size)
        kept = self._cache.get(asked.key)
        if kept is not None:
            return Element.from_bytes(kept)
        adapter = self._adapter(asked.files)
        request = Request(
            asked.layer.element, asked.envelope, asked.wind, asked.noise(adapter.noise_channels)
        )
        made = adapter.generate(request, on_step)
        self.evaluations += made.evaluations
        self._cache.put(asked.key, made.to_bytes())
        return made

    def is_kept(self, layer: Layer, shot_file: ShotFile, frame: int) -> bool:
        """Whether `get` would find the element without running a model."""
        asked = self._asked(layer, shot_file, frame, None)
        return asked is None or self._cache.has(asked.key)

    def _asked(
        self, layer: Layer, shot_file: ShotFile, frame: int, draft: Draft | None
    ) -> "_Asked | None":
        """All that an element is made from and kept by; None where its envelope is empty."""
        full, layer = layer, draft.of(layer) if draft else layer
        track = self._track(shot_file) if layer.motion.follow != 0 else None
        envelope, wind = control_map(layer, shot_file, frame, track)
        if not envelope.any():
            return None
        files = self._model(shot_file, layer.element.model)
        moved, stream = _place_in_noise(full, shot_file, frame, track)
        key = digest_of(
            {
                "element": layer.element.model_dump(mode="json"),
                "model": files.digest,
                "envelope": _digest_of_pixels(envelope),
                "wind": wind,
                "noise": {"moved": moved, "stream": stream},
                "draft": None if draft is None else draft.factor,
                "machine": machine(self._device),
                "code": code_digest("generate", "image", "mini", "spec"),
            }
        )
        return _Asked(layer, full, draft, envelope, wind, files, moved, stream, key)

    def _model(self, shot_file: ShotFile, model: str) -> ModelFiles:
        place = (shot_file.folder.root, model)
        if place not in self._files:
            self._files[place] = model_files(shot_file.folder, model)
        return self._files[place]

    def _adapter(self, files: ModelFiles) -> Adapter:
        if files.digest not in self._adapters:
            self._adapters[files.digest] = load(files, device=self._device)
            self.loads += 1
        return self._adapters[files.digest]

    def _track(self, shot_file: ShotFile) -> Track:
        assert shot_file.shot.track is not None, "preflight has checked that the shot has a track"
        path = shot_file.folder.resolve(shot_file.shot.track)
        if path not in self._tracks:
            self._tracks[path] = read_track(path)
        return self._tracks[path]


@dataclass(frozen=True)
class _Asked:
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

    def noise(self, channels: int) -> Tensor:
        """The noise it starts from, between the seed and its variation."""
        params = self.full.element
        start = self._drawn(params.seed, channels)
        if params.variation > 0:
            other = self._drawn(params.variation_seed, channels)
            start = noise.between(start, other, params.variation)
        if self.draft is None:
            return start
        width, height = self.layer.element.size
        return noise.shrunk(start, self.draft.factor)[:, :height, :width]

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
