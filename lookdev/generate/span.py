"""The frames that a layer's element at one frame depends on."""

from collections.abc import Iterable

from lookdev.generate.keyframes import keyframes
from lookdev.spec.look import Layer, Look
from lookdev.spec.shot import Shot


def span(layer: Layer, shot: Shot, frame: int) -> range:
    """The frames whose plate the element at a frame depends on; only that one, mostly."""
    if layer.motion.key_every == 0 or layer.element.kind != "patch":
        return range(frame, frame + 1)
    before, after = keyframes(layer.motion, shot.plate.first, shot.plate.last, frame)
    return range(min(before, frame), max(after, frame) + 1)


def is_carried(layer: Layer, shot: Shot, frame: int) -> bool:
    """Whether the element at a frame is carried there from keyframes."""
    return len(span(layer, shot, frame)) > 1


def layer_reads(layer: Layer, shot: Shot, frame: int) -> set[int]:
    """Every frame whose files a layer's element at a frame is made from."""
    anchor = {layer.motion.anchor} if layer.motion.follow != 0 else set()
    return {*anchor, *span(layer, shot, frame)}


def frames_read(look: Look, shot: Shot, frames: Iterable[int]) -> set[int]:
    """Every frame whose files a look needs to show these frames."""
    wanted = set(frames)
    found = set(wanted)
    for layer in look.shown:
        for frame in wanted:
            found |= layer_reads(layer, shot, frame)
    return found
