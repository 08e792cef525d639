"""Notes and status in `reviews/`: kept whole, and never over somebody else's."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from small_show import FIRST, HEIGHT, LAST, WIDTH, SmallShow

from lookdev.errors import LookdevError, SpecError
from lookdev.explore.review import ReviewFile
from lookdev.generate.check import check
from lookdev.spec.files import sha256


@pytest.fixture
def review(small_show: SmallShow) -> ReviewFile:
    return ReviewFile.open(small_show.look())


def test_a_version_nobody_spoke_of_is_a_draft(review: ReviewFile) -> None:
    assert not review.path.exists()
    assert review.read().status == "draft"
    review.path.parent.mkdir()
    review.path.write_text("")
    assert review.read().notes == ()
    assert review.read().look == "toxic_v001"


def test_notes_and_status_are_kept_beside_the_look(
    review: ReviewFile, small_show: SmallShow
) -> None:
    before = sha256(small_show.look_path)
    review.add_note(
        author=" Ada ", frame=1003, text="Too much\nsnow: 50% “less”", point=(64.04, 31.5)
    )
    review.add_note(author="Grace", frame=LAST, text="no: 010")
    review.set_status("for review", by="Ada")
    review.set_status("changes", by="Grace")
    review.mark_done(1)
    found = review.read()
    assert review.path == small_show.look_path.parents[1] / "reviews" / "toxic_v001.yaml"
    one, two = found.notes
    assert (one.id, one.author, one.frame, one.point, one.done) == (
        1,
        "Ada",
        1003,
        (64.0, 31.5),
        True,
    )
    assert one.text == "Too much\nsnow: 50% “less”"
    assert (two.text, two.point, two.done) == ("no: 010", None, False)
    assert [(change.status, change.by) for change in found.history] == [
        ("for review", "Ada"),
        ("changes", "Grace"),
    ]
    assert found.status == "changes"
    assert found.open_notes == (two,)
    assert review.mark_done(1, done=False).open_notes == (
        one.model_copy(update={"done": False}),
        two,
    )
    assert sha256(small_show.look_path) == before
    assert check([small_show.folder.root], plates=False)[1] == []


BAD: dict[str, tuple[Callable[[ReviewFile], object], str]] = {
    "an empty note": (lambda r: r.add_note(author="Ada", frame=FIRST, text=" \n"), "the note is empty"),
    "nobody": (lambda r: r.add_note(author=" ", frame=FIRST, text="x"), "no name is given"),
    "nobody's status": (lambda r: r.set_status("approved", by=""), "no name is given"),
    "before the shot": (lambda r: r.add_note(author="Ada", frame=FIRST - 1, text="x"), "frame 1000: is outside the shot's 1001-1006"),
    "after the shot": (lambda r: r.add_note(author="Ada", frame=LAST + 1, text="x"), "frame 1007: is outside"),
    "beside the plate": (lambda r: r.add_note(author="Ada", frame=FIRST, text="x", point=(WIDTH + 1.0, 2.0)), "129.0, 2.0: is outside the plate's 128x72"),
    "above the plate": (lambda r: r.add_note(author="Ada", frame=FIRST, text="x", point=(2.0, -0.5)), "is outside the plate"),
    "nowhere": (lambda r: r.add_note(author="Ada", frame=FIRST, text="x", point=(float("nan"), HEIGHT / 2)), "is outside the plate"),
    "too long": (lambda r: r.add_note(author="Ada", frame=FIRST, text="x" * 5001), "at most 5000"),
    "a control character": (lambda r: r.add_note(author="A\x07da", frame=FIRST, text="x"), "author"),
    "no such note": (lambda r: r.mark_done(7), "has no note 7"),
    "no such status": (lambda r: r.set_status("great", by="Ada"), "status"),  # type: ignore[arg-type]
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_in_a_sentence_and_changes_nothing(
    review: ReviewFile, case: str
) -> None:
    review.add_note(author="Ada", frame=FIRST, text="first")
    before = review.path.read_bytes()
    act, wanted = BAD[case]
    with pytest.raises(LookdevError, match=wanted) as caught:
        act(review)
    assert "\n" not in str(caught.value)
    assert review.path.read_bytes() == before


def test_tabs_in_a_note_become_spaces(review: ReviewFile) -> None:
    review.add_note(author="Ada", frame=FIRST, text="\tless\tsnow")
    assert review.read().notes[0].text == "less    snow"


def test_a_draft_is_not_reviewed(small_show: SmallShow) -> None:
    draft = small_show.look_path.parents[1] / "drafts" / "toxic.yaml"
    draft.parent.mkdir(exist_ok=True)
    draft.write_text(small_show.look_path.read_text())
    from lookdev.spec.folder import LookFile

    with pytest.raises(SpecError, match="is a draft; save a version"):
        ReviewFile.open(LookFile.open(str(draft)))


def test_a_review_of_another_look_is_refused(review: ReviewFile) -> None:
    review.set_status("for review", by="Ada")
    review.path.write_text(review.path.read_text().replace("toxic_v001", "toxic_v002"))
    with pytest.raises(SpecError, match="look is toxic_v002; it must be toxic_v001"):
        review.read()
    with pytest.raises(SpecError, match="look is toxic_v002"):
        review.add_note(author="Ada", frame=FIRST, text="lost?")
    _, problems = check([review.path])
    assert "as the file is named" in str(problems[0])


def test_what_another_typed_by_hand_stays(review: ReviewFile) -> None:
    review.add_note(author="Ada", frame=FIRST, text="first")
    review.path.write_text(review.path.read_text().replace("text: first", "text: first, mended"))
    review.add_note(author="Ada", frame=FIRST, text="second")
    assert [note.text for note in review.read().notes] == ["first, mended", "second"]


def test_notes_of_people_at_the_same_time_are_all_kept(
    review: ReviewFile, small_show: SmallShow
) -> None:
    script = (
        "import sys\nfrom lookdev.explore.review import ReviewFile\nfrom lookdev.spec.folder import LookFile\n"
        "file = ReviewFile.open(LookFile.open(sys.argv[1]))\n"
        "for n in range(15): file.add_note(author=sys.argv[2], frame=1001, text=str(n))\n"
    )
    people = [
        subprocess.Popen([sys.executable, "-c", script, str(small_show.look_path), name])
        for name in ("Ada", "Grace", "Mary")
    ]
    assert [person.wait(60) for person in people] == [0, 0, 0]
    notes = review.read().notes
    assert len(notes) == 45
    assert len({note.id for note in notes}) == 45
    assert {(note.author, note.text) for note in notes} == {
        (name, str(n)) for name in ("Ada", "Grace", "Mary") for n in range(15)
    }


def test_a_folder_that_cannot_be_written_is_said(review: ReviewFile, tmp_path: Path) -> None:
    (review.path.parent).write_text("a file in the way")
    with pytest.raises(LookdevError, match="cannot be written") as caught:
        review.set_status("for review", by="Ada")
    assert "\n" not in str(caught.value)
    assert tmp_path.exists()
