"""A step on a patch's edge is a seam; the plate's own content, pasted over itself, has none."""

from itertools import product

import cv2
import numpy as np
import pytest
from qc.still_scenes import HEIGHT, WIDTH, box, grain, layer, readings, rounded, seen, signal

from lookdev.image.frame import Pixels
from lookdev.qc.seam import Seam

ALLOWED = 1.12
PLACES = (
    {},
    {"round_by": 60},
    {"centre": (0.7, 0.5), "size": (0.3, 0.5), "round_by": 20},
    {"centre": (0.4, 0.8), "size": (0.5, 0.3), "round_by": 10},
)


def seam(plate: Pixels, colour: Pixels, matte: Pixels, kind: str = "patch") -> float:
    return readings(Seam(), seen(plate, {"patch": layer(colour, matte)}, kind))["seam"]


def test_a_step_of_8_percent_is_caught_and_correct_patches_pass() -> None:
    clean, stepped, feathered = [], [], []
    for seed, place in product((1, 2), PLACES):
        view = signal(seed)
        plate, again = rounded(view + grain(view, 10 + seed)), view + grain(view, 20 + seed)
        hard, soft = box(**place), box(soft=12, **place)
        clean += [seam(plate, one, matte) for one in (plate, again) for matte in (hard, soft)]
        stepped.append(seam(plate, plate * np.float32(1.08), hard))
        feathered.append(seam(plate, plate * np.float32(1.08), soft))
    print(f"clean at most {max(clean):.3f}, hard 8% step at least {min(stepped):.3f}")
    print(f"8% over 12 px: {min(feathered):.3f} to {max(feathered):.3f}")
    assert max(clean) < ALLOWED - 0.06
    assert min(stepped) > ALLOWED + 0.06
    assert max(feathered) < max(stepped)


def test_a_step_of_colour_alone_is_a_seam_too() -> None:
    view = signal()
    plate = rounded(view + grain(view, 11))
    found = seam(plate, plate * np.float32([1.1, 1.0, 0.9]), box())
    print(f"white balance off by 10%: {found:.3f}")
    assert found > ALLOWED


def test_a_matte_along_an_edge_of_the_plate_is_not_taken_for_a_seam() -> None:
    matte, hole = box((0.5, 0.5), (0.4, 0.4)), box((0.5, 0.5), (0.4, 0.4))
    view = signal() * (1 - 0.5 * hole[..., None])
    view = cv2.GaussianBlur(view, (0, 0), 0.7)
    plate = rounded(view + grain(view, 11))
    found = [seam(plate, one, matte) for one in (plate, view + grain(view, 12), 1.05 * plate)]
    print("along an edge of the plate: own, grained anew, 5% brighter:", np.round(found, 3))
    assert max(found) < ALLOWED


@pytest.mark.parametrize(
    ("matte", "kind"),
    [
        (np.ones((HEIGHT, WIDTH), np.float32), "patch"),
        (box(size=(0.02, 0.02)), "patch"),
        (0 * box(), "patch"),
        (box(), "element"),
    ],
)
def test_no_edge_a_tiny_one_and_an_element_say_nothing(matte: Pixels, kind: str) -> None:
    plate = rounded(signal())
    assert readings(Seam(), seen(plate, {"patch": layer(plate, matte)}, kind)) == {}


def test_a_flat_picture_has_no_seam_and_divides_by_nothing() -> None:
    flat = rounded(np.full((HEIGHT, WIDTH, 3), 0.18, np.float32))
    found = seam(flat, flat, box()), seam(flat, flat * np.float32(1.08), box())
    print("flat: the same", found[0], "and 8% brighter", found[1])
    assert found[0] == pytest.approx(1, abs=0.02)
    assert found[1] > 2
