"""How long an element will take: what its model took on this machine before."""

import copy
import json
import math
import os
import platform
from pathlib import Path

from lookdev.spec.files import write_json
from lookdev.spec.folder import ShowFolder
from lookdev.spec.look import Layer, Look

_TWICE = 1.6
"""The picture over white is repainted from the one over black, in fewer steps."""
_WEIGHT = 0.3
"""Of a new measurement against what was known."""


class Estimates:
    """Measured seconds of a network evaluation per megapixel, by model, on this machine."""

    def __init__(self, path: Path) -> None:
        """Keep them in a JSON file; one that is missing or damaged knows nothing."""
        self._path = path
        self._stamp: tuple[int, int] | None = None
        self._known: dict[str, dict[str, float]] = {}
        self._machine = f"{platform.node()} {platform.machine()} {os.cpu_count()}"

    @classmethod
    def open(cls, folder: ShowFolder) -> "Estimates":
        """The show's, in its cache folder."""
        return cls(folder.cache_folder / "estimates.json")

    def learn(self, model: str, size: tuple[int, int], evaluations: int, seconds: float) -> None:
        """Take in one real run; one that needed no evaluation teaches nothing."""
        if evaluations < 1:
            return
        rate = seconds / evaluations / _megapixels(size)
        every = self._read()
        known = every.setdefault(self._machine, {})
        known[model] = rate + (1 - _WEIGHT) * (known.get(model, rate) - rate)
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_json(self._path, every)

    def of_layer(self, layer: Layer) -> float | None:
        """Seconds that one element of the layer takes; None while its model was never measured."""
        return self.of(layer.element.model, layer.element.size, evaluations(layer))

    def of(self, model: str, size: tuple[int, int], evaluations: int) -> float | None:
        """Seconds of so many evaluations at that size; None while the model was never measured."""
        rate = self._read().get(self._machine, {}).get(model)
        return None if rate is None else rate * evaluations * _megapixels(size)

    def seconds(self, look: Look, *, frames: int = 1) -> float | None:
        """Seconds that a look's elements take; None while one of its models was never measured."""
        total = 0.0
        for layer in look.shown:
            own = self.of_layer(layer)
            if own is None:
                return None
            total += own
        return total * frames

    def _read(self) -> dict[str, dict[str, float]]:
        """Read anew only when the file has changed: it is asked at every edit and every step."""
        try:
            stat = self._path.stat()
            stamp = stat.st_size, stat.st_mtime_ns
            if stamp != self._stamp:
                data = json.loads(self._path.read_text(encoding="utf-8"))
                self._known = data if isinstance(data, dict) else {}
                self._stamp = stamp
        except (OSError, ValueError):
            return {}
        return copy.deepcopy(self._known)


def evaluations(layer: Layer) -> int:
    """Network evaluations of one element at its working size, about: twice with guidance.

    Families that need no second evaluation for guidance are taken at half their rate, and so come
    out right.
    """
    return steps_of(layer) * (1 if layer.element.guidance == 1 else 2)


def steps_of(layer: Layer) -> int:
    """Denoising steps of one element, about, as steps at its working size.

    A patch's strength leaves steps out; what is un-mixed is drawn twice; finer detail counts by how
    many more pixels it has, and by how its tiles overlap.
    """
    params, refine = layer.element, layer.refine
    steps = float(params.steps)
    if params.kind == "patch":
        steps *= layer.patch.strength
    elif params.alpha == "unmix":
        steps *= _TWICE
    if refine.scale > 1:
        share = refine.tile / max(1, refine.tile - refine.overlap)
        steps += refine.steps * refine.strength * (refine.scale * share) ** 2
    return math.ceil(steps)


def _megapixels(size: tuple[int, int]) -> float:
    return size[0] * size[1] / 1e6
