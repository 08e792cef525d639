"""Finds out all that an element is made from, without making it."""

import math
from collections import OrderedDict
from pathlib import Path

from lookdev.generate.adapter import Request
from lookdev.generate.asked import Asked, machine
from lookdev.generate.catalogue import ModelFiles, model_files
from lookdev.generate.control import control_map, nearness
from lookdev.generate.draft import Draft
from lookdev.generate.families import ALLOWED
from lookdev.generate.motion import Track, displacement, evolved, speed
from lookdev.generate.references import references
from lookdev.generate.sources import Sources
from lookdev.image.colour import Colour
from lookdev.image.frame import Pixels
from lookdev.image.track import read_track
from lookdev.spec.curve import value_at
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Layer

_GUIDES = "guides."
_Place = tuple[Path, int, int]


class Asking:
    """Asks for elements of one show; keeps the tracks and pictures that it has read."""

    def __init__(self, *, device: str, colour: Colour) -> None:
        """Ask for elements that are made on a device, with the show's colour."""
        self.sources = Sources(colour)
        self._device, self._colour = device, colour
        self._tracks: OrderedDict[_Place, Track] = OrderedDict()

    def of(
        self, layer: Layer, shot_file: ShotFile, frame: int, draft: Draft | None = None
    ) -> Asked | None:
        """What a layer asks for at a frame; None where its envelope is empty.

        Raises:
            LookdevError: A model, or a picture of the shot, cannot be used.
        """
        full, files = layer, model_files(shot_file.folder, layer.element.model)
        layer = draft.of(layer, ALLOWED[files.card.pipeline]) if draft else layer
        track = self._track(shot_file) if layer.motion.follow != 0 else None
        envelope, wind = self.envelope(layer, shot_file, frame)
        if not envelope.any():
            return None
        past = evolved(full.motion, frame)
        stream = frame if full.motion.noise == "fresh" else math.floor(past)
        return Asked(
            layer=layer,
            full=full,
            draft=draft,
            shot_file=shot_file,
            frame=frame,
            envelope=envelope,
            wind=wind,
            near=self._nearness(layer, shot_file, frame, 1 if draft is None else draft.factor),
            files=files,
            guides=_guides(layer, shot_file),
            pictures=self.sources.digests(layer, shot_file, frame),
            moved=_moved(full, shot_file, frame, track),
            stream=stream,
            evolved=past - math.floor(past),
            colour=self._colour.cache_id,
            machine=machine(self._device),
        )

    def envelope(
        self, layer: Layer, shot_file: ShotFile, frame: int
    ) -> tuple[Pixels, tuple[float, float]]:
        """The control map: envelope (h, w) in 0..1, and the wind (px a frame), as it is drawn."""
        track = self._track(shot_file) if layer.motion.follow != 0 else None
        return control_map(layer, shot_file, frame, track)

    def speed(self, layer: Layer, shot_file: ShotFile, frame: int) -> tuple[float, float]:
        """How far the layer moves in one frame (full-resolution plate px; x, y)."""
        track = self._track(shot_file) if layer.motion.follow != 0 else None
        return speed(layer.motion, frame, track)

    def request(self, asked: Asked) -> Request:
        """All that the adapter needs for it."""
        shown = asked.guides.get("reference")
        return Request(
            layer=asked.layer,
            envelope=asked.envelope,
            wind=asked.wind,
            near=asked.near,
            noise=asked.noise,
            moving=asked.moving,
            ceiling=asked.shot_file.shot.ceiling,
            guides=asked.guides,
            source=self.sources.of(asked.layer, asked.shot_file, asked.frame),
            references=() if shown is None else references(shown),
        )

    def _nearness(
        self, layer: Layer, shot_file: ShotFile, frame: int, shrunk: int
    ) -> Pixels | float:
        needed = value_at(layer.control.distance, frame) > 0
        depth = self.sources.depth(shot_file, frame) if needed else None
        return nearness(layer, frame, depth, shrunk)

    def _track(self, shot_file: ShotFile) -> Track:
        assert shot_file.shot.track is not None, "preflight has checked that the shot has a track"
        path = shot_file.folder.resolve(shot_file.shot.track)
        stat = path.stat()
        place = path, stat.st_size, stat.st_mtime_ns
        if place not in self._tracks:
            self._tracks[place] = read_track(path)
        return self._tracks[place]


def _guides(layer: Layer, shot_file: ShotFile) -> dict[str, ModelFiles]:
    named = {f: name for f, _, name in layer.cards() if f.startswith(_GUIDES)}
    return {f.removeprefix(_GUIDES): model_files(shot_file.folder, n) for f, n in named.items()}


def _moved(
    layer: Layer, shot_file: ShotFile, frame: int, track: Track | None
) -> tuple[float, float]:
    """Displacement of the noise in element pixels."""
    if layer.motion.noise != "advected":
        return 0.0, 0.0
    width, height = layer.element.size
    x, y = displacement(layer.motion, frame, track)
    return x * width / shot_file.shot.width, y * height / shot_file.shot.height
