from random import Random, SystemRandom
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookdev.explore.randomise import SEEDS, is_locked, new_seeds, nudged
from lookdev.spec import strict_yaml
from lookdev.spec.look import Look


def layer(name: str, **blend: Any) -> dict[str, Any]:
    return {
        "name": name,
        "element": {"prompt": name, "seed": "7", "size": [96, 54]},
        "blend": blend,
    }


LOOK = strict_yaml.validate(
    {
        "format": "look/1",
        "support": {"matte": "frame"},
        "layers": [layer("snow", exposure=19.9), layer("dust", opacity={1001: 0.0, 1034: 1.0})],
    },
    Look,
    source="test",
)


def chance(seed: int = 1) -> Random:
    return Random(seed)  # noqa: S311 no secret


def seeds(look: Look) -> list[str]:
    return [layer.element.seed for layer in look.layers]


@pytest.mark.parametrize("lock", ["snow", "snow.element", "snow.element.seed"])
def test_a_locked_seed_stays_and_the_others_are_new(lock: str) -> None:
    made = new_seeds(LOOK, random=chance(), locked=(lock,))
    snow, dust = seeds(made)
    assert snow == "7"
    assert dust != "7"
    assert 0 <= int(dust) < SEEDS


def test_without_locks_every_seed_is_new_and_never_the_same_twice() -> None:
    found = {tuple(seeds(new_seeds(LOOK, random=SystemRandom()))) for _ in range(20)}
    assert len(found) == 20
    assert all("7" not in pair for pair in found)


@pytest.mark.parametrize("name", ["snow", "snow.blend", "snow.blend.opacity"])
def test_a_lock_holds_all_that_lies_in_it(name: str) -> None:
    assert is_locked("snow.blend.opacity", [name])
    assert not is_locked("snowfall.blend.opacity", [name])
    assert not is_locked("snow.blend_mode", ["snow.blend"])


@given(seed=st.integers(0, 2**32))
def test_a_nudge_is_a_small_step_within_the_fields_bounds(seed: int) -> None:
    """The look is validated: a step out of bounds would be refused."""
    made = nudged(LOOK, random=chance(seed))
    blend = made.layers[0].blend
    assert isinstance(blend.opacity, float)
    assert isinstance(blend.exposure, float)
    assert isinstance(blend.feather, float)
    assert 0.8 <= blend.opacity <= 1.0
    assert 19.2 <= blend.exposure <= 20.0
    assert 0 <= blend.feather <= 9.06
    assert all(0.8 <= gain <= 1.2 for gain in blend.tint)
    assert all(0.8 <= g / was <= 1.201 for g, was in zip(blend.glow, (1.0, 0.3, 0.06), strict=True))
    assert made.layers[1].blend.opacity == LOOK.layers[1].blend.opacity, "a curve stays"
    assert made.layers[0].blend.transfer == "over"
    assert [x.element for x in made.layers] == [x.element for x in LOOK.layers]


def test_a_nudge_moves_something_and_respects_locks() -> None:
    free = nudged(LOOK, random=chance())
    assert free.layers[0].blend != LOOK.layers[0].blend
    held = nudged(LOOK, random=chance(), locked=("snow.blend", "dust.blend.feather"))
    assert held.layers[0].blend == LOOK.layers[0].blend
    assert held.layers[1].blend.feather == 0.0
    assert held.layers[1].blend.erode != 0.0


def test_other_groups_are_nudged_on_request_and_whole_numbers_stay() -> None:
    made = nudged(LOOK, random=chance(3), groups=("element", "control", "motion"))
    assert made.layers[0].blend == LOOK.layers[0].blend
    assert made.layers[0].control.rise != 200.0
    assert made.layers[0].motion.velocity_x != 0.0
    assert made.layers[0].element.size == (96, 54)
    assert made.layers[0].element.seed == "7"
    assert made.layers[0].element.steps == LOOK.layers[0].element.steps
    assert made.layers[0].motion.anchor == 1001
