"""The stages of the blend, each as a pair of settings over the demo's plate: off and on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SIZE = [960, 540]
"""Of the elements, which the embedded model makes (px); the plate is twice as wide."""
FITTED = object()
"""In place of a value: what `lookdev fit` makes of it."""

_CLOSE, _CLOSER = 240, 120
"""Widths of a crop (plate pixels) that a sheet's cells of 480 enlarge 2 and 4 times."""
_LEVELS = ("exposure", "white", "black")


@dataclass(frozen=True)
class Stage:
    """One pair: what is shown, and which settings make the difference.

    Parameters of the look are named as everywhere: `dust.blend.light.wrap`.
    """

    title: str
    shows: tuple[str, ...]
    """Layers, back to front; all others are muted."""
    on: Mapping[str, Any]
    at: tuple[int, int]
    """The crop's upper left corner (plate pixels)."""
    wide: int = 480
    """The crop's width; it is as high as 16:9 has it."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """Parameters of both pictures."""
    off: Mapping[str, Any] = field(default_factory=dict)
    """Those of the first picture; what is not named has its default."""
    stops: float = 0.0
    """Both are shown so much brighter."""


def layers() -> list[dict[str, Any]]:
    """Layers of the sheet's look, as they are written in YAML."""
    dust = {"exposure": -1.0, "tint": [1.0, 0.8, 0.62]}
    snow = {"exposure": -1.0, "tint": [1.0, 0.94, 0.92]}
    front = {"rise": 300.0, "drop": 120.0, "spread": 350.0, "soften": 40.0}
    foot = {"matte": "tower", "shape": "foot", "amount": 0.85, **front}
    blowing = {"velocity_x": 9.0, "velocity_y": 14.0}
    return [
        *map(_patch, ("wall", "rim")),
        _layer("smoke", "thin smoke", "9", control={"amount": 0.3}, blend=dust),
        _layer("dust", "rolling dust and smoke", "5", control=foot, blend=dust),
        _layer("snow", "heavy snow flakes close to camera", "7", motion=blowing, blend=snow),
        _layer("embers", "glowing embers and sparks", "3", blend={"transfer": "plus"}),
    ]


def _layer(name: str, prompt: str, seed: str, **parts: Any) -> dict[str, Any]:
    element = {"prompt": prompt, "seed": seed, "steps": 1, "size": SIZE}
    return {"name": name, "element": element, **parts}


def _patch(name: str) -> dict[str, Any]:
    element = {"kind": "patch", "prompt": "dust", "seed": "1", "size": SIZE}
    start = {"start": "clean_plate", "strength": 0.0}
    return {"name": name, "element": element, "matte": "wall", "patch": start}


def stages() -> tuple[Stage, ...]:
    """All pairs, in the order of the blend."""
    return (*_transfers(), *_edges(), *_matches(), *_lights(), *_cameras(), *_depths(), *_guards())


def _transfers() -> list[Stage]:
    kinds = ("plus", "screen", "multiply", "max")
    name = "dust.blend.transfer"
    return [Stage(f"Transfer {kind}", ("dust",), {name: kind}, (960, 420)) for kind in kinds]


def _edges() -> list[Stage]:
    at, soft = (792, 265), {"wall.blend.feather": 2.0, "wall.patch.strength": 1.0}
    rim = {"rim.blend.feather": 4.0, "rim.patch.strength": 1.0}

    def edge(title: str, on: Mapping[str, Any], given: Mapping[str, Any] = soft) -> Stage:
        shown = next(iter(on)).split(".")[0]
        return Stage(title, (shown,), on, at, _CLOSE, given)

    method = "wall.blend.edge.method"
    return [
        edge("Feather of a patch", {"wall.blend.feather": 8.0}, {"wall.patch.strength": 1.0}),
        edge("Erode of a patch", {"wall.blend.erode": 12.0}),
        edge("Multi-band edge of a patch", {method: "multiband"}),
        edge("Gradient-domain edge of a patch", {method: "gradient"}),
        edge("Edge extend, of a patch with a dark rim", {"rim.blend.edge.extend": 16.0}, rim),
    ]


