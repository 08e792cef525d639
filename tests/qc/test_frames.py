"""Where meters get their frames: a look and its delivery give the very same."""

import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from small_show import SmallShow

from lookdev.errors import DeliveryError, LookdevError, SpecError
from lookdev.finals.deliver import deliver
from lookdev.finals.plan import make_plan
from lookdev.qc.frames import frames_of
from lookdev.qc.run import qc
from lookdev.qc.seen import Seen
from lookdev.store.ledger import Ledger


def delivered(show: SmallShow, frames: str = "1003-1004") -> Path:
    plan = make_plan(str(show.look_path), frames=frames, folder=show.folder.root / "out" / "d_v001")
    deliver(plan, say=lambda _line: None)
    return plan.folder


def pictures(seen: Seen) -> dict[str, np.ndarray]:
    return {
        "plate": seen.plate.pixels,
        "comp": seen.comp.pixels,
        "below": seen.below,
        "light": seen.light,
        "support": seen.support,
        **seen.layers,
    }


@pytest.mark.slow
def test_a_look_and_its_delivery_are_the_same_frames(small_show: SmallShow) -> None:
    text = small_show.look_path.read_text()
    small_show.look_path.write_text(
        text.replace("{matte: frame}", "{matte: tower, ramp: 2.0}").replace(
            "holdouts: [tower]", "holdouts: []"
        )
    )
    started = time.perf_counter()
    folder = delivered(small_show)
    print(f"delivered in {time.perf_counter() - started:.1f} s")
    read = list(frames_of(folder))
    made = list(frames_of(str(small_show.look_path), frames="1003-1004"))
    assert [one.number for one in read] == [one.number for one in made] == [1003, 1004]
    for ours, theirs in zip(made, read, strict=True):
        assert (ours.comp.data, ours.comp.display) == (theirs.comp.data, theirs.comp.display)
        assert list(ours.layers) == list(theirs.layers) == ["snow", "dust"]
        for name, picture in pictures(ours).items():
            other = pictures(theirs)[name]
            assert picture.dtype == other.dtype == np.float32
            assert np.array_equal(picture, other), name
        height, width = ours.support.shape
        assert ours.below.shape == ours.light.shape == (height, width, 3)
        assert {one.shape for one in ours.layers.values()} == {(height, width, 4)}
        changed = (ours.comp.pixels != ours.plate.pixels).any(-1)
        print(
            f"{ours.number}: {changed.sum()} pixels changed, support on {(ours.support > 0).sum()}"
        )
        assert changed.any()
        assert not changed[ours.support == 0].any()


def test_rendering_from_the_cache_is_no_event_and_the_first_time_is(small_show: SmallShow) -> None:
    def events() -> list[str]:
        ledger = Ledger.open(small_show.folder)
        found = [getattr(event, "what", "") for event in ledger.events()]
        ledger.close()
        return found

    for wanted in (["explore"], ["explore"]):
        report = qc(str(small_show.look_path), frames="1001", say=lambda _line: None)
        assert report.frames == (1001,)
        assert events() == wanted


def edited(path: Path, was: str, now: str) -> None:
    text = path.read_text()
    assert was in text
    path.write_text(text.replace(was, now))


def test_a_delivery_is_measured_against_what_it_was_made_from_or_not_at_all(
    small_show: SmallShow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = delivered(small_show, "1001")
    monkeypatch.chdir(tmp_path)
    assert frames_of(folder).look_file.path == small_show.look_path, "found around the delivery"
    away = Path(shutil.copytree(folder, tmp_path / "away"))
    with pytest.raises(SpecError, match="street/sh0010/toxic_v001, which no show here or around"):
        frames_of(away)
    monkeypatch.chdir(small_show.folder.root)
    assert frames_of(away).numbers == (1001,), "found around the current folder"
    with pytest.raises(DeliveryError, match="holds frames 1001, and not 1002-1003"):
        frames_of(folder, frames="1001-1003")
    shot = small_show.shot_file.path
    for path, was, now, what in (
        (small_show.look_path, '"7"', '"8"', "look"),
        (shot, "fps: 24000/1001", "fps: 24", "shot"),
        (shot.with_name("media.sha256"), "plates", "Plates", "plate or mattes"),
    ):
        before = path.read_text()
        edited(path, was, now)
        with pytest.raises(DeliveryError, match=f"its {what} changed since it was delivered"):
            frames_of(folder)
        path.write_text(before)


@pytest.mark.parametrize("case", ["empty", "damaged", "look", "frames"])
def test_what_cannot_be_measured_is_refused_in_one_sentence(
    small_show: SmallShow, tmp_path: Path, case: str
) -> None:
    folder = tmp_path / "d"
    folder.mkdir()
    if case == "damaged":
        (folder / "delivery.json").write_text("{}")
    target, frames, wanted = {
        "empty": (folder, None, "holds no delivery.json, so it is no finished delivery"),
        "damaged": (folder, None, "is damaged, or of another version"),
        "look": ("street/sh0010", None, "is neither a look's file nor"),
        "frames": (small_show.look_path, "1001-1009", "outside the shot's 1001-1006"),
    }[case]
    with pytest.raises(LookdevError, match=wanted) as caught:
        frames_of(target, frames=frames)
    print(caught.value)
    assert "\n" not in str(caught.value)
