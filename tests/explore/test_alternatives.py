import pytest

from lookdev.explore.alternatives import expanded


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("snow", ["snow"]),
        ("{light|heavy} snow", ["light snow", "heavy snow"]),
        ("{a|b} {1|2}", ["a 1", "a 2", "b 1", "b 2"]),
        ("{|heavy }snow", ["snow", "heavy snow"]),
        ("this | that", ["this | that"]),
        ("{one}", ["one"]),
        (r"back\slash", [r"back\slash"]),
    ],
)
def test_every_text_that_the_groups_make(text: str, texts: list[str]) -> None:
    assert expanded(text, most=100) == texts


def test_a_backslash_makes_a_brace_a_brace_where_it_may() -> None:
    assert expanded(r"\{a\|b\} {c\|d|e}", most=9, escapes=True) == ["{a|b} c|d", "{a|b} e"]
    assert expanded(r"\{a|b}", most=9) == [r"\a", r"\b"]


@pytest.mark.parametrize("text", ["{a", "a}", "{a|{b|c}}", "{{a}}"])
def test_braces_without_a_partner_and_groups_in_groups_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"each \{ needs its \}"):
        expanded(text, most=9)


def test_too_many_texts_are_refused_before_they_are_made() -> None:
    with pytest.raises(ValueError, match="make 1099511627776 texts, above 4096"):
        expanded("{a|b}" * 40, most=4096)
