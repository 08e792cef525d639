"""Before a final the approved frames are made once more: past every cache, on any machine."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from approve.approved import ApprovedShow, make_approvable

import lookdev.approve.rebuild as rebuild_module
import lookdev.finals.deliver as deliver_module
import lookdev.finals.frame_files as frame_files_module
from lookdev.approve.approval_file import kept_frame
from lookdev.approve.frozen import element_path
from lookdev.approve.rebuild import MEAN_ALLOWED, WORST_ALLOWED, difference, rebuild
from lookdev.errors import TrustError
from lookdev.finals.deliver import deliver
from lookdev.finals.plan import make_plan
from lookdev.image import exr
from lookdev.image.element import Element
from lookdev.image.frame import Frame, Window
from lookdev.image.pixels import pixel_hash
from lookdev.render import Session, comp_frame, render_frame
from lookdev.spec import parameter
from lookdev.spec.approval import Rebuild
from lookdev.store.cache import Cache


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> ApprovedShow:
    """A look that was approved with one still, 1003."""
    made = make_approvable(tmp_path_factory.mktemp("rebuild") / "made")
    made.again(1003)
    return made


@pytest.fixture
def show(made: ApprovedShow, tmp_path: Path) -> ApprovedShow:
    return made.copy(tmp_path / "copy")


def again(show: ApprovedShow) -> Rebuild:
    return rebuild(show.open(), say=lambda _line: None)


def poison(show: ApprovedShow, frame: int) -> list[Path]:
    """Put a wrong element, whole and well-formed, under the key of each layer's right one."""
    look_file, folder = show.show.look(), show.show.folder
    session = Session(folder)
    cache = Cache(folder.cache_folder, max_bytes=10**9)
    spoilt = []
    for layer in look_file.look.shown:
        right = session.elements.get(layer, look_file.shot_file, frame)
        key = session.elements.key(layer, look_file.shot_file, frame)
        assert key is not None
        wrong = Element.from_bytes(right.to_bytes())
        wrong.density[...] = 1 - wrong.density
        cache.put(key, wrong.to_bytes())
        spoilt.append(folder.cache_folder / key[:2] / key[2:])
    return spoilt


def test_the_same_machine_makes_the_same_bits(show: ApprovedShow) -> None:
    made = again(show)
    assert made.exact
    assert [(one.frame, one.mean, one.worst) for one in made.frames] == [(1003, 0.0, 0.0)]
    assert made.frames[0].pixels == show.open().approval.pixels[1003]
    assert made.approved_on == made.rebuilt_on
    assert {"device", "threads", "instructions", "torch", "python", "cpu"} <= set(made.rebuilt_on)


def test_a_rebuild_reads_no_cache_and_mends_it(show: ApprovedShow, tmp_path: Path) -> None:
    paths = poison(show, 1003)
    spoilt = [path.read_bytes() for path in paths]
    assert again(show).exact
    assert [path.read_bytes() for path in paths] != spoilt, (
        "the right one took the wrong one's place"
    )
    plan = make_plan(str(show.path), frames="1003", folder=tmp_path / "d_v001")
    poison(show, 1003)
    record = deliver(plan, say=lambda _line: None)
    assert record.frames[0].pixels == show.open().approval.pixels[1003]


