import io

import numpy as np
import pytest
from matplotlib.axes import Axes
from PIL import Image
from small_show import SmallShow

from lookdev.explore.plots import curves_of, curves_plot, exposure_plot
from lookdev.render import Session, render_frame


def picture(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def test_the_histogram_is_in_stops_and_says_what_is_black(
    small_show: SmallShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def stairs(
        _axes: Axes, values: np.ndarray, edges: np.ndarray, *, label: str, **_: object
    ) -> None:
        drawn[label] = (values, edges)

    monkeypatch.setattr(Axes, "stairs", stairs)
    monkeypatch.setattr(Axes, "legend", lambda *_args, **_named: None)
    look = small_show.look()
    made = render_frame(look.shot_file, look.look, 1003, session=Session(small_show.folder))
    exposure_plot(made, look.shot_file)
    plate, comp = sorted(drawn, reverse=True)
    assert plate.startswith("plate ("), "the small plate has values below 0"
    assert comp.startswith("comp")
    values, edges = drawn[plate]
    black = float(plate.split("(")[1].split("%")[0])
    print(f"{values.sum():.2f}% within {edges[0]} to {edges[-1]} stops, {black}% at or below 0")
    assert values.sum() + black == pytest.approx(100, abs=0.2)
    bright = np.log2(60 / 0.18)
    at = int(np.searchsorted(edges, bright)) - 1
    assert values[at] == pytest.approx(100 * 16 / (128 * 72), abs=0.02), "16 pixels of 60"


def test_the_histogram_is_a_picture(small_show: SmallShow) -> None:
    look = small_show.look()
    made = render_frame(
        look.shot_file, look.look, 1003, session=Session(small_show.folder), scale=0.5
    )
    found = picture(exposure_plot(made, look.shot_file))
    assert found.shape[0] > 200
    assert found.std() > 5


def test_only_what_changes_over_frames_is_a_curve(small_show: SmallShow) -> None:
    look = small_show.look().look
    assert curves_of(look.layers[0]) == {}
    assert curves_of(look.layers[1]) == {"blend.opacity": {1001: 0.0, 1003: 1.0}}


def test_curves_are_drawn_with_the_frame_and_none_says_so(small_show: SmallShow) -> None:
    curves = curves_of(small_show.look().look.layers[1])
    pictures = [picture(curves_plot(curves, 1001, 1006, frame)) for frame in (1001, 1005)]
    assert (pictures[0] != pictures[1]).any(), "the frame is marked"
    empty = picture(curves_plot({}, 1001, 1006, 1003))
    assert (empty[:20] != empty[0, 0]).any(), "a sentence stands over it"
