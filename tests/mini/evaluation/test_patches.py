import pytest

from lookdev.mini.evaluation import patches
from lookdev.mini.evaluation.judging import distances, few_against_many
from lookdev.mini.evaluation.making import Make
from lookdev.mini.evaluation.settings import Settings

_SMALL = Settings(pictures=40, sets=2, many=12, size=128)


@pytest.mark.parametrize("kind", ["dust", "snow"])
def test_procedural_scenes_are_as_far_from_others_as_those_are_from_each_other(
    kind: str, real: Make
) -> None:
    row = distances(real, real, kind, _SMALL)
    print(row)
    figures = [float(one) for one in row.measured.partition("all: ")[2].rstrip(")").split(",")]
    assert row.met
    assert len(figures) == len(patches.names()) == 6
    assert all(0.5 < figure < 1.8 for figure in figures)


@pytest.mark.parametrize("kind", ["snow", "embers"])
def test_particles_that_melt_are_far(kind: str, real: Make, blurred: Make, haze: Make) -> None:
    rows = [distances(broken, real, kind, _SMALL) for broken in (blurred, haze)]
    print(rows)
    assert [row.met for row in rows] == [False, False]


def test_dust_without_any_form_is_far(real: Make, haze: Make) -> None:
    row = distances(haze, real, "dust", _SMALL)
    print(row)
    assert row.met is False


def test_few_steps_that_blur_are_worse_than_many(real: Make, blurred: Make) -> None:
    same, worse = (few_against_many(few, real, real, "snow", _SMALL) for few in (real, blurred))
    print(same, worse)
    assert same.measured == "1.000"
    assert same.met
    assert worse.met is False
