from pathlib import Path

import pytest
from small_show import SmallShow

from lookdev.errors import SpecError
from lookdev.explore.draft import Draft
from lookdev.explore.events import Conflict
from lookdev.spec import parameter, strict_yaml
from lookdev.spec.look import Look


@pytest.fixture
def draft(small_show: SmallShow) -> Draft:
    """The desk has seed 12, unsettled; somebody wrote seed 40 into the file."""
    draft = Draft.open(small_show.shot_file, "toxic_v001", by="anna")
    theirs = draft.path.read_text().replace('seed: "7"', 'seed: "40"')
    seed = "snow.element.seed"
    draft.edit(parameter.replace(draft.look, seed, "12"), seed)
    draft.path.write_text("# by hand\n" + theirs)
    return draft


def seed_of(look: Look) -> str:
    return look.layers[0].element.seed


def in_file(draft: Draft) -> str:
    return seed_of(strict_yaml.read(draft.path, Look))


def aside(draft: Draft) -> list[Path]:
    return list(draft.path.with_suffix("").glob("conflict-*.yaml"))


def test_an_edit_by_hand_is_told_once_and_not_written_over(draft: Draft) -> None:
    draft.save()
    draft.save()
    (event,) = draft.poll()
    assert isinstance(event, Conflict)
    assert event.theirs is not None
    assert seed_of(event.theirs) == "40"
    assert "toxic.yaml: was edited by hand" in event.sentence
    assert draft.poll() == []
    assert in_file(draft) == "40"
    assert seed_of(draft.take.look) == "12", "the desk's look is a take"


def test_until_it_is_resolved_every_change_is_on_disk_as_a_take(
    draft: Draft, small_show: SmallShow
) -> None:
    draft.poll()
    draft.edit(parameter.replace(draft.look, "snow.element.seed", "13"), "snow.element.seed")
    draft.save()
    assert in_file(draft) == "40"
    again = Draft.open(small_show.shot_file, "toxic", by="anna")
    assert {seed_of(take.look) for take in again.takes.order} == {"7", "12", "13", "40"}


def test_keeping_the_file_puts_its_look_on_the_desk(draft: Draft) -> None:
    draft.poll()
    draft.resolve("file")
    assert (seed_of(draft.look), draft.take.origin) == ("40", "edited by hand")
    assert draft.path.read_text().startswith("# by hand"), "as the person wrote it"
    assert draft.conflict is None
    draft.undo()
    assert seed_of(draft.look) == "12"
    draft.save()
    assert in_file(draft) == "12"
    assert draft.poll() == []


def test_keeping_the_desk_keeps_the_file_as_a_take_and_aside(draft: Draft) -> None:
    draft.poll()
    draft.resolve("desk")
    assert in_file(draft) == "12"
    assert seed_of(draft.look) == "12"
    assert [seed_of(take.look) for take in draft.takes.order if "by hand" in take.origin] == ["40"]
    (kept,) = aside(draft)
    assert kept.read_text().startswith("# by hand")
    assert draft.poll() == []


def test_a_file_that_cannot_be_read_says_why_and_is_kept_aside(draft: Draft) -> None:
    draft.path.write_text("format: look/1\nlayers: [oops\n")
    (event,) = draft.poll()
    assert isinstance(event, Conflict)
    assert event.theirs is None
    assert "toxic.yaml:" in event.sentence
    with pytest.raises(SpecError, match=r"toxic\.yaml"):
        draft.resolve("file")
    assert draft.conflict is not None
    draft.resolve("desk")
    assert in_file(draft) == "12"
    assert [path.read_text() for path in aside(draft)] == ["format: look/1\nlayers: [oops\n"]


def test_a_second_edit_by_hand_is_told_again_and_mending_it_back_ends_it(draft: Draft) -> None:
    before = draft._files.look_bytes()
    draft.poll()
    draft.path.write_bytes(b"other")
    (event,) = draft.poll()
    assert isinstance(event, Conflict)
    assert event.theirs is None
    assert before is not None
    draft.path.write_bytes(before)
    assert isinstance(draft.poll()[0], Conflict)
    draft.path.write_bytes(before.replace(b'"40"', b'"12"'))
    assert draft.poll() == []
    assert draft.conflict is None, "the file holds the desk's look now"
    assert draft.path.read_bytes().startswith(b"# by hand")


def test_an_edit_while_no_desk_was_open_is_a_take_on_the_desk(small_show: SmallShow) -> None:
    draft = Draft.open(small_show.shot_file, "toxic_v001", by="anna")
    draft.close()
    text = "# by hand\n" + draft.path.read_text().replace('seed: "7"', 'seed: "40"')
    draft.path.write_text(text)
    again = Draft.open(small_show.shot_file, "toxic_v001", by="bo")
    assert (seed_of(again.look), again.take.origin) == ("40", "edited by hand")
    assert again.conflict is None
    again.save()
    assert again.path.read_text() == text, "with its comments, until the look changes"
    again.undo()
    assert seed_of(again.look) == "7"


def test_a_file_broken_while_no_desk_was_open_is_a_conflict(small_show: SmallShow) -> None:
    draft = Draft.open(small_show.shot_file, "toxic_v001", by="anna")
    draft.close()
    draft.path.write_text("oops")
    again = Draft.open(small_show.shot_file, "toxic_v001", by="bo")
    (event,) = again.poll()
    assert isinstance(event, Conflict)
    assert seed_of(again.look) == "7"
    again.save()
    assert again.path.read_text() == "oops"
    again.resolve("desk")
    assert in_file(again) == "7"


def test_a_file_that_was_removed_is_written_again(small_show: SmallShow) -> None:
    draft = Draft.open(small_show.shot_file, "toxic_v001", by="anna")
    draft.path.unlink()
    draft.save()
    assert in_file(draft) == "7"
    assert draft.poll() == []


def test_a_draft_that_a_person_put_there_by_hand_opens(small_show: SmallShow) -> None:
    path = small_show.shot_file.path.parent / "drafts" / "mine.yaml"
    path.parent.mkdir()
    path.write_text(small_show.look_path.read_text())
    draft = Draft.open(small_show.shot_file, "mine", by="anna")
    assert draft.path == path
    assert seed_of(draft.look) == "7"
