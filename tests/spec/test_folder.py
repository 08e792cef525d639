"""Every location is named so that `resolve` finds the same file again."""

from pathlib import Path

import pytest

from lookdev.errors import SpecError
from lookdev.spec.folder import LookFile, ShowFolder


def make(root: Path, roots: str = "{}") -> ShowFolder:
    (root / "params").mkdir(parents=True)
    (root / "params" / "show.yaml").write_text(f"format: show/1\nname: test\nroots: {roots}\n")
    return ShowFolder(root.resolve())


def located(show: ShowFolder, path: Path) -> str:
    name = show.locate(path)
    assert show.resolve(name).resolve() == path.resolve()
    return name


def test_a_root_named_as_a_folder_of_the_show(tmp_path: Path) -> None:
    show = make(tmp_path / "show", f"{{plates: {{linux: {tmp_path}/other}}}}")
    inside = show.root / "plates" / "a.%04d.exr"
    assert located(show, inside) == str(inside)
    assert located(show, tmp_path / "other" / "a.%04d.exr") == "plates/a.%04d.exr"
    assert located(show, show.root / "scans" / "a.exr") == "scans/a.exr"


def test_links_still_give_names_that_can_move(tmp_path: Path) -> None:
    (tmp_path / "disk" / "a").mkdir(parents=True)
    (tmp_path / "mount").symlink_to(tmp_path / "disk")
    show = make(tmp_path / "show", f"{{vault: {{linux: {tmp_path}/mount}}}}")
    (show.root / "plates").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "link").symlink_to(show.root)
    assert located(show, show.root / "plates" / "a.exr") == "plates/a.exr"
    assert located(show, tmp_path / "link" / "plates" / "a.exr") == "plates/a.exr"
    assert located(show, tmp_path / "mount" / "a" / "b.exr") == "vault/a/b.exr"
    assert located(show, tmp_path / "disk" / "a" / "b.exr") == "vault/a/b.exr"
    assert located(show, show.root / "x" / ".." / "scans" / "b.exr") == "scans/b.exr"
    assert located(show, tmp_path / "b.exr") == f"{tmp_path}/b.exr"


def test_a_relative_path_is_the_caller_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    show = make(tmp_path / "show")
    monkeypatch.chdir(show.root)
    assert located(show, Path("scans/a.exr")) == "scans/a.exr"


@pytest.mark.parametrize("reference", ["x" * 5000, "x" * 5000 + ".yaml", "a/" * 2500, "a\0.yaml"])
def test_a_reference_that_no_file_can_have(reference: str) -> None:
    with pytest.raises(SpecError) as caught:
        LookFile.open(reference)
    assert str(caught.value).endswith(": is neither a look's file nor sequence/shot/name_v003")
    assert len(str(caught.value)) < 300
