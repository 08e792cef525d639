"""Kinds of fields that parameters share: bounds, unit, the usual range of a slider."""

from typing import Annotated

from pydantic import Field, StringConstraints

from lookdev.spec.base import LINE, Name, knob

Unit = Annotated[float, Field(ge=0, le=1, json_schema_extra=knob(step=0.01))]
Stops = Annotated[
    float,
    Field(ge=-20, le=20, json_schema_extra=knob(slider=(-6, 6), step=0.05, unit="stops")),
]
Pixels = Annotated[
    float, Field(ge=-4096, le=4096, json_schema_extra=knob(slider=(-64, 64), step=0.5, unit="px"))
]
Length = Annotated[
    float, Field(ge=0, le=8192, json_schema_extra=knob(slider=(0, 500), step=0.5, unit="px"))
]
Distance = Annotated[float, Field(ge=0, le=1e6, json_schema_extra=knob(slider=(0, 200), step=0.5))]
"""In the depth pass's own units."""
Evolution = Annotated[
    float, Field(ge=0, le=1, json_schema_extra=knob(slider=(0, 0.1), step=0.002, unit="a frame"))
]
"""Textures a frame: 0.02 is another one after 50 frames."""

Speed = Annotated[
    float,
    Field(ge=-1000, le=1000, json_schema_extra=knob(slider=(-40, 40), step=0.25, unit="px/frame")),
]
Share = Annotated[float, Field(ge=-4, le=4, json_schema_extra=knob(slider=(0, 1), step=0.05))]
Side = Annotated[int, Field(ge=16, le=8192)]
ModelName = Annotated[Name, Field(json_schema_extra=knob(refers="model"))]
MatteName = Annotated[Name, Field(json_schema_extra=knob(refers="matte"))]
FrameNumber = Annotated[int, Field(ge=-1_000_000, le=10_000_000)]
TIME = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]) [0-2][0-9]:[0-5][0-9]:[0-5][0-9]$"
Prompt = Annotated[str, StringConstraints(max_length=2000, pattern=LINE)]
_MAYBE = r"^([A-Za-z][A-Za-z0-9_-]{0,62})?$"
LoraName = Annotated[
    str, StringConstraints(pattern=_MAYBE), Field(json_schema_extra=knob(refers="lora"))
]
"""A card's id, or nothing; so are the next three."""
ControlNetName = Annotated[
    str, StringConstraints(pattern=_MAYBE), Field(json_schema_extra=knob(refers="controlnet"))
]
AdapterName = Annotated[
    str, StringConstraints(pattern=_MAYBE), Field(json_schema_extra=knob(refers="ipadapter"))
]
ReferenceName = Annotated[
    str, StringConstraints(pattern=_MAYBE), Field(json_schema_extra=knob(refers="reference"))
]
