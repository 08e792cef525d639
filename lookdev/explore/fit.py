"""A look's layers fitted to the plate, once a shot: their levels and colours, blur and grain.

What is fitted is written into the look, and is the same at every frame of the shot.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from lookdev.blend.grain_measure import measured_grain
from lookdev.blend.match import fit_ends, fit_levels, monge_kantorovich
from lookdev.blend.sharpness import blur_to_match, measured_sharpness
from lookdev.errors import PlateError, SpecError
from lookdev.explore.fit_samples import Compared, compared
from lookdev.generate.preflight import check_frames, check_look
from lookdev.image import canvas
from lookdev.image.colour import WORKING
from lookdev.image.frame import Pixels
from lookdev.render import Session
from lookdev.spec import parameter, strict_yaml
from lookdev.spec.blending import Measured
from lookdev.spec.folder import LookFile, ShotFile
from lookdev.spec.look import Layer, Look

Say = Callable[[str], None]
M = TypeVar("M")

_FRAMES = 5
_DIGITS = 4


@dataclass(frozen=True)
class Wanted:
    """What is fitted; the plate itself is measured in any case."""

    levels: bool = True
    """Exposure, white, black; and a patch's colour map, which `transfer` puts to use."""
    transfer: bool = False
    """The whole of a patch's colour transfer."""
    blur: bool = False
    """Lens blur to the plate's sharpness."""
    grain: bool = False
    """The plate's grain on what is added."""


def fit(
    look_file: LookFile,
    *,
    session: Session,
    layers: Sequence[str] | None = None,
    wanted: Wanted | None = None,
    say: Say = print,
) -> Look:
    """A look whose layers are matched to the plate.

    It is fitted on at most five frames that the shot's range alone decides, so that the same shot
    gives the same fit. An element gets exposure, white and black; a patch gets the map of its
    colour transfer too, of what its levels left over. A fit starts from the layer as the model gave
    it: an earlier match is not built upon, nor are exposure and tint of its blend undone, which go
    on top.

    Args:
        look_file: The look, whose file need not hold it: a desk's draft.
        session: Renders and makes elements; the caller enters that into the ledger.
        layers: Names of layers; all that are not muted if None.
        wanted: What is fitted; levels if None.
        say: Called with a line of progress.

    Returns:
        A new, validated look. Only what was fitted is written in it, beside what was before.

    Raises:
        SpecError: A layer is unknown or muted, or shows nothing at any of the frames.
        PlateError: Blur or grain is wanted, and the plate's cannot be measured.
        LookdevError: The look cannot be rendered.
    """
    chosen, wanted = chosen_layers(look_file, layers), wanted or Wanted()
    plate = look_file.shot.plate
    frames = frames_of_fit(plate.first, plate.last)
    check_look(_without_grain(look_file))
    check_frames(look_file, frames)
    job = _Job(look_file, frames, session, wanted, say)
    measured = _measured(job)
    look = look_file.look if measured is None else _with_measured(look_file.look, measured)
    for layer in chosen:
        for field, value in _fit_layer(job, layer, measured):
            look = parameter.replace(look, f"{layer.name}.blend.{field}", value)
    check_look(replace(look_file, look=look))
    return look


