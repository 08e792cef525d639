"""Sealing: once, whole, and only what was delivered."""

import json
import os
from pathlib import Path

import pytest
from sealed import (
    LEDGER,
    STUDIO,
    SUPERVISOR,
    Sealed,
    approval_bytes,
    approval_seal,
)

from lookdev.attest import dsse
from lookdev.errors import DeliveryError, LookdevError, TrustError
from lookdev.finals.records import read_record
from lookdev.finals.seal import ApprovalSeal, seal
from lookdev.spec.approval import APPROVAL
from lookdev.spec.files import sha256


@pytest.fixture
def unsealed(delivery: Sealed) -> Sealed:
    delivery.envelope.unlink()
    return delivery


def sealed(delivery: Sealed, approval: ApprovalSeal | None = None) -> Path:
    record = read_record(delivery.folder)
    assert record is not None
    return seal(
        delivery.folder,
        record,
        key=STUDIO,
        approval=approval or approval_seal(approval_bytes()),
        ledger=LEDGER,
        cost={"currency": "EUR", "device": 1.25},
    )


def test_every_file_and_frame_is_in_the_statement(unsealed: Sealed) -> None:
    record = read_record(unsealed.folder)
    assert sealed(unsealed) == unsealed.envelope
    statement = unsealed.statement()
    on_disk = {
        path.relative_to(unsealed.folder).as_posix(): sha256(path)
        for path in unsealed.folder.rglob("*")
        if path.is_file() and path != unsealed.envelope
    }
    assert statement.subjects == on_disk
    assert len(on_disk) == 19
    assert statement.predicate_type == "urn:x-lookdev:delivery:v1"
    told = statement.predicate
    assert record is not None
    assert told["pixels"] == {str(one.frame): one.pixels for one in record.frames}
    assert told["state"] == "approved"
    assert told["delivery"] == record.name
    assert told["ledger"] == {"head": LEDGER.hash, "events": 12}
    assert told["approval"]["digest"] == sha256(unsealed.path("approval.dsse"))
    assert told["cost"] == {"currency": "EUR", "device": 1.25}
    assert (told["seconds"], told["evaluations"]) == (record.seconds, record.evaluations)
    envelope = dsse.open_envelope(unsealed.envelope.read_bytes(), source="x")
    assert envelope.signed_by([STUDIO.public]) == STUDIO.public
    assert json.loads(envelope.payload)["_type"] == "https://in-toto.io/Statement/v1"


def test_a_sealed_delivery_is_not_sealed_again(unsealed: Sealed) -> None:
    sealed(unsealed)
    before = unsealed.envelope.read_bytes()
    with pytest.raises(TrustError, match=r"delivery\.dsse: is there already"):
        sealed(unsealed)
    assert unsealed.envelope.read_bytes() == before


def test_a_link_in_the_seals_place_is_not_followed(unsealed: Sealed, tmp_path: Path) -> None:
    unsealed.envelope.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(TrustError, match="is there already"):
        sealed(unsealed)
    assert not (tmp_path / "elsewhere").exists()


def symlink(delivery: Sealed) -> None:
    delivery.path("exr/more.exr").symlink_to("d_v001.1001.exr")


def folder_link(delivery: Sealed) -> None:
    delivery.path("more").symlink_to("exr")


def pipe(delivery: Sealed) -> None:
    os.mkfifo(delivery.path("exr/pipe.exr"))


def journal(delivery: Sealed) -> None:
    delivery.path(".unfinished").mkdir()
    delivery.path(".unfinished/1001.json").write_text("{}")


def line_break(delivery: Sealed) -> None:
    delivery.path("exr/a\nb").write_text("")


def backslash(delivery: Sealed) -> None:
    delivery.path("exr\\a").write_text("")


def altered(delivery: Sealed) -> None:
    delivery.comp(1002).write_bytes(b"other")


def gone(delivery: Sealed) -> None:
    delivery.layer("dust", 1003).unlink()


def other_record(delivery: Sealed) -> None:
    delivery.path("delivery.json").write_text(
        delivery.path("delivery.json").read_text().replace('"d_v001"', '"d_v002"')
    )


NOT_SEALED = {
    "a symlink": (symlink, "exr/more.exr: is a symlink to d_v001.1001.exr"),
    "a folder that is a symlink": (folder_link, "more: is a symlink to exr"),
    "a pipe": (pipe, "exr/pipe.exr: is a pipe, no file"),
    "an unfinished delivery": (journal, ".unfinished/1001.json: is left from an unfinished"),
    "a name with a line break": (line_break, "is no plain relative path"),
    "a name with a backslash": (backslash, "is no plain relative path"),
    "a comp that is another": (altered, "exr/d_v001.1002.exr: is not the file that was delivered"),
    "a layer's frame gone": (gone, "elements/dust/d_v001_dust.1003.exr: is missing"),
}


@pytest.mark.parametrize("case", NOT_SEALED)
def test_what_is_not_as_delivered_is_not_sealed(case: str, unsealed: Sealed) -> None:
    change, wanted = NOT_SEALED[case]
    change(unsealed)
    with pytest.raises(DeliveryError) as caught:
        sealed(unsealed)
    print(caught.value)
    assert wanted in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not unsealed.envelope.exists()


def test_the_record_on_disk_is_the_one_that_is_sealed(unsealed: Sealed) -> None:
    record = read_record(unsealed.folder)
    assert record is not None
    other_record(unsealed)
    with pytest.raises(DeliveryError, match=r"delivery\.json: is not the record"):
        seal(
            unsealed.folder,
            record,
            key=STUDIO,
            approval=approval_seal(approval_bytes()),
            ledger=None,
            cost=None,
        )


def test_a_seal_names_the_approval_that_lies_there(unsealed: Sealed) -> None:
    with pytest.raises(TrustError, match=r"approval\.dsse: is not the approval toxic_v001_a001"):
        sealed(unsealed, approval_seal(approval_bytes(note="another")))
    record = read_record(unsealed.folder)
    assert record is not None
    with pytest.raises(TrustError, match=r"approval\.dsse: lies in a draft"):
        seal(unsealed.folder, record, key=STUDIO, approval=None, ledger=None, cost=None)
    unsealed.path("approval.dsse").unlink()
    with pytest.raises(TrustError, match="copy it there"):
        sealed(unsealed)
    assert not unsealed.envelope.exists()


def test_a_full_disk_leaves_no_half_seal(unsealed: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lookdev.spec.files.os.fsync", full)
    with pytest.raises(LookdevError, match="No space left"):
        sealed(unsealed)
    assert not unsealed.envelope.exists()
    assert not list(unsealed.folder.glob(".*"))


def test_the_helper_approves_as_lookdev_does() -> None:
    """The tests' approval is of the real kind, or they would prove little."""
    data = dsse.open_envelope(approval_bytes(), source="x")
    assert data.signed_by([SUPERVISOR.public]) is not None
    assert json.loads(data.payload)["predicateType"] == APPROVAL
