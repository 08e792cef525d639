"""What a process keeps while it renders: colour, models, and the last result of every stage."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import torch

from lookdev.generate.device import chosen_device
from lookdev.generate.elements import Elements, FrozenElements
from lookdev.image.colour import Colour, open_colour
from lookdev.spec.cores import cores
from lookdev.spec.folder import ShowFolder
from lookdev.store.cache import Cache, OwnCache


class Session:
    """What a process keeps while it renders frames of one show: colour, models, recent stages."""

    def __init__(
        self,
        folder: ShowFolder,
        *,
        device: str | None = None,
        threads: int | None = None,
        frames_kept: int = 1,
        makes: bool = True,
        quick: bool = False,
        fresh: bool = False,
        frozen: FrozenElements | None = None,
    ) -> None:
        """Open a session.

        Args:
            folder: The show.
            device: Where models and blends run (`cpu`, `cuda`); as `chosen_device` says if None.
            threads: Of torch on the CPU; they are part of the pixels' identity. All cores if None.
            frames_kept: How many frames keep their stages for the next edit.
            makes: Whether missing elements are made; if not, they are a `NotKeptError`.
            quick: Take what compiled networks have made as well: for a desk, never for finals.
            fresh: Make every element anew, once, past whatever the cache holds.
            frozen: Elements of an approved shot: they are taken, and no others made.
        """
        torch.set_num_threads(threads or cores())
        self.folder = folder
        self.device = device or chosen_device()
        self.colour: Colour = open_colour(folder.ocio_config)
        cap = int(folder.show.cache.gigabytes * 1e9)
        cache = (OwnCache if fresh else Cache)(folder.cache_folder, max_bytes=cap)
        self.elements = Elements(
            cache, device=self.device, colour=self.colour, makes=makes, quick=quick, frozen=frozen
        )
        self._kept: OrderedDict[Hashable, Stages] = OrderedDict()
        self._frames_kept = frames_kept

    def stages(self, key: Hashable) -> "Stages":
        """The kept stages of one frame of one plate."""
        stages = self._kept.setdefault(key, Stages())
        self._kept.move_to_end(key)
        while len(self._kept) > self._frames_kept:
            self._kept.popitem(last=False)
        return stages


class Stages:
    """The last result of each named stage, reused while its key stays the same."""

    def __init__(self) -> None:
        """Keep nothing yet."""
        self._results: dict[str, tuple[Hashable, Any]] = {}

    def get(self, name: str, key: Hashable, make: Callable[[], Any]) -> Any:
        """The stage's result: the last one if its key is the same, else a new one."""
        known = self._results.get(name)
        if known is not None and known[0] == key:
            return known[1]
        result = make()
        self._results[name] = (key, result)
        return result