def _matches() -> list[Stage]:
    soft = {"wall.blend.feather": 4.0}
    levels = {f"wall.blend.match.{one}": FITTED for one in _LEVELS}
    mapped = {"wall.blend.match.map": FITTED}
    bare = {"dust.blend.exposure": 0.0, "dust.blend.tint": [1.0, 1.0, 1.0]}
    own = {f"dust.blend.match.{one}": FITTED for one in _LEVELS}
    full = {"wall.blend.match.transfer": 1.0}
    at = (792, 265)
    return [
        Stage("Levels of a patch, fitted", ("wall",), levels, at, _CLOSE, soft),
        Stage(
            "Then its colour transfer", ("wall",), full, at, _CLOSE, {**soft, **levels, **mapped}
        ),
        Stage("Levels of an element, fitted", ("dust",), own, (960, 420), given=bare),
    ]


def _lights() -> list[Stage]:
    dust, bright = "dust.blend.light", (960, 770)
    low = {f"{dust}.ambient": 0.1, "light.elevation": 15.0}
    sides = {"right": 0.0, "back": 90.0, "left": 180.0}
    wrap = {f"{dust}.wrap": 0.4, f"{dust}.wrap_size": 12.0}
    shadow = {f"{dust}.shadow": 0.6, f"{dust}.shadow_y": 30.0}
    ground = {f"{dust}.ground": 0.7, f"{dust}.ground_size": 160.0}
    bloom = {"embers.blend.light.bloom": 0.6, "embers.blend.light.bloom_size": 6.0}
    return [
        *(
            Stage(
                f"Relight from the {side}",
                ("dust",),
                {f"{dust}.relight": 1.0, "light.azimuth": azimuth},
                (900, 400),
                640,
                low,
            )
            for side, azimuth in sides.items()
        ),
        Stage("Light wrap", ("dust",), wrap, (1000, 430)),
        Stage("Shadow", ("dust",), shadow, bright),
        Stage("Darkening of the ground", ("dust",), ground, bright),
        Stage("Bloom", ("embers",), bloom, (300, 700), _CLOSE),
    ]


def _cameras() -> list[Stage]:
    grain = {"dust.blend.camera.grain": 1.0}
    return [
        Stage("Grain, shown 1.5 stops up", ("dust",), grain, (1330, 590), _CLOSER, stops=1.5),
        Stage("Lens blur", ("snow",), {"snow.blend.camera.blur": 3.0}, (400, 600), _CLOSE),
        Stage("Motion blur", ("snow",), {"snow.blend.camera.shutter": 180.0}, (400, 600), _CLOSE),
    ]


def _depths() -> list[Stage]:
    dust, smoke, at = "dust.blend.depth", "smoke.blend.depth", (1150, 640)
    behind = {f"{dust}.distance": 30.0}
    haze = {f"{dust}.haze": 0.015, f"{dust}.haze_colour": [0.2, 0.12, 0.09]}
    full = {f"{smoke}.extinction": 0.03}
    return [
        Stage("Depth: behind what is nearer", ("dust",), behind, at),
        Stage("Depth: soft", ("dust",), {f"{dust}.soft": 12.0}, (480, 690), given=behind),
        Stage("Depth: air before it", ("dust",), haze, at, given=behind),
        Stage("Depth: fills the space", ("smoke",), full, (1200, 280), 640),
    ]


def _guards() -> list[Stage]:
    ramp, allowed = {"support.ramp": 80.0}, {"support.matte": "allowed"}
    bright = {"embers.blend.exposure": 4.0, "embers.blend.tint": [1.0, 1.0, 1.0]}
    return [
        Stage(
            "Roll-off to the shot's ceiling, shown 5 stops down",
            ("embers",),
            {"embers.blend.protect.roll_off": True},
            (300, 700),
            _CLOSE,
            bright,
            {"embers.blend.protect.roll_off": False},
            stops=-5.0,
        ),
        Stage(
            "Ramp of the support", ("dust",), ramp, (400, 480), 640, allowed, {"support.ramp": 0.0}
        ),
    ]
