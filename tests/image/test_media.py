from collections.abc import Callable
from pathlib import Path

import pytest

from lookdev.errors import PlateError
from lookdev.image.ingest import ingest
from lookdev.image.media import files_of, verify
from lookdev.image.sequence import frame_path
from lookdev.spec.folder import ShotFile, ShowFolder

Write = Callable[..., Path]


@pytest.fixture
def made(show: ShowFolder, write_sequence: Write, tmp_path: Path) -> ShotFile:
    track = tmp_path / "track.csv"
    track.write_text("frame,x,y\n" + "".join(f"{n},1,2\n" for n in range(1001, 1007)))
    plate = write_sequence("plate", range(1001, 1007))
    matte = write_sequence("matte", range(1001, 1007), channels=("A",))
    return ingest(
        show, plate, sequence="bb", shot="sh0010", mattes={"tower": str(matte)}, track=track
    )


def refusal(made: ShotFile, frames: range) -> str:
    with pytest.raises(PlateError) as caught:
        verify(made, frames)
    return str(caught.value)


def test_a_frame_s_files_by_role(made: ShotFile) -> None:
    names = {role: path.name for role, path in files_of(made, 1002).items()}
    assert names == {"plate": "plate.1002.exr", "matte tower": "matte.1002.exr"}


def test_what_ingest_saw_is_verified(made: ShotFile) -> None:
    verify(made, range(1001, 1007))
    verify(made, [1003])


def test_frames_outside_the_shot(made: ShotFile) -> None:
    assert refusal(made, range(999, 1009)) == (
        f"{made.path}: frames 999-1000,1007-1008 are outside the shot's 1001-1006"
    )


def test_missing_files_are_all_named_first(made: ShotFile) -> None:
    for frame in (1002, 1003, 1005):
        files_of(made, frame)["plate"].unlink()
    files_of(made, 1006)["matte tower"].unlink()
    files_of(made, 1001)["plate"].write_bytes(b"changed")
    assert refusal(made, range(1001, 1007)) == (
        f"{made.path}: frames 1002-1003,1005 of the plate, frame 1006 of the matte tower "
        "cannot be found; bring the files back or ingest again"
    )


def test_a_changed_file_is_named_and_only_in_the_frames_asked_for(made: ShotFile) -> None:
    changed = files_of(made, 1004)["matte tower"]
    content = bytearray(changed.read_bytes())
    content[-1] ^= 1  # one bit, which some codecs decode in silence
    changed.write_bytes(content)
    verify(made, range(1001, 1004))
    sentence = "has changed since it was ingested (1 file); ingest the shot again"
    assert refusal(made, range(1001, 1007)) == f"{changed}: {sentence}"


def test_several_changed_files_are_counted(made: ShotFile) -> None:
    for frame in (1003, 1005):
        files_of(made, frame)["plate"].write_bytes(b"changed")
    sentence = "has changed since it was ingested (the first of 2 files); ingest the shot again"
    assert refusal(made, range(1001, 1007)) == f"{files_of(made, 1003)['plate']}: {sentence}"


def test_the_track_counts_as_media(made: ShotFile, tmp_path: Path) -> None:
    track = tmp_path / "track.csv"
    track.write_text(track.read_text().replace("1001,1,2", "1001,1,3"))
    assert refusal(made, range(1001, 1002)).startswith(f"{track}: has changed since")
    track.unlink()
    assert refusal(made, range(1001, 1002)) == (
        f"{made.path}: track is {track}, which cannot be found"
    )


def test_absent_or_broken_sums(made: ShotFile) -> None:
    sums = made.path.with_name("media.sha256")
    sums.write_text("nonsense\n")
    assert refusal(made, range(1001, 1002)) == (
        f"{sums}:1: is no line of sha256sum; ingest the shot again"
    )
    sums.unlink()
    assert refusal(made, range(1001, 1002)) == f"{sums}: cannot be found; ingest the shot again"


def test_a_show_can_move_with_its_media(show: ShowFolder, write_exr: Write, tmp_path: Path) -> None:
    folder = show.root / "scans"
    folder.mkdir()
    for frame in (1, 2):
        write_exr(Path(frame_path(str(folder / "p.%04d.exr"), frame)))
    ingest(show, folder, sequence="bb", shot="sh0010")
    moved = show.root.rename(tmp_path / "moved")
    opened = ShotFile.open(ShowFolder(moved), "bb", "sh0010")
    assert opened.shot.plate.pattern == "scans/p.%04d.exr"
    verify(opened, [1, 2])


def test_a_folder_s_name_may_hold_a_line_separator(
    show: ShowFolder, write_exr: Write, tmp_path: Path
) -> None:
    folder = tmp_path / "a\u2028b"
    folder.mkdir()
    write_exr(folder / "plate.1001.exr")
    made = ingest(show, folder, sequence="bb", shot="sh0010")
    verify(ShotFile.open(show, "bb", "sh0010"), [1001])
    assert files_of(made, 1001)["plate"] == folder / "plate.1001.exr"


def test_a_root_named_as_a_folder_of_the_show_hides_nothing(
    show: ShowFolder, write_exr: Write, tmp_path: Path
) -> None:
    other, inside = tmp_path / "other", show.root / "plates"
    for folder, value in ((other, 0.25), (inside, 0.75)):
        folder.mkdir()
        write_exr(folder / "plate.1001.exr", value)
    with (show.root / "params" / "show.yaml").open("a") as file:
        file.write(f"roots: {{plates: {{linux: {other}}}}}\n")
    made = ingest(show, inside, sequence="bb", shot="sh0010")
    verify(made, [1001])
    assert files_of(made, 1001)["plate"] == inside / "plate.1001.exr"
