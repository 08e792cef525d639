import json
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from small_show import LOOK, SmallShow

from lookdev.attest import dsse
from lookdev.attest.keys import PrivateKey, new_key
from lookdev.attest.statement import Statement
from lookdev.errors import SpecError
from lookdev.finals.disclose import disclose
from lookdev.finals.disclose.record import Disclosure
from lookdev.spec.approval import APPROVAL
from lookdev.spec.delivery import DELIVERY, DeliveryRecord
from lookdev.spec.digest import digest
from lookdev.spec.files import sha256

SHOT = "street/sh0010"
ZEROS = "0" * 64
FRAME = {"files": {}, "pixels": ZEROS, "seconds": 1.0, "evaluations": 2, "machine": {}}


def told(show: SmallShow, out: str = "d") -> tuple[Disclosure, Path]:
    folder = show.folder.root / out
    pdf = disclose(SHOT, out=folder, start=show.folder.root)
    data = (folder / "disclosure.json").read_bytes()
    return Disclosure.model_validate_json(data), pdf


def pages(pdf: Path) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf.read_bytes()))


def trusted_key(show: SmallShow, name: str = "ada") -> PrivateKey:
    key = new_key(show.folder.root / "keys", name)
    path = show.folder.root / "params" / "show.yaml"
    entry = f"  - {{name: {name}, key: {key.public.text}}}\n"
    path.write_text(path.read_text() + f"trusted_keys:\n{entry}")
    return key


def approve(
    show: SmallShow, key: PrivateKey, *, by: str = "Ada Byron", written: str | None = "NFLX-77"
) -> str:
    predicate = {
        "format": "approval/1",
        "name": "toxic_v001_a001",
        "kind": "look",
        "sequence": "street",
        "shot": "sh0010",
        "look": "toxic_v001",
        "by": by,
        "at": "2026-11-20 10:00:00",
        "written_approval": written,
        "frames": [{"frame": 1003, "pixels": ZEROS, "checked": True}],
        "machine": {},
        "frozen": {"look": {}, "shot": {}, "cards": {}, "packages": {}},
    }
    statement = Statement({"look": ZEROS}, APPROVAL, predicate).to_bytes()
    path = show.shot_file.path.parent / "approved" / "toxic_v001_a001.dsse"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(dsse.seal(statement, key))
    return path.stem


def deliver(
    show: SmallShow,
    *,
    approval: str | None = None,
    credentials: bool = False,
    look: str = "toxic_v001",
    shot: str = SHOT,
    name: str = "sh0010_toxic_v001",
) -> Path:
    """A delivery's record, as `lookdev render` leaves it; its pictures are of no concern here."""
    media = sha256(show.shot_file.path.with_name("media.sha256"))
    record = {
        "format": DELIVERY,
        "name": name,
        "state": "approved" if approval else "draft",
        "identity": {
            "look": look,
            "look_digest": digest(show.look().look),
            "approval": ZEROS if approval else None,
            "shot": shot,
            "shot_digest": ZEROS,
            "frames": "1001-1006",
            "media": media,
            "models": {},
            "colour": {},
            "compression": "zip",
            "code": ZEROS,
            "versions": {},
        },
        "approval": approval
        and {
            "name": approval,
            "digest": ZEROS,
            "by": "Ada Byron",
            "key": "ed25519:" + "A" * 43 + "=",
            "written_approval": None,
            "rebuild": {
                "exact": True, "frames": [], "mean_allowed": 0.0, "worst_allowed": 0.0,
                "approved_on": {}, "rebuilt_on": {},
            },
        },
        "rights": [],
        "colourspace": "ACEScg",
        "layers": {"snow": "over", "dust": "over"},
        "layers_colourspace": "ACEScg",
        "support": "frame",
        "frames": [{"frame": n, **FRAME} for n in range(1001, 1007)],
        "files": {},
        "credentials": {
            "subject": "CN=S", "issuer": "CN=CA", "fingerprint": ZEROS, "algorithm": "es256",
            "not_after": "2027-01-01 00:00:00", "timestamped": False, "trust_ends": None,
            "signed": ["preview.mp4", "sheet.png", "sequence.sha256"],
        }
        if credentials
        else None,
        "model_loads": 1,
        "seconds": 9.0,
        "evaluations": 12,
    }  # fmt: skip
    text = json.dumps(record)
    DeliveryRecord.model_validate_json(text)  # this test keeps up with what a delivery writes
    folder = show.folder.root / "deliveries" / name
    folder.mkdir(parents=True)
    (folder / "delivery.json").write_text(text)
    return folder


def answers(found: Disclosure) -> dict[str, str]:
    return {item.source: item.answer for item in found.checklist}


