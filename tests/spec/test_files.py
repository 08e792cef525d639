from pathlib import Path

import pytest

from lookdev.errors import DeliveryError, SpecError
from lookdev.spec import template
from lookdev.spec.files import whole_file, write_new, write_text


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError("the disk is gone"), "the disk is gone"),
    ],
)
def test_a_full_disk_is_a_sentence_and_the_file_stays(
    tmp_path: Path, error: OSError, said: str
) -> None:
    path = tmp_path / "a.txt"
    write_text(path, "before")
    with pytest.raises(DeliveryError) as caught, whole_file(path):
        raise error
    assert str(caught.value) == f"{path}: cannot be written: {said}"
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_in_the_file_s_place(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    with pytest.raises(DeliveryError, match=r"a\.txt: cannot be written: Is a directory$"):
        write_text(tmp_path / "a.txt", "text")
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_new_file_never_takes_another_one_s_place(tmp_path: Path) -> None:
    path = tmp_path / "0001.yaml"
    assert write_new(path, b"first")
    assert not write_new(path, b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode & 0o444 == 0o444


def test_a_new_file_without_its_folder_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match=r"a\.yaml: cannot be written: No such file"):
        write_new(tmp_path / "none" / "a.yaml", b"first")


def test_a_show_that_cannot_be_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_folder: Path) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr(template, "write_schemas", full)
    with pytest.raises(SpecError, match=r"show: cannot be made: the disk is gone$"):
        template.init(tmp_path / "show")
