"""A layer's element at a frame: from the cache, or made and kept."""

import hashlib
import platform
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import torch

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
        self, layer: Layer, shot_file: ShotFile, frame: int, *, on_step: OnStep | None = None
    ) -> Element:
        """The layer's element at a frame, from the cache where it is there.

        An envelope that is 0 everywhere gives an empty element without a model.
        """
        track = self._track(shot_file) if layer.motion.follow != 0 else None
        envelope, wind = control_map(layer, shot_file, frame, track)
        width, height = layer.element.size
        if not envelope.any():
            return Element.empty(width, height)
        files = self._model(shot_file, layer.element.model)
        moved, stream = _place_in_noise(layer, shot_file, frame, track)
        key = digest_of(
            {
                "element": layer.element.model_dump(mode="json"),
                "model": files.digest,
                "envelope": _digest_of_pixels(envelope),
                "wind": wind,
                "noise": {"moved": moved, "stream": stream},
                "machine": machine(self._device),
                "code": code_digest("generate", "image", "mini", "spec"),
            }
        )
        kept = self._cache.get(key)
        if kept is not None:
            return Element.from_bytes(kept)
        adapter = self._adapter(files)
        start = noise.drawn(
            layer.element.seed,
            channels=adapter.noise_channels,
            width=width,
            height=height,
            displacement=moved,
            stream=stream,
        )
        made = adapter.generate(Request(layer.element, envelope, wind, start), on_step)
        self.evaluations += made.evaluations
        self._cache.put(key, made.to_bytes())
        return made

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
