"""How a layer meets the plate: its transfer, and what the blend does at its edges and to its light.

A change in any of these never runs a model. Every group is off until it is asked for, except the
guards of `Protect`. Lengths are full-resolution plate pixels and shrink with a proxy; colours are
scene-linear ACEScg.
"""

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from lookdev.spec.base import GainRgb, Spec, knob
from lookdev.spec.curve import Curve
from lookdev.spec.fields import Distance, FrameNumber, Length, Pixels, Stops, Unit

_Degrees = Annotated[
    float, Field(ge=-360, le=360, json_schema_extra=knob(slider=(-180, 180), step=1, unit="deg"))
]
_Shutter = Annotated[
    float, Field(ge=0, le=720, json_schema_extra=knob(slider=(0, 360), step=5, unit="deg"))
]
_Radius = Annotated[
    float, Field(ge=0, le=1024, json_schema_extra=knob(slider=(0, 200), step=0.5, unit="px"))
]
_Blur = Annotated[
    float, Field(ge=0, le=256, json_schema_extra=knob(slider=(0, 10), step=0.05, unit="px"))
]
_PerUnit = Annotated[float, Field(ge=0, le=1e3, json_schema_extra=knob(slider=(0, 1), step=0.005))]
_Lift = Annotated[float, Field(ge=-10, le=10)]
_LiftRgb = Annotated[tuple[_Lift, _Lift, _Lift], Field(json_schema_extra=knob(refers="colour"))]
_Fitted = Annotated[float, Field(ge=-1000, le=1000)]
_Row4 = tuple[_Fitted, _Fitted, _Fitted, _Fitted]
_ColourMap = Annotated[tuple[_Row4, _Row4, _Row4], Field(json_schema_extra=knob(refers="fitted"))]
_Grains = Annotated[
    float, Field(ge=0, le=4, json_schema_extra=knob(slider=(0, 2), step=0.01, unit="x plate"))
]

NO_MAP = ((1.0, 0.0, 0.0, 0.0), (0.0, 1.0, 0.0, 0.0), (0.0, 0.0, 1.0, 0.0))
"""The colour map that changes nothing."""


class Edge(Spec):
    """How a patch joins the plate at its matte's edge; nothing of it touches an element."""

    method: Literal["mix", "multiband", "gradient"] = "mix"
    """`mix` fades across the matte; `multiband` fades fine detail over a short way and large
    shapes over a long one; `gradient` keeps the patch's detail and takes its level from around."""
    bands: Annotated[int, Field(ge=1, le=10, json_schema_extra=knob(slider=(1, 8), step=1))] = 5
    """Bands of `multiband`: the widest reaches 2 to the power of them (px)."""
    extend: Curve[_Radius] = 0.0
    """Carries the patch's inner colours out over its soft edge, so that no old rim shows (px)."""


class Match(Spec):
    """The layer's own light brought to the plate's: fitted once a shot by `lookdev fit`."""

    exposure: Stops = 0.0
    """Gain, in stops."""
    white: GainRgb = (1.0, 1.0, 1.0)
    """Gain of red, green and blue: white balance."""
    black: _LiftRgb = (0.0, 0.0, 0.0)
    """Added to red, green and blue after the gains: black level."""
    transfer: Unit = 0.0
    """How much of the fitted colour transfer; for patches only: brick must not tint snow."""
    map: _ColourMap = NO_MAP
    """The fitted transfer (Monge-Kantorovich, in ACEScct): three rows of 3 factors and offset."""


class Light(Spec):
    """Light between an element and its place."""

    relight: Unit = 0.0
    """How much the look's key light replaces the light that the model gave."""
    ambient: Unit = 0.35
    """Of the relit light, how much comes from everywhere."""
    wrap: Unit = 0.0
    """Light of the plate that comes around the element's edges."""
    wrap_size: _Radius = 16.0
    """How far it comes (px)."""
    shadow: Curve[Unit] = 0.0
    """How dark the shadow is that the element throws on what is below; with `over` only."""
    shadow_size: _Radius = 20.0
    """How soft that shadow is (px, standard deviation)."""
    shadow_x: Curve[Pixels] = 0.0
    """Where it falls: to the right (px)."""
    shadow_y: Curve[Pixels] = 12.0
    """Where it falls: downwards (px)."""
    ground: Curve[Unit] = 0.0
    """How much the element's mass darkens the ground below it; with `over` only."""
    ground_size: _Radius = 120.0
    """How far that reaches (px)."""
    bloom: Unit = 0.0
    """Share of its own light (emission) that spreads around it."""
    bloom_size: _Radius = 24.0
    """How far it spreads (px, of the narrowest of three kernels)."""


