"""What the embedded model is handed, and what it hands on."""

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from small_show import save_tiny_model

from lookdev.blend.relight import relit
from lookdev.generate import mini_adapter, noise
from lookdev.generate.adapter import Request, Step
from lookdev.generate.mini_adapter import MiniAdapter, load
from lookdev.image.element import Element
from lookdev.image.frame import Window
from lookdev.mini.codec import decode
from lookdev.mini.scenes.control import MAX_WIND
from lookdev.mini.words import asked
from lookdev.spec.look import Layer

WIDTH, HEIGHT = 48, 32


class Recorder:
    """Stands before a pipeline, and keeps what it was handed."""

    def __init__(self, pipeline: Any) -> None:
        self.pipeline, self.calls = pipeline, []

    def __call__(self, prompt: str, **more: Any) -> Any:
        self.calls.append(more)
        return self.pipeline(prompt, **more)

    @property
    def control(self) -> torch.Tensor:
        return self.calls[-1]["control"][0]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> MiniAdapter:
    files: Any = SimpleNamespace(folder=save_tiny_model(tmp_path_factory.mktemp("m") / "mini"))
    nothing: Any = None
    return load(files, device="cpu", colour=nothing, preview=None)


@pytest.fixture
def seen(loaded: MiniAdapter) -> Recorder:
    return Recorder(loaded._pipeline)


@pytest.fixture
def adapter(seen: Recorder) -> MiniAdapter:
    spied: Any = seen
    return MiniAdapter(spied, "cpu")


def request_for(prompt: str, **more: Any) -> Request:
    layer = Layer.model_validate(
        {
            "name": "one",
            "element": {"prompt": prompt, "seed": "7", "size": (WIDTH, HEIGHT), "steps": 2},
            "refine": {"scale": 2.0, "steps": 2, "strength": 0.5, "tile": 64, "overlap": 32},
        }
    )
    usual: dict[str, Any] = {
        "envelope": np.full((HEIGHT, WIDTH), 0.4, np.float32),
        "wind": (4.0, -2.0),
        "noise": lambda c, w, h, d: noise.drawn("7", channels=c, width=w, height=h, draw=d),
    }
    return Request(layer=layer, **usual | more)


def test_without_words_the_control_is_what_the_look_says(
    adapter: MiniAdapter, seen: Recorder
) -> None:
    adapter.generate((request_for("dust"),), None)
    assert seen.control.shape == (4, HEIGHT, WIDTH)
    even = [0.4 * asked("dust").density, 4 / MAX_WIND, -2 / MAX_WIND, 0.5]
    assert seen.control == pytest.approx(torch.tensor(even)[:, None, None].expand(4, HEIGHT, WIDTH))


def test_words_turn_density_wind_and_size_and_are_kept_in_range(
    adapter: MiniAdapter, seen: Recorder
) -> None:
    def told(prompt: str, **more: Any) -> list[float]:
        adapter.generate((request_for(prompt, **more),), None)
        return [float(x) for x in seen.control[:, 0, 0]]

    usual, heavy, light = told("snow"), told("heavy snow"), told("light snow")
    assert heavy[0] == pytest.approx(2 * usual[0])
    assert light[0] == pytest.approx(usual[0] / 2)
    full = np.ones((HEIGHT, WIDTH), np.float32)
    assert told("heavy snow", envelope=full)[0] == 1
    large, tiny = told("large snow"), told("tiny snow")
    assert (large[3], tiny[3]) == pytest.approx((0.7, 0.15))
    assert told("huge snow", near=0.9)[3] == 1
    assert told("tiny snow", near=0.1)[3] == 0
    gale = told("snow in a gale", wind=(12.0, -9.0))
    print(f"a gale of 15 px a frame: {gale[1]:.3f}, {gale[2]:.3f}")
    assert math.hypot(*gale[1:3]) == pytest.approx(1), "no longer than the model knows"
    assert gale[1] / gale[2] == pytest.approx(-12 / 9), "and the way it blows"
    assert told("snow", wind=(0.0, 0.0))[1:3] == [0, 0]


def test_nearness_by_pixel_reaches_the_model_where_it_is(
    adapter: MiniAdapter, seen: Recorder
) -> None:
    near = np.linspace(-0.5, 1.5, HEIGHT * WIDTH, dtype=np.float32).reshape(HEIGHT, WIDTH)
    adapter.generate((request_for("large dust", near=near),), None)
    assert seen.control[3].numpy() == pytest.approx((near + 0.2).clip(0, 1), abs=1e-6)


