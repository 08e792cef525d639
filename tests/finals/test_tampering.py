"""Everything that can be done to a sealed delivery is found, and said with its file or frame."""

import base64
import json
import os
import random
import shutil
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sealed import STRANGER, STUDIO, SUPERVISOR, Sealed, approval_bytes, approval_seal

from lookdev.attest import dsse
from lookdev.finals.verify import verify
from lookdev.image import exr
from lookdev.image.frame import Attribute, Frame, Window

RGB = ("R", "G", "B")


def flip(path: Path, at: float = 0.5) -> None:
    data = bytearray(path.read_bytes())
    data[min(int(at * len(data)), len(data) - 1)] ^= 1
    path.write_bytes(data)


def swap(one: Path, other: Path) -> None:
    a, b = one.read_bytes(), other.read_bytes()
    one.write_bytes(b)
    other.write_bytes(a)


def rewrite(path: Path, change: Callable[[Frame], Frame], **how: Any) -> None:
    """Through the same writer as the delivery's own: a careful forger."""
    frame = exr.read(path, RGB, colourspace="ACEScg", number=1002)
    date = next(str(a.value) for a in frame.header if a.name == "DateTime")
    exr.write(path, change(frame), **({"date_time": date} | how))


def reel(frame: Frame) -> Frame:
    kept = tuple(a for a in frame.header if a.name != "reelName")
    return replace(frame, header=(*kept, Attribute("reelName", "string", "B002")))


def brighter(frame: Frame) -> Frame:
    pixels = frame.pixels.copy()
    pixels[40, 60] *= 1.25
    return replace(frame, pixels=pixels)


def with_depth(frame: Frame) -> Frame:
    return replace(frame, pixels=frame.pixels[..., [0, 1, 2, 0]].copy(), channels=(*RGB, "depth.Z"))


def moved(frame: Frame) -> Frame:
    return replace(frame, data=Window(1, 0, frame.data.width, frame.data.height))


def linked(path: Path) -> None:
    outside = path.parents[1] / f"outside-{path.name}"
    target = outside if not path.is_relative_to(outside.parent) else path.parents[2] / outside.name
    shutil.move(path, target)
    path.symlink_to(target)


def rotate(d: Sealed) -> None:
    swap(d.comp(1001), d.comp(1002))
    swap(d.comp(1002), d.comp(1003))


def payload_edited(d: Sealed) -> None:
    def change(value: dict[str, Any]) -> None:
        payload = base64.b64decode(value["payload"]).replace(b'"approved"', b'"approveD"')
        value["payload"] = base64.b64encode(payload).decode()

    d.edit_envelope(change)


def payload_forged(d: Sealed) -> None:
    """Altered frame, altered record, altered statement; only the signature cannot follow."""
    flip(d.comp(1002))
    was = json.loads(d.envelope.read_bytes())["signatures"]
    d.sign_anew("exr/d_v001.1002.exr", key=STRANGER)
    d.edit_envelope(lambda value: value.update(signatures=was))


def signature_flipped(d: Sealed) -> None:
    def change(value: dict[str, Any]) -> None:
        data = bytearray(base64.b64decode(value["signatures"][0]["sig"]))
        data[10] ^= 1
        value["signatures"][0]["sig"] = base64.b64encode(data).decode()

    d.edit_envelope(change)


def signed_by_stranger_as_studio(d: Sealed) -> None:
    d.sign_anew(key=STRANGER)
    d.edit_envelope(lambda value: value["signatures"][0].update(keyid=STUDIO.public.id))


def approval_replaced(d: Sealed, data: bytes, **named: Any) -> None:
    """By one who has the studio's key, and not the supervisor's."""
    d.path("approval.dsse").write_bytes(data)
    approval = approval_seal(data, **named).model_dump()
    d.edit_record(lambda value: value["approval"].update(approval))
    d.sign_anew("approval.dsse", "delivery.json", approval=approval)


def approval_edited(d: Sealed) -> bytes:
    value = json.loads(d.path("approval.dsse").read_bytes())
    payload = base64.b64decode(value["payload"]).replace(b'"by":"Ada"', b'"by":"Bob"')
    value["payload"] = base64.b64encode(payload).decode()
    return json.dumps(value).encode()


def without_frame(number: int) -> Callable[[dict[str, Any]], None]:
    def change(value: dict[str, Any]) -> None:
        value["frames"] = [one for one in value["frames"] if one["frame"] != number]

    return change


