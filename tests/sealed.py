"""A small sealed delivery that tests may spoil, and the keys that signed it."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ed25519
from small_show import SmallShow

from lookdev.attest import dsse
from lookdev.attest.keys import PrivateKey
from lookdev.attest.statement import Statement
from lookdev.finals.deliver import deliver
from lookdev.finals.plan import make_plan
from lookdev.finals.seal import ApprovalSeal, seal
from lookdev.spec.approval import APPROVAL
from lookdev.spec.delivery import DeliveryRecord
from lookdev.store.chain import Head

LEDGER = Head("c" * 64, 12)


def key_of(name: str) -> PrivateKey:
    """The same key for the same name."""
    secret = hashlib.sha256(name.encode()).digest()
    return PrivateKey(ed25519.Ed25519PrivateKey.from_private_bytes(secret))


STUDIO, SUPERVISOR, STRANGER = key_of("studio"), key_of("supervisor"), key_of("stranger")


def approval_bytes(*, key: PrivateKey = SUPERVISOR, kind: str = APPROVAL, **changes: Any) -> bytes:
    """An approval's envelope, as `lookdev approve` writes it, of nothing in particular."""
    predicate = {
        "format": "approval/1",
        "name": "toxic_v001_a001",
        "kind": "look",
        "sequence": "street",
        "shot": "sh0010",
        "look": "toxic_v001",
        "by": "Ada",
        "at": "2026-03-02 10:00:00",
        "written_approval": "mail of 2026-03-01",
        "frames": [{"frame": 1006, "pixels": "a" * 64, "checked": True}],
        "machine": {"device": "cpu"},
        "frozen": {"look": {}, "shot": {}, "cards": {}, "packages": {}},
    }
    statement = Statement({"look": "b" * 64}, kind, predicate | changes)
    return dsse.seal(statement.to_bytes(), key)


def approval_seal(data: bytes, **changes: Any) -> ApprovalSeal:
    """What a delivery names of an approval."""
    said = {
        "name": "toxic_v001_a001",
        "digest": hashlib.sha256(data).hexdigest(),
        "key": SUPERVISOR.public.text,
        "by": "Ada",
    }
    return ApprovalSeal(**(said | changes))


@dataclass(frozen=True)
class Sealed:
    """A delivery's folder."""

    folder: Path

    def path(self, name: str) -> Path:
        return self.folder / name

    def comp(self, frame: int) -> Path:
        return self.path(f"exr/d_v001.{frame}.exr")

    def layer(self, layer: str, frame: int) -> Path:
        return self.path(f"elements/{layer}/d_v001_{layer}.{frame}.exr")

    def support(self, frame: int) -> Path:
        return self.path(f"support/d_v001_support.{frame}.exr")

    @property
    def envelope(self) -> Path:
        return self.path("delivery.dsse")

    def statement(self) -> Statement:
        data = dsse.open_envelope(self.envelope.read_bytes(), source="test").payload
        return Statement.from_bytes(data, source="test")

    def sign_anew(
        self,
        *refreshed: str,
        key: PrivateKey = STUDIO,
        kind: str | None = None,
        subjects: Mapping[str, str | None] | None = None,
        **predicate: Any,
    ) -> None:
        """Sign again, as one who has a key can: what is there now, or what is given."""
        was = self.statement()
        hashes = {
            name: hashlib.sha256(self.path(name).read_bytes()).hexdigest() for name in refreshed
        }
        now = was.subjects | hashes | dict(subjects or {})
        made = Statement(
            {name: digest for name, digest in now.items() if digest is not None},
            kind or was.predicate_type,
            was.predicate | predicate,
        )
        self.envelope.write_bytes(dsse.seal(made.to_bytes(), key))

    def edit_envelope(self, change: Callable[[dict[str, Any]], object]) -> None:
        value = json.loads(self.envelope.read_bytes())
        change(value)
        self.envelope.write_text(json.dumps(value))

    def edit_record(
        self, change: Callable[[dict[str, Any]], object], *, sign: bool = False
    ) -> None:
        path = self.path("delivery.json")
        value = json.loads(path.read_bytes())
        change(value)
        path.write_text(json.dumps(value, indent=1) + "\n")
        if sign:
            self.sign_anew("delivery.json")


def make_sealed(show: SmallShow, folder: Path) -> Sealed:
    """Three frames, delivered and sealed as if they had been approved."""
    plan = make_plan(str(show.look_path), frames="1001-1003", folder=folder)
    record = deliver(plan, say=lambda _line: None)
    approval = approval_bytes()
    (folder / "approval.dsse").write_bytes(approval)
    (folder / "final.ipynb").write_text('{"cells": []}\n')
    record = _approved(record, approval)
    (folder / "delivery.json").write_text(json.dumps(record.model_dump(mode="json"), indent=1))
    seal(folder, record, key=STUDIO, approval=approval_seal(approval), ledger=LEDGER, cost=None)
    return Sealed(folder)


def _approved(record: DeliveryRecord, approval: bytes) -> DeliveryRecord:
    said = approval_seal(approval).model_dump() | {
        "written_approval": "mail of 2026-03-01",
        "rebuild": {
            "exact": True,
            "frames": [],
            "mean_allowed": 0.0,
            "worst_allowed": 0.0,
            "approved_on": {"device": "cpu"},
            "rebuilt_on": {"device": "cpu"},
        },
    }
    value = record.model_dump(mode="json") | {"state": "approved", "approval": said}
    return DeliveryRecord.model_validate_json(json.dumps(value))
