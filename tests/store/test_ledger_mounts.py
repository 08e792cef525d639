"""A ledger on a network mount is refused, with the reason and the mend."""

from pathlib import Path

import pytest

from lookdev.errors import LedgerError
from lookdev.spec.event import Hours
from lookdev.store import mounts
from lookdev.store.ledger import Ledger

LOCAL = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"


def mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    info = tmp_path / "mountinfo"
    info.write_text(LOCAL + "".join(f"{line}\n" for line in lines))
    monkeypatch.setattr(mounts, "MOUNTINFO", info)


def event() -> Hours:
    return Hours(shot="street/sh0010", hours=1, by="Ada", what="roto")


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "virtiofs"])
def test_a_network_mount_is_refused_with_the_reason_and_the_mend(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    point = tmp_path / "farm share"
    point.mkdir()
    escaped = str(point).replace(" ", r"\040")
    mounted(
        tmp_path, monkeypatch, f"90 27 0:50 / {escaped} rw shared:7 master:2 - {kind} srv:/x rw"
    )
    with pytest.raises(LedgerError) as error:
        Ledger.at(point / "ledger" / "ledger.sqlite").append(event())
    said = str(error.value)
    assert f"{kind} (mounted at {point})" in said
    assert "memory that all its writers share" in said
    assert "ledger.path in show.yaml" in said
    assert list(point.iterdir()) == [], "nothing was made there"
    Ledger.at(tmp_path / "farm" / "ledger.sqlite").append(event())


def test_a_link_into_a_network_mount_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = tmp_path / "share"
    point.mkdir()
    (tmp_path / "here").symlink_to(point)
    mounted(tmp_path, monkeypatch, f"90 27 0:50 / {point} rw - nfs4 srv:/x rw")
    with pytest.raises(LedgerError, match="nfs4"):
        Ledger.at(tmp_path / "here" / "ledger.sqlite").append(event())


def test_what_is_mounted_last_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nfs = f"90 27 0:50 / {tmp_path} rw - nfs4 srv:/x rw"
    local = f"91 90 0:51 / {tmp_path} rw - xfs /dev/vdb rw"
    mounted(tmp_path, monkeypatch, nfs, local)
    assert mounts.network_mount(tmp_path / "ledger.sqlite") is None
    mounted(tmp_path, monkeypatch, local, nfs)
    assert "nfs4" in str(mounts.network_mount(tmp_path / "ledger.sqlite"))


def test_this_machine_s_own_mounts_can_be_read(tmp_path: Path) -> None:
    print(f"{tmp_path}: {mounts._mount_of(tmp_path.resolve(), mounts._mounts())}")
    assert mounts._mounts()


def test_other_systems_are_asked_through_psutil(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Partition:
        mountpoint, fstype, opts = str(tmp_path), "smbfs", "rw"

    monkeypatch.setattr(mounts.sys, "platform", "darwin")
    monkeypatch.setattr(mounts.psutil, "disk_partitions", lambda **_all: [Partition])
    assert "smbfs" in str(mounts.network_mount(tmp_path / "ledger.sqlite"))
