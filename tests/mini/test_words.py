import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookdev.mini.words import ATTRIBUTES, KINDS, WORDS, Asked, asked

OF_ATTRIBUTES = sorted({w for steps in ATTRIBUTES.values() for ws in steps.values() for w in ws.split()})  # fmt: skip
KNOWN = sorted({w for ws in WORDS.values() for w in ws.split()} | set(OF_ATTRIBUTES))


def test_kinds_come_in_order_of_appearance_and_once() -> None:
    found = asked("Foggy ASH, drifting; sparks and a plume of smoke. More ash!").kinds
    print(f"found {found}")
    assert found == ("fog", "ash", "embers", "smoke")


def test_only_whole_words_count_and_unknown_ones_are_ignored() -> None:
    assert asked("a dustbin beside the snowman's smokestack") == Asked()
    assert asked("") == Asked()
    assert asked("snow zzz, qqq") == Asked(kinds=("snow",))


def test_every_kind_is_reached_by_its_own_name_and_is_usual_without_more() -> None:
    assert {kind: asked(kind) for kind in KINDS} == {kind: Asked((kind,)) for kind in KINDS}
    assert tuple(WORDS) == KINDS


def test_fire_is_embers_ash_is_no_snow_and_mist_no_smoke() -> None:
    assert asked("flames of a fire").kinds == ("embers",)
    assert asked("ashfall").kinds == ("ash",)
    assert asked("mist and haze").kinds == ("fog",)
    assert asked("flakes").kinds == ("snow",)


@pytest.mark.parametrize(
    ("prompt", "field", "less", "more"),
    [
        ("snow", "density", "faint light thin sparse few", "heavy dense thick many"),
        ("snow", "near", "fine tiny small distant far", "large big huge near close"),
        ("snow", "wind", "calm still", "windy blowing gale storm"),
        ("dust", "turbulence", "smooth laminar calm", "turbulent torn swirling rolling violent"),
        ("smoke", "softness", "crisp sharp hard", "soft blurred defocused wispy"),
    ],
)
def test_words_turn_their_attribute_the_way_they_say(
    prompt: str, field: str, less: str, more: str
) -> None:
    usual = getattr(asked(prompt), field)
    for words, sign in ((less, -1), (more, 1)):
        found = {word: getattr(asked(f"{word} {prompt}"), field) for word in words.split()}
        print(f"{field}: {found}")
        assert all(sign * (value - usual) > 0 for value in found.values())


def test_several_words_of_one_attribute_average_and_the_same_word_counts_once() -> None:
    assert asked("light heavy snow").density == asked("snow").density
    assert asked("light light heavy snow").density == asked("snow").density
    dense, heavy, both = (asked(f"{w} snow").density for w in ("some", "heavy", "some heavy"))
    assert both**2 == pytest.approx(dense * heavy)
    assert asked("torn rolling dust").turbulence == pytest.approx(0.8)


def test_a_word_may_name_a_kind_and_what_it_is_like() -> None:
    blizzard = asked("a blizzard")
    assert blizzard.kinds == ("snow",)
    assert blizzard.density > 1
    assert blizzard.wind > 1
    calm = asked("calm smoke")
    assert calm.wind < 1
    assert calm.turbulence < 0


def test_no_word_stands_twice_in_one_table() -> None:
    for table in (WORDS, *ATTRIBUTES.values()):
        words = [word for row in table.values() for word in row.split()]
        assert sorted(words) == sorted(set(words))
        assert all(word.isalpha() and word.islower() for word in words), "or it is never found"


@given(st.lists(st.sampled_from(KNOWN), max_size=30))
def test_whatever_is_said_stays_in_range(words: list[str]) -> None:
    found = asked(" ".join(words))
    assert set(found.kinds) <= set(KINDS)
    assert 0.2 <= found.density <= 4
    assert 0.2 <= found.wind <= 4
    assert -0.5 <= found.near <= 0.5
    assert -1 <= found.turbulence <= 1
    assert -1 <= found.softness <= 1


def test_no_torch_is_loaded() -> None:
    code = "import sys, lookdev.mini.words; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
