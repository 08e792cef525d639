"""Every change of an approval's inputs is refused before a model is loaded, and named."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import approve.kinds_of_approval
import approve.kinds_of_look
import approve.kinds_of_model
import approve.kinds_of_shot  # noqa: F401 each registers its kinds
import pytest
from approve.approved import ApprovedShow, approved_look, approved_shot
from approve.kinds_of_model import with_a_lut
from approve.spoil import KINDS, Kind, Spoil, refusal
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lookdev.approve.colours import colour_digest
from lookdev.errors import LookdevError
from lookdev.finals.plan import make_plan
from lookdev.spec.folder import ShowFolder


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ApprovedShow]]:
    root = tmp_path_factory.mktemp("approved")
    shows = {"look": approved_look(root / "look"), "shot": approved_shot(root / "shot")}
    yield shows
    assert [refusal(show.path) for show in shows.values()] == [None, None], "all was brought back"


def test_at_least_forty_kinds_are_tried() -> None:
    print(f"{len(KINDS)} kinds, {sum(one.examples for one in KINDS)} changes at most")
    assert len({one.name for one in KINDS}) == len(KINDS) >= 40


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_it_is_refused_and_named(kind: Kind, approved: dict[str, ApprovedShow]) -> None:
    show, tried = approved[kind.of], 0

    @settings(max_examples=kind.examples, deadline=None, database=None, phases=[Phase.generate])
    @given(st.data())
    def one(data: st.DataObject) -> None:
        nonlocal tried
        spoil = Spoil(show, pytest.MonkeyPatch(), data.draw)
        try:
            named = kind.change(spoil)
            sentence = refusal(spoil.reference)
            assert sentence is not None, "missed"
            assert re.search(named, sentence, re.DOTALL), f"{named}\nis not in\n{sentence}"
            if tried == 0:
                with pytest.raises(LookdevError):
                    make_plan(str(spoil.reference), frames="1003", folder=show.root / "out")
        finally:
            spoil.undo()
        tried += 1

    one()
    assert tried
    print(f"{kind.name}: {tried} tried, 0 missed")


def test_the_sentence_names_every_one_of_several_changes(
    approved: dict[str, ApprovedShow],
) -> None:
    show = approved["look"]
    spoil = Spoil(show, pytest.MonkeyPatch(), lambda _: None)
    plate = show.root / "plates" / "plate.1002.exr"
    spoil.write(show.root / "mattes" / "tower.1004.exr", plate.read_bytes())
    spoil.write(show.root / "mattes" / "tower.1005.exr", plate.read_bytes())
    spoil.remove(plate)
    spoil.yaml(spoil.look, lambda look: look["layers"][0]["element"].update(seed="8"))
    spoil.yaml(spoil.shot, lambda shot: shot.update(fps=25))
    try:
        sentence = refusal(show.path)
    finally:
        spoil.undo()
    print(sentence)
    assert sentence is not None
    for named in (
        'look: snow.element.seed was "7", is "8"',
        'shot: fps was "24000/1001", is 25',
        "matte tower: frames 1004-1005 changed",
        "plate: frame 1002 is missing",
        "4 things changed since it was approved",
        f"lookdev approve --supersede {show.path}",
    ):
        assert named in sentence


def test_a_lut_that_a_colour_config_reads_counts_by_its_content(
    approved: dict[str, ApprovedShow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = with_a_lut(tmp_path)
    monkeypatch.setenv("OCIO", str(config))
    folder = ShowFolder(approved["shot"].root)
    before = colour_digest(folder)
    lut = tmp_path / "luts" / "camera.cube"
    was = lut.stat().st_mtime_ns
    text = lut.read_text()
    lut.write_text(text.replace("1 1 1", "1 1 2"))
    os.utime(lut, ns=(was, was))
    assert colour_digest(folder) != before
    lut.unlink()
    assert colour_digest(folder) != before
    lut.write_text(text)
    config.write_text(f"# a comment\n{config.read_text()}")
    moved = tmp_path.with_name(f"{tmp_path.name}-moved")
    tmp_path.rename(moved)
    monkeypatch.setenv("OCIO", str(moved / "config.ocio"))
    assert colour_digest(folder) == before
    config = moved / "config.ocio"
    config.write_text(config.read_text().replace("Camera", "Kamera"))
    assert colour_digest(folder) != before
