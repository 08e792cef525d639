"""Verifying: no false alarm, no torch, whose key counts and when, what the command says."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sealed import LEDGER, STRANGER, STUDIO, SUPERVISOR, Sealed
from small_show import SmallShow

from lookdev.attest.keys import PrivateKey
from lookdev.errors import DeliveryError, LedgerError, TrustError
from lookdev.finals.deliver import deliver
from lookdev.finals.plan import make_plan
from lookdev.finals.records import read_record
from lookdev.finals.seal import seal
from lookdev.finals.verify import verify
from lookdev.finals.verify_hash import hashed
from lookdev.spec.event import Delivered
from lookdev.spec.files import sha256
from lookdev.spec.folder import ShowFolder
from lookdev.store.chain import Head
from lookdev.store.ledger import Ledger


def run(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lookdev", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("pixels", [False, True])
def test_a_clean_delivery_has_no_findings(pixels: bool, delivery: Sealed) -> None:
    told: list[tuple[str, int, int]] = []
    done = verify(
        delivery.folder,
        keys=[STRANGER.public, STUDIO.public],
        pixels=pixels,
        progress=lambda *line: told.append(line),
    )
    assert done.findings == ()
    assert done.signer == STUDIO.public
    assert (done.delivery, done.state, done.frames, done.files) == ("d_v001", "approved", 3, 19)
    assert done.approval is not None
    assert (done.approval.name, done.approval.by) == ("toxic_v001_a001", "Ada")
    assert done.approval.key == SUPERVISOR.public.text
    assert told[18] == ("files hashed", 19, 19)
    assert told[19:] == ([("frames decoded", n, 3) for n in (1, 2, 3)] if pixels else [])


def test_what_is_no_change_is_no_finding(delivery: Sealed, tmp_path: Path) -> None:
    """Times, rights, another folder, empty folders: a copy through mail or tape."""
    alarms = 0
    for number in range(100):
        at = 1_000_000_000 + number
        for path in delivery.folder.rglob("*"):
            os.utime(path, (at, at))
            path.chmod(0o755 if number % 2 else 0o700)
        delivery.folder.joinpath(f"empty{number}").mkdir()
        moved = delivery.folder.rename(tmp_path / f"received {number}")
        delivery = Sealed(moved)
        alarms += len(verify(moved, keys=[STUDIO.public]).findings)
    print(f"{alarms} false alarms over 100 re-checks")
    assert alarms == 0


def test_a_draft_is_verified_too(small_show: SmallShow, tmp_path: Path) -> None:
    plan = make_plan(str(small_show.look_path), frames="1001", folder=tmp_path / "draft_v001")
    record = deliver(plan, say=lambda _line: None)
    seal(plan.folder, record, key=STUDIO, approval=None, ledger=None, cost=None)
    done = verify(plan.folder, keys=[STUDIO.public], pixels=True)
    assert (done.findings, done.state, done.approval) == ((), "draft", None)
    assert read_record(plan.folder) == record


def test_verifying_writes_nothing(delivery: Sealed) -> None:
    before = {p: p.stat().st_mtime_ns for p in (delivery.folder, *delivery.folder.rglob("*"))}
    verify(delivery.folder, keys=[STUDIO.public], pixels=True)
    after = {p: p.stat().st_mtime_ns for p in (delivery.folder, *delivery.folder.rglob("*"))}
    assert after == before


def test_a_mistake_of_the_person_is_refused(delivery: Sealed, tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="there is no such folder"):
        verify(tmp_path / "nowhere", keys=[STUDIO.public])
    with pytest.raises(TrustError, match="no key to verify it with; give the signer's with --key"):
        verify(delivery.folder, keys=[])
    with pytest.raises(LedgerError, match="there is no such ledger"):
        verify(delivery.folder, keys=[STUDIO.public], ledger=tmp_path / "none.sqlite")


def trusting(show: SmallShow, *entries: tuple[PrivateKey, str]) -> ShowFolder:
    path = show.folder.root / "params" / "show.yaml"
    lines = [f'  - {{name: x, key: "{key.public.text}"{days}}}' for key, days in entries]
    path.write_text(path.read_text() + "\ntrusted_keys:\n" + "\n".join(lines) + "\n")
    return ShowFolder(show.folder.root)


def test_the_shows_trusted_keys_count(delivery: Sealed, small_show: SmallShow) -> None:
    show = trusting(small_show, (STUDIO, ""), (SUPERVISOR, ""))
    assert verify(delivery.folder, show=show).findings == ()


UNTRUSTED = {
    "the studio's key is unknown": (((SUPERVISOR, ""),), "delivery.dsse: is signed by an unknown"),
    "the studio's key expired": (
        ((STUDIO, ', until: "2026-01-31"'), (SUPERVISOR, "")),
        "delivery.dsse: .* expired on 2026-01-31",
    ),
    "the studio's key counts later": (
        ((STUDIO, ', since: "2099-01-01"'), (SUPERVISOR, "")),
        "delivery.dsse: .* before 2099-01-01",
    ),
    "the supervisor's key is unknown": (((STUDIO, ""),), "approval.dsse: .* does not trust"),
    "the supervisor's key expired": (
        ((STUDIO, ""), (SUPERVISOR, ', until: "2026-03-01"')),
        "approval.dsse: .* expired on 2026-03-01",
    ),
}


@pytest.mark.parametrize("case", UNTRUSTED)
def test_a_key_that_the_show_does_not_trust_is_found(
    case: str, delivery: Sealed, small_show: SmallShow
) -> None:
    entries, wanted = UNTRUSTED[case]
    found = verify(delivery.folder, show=trusting(small_show, *entries)).findings
    print("\n".join(found))
    assert len(found) == 1
    assert re.search(wanted, found[0])


def entered(path: Path, count: int) -> Ledger:
    ledger = Ledger.at(path)
    for number in range(count):
        ledger.append(
            Delivered(
                shot="street/sh0010",
                name=f"d_v{number:03d}",
                look="toxic_v001",
                approval=None,
                frames=3,
            )
        )
    return ledger


def test_the_ledger_holds_the_signed_head_or_it_is_said(delivery: Sealed, tmp_path: Path) -> None:
    whole, other, short = (tmp_path / f"{n}.sqlite" for n in ("whole", "other", "short"))
    ledger = entered(whole, 3)
    head = ledger.head()
    entered(short, 2).close()
    delivery.sign_anew(ledger={"head": head.hash, "events": head.events})
    keys = [STUDIO.public]
    assert verify(delivery.folder, keys=keys, ledger=whole).findings == ()
    entered(whole, 1).close()  # it may have grown since
    assert verify(delivery.folder, keys=keys, ledger=whole).findings == ()
    found = verify(delivery.folder, keys=keys, ledger=short).findings
    assert len(found) == 1
    assert "short.sqlite" in found[0]
    other.write_bytes(b"no ledger at all" * 100)
    found = verify(delivery.folder, keys=keys, ledger=other).findings
    assert len(found) == 1
    assert "other.sqlite" in found[0]
    delivery.sign_anew(ledger=None)
    found = verify(delivery.folder, keys=keys, ledger=whole).findings
    assert found == (f"delivery.dsse: names no ledger to hold {whole} against",)
    assert Head("c" * 64, 12) == LEDGER


def test_many_files_are_hashed_at_once_and_right(tmp_path: Path) -> None:
    for number in range(8):
        (tmp_path / f"{number}").write_bytes(os.urandom(4_000_001 + number))
    names = [str(number) for number in range(8)]
    started = time.perf_counter()
    hashes, unread = hashed(tmp_path, names)
    ours = time.perf_counter() - started
    started = time.perf_counter()
    wanted = {name: sha256(tmp_path / name) for name in names}
    one_by_one = time.perf_counter() - started
    print(f"32 MB: {ours * 1000:.0f} ms; one by one {one_by_one * 1000:.0f} ms")
    assert hashes == wanted
    assert unread == {}


def test_a_file_that_goes_or_turns_while_it_is_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "link.1001.exr").symlink_to("/etc/hostname")
    os.mkfifo(tmp_path / "pipe")
    hashes, unread = hashed(tmp_path, ["gone.1002.exr", "link.1001.exr", "pipe"])
    assert hashes == {}
    assert unread["gone.1002.exr"].startswith("gone.1002.exr (frame 1002): cannot be read: No such")
    assert unread["link.1001.exr"].startswith("link.1001.exr (frame 1001): cannot be read")
    assert unread["pipe"] == "pipe: cannot be read: pipe is no file"


def test_folders_deeper_than_python_recurses_are_looked_into(delivery: Sealed) -> None:
    deep = [delivery.folder / "a"]
    while len(deep) < 1200:
        deep.append(deep[-1] / "a")
    try:
        for folder in deep:
            folder.mkdir()
        (deep[-1] / "f.1004.exr").write_text("x")
        found = verify(delivery.folder, keys=[STUDIO.public]).findings
        assert len(found) == 1
        assert found[0].endswith("a/f.1004.exr (frame 1004): is extra: it was not delivered")
    finally:
        (deep[-1] / "f.1004.exr").unlink(missing_ok=True)
        for folder in reversed(deep):  # shutil.rmtree recurses
            folder.rmdir()


def test_verify_needs_no_torch(delivery: Sealed) -> None:
    script = (
        "import sys; from lookdev.cli import app\n"
        f"try: app(['verify', '.', '--pixels', '--key', '{STUDIO.public.text}'])\n"
        "except SystemExit as end: print(end.code)\n"
        "heavy = {'torch', 'diffusers', 'papermill', 'matplotlib', 'ipywidgets', 'cv2'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=delivery.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "3 frames, 19 files, approved by Ada (toxic_v001_a001)" in done.stdout
    assert done.stdout.strip().endswith("0\n[]")


def test_the_command_says_one_line_when_all_is_well(delivery: Sealed, tmp_path: Path) -> None:
    key = tmp_path / "studio.pub"
    key.write_text(f"{STUDIO.public.text}\n")
    done = run("verify", "d_v001", "--key", STRANGER.public.text, "--key", str(key), cwd=tmp_path)
    assert done.returncode == 0
    assert re.fullmatch(
        r"d_v001: 3 frames, 19 files, approved by Ada \(toxic_v001_a001\); files are as signed by "
        rf"{re.escape(STUDIO.public.text)} on [0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}} [0-9:]{{8}} UTC\n",
        done.stdout,
    )
    assert delivery.folder.is_dir()


def test_the_command_lists_what_it_found(delivery: Sealed, tmp_path: Path) -> None:
    delivery.comp(1002).unlink()
    delivery.path("notes.txt").write_text("x")
    done = run("verify", "d_v001", "--key", STUDIO.public.text, cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "d_v001: 2 findings",
        "notes.txt: is extra: it was not delivered",
        "exr/d_v001.1002.exr (frame 1002): is missing",
    ]


def test_the_command_refuses_a_mistake(delivery: Sealed, tmp_path: Path) -> None:
    for words, wanted in (
        (("nowhere", "--key", STUDIO.public.text), "nowhere: there is no such folder"),
        ((str(delivery.folder),), "no key is given, and there is no show around"),
    ):
        done = run("verify", *words, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert wanted in done.stderr


def test_inside_a_show_its_own_keys_are_used(delivery: Sealed, small_show: SmallShow) -> None:
    root = small_show.folder.root
    done = run("verify", str(delivery.folder), cwd=root)
    assert done.returncode == 2
    assert "trusted_keys is empty; add the signer's key, or give it with --key" in done.stderr
    trusting(small_show, (STUDIO, ""), (SUPERVISOR, ""))
    assert run("verify", str(delivery.folder), cwd=root).returncode == 0
