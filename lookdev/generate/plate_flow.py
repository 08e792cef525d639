"""Flow between the frames of plates, each pair measured once."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from typing import Protocol

import numpy as np
from safetensors.numpy import load, save

from lookdev.image.flow import Way, between, chained, checked, likeness, settled
from lookdev.image.frame import Pixels
from lookdev.image.mattes import resized
from lookdev.spec.code import code_digest
from lookdev.spec.digest import digest_of

_MOST_BYTES = 512 * 2**20
"""Of flow that is kept in memory: 40 pairs of frames at 960x540."""

PictureAt = Callable[[int], Pixels]
"""The plate (h, w, 3) of a frame, scene-linear, at the working size."""


class Bytes(Protocol):
    """Bytes by content, as `store.cache.Cache` keeps them."""

    def get(self, key: str) -> bytes | None:
        """What was put by a key, or None."""

    def put(self, key: str, payload: bytes) -> None:
        """Keep it."""


@dataclass(frozen=True, eq=False)
class Lead:
    """The way from a frame to a keyframe, and what the plates themselves say of it."""

    way: Way
    likely: Pixels
    """(h, w), 0..1: how alike the plates are there; the better guess where nothing is seen."""

    def resized(self, width: int, height: int) -> "Lead":
        """The same for an element of another size."""
        likely = np.clip(resized(self.likely, width, height), 0, 1)  # cubic goes beyond
        return Lead(self.way.resized(width, height), likely)


class PlateFlow:
    """Ways between frames of plates; each pair of neighbours is measured once while it is kept.

    Pairs are known by their pixels, so one may serve any shots and sizes.
    """

    def __init__(self, cache: Bytes | None = None) -> None:
        """Keep what is measured in memory, and in a cache where there is one."""
        self.measured = 0
        """Pairs of frames measured so far."""
        self._cache = cache
        self._kept: OrderedDict[str, tuple[Way, Way]] = OrderedDict()

    def lead(self, frame: int, key: int, picture_at: PictureAt) -> Lead:
        """From a frame to a keyframe, another one, through every frame between them.

        Raises:
            PlateError: A picture holds NaN or Inf, or is of another size.
        """
        step = 1 if key > frame else -1
        pictures = [picture_at(number) for number in range(frame, key + step, step)]
        sums = [sha256(np.ascontiguousarray(p).tobytes()).hexdigest() for p in pictures]
        pairs = [
            self._pair(pictures[i : i + 2], sums[i : i + 2], forwards=step > 0)
            for i in range(len(pictures) - 1)
        ]
        way = chained([pair[0] for pair in pairs])
        if len(pairs) > 1:
            back = chained([pair[1] for pair in reversed(pairs)])
            way = settled(way, back, pictures[0], pictures[-1])
        return Lead(way, likeness(pictures[0], pictures[-1], way.flow))

    def _pair(self, pictures: list[Pixels], sums: list[str], *, forwards: bool) -> tuple[Way, Way]:
        """There and back between neighbours; measured as the shot runs, whichever is asked for."""
        if not forwards:
            back, there = self._pair(pictures[::-1], sums[::-1], forwards=True)
            return there, back
        key = _flow_key(pictures[0], sums)
        if key not in self._kept:
            self._kept[key] = self._found(key, pictures) or self._measured(key, pictures)
        self._kept.move_to_end(key)
        ways = self._kept[key]
        while len(self._kept) > 1 and sum(map(_bytes, self._kept.values())) > _MOST_BYTES:
            self._kept.popitem(last=False)
        return ways

    def _found(self, key: str, pictures: list[Pixels]) -> tuple[Way, Way] | None:
        data = None if self._cache is None else self._cache.get(key)
        if data is None:
            return None
        flows = load(data)
        return checked(flows["there"], flows["back"], *pictures)

    def _measured(self, key: str, pictures: list[Pixels]) -> tuple[Way, Way]:
        there, back = between(*pictures)
        self.measured += 1
        if self._cache is not None:
            self._cache.put(key, save({"there": there.flow, "back": back.flow}))
        return there, back


def _flow_key(picture: Pixels, sums: list[str]) -> str:
    return digest_of(
        {
            "flow": sums,
            "size": list(picture.shape),
            "opencv": version("opencv-python-headless"),
            "code": code_digest("image"),
        }
    )


def _bytes(ways: tuple[Way, Way]) -> int:
    return sum(way.flow.nbytes + way.seen.nbytes for way in ways)
