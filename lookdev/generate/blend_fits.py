"""What of a layer's blend cannot be done in its shot, known before anything is rendered."""

from collections.abc import Iterator

from lookdev.spec.curve import AnyCurve, values
from lookdev.spec.folder import LookFile
from lookdev.spec.look import Layer


def blend_misfits(layer: Layer, look_file: LookFile) -> Iterator[str]:
    """Sentences from the field on: what the blend asks for that shot or look does not have."""
    blend, shot = layer.blend, look_file.shot
    if blend.camera.grain and look_file.look.measured is None:
        yield (
            f"blend.camera.grain is {blend.camera.grain:g}, but the plate's grain was not measured "
            "for this look; say `lookdev fit`, or write 0"
        )
    if shot.depth is None:
        yield from _without_depth(layer)
    if layer.element.kind == "element" and blend.match.transfer:
        yield (
            f"blend.match.transfer is {blend.match.transfer:g}, which would tint an element with "
            "the plate's colours; write 0, or use blend.match.exposure, white and black"
        )


def _without_depth(layer: Layer) -> Iterator[str]:
    depth = layer.blend.depth
    if _highest(depth.extinction):
        yield "blend.depth.extinction is above 0, but the shot has no depth; ingest it with --depth"
    if _highest(depth.distance) and not _highest(depth.haze):
        yield (
            "blend.depth.distance is above 0, but the shot has no depth to stand behind, and there "
            "is no haze; ingest it with --depth, or write 0"
        )


def _highest(curve: AnyCurve) -> float:
    return max(values(curve))
