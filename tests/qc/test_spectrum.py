"""A soft or oversharpened patch is caught; soft dust is not, and crisp dust is."""

from itertools import product

import cv2
import numpy as np
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
from lookdev.qc.spectrum import Slope

ALLOWED = 0.4
PLACES = (
    {"soft": 8},
    {"soft": 8, "centre": (0.3, 0.6), "size": (0.35, 0.4)},
    {"soft": 8, "centre": (0.75, 0.52), "size": (0.3, 0.4)},
)


def of(plate: Pixels, colour: Pixels, matte: Pixels, kind: str = "patch") -> dict[str, float]:
    return readings(Slope(), seen(plate, {"one": layer(colour, matte)}, kind))


def test_soft_and_oversharpened_patches_are_caught() -> None:
    clean, soft, sharp = [], [], []
    for seed, place in product((1, 2), PLACES):
        view, other, matte = signal(seed), signal(seed + 10), box(**place)
        plate = rounded(view + grain(view, 10 + seed))
        blurred = cv2.GaussianBlur(view, (0, 0), 2)
        crisp = np.maximum(view + 2 * (view - blurred), 0.003)
        patches = plate, view + grain(view, 20), other + grain(other, 20), plate * 1.3
        clean += [of(plate, one, matte)["slope"] for one in patches]
        soft.append(of(plate, blurred + grain(view, 5), matte)["slope"])
        sharp.append(of(plate, crisp + grain(view, 5), matte)["slope"])
    print(
        f"clean at most {max(clean):.3f}; blurred by 2 px {min(soft):.3f}, sharp {min(sharp):.3f}"
    )
    assert max(clean) < ALLOWED - 0.15
    assert min(*soft, *sharp) > ALLOWED + 0.1


def test_dust_may_be_soft_and_may_not_be_crisper_than_the_lens() -> None:
    view = signal()
    plate = rounded(view + grain(view, 11))
    rng = np.random.default_rng(3)
    crisp = 0.3 * np.exp2(0.3 * power_noise(rng, (HEIGHT, WIDTH), slope=-0.6))[..., None]
    soft = cv2.GaussianBlur(crisp, (0, 0), 6)[..., None]
    found = [of(plate, one + 0 * view, box(soft=8), "element")["slope"] for one in (soft, crisp)]
    print("dust: soft and crisp", np.round(found, 3))
    assert found[0] < ALLOWED < found[1]


def test_thin_dust_and_a_small_patch_say_nothing() -> None:
    plate = rounded(signal())
    assert of(plate, plate, box() * np.float32(0.6), "element") == {}
    assert of(plate, plate, box(size=(0.1, 0.2))) == {}
