"""A reference to the hub: one commit of one model, and nothing that can change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookdev.errors import SpecError
from lookdev.spec.hub import HubRef, trouble_with

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_a_commit_is_read_and_written_alike() -> None:
    text = f"hub:some-owner/Model_1.5@{COMMIT}"
    ref = HubRef.parse(text, where="model x")
    assert (ref.owner, ref.name, ref.commit) == ("some-owner", "Model_1.5", COMMIT)
    assert (ref.repository, str(ref)) == ("some-owner/Model_1.5", text)


@pytest.mark.parametrize("revision", ["main", "v1.0", "refs/pr/3", COMMIT[:7], COMMIT.upper(), ""])
def test_what_can_be_moved_to_other_files_is_refused(revision: str) -> None:
    with pytest.raises(SpecError, match="can be moved to other files") as caught:
        HubRef.parse(f"hub:a/b@{revision}", where="model x")
    print(caught.value)
    assert str(caught.value).startswith("model x: weights is hub:a/b@")


BAD_NAMES = ["a", "a/b/c", "../b", "a/..", "a/.b", "a/b.", "a/b--c", "a/b..c", "/b", "a/", "a b/c", "a/é"]  # fmt: skip


@pytest.mark.parametrize("names", BAD_NAMES)
def test_names_that_no_hub_has_are_refused(names: str) -> None:
    with pytest.raises(SpecError, match="hub:OWNER/NAME@COMMIT"):
        HubRef.parse(f"hub:{names}@{COMMIT}", where="model x")


def test_a_missing_commit_is_asked_for() -> None:
    with pytest.raises(SpecError, match="names no commit"):
        HubRef.parse("hub:a/b", where="model x")


@given(st.text(max_size=60), st.text(max_size=50))
def test_no_text_gets_a_path_out_of_the_cache(names: str, revision: str) -> None:
    text = f"hub:{names}@{revision}"
    if trouble_with(text) is None:
        ref = HubRef.parse(text, where="x")
        parts = {ref.owner, ref.name, ref.commit}
        assert not parts & {"", ".", ".."}
        assert not any(set("/\\\0\n") & set(part) for part in parts)
