from pathlib import Path

import numpy as np
import pytest

from lookdev.errors import PlateError, SpecError
from lookdev.image.colour import Colour, open_colour
from lookdev.spec.shot import Cdl
from lookdev.spec.show import STUDIO_CONFIG, Viewing


@pytest.fixture(scope="module")
def colour() -> Colour:
    return open_colour(STUDIO_CONFIG)


def grey(value: float) -> np.ndarray:
    return np.full((1, 1, 3), value, np.float32)


def test_middle_grey_is_seen_through_the_view_not_the_plain_display_space(colour: Colour) -> None:
    seen = colour.view(grey(0.18), Viewing())[0, 0]
    plain = colour.convert(grey(0.18), "ACEScg", "sRGB - Display")[0, 0]
    print(f"0.18 by the view {seen[1]:.4f}, by the display space {plain[1]:.4f}")
    assert seen == pytest.approx([0.349] * 3, abs=0.001)
    assert plain == pytest.approx([0.461] * 3, abs=0.001)


def test_log_holds_bright_and_negative_light(colour: Colour) -> None:
    light = np.array([[[-0.5, 0.18, 100.0]]], np.float32)
    back = colour.convert(colour.convert(light, "ACEScg", "ACEScct"), "ACEScct", "ACEScg")
    print("error", np.abs(back - light).max())
    assert back == pytest.approx(light, rel=1e-4, abs=1e-5)


def test_converting_leaves_the_given_pixels_alone(colour: Colour) -> None:
    light = grey(0.18)
    colour.convert(light, "ACEScg", "ACEScct")
    assert light[0, 0, 0] == np.float32(0.18)
    assert colour.convert(light, "ACEScg", "ACEScg") is light


def test_a_cdl_is_applied_in_log_under_the_view(colour: Colour) -> None:
    same = colour.view(grey(0.18), Viewing(), Cdl())
    brighter = colour.view(grey(0.18), Viewing(), Cdl(offset=(0.1, 0.1, 0.1)))
    assert same == pytest.approx(colour.view(grey(0.18), Viewing()), abs=1e-5)
    assert (brighter > same + 0.1).all()


def test_an_unknown_colour_space_is_refused_with_what_is_near(colour: Colour) -> None:
    with pytest.raises(PlateError) as caught:
        colour.require("ACESgc", where="plate")
    assert str(caught.value) == (
        f"plate: colour space 'ACESgc' is not in {STUDIO_CONFIG}; "
        "near it are ACES2065-1, ACEScc, ACEScct, ACEScg"
    )


def test_a_config_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.ocio").write_text("no config")
    with pytest.raises(SpecError, match=r"OCIO config .*a.ocio: cannot be used: "):
        Colour(str(tmp_path / "a.ocio"))


def test_an_unknown_view_or_lut_is_refused(colour: Colour) -> None:
    with pytest.raises(SpecError, match=r"params/show.yaml: viewing: .*Nonsense"):
        colour.check_viewing(Viewing(view="Nonsense"))
    with pytest.raises(SpecError, match=r"params/show.yaml: viewing.lut: there is no file a.cube"):
        colour.check_viewing(Viewing(lut="a.cube"))


def test_a_config_that_is_not_there_and_a_space_that_is_data_are_refused() -> None:
    with pytest.raises(SpecError, match=r"nowhere\.ocio: cannot be used"):
        Colour("nowhere.ocio")
    with pytest.raises(PlateError, match="'Raw' is data, no colour"):
        open_colour(STUDIO_CONFIG).require("Raw", where="plate")
