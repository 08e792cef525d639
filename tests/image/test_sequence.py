from pathlib import Path

import pytest

from lookdev.errors import PlateError
from lookdev.image.sequence import Sequence, describe, find, frame_path, parse_frames


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for frame in (999, 1000, 1003):
        (tmp_path / f"plate.{frame:04d}.exr").touch()
    return tmp_path


@pytest.mark.parametrize("number", ["%04d", "####", "@@@@", "$F4"])
def test_every_padding_style_names_the_same_frames(folder: Path, number: str) -> None:
    found = find(folder / f"plate.{number}.exr")
    assert found == Sequence(str(folder / "plate.%04d.exr"), (999, 1000, 1003))


def test_a_folder_stands_for_its_only_sequence(folder: Path) -> None:
    (folder / "notes.txt").touch()
    assert find(folder).frames == (999, 1000, 1003)
    assert find(folder).path(999) == folder / "plate.0999.exr"


def test_a_folder_of_two_sequences_is_refused(folder: Path) -> None:
    (folder / "matte.0001.exr").touch()
    with pytest.raises(PlateError) as caught:
        find(folder)
    assert str(caught.value) == (
        f"{folder}: holds 2 sequences of pictures (matte.####.exr, plate.####.exr); "
        "give one as a pattern such as plate.%04d.exr"
    )


def test_four_hashes_are_four_digits(folder: Path) -> None:
    (folder / "plate.00000000000000001.exr").touch()
    assert find(folder / "plate.####.exr").frames == (999, 1000, 1003)


def test_unpadded_numbers(tmp_path: Path) -> None:
    for frame in (8, 9, 10):
        (tmp_path / f"a_{frame}.exr").touch()
    assert find(tmp_path / "a_%d.exr").frames == (8, 9, 10)
    assert find(tmp_path / "a_#.exr").frames == (8, 9, 10)


def test_a_pattern_s_other_characters_are_literal(tmp_path: Path) -> None:
    (tmp_path / "a+b.0001.exr").touch()
    (tmp_path / "aab.0002.exr").touch()
    assert find(tmp_path / "a+b.%04d.exr").frames == (1,)


def test_gaps_are_listed_as_ranges(folder: Path) -> None:
    found = find(folder / "plate.%04d.exr")
    assert found.gaps(999, 1005) == "1001-1002,1004-1005"
    assert found.gaps(999, 1000) == ""


def test_a_single_file_names_no_sequence(folder: Path) -> None:
    with pytest.raises(PlateError) as caught:
        find(folder / "plate.exr")
    assert str(caught.value) == (
        f"{folder}/plate.exr: names no sequence; write the frame number as %04d, or give a folder"
    )


def test_nothing_on_disk_is_refused(folder: Path) -> None:
    with pytest.raises(PlateError, match=r"%04d.exr: no frame of this sequence is on disk"):
        find(folder / "other.%04d.exr")
    with pytest.raises(PlateError, match=r"nowhere: there is no such folder"):
        find(folder / "nowhere" / "plate.%04d.exr")


def test_a_percent_in_a_folder_is_the_folder_s_own() -> None:
    assert frame_path("/mnt/100%done/x.%04d.exr", 7) == Path("/mnt/100%done/x.0007.exr")


def test_negative_frames_are_padded_as_openimageio_does() -> None:
    assert frame_path("a.%04d.exr", -3) == Path("a.-003.exr")


def test_frames_are_written_and_read_as_ranges() -> None:
    assert describe([1001, 1002, 1003, 1007]) == "1001-1003,1007"
    assert describe([]) == ""
    assert parse_frames("1001-1003,1010-1030x10") == (1001, 1002, 1003, 1010, 1020, 1030)


@pytest.mark.parametrize("text", ["", "a-b", "1001-"])
def test_what_is_no_range_is_refused(text: str) -> None:
    with pytest.raises(PlateError, match=r"frames is '.*; write it as 1001-1024"):
        parse_frames(text)


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        ("1001", (1001,)),
        ("1001-1003", (1001, 1002, 1003)),
        ("1003,1001,1001", (1001, 1003)),
        ("1001-1007x3", (1001, 1004, 1007)),
        ("-2-1", (-2, -1, 0, 1)),
    ],
)
def test_frame_ranges(text: str, frames: tuple[int, ...]) -> None:
    assert parse_frames(text) == frames


@pytest.mark.parametrize(
    "text", ["", "x", "1001.5", "1001-1002x0.5", "1001-1002x0", "1 2", "1001-"]
)
def test_what_is_no_frame_range_is_refused(text: str) -> None:
    with pytest.raises(PlateError, match="write it as 1001-1024"):
        parse_frames(text)
