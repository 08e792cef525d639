"""The models of one process: each loaded when it is first needed, and kept."""

import gc
import sys
import time
from importlib import import_module
from types import ModuleType

from lookdev.generate.adapter import Adapter, OnStep
from lookdev.generate.catalogue import ModelFiles, model_files
from lookdev.generate.damage import damage_told
from lookdev.generate.families import ALLOWED
from lookdev.image.colour import Colour
from lookdev.spec.folder import ShowFolder

_Key = tuple[str, str, str | None]


def _key(files: ModelFiles) -> _Key:
    """What of a card decides how its model is used, beside the files."""
    return files.digest, files.card.encoding, files.card.preview


class Loaded:
    """Models on one device."""

    def __init__(self, *, device: str, colour: Colour) -> None:
        """Nothing is loaded yet."""
        self.device, self._colour = device, colour
        self.loads = 0
        """Models loaded so far."""
        self.seconds = 0.0
        """What loading them has taken."""
        self._adapters: dict[_Key, Adapter] = {}

    def adapter(self, files: ModelFiles, folder: ShowFolder) -> Adapter:
        """The model's adapter.

        Raises:
            ModelError: It cannot be loaded.
        """
        key = _key(files)
        if key not in self._adapters:
            started = time.perf_counter()
            self._adapters[key] = self._load(files, folder)
            self.seconds += time.perf_counter() - started
            self.loads += 1
        return self._adapters[key]

    def is_compiled(self, files: ModelFiles) -> bool:
        """Whether a model's network was compiled."""
        adapter = self._adapters.get(_key(files))
        return adapter is not None and adapter.is_compiled

    def moment(self, on_step: OnStep) -> bool:
        """Give every model a moment in which nobody waits; whether one used it."""
        used = [adapter.moment(on_step) for adapter in self._adapters.values()]
        return any(used)

    def _load(self, files: ModelFiles, folder: ShowFolder) -> Adapter:
        preview = None if files.card.preview is None else model_files(folder, files.card.preview)
        kind = "pictures.adapter" if ALLOWED[files.card.pipeline].is_picture else "mini_adapter"
        module = _imported(f"lookdev.generate.{kind}")
        with damage_told(files):
            adapter: Adapter = module.load(
                files, device=self.device, colour=self._colour, preview=preview
            )
        return adapter


def _imported(name: str) -> ModuleType:
    """Import a module that brings diffusers along, without looking for garbage meanwhile.

    Some 600,000 objects come with it, of which none is garbage, and the collector would go through
    all of them again and again.
    """
    if name in sys.modules:
        return sys.modules[name]
    collects = gc.isenabled()
    gc.disable()
    try:
        return import_module(name)
    finally:
        if collects:
            gc.enable()
