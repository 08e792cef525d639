"""Deliveries made in this process: resume, damage, versions, what is written."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_show import LOOK, SmallShow

import lookdev.finals.deliver as deliver_module
from lookdev.errors import DeliveryError, LookdevError, PlateError
from lookdev.finals import frame_files
from lookdev.finals.deliver import deliver
from lookdev.finals.plan import Plan, delivery_folder, make_plan
from lookdev.image import exr
from lookdev.image.frame import Frame
from lookdev.image.ingest import ingest
from lookdev.image.pixels import pixel_hash
from lookdev.render import Rendered, Session, comp_frame
from lookdev.spec.files import sha256


def planned(show: SmallShow, out: Path, frames: str = "1001-1003") -> Plan:
    return make_plan(str(show.look_path), frames=frames, folder=out)


def quiet(_line: str) -> None:
    pass


def state(folder: Path) -> dict[str, tuple[int, str]]:
    return {
        str(p.relative_to(folder)): (p.stat().st_mtime_ns, sha256(p))
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }


def test_a_delivery_holds_all_it_should(small_show: SmallShow, tmp_path: Path) -> None:
    plan = planned(small_show, tmp_path / "out" / "d_v001")
    record = deliver(plan, say=quiet)
    names = {plan.relative(p) for p in plan.folder.rglob("*") if p.is_file()}
    frames = {
        f"{folder}/{stem}.{frame}.exr"
        for frame in (1001, 1002, 1003)
        for folder, stem in (
            ("exr", "d_v001"),
            ("elements/snow", "d_v001_snow"),
            ("elements/dust", "d_v001_dust"),
            ("support", "d_v001_support"),
        )
    }
    assert names == frames | {
        "preview.mp4",
        "sheet.png",
        "final.yaml",
        "comp.nk",
        "delivery.json",
    }
    assert record.support == "frame"
    assert [f.frame for f in record.frames] == [1001, 1002, 1003]
    comp = exr.read(plan.comp(1002), ("R", "G", "B"), colourspace="ACEScg", number=1002)
    assert pixel_hash(comp) == record.frames[1].pixels
    said = {a.name: a.value for a in comp.header}
    assert said["lookdev:look"] == "toxic_v001"
    assert said["DateTime"] == "2026:03:01 09:30:00"
    assert said["reelName"] == "A001"
    assert tuple(said["framesPerSecond"]) == (24000, 1001)


def test_layers_over_the_plate_rebuild_the_comp(small_show: SmallShow, tmp_path: Path) -> None:
    plan = planned(small_show, tmp_path / "d_v001", frames="1004")
    deliver(plan, say=quiet)
    plate = small_show.folder.root / "plates" / "plate.1004.exr"
    built = exr.read(plate, ("R", "G", "B"), colourspace="ACEScg", number=1004).pixels
    for layer in ("snow", "dust"):
        path = plan.layer(layer, 1004)
        rgba = exr.read(path, tuple("RGBA"), colourspace="ACEScg", number=1004).pixels
        built = rgba[..., :3] + built * (1 - rgba[..., 3:])
    comp = exr.read(plan.comp(1004), ("R", "G", "B"), colourspace="ACEScg", number=1004).pixels
    error = np.abs(built - comp) / np.maximum(np.abs(comp), 0.1)
    print(f"largest relative difference {error.max():.5f}")
    assert error.max() < 4 * 2**-11


def test_the_same_delivery_twice_is_the_same_bytes(small_show: SmallShow, tmp_path: Path) -> None:
    a, b = (planned(small_show, tmp_path / n / "d_v001", "1002") for n in ("a", "b"))
    deliver(a, say=quiet)
    deliver(b, say=quiet)
    for path in a.files(1002):
        assert sha256(path) == sha256(b.folder / a.relative(path))
    for name in ("preview.mp4", "comp.nk"):
        assert sha256(a.folder / name) == sha256(b.folder / name)


def test_a_finished_delivery_is_verified_and_left_alone(
    small_show: SmallShow, tmp_path: Path
) -> None:
    plan = planned(small_show, tmp_path / "d_v001")
    deliver(plan, say=quiet)
    before = state(plan.folder)
    deliver(plan, say=quiet)
    assert state(plan.folder) == before
    torn = plan.comp(1002)
    torn.write_bytes(torn.read_bytes()[:-1])
    with pytest.raises(DeliveryError, match=r"1 files are missing or changed.*1002"):
        deliver(plan, say=quiet)


class StoppedError(Exception):
    pass


def deliver_until(plan: Plan, frames: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliver, and break off after some frames as a killed process would."""
    real, count = deliver_module.render_and_write, 0

    def counted(*args: object, **named: object) -> object:
        nonlocal count
        if count == frames:
            raise StoppedError
        count += 1
        return real(*args, **named)

    with monkeypatch.context() as patched:
        patched.setattr(deliver_module, "render_and_write", counted)
        with pytest.raises(StoppedError):
            deliver(plan, say=quiet)