def test_no_frame_of_a_final_comes_from_a_cache_that_others_filled(
    show: ApprovedShow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_file = show.show.look()
    session = Session(show.show.folder, fresh=True)
    rendered = render_frame(look_file.shot_file, look_file.look, 1002, session=session)
    right = pixel_hash(comp_frame(rendered, session))
    poison(show, 1002)
    real = deliver_module.rebuild

    def spoilt(*args: object, **named: object) -> Rebuild:
        done = real(*args, **named)
        poison(show, 1003)
        return done

    monkeypatch.setattr(deliver_module, "rebuild", spoilt)
    plan = make_plan(str(show.path), frames="1002-1003", folder=tmp_path / "d_v001")
    record = deliver(plan, say=lambda _line: None)
    assert [one.pixels for one in record.frames] == [right, show.open().approval.pixels[1003]]


def test_an_approved_frame_that_comes_out_otherwise_is_not_written(
    show: ApprovedShow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = frame_files_module.comp_frame

    def one_bit(*args: object) -> Frame:
        frame = real(*args)
        frame.pixels[36, 64, 1] += np.float32(0.001)
        return frame

    monkeypatch.setattr(frame_files_module, "comp_frame", one_bit)
    plan = make_plan(str(show.path), frames="1003", folder=tmp_path / "d_v001")
    with pytest.raises(TrustError, match="frame 1003 does not come out as it was approved"):
        deliver(plan, say=lambda _line: None)
    assert not list(plan.folder.rglob("*.exr"))


def other_machine(monkeypatch: pytest.MonkeyPatch, show: ApprovedShow, error: float) -> None:
    """A machine of another kind, whose frames differ by so much of their value everywhere."""
    real = rebuild_module.comp_frame

    def differs(*args: object) -> Frame:
        frame = real(*args)
        frame.pixels[...] = frame.pixels * (1 + error)
        return frame

    monkeypatch.setattr(rebuild_module, "comp_frame", differs)
    monkeypatch.setattr(frame_files_module, "comp_frame", differs)
    if error:
        then = dict(show.open().approval.machine) | {"instructions": "arm64 SVE"}
        monkeypatch.setattr(
            rebuild_module, "machine", lambda _device: {"instructions": then["instructions"]}
        )


def test_on_another_kind_of_machine_it_may_differ_by_rounding_and_that_is_recorded(
    show: ApprovedShow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bright = 2**-7  # so that no rounding to half hides it
    monkeypatch.setattr(rebuild_module, "MEAN_ALLOWED", 2 * bright)
    monkeypatch.setattr(rebuild_module, "WORST_ALLOWED", 2 * bright)
    other_machine(monkeypatch, show, bright)
    plan = make_plan(str(show.path), frames="1003", folder=tmp_path / "d_v001")
    record = deliver(plan, say=lambda _line: None)
    assert record.approval is not None
    done = record.approval.rebuild
    assert not done.exact
    assert bright / 2 < done.frames[0].mean < done.frames[0].worst < 1.2 * bright
    assert (done.mean_allowed, done.worst_allowed) == (2 * bright, 2 * bright)
    assert done.approved_on == show.open().approval.machine
    assert done.rebuilt_on["cpu"]
    written = json.loads((plan.folder / "delivery.json").read_text())
    assert written["approval"]["rebuild"]["approved_on"]["instructions"]


@pytest.mark.parametrize("error", [0.02, 0.5])
def test_outside_the_tolerance_nothing_is_rendered(
    show: ApprovedShow, error: float, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other_machine(monkeypatch, show, error)
    plan = make_plan(str(show.path), frames="1003", folder=tmp_path / "d_v001")
    sentence = (
        r"frame 1003, made once more, differs .* by .* in the mean and .* at most; .* allowed"
    )
    with pytest.raises(TrustError, match=sentence):
        deliver(plan, say=lambda _line: None)
    assert not list(plan.folder.rglob("*.exr"))


def test_the_same_kind_of_machine_may_not_differ_at_all(
    show: ApprovedShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_machine(monkeypatch, show, 0.0)
    real = rebuild_module.comp_frame

    def one_bit(*args: object) -> Frame:
        frame = real(*args)
        frame.pixels[36, 64, 1] += np.float32(0.001)
        return frame

    monkeypatch.setattr(rebuild_module, "comp_frame", one_bit)
    with pytest.raises(
        TrustError, match="and a machine of this kind must not; nothing was rendered"
    ):
        again(show)


def test_a_kept_frame_that_was_replaced_proves_nothing(
    show: ApprovedShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    approval = show.open()
    path = kept_frame(show.kept, 1003)
    kept = exr.read(path, tuple("RGB"), colourspace="ACEScg", number=1003)
    kept.pixels[...] *= 1.001
    exr.write(path, kept, date_time=exr.NO_DATE)
    other_machine(monkeypatch, show, 0.001)
    with pytest.raises(TrustError, match=r"comp\.1003\.exr: is not the frame that was approved"):
        rebuild(approval, say=lambda _line: None)


def test_a_shot_takes_its_frozen_elements_whatever_the_model_would_make(
    show: ApprovedShow, tmp_path: Path
) -> None:
    made = show.again(moving=(1002, 1003))
    poison(show, 1002)
    record = deliver(
        make_plan(str(made.path), frames=None, folder=tmp_path / "d_v001"), say=lambda _line: None
    )
    assert {one.frame: one.pixels for one in record.frames} == made.approval.pixels
    assert (record.evaluations, record.model_loads) == (0, 0)
    assert record.approval is not None
    assert record.approval.rebuild.exact
    path = element_path(made.folder, "snow", 1003)
    frozen = path.read_bytes()
    path.write_bytes(frozen[:-1] + bytes([frozen[-1] ^ 1]))
    with pytest.raises(TrustError, match="element snow: frame 1003 changed"):
        make_plan(str(made.path), frames=None, folder=tmp_path / "d_v002")


def test_a_difference_is_relative_above_two_hundredths() -> None:
    window = Window(0, 0, 2, 1)

    def frame(*values: float) -> Frame:
        pixels = np.array(values, np.float32).reshape(1, 2, 1)
        return Frame(pixels, ("A",), exr.RAW, window, window, 1)

    mean, worst = difference(frame(1.5, 0.0), frame(1.0, 0.0))
    assert (mean, worst) == (0.25, 0.5)
    mean, worst = difference(frame(0.0, 0.01), frame(0.0, 0.0))
    assert worst == pytest.approx(0.5, rel=1e-3)


MACHINES = {
    "no vector instructions": {"ATEN_CPU_CAPABILITY": "default"},
    "one thread, no oneDNN": {"LOOKDEV_TEST_PLAIN": "1"},
}
REBUILD = """
import os, sys, json
import torch
if os.environ.get("LOOKDEV_TEST_PLAIN"):
    torch._C._set_mkldnn_enabled(False)
    os.cpu_count = lambda: 1
import lookdev.approve.rebuild as module
from lookdev.approve.approval_file import ApprovalFile
module.machine = lambda device: {"threads": -1}  # of another kind, whatever it says of itself
done = module.rebuild(ApprovalFile.open(sys.argv[1]), say=lambda line: None)
print(done.model_dump_json())
"""


@pytest.mark.slow
@pytest.mark.parametrize("machine", MACHINES)
def test_other_instructions_stay_well_within_the_tolerance(
    machine: str, show: ApprovedShow
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", REBUILD, str(show.path)],
        env=os.environ | MACHINES[machine],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = Rebuild.model_validate_json(done.stdout)
    (frame,) = made.frames
    print(f"{machine}: exact {made.exact}, mean {frame.mean:.2e}, worst {frame.worst:.2e}")
    assert frame.mean < MEAN_ALLOWED / 2
    assert frame.worst < WORST_ALLOWED / 2


def test_the_tolerance_does_not_let_another_seed_pass(show: ApprovedShow) -> None:
    approval = show.open()
    kept = exr.read(kept_frame(show.kept, 1003), tuple("RGB"), colourspace="ACEScg", number=1003)
    look = parameter.replace(approval.look_file.look, "snow.element.seed", "8")
    session = Session(show.show.folder, fresh=True)
    other = render_frame(approval.look_file.shot_file, look, 1003, session=session)
    mean, worst = difference(comp_frame(other, session), kept)
    print(f"another seed: mean {mean:.2e}, worst {worst:.2e}")
    assert mean > MEAN_ALLOWED
