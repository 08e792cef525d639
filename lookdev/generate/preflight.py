"""All that can be known to be wrong with a look over its shot before a model is loaded."""

import logging
from collections.abc import Sequence
from functools import lru_cache

from lookdev.errors import RightsError, SpecError
from lookdev.generate.blend_fits import blend_misfits
from lookdev.generate.catalogue import model_files
from lookdev.generate.families import ALLOWED, Family
from lookdev.generate.fits import doubts, misfits
from lookdev.generate.span import frames_read
from lookdev.image.colour import open_colour
from lookdev.image.media import verify
from lookdev.image.track import read_track
from lookdev.spec.chain import blocked, chain
from lookdev.spec.folder import LookFile
from lookdev.spec.look import Layer

log = logging.getLogger(__name__)

_PROPORTION = 0.01


def check_look(look_file: LookFile) -> None:
    """Cross-references of a look: mattes, track, models, prompts, working sizes.

    Raises:
        SpecError: Names the file, the parameter, its value and the mend.
        ModelError: A model's files cannot be used.
        RightsError: The show's policy does not let a model be tried.
    """
    where, shot = look_file.path, look_file.shot
    for name in sorted(look_file.look.mattes() - set(shot.mattes)):
        known = ", ".join(sorted(shot.mattes)) or "none"
        raise SpecError(
            f"{where}: names the matte {name}; the shot has {known} (and frame): "
            "ingest it with --matte NAME=PATTERN"
        )
    _check_rights(look_file)
    for layer in look_file.look.layers:
        files = {f: model_files(look_file.folder, name) for f, _, name in layer.cards()}
        _check_size(layer, look_file, ALLOWED[files["element.model"].card.pipeline])
        _check_follow(layer, look_file)
        for misfit in (*misfits(layer, shot, files), *blend_misfits(layer, look_file)):
            raise SpecError(f"{where}: {layer.name}.{misfit}")


def check_and_warn(look_file: LookFile) -> None:
    """As `check_look`, and what is doubtful is a warning of the log, each sentence once."""
    check_look(look_file)
    for sentence in doubtful(look_file):
        _warn_once(sentence)


def doubtful(look_file: LookFile) -> tuple[str, ...]:
    """What can be made of a look, but is hardly what was meant: file, field, value and mend.

    Raises:
        SpecError: The show has no card of a layer's model.
    """
    return tuple(
        f"{look_file.path}: {layer.name}.{doubt}"
        for layer in look_file.look.layers
        for doubt in doubts(layer, look_file.folder.card(layer.element.model))
    )


@lru_cache(1024)
def _warn_once(sentence: str) -> None:
    log.warning("%s", sentence)


def check_frames(look_file: LookFile, frames: Sequence[int]) -> None:
    """Colour and pixels: config, plate and companions as they were ingested, for these frames.

    Raises:
        PlateError: A frame is missing, changed, or outside the shot; or its colour space unknown.
        SpecError: The show's viewing cannot be used.
    """
    shot = look_file.shot
    colour = open_colour(look_file.folder.ocio_config)
    colour.require(shot.plate.colourspace, where=str(look_file.shot_file.path))
    colour.check_viewing(look_file.folder.viewing, shot.cdl)
    verify(look_file.shot_file, frames)
    verify(look_file.shot_file, sorted(frames_read(look_file.look, shot, frames) - set(frames)))


def _check_rights(look_file: LookFile) -> None:
    blocks = blocked(chain(look_file), look_file.folder.show.policy, "explore")
    if blocks:
        raise RightsError("\n".join(blocks))


def _check_size(layer: Layer, look_file: LookFile, family: Family) -> None:
    """In the plate's proportions, within a hundredth, and of sides that the model takes."""
    shot = look_file.shot
    width, height = layer.element.size
    _, best = shot.working_size(width)
    off = abs(height - best)
    if family.is_picture:
        shape = shot.height / (shot.width * shot.pixel_aspect)
        legal = family.nearest(width, width * shape)
        forced = max(1.0, best * _PROPORTION, family.multiple / 2 + 1)
        if (width, height) == legal or (family.takes(width, height) and off <= forced):
            return
        raise SpecError(
            f"{look_file.path}: {layer.name}.element.size is [{width}, {height}]; "
            f"model {layer.element.model} takes sides that are multiples of {family.multiple}"
            f"{', of one area only' if family.area else ''}, in the proportions of the plate's "
            f"{shot.width}x{shot.height} at pixel aspect {shot.pixel_aspect:g}; the nearest is "
            f"[{legal[0]}, {legal[1]}]"
        )
    if off <= max(1, best * _PROPORTION):
        return
    raise SpecError(
        f"{look_file.path}: {layer.name}.element.size is [{width}, {height}]; the plate is "
        f"{shot.width}x{shot.height} at pixel aspect {shot.pixel_aspect:g}, "
        f"so write [{width}, {best}]"
    )


def _check_follow(layer: Layer, look_file: LookFile) -> None:
    if layer.motion.follow == 0:
        return
    shot, where = look_file.shot, f"{look_file.path}: {layer.name}.motion"
    if shot.track is None:
        raise SpecError(
            f"{where}.follow is {layer.motion.follow:g}, but the shot has no track; "
            "ingest one with --track, or write 0"
        )
    track = read_track(look_file.folder.resolve(shot.track))
    first, last = shot.plate.first, shot.plate.last
    if not first <= layer.motion.anchor <= last:
        raise SpecError(
            f"{where}.anchor is {layer.motion.anchor}; to follow a track it must be a frame of the "
            f"shot, {first} to {last}"
        )
    for frame in range(first, last + 1):
        if frame not in track:
            raise SpecError(f"{look_file.folder.resolve(shot.track)}: has no frame {frame}")