def test_an_unfinished_delivery_redoes_only_what_is_missing_or_damaged(
    small_show: SmallShow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(small_show, tmp_path / "d_v001", "1001-1005")
    deliver_until(plan, 3, monkeypatch)
    assert not (plan.folder / "delivery.json").exists()
    kept = plan.comp(1001).stat().st_mtime_ns
    torn = plan.layer("snow", 1002)
    torn.write_bytes(b"torn")
    plan.support(1003).unlink()
    said: list[str] = []
    record = deliver(plan, say=said.append)
    assert plan.comp(1001).stat().st_mtime_ns == kept
    assert [line.split(": ")[1] == "kept" for line in said[:5]] == [
        True,
        False,
        False,
        False,
        False,
    ]
    assert len(record.frames) == 5
    whole = planned(small_show, tmp_path / "whole" / "d_v001", "1001-1005")
    deliver(whole, say=quiet)
    for frame in plan.frames:
        for path in plan.files(frame):
            assert sha256(path) == sha256(whole.folder / plan.relative(path))
    assert not list(plan.folder.rglob(".unfinished"))


def test_another_looks_unfinished_delivery_is_not_resumed(
    small_show: SmallShow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(small_show, tmp_path / "d_v001")
    deliver_until(plan, 1, monkeypatch)
    small_show.look_path.write_text(LOOK.replace('"7"', '"8"'))
    with pytest.raises(DeliveryError, match=r"look digest is .*--new-version"):
        deliver(planned(small_show, tmp_path / "d_v001"), say=quiet)


def test_a_folder_with_other_things_in_it_is_left_alone(
    small_show: SmallShow, tmp_path: Path
) -> None:
    folder = tmp_path / "precious"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(DeliveryError, match=r"is no delivery and holds thesis\.txt"):
        deliver(planned(small_show, folder), say=quiet)
    assert [p.name for p in folder.iterdir()] == ["thesis.txt"]


def test_versions_count_up_from_what_is_there(small_show: SmallShow, tmp_path: Path) -> None:
    look = small_show.look()
    assert delivery_folder(look, tmp_path, new_version=False).name == "sh0010_toxic_v001_v001"
    (tmp_path / "sh0010_toxic_v001_v007").mkdir()
    (tmp_path / "sh0010_other_v001_v009").mkdir()
    assert delivery_folder(look, tmp_path, new_version=False).name == "sh0010_toxic_v001_v007"
    assert delivery_folder(look, tmp_path, new_version=True).name == "sh0010_toxic_v001_v008"


def test_half_overflow_names_the_frame_and_delivers_nothing(
    small_show: SmallShow, tmp_path: Path
) -> None:
    text = LOOK.replace(
        "    motion: {velocity_x: 1.5",
        "    blend: {exposure: 20.0, protect: {roll_off: false}}\n    motion: {velocity_x: 1.5",
    )
    path = small_show.add_look(text, "bright_v001")
    plan = make_plan(str(path), frames="1004", folder=tmp_path / "d_v001")
    with pytest.raises(PlateError, match=r"frame 1004: channel .* which half cannot hold"):
        deliver(plan, say=quiet)
    assert not list(plan.folder.rglob("*.exr"))


def test_a_bit_changed_outside_the_support_is_refused_by_the_writer(
    small_show: SmallShow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoilt(rendered: Rendered, session: Session) -> Frame:
        comp = comp_frame(rendered, session)
        half = comp.pixels[70, 20, 1].astype(np.float16)
        comp.pixels[70, 20, 1] = (half.view(np.uint16) ^ 1).view(np.float16)
        return comp

    monkeypatch.setattr(frame_files, "comp_frame", spoilt)
    look = small_show.add_look(LOOK.replace("matte: frame", "matte: tower"), "held_v001")
    plan = make_plan(str(look), frames="1004", folder=tmp_path / "d_v001")
    with pytest.raises(DeliveryError, match=r"1004: 1 pixels differ from the plate .* x 20, y 70;"):
        deliver(plan, say=quiet)
    assert not list(plan.folder.rglob("*.exr"))


def test_a_plate_changed_since_ingest_is_refused_before_anything(
    small_show: SmallShow, tmp_path: Path
) -> None:
    path = small_show.folder.root / "plates" / "plate.1003.exr"
    os.truncate(path, 3000)
    with pytest.raises(PlateError, match=r"1003.*has changed since it was ingested"):
        planned(small_show, tmp_path / "d_v001")
    (small_show.folder.root / "plates" / "plate.1002.exr").unlink()
    path.unlink()
    with pytest.raises(PlateError, match=r"1002-1003 of the plate cannot be found"):
        planned(small_show, tmp_path / "d_v001")
    assert not (tmp_path / "d_v001").exists()


def test_a_damaged_record_is_said(small_show: SmallShow, tmp_path: Path) -> None:
    plan = planned(small_show, tmp_path / "d_v001", "1001")
    deliver(plan, say=quiet)
    record = plan.folder / "delivery.json"
    data = json.loads(record.read_text())
    data["extra"] = 1
    record.write_text(json.dumps(data))
    with pytest.raises(LookdevError, match=r"delivery\.json: is damaged"):
        deliver(plan, say=quiet)


def test_two_processes_do_not_make_the_same_delivery(small_show: SmallShow, tmp_path: Path) -> None:
    plan = planned(small_show, tmp_path / "d_v001", "1001")

    def second(_line: str) -> None:
        if not refused:
            with pytest.raises(DeliveryError, match="another process is delivering it") as refusal:
                deliver(plan, say=quiet)
            refused.append(str(refusal.value))

    refused: list[str] = []
    deliver(plan, say=second)
    assert refused


def test_new_plate_pixels_are_another_delivery(
    small_show: SmallShow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(small_show, tmp_path / "d_v001")
    deliver_until(plan, 1, monkeypatch)
    root = small_show.folder.root
    path = root / "plates" / "plate.1003.exr"
    frame = exr.read(path, ("R", "G", "B"), colourspace="ACEScg", number=1003)
    exr.write(path, replace(frame, pixels=frame.pixels * 0.5), date_time=exr.NO_DATE)
    ingest(
        small_show.folder,
        root / "plates" / "plate.%04d.exr",
        sequence="street",
        shot="sh0010",
        colourspace="ACEScg",
        fps="24000/1001",
        mattes={"tower": str(root / "mattes" / "tower.%04d.exr")},
        track=root / "track.csv",
    )
    with pytest.raises(DeliveryError, match=r"(media|shot digest) is .*--new-version"):
        deliver(planned(small_show, tmp_path / "d_v001"), say=quiet)


def test_compression_and_viewing_are_part_of_a_deliverys_identity(
    small_show: SmallShow, tmp_path: Path
) -> None:
    plan = planned(small_show, tmp_path / "d_v001", "1001")
    deliver(plan, say=quiet)
    show = small_show.folder.root / "params" / "show.yaml"
    show.write_text(show.read_text() + "compression: piz\n")
    with pytest.raises(DeliveryError, match="compression is"):
        deliver(planned(small_show, tmp_path / "d_v001", "1001"), say=quiet)


def test_a_killed_writers_temporary_files_are_swept(
    small_show: SmallShow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(small_show, tmp_path / "d_v001")
    deliver_until(plan, 1, monkeypatch)
    torn = plan.comp(1002).with_name(".d_v001.1002.k3x_9abz.exr")
    torn.write_bytes(b"torn")
    (plan.folder / ".unfinished" / "1001.json").write_text("{")
    said: list[str] = []
    deliver(plan, say=said.append)
    assert not torn.exists()
    assert not said[0].endswith("kept")


def test_the_shots_rate_and_no_colour_in_the_supports_header(
    small_show: SmallShow, tmp_path: Path
) -> None:
    shot_yaml = small_show.shot_file.path
    shot_yaml.write_text(shot_yaml.read_text().replace("24000/1001", "25"))
    plan = planned(small_show, tmp_path / "d_v001", "1001")
    record = deliver(plan, say=quiet)
    rates = [exr.read_header(p).get("framesPerSecond") for p in plan.files(1001)]
    assert [tuple(rate) for rate in rates] == [(25, 1)] * 4
    assert exr.read_header(plan.support(1001)).get("chromaticities") is None
    assert record.layers == {"snow": "over", "dust": "over"}
