"""Looks that are one idea are told from looks that are several."""

import json

import numpy as np
import pytest

from lookdev.qc.diversity import ONE_IDEA, distance, diversity
from lookdev.qc.traits import Traits

H, W = 180, 320


def plate(seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:H, 0:W].astype(np.float32)
    picture = np.stack([0.2 + 0.3 * x / W, 0.2 + 0.2 * y / H, 0.2 + 0 * x], -1)
    return (picture + rng.normal(0, 0.004, picture.shape)).astype(np.float32)


def over(
    below: np.ndarray,
    *,
    seed: int = 0,
    at: tuple[float, float] = (0.5, 0.5),
    colour: tuple[float, float, float] = (0.8, 0.8, 0.8),
    fine: float = 3.0,
    strength: float = 0.6,
) -> np.ndarray:
    """A cloud of a colour, at a place (x, y in shares), with detail of a size (px)."""
    import cv2

    rng = np.random.default_rng(seed)
    noise = cv2.GaussianBlur(rng.normal(0, 1, (H, W)).astype(np.float32), (0, 0), fine)
    noise = np.clip(0.5 + 0.25 * noise / noise.std(), 0, 1)
    y, x = np.mgrid[0:H, 0:W].astype(np.float32)
    away = ((x / W - at[0]) / 0.25) ** 2 + ((y / H - at[1]) / 0.3) ** 2
    alpha = (strength * noise * np.exp(-away))[..., None]
    return (below * (1 - alpha) + alpha * np.array(colour, np.float32)).astype(np.float32)


def traits(below: np.ndarray, **look: object) -> Traits:
    found = Traits.of(below, over(below, **look))  # type: ignore[arg-type]
    assert found is not None
    return found


SEEDS = [{"seed": n} for n in range(6)]
PLACES = [{"at": (x, y)} for x in (0.2, 0.5, 0.8) for y in (0.25, 0.75)]
COLOURS = [
    {"colour": c} for c in ((0.9, 0.9, 0.9), (0.9, 0.4, 0.1), (0.05, 0.05, 0.06), (0.2, 0.4, 0.9))
]
GRAINS = [{"fine": f} for f in (0.8, 2.0, 5.0, 14.0)]


@pytest.mark.parametrize(
    ("looks", "respect"), [(PLACES, "layout"), (COLOURS, "palette"), (GRAINS, "texture")]
)
def test_what_differs_is_named(looks: list[dict], respect: str) -> None:
    below = plate()
    found = diversity([traits(below, **look) for look in looks])
    print(found.sentence)
    assert not found.is_one_idea
    assert found.typical is not None
    assert getattr(found.typical, respect) >= 1
    assert respect in found.sentence.partition("(")[0]


def test_seeds_of_one_setting_are_one_idea() -> None:
    below = plate()
    found = diversity([traits(below, **look) for look in SEEDS])
    print(found.sentence, found.nearest)
    assert found.is_one_idea
    assert "one idea" in found.sentence


def test_the_same_look_over_two_plates_is_one_idea_and_another_one_is_not() -> None:
    ours, theirs = traits(plate(1), seed=1), traits(plate(2), seed=2)
    other = traits(plate(2), seed=2, at=(0.15, 0.2), colour=(0.9, 0.3, 0.1))
    print(distance(ours, theirs), distance(ours, other))
    assert distance(ours, theirs).most < ONE_IDEA
    assert distance(ours, other).most > 2


def test_distance_is_symmetric_and_zero_to_itself() -> None:
    below = plate()
    a, b = traits(below, seed=1), traits(below, seed=2, colour=(0.9, 0.4, 0.1), fine=8.0)
    assert distance(a, a).most < 1e-6
    assert distance(a, b).palette == pytest.approx(distance(b, a).palette)
    assert distance(a, b).layout == pytest.approx(distance(b, a).layout)


def test_what_adds_nothing_has_no_traits_and_is_no_part_of_it() -> None:
    below = plate()
    assert Traits.of(below, below.copy()) is None
    found = diversity([None, traits(below), None])
    assert found.nearest == (None, None, None)
    assert "nothing to compare" in found.sentence
    assert not found.is_one_idea


def test_traits_survive_being_written() -> None:
    ours = traits(plate())
    again = Traits.from_json(json.loads(json.dumps(ours.to_json())))
    assert distance(ours, again).most < 1e-3


def test_each_looks_nearest_other_is_found() -> None:
    below = plate()
    twin = [traits(below, seed=n) for n in (1, 2)]
    far = traits(below, seed=3, at=(0.1, 0.1), colour=(0.9, 0.2, 0.05))
    nearest = diversity([twin[0], far, None, twin[1]]).nearest
    assert nearest[0] == nearest[3]
    assert nearest[2] is None
    assert nearest[1] > 2 > ONE_IDEA > nearest[0]  # type: ignore[operator]
