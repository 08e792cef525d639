import json

import pytest
from small_show import SmallShow

from lookdev.explore.estimates import Estimates, evaluations
from lookdev.spec import parameter


def test_nothing_is_known_before_the_first_run_then_by_pixels_and_evaluations(
    small_show: SmallShow,
) -> None:
    estimates, look = Estimates.open(small_show.folder), small_show.look().look
    assert estimates.seconds(look) is None
    estimates.learn("mini", (640, 360), 6, 3.0)
    assert estimates.of("mini", (640, 360), 6) == pytest.approx(3.0)
    assert estimates.of("mini", (320, 180), 12) == pytest.approx(1.5)
    assert estimates.of("big", (640, 360), 6) is None
    again = Estimates.open(small_show.folder)
    assert again.seconds(look, frames=10) == pytest.approx(
        10 * 2 * 3.0 / 6 * 2 * 64 * 36 / (640 * 360)
    )


def test_later_runs_count_a_part_and_a_cached_one_nothing(small_show: SmallShow) -> None:
    estimates = Estimates.open(small_show.folder)
    estimates.learn("mini", (1000, 1000), 1, 1.0)
    estimates.learn("mini", (1000, 1000), 1, 2.0)
    assert estimates.of("mini", (1000, 1000), 1) == pytest.approx(1.3)
    estimates.learn("mini", (1000, 1000), 0, 9.0)
    assert estimates.of("mini", (1000, 1000), 1) == pytest.approx(1.3)


def test_guidance_doubles_and_a_muted_layer_costs_nothing(small_show: SmallShow) -> None:
    estimates, look = Estimates.open(small_show.folder), small_show.look().look
    guided = parameter.replace(look, "snow.element.guidance", 2.0)
    assert evaluations(guided.layers[0]) == 2 * evaluations(look.layers[0])
    estimates.learn("mini", (64, 36), 2, 1.0)
    assert estimates.seconds(look) == pytest.approx(2.0)
    assert estimates.seconds(parameter.replace(look, "dust.mute", value=True)) == pytest.approx(1.0)


@pytest.mark.parametrize("content", ["", "[1]", "{", '{"x": 1}'])
def test_a_damaged_file_knows_nothing_and_is_written_over(
    small_show: SmallShow, content: str
) -> None:
    path = small_show.folder.cache_folder / "estimates.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    estimates = Estimates.open(small_show.folder)
    assert estimates.of("mini", (64, 36), 2) is None
    estimates.learn("mini", (64, 36), 2, 1.0)
    assert estimates.of("mini", (64, 36), 2) == pytest.approx(1.0)
    assert json.loads(path.read_text())