def frames_of_fit(first: int, last: int) -> tuple[int, ...]:
    """At most five frames of a range, evenly spread, both ends among them."""
    steps = _FRAMES - 1
    return tuple(sorted({first + (last - first) * step // steps for step in range(_FRAMES)}))


def chosen_layers(look_file: LookFile, names: Sequence[str] | None) -> tuple[Layer, ...]:
    """The layers of those names; all that are shown if None.

    Raises:
        SpecError: One is unknown or muted, or none is left.
    """
    shown = {layer.name: layer for layer in look_file.look.shown}
    if not shown:
        raise SpecError(f"{look_file.path}: every layer is muted; unmute what is to be fitted")
    for name in names or ():
        if name in shown:
            continue
        if any(layer.name == name for layer in look_file.look.layers):
            raise SpecError(f"{look_file.path}: {name} is muted; unmute it, or leave it out")
        raise SpecError(f"{look_file.path}: has no layer {name}; it shows {', '.join(shown)}")
    return tuple(layer for name, layer in shown.items() if names is None or name in names)


@dataclass(frozen=True)
class _Job:
    """What is fitted, by what, and who is told."""

    look_file: LookFile
    frames: tuple[int, ...]
    session: Session
    wanted: Wanted
    say: Say


def _measured(job: _Job) -> Measured | None:
    """Grain and sharpness of the plate; none, and said, where no part of the fit needs them."""
    job.say(f"the plate at {len(job.frames)} frames: grain and sharpness")
    shot_file, wanted = job.look_file.shot_file, job.wanted
    pictures = [_plate_picture(shot_file, frame, job.session) for frame in job.frames]
    sharpness = _if_possible(lambda: measured_sharpness(pictures), job, needed=wanted.blur)
    grain = _if_possible(lambda: measured_grain(pictures), job, needed=wanted.grain or wanted.blur)
    if grain is None:
        return None
    return Measured(frames=job.frames, grain=grain, sharpness=sharpness)


def _if_possible(measure: Callable[[], M], job: _Job, *, needed: bool) -> M | None:
    """What is measured; where it cannot be and nothing needs it, that is said."""
    try:
        return measure()
    except PlateError as error:
        if needed:
            raise
        job.say(f"{error}; the fit goes on without it")
        return None


def _plate_picture(shot_file: ShotFile, frame: int, session: Session) -> Pixels:
    """The plate (H, W, 3), scene-linear ACEScg, over what its file has of the display window."""
    plate, data = canvas.read_plate(shot_file, frame, 1.0)
    shown = plate.over_window(data.clipped(plate.display)).pixels[..., :3]
    return session.colour.convert(np.ascontiguousarray(shown), plate.colourspace, WORKING)


def _fit_layer(job: _Job, layer: Layer, measured: Measured | None) -> Iterator[tuple[str, Any]]:
    """Fields of the layer's blend, and what they become."""
    wanted = job.wanted
    if wanted.levels or wanted.blur:
        found = compared(job.look_file, layer, job.frames, job.session)
        if wanted.levels:
            job.say(f"{layer.name}: compared with {found.where}")
            yield from _match(layer, found)
        if wanted.blur and measured is not None:
            yield "camera.blur", _blur(job.look_file, layer, found, measured)
    if wanted.transfer and layer.element.kind == "patch":
        yield "match.transfer", 1.0
    if wanted.grain:
        yield "camera.grain", 1.0


def _blur(look_file: LookFile, layer: Layer, found: Compared, measured: Measured) -> float:
    try:
        own = measured_sharpness(found.pictures)
    except PlateError as error:
        raise SpecError(
            f"{look_file.path}: {layer.name} has no distinct edge by which to fit its blur; "
            "set blend.camera.blur by eye"
        ) from error
    assert measured.sharpness is not None, "the fit is refused where it cannot be measured"
    return _rounded(blur_to_match(measured.sharpness, own))


def _match(layer: Layer, found: Compared) -> Iterator[tuple[str, Any]]:
    is_patch = layer.element.kind == "patch"
    levels = (fit_levels if is_patch else fit_ends)(found.source, found.target)
    exposure = _rounded(levels.exposure)
    white, black = ([_rounded(one) for one in row] for row in (levels.white, levels.black))
    yield from (("match.exposure", exposure), ("match.white", white), ("match.black", black))
    if is_patch:
        levelled = found.source * (2.0**exposure * np.array(white)) + np.array(black)
        rows = monge_kantorovich(levelled, found.target)
        yield "match.map", [[_rounded(one) for one in row] for row in rows]


def _rounded(value: float) -> float:
    """To four significant digits, which a person can read and no eye tells apart."""
    return float(f"{value:.4g}")


def _with_measured(look: Look, measured: Measured) -> Look:
    data = look.model_dump(mode="json", exclude_unset=True)
    data["measured"] = measured.model_dump(mode="json")
    return strict_yaml.validate(data, Look, source="measured")


def _without_grain(look_file: LookFile) -> LookFile:
    """The look that can be checked before its plate was measured."""
    look = look_file.look
    for layer in look.layers:
        if layer.blend.camera.grain:
            look = parameter.replace(look, f"{layer.name}.blend.camera.grain", 0.0)
    return replace(look_file, look=look)
