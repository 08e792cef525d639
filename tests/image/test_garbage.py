"""Garbage mattes: drawn in plate pixels, kept as files that every check accepts."""

import math

import numpy as np
import pytest
from small_show import FIRST, LAST, SmallShow

from lookdev.errors import LookdevError
from lookdev.image import exr, garbage
from lookdev.image.garbage import Box, Stroke, drawn
from lookdev.image.mattes import read_matte
from lookdev.image.media import SUMS, verify
from lookdev.spec.folder import ShotFile

SIZE = {"width": 128, "height": 72}


def save(show: SmallShow, name: str = "fix", shapes: tuple[garbage.Shape, ...] = (Box(0, 0, 9, 9),)) -> ShotFile:  # fmt: skip
    return garbage.save(show.shot_file, name, shapes)


def test_a_box_covers_its_pixels_exactly_from_either_corner() -> None:
    matte = drawn([Box(20, 30, 10.5, 10)], **SIZE)
    assert (matte[10:30, 11:20] == 1).all()
    assert matte[10:30, 10] == pytest.approx(0.5, abs=1 / 255)
    assert matte.sum() == pytest.approx(20 * 9.5, rel=1e-3)
    assert matte.dtype == np.float32


def test_a_stroke_is_as_wide_as_its_brush_and_centred_on_its_line() -> None:
    dot = drawn([Stroke(10, ((40, 36),))], **SIZE)
    y, x = np.mgrid[0:72, 0:128] + 0.5
    centre = (dot * x).sum() / dot.sum(), (dot * y).sum() / dot.sum()
    print(f"area {dot.sum():.1f} of {math.pi * 100:.1f}, centre {centre[0]:.3f}, {centre[1]:.3f}")
    assert dot.sum() == pytest.approx(math.pi * 100, rel=0.04)
    assert centre == (pytest.approx(40, abs=0.03), pytest.approx(36, abs=0.03))
    line = drawn([Stroke(4, ((20, 36), (100, 36)))], **SIZE)
    column = line[:, 60]
    print(f"a brush of radius 4 is {column.sum():.2f} px wide")
    assert column.sum() == pytest.approx(8, abs=0.35)
    assert (line[33:39, 60] == 1).all()
    assert not line[:31, 60].any()


def test_an_eraser_takes_away_and_later_shapes_paint_again() -> None:
    box, eraser = Box(0, 0, 60, 60), Stroke(8, ((30, 30),), erase=True)
    matte = drawn([box, eraser], **SIZE)
    assert matte[30, 30] == 0
    assert matte[5, 5] == 1
    assert drawn([box, eraser, box], **SIZE)[30, 30] == 1


@pytest.mark.parametrize(
    "shape",
    [Box(-1e9, -1e9, 1e9, 1e9), Stroke(1e9, ((5, 5),)), Stroke(500, ((-1e9, 36), (1e9, 36)))],
)
def test_shapes_far_beyond_the_picture_cover_it(shape: garbage.Shape) -> None:
    assert (drawn([shape], **SIZE) == 1).all()


def test_what_lies_outside_paints_nothing() -> None:
    assert not drawn([Box(-30, -30, -1, -1), Box(200, 0, 300, 72)], **SIZE).any()


def test_a_saved_matte_is_in_the_shot_its_sums_and_readable_at_every_frame(
    small_show: SmallShow,
) -> None:
    shot_file = save(small_show)
    again = ShotFile.open(small_show.folder, "street", "sh0010")
    assert again == shot_file
    assert list(again.shot.mattes) == ["tower", "fix"]
    verify(again, list(range(FIRST, LAST + 1)))
    plate = exr.read_header(small_show.folder.root / "plates" / "plate.1001.exr")
    for frame in (FIRST, LAST):
        matte = read_matte(again, "fix", frame, plate.display)
        assert (matte[:9, :9] == 1).all()
        assert matte.sum() == 81


def test_comments_at_the_head_of_the_shot_stay(small_show: SmallShow) -> None:
    path = small_show.shot_file.path
    path.write_text("# plate is the client's v3\n# ask Anna\n" + path.read_text())
    save(small_show)
    assert path.read_text().startswith("# plate is the client's v3\n# ask Anna\n# yaml")


def test_a_matte_is_never_drawn_over(small_show: SmallShow) -> None:
    for name, sentence in (
        ("tower", "mattes.tower is there already; choose another name"),
        ("frame", "mattes.frame is there already"),
        ("../x", "'../x' is no name"),
        ("", "'' is no name"),
    ):
        with pytest.raises(LookdevError) as refusal:
            save(small_show, name)
        assert sentence in str(refusal.value)
    with pytest.raises(LookdevError, match="matte fix: is empty; draw inside the picture"):
        save(small_show, shapes=(Box(-5, -5, -1, -1),))
    save(small_show)
    before = (small_show.folder.root / "mattes/street/sh0010/fix.exr").read_bytes()
    with pytest.raises(LookdevError, match="is there already"):
        save(small_show, shapes=(Box(0, 0, 50, 50),))
    assert (small_show.folder.root / "mattes/street/sh0010/fix.exr").read_bytes() == before


def test_what_a_killed_desk_left_is_written_over_with_one_sum(small_show: SmallShow) -> None:
    """Killed between the matte and `shot.yaml`: its file and its sum are there, its name is not."""
    before = small_show.shot_file.path.read_bytes()
    save(small_show)
    small_show.shot_file.path.write_bytes(before)
    shot_file = save(small_show, shapes=(Box(0, 0, 20, 20),))
    verify(shot_file, [FIRST])
    sums = small_show.shot_file.path.with_name(SUMS).read_text()
    assert sums.count("fix.exr") == 1


def test_a_file_of_another_matte_is_never_drawn_over(small_show: SmallShow) -> None:
    save(small_show)
    path = small_show.shot_file.path
    path.write_text(path.read_text().replace("  fix:", "  roto:"))
    with pytest.raises(LookdevError, match=r"matte roto is mattes/street/sh0010/fix.exr"):
        save(small_show)


def test_a_disk_that_refuses_leaves_the_shot_as_it_was(
    small_show: SmallShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tempfile

    def full(*_args: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    before = small_show.shot_file.path.read_bytes()
    monkeypatch.setattr(tempfile, "mkstemp", full)
    with pytest.raises(LookdevError, match="No space left on device"):
        save(small_show)
    monkeypatch.undo()
    assert small_show.shot_file.path.read_bytes() == before
    assert "fix" in save(small_show).shot.mattes
