"""The viewer's colour: the shader, and the plain canvas, against OpenColorIO itself."""

from collections.abc import Iterator

import numpy as np
import pytest
from browser.viewer_page.bench import HEIGHT, WIDTH, Bench, coded
from playwright.sync_api import Browser

from lookdev.image.colour import open_colour
from lookdev.spec.show import STUDIO_CONFIG, Viewing

CELL, COLUMNS, ROWS = 10, 32, 16
"""Colours are flat cells, so that a canvas pixel in the middle of one shows nothing else."""
MEAN, WORST = 0.5, 4.0
"""Codes of 255 that a half-float LUT of 65 cubed, shown in 8 bits, may be off by."""


def colours() -> np.ndarray:
    """Scene-linear ACEScg: grey to highlights of 200, saturated and not."""
    rng = np.random.default_rng(7)
    luminance = 2 ** rng.uniform(-8, 7.6, (ROWS, COLUMNS, 1))
    tint = 1 - rng.uniform(0, 0.6, (ROWS, COLUMNS, 3)) * rng.uniform(0, 1, (ROWS, COLUMNS, 1))
    return np.asarray(luminance * tint, np.float32)


def seen_by_ocio(linear: np.ndarray, *, exposure: float, gamma: float = 1) -> np.ndarray:
    """Codes of 255 of what the half-coded picture holds, through OCIO's own view."""
    stored = coded(linear).astype(np.float16).astype(np.float32)
    colour = open_colour(STUDIO_CONFIG)
    back = colour.convert(stored, "ACEScct", "ACEScg") * 2**exposure
    return 255 * np.clip(colour.view(back.astype(np.float32), Viewing()), 0, 1) ** (1 / gamma)


def shown_cells(bench: Bench) -> np.ndarray:
    """Display codes in the middle of each cell."""
    codes = bench.codes()
    script = "[view.transform.origin(view.transform.panes()[0]), view.transform.zoom]"
    (left, top), zoom = bench.page.evaluate(script)
    x = (left + (np.arange(COLUMNS) + 0.5) * CELL * zoom).astype(int)
    y = (top + (np.arange(ROWS) + 0.5) * CELL * zoom).astype(int)
    return codes[y][:, x].astype(np.float32)


@pytest.fixture(params=[True, False], ids=["webgl2", "canvas"])
def bench(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Bench]:
    shot = {"width": COLUMNS * CELL, "height": ROWS * CELL}
    made = Bench(chromium, use_webgl=request.param, shot=shot)
    made.lut()
    yield made
    made.close()


def cells(linear: np.ndarray) -> np.ndarray:
    return coded(linear.repeat(CELL, 0).repeat(CELL, 1))


@pytest.mark.parametrize(("exposure", "gamma"), [(0, 1), (-3, 1), (-6, 1), (2, 1), (-1, 1.8)])
def test_a_colour_is_shown_as_ocio_shows_it(bench: Bench, exposure: float, gamma: float) -> None:
    linear = colours()
    bench.picture("a", cells(linear))
    bench.set(exposure=exposure, gamma=gamma)
    apart = np.abs(shown_cells(bench) - seen_by_ocio(linear, exposure=exposure, gamma=gamma))
    name = bench.page.evaluate("view.renderer.name")
    print(
        f"{name}, exposure {exposure}, gamma {gamma}: mean {apart.mean():.2f}, "
        f"p99 {np.quantile(apart, 0.99):.2f}, max {apart.max():.2f} codes of 255"
    )
    assert apart.mean() <= MEAN
    assert apart.max() <= WORST


