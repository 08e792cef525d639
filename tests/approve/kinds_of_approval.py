"""Kinds of change to an approval itself: its envelope, place, key, and what it keeps."""

import json
import shutil
from pathlib import Path
from typing import Any

from approve.approved import trust
from approve.spoil import Spoil, flipped_text, kind
from hypothesis import strategies as st

from lookdev.approve.approval_file import kept_frame
from lookdev.approve.frozen import element_path
from lookdev.attest import dsse
from lookdev.attest.keys import new_key

DAY, NEXT = "2026-01-01", "2999-01-01"


@kind(examples=8)
def the_payload(spoil: Spoil) -> str:
    at = spoil.pick(st.integers(0, 100_000))
    spoil.envelope(lambda found: found.update(payload=flipped_text(found["payload"], at)))
    return r"no key of trusted_keys .* has signed this"


@kind(examples=5)
def who_approved_when_and_why(spoil: Spoil) -> str:
    name, value = spoil.pick(
        [("by", "Eve"), ("note", "x"), ("at", "2026-01-01 00:00:00"), ("written_approval", None)]
    )

    def change(found: dict[str, Any]) -> None:
        statement = json.loads(dsse._base64(found["payload"], "payload", "test"))
        statement["predicate"][name] = value
        text = dsse.base64.b64encode(dsse.rfc8785.dumps(statement)).decode()
        found["payload"] = text

    spoil.envelope(change)
    return r"no key of trusted_keys .* has signed this"


@kind(examples=8)
def the_signature(spoil: Spoil) -> str:
    at = spoil.pick(st.integers(0, 63))

    def change(found: dict[str, Any]) -> None:
        found["signatures"][0]["sig"] = flipped_text(found["signatures"][0]["sig"], at)

    spoil.envelope(change)
    return r"no key of trusted_keys .* has signed this"


@kind()
def the_key_that_an_envelope_names(spoil: Spoil) -> str:
    spoil.envelope(lambda found: found["signatures"][0].update(keyid="0" * 64))
    return r"its envelope is not as `lookdev approve` wrote it"


@kind(examples=2)
def the_text_of_an_envelope(spoil: Spoil) -> str:
    value = json.loads(spoil.approved.path.read_bytes())
    indent = spoil.pick([None, 2])
    spoil.write(spoil.approved.path, json.dumps(value, indent=indent))
    return r"its envelope is not as `lookdev approve` wrote it"


@kind()
def another_signature_beside_it(spoil: Spoil) -> str:
    extra = {"keyid": "0" * 64, "sig": dsse.base64.b64encode(bytes(64)).decode()}
    spoil.envelope(lambda found: found["signatures"].append(extra))
    return r"its envelope is not as `lookdev approve` wrote it"


@kind()
def a_field_beside_the_payload(spoil: Spoil) -> str:
    spoil.envelope(lambda found: found.update(note="also this"))
    return r"toxic_v001_a001\.dsse: .*note"


@kind(examples=4)
def a_bit_of_the_approvals_file(spoil: Spoil) -> str:
    spoil.flip(spoil.approved.path)
    return r"toxic_v001_a001\.dsse: "


@kind(examples=3)
def a_truncated_approval(spoil: Spoil) -> str:
    data = spoil.approved.path.read_bytes()
    spoil.write(spoil.approved.path, data[: spoil.pick(st.integers(0, len(data) - 1))])
    return r"toxic_v001_a001\.dsse: "


@kind()
def signed_by_a_stranger(spoil: Spoil) -> str:
    folder = spoil.root.parent / "strangers"
    shutil.rmtree(folder, ignore_errors=True)
    envelope = dsse.open_envelope(spoil.approved.path.read_bytes(), source="test")
    spoil.write(spoil.approved.path, dsse.seal(envelope.payload, new_key(folder, "stranger")))
    return r"no key of trusted_keys .* has signed this"


@kind()
def moved_to_another_shot(spoil: Spoil) -> str:
    other = spoil.approved.shot_folder.with_name("sh0020")
    for path in (spoil.shot, spoil.look):
        target = other / path.relative_to(spoil.approved.shot_folder)
        spoil.write(target, path.read_text().replace("sh0010", "sh0020"))
    spoil.reference = other / "approved" / spoil.approved.path.name
    spoil.write(spoil.reference, spoil.approved.path.read_bytes())
    return r"approves toxic_v001 of street/sh0010; put it back"


