"""A layer's element at a frame: from the cache, or made and kept."""

import time
from typing import TYPE_CHECKING, Protocol

from lookdev.errors import ModelError
from lookdev.generate.adapter import Adapter, OnStep, Request, load
from lookdev.generate.asked import Asked
from lookdev.generate.catalogue import ModelFiles, model_files
from lookdev.generate.draft import Draft
from lookdev.generate.motion import Track
from lookdev.image.element import Element
from lookdev.image.track import read_track
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Layer
from lookdev.store.cache import Cache

if TYPE_CHECKING:
    from pathlib import Path


class NotKeptError(ModelError):
    """An element is not in the cache, and would have to be made."""

    def __init__(self, layer: str, frame: int) -> None:
        """Name the layer and its frame."""
        super().__init__(f"{layer} at frame {frame}: is not in the cache; make it first")
        self.layer = layer


class FrozenElements(Protocol):
    """Elements of a shot that was approved in motion."""

    def get(self, layer: str, frame: int) -> Element | None:
        """The layer's element at a frame, or None where that frame was not frozen.

        Raises:
            LookdevError: It is missing or changed.
        """


class Elements:
    """Makes elements, each once: models load when first needed, and stay."""

    def __init__(
        self,
        cache: Cache,
        *,
        device: str,
        makes: bool = True,
        frozen: FrozenElements | None = None,
    ) -> None:
        """Use a cache and a device (`cpu`, `cuda`); `makes` and `frozen` as in `Session`."""
        self.evaluations = 0
        """Network evaluations so far."""
        self.loads = 0
        """Models loaded so far."""
        self.load_seconds = 0.0
        """What loading them has taken."""
        self._cache = cache
        self._device, self._makes, self._frozen = device, makes, frozen
        self._adapters: dict[str, Adapter] = {}
        self._tracks: dict[tuple[Path, int, int], Track] = {}

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

        Raises:
            NotKeptError: It is not in the cache, and this runs no model.
            ModelError: The model cannot be loaded or run.
        """
        if self._frozen and (frozen := self._frozen.get(layer.name, frame)):
            return frozen
        asked = self._asked(layer, shot_file, frame, draft)
        if asked is None:
            return Element.empty(*(draft.of(layer) if draft else layer).element.size)
        kept = self._found(asked)
        if kept is not None:
            return kept
        if not self._makes:
            raise NotKeptError(layer.name, frame)
        adapter = self._adapter(asked.files)
        request = Request(
            asked.layer.element, asked.envelope, asked.wind, asked.noise(adapter.noise_channels)
        )
        made = adapter.generate(request, on_step)
        self.evaluations += made.evaluations
        self._cache.put(asked.key, made.to_bytes())
        return made

    def kept(self, layer: Layer, shot_file: ShotFile, frame: int) -> Element | None:
        """The element, where no model is needed for it; read, so it is known to be whole."""
        asked = self._asked(layer, shot_file, frame, None)
        return Element.empty(*layer.element.size) if asked is None else self._found(asked)

    def key(self, layer: Layer, shot_file: ShotFile, frame: int) -> str | None:
        """What the element is kept by; None where it needs no model.

        It takes an envelope and its hash: worth being remembered by who asks again.
        """
        asked = self._asked(layer, shot_file, frame, None)
        return None if asked is None else asked.key

    def has(self, key: str | None) -> bool:
        """Whether `get` would find the element of that key without running a model."""
        return key is None or self._cache.has(key)

    def is_kept(self, layer: Layer, shot_file: ShotFile, frame: int) -> bool:
        """Whether `get` would find the element without running a model."""
        return self.has(self.key(layer, shot_file, frame))

    def _asked(
        self, layer: Layer, shot_file: ShotFile, frame: int, draft: Draft | None
    ) -> Asked | None:
        """All that an element is made from and kept by; None where its envelope is empty."""
        return Asked.of(
            layer,
            shot_file,
            frame,
            draft,
            track=self._track(shot_file) if layer.motion.follow != 0 else None,
            files=lambda: model_files(shot_file.folder, layer.element.model),
            device=self._device,
        )

    def _found(self, asked: Asked) -> Element | None:
        data = self._cache.get(asked.key)
        return None if data is None else Element.from_bytes(data)

    def _adapter(self, files: ModelFiles) -> Adapter:
        if files.digest not in self._adapters:
            started = time.perf_counter()
            self._adapters[files.digest] = load(files, device=self._device)
            self.load_seconds += time.perf_counter() - started
            self.loads += 1
        return self._adapters[files.digest]

    def _track(self, shot_file: ShotFile) -> Track:
        assert shot_file.shot.track is not None, "preflight has checked that the shot has a track"
        path = shot_file.folder.resolve(shot_file.shot.track)
        stat = path.stat()
        place = path, stat.st_size, stat.st_mtime_ns
        if place not in self._tracks:
            self._tracks[place] = read_track(path)
        return self._tracks[place]