def test_the_plain_light_is_the_maps_lit_by_the_model_s_own_key(loaded: MiniAdapter) -> None:
    """So that a look whose key light stands there changes nothing but rounding."""
    (made,) = loaded.generate((request_for("dust"),), None)
    assert made.maps is not None
    assert made.maps.shape == (4, HEIGHT, WIDTH)
    assert np.ptp(made.maps, axis=0).max() > 0.01, "or any key would do"
    key = {"azimuth": -128.0, "elevation": 38.0, "ambient": 0.2}
    light = relit(torch.from_numpy(made.maps), **key).numpy()
    worst = float(np.abs(light - made.light).max())
    print(f"relit by the model's own key: off by at most {worst:.1e}")
    assert worst < 2e-3
    kept = Element.from_bytes(made.to_bytes())
    assert kept.maps is not None
    assert np.array_equal(kept.maps, made.maps)


def test_the_key_stands_at_the_upper_left_and_in_front() -> None:
    def lit(left: float, right: float, above: float, behind: float) -> float:
        maps = torch.tensor([left, right, above, behind])[:, None, None]
        angles = {"azimuth": mini_adapter.KEY_AZIMUTH, "elevation": mini_adapter.KEY_ELEVATION}
        return float(relit(maps, **angles, ambient=0))

    assert lit(0.8, 0.2, 0.5, 0.5) > lit(0.2, 0.8, 0.5, 0.5)
    assert lit(0.5, 0.5, 0.8, 0.5) > lit(0.5, 0.5, 0.2, 0.5)
    assert lit(0.5, 0.5, 0.5, 0.2) > lit(0.5, 0.5, 0.5, 0.8)


def test_a_preview_has_light_maps_too(loaded: MiniAdapter) -> None:
    previews: list[Element] = []

    def keep(step: Step) -> None:
        assert step.preview is not None
        previews.append(step.preview())

    loaded.generate((request_for("smoke"),), keep)
    assert [one.maps is None for one in previews] == [False, False]


def test_repainting_starts_from_the_element_with_its_light_maps(
    adapter: MiniAdapter, seen: Recorder
) -> None:
    request, window = request_for("dust"), Window(0, 0, 2 * WIDTH, 2 * HEIGHT)
    fine = replace(request, layer=_sized(request.layer, 2 * WIDTH, 2 * HEIGHT))
    fine = replace(fine, envelope=np.full((2 * HEIGHT, 2 * WIDTH), 0.4, np.float32))
    (draft,) = adapter.generate((fine,), None)
    assert draft.maps is not None
    made = adapter.repaint(request, draft, window, (2 * WIDTH, 2 * HEIGHT), 1)
    start = decode(seen.calls[-1]["start"])
    dense = draft.density > 0.1
    assert start.density[0].numpy() == pytest.approx(draft.density, abs=1e-6)
    assert start.light[0].numpy()[:, dense] == pytest.approx(draft.maps[:, dense], abs=1e-3)
    assert made.maps is not None
    assert made.maps.shape == (4, 2 * HEIGHT, 2 * WIDTH)


def test_repainting_without_maps_starts_lit_alike_from_everywhere(
    adapter: MiniAdapter, seen: Recorder
) -> None:
    plane = np.full((2 * HEIGHT, 2 * WIDTH), 0.5, np.float32)
    bare = Element.made(density=plane, light=plane * 0.8, emission=plane, evaluations=0)
    window = Window(0, 0, 2 * WIDTH, 2 * HEIGHT)
    adapter.repaint(request_for("dust"), bare, window, (2 * WIDTH, 2 * HEIGHT), 1)
    start = decode(seen.calls[-1]["start"])
    assert start.light.numpy() == pytest.approx(0.4, abs=1e-3)
    light = relit(start.light[0], azimuth=30, elevation=10, ambient=0.3).numpy()
    assert light == pytest.approx(0.4, abs=1e-3), "as it was, wherever the key stands"


def test_finer_pixels_show_parts_and_wind_as_large_in_the_picture(
    adapter: MiniAdapter, seen: Recorder
) -> None:
    plane = np.zeros((32, 32), np.float32)
    element = Element.made(density=plane, light=plane, emission=plane, evaluations=0)
    window = Window(16, 0, 32, 32)
    adapter.repaint(request_for("dust", near=0.25), element, window, (2 * WIDTH, 2 * HEIGHT), 1)
    assert seen.control.shape == (4, 32, 32)
    assert seen.control[3] == pytest.approx(torch.full((32, 32), 0.75), abs=1e-6)
    assert float(seen.control[1, 0, 0]) == pytest.approx(8 / MAX_WIND)


def _sized(layer: Layer, width: int, height: int) -> Layer:
    element = layer.element.model_copy(update={"size": (width, height)})
    return layer.model_copy(update={"element": element})
