"""Whose signature counts for what, and which of several approvals is the one that counts."""

import shutil
from pathlib import Path

import pytest
from approve.approved import ApprovedShow, make_approvable
from small_show import SmallShow

from lookdev.approve.approval_file import ApprovalFile
from lookdev.approve.approve import approve
from lookdev.approve.trust import require_trusted, trusted_keys
from lookdev.approve.wish import Wish
from lookdev.attest.keys import PrivateKey, new_key
from lookdev.errors import LookdevError, SpecError, TrustError
from lookdev.finals.plan import make_plan
from lookdev.spec.folder import LookFile, ShowFolder


def trusting(show: SmallShow, key: PrivateKey, *entries: str) -> ShowFolder:
    """The show, with these entries of one key in place of any other."""
    path = show.folder.root / "params" / "show.yaml"
    text = path.read_text().split("trusted_keys:")[0]
    lines = [f'  - {{name: Ana, key: "{key.public.text}"{more}}}' for more in entries]
    path.write_text(text + "\n".join(["trusted_keys:", *lines]) + "\n")
    return ShowFolder(show.folder.root)


@pytest.fixture
def key(tmp_path: Path) -> PrivateKey:
    return new_key(tmp_path / "keys", "ana")


def test_a_farms_key_approves_nothing(small_show: SmallShow, key: PrivateKey) -> None:
    folder = trusting(small_show, key, ", may: [deliver]")
    require_trusted(folder, key.public, to="deliver", at="2026-11-25 10:00:00", where="this")
    with pytest.raises(TrustError, match=r"may deliver and not approve .*trusted_keys\.may"):
        require_trusted(folder, key.public, to="approve", at="2026-11-25 10:00:00", where="this")


def test_a_renewed_key_counts_in_each_of_its_spans(small_show: SmallShow, key: PrivateKey) -> None:
    spans = ', until: "2026-06-30"', ', since: "2026-09-01"'
    folder = trusting(small_show, key, *spans)
    for day in ("2026-01-01", "2026-06-30", "2026-09-01", "2027-01-01"):
        require_trusted(folder, key.public, to="approve", at=f"{day} 10:00:00", where="this")
    with pytest.raises(TrustError, match="before 2026-09-01"):
        require_trusted(folder, key.public, to="approve", at="2026-07-01 10:00:00", where="this")


def test_a_key_that_is_none_is_named_with_its_file(small_show: SmallShow, key: PrivateKey) -> None:
    path = small_show.folder.root / "params" / "show.yaml"
    bad = key.public.text[:-2] + "B="  # spare bits: another text for bytes of a key
    path.write_text(f'{path.read_text()}trusted_keys:\n  - {{name: Ana, key: "{bad}"}}\n')
    with pytest.raises(TrustError, match=r"show\.yaml: trusted_keys: .*is no public key"):
        trusted_keys(ShowFolder(small_show.folder.root))


def approved(show: ApprovedShow, *, supersedes: ApprovalFile | None = None) -> ApprovalFile:
    look_file = LookFile.open(str(show.show.look_path))
    wish = Wish(look_file, "Ana", (1003,), written_approval="W-1", supersedes=supersedes)
    return approve(wish, key=show.key)


@pytest.fixture
def show(tmp_path: Path) -> ApprovedShow:
    return make_approvable(tmp_path)


def test_a_superseded_approval_is_rendered_no_more(show: ApprovedShow, tmp_path: Path) -> None:
    first = approved(show)
    second = approved(show, supersedes=first)
    with pytest.raises(TrustError, match=f"was superseded by {second.name}, by Ana"):
        make_plan(str(first.path), frames="1003", folder=tmp_path / "d_v001")
    assert make_plan(str(second.path), frames="1003", folder=tmp_path / "d_v001").approval


def test_an_approval_under_another_number_is_none(show: ApprovedShow) -> None:
    first = approved(show)
    for name in ("toxic_v001_a007.dsse", "toxic_v001.dsse"):
        copy = first.path.with_name(name)
        shutil.copy(first.path, copy)
        with pytest.raises(TrustError, match="put it back where it was"):
            ApprovalFile.open(str(copy))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"written_approval": ""}, "written_approval is"),
        ({"by": "Ana\nB."}, "by is"),
        ({"by": "  "}, "by is empty"),
        ({"note": "x" * 5001}, "note is"),
    ],
)
def test_words_that_cannot_be_kept_are_refused_before_anything_is_rendered(
    show: ApprovedShow, words: dict[str, str], said: str
) -> None:
    look_file = LookFile.open(str(show.show.look_path))
    wish = Wish(look_file, **({"by": "Ana", "frames": (1003,), "written_approval": "W"} | words))
    with pytest.raises(SpecError, match=f"approve: {said}"):
        approve(wish, key=show.key, say=lambda _line: pytest.fail("it began"))


def test_a_models_linked_folder_is_refused(show: ApprovedShow) -> None:
    unet = show.show.folder.root / "models" / "mini" / "unet"
    elsewhere = shutil.move(unet, unet.parents[2] / "elsewhere")
    unet.symlink_to(elsewhere)
    with pytest.raises(LookdevError, match="holds the linked folder unet"):
        approved(show)
