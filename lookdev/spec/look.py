"""A look: layers of generated elements over a plate, and where they are permitted.

Every parameter that a person can set is defined here, once: its bounds, unit, default and help.
The YAML reader, the wedge's axes, the command line and the widgets all read them from these fields.
Lengths are full-resolution plate pixels, velocities plate pixels a frame (x right, y down).
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, model_validator

from lookdev.spec.base import Name, Seed, Spec, knob
from lookdev.spec.blending import Blend, KeyLight, Measured
from lookdev.spec.curve import Curve
from lookdev.spec.fields import (
    TIME,
    Distance,
    Evolution,
    FrameNumber,
    Length,
    MatteName,
    ModelName,
    Prompt,
    Share,
    Side,
    Speed,
    Unit,
)
from lookdev.spec.picture import Guides, Patch, Refine

FRAME = "frame"
"""The matte that is white everywhere."""


class ElementParams(Spec):
    """What the model is asked to make. A change here runs the model again."""

    model: ModelName = "mini"
    """The model card's id, in `params/models/`."""
    variant: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{0,63}$")] = ""
    """The variant that the card must name, as `turbo`: settings for one mislead another."""
    kind: Literal["element", "patch"] = "element"
    """An `element` goes over the plate; a `patch` replaces it inside the layer's matte."""
    alpha: Literal["model", "unmix", "luminance"] = "model"
    """Where an element's alpha comes from: the model gives it; `unmix` compares it over black and
    over white; `luminance` takes what glows over black."""
    prompt: Annotated[Prompt, Field(min_length=1)]
    """What the element is, in words."""
    negative_prompt: Prompt = ""
    """What it must not be; works only with guidance other than 1."""
    seed: Seed
    """The noise it starts from: a quoted whole number."""
    variation_seed: Seed = "0"
    """Another noise, which `variation` turns towards."""
    variation: Unit = 0.0
    """How far from `seed` (0) towards `variation_seed` (1), spherically: the seeds in between."""
    steps: Annotated[int, Field(ge=1, le=200, json_schema_extra=knob(slider=(1, 20), step=1))] = 1
    """Denoising steps; the embedded model is made for 1."""
    guidance: Annotated[
        float, Field(ge=0, le=30, json_schema_extra=knob(slider=(0, 8), step=0.1))
    ] = 1.0
    """Classifier-free guidance; 1 is off and costs half."""
    size: Annotated[tuple[Side, Side], Field(json_schema_extra=knob(refers="size"))]
    """Working width and height, in the plate's proportions; it covers the display window."""
    step_cache: Annotated[float, Field(ge=0, le=1, json_schema_extra=knob(step=0.01))] = 0.0
    """Reuses a step's inner results while they change less than this; 0 is off, and exact."""

    def deciding(self) -> dict[str, Any]:
        """What of it decides the element, as JSON data: fields without effect are left out."""
        return self.model_dump(
            mode="json", exclude={"variation_seed"} if self.variation == 0 else None
        )


class Control(Spec):
    """Where the element is dense, and how near it is. A change runs the model."""

    matte: MatteName = FRAME
    """The matte the envelope is drawn from; `frame` is everywhere."""
    shape: Literal["fill", "foot"] = "fill"
    """`fill` is the matte itself; `foot` a front along the matte's lower edge."""
    amount: Curve[Unit] = 1.0
    """How dense, 0 to 1."""
    rise: Curve[Length] = 200.0
    """How far a `foot` front stands above the edge (px)."""
    drop: Curve[Length] = 40.0
    """How far it reaches below the edge (px)."""
    spread: Curve[Length] = 100.0
    """How far it runs out to either side (px)."""
    soften: Curve[Length] = 0.0
    """Blur of the envelope (px, standard deviation)."""
    near: Curve[Unit] = 0.5
    """How near the element is: its parts have their usual size at 0.5, twice that at 1, half at 0.
    Of the embedded model only."""
    distance: Curve[Distance] = 0.0
    """Above 0, the depth (the shot's own unit) at which parts have that size; what is nearer there
    has larger ones, by perspective. Of the embedded model only."""