def test_a_highlight_that_is_stopped_down_is_no_clipped_white(bench: Bench) -> None:
    linear = np.full((ROWS, COLUMNS, 3), 40, np.float32)
    linear[:, COLUMNS // 2 :] = 1  # what a clipped highlight would be
    bench.picture("a", cells(linear))
    bench.set(exposure=-6)
    shown = shown_cells(bench)
    bright, clipped = shown[0, 0], shown[0, -1]
    print(f"40 stopped down by 6 stops: {bright}; 1 stopped down: {clipped}")
    assert np.abs(bright - seen_by_ocio(linear, exposure=-6)[0, 0]).max() <= 2
    assert bright.min() > clipped.max() + 60


def test_a_jpeg_of_log_codes_shows_nearly_the_same(bench: Bench) -> None:
    linear = colours()
    bench.picture("a", cells(linear), encoding="jpeg")
    apart = np.abs(shown_cells(bench) - seen_by_ocio(linear, exposure=0))
    print(f"JPEG: mean {apart.mean():.2f}, max {apart.max():.2f} codes of 255")
    assert apart.mean() <= 2.5


def test_a_matte_is_grey_without_the_view(bench: Bench) -> None:
    matte = np.full((ROWS * CELL, COLUMNS * CELL, 3), 0.25, np.float32)
    bench.picture("a", matte, kind="mono", source="matte:tower")
    assert np.abs(shown_cells(bench) - 64).max() <= 1
    one_channel = np.full((ROWS * CELL, COLUMNS * CELL, 1), 0.75, np.float32)
    bench.picture("a", one_channel, kind="mono", source="matte:tower")
    assert np.abs(shown_cells(bench) - 191).max() <= 1


def test_difference_is_that_of_linear_light_after_the_exposure(bench: Bench) -> None:
    one, other = colours(), np.roll(colours(), 5, axis=1)
    bench.pair(cells(one), cells(other))
    bench.set(mode="difference", exposure=-1)
    stored = [coded(x).astype(np.float16).astype(np.float32) for x in (one, other)]
    colour = open_colour(STUDIO_CONFIG)
    light = [colour.convert(x, "ACEScct", "ACEScg") for x in stored]
    wanted = 255 * colour.view(np.abs(light[0] - light[1]) * 0.5, Viewing())
    apart = np.abs(shown_cells(bench) - np.clip(wanted, 0, 255))
    print(f"difference: mean {apart.mean():.2f}, max {apart.max():.2f} codes of 255")
    assert apart.mean() <= MEAN
    bench.pair(cells(one), cells(one))
    assert shown_cells(bench).max() <= 1


def test_an_overlay_tints_red_only_where_the_matte_is(bench: Bench) -> None:
    bench.picture("a", cells(np.full((ROWS, COLUMNS, 3), 0.18, np.float32)))
    height, width = ROWS * CELL, COLUMNS * CELL
    matte = np.zeros((height, width), np.uint8)
    matte[:, width // 2 :] = 255
    message = {"type": "overlay", "id": 1, "frame": 1001, "width": width, "height": height}
    bench.say({**message, "region": [0, 0, width, height]}, matte.tobytes())
    plain = shown_cells(bench)
    bench.set(overlay="matte:tower")
    tinted = shown_cells(bench)
    assert np.array_equal(tinted[:, : COLUMNS // 2], plain[:, : COLUMNS // 2])
    red = tinted[:, COLUMNS // 2 :]
    assert (red[..., 0] > red[..., 1] + 80).all()


def test_the_plain_canvas_says_so_and_names_itself(chromium: Browser) -> None:
    bench = Bench(chromium, use_webgl=False)
    notice = bench.page.get_by_role("note")
    assert "plain canvas" in notice.inner_text()
    assert bench.page.evaluate("traits.renderer") == "canvas"
    assert bench.sent("ready") == [{"webgl": False, "software": True}]
    bench.close()


def test_a_lost_context_comes_back_with_its_pictures(chromium: Browser) -> None:
    bench = Bench(chromium)
    bench.lut()
    grey = np.full((HEIGHT, WIDTH, 3), 0.18, np.float32)
    bench.picture("a", coded(grey))
    before = bench.code_at(480, 270)
    lose = "window.lost = view.renderer.gl.getExtension('WEBGL_lose_context'); lost.loseContext()"
    bench.page.evaluate(lose)
    notice = bench.page.get_by_role("note")
    notice.wait_for()
    assert "driver" in notice.inner_text()
    bench.page.evaluate("setTimeout(() => lost.restoreContext(), 50)")
    notice.wait_for(state="hidden")
    assert bench.code_at(480, 270) == before
    assert bench.page.evaluate("traits.renderer") == "webgl2 (software)"
    bench.close()
