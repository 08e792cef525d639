"""Which kinds of element a prompt asks for.

The embedded model has no language model: a prompt is the set of words below that occur in it.
This module imports nothing heavy, so that a prompt can be refused before torch is loaded.
"""

import re

KINDS = ("dust", "smoke", "snow", "embers", "debris")
"""The kinds the model knows, in the order of its embedding rows."""

WORDS = {
    "dust": "dust dusty powder powders silt sand sandstorm grit concrete plaster cement "
    "pyroclastic billow billows billowing",
    "smoke": "smoke smokes smoky fog fogs foggy haze hazy mist mists misty plume plumes steam "
    "vapour vapours vapor vapors fume fumes gas gases smog soot wisp wisps",
    "snow": "snow snows snowy snowfall snowflake snowflakes snowstorm flake flakes blizzard "
    "blizzards flurry flurries sleet ash ashes ashfall",
    "embers": "ember embers spark sparks cinder cinders firefly fireflies fire fires flame flames",
    "debris": "debris rubble chunk chunks shard shards fragment fragments splinter splinters "
    "gravel brick bricks rock rocks stone stones wreckage shrapnel",
}
_KIND_OF = {word: kind for kind, words in WORDS.items() for word in words.split()}


def kinds_in(prompt: str) -> tuple[str, ...]:
    """Find the kinds of element a prompt names.

    Args:
        prompt: Free text; case is ignored, only whole words count.

    Returns:
        Members of `KINDS`, each once, in order of first appearance; empty when no word is known.
    """
    words = re.findall(r"[a-z]+", prompt.lower())
    return tuple(dict.fromkeys(_KIND_OF[word] for word in words if word in _KIND_OF))
