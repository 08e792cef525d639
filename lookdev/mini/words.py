"""What a prompt asks of the embedded model: kinds of element, and what they are like.

The model has no language model: a prompt is the set of words below that occur in it, and all others
are ignored. The two tables are the one place where a word gets its meaning.
This module imports nothing heavy, so that a prompt is understood before torch is loaded.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

KINDS = ("dust", "smoke", "fog", "snow", "ash", "embers", "debris")
"""The kinds the model knows, in the order of its embedding rows."""

WORDS = {
    "dust": "dust dusty powder powders silt sand sandstorm sandstorms grit concrete plaster cement "
    "pyroclastic billow billows billowing",
    "smoke": "smoke smokes smoky plume plumes steam vapour vapours vapor vapors fume fumes gas "
    "gases smog soot sooty wisp wisps",
    "fog": "fog fogs foggy haze hazy mist mists misty",
    "snow": "snow snows snowy snowfall snowflake snowflakes snowstorm snowstorms flake flakes "
    "blizzard blizzards flurry flurries sleet",
    "ash": "ash ashes ashfall ashen",
    "embers": "ember embers spark sparks cinder cinders firefly fireflies fire fires flame flames",
    "debris": "debris rubble chunk chunks shard shards fragment fragments splinter splinters "
    "gravel brick bricks rock rocks stone stones wreckage shrapnel",
}
"""By kind, the words that ask for it."""

ATTRIBUTES: dict[str, dict[float, str]] = {
    "density": {
        -1.5: "faint scarce barely",
        -1.0: "light sparse few scattered occasional thin",
        -0.5: "some",
        0.5: "many much",
        1.0: "heavy dense thick blizzard blizzards snowstorm snowstorms sandstorm sandstorms",
        1.5: "opaque choking impenetrable",
    },
    "size": {
        -0.7: "tiny minute distant",
        -0.4: "fine small far",
        0.4: "large big coarse near close",
        0.7: "huge giant enormous nearest closest",
    },
    "wind": {
        -2.0: "still motionless windless",
        -1.0: "calm gentle slow",
        0.5: "wind winds windy breeze breezy drifting blowing",
        1.0: "fast rushing driving stormy storm blizzard blizzards snowstorm snowstorms sandstorm "
        "sandstorms",
        1.5: "gale gales hurricane racing",
    },
    "turbulence": {
        -1.0: "laminar",
        -0.6: "smooth calm gentle even",
        0.6: "rolling swirling churning billowing",
        1.0: "turbulent torn violent chaotic",
    },
    "softness": {
        -1.0: "crisp hard",
        -0.6: "sharp defined",
        0.6: "soft wispy hazy",
        1.0: "blurred blurry defocused bokeh",
    },
}
"""By attribute, how far each word goes: stops for those of `DOUBLING`, -1..1 for the others.

A word may say several things, and a kind as well.
"""

_ROOM = 0.5
"""Stops that an envelope is lowered by where no word says how dense: "heavy" has room above it."""

DOUBLING = ("density", "size", "wind")
"""Attributes that are factors: 1 doubles them, -1 halves them; size is that of all lengths."""


@dataclass(frozen=True)
class Asked:
    """What a prompt asks for; the defaults are what a prompt without any known word gets."""

    kinds: tuple[str, ...] = ()
    """Members of `KINDS`, each once, in order of first appearance."""
    density: float = 2**-_ROOM
    """Factor of the envelope, above 0; "heavy" is twice it, and reaches above 1 with full ones."""
    near: float = 0.0
    """Added to the control's nearness: 0.5 doubles all lengths, -0.5 halves them."""
    wind: float = 1.0
    """Factor of the wind, above 0."""
    turbulence: float = 0.0
    """-1 calm .. 1 torn; 0 is usual."""
    softness: float = 0.0
    """-1 hard and crisp .. 1 soft; 0 is usual."""


def asked(prompt: str) -> Asked:
    """Understand a prompt.

    Args:
        prompt: Free text; case is ignored, only whole words count. Where several words say
            something of one attribute, their mean counts (of stops, where it is a factor).
    """
    words = re.findall(r"[a-z]+", prompt.lower())
    kinds = tuple(dict.fromkeys(_KIND_OF[word] for word in words if word in _KIND_OF))
    mean = {name: _mean(steps, words) for name, steps in _STEPS_OF.items()}
    return Asked(
        kinds=kinds,
        density=2 ** (mean["density"] - _ROOM),
        near=mean["size"] / 2,
        wind=2 ** mean["wind"],
        turbulence=mean["turbulence"],
        softness=mean["softness"],
    )


def _mean(steps: Mapping[str, float], words: list[str]) -> float:
    """The mean of what known words say, each once; 0 where there is none."""
    said = [steps[word] for word in dict.fromkeys(words) if word in steps]
    return sum(said) / len(said) if said else 0.0


_KIND_OF = {word: kind for kind, words in WORDS.items() for word in words.split()}
_STEPS_OF = {
    name: {word: step for step, words in steps.items() for word in words.split()}
    for name, steps in ATTRIBUTES.items()
}
