import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_show import SmallShow, make_small_show

from lookdev.errors import DeliveryError
from lookdev.explore.draft import Draft
from lookdev.spec import parameter
from lookdev.spec.folder import ShotFile


@pytest.fixture
def small_disk(small_show: SmallShow) -> Iterator[Path]:
    """The drafts' folder on a disk of its own, of 128 KiB."""
    folder = small_show.shot_file.path.parent / "drafts"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)  # noqa: S607 as above


def fill(folder: Path) -> Path:
    """Every last block."""
    path = folder / "other.bin"
    try:
        with path.open("wb", buffering=0) as file:
            while True:
                file.write(b"x" * 4096)
    except OSError:
        return path


def turn(draft: Draft, name: str, value: object) -> None:
    draft.edit(parameter.replace(draft.look, name, value), name)


def works_on_through_a_full_disk(shot_file: ShotFile, fill_it: object, free_it: object) -> None:
    """What a person does while the disk is full, then after somebody made room."""
    assert callable(fill_it)
    assert callable(free_it)
    draft = Draft.open(shot_file, "toxic_v001", by="anna")
    on_disk = draft.path.read_bytes()
    fill_it()
    turn(draft, "snow.element.seed", "12")
    for _ in range(3):
        with pytest.raises(DeliveryError, match=r"cannot be written: No space left on device$"):
            draft.save()
    with pytest.raises(DeliveryError):
        draft.settle()
    with pytest.raises(DeliveryError):
        draft.save_version()
    with pytest.raises(DeliveryError):
        draft.undo()
    turn(draft, "snow.blend.opacity", 0.5)
    draft.star(1)
    draft.at(1003)
    assert draft.path.read_bytes() == on_disk, "whole, as it was"
    assert draft.look.layers[0].element.seed == "12"
    free_it()
    draft.save()
    draft.settle()
    draft.save()
    again = Draft.open(shot_file, "toxic_v001", by="anna")
    assert again.look == draft.look
    assert again.look.layers[0].element.seed == "12"
    assert again.look.layers[0].blend.opacity == 0.5
    assert again.state == draft.state
    assert again.state.marks[1].starred


def test_a_really_full_disk_stops_no_work(small_show: SmallShow, small_disk: Path) -> None:
    filled: list[Path] = []
    works_on_through_a_full_disk(
        small_show.shot_file,
        lambda: filled.append(fill(small_disk)),
        lambda: filled.pop().unlink(),
    )


def test_a_disk_that_refuses_every_write_stops_no_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same where nobody may mount a disk."""
    import errno
    import os
    import tempfile

    def full(*_args: object, **_named: object) -> tuple[int, str]:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    show = make_small_show(tmp_path / "show")
    works_on_through_a_full_disk(
        show.shot_file,
        lambda: monkeypatch.setattr(tempfile, "mkstemp", full),
        monkeypatch.undo,
    )


def test_a_full_disk_refuses_to_open_in_a_sentence(small_show: SmallShow, small_disk: Path) -> None:
    filled = fill(small_disk)
    with pytest.raises(DeliveryError, match="No space left on device"):
        Draft.open(small_show.shot_file, "toxic_v001", by="anna")
    filled.unlink()
    assert Draft.open(small_show.shot_file, "toxic_v001", by="anna").held_by is None