def subject_only(name: str) -> Callable[[Sealed], None]:
    return lambda d: d.sign_anew(subjects={name: "d" * 64})


def pipe(d: Sealed) -> None:
    d.comp(1002).unlink()
    os.mkfifo(d.comp(1002))


def listening(d: Sealed) -> None:
    here = Path.cwd()
    os.chdir(d.folder)  # the address of a socket must be short
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind("s.exr")
    finally:
        os.chdir(here)


def latin_name(d: Sealed) -> None:
    Path(os.fsdecode(os.fsencode(d.folder) + b"/sn\xf6.txt")).write_text("x")


def huge(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(dsse.MAX_BYTES + 1)


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def approval_dropped(d: Sealed) -> None:
    d.path("approval.dsse").unlink()
    d.sign_anew(subjects={"approval.dsse": None}, state="draft", approval=None)


C2, S1, D3 = (
    "d_v001.1002.exr (frame 1002)",
    "d_v001_snow.1001.exr (frame 1001)",
    "d_v001_dust.1003.exr (frame 1003)",
)
ALTERED, DSSE, RECORD = "was altered after signing", "delivery.dsse: ", "delivery.json: "

TAMPERINGS: dict[str, tuple[Callable[[Sealed], object], tuple[str, ...]]] = {
    # bytes
    "a bit of a comp": (lambda d: flip(d.comp(1002)), (C2, ALTERED)),
    "a comp's first byte": (lambda d: flip(d.comp(1002), 0), (C2, ALTERED)),
    "a comp's last byte": (lambda d: flip(d.comp(1003), 1), ("frame 1003", ALTERED)),
    "a comp cut short": (lambda d: os.truncate(d.comp(1002), 900), (C2, ALTERED)),
    "a comp emptied": (lambda d: d.comp(1002).write_bytes(b""), (C2, ALTERED)),
    "a byte after a comp": (lambda d: d.comp(1002).write_bytes(d.comp(1002).read_bytes() + b"\0"), (C2, ALTERED)),
    "a bit of a layer": (lambda d: flip(d.layer("snow", 1001)), (S1, ALTERED)),
    "a bit of another layer": (lambda d: flip(d.layer("dust", 1003)), (D3, ALTERED)),
    "a bit of the support": (lambda d: flip(d.support(1002)), ("support.1002.exr (frame 1002)", ALTERED)),
    "a bit of the preview": (lambda d: flip(d.path("preview.mp4")), ("preview.mp4", ALTERED)),
    "a bit of the sheet": (lambda d: flip(d.path("sheet.png")), ("sheet.png", ALTERED)),
    "a bit of final.yaml": (lambda d: flip(d.path("final.yaml")), ("final.yaml", ALTERED)),
    "a bit of comp.nk": (lambda d: flip(d.path("comp.nk")), ("comp.nk", ALTERED)),
    "a bit of the notebook": (lambda d: flip(d.path("final.ipynb")), ("final.ipynb", ALTERED)),
    "a bit of the record": (lambda d: flip(d.path("delivery.json")), ("delivery.json", ALTERED)),
    "two frames at once": (lambda d: (flip(d.comp(1001)), flip(d.comp(1003))), ("frame 1001", "frame 1003")),
    # frames
    "the first comp gone": (lambda d: d.comp(1001).unlink(), ("d_v001.1001.exr (frame 1001): is missing",)),
    "a comp gone": (lambda d: d.comp(1002).unlink(), (f"{C2}: is missing",)),
    "the last comp gone": (lambda d: d.comp(1003).unlink(), ("d_v001.1003.exr (frame 1003): is missing",)),
    "a layer's frame gone": (lambda d: d.layer("snow", 1001).unlink(), (f"{S1}: is missing",)),
    "a support gone, which is the same for all frames": (lambda d: d.support(1002).unlink(), ("support.1002.exr (frame 1002): is missing",)),
    "a layer gone": (lambda d: shutil.rmtree(d.path("elements/dust")), (f"{D3}: is missing", "dust.1001.exr")),
    "all comps gone": (lambda d: shutil.rmtree(d.path("exr")), ("1001.exr", f"{C2}: is missing", "1003.exr")),
    "the preview gone": (lambda d: d.path("preview.mp4").unlink(), ("preview.mp4: is missing",)),
    "the record gone": (lambda d: d.path("delivery.json").unlink(), ("delivery.json: is missing",)),
    "a frame more": (lambda d: d.comp(1004).write_bytes(b"new"), ("d_v001.1004.exr (frame 1004): is extra",)),
    "a frame more, copied": (lambda d: shutil.copy(d.comp(1003), d.comp(1004)), ("(frame 1004): is extra", "a copy of exr/d_v001.1003.exr")),
    "a layer more": (lambda d: shutil.copytree(d.path("elements/snow"), d.path("elements/rain")), ("elements/rain/d_v001_snow.1001.exr (frame 1001): is extra",)),
    "a note": (lambda d: d.path("notes.txt").write_text("x"), ("notes.txt: is extra",)),
    "a hidden file": (lambda d: d.path(".DS_Store").write_text("x"), (".DS_Store: is extra",)),
    "an empty file": (lambda d: d.path("exr/empty").write_text(""), ("exr/empty: is extra",)),
    "a name in another encoding": (latin_name, ("sn\\udcf6.txt", "is extra")),
    "a name with a line break": (lambda d: d.path("a\nb.exr").write_text("x"), ("a\\nb.exr", "is extra")),
    "a comp renamed": (lambda d: d.comp(1002).rename(d.comp(1012)), (f"{C2}: is renamed, to exr/d_v001.1012.exr (frame 1012)",)),
    "a comp renamed in its ending": (lambda d: d.comp(1002).rename(d.path("exr/d_v001.1002.EXR")), (f"{C2}: is renamed, to exr/d_v001.1002.EXR",)),
    "a comp moved": (lambda d: d.comp(1002).rename(d.path(f"support/{d.comp(1002).name}")), (f"exr/{C2}: is renamed, to support/{C2}",)),
    "a layer renamed": (lambda d: d.path("elements/snow").rename(d.path("elements/rain")), (f"{S1}: is renamed, to elements/rain/{S1}",)),
    "a support renamed": (lambda d: d.support(1002).rename(d.support(1009)), ("support.1002.exr (frame 1002): is renamed, to", "1009")),
    "the sheet renamed": (lambda d: d.path("sheet.png").rename(d.path("sheet.jpg")), ("sheet.png: is renamed, to sheet.jpg",)),
    "two comps swapped": (lambda d: swap(d.comp(1001), d.comp(1003)), ("1001 and 1003 are swapped", "exr/d_v001.1001.exr")),
    "two frames of a layer swapped": (lambda d: swap(d.layer("snow", 1001), d.layer("snow", 1002)), (f"elements/snow/{S1}: 1001 and 1002 are swapped",)),
    "two layers swapped": (lambda d: swap(d.layer("snow", 1001), d.layer("dust", 1001)), (S1, "dust.1001.exr (frame 1001)", "are swapped")),
    "comp and layer swapped": (lambda d: swap(d.comp(1002), d.layer("snow", 1002)), (C2, "snow.1002.exr", "are swapped")),
    "preview and sheet swapped": (lambda d: swap(d.path("preview.mp4"), d.path("sheet.png")), ("preview.mp4 and sheet.png are swapped",)),
    "three comps in a ring": (rotate, ("frame 1001", f"{C2}: holds what was signed as", "frame 1003")),
    "a comp held over": (lambda d: shutil.copy(d.comp(1001), d.comp(1002)), (f"{C2}: holds what was signed as exr/d_v001.1001.exr",)),
    # what only decoding tells apart
    "a header edited": (lambda d: rewrite(d.comp(1002), reel), (C2, ALTERED, "only its header differs")),
    "a date edited": (lambda d: rewrite(d.comp(1002), lambda f: f, date_time="2026:01:01 00:00:00"), (C2, "only its header differs")),
    "another compression": (lambda d: rewrite(d.comp(1002), lambda f: f, compression="piz"), (C2, ALTERED, "only its header differs")),
    "a pixel edited": (lambda d: rewrite(d.comp(1002), brighter), (C2, ALTERED, "its pixels are not those")),
    "a pixel edited, and the file signed anew": (lambda d: (rewrite(d.comp(1002), brighter), d.sign_anew("exr/d_v001.1002.exr")), (f"{C2}: its pixels are not those", RECORD)),
    "a channel more": (lambda d: rewrite(d.comp(1002), with_depth), (C2, "its pixels are not those")),
    "a window moved": (lambda d: rewrite(d.comp(1002), moved), (C2, "its pixels are not those")),
    "float for half": (lambda d: rewrite(d.comp(1002), brighter, half=False), (C2, ALTERED)),
    "no picture at all": (lambda d: d.comp(1002).write_bytes(b"no picture"), (C2, ALTERED, "cannot be decoded")),
    "a picture of another kind": (lambda d: shutil.copy(d.path("sheet.png"), d.comp(1002)), (C2, "holds what was signed as sheet.png")),
    # what is no file
    "a comp as a symlink": (lambda d: linked(d.comp(1002)), (C2, "is a symlink to")),
    "a symlink to nowhere": (lambda d: (d.comp(1002).unlink(), d.comp(1002).symlink_to("gone")), (f"{C2}: is a symlink to gone",)),
    "a symlink to another frame": (lambda d: (d.comp(1002).unlink(), d.comp(1002).symlink_to("d_v001.1001.exr")), (f"{C2}: is a symlink",)),
    "a folder as a symlink": (lambda d: linked(d.path("elements/snow")), ("elements/snow: is a symlink", f"{S1}: is missing")),
    "a symlink more": (lambda d: d.path("exr/passwd").symlink_to("/etc/passwd"), ("exr/passwd: is a symlink to /etc/passwd",)),
    "a statement as a symlink": (lambda d: linked(d.envelope), (DSSE, "is no file")),
    "a record as a symlink": (lambda d: linked(d.path("delivery.json")), ("delivery.json: is a symlink",)),
    "a pipe": (pipe, (f"{C2}: is a pipe",)),
    "a socket": (listening, ("s.exr: is a socket",)),
    "a folder for a comp": (lambda d: folder_instead(d.comp(1002)), (f"{C2}: is missing",)),
    # delivery.json, by one who can sign
    "the record of a frame gone": (lambda d: d.edit_record(without_frame(1002), sign=True), (f"{RECORD}lacks frame 1002",)),
    "a frame's pixels in the record": (lambda d: d.edit_record(lambda v: v["frames"][1].update(pixels="e" * 64), sign=True), (f"{RECORD}frame 1002 has other pixels",)),
    "a file's hash in the record": (lambda d: d.edit_record(lambda v: v["frames"][1]["files"].update({"exr/d_v001.1002.exr": "e" * 64}), sign=True), (RECORD, C2)),
    "a frame's number in the record": (lambda d: d.edit_record(lambda v: v["frames"][1].update(frame=1012), sign=True), ("lacks frame 1002", "has frame 1012")),
    "the record's name": (lambda d: d.edit_record(lambda v: v.update(name="d_v002"), sign=True), (f'{RECORD}name is "d_v002", and was signed as "d_v001"',)),
    "the record's time": (lambda d: d.edit_record(lambda v: v.update(seconds=1.0), sign=True), (f"{RECORD}seconds is 1.0",)),
    "the record's work": (lambda d: d.edit_record(lambda v: v.update(evaluations=1), sign=True), (f"{RECORD}evaluations is 1",)),
    "the record's state": (lambda d: d.edit_record(lambda v: v.update(state="draft"), sign=True), (f'{RECORD}state is "draft"',)),
    "who approved, in the record": (lambda d: d.edit_record(lambda v: v["approval"].update(by="Bob"), sign=True), (f'{RECORD}approval.by is "Bob", and was signed as "Ada"',)),
    "a record of the next schema": (lambda d: d.edit_record(lambda v: v.update(format="delivery/3"), sign=True), (f'{RECORD}format is "delivery/3"; this version of lookdev reads delivery/2',)),
    "an unknown field in the record": (lambda d: d.edit_record(lambda v: v.update(extra=1), sign=True), (f"{RECORD}extra is not a known field",)),
    "a record that is no JSON": (lambda d: (d.path("delivery.json").write_text("{"), d.sign_anew("delivery.json")), (f"{RECORD}is damaged",)),
    # delivery.dsse
    "no statement": (lambda d: d.envelope.unlink(), (f"{DSSE}is missing",)),
    "an empty statement": (lambda d: d.envelope.write_bytes(b""), (f"{DSSE}is damaged",)),
    "half a statement": (lambda d: os.truncate(d.envelope, 700), (f"{DSSE}is damaged",)),
    "a folder for a statement": (lambda d: folder_instead(d.envelope), (f"{DSSE}is no file",)),
    "65 MB of statement": (lambda d: huge(d.envelope), (f"{DSSE}is larger",)),
    "a field more in the envelope": (lambda d: d.edit_envelope(lambda v: v.update(note="x")), (f'{DSSE}is damaged: "note"',)),
    "an unknown type of payload": (lambda d: d.edit_envelope(lambda v: v.update(payloadType="application/vnd.x+json")), (f"{DSSE}payloadType is", "this version reads")),
    "no signature": (lambda d: d.edit_envelope(lambda v: v.update(signatures=[])), (f"{DSSE}has 0 signatures",)),
    "a bit of the signature": (signature_flipped, (f"{DSSE}the signature of {STUDIO.public.text} does not hold",)),
    "the payload edited": (payload_edited, (f"{DSSE}the signature of", "does not hold")),
    "a frame and the payload forged": (payload_forged, (f"{DSSE}the signature of", f"says of exr/{C2} a hash")),
    "a bit of the statement's file": (lambda d: flip(d.envelope, 0.3), (DSSE,)),
    "a bit of the key's id": (lambda d: flip(d.envelope, 0.97), (DSSE,)),
    "the key's id": (lambda d: d.edit_envelope(lambda v: v["signatures"][0].update(keyid="")), (f"{DSSE}was altered after signing, around the statement",)),
    "a space in the envelope": (lambda d: d.envelope.write_bytes(b" " + d.envelope.read_bytes()), (f"{DSSE}was altered after signing, around the statement",)),
    "a second signature": (lambda d: d.edit_envelope(lambda v: v["signatures"].append(v["signatures"][0])), (f"{DSSE}was altered after signing, around the statement",)),
    "a terminal's commands in the statement": (lambda d: d.sign_anew(**{"\x1b[2Jall is well": 1}), ("\\x1b[2Jall is well",)),
    "signed anew by a stranger": (lambda d: d.sign_anew(key=STRANGER), (f"{DSSE}is signed by an unknown key, {STRANGER.public.id[:16]}",)),
    "altered and signed anew by a stranger": (lambda d: (flip(d.comp(1002)), d.sign_anew("exr/d_v001.1002.exr", key=STRANGER)), (STRANGER.public.id[:16], C2)),
    "signed by a stranger who says he is the studio": (signed_by_stranger_as_studio, (f"{DSSE}the signature of", "does not hold")),
    "signed by the supervisor, who may approve and not deliver": (lambda d: d.sign_anew(key=SUPERVISOR), (SUPERVISOR.public.id[:16],)),
    "a statement of the next schema": (lambda d: d.sign_anew(kind="urn:x-lookdev:delivery:v2"), (f'{DSSE}is a "urn:x-lookdev:delivery:v2"; this version of lookdev reads urn:x-lookdev:delivery:v1',)),
    "an approval in the statement's place": (lambda d: d.envelope.write_bytes(approval_bytes(key=STUDIO)), (f'{DSSE}is a "urn:x-lookdev:approval:v1"',)),
    "an unknown field in the statement": (lambda d: d.sign_anew(bonus=1), (f"{DSSE}bonus is not a known field",)),
    "signed tomorrow": (lambda d: d.sign_anew(signed_at="2099-01-01 00:00:00"), (f"{DSSE}is dated 2099-01-01",)),
    "a frame's pixels unsigned": (lambda d: d.sign_anew(pixels={k: v for k, v in d.statement().predicate["pixels"].items() if k != "1002"}), (f"exr/{C2}: was signed without a hash",)),
    "pixels of a frame that is none": (lambda d: d.sign_anew(pixels=d.statement().predicate["pixels"] | {"1009": "e" * 64}), ("frame 1009: its pixels were signed",)),
    "a draft with an approval": (lambda d: d.sign_anew(state="draft"), (DSSE, "state is draft")),
    "a file that was never there": (subject_only("exr/d_v001.1004.exr"), ("exr/d_v001.1004.exr (frame 1004): is missing",)),
    "a path that leaves the folder": (subject_only("../secret.txt"), (f"{DSSE}subject ../secret.txt leaves the folder",)),
    "a path that leaves and comes back": (subject_only("exr/../../d_v001/sheet.png"), (DSSE, "leaves the folder")),
    "an absolute path": (subject_only("/etc/passwd"), (f"{DSSE}subject /etc/passwd is an absolute path",)),
    "an absolute path of Windows": (subject_only("C:/secret.exr"), (f"{DSSE}subject C:/secret.exr is an absolute path",)),
    "a path with backslashes": (subject_only("..\\secret.exr"), (DSSE, "is no plain relative path")),
    "a path that goes round": (subject_only("./exr//a.exr"), (DSSE, "./exr//a.exr is no plain relative path")),
    "a path with a line break": (subject_only("a\nb.exr"), (DSSE, "a\\nb.exr", "no plain relative path")),
    "a statement about itself": (subject_only("delivery.dsse"), (f"{DSSE}subject delivery.dsse cannot name itself",)),
    # the approval
    "no approval": (lambda d: d.path("approval.dsse").unlink(), ("approval.dsse: is missing, the approval toxic_v001_a001",)),
    "a bit of the approval": (lambda d: flip(d.path("approval.dsse"), 0.1), ("approval.dsse: is not the approval toxic_v001_a001 that was delivered",)),
    "an approval's text edited": (lambda d: d.path("approval.dsse").write_bytes(approval_edited(d)), ("approval.dsse: is not the approval", "approval.dsse: is not signed by")),
    "another approval of the same supervisor": (lambda d: d.path("approval.dsse").write_bytes(approval_bytes(note="go on")), ("approval.dsse: is not the approval toxic_v001_a001",)),
    "an approval edited, and the delivery signed anew": (lambda d: approval_replaced(d, approval_edited(d)), (f"approval.dsse: is not signed by {SUPERVISOR.public.text}",)),
    "an approval by a stranger, and the delivery signed anew": (lambda d: approval_replaced(d, approval_bytes(key=STRANGER)), (f"approval.dsse: is not signed by {SUPERVISOR.public.text}",)),
    "an approval by somebody else than is said": (lambda d: approval_replaced(d, approval_bytes(by="Bob")), ("approval.dsse: is by Bob, and the delivery says that it is by Ada",)),
    "an approval of the next schema": (lambda d: approval_replaced(d, approval_bytes(kind="urn:x-lookdev:approval:v2")), ("approval.dsse: is a urn:x-lookdev:approval:v2; this version",)),
    "an approval that is none": (lambda d: approval_replaced(d, b"{}"), ("approval.dsse: is damaged",)),
    "an approval of another frame 1002, and the delivery signed anew": (lambda d: approval_replaced(d, approval_bytes(frames=[{"frame": 1002, "pixels": "f" * 64, "checked": True}])), ("frame 1002: is not the frame that d_v001 says was approved",)),
    "an approval in a draft": (lambda d: d.sign_anew(state="draft", approval=None), ("approval.dsse: lies in a draft",)),
    "a draft made of an approved delivery": (approval_dropped, (f'{RECORD}state is "approved"',)),
}  # fmt: skip


NEED_PIXELS = ("only its header differs", "its pixels are not those", "cannot be decoded")


@pytest.mark.parametrize("case", TAMPERINGS)
def test_what_was_done_is_found_and_located(case: str, delivery: Sealed) -> None:
    tamper, wanted = TAMPERINGS[case]
    tamper(delivery)
    by_hash = verify(delivery.folder, keys=[STUDIO.public]).findings
    decoded = verify(delivery.folder, keys=[STUDIO.public], pixels=True).findings
    print("\n".join(decoded))
    assert decoded
    for text in wanted:
        needs_pixels = any(told in text for told in NEED_PIXELS)
        for found in (decoded,) if needs_pixels else (decoded, by_hash):
            assert any(text in finding for finding in found), f"nothing says {text!r}"
    assert all(finding.isprintable() for finding in (*by_hash, *decoded))


def test_there_are_kinds_enough() -> None:
    print(f"{len(TAMPERINGS)} kinds of tampering")
    assert len(TAMPERINGS) >= 60


def test_no_flipped_bit_of_any_file_is_missed(delivery: Sealed) -> None:
    rng = random.Random(4)  # noqa: S311 no secret
    files = sorted(path for path in delivery.folder.rglob("*") if path.is_file())
    missed, tried = [], 0
    for path in files:
        whole, name = path.read_bytes(), path.relative_to(delivery.folder).as_posix()
        for _ in range(300 if path == delivery.envelope else 12):
            bent, bit = bytearray(whole), rng.randrange(len(whole) * 8)
            bent[bit // 8] ^= 1 << (bit % 8)
            path.write_bytes(bent)
            found = verify(delivery.folder, keys=[STUDIO.public]).findings
            tried += 1
            if not any(name in finding for finding in found):
                missed.append((name, bit))
        path.write_bytes(whole)
    print(f"{len(missed)} of {tried} flipped bits missed, in {len(files)} files")
    assert missed == []
