"""Grain that is missing, doubled, too coarse or too fine is caught; right grain passes."""

from itertools import product

import cv2
import numpy as np
import pytest
from qc.still_scenes import (
    HEIGHT,
    WIDTH,
    box,
    grain,
    layer,
    power_noise,
    readings,
    rounded,
    seen,
    signal,
)

from lookdev.image.frame import Pixels
from lookdev.qc.grain import Grain

GRAIN, SPECTRUM = 0.27, 0.4
PLACES = (
    {"soft": 8},
    {"soft": 8, "centre": (0.5, 0.15), "size": (0.6, 0.25)},
    {"soft": 8, "centre": (0.3, 0.6), "size": (0.3, 0.3)},
)


def of(plate: Pixels, rgba: Pixels, kind: str = "patch") -> dict[str, float]:
    return readings(Grain(), seen(plate, {"one": rgba}, kind))


def veil(seed: int, mean: float) -> Pixels:
    """Soft alpha without fine texture."""
    rng = np.random.default_rng(seed)
    soft = cv2.GaussianBlur(rng.normal(0, 1, (HEIGHT, WIDTH)).astype(np.float32), (0, 0), 30)
    return np.clip(mean + 0.04 * soft / soft.std(), 0, 1)


def dust(view: Pixels, alpha: Pixels, amount: float) -> Pixels:
    """Over a view at 0.3, with as much more grain as makes the comp's the camera's."""
    made = layer((0.3, 0.3, 0.3), alpha)
    own = np.sqrt(1 - (1 - alpha[..., None]) ** 2)
    comp = made[..., :3] + view * (1 - alpha[..., None])
    made[..., :3] += own * grain(comp, 31, amount=amount) if amount else 0
    return rounded(made)


def test_a_patch_without_grain_or_with_twice_as_much_is_caught() -> None:
    clean, missing, doubled, twice = [], [], [], []
    for seed, place in product((1, 2), PLACES):
        view, matte = signal(seed), box(**place)
        plate = rounded(view + grain(view, 10 + seed))
        clean += [of(plate, layer(one, matte)) for one in (plate, view + grain(view, 20))]
        missing.append(of(plate, layer(view, matte))["grain"])
        doubled.append(of(plate, layer(plate + grain(view, 21), matte))["grain"])
        twice.append(of(plate, layer(view + grain(view, 22, amount=2), matte))["grain"])
    worst = max(one["grain"] for one in clean)
    print(
        f"clean at most {worst:.2f}; missing at least {min(missing):.2f}, the plate's and as much"
        f" again {min(doubled):.2f}, twice {min(twice):.2f}"
    )
    assert worst < GRAIN - 0.1
    assert min(missing) > 1
    assert min(twice) > 0.6
    assert min(doubled) > GRAIN + 0.06


def test_grain_that_is_too_coarse_or_too_fine_is_caught() -> None:
    clean, coarse, fine = [], [], []
    for seed, place in product((1, 2), PLACES):
        view, matte = signal(seed), box(**place)
        plate = rounded(view + grain(view, 10 + seed))
        for blur, into in ((0.6, clean), (1.2, coarse), (0, fine)):
            patch = layer(view + grain(view, 23, blur=blur), matte)
            into.append(of(plate, patch)["grain_spectrum"])
    print(f"clean at most {max(clean):.2f}; coarse {min(coarse):.2f}, fine {min(fine):.2f}")
    assert max(clean) < SPECTRUM - 0.15
    assert min(*coarse, *fine) > SPECTRUM + 0.15


def test_an_element_at_half_alpha_and_more_is_judged_in_the_comp() -> None:
    right, missing, doubled = [], [], []
    for seed, mean in product((1, 2), (0.5, 0.7, 0.9)):
        view, alpha = signal(seed), veil(seed, mean)
        plate = rounded(view + grain(view, 10 + seed))
        for amount, into in ((1, right), (0, missing), (2, doubled)):
            into.append(of(plate, dust(view, alpha, amount), "element")["grain"])
    print(f"right at most {max(right):.2f}, missing {min(missing):.2f}, twice {min(doubled):.2f}")
    assert max(right) < GRAIN - 0.05
    assert min(*missing, *doubled) > GRAIN + 0.25


@pytest.mark.parametrize("case", ["small", "thin", "textured", "fine alpha", "nothing"])
def test_what_cannot_be_judged_says_nothing(case: str) -> None:
    view = signal()
    plate = rounded(view + grain(view, 11))
    rough = power_noise(np.random.default_rng(5), (HEIGHT, WIDTH))
    rgba, kind = {
        "small": (layer(view, box(size=(0.05, 0.05))), "patch"),
        "thin": (layer((0.3, 0.3, 0.3), veil(1, 0.1)), "element"),
        "textured": (layer(view * np.exp2(rough)[..., None], box()), "patch"),
        "fine alpha": (layer((0.5, 0.5, 0.5), np.clip(0.6 + 0.2 * rough, 0, 1)), "element"),
        "nothing": (layer(view, 0 * box()), "patch"),
    }[case]
    assert of(plate, rgba, kind) == {}


def test_a_plate_without_grain_wants_none() -> None:
    view = rounded(signal())
    none = of(view, layer(view, box()))
    some = of(view, layer(view + grain(view, 1), box()))
    print("a rendered plate: without grain", none, "with some", some)
    assert none["grain"] < GRAIN
    assert some["grain"] > 1