@kind(examples=2)
def renamed_to_another_look(spoil: Spoil) -> str:
    name = spoil.pick(["toxic_v002_a001", "other_v001_a001"])
    spoil.reference = spoil.approved.path.with_name(f"{name}.dsse")
    spoil.write(spoil.reference, spoil.approved.path.read_bytes())
    return r"approves toxic_v001 of street/sh0010; put it back"


@kind()
def renamed_to_another_number(spoil: Spoil) -> str:
    spoil.reference = spoil.approved.path.with_name("toxic_v001_a009.dsse")
    spoil.write(spoil.reference, spoil.approved.path.read_bytes())
    return r"is toxic_v001_a001, which approves"


@kind()
def moved_out_of_the_show(spoil: Spoil) -> str:
    spoil.reference = spoil.root / "toxic_v001_a001.dsse"
    spoil.write(spoil.reference, spoil.approved.path.read_bytes())
    return r"lies in no shot"


def show(spoil: Spoil) -> Path:
    path = spoil.params / "show.yaml"
    spoil.write(path, path.read_text())
    return path


@kind()
def the_key_no_longer_trusted(spoil: Spoil) -> str:
    path = show(spoil)
    path.write_text(path.read_text().partition("trusted_keys:")[0])
    return r"no key of trusted_keys .* has signed this"


@kind()
def the_key_expired(spoil: Spoil) -> str:
    show(spoil)
    trust(spoil.root, spoil.approved.key, until=DAY)
    return r"the key of Ana expired on 2026-01-01"


@kind()
def the_key_not_yet_trusted(spoil: Spoil) -> str:
    show(spoil)
    trust(spoil.root, spoil.approved.key, since=NEXT)
    return r"before 2999-01-01, from which the key of Ana counts"


@kind()
def another_version_of_approvals(spoil: Spoil) -> str:
    spoil.signed(format="approval/2")
    return r'format is "approval/2"; this version of lookdev reads approval/1'


@kind()
def another_kind_of_statement(spoil: Spoil) -> str:
    spoil.signed(kind="urn:x-lookdev:approval:v2")
    return r"is a urn:x-lookdev:approval:v2; this version of lookdev reads .*approval:v1"


@kind()
def a_field_that_nobody_knows(spoil: Spoil) -> str:
    spoil.signed(mood="good")
    return r"mood is not a known field"


@kind()
def dated_in_the_future(spoil: Spoil) -> str:
    spoil.signed(at="2998-01-01 00:00:00")
    return r"is dated 2998-01-01 00:00:00 UTC, .* ahead of this machine's clock"


def still(spoil: Spoil) -> Path:
    return kept_frame(spoil.approved.kept, 1003)


@kind(examples=6)
def a_bit_of_a_still_that_was_kept(spoil: Spoil) -> str:
    spoil.flip(still(spoil))
    return r"approved still: frame 1003 changed"


@kind()
def a_still_gone(spoil: Spoil) -> str:
    spoil.remove(still(spoil))
    return r"approved still: frame 1003 is missing"


def element(spoil: Spoil, layer: str, frame: int) -> Path:
    return element_path(spoil.approved.kept, layer, frame)


@kind(examples=8, of="shot")
def a_bit_of_a_frozen_element(spoil: Spoil) -> str:
    layer, frame = spoil.pick(["snow", "dust"]), spoil.pick([1002, 1003, 1004])
    spoil.flip(element(spoil, layer, frame))
    return rf"element {layer}: frame {frame} changed"


@kind(examples=2, of="shot")
def a_frozen_element_gone(spoil: Spoil) -> str:
    layer, frame = spoil.pick(["snow", "dust"]), spoil.pick([1002, 1003, 1004])
    spoil.remove(element(spoil, layer, frame))
    return rf"element {layer}: frame {frame} is missing"


@kind(examples=2, of="shot")
def two_frozen_elements_swapped(spoil: Spoil) -> str:
    layer = spoil.pick(["snow", "dust"])
    spoil.swap(element(spoil, layer, 1002), element(spoil, layer, 1003))
    return rf"element {layer}: frames 1002-1003 changed"


@kind(of="shot")
def elements_of_two_layers_swapped(spoil: Spoil) -> str:
    spoil.swap(element(spoil, "snow", 1003), element(spoil, "dust", 1003))
    return r"element dust: frame 1003 changed.*element snow: frame 1003 changed"
