"""What a new approval would stand on: what changed, and which frames that makes render again."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from approve.approved import ApprovedShow, make_approvable
from small_show import FIRST, HEIGHT, LAST, LOOK, WIDTH

from lookdev.approve.approval_file import ApprovalFile
from lookdev.approve.supersede import frames_again, what_changed
from lookdev.approve.verify import changes_since
from lookdev.image import exr
from lookdev.image.frame import Frame, Window
from lookdev.image.ingest import ingest
from lookdev.image.pixels import pixel_hash
from lookdev.render import Session, comp_frame, render_frame
from lookdev.spec.folder import LookFile, ShowFolder

EVERY = tuple(range(FIRST, LAST + 1))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> ApprovedShow:
    """A shot with a second matte, `wall`, that its look does not use."""
    made = make_approvable(tmp_path_factory.mktemp("supersede") / "made")
    roto(made.root, "wall", EVERY, left=10)
    return made


@pytest.fixture
def show(made: ApprovedShow, tmp_path: Path) -> ApprovedShow:
    return made.copy(tmp_path / "copy")


def roto(root: Path, matte: str, frames: tuple[int, ...], *, left: int) -> None:
    """Draw frames of a matte anew, and ingest the shot again."""
    folder, window = root / "mattes", Window(0, 0, WIDTH, HEIGHT)
    for frame in frames:
        pixels = np.zeros((HEIGHT, WIDTH, 1), np.float32)
        pixels[8:52, left : left + 30] = 1
        drawn = Frame(pixels, ("A",), exr.RAW, window, window, frame)
        exr.write(folder / f"{matte}.{frame}.exr", drawn, date_time=exr.NO_DATE)
    mattes = {"tower": "tower.%04d.exr", "wall": "wall.%04d.exr"}
    ingest(
        ShowFolder(root),
        root / "plates" / "plate.%04d.exr",
        sequence="street",
        shot="sh0010",
        colourspace="ACEScg",
        mattes={name: str(folder / pattern) for name, pattern in mattes.items()},
        track=root / "track.csv",
    )


def pixels(show: ApprovedShow) -> dict[int, str]:
    """The hash of every frame of the look, made past the cache."""
    look_file = show.show.look()
    session = Session(look_file.folder, threads=1, fresh=True)
    found = {}
    for frame in EVERY:
        rendered = render_frame(look_file.shot_file, look_file.look, frame, session=session)
        found[frame] = pixel_hash(comp_frame(rendered, session))
    return found


def again(approval: ApprovalFile) -> tuple[int, ...]:
    return frames_again(changes_since(approval), approval.look_file)


CASES = {
    "the frames whose roto changed": ("tower", (1004, 1005), (1004, 1005)),
    "all, where a layer follows the track from a changed frame": ("tower", (1001, 1002), EVERY),
    "none, where no layer names the matte": ("wall", (1004, 1005), ()),
}


@pytest.mark.parametrize("case", CASES)
def test_these_frames_render_again_and_no_other_frame_would_differ(
    case: str, show: ApprovedShow
) -> None:
    matte, changed, wanted = CASES[case]
    show.again(1003)
    before = pixels(show)
    roto(show.root, matte, changed, left=40)
    approval = show.open()
    assert again(approval) == wanted
    after = pixels(show)
    different = tuple(frame for frame in EVERY if after[frame] != before[frame])
    print(f"{case}: {wanted} are made again, {different} differ")
    assert set(different) <= set(wanted)
    assert bool(different) == bool(wanted)
    lines = what_changed(approval, "toxic_v001")
    shown = f"{changed[0]}-{changed[-1]}"
    assert f"  matte {matte}: frames {shown} changed" in lines
    told = {(1004, 1005): "1004-1005", EVERY: "1001-1006", (): "no frame"}[wanted]
    assert lines[-1] == f"  to be rendered again: {told}"


def test_an_anchor_counts_only_where_a_track_is_followed(show: ApprovedShow) -> None:
    show.show.look_path.write_text(LOOK.replace("follow: 1.0, ", ""))
    show.again(1003)
    roto(show.root, "tower", (1001, 1002), left=40)
    assert again(show.open()) == (1001, 1002)


def test_any_other_change_makes_every_frame_again(show: ApprovedShow) -> None:
    show.again(1003)
    (show.root / "track.csv").write_text((show.root / "track.csv").read_text() + "\n")
    assert again(show.open()) == EVERY


def test_nothing_changed_is_said(show: ApprovedShow) -> None:
    approval = show.again(1003)
    (line,) = what_changed(approval, "toxic_v001")
    assert line.startswith("since toxic_v001_a001, by Ana at ")
    assert line.endswith("nothing changed")


def test_another_version_is_said_and_makes_every_frame_again(show: ApprovedShow) -> None:
    lines = what_changed(show.again(1003), "toxic_v002")
    assert lines[1:] == [
        "  another version of the look: toxic_v002",
        "  to be rendered again: 1001-1006",
    ]


def test_the_new_approval_names_the_old_one(show: ApprovedShow) -> None:
    old = show.again(1003)
    roto(show.root, "tower", (1004,), left=40)
    old = replace(old, look_file=LookFile.open(str(show.show.look_path)))
    new = show.again(1003, 1004, supersedes=old)
    assert new.name == "toxic_v001_a002"
    assert new.approval.supersedes is not None
    assert (new.approval.supersedes.name, new.approval.supersedes.digest) == (old.name, old.digest)
    assert changes_since(new) == []
    assert [one.what for one in changes_since(show.open())] == ["matte tower"]