def test_a_shot_that_was_never_rendered(small_show: SmallShow) -> None:
    found, pdf = told(small_show)
    assert found.looks == ()
    assert found.cards == ()
    assert found.other_looks == 1
    assert [one.role for one in found.inputs] == ["plate"]
    assert answers(found)["Netflix, principle 4"] == "yes"
    assert answers(found)["Netflix, approval"] == "no"
    assert pages(pdf) == 1


def test_a_draft_is_not_approved(small_show: SmallShow) -> None:
    deliver(small_show)
    found, pdf = told(small_show)
    (look,) = found.looks
    assert (look.approvals, look.doubts) == ((), ())
    assert [layer.prompt for layer in look.layers] == ["light snow", "rolling dust"]
    assert look.deliveries[0].state == "draft"
    assert look.deliveries[0].frames == "1001-1006"
    assert answers(found)["Netflix, principle 4"] == "not known"
    assert answers(found)["AI Act 50(2), Omnibus"] == "no"
    assert [one.role for one in found.inputs] == ["plate", "matte tower", "track"]
    assert found.media == sha256(small_show.shot_file.path.with_name("media.sha256"))
    assert pages(pdf) == 1


def test_an_approved_delivery_with_everything(small_show: SmallShow) -> None:
    name = approve(small_show, trusted_key(small_show))
    deliver(small_show, approval=name, credentials=True)
    found, pdf = told(small_show)
    (look,) = found.looks
    (approval,) = look.approvals
    assert (approval.by, approval.frames, approval.written_approval) == (
        "Ada Byron", "1003", "NFLX-77",
    )  # fmt: skip
    assert look.doubts == ()
    (card,) = found.cards
    assert card.licence == "CC0-1.0"
    assert card.blocks == ()
    assert answers(found)["Netflix, principle 4"] == "no"
    assert answers(found)["Netflix, approval"] == "yes"
    assert answers(found)["AI Act 50(2), Omnibus"] == "yes"
    (written,) = [item for item in found.checklist if item.source == "Netflix, approval"]
    assert "NFLX-77" in written.because
    assert pages(pdf) == 1


def test_an_approved_look_that_is_not_delivered_yet(small_show: SmallShow) -> None:
    approve(small_show, trusted_key(small_show))
    found, _ = told(small_show)
    assert found.looks[0].deliveries == ()
    assert answers(found)["Netflix, principle 4"] == "yes"
    (written,) = [item for item in found.checklist if item.source == "Netflix, approval"]
    assert (written.answer, "NFLX-77; nothing is delivered yet" in written.because) == ("yes", True)


def test_no_written_approval_is_said(small_show: SmallShow) -> None:
    show = small_show.folder.root / "params" / "show.yaml"
    name = approve(small_show, trusted_key(small_show), written=None)
    show.write_text(show.read_text() + "policy: {written_approval: waived}\n")
    deliver(small_show, approval=name)
    found, _ = told(small_show)
    (written,) = [item for item in found.checklist if item.source == "Netflix, approval"]
    assert written.answer == "no"
    assert "show.yaml waives it" in written.because


def test_an_approval_that_the_show_does_not_trust_is_none(small_show: SmallShow) -> None:
    name = approve(small_show, new_key(small_show.folder.root / "keys", "eve"))
    deliver(small_show, approval=name)
    found, pdf = told(small_show)
    (look,) = found.looks
    assert look.approvals == ()
    assert "no key of trusted_keys" in look.doubts[0]
    assert str(small_show.folder.root) not in pdf.with_suffix(".json").read_text()
    assert f"delivered under {name}, which is no approval that the show trusts" in look.doubts[1]
    assert answers(found)["Netflix, approval"] == "no"
    assert pages(pdf) == 1


def test_a_damaged_record_and_a_lost_look_are_told(small_show: SmallShow) -> None:
    deliver(small_show, look="gone_v001", name="a")
    (deliver(small_show, name="b") / "delivery.json").write_text("{")
    deliver(small_show, shot="street/sh0020", name="c")
    found, pdf = told(small_show)
    (look,) = found.looks
    assert "the shot has no such look any more" in look.doubts[0]
    assert found.unreadable == ("b/delivery.json cannot be read: no record of this version",)
    assert found.other_looks == 1
    assert pages(pdf) == 1


def test_answers_are_of_three_kinds_each_with_its_reason_and_source(small_show: SmallShow) -> None:
    found, _ = told(small_show)
    keys = {source.key for source in found.sources}
    for item in found.checklist:
        assert any(key in item.source for key in keys), item.source
        assert item.because
    for source in found.sources:
        assert source.date
        assert source.url.startswith("https://")
    assert "Not legal advice" in found.notice
    text = json.dumps(found.model_dump(mode="json")).lower()
    assert "compliant" not in text
    assert "complies" not in text


