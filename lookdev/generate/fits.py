"""What of a layer its model cannot do, known before the model is loaded."""

from collections.abc import Iterator, Mapping

from lookdev.generate.catalogue import ModelFiles
from lookdev.generate.families import ALLOWED, Family
from lookdev.mini.words import KINDS, asked
from lookdev.spec.card import ModelCard
from lookdev.spec.curve import values
from lookdev.spec.look import Control, Layer
from lookdev.spec.picture import Guides, Patch, Refine
from lookdev.spec.shot import Shot

_FEW = 4
"""Steps after which the embedded model is plainly worse than with two (docs/mini.md)."""


def misfits(layer: Layer, shot: Shot, files: Mapping[str, ModelFiles]) -> Iterator[str]:
    """Sentences from the field on: what the layer asks for that cannot be made.

    Args:
        layer: The layer.
        shot: Its shot.
        files: Of every card that it names, by the field's name (`Layer.cards`).
    """
    card = files["element.model"].card
    family = ALLOWED[card.pipeline]
    yield from _of_variant(layer, card)
    if family.is_picture:
        yield from _of_settings(layer, family, card)
        yield from _of_guides(layer.guides, shot, family, files)
        yield from _of_refinement(layer, family)
    else:
        yield from _of_embedded(layer, shot)
    if layer.motion.noise == "fresh" and layer.motion.evolve != 0:
        yield "motion.evolve is not 0, but fresh noise is another every frame; write 0, or advected"
    if layer.element.kind == "patch":
        yield from _of_patch(layer, shot, family)
        yield from _of_keyframes(layer, shot)
    elif layer.motion.key_every:
        yield (
            f"motion.key_every is {layer.motion.key_every}, but only a patch is carried along the "
            "plate; write 0, or element.kind: patch"
        )


def doubts(layer: Layer, card: ModelCard) -> Iterator[str]:
    """Sentences from the field on: what can be made, but is hardly what was meant.

    Args:
        layer: The layer.
        card: Of its model.
    """
    params = layer.element
    if ALLOWED[card.pipeline].is_picture:
        return
    if params.steps > _FEW:
        yield (
            f"element.steps is {params.steps}, and the embedded model gets worse with many; "
            "write 2, or 1 for a quick, softer one"
        )
    if not asked(params.prompt).kinds:
        yield (
            f"element.prompt is {params.prompt!r}, which names no kind of element that the "
            f"embedded model knows, so it makes a mix of them all; say one of {', '.join(KINDS)}, "
            "or a word like them"
        )


def _of_variant(layer: Layer, card: ModelCard) -> Iterator[str]:
    if layer.element.variant == card.variant:
        return
    has = card.variant or "no variant"
    mend = f"write variant: {card.variant}" if card.variant else "take variant out"
    yield (
        f"element.variant is {layer.element.variant or 'not said'}, but the card of {card.id} is "
        f"of {has}, for which other settings are right; {mend}, and look at it again"
    )


def _of_embedded(layer: Layer, shot: Shot) -> Iterator[str]:
    params = layer.element
    if params.kind == "patch" and layer.patch.strength > 0:
        yield "element.kind is patch, and the embedded model makes elements only; name another"
    if params.alpha != "model":
        yield f"element.alpha is {params.alpha}, but this model gives an alpha: write model"
    if params.step_cache:
        yield f"element.step_cache is {params.step_cache:g}, which this model has not; write 0"
    if layer.guides != Guides():
        yield "guides lead another model than the embedded one, which follows its control only"
    if shot.depth is None and max(values(layer.control.distance)) > 0:
        yield (
            "control.distance is above 0, but the shot has no depth to take sizes from; ingest it "
            "with --depth, or write 0"
        )


