"""What a layer asks of an image model beside its prompt: a start, guides, and finer detail.

A change in any of these runs the model again.
"""

from typing import Annotated, Literal

from pydantic import Field

from lookdev.spec.base import Spec, knob
from lookdev.spec.fields import (
    AdapterName,
    ControlNetName,
    LoraName,
    ReferenceName,
    Side,
    Unit,
)

_Scale = Annotated[float, Field(ge=0, le=4, json_schema_extra=knob(slider=(0, 2), step=0.05))]


class Patch(Spec):
    """How an element of kind `patch` starts; nothing of it touches another kind."""

    start: Literal["plate", "clean_plate"] = "plate"
    """The picture it starts from: the plate, or the shot's clean plate, where something goes."""
    fill: Literal["inpaint", "image"] = "inpaint"
    """`inpaint` makes the inside of the control matte anew; `image` repaints the whole picture."""
    strength: Unit = 1.0
    """How far from the start it may go; 0 shows the start itself and runs no model."""
    differential: bool = False
    """Takes the grey of the control matte as how much may change at each place."""


class Guides(Spec):
    """What else leads the model; each names a card, empty is none."""

    lora: LoraName = ""
    """A LoRA: a small addition to the model's weights."""
    lora_scale: _Scale = 1.0
    """How much of it."""
    edges: ControlNetName = ""
    """A ControlNet that was trained on edges; it gets those of the start picture."""
    edges_scale: _Scale = 0.5
    """How closely it is followed."""
    depth: ControlNetName = ""
    """A ControlNet that was trained on depth; it gets the shot's."""
    depth_scale: _Scale = 0.5
    """How closely it is followed."""
    adapter: AdapterName = ""
    """An IP-Adapter, which lets the model look at reference pictures."""
    reference: ReferenceName = ""
    """The pictures that it looks at."""
    adapter_scale: _Scale = 0.6
    """How much it takes from them."""


class Refine(Spec):
    """Detail beyond the working size, tile by tile, led by the element at its working size."""

    scale: Annotated[float, Field(ge=1, le=8, json_schema_extra=knob(slider=(1, 4), step=0.5))] = (
        1.0
    )
    """How many times finer than the working size; 1 is off."""
    strength: Annotated[float, Field(gt=0, le=1, json_schema_extra=knob(step=0.01))] = 0.3
    """How far each tile may go from what leads it."""
    steps: Annotated[int, Field(ge=1, le=200, json_schema_extra=knob(slider=(1, 40), step=1))] = 8
    """Denoising steps of a whole run, of which strength takes its share."""
    tile: Side = 768
    """Sides of a tile (pixels of the refined element)."""
    overlap: Annotated[int, Field(ge=0, le=2048)] = 128
    """How far neighbouring tiles reach into each other (the same pixels)."""
