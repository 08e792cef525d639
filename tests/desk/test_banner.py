import pytest

from lookdev.desk.banner import Banner
from lookdev.errors import SpecError


def test_an_error_is_one_sentence_with_its_traceback_to_be_copied() -> None:
    banner = Banner()

    @banner.guard
    def refuse(text: str) -> int:
        if text:
            raise SpecError(text)
        return 1

    assert refuse("blend.opacity is 2; it must lie in 0..1") is None
    assert banner.text == "blend.opacity is 2; it must lie in 0..1"
    assert "in refuse" in banner.details
    assert refuse("") == 1
    assert banner.text == banner.details == ""


def test_what_nobody_foresaw_is_said_to_be_so() -> None:
    banner = Banner()
    banner.guard(lambda: {}["missing"])()
    assert banner.text.startswith("Something unexpected happened (KeyError: 'missing')")
    assert banner.text.count(".") == 0


def test_a_success_elsewhere_takes_no_error_back() -> None:
    banner = Banner()
    banner.guard(lambda: 1 // 0)()
    banner.guard(lambda: 1)()
    assert "ZeroDivisionError" in banner.text
    banner.tell("The other desk has taken over.")
    assert banner.details == ""
    banner.clear()
    assert banner.text == ""


def test_a_stop_from_the_keyboard_goes_through() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Banner().guard(interrupted)()