class Motion(Spec):
    """How the element moves. A change runs the model again."""

    noise: Literal["held", "fresh", "advected"] = "advected"
    """`held` stays in the picture, `fresh` changes every frame, `advected` moves with the wind."""
    velocity_x: Curve[Speed] = 0.0
    """Wind to the right (px a frame)."""
    velocity_y: Curve[Speed] = 0.0
    """Wind downwards (px a frame)."""
    follow: Share = 0.0
    """Share of the shot's 2D track that it follows: 0 none, 1 stuck to the tracked point."""
    anchor: FrameNumber = 1001
    """The frame at which nothing has moved yet; in the shot, where a track is followed."""
    evolve: Curve[Evolution] = 0.0
    """Billows roll and turn into others: at 0.02, wholly in 50 frames. Flakes would come and go."""
    key_every: Annotated[
        int, Field(ge=0, le=1000, json_schema_extra=knob(slider=(0, 48), step=1, unit="frames"))
    ] = 0
    """A patch is made at every so manieth frame from the anchor, and carried along the plate's
    flow between; 0 makes every frame."""


class Layer(Spec):
    """One element and its way onto the plate."""

    name: Name
    """Names the layer in paths such as `snow.element.seed`."""
    element: ElementParams
    control: Control = Control()
    motion: Motion = Motion()
    patch: Patch = Patch()
    guides: Guides = Guides()
    refine: Refine = Refine()
    blend: Blend = Blend()
    matte: MatteName = FRAME
    """The element shows only inside this matte."""
    holdouts: tuple[MatteName, ...] = ()
    """Mattes of what stands in front of the element."""
    mute: bool = False
    """Leaves the layer out of the comp and of what is delivered."""

    @property
    def recipe(self) -> tuple[Spec, ...]:
        """The parts that decide the element; all others decide its way onto the plate."""
        return self.element, self.control, self.motion, self.patch, self.guides, self.refine

    def cards(self) -> Iterator[tuple[str, str, str]]:
        """Every card it names: the field's name, the kind of card, and the card's id."""
        yield "element.model", "model", self.element.model
        guides = self.guides
        for field, kind in (
            ("lora", "lora"),
            ("edges", "controlnet"),
            ("depth", "controlnet"),
            ("adapter", "ipadapter"),
            ("reference", "reference"),
        ):
            if named := getattr(guides, field):
                yield f"guides.{field}", kind, named


class Support(Spec):
    """The permission matte: outside it, delivered pixels are the plate's own bits."""

    matte: MatteName
    """A matte of the shot, or `frame`: everywhere is allowed."""
    ramp: Curve[Length] = 16.0
    """Distance inside the support's edge over which changes fade in (px)."""


class Look(Spec):
    """Layers in comp order, back to front."""

    format: Literal["look/1"]
    created: Annotated[str, StringConstraints(pattern=TIME)] | None = None
    """When this version was written, as "2026-11-22 18:30:00"; delivered files carry it."""
    support: Support
    light: KeyLight = KeyLight()
    measured: Measured | None = None
    """What `lookdev fit` measured of the plate; grain needs it."""
    layers: Annotated[tuple[Layer, ...], Field(min_length=1, max_length=64)]

    @model_validator(mode="after")
    def _names_are_distinct(self) -> "Look":
        seen: set[str] = set()
        for layer in self.layers:
            if layer.name in seen:
                raise ValueError(f"two layers are named {layer.name}; give each its own name")
            if layer.name in type(self).model_fields:
                raise ValueError(f"a layer may not be named {layer.name}: the look's own field is")
            seen.add(layer.name)
        return self

    @property
    def exif_time(self) -> str:
        """`created` as EXR's DateTime has it; the epoch where it is not written."""
        return (self.created or "1970-01-01 00:00:00").replace("-", ":")

    @property
    def shown(self) -> tuple[Layer, ...]:
        """The layers that are not muted, back to front."""
        return tuple(layer for layer in self.layers if not layer.mute)

    def cards(self) -> tuple[str, ...]:
        """Ids of every card it names, muted layers' too, sorted."""
        return tuple(sorted({name for layer in self.layers for _, _, name in layer.cards()}))

    def mattes(self) -> set[str]:
        """Names of every matte the look needs, without `frame`."""
        named = {self.support.matte}
        for layer in self.layers:
            named |= {layer.matte, layer.control.matte, *layer.holdouts}
        return named - {FRAME}