def text_of(pdf: Path) -> str:
    """What the page shows, by way of each font's own table from glyphs to characters."""
    data = pdf.read_bytes()
    streams = []
    for raw in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL):
        try:
            streams.append(zlib.decompress(raw))
        except zlib.error:
            streams.append(raw)
    tables = [dict(_table(one)) for one in streams if b"beginbfchar" in one]
    (content,) = [one for one in streams if b" Tf " in one and b" Tj" in one]
    fonts = dict.fromkeys(re.findall(rb"/(F\d+) [\d.]+ Tf", content))
    by_font = dict(zip(sorted(fonts), tables, strict=True))
    shown, font = "", b""
    pattern = rb"/(F\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\)\s*Tj"
    for name, literal in re.findall(pattern, content, re.DOTALL):
        if name:
            font = name
            continue
        codes = re.sub(rb"\\([()\\nrt])", _escaped, literal)
        shown += "".join(
            by_font[font].get(int.from_bytes(codes[i : i + 2]), "?")
            for i in range(0, len(codes), 2)
        ) + "\n"  # fmt: skip
    return shown


def _escaped(found: re.Match[bytes]) -> bytes:
    return {b"n": b"\n", b"r": b"\r", b"t": b"\t"}.get(found[1], found[1])


def _table(stream: bytes) -> list[tuple[int, str]]:
    pairs = re.findall(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>", stream)
    return [
        (int(code, 16), bytes.fromhex(text.decode()).decode("utf-16-be"))
        for code, text in pairs
        if len(code) == 4
    ]


def test_the_page_shows_names_of_any_script_or_says_that_it_cannot(small_show: SmallShow) -> None:
    by = "Žofie Ångström Ελένη Дарья 山田"
    name = approve(small_show, trusted_key(small_show), by=by)
    deliver(small_show, approval=name)
    found, pdf = told(small_show)
    assert found.looks[0].approvals[0].by == by
    shown = text_of(pdf)
    print(shown)
    assert "Žofie Ångström Ελένη Дарья □□" in shown.replace("\n", " ")
    assert "□ stands for a character" in shown.replace("\n", " ")
    assert sha256(pdf.with_suffix(".json")) in shown.replace("\n", "")


def test_a_long_disclosure_is_one_page_that_says_what_is_left_out(small_show: SmallShow) -> None:
    key = trusted_key(small_show)
    many = "".join(
        f"  - name: layer{n}\n    element: {{prompt: 'snow {'very heavy ' * 30}{n}', seed: '{n}', "
        "size: [64, 36]}\n"
        for n in range(40)
    )
    small_show.look_path.write_text(LOOK.split("layers:")[0] + "layers:\n" + many)
    name = approve(small_show, key)
    for version in range(30):
        deliver(small_show, approval=name, name=f"sh0010_toxic_v{version:03d}")
    card = small_show.folder.root / "params" / "models" / "mini.yaml"
    parts = [f"part{n}" for n in range(30)]
    card.write_text(card.read_text() + f"parts: [{', '.join(parts)}]\n")
    for part in parts:
        card.with_name(f"{part}.yaml").write_text(
            f"format: card/1\nid: {part}\ntitle: {part}\nkind: reference\nweights: refs\n"
            "licence: MIT\nallows: [final]\n"
        )
    found, pdf = told(small_show)
    assert len(found.cards) == 31
    assert "cleared is not said" in found.cards[1].blocks[0]
    shown = text_of(pdf)
    print(shown)
    assert pages(pdf) == 1
    assert re.search(r"and \d+ more layers, named in disclosure\.json", shown)
    assert re.search(r"and \d+ more cards, named in disclosure\.json", shown)
    for item in found.checklist:
        assert item.source in shown.replace("\n", " ")


def test_the_command_writes_into_the_show(small_show: SmallShow) -> None:
    deliver(small_show)
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "lookdev", "disclose", SHOT],
        cwd=small_show.folder.root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    pdf = small_show.folder.root / "disclosures" / "street" / "sh0010" / "disclosure.pdf"
    assert Path(done.stdout.strip()).resolve() == pdf.resolve()
    assert pdf.read_bytes().startswith(b"%PDF")
    assert not re.search(r"\| +torch$", done.stderr, re.MULTILINE)


def test_no_such_shot(small_show: SmallShow, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="there is no such shot"):
        disclose("street/sh0099", out=tmp_path / "d", start=small_show.folder.root)
    assert not (tmp_path / "d").exists()
