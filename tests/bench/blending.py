"""What the whole blend costs: every stage at once, one slider of it, a gradient-domain patch."""

import statistics
import time
from collections.abc import Callable, Iterator

import numpy as np
from small_show import SmallShow

from lookdev.image.element import Element
from lookdev.render import Session, render_frame
from lookdev.spec import parameter, strict_yaml
from lookdev.spec.look import Look

Measured = tuple[str, float, float, str]
"""Name, measured, bar, unit."""

FULL = {
    "light": {"wrap": 0.5, "wrap_size": 16.0, "shadow": 0.4, "ground": 0.3},
    "camera": {"grain": 1.0, "blur": 1.5},
}
"""Grain, blur, wrap and shadow."""

GRAIN = {
    "frames": [1001],
    "sharpness": 0.8,
    "grain": {
        "luminance": [0.01, 0.1, 0.5, 2.0],
        "sigma": [[0.004, 0.008, 0.012, 0.02]] * 3,
        "spectrum": [[1.6, 1.5, 1.3, 1.1, 0.8, 0.5, 0.4, 0.3]] * 3,
    },
}

PATCH = {
    "name": "wall",
    "element": {"kind": "patch", "prompt": "dust", "seed": "1", "size": [960, 506]},
    "matte": "tower",
    "blend": {"feather": 6.0},
}


def measure(show: SmallShow) -> Iterator[Measured]:
    """Of a show at 2048x1080 with three element layers."""
    look_file, session = show.look(), Session(show.folder, frames_kept=1)
    data = look_file.look.model_dump(mode="json", exclude_unset=True) | {"measured": GRAIN}
    plain = strict_yaml.validate(data, Look, source="bench")
    for layer in data["layers"]:
        layer["blend"] = layer.get("blend", {}) | FULL
    full = strict_yaml.validate(data, Look, source="bench")

    def frame(look: Look, number: int, **given: object) -> float:
        started = time.perf_counter()
        render_frame(look_file.shot_file, look, number, session=session, **given)
        return 1000 * (time.perf_counter() - started)

    def from_nothing(look: Look, **given: object) -> float:
        """A frame whose elements are there, and nothing else: stages are of the other frame."""
        numbers = [1001, 1002] * 3
        return statistics.median([frame(look, n, **given) for n in numbers][1:])

    bare, whole = from_nothing(plain), from_nothing(full)
    yield "three layers, nothing asked, 2048x1080", bare, 1500, "ms"
    yield "grain, blur, wrap, shadow on each", whole, 1500, "ms"
    for name, value in EDITS.items():
        frame(full, 1001)
        times = [frame(parameter.replace(full, name, value(n)), 1001) for n in range(7)]
        yield f"{name}, all of that on", statistics.median(times), 100, "ms"
    yield from _patches(data, from_nothing)


EDITS: dict[str, Callable[[int], float]] = {"dust.blend.opacity": lambda n: 0.3 + 0.05 * n}


def _patches(data: dict[str, object], from_nothing: Callable[..., float]) -> Iterator[Measured]:
    rng = np.random.default_rng(0)
    colour = rng.uniform(0.1, 0.9, (506, 960, 3)).astype(np.float32)
    given = {"wall": Element.picture(colour, evaluations=0)}
    times = {}
    for method in ("mix", "multiband", "gradient"):
        patch = PATCH | {"blend": PATCH["blend"] | {"edge": {"method": method}}}
        look = strict_yaml.validate(data | {"layers": [patch]}, Look, source="bench")
        times[method] = from_nothing(look, provisional=given)
    yield "a patch, multi-band over mix", times["multiband"] - times["mix"], 600, "ms"
    yield "a patch, gradient-domain over mix", times["gradient"] - times["mix"], 600, "ms"
