"""A patch that is too grey, too colourful or too warm is caught; an element has its own colours."""

from itertools import product

import numpy as np
from qc.still_scenes import box, grain, layer, readings, rounded, seen, signal

from lookdev.image.colour import LUMINANCE
from lookdev.image.frame import Pixels
from lookdev.qc.palette import Palette

SATURATION, PALETTE = 0.15, 0.013
PLACES = (
    {"soft": 8},
    {"soft": 8, "centre": (0.3, 0.6), "size": (0.35, 0.35)},
    {"soft": 8, "centre": (0.75, 0.52), "size": (0.3, 0.4)},
)


def of(plate: Pixels, colour: Pixels, matte: Pixels, kind: str = "patch") -> dict[str, float]:
    return readings(Palette(), seen(plate, {"one": layer(colour, matte)}, kind))


def saturated(picture: Pixels, by: float) -> Pixels:
    grey = (picture @ np.array(LUMINANCE, np.float32))[..., None]
    return grey + np.float32(by) * (picture - grey)


def test_grey_colourful_and_warm_patches_are_caught() -> None:
    clean, grey, colourful, warm = [], [], [], []
    for seed, place in product((1, 2), PLACES):
        view, other, matte = signal(seed), signal(seed + 10), box(**place)
        plate = rounded(view + grain(view, 10 + seed))
        patches = plate, view + grain(view, 20), other + grain(other, 20)
        patches += tuple(one * np.float32(1.3) for one in patches)  # brightness is no colour
        clean += [of(plate, one, matte) for one in patches]
        for one in (plate, other):
            grey.append(of(plate, saturated(one, 0.6), matte)["saturation"])
            colourful.append(of(plate, saturated(one, 1.5), matte)["saturation"])
            warm.append(of(plate, one * np.float32([1.15, 1, 0.85]), matte)["palette"])
    worst = {name: max(one[name] for one in clean) for name in ("saturation", "palette")}
    print(f"clean at most {worst}")
    print(f"x0.6 {min(grey):.3f}, x1.5 {min(colourful):.3f}, warm by 15% {min(warm):.4f}")
    assert worst["saturation"] < SATURATION / 2
    assert min(*grey, *colourful) > SATURATION * 1.2
    assert worst["palette"] < PALETTE / 2
    assert min(warm) > PALETTE * 1.2


def test_an_element_has_colours_of_its_own_and_a_patch_of_any_frame_one_reading() -> None:
    plate = rounded(signal())
    assert of(plate, saturated(plate, 3), box(), "element") == {}
    everywhere = np.ones(plate.shape[:2], np.float32)
    assert of(plate, plate, everywhere) == {"saturation": 0, "palette": 0}
