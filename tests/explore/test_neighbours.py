from small_show import SmallShow

from lookdev.explore.neighbours import COUNT, NEAR, around, between
from lookdev.spec import parameter


def shares(found: list) -> list[float]:
    return [parameter.get(one.look, "snow.element.variation") for one in found]


def test_a_strip_leads_from_a_to_b_in_even_turns(small_show: SmallShow) -> None:
    look = small_show.look().look
    found = between(look, "snow", other="99")
    assert [one.label for one in found][::6] == ["A 7", "B 99"]
    assert shares(found) == [0.0, 0.167, 0.333, 0.5, 0.667, 0.833, 1.0]
    assert len(found) == COUNT
    assert {parameter.get(one.look, "snow.element.variation_seed") for one in found} == {"99"}
    assert {parameter.get(one.look, "snow.element.seed") for one in found} == {"7"}
    assert all(one.look.layers[1] == look.layers[1] for one in found)


def test_a_variation_seed_that_is_there_is_b(small_show: SmallShow) -> None:
    look = parameter.replace(small_show.look().look, "snow.element.variation_seed", "12")
    found = between(look, "snow", other="99")
    assert found[-1].label == "B 12"


def test_near_neighbours_lie_a_little_way_towards_each(small_show: SmallShow) -> None:
    found = around(small_show.look().look, "snow", ["1", "2", "3"])
    assert shares(found) == [NEAR] * 3
    seeds = [parameter.get(one.look, "snow.element.variation_seed") for one in found]
    assert seeds == ["1", "2", "3"]
    assert found[0].label == "0.3 to 1"
