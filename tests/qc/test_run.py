"""The runner: every frame to every meter, in order, one at a time; what is said and reported."""

import time
from collections.abc import Iterator

import numpy as np
import pytest
from qc.own_meter import Said
from small_show import SmallShow

from lookdev.errors import DeliveryError
from lookdev.image.frame import Frame, Window
from lookdev.qc import flip
from lookdev.qc.meters import all_meters
from lookdev.qc.plots import qc_plot
from lookdev.qc.run import measure
from lookdev.qc.seen import Seen
from lookdev.spec.qc import Gates, QcReport


def seen(show: SmallShow, number: int) -> Seen:
    window = Window(0, 0, 4, 4)
    rgb, plane = np.zeros((4, 4, 3), np.float32), np.ones((4, 4), np.float32)
    frame = Frame(rgb, ("R", "G", "B"), "ACEScg", window, window, number)
    return Seen(number, show.shot_file, show.look().look, frame, frame, rgb, rgb, {}, plane)


def measured(show: SmallShow, said: list[str], *meters: Said, gates: Gates) -> QcReport:
    frames = (seen(show, number) for number in (1001, 1002, 1003))
    return measure(frames, target="d", gates=gates, meters=meters, total=3, say=said.append)


def test_every_meter_sees_every_frame_in_order_and_gates_are_held(small_show: SmallShow) -> None:
    said: list[str] = []
    one, two = Said("seam", {1002: 2.0, 1003: 1.0}), Said("boil", {1001: 9.0})
    report = measured(small_show, said, one, two, gates=Gates(seam=1.5))
    assert one.seen == two.seen == [1001, 1002, 1003]
    assert report.frames == (1001, 1002, 1003)
    assert [(r.meter, r.frame) for r in report.readings] == [
        ("boil", 1001),
        ("seam", 1002),
        ("seam", 1003),
    ]
    assert [(f.gate, f.frames) for f in report.failures] == [("seam", (1002,))]
    print("\n".join(said))
    assert [line.rsplit(":", 1)[0] for line in said] == [
        f"qc: frame {1000 + n} ({n} of 3)" for n in (1, 2, 3)
    ]
    again = QcReport.model_validate_json(report.model_dump_json())
    assert again == report


def test_frames_are_taken_one_at_a_time(small_show: SmallShow) -> None:
    held: list[int] = []

    class Holding(Said):
        def see(self, seen: Seen) -> Iterator:  # type: ignore[override]
            held.append(asked[-1])
            return iter(super().see(seen))

    asked: list[int] = []

    def frames() -> Iterator[Seen]:
        for number in (1001, 1002, 1003):
            asked.append(number)
            yield seen(small_show, number)

    measure(frames(), target="d", gates=Gates(), meters=[Holding("seam", {})], say=lambda _: None)
    assert held == [1001, 1002, 1003], "a frame is measured before the next is asked for"


def test_no_frame_is_no_report() -> None:
    with pytest.raises(DeliveryError, match="d: has no frame to measure"):
        measure([], target="d", gates=Gates(), meters=[])


def test_meters_are_new_for_every_run() -> None:
    first, second = all_meters(), all_meters()
    assert [type(one) for one in first] == [type(one) for one in second]
    assert not {id(one) for one in first} & {id(one) for one in second}


def test_the_plot_has_a_panel_a_gated_meter(small_show: SmallShow) -> None:
    said: list[str] = []
    meters = (
        Said("seam", {1001: 1.0, 1003: 2.0}),
        Said("seam", {1002: 1.0}, "wall"),
        Said("boil", {1001: 1.0}),
    )
    report = measured(small_show, said, *meters, gates=Gates(seam=1.5))
    figure = qc_plot(report)
    (panel,) = figure.axes
    assert panel.get_title() == "seam: FAILS"
    assert [line.get_label() for line in panel.lines][:2] == ["snow", "wall"]
    none = qc_plot(measured(small_show, said, gates=Gates()))
    assert none.axes[0].get_title() == "no gate was measured"


def test_flip_looks_where_they_differ_most() -> None:
    rng = np.random.default_rng(1)
    a = np.full((700, 1200, 3), 0.4, np.float32) + rng.normal(0, 0.02, (700, 1200, 3)).astype(
        np.float32
    )
    same = flip.apart(1, a, a)
    assert (same.mean, same.worst) == (0.0, 0.0)
    found = {}
    for size in (0.05, 0.4):
        b = a.copy()
        b[600:640, 1100:1160] += size
        started = time.perf_counter()
        found[size] = flip.apart(1, a.clip(0, 1), b.clip(0, 1))
        print(f"{size}: {found[size]}, {time.perf_counter() - started:.2f} s")
        x, y, width, height = found[size].place
        assert (width, height) == (flip.SIDE, flip.SIDE)
        assert x <= 1100
        assert x + width >= 1160
        assert y <= 600
        assert y + height >= 640
    assert 0 < found[0.05].mean < found[0.4].mean < found[0.4].worst <= 1
    assert found[0.05].worst < found[0.4].worst


@pytest.mark.slow
def test_two_looks_are_compared_frame_by_frame(small_show: SmallShow) -> None:
    other = small_show.add_look(
        small_show.look_path.read_text().replace('"7"', '"8"'), "toxic_v002"
    )
    a, b = str(small_show.look_path), str(other)
    (apart,) = flip.flips(a, b, frames="1003")
    (same,) = flip.flips(a, a, frames="1003")
    print(apart, same)
    assert (same.mean, same.worst) == (0.0, 0.0)
    assert apart.frame == 1003
    assert 0 < apart.mean < apart.worst <= 1