def _of_settings(layer: Layer, family: Family, card: ModelCard) -> Iterator[str]:
    params = layer.element
    if params.kind == "element" and params.alpha == "model":
        yield (
            f"element.alpha is model, but {card.id} makes opaque pictures; write unmix (what "
            "covers) or luminance (what glows)"
        )
    for field in ("near", "distance"):
        usual = getattr(Control(), field)
        if set(values(getattr(layer.control, field))) != {usual}:
            yield (
                f"control.{field} is not {usual:g}, but {card.id} draws at a size of its own; "
                f"write {usual:g}"
            )
    if params.kind == "element" and "text" not in family.jobs:
        yield f"element.kind is element, but {card.id} only fills what is there; write patch"
    if params.steps < family.least_steps:
        yield f"element.steps is {params.steps}; {card.id} needs at least {family.least_steps}"
    if params.negative_prompt and not family.has_negative:
        yield f"element.negative_prompt is written, but {card.id} heeds none; take it out"
    if params.step_cache and not family.can_cache:
        yield f"element.step_cache is {params.step_cache:g}, which {card.id} has not; write 0"


def _of_patch(layer: Layer, shot: Shot, family: Family) -> Iterator[str]:
    patch = layer.patch
    if layer.blend.transfer != "over":
        yield f"blend.transfer is {layer.blend.transfer}; a patch replaces the plate: write over"
    if patch.start == "clean_plate" and shot.clean_plate is None:
        yield "patch.start is clean_plate, but the shot has none; ingest it with --clean-plate"
    if patch.strength == 0 or not family.is_picture:
        return
    if patch.fill not in family.jobs:
        yield f"patch.fill is {patch.fill}, but this model does {', '.join(family.jobs)}"
    yield from _of_steps("patch.strength", layer.element.steps, patch, family)
    if patch.differential and (family.is_packed or patch.fill != "image"):
        why = "this model's latents are no picture" if family.is_packed else "fill is inpaint"
        yield f"patch.differential is true, but {why}; it needs fill: image and such a model"


def _of_keyframes(layer: Layer, shot: Shot) -> Iterator[str]:
    motion, plate = layer.motion, shot.plate
    every = motion.key_every
    if every and plate.first + (motion.anchor - plate.first) % every > plate.last:
        yield (
            f"motion.anchor is {motion.anchor}; no keyframe that is a multiple of {every} frames "
            f"from it lies in the plate's {plate.first}-{plate.last}: name a frame of the shot"
        )


def _of_refinement(layer: Layer, family: Family) -> Iterator[str]:
    refine = layer.refine
    if refine.scale == 1:
        return
    if "image" not in family.jobs:
        yield f"refine.scale is {refine.scale:g}, but this model repaints no picture; write 1"
    yield from _of_steps("refine.strength", refine.steps, refine, family)
    for field in ("tile", "overlap"):
        value = getattr(refine, field)
        if value % family.multiple:
            near = max(1, round(value / family.multiple)) * family.multiple
            yield f"refine.{field} is {value}, no multiple of {family.multiple}; write {near}"
    for side in layer.element.size:
        if (side * refine.scale) % family.multiple:
            yield (
                f"refine.scale is {refine.scale:g}; {side} times that is no multiple of "
                f"{family.multiple}, which this model needs"
            )


def _of_steps(field: str, steps: int, part: Patch | Refine, family: Family) -> Iterator[str]:
    """Refuse a strength that leaves no step."""
    if family.steps_done(steps, part.strength) >= 1:
        return
    least = next(s / 100 for s in range(1, 101) if family.steps_done(steps, s / 100) >= 1)
    yield (
        f"{field} is {part.strength:g}, which is none of {steps} steps; write {least:g} or more, "
        f"or more steps"
    )


def _of_guides(
    guides: Guides, shot: Shot, family: Family, files: Mapping[str, ModelFiles]
) -> Iterator[str]:
    for field in ("lora", "edges", "depth", "adapter"):
        named = getattr(guides, field)
        if not named:
            continue
        if field not in family.guides:
            yield f"guides.{field} is {named}, but no {field} leads a model of {family.base} here"
            continue
        base = files[f"guides.{field}"].card.base
        if base != family.base:
            yield (
                f"guides.{field} is {named}, whose card says base: {base or 'nothing'}; the model "
                f"is of {family.base}, and what was made for another does not fit"
            )
    if bool(guides.adapter) != bool(guides.reference):
        lacks, has = ("reference", "adapter") if guides.adapter else ("adapter", "reference")
        yield f"guides.{lacks} is not written, but {has} is; an IP-Adapter needs both"
    if guides.depth and shot.depth is None:
        yield f"guides.depth is {guides.depth}, but the shot has no depth; ingest it with --depth"