class Camera(Spec):
    """What the plate's camera would have done to the layer."""

    grain: _Grains = 0.0
    """Grain on what covers, as a multiple of the plate's, which `lookdev fit` measures; `over`
    only, for light that is added hides no grain."""
    blur: Curve[_Blur] = 0.0
    """Lens blur (px, standard deviation)."""
    shutter: Curve[_Shutter] = 0.0
    """Motion blur along the layer's motion, as a shutter angle: 180 is half a frame."""


class Depth(Spec):
    """Where the element stands in the shot's depth; each needs a shot with depth, or a distance."""

    distance: Curve[Distance] = 0.0
    """How far from the camera (the depth's own unit); 0 is in front of everything."""
    soft: Curve[Distance] = 0.0
    """Depth over which it fades behind what stands before it (the same unit)."""
    extinction: Curve[_PerUnit] = 0.0
    """Fills the space up to the plate: density a unit of depth (Beer-Lambert); 0 is a flat card."""
    haze: Curve[_PerUnit] = 0.0
    """Air between camera and element: extinction a unit of depth (Beer-Lambert)."""
    haze_colour: GainRgb = (0.5, 0.5, 0.5)
    """The air's colour."""


class Protect(Spec):
    """Guards on what is added; the plate's own values are never touched."""

    roll_off: bool = True
    """Rolls bright parts off to the shot's ceiling."""
    no_negative: bool = True
    """Lets nothing below 0 be added."""


class Blend(Spec):
    """How the element goes over the plate. A change here never runs the model."""

    transfer: Literal["over", "plus", "screen", "multiply", "max"] = "over"
    """`over` for what covers, `plus` for what glows, `screen` for haze, `multiply` for what
    filters the plate's light, `max` for the brighter of both."""
    opacity: Curve[Unit] = 1.0
    """0 is gone, 1 is full."""
    exposure: Curve[Stops] = 0.0
    """Gain on the element's light, in stops."""
    tint: GainRgb = (1.0, 1.0, 1.0)
    """Colour of the light on the element (scene-linear ACEScg)."""
    glow: GainRgb = (1.0, 0.3, 0.06)
    """Colour and strength of its emission (scene-linear ACEScg)."""
    erode: Curve[Pixels] = 0.0
    """Shrinks where the layer's matte and holdouts let it show; negative grows (px)."""
    feather: Curve[Length] = 0.0
    """Softens that edge (px, standard deviation)."""
    edge: Edge = Edge()
    """How a patch joins the plate."""
    match: Match = Match()
    """Its light brought to the plate's."""
    light: Light = Light()
    """Light between it and its place."""
    camera: Camera = Camera()
    """Grain and blur."""
    depth: Depth = Depth()
    """Where it stands in the shot's depth."""
    protect: Protect = Protect()
    """Guards on what is added."""


class KeyLight(Spec):
    """The look's key light, on every layer that is relit by it."""

    azimuth: Curve[_Degrees] = 0.0
    """0 comes from the right, 90 from behind the element, 180 from the left, -90 from in front."""
    elevation: Curve[_Degrees] = 45.0
    """90 comes from straight above, 0 from the side."""
    colour: GainRgb = (1.0, 1.0, 1.0)
    """Colour and strength (scene-linear ACEScg)."""


_Level = Annotated[float, Field(ge=-65504, le=65504)]
_Sigma = Annotated[float, Field(ge=0, le=65504)]
_Row = Annotated[tuple[_Sigma, ...], Field(min_length=1, max_length=64)]


class Grain(Spec):
    """The plate's grain, by channel."""

    luminance: Annotated[tuple[_Level, ...], Field(min_length=1, max_length=64)]
    """Knots, rising (scene-linear ACEScg luminance)."""
    sigma: tuple[_Row, _Row, _Row]
    """Standard deviation of red, green and blue at each knot; linear between, held beyond."""
    spectrum: tuple[_Row, _Row, _Row]
    """Relative power in equal bins of spatial frequency, 0 to 0.5 cycles a pixel; the last is held
    beyond. Its mean over the plane is 1."""

    @model_validator(mode="after")
    def _is_a_table(self) -> "Grain":
        knots = self.luminance
        if any(b <= a for a, b in pairwise(knots)):
            raise ValueError("luminance does not rise; measure it again with `lookdev fit`")
        if any(len(row) != len(knots) for row in self.sigma):
            raise ValueError("sigma has not one value a knot; measure it again with `lookdev fit`")
        return self


class Measured(Spec):
    """What was measured of the plate, once a shot, and is used at every frame of it."""

    frames: Annotated[tuple[FrameNumber, ...], Field(min_length=1, max_length=64)]
    """The frames it was measured on."""
    grain: Grain
    sharpness: Annotated[float, Field(ge=0, le=64)] | None = None
    """Blur of its sharpest edges (px, standard deviation); none where it has no distinct edge."""
