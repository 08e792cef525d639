from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812 torch's own abbreviation
from diffusers import AutoencoderTiny
from small_show import save_tiny_model
from torch import Tensor

from lookdev.generate import noise
from lookdev.generate.adapter import Request, Step
from lookdev.generate.mini_adapter import MiniAdapter, load
from lookdev.generate.refine import refine_element, refined
from lookdev.generate.tiles import place, tiles
from lookdev.image.element import Element
from lookdev.image.frame import Window
from lookdev.mini.pipeline import WEIGHTS
from lookdev.spec.look import Layer

WIDTH, HEIGHT, SCALE = 160, 96, 2
SIZE = (WIDTH * SCALE, HEIGHT * SCALE)
TILE, OVERLAP = 128, 48
STARTS = sorted({one.x for one in tiles(*SIZE, TILE, OVERLAP)})
BORDERS = sorted({*STARTS[1:], *(one + TILE for one in STARTS[:-1])})
"""Columns at which a tile begins or ends."""


def ssim(picture: Tensor, truth: Tensor) -> float:
    """Wang et al. 2004 with an 11 x 11 gaussian, sigma 1.5, over planes (h, w)."""
    places = torch.arange(11, dtype=torch.float64) - 5
    bell = torch.exp(-places.square() / (2 * 1.5**2))
    kernel = (bell[:, None] * bell / bell.sum() ** 2)[None, None]
    x, y = picture.double()[None, None], truth.double()[None, None]
    reach = float(truth.max() - truth.min())
    c1, c2 = (0.01 * reach) ** 2, (0.03 * reach) ** 2
    mx, my = F.conv2d(x, kernel), F.conv2d(y, kernel)
    vx, vy = F.conv2d(x * x, kernel) - mx * mx, F.conv2d(y * y, kernel) - my * my
    both = F.conv2d(x * y, kernel) - mx * my
    map_ = (2 * mx * my + c1) * (2 * both + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))
    return float(map_.mean())


def small(picture: Tensor) -> Tensor:
    return F.interpolate(picture[None, None], (HEIGHT, WIDTH), mode="area")[0, 0]


def step_across(picture: Tensor, columns: list[int]) -> float:
    """Mean gradient across the lines left of some columns, over that along them."""
    left, right = [one - 1 for one in columns], columns
    normal = (picture[:, right] - picture[:, left]).abs().mean()
    along = picture.diff(dim=0).abs()
    return float(normal / ((along[:, left] + along[:, right]).mean() / 2))


def luma(element: Element) -> Tensor:
    return torch.from_numpy(element.density * element.light + element.emission)


def request_for(prompt: str, tile: int = TILE, seed: str = "7", **refine: Any) -> Request:
    settings = {"scale": float(SCALE), "steps": 4, "tile": tile, "overlap": OVERLAP} | refine
    layer = Layer.model_validate(
        {
            "name": "one",
            "element": {"prompt": prompt, "seed": seed, "size": (WIDTH, HEIGHT), "steps": 4},
            "refine": settings,
        }
    )
    return Request(
        layer=layer,
        envelope=np.ones((HEIGHT, WIDTH), np.float32),
        wind=(1.0, 2.0),
        noise=lambda c, w, h, d: noise.drawn(seed, channels=c, width=w, height=h, draw=d),
    )


@pytest.fixture(scope="module")
def adapter(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], MiniAdapter]:
    """`shipped` or `tiny`, each loaded once."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    folders = {
        "shipped": WEIGHTS,
        "tiny": save_tiny_model(tmp_path_factory.mktemp("m") / "mini", seed=3),
    }

    @cache
    def loaded(name: str) -> MiniAdapter:
        files: Any = SimpleNamespace(folder=folders[name])
        return load(files, device="cpu", colour=None, preview=None)  # type: ignore[arg-type]

    yield loaded
    torch.set_num_threads(threads)


@pytest.mark.parametrize(
    ("weights", "prompt"),
    [
        ("shipped", "light snow"),
        ("shipped", "rolling dust"),
        ("shipped", "embers"),
        ("tiny", "ash"),
    ],
)
def test_the_embedded_model_s_detail_keeps_to_the_draft_and_shows_no_tile(
    adapter: Callable[[str], MiniAdapter], weights: str, prompt: str
) -> None:
    """Seams are told from chance by the same lines of one tile, which has no border there."""
    model, request = adapter(weights), request_for(prompt)
    (draft,) = model.generate((request,), None)
    made = refine_element(draft, request, model, None, None)
    whole = refine_element(draft, request_for(prompt, tile=SIZE[0]), model, None, None)
    agrees = ssim(small(luma(made)), luma(draft))
    tiled, plain = step_across(luma(made), BORDERS), step_across(luma(whole), BORDERS)
    print(
        f"{weights} {prompt}: {made.evaluations} evaluations, SSIM {agrees:.4f}, "
        f"across borders {tiled:.4f}, in one tile {plain:.4f}, off by {tiled / plain - 1:+.2%}"
    )
    assert made.density.shape == (HEIGHT * SCALE, WIDTH * SCALE)
    assert agrees >= 0.95
    assert abs(tiled / plain - 1) < 0.02
    assert whole.evaluations == 2, "0.3 of 4 steps, rounded up"


_GAIN = 20.0
"""Random weights give a faint picture; with it the picture has about the draft's contrast."""


def autoencoder(size: tuple[int, int]) -> Callable[[Window, Tensor], Tensor]:
    """Encode, add a little noise, decode: by a random network of the real class."""
    with torch.random.fork_rng():
        torch.manual_seed(3)
        model = AutoencoderTiny(
            encoder_block_out_channels=(8, 8, 8, 8),
            decoder_block_out_channels=(8, 8, 8, 8),
            num_encoder_blocks=(1, 1, 1, 1),
            num_decoder_blocks=(1, 1, 1, 1),
        ).eval()
    width, height = size[0] // 8, size[1] // 8
    latent_noise = noise.drawn("7", channels=4, width=width, height=height)

    with torch.no_grad():
        middle = torch.full((1, 3, 64, 64), 0.0)
        grey = model.decode(model.encode(middle).latents).sample.mean((0, 2, 3))[:, None, None]

    @torch.no_grad()
    def repaint(window: Window, planes: Tensor) -> Tensor:
        latents = model.encode(2 * planes[None] - 1).latents
        rows = slice(window.y // 8, window.bottom // 8)
        columns = slice(window.x // 8, window.right // 8)
        noisy = latents + 0.1 * latent_noise[None, :, rows, columns]
        return 0.5 + _GAIN * (model.decode(noisy).sample[0] - grey)

    return repaint


def picture(seed: int = 1) -> Tensor:
    """(3, h, w), 0..1, with structure at every size."""
    generator = torch.Generator().manual_seed(seed)
    layers = [
        F.interpolate(
            torch.rand(1, 3, HEIGHT // step, WIDTH // step, generator=generator),
            (HEIGHT, WIDTH),
            mode="bicubic",
        )[0]
        for step in (1, 2, 4, 8, 16)
    ]
    return (torch.stack(layers).mean(0)).clamp(0, 1)


def luma_of(planes: Tensor) -> Tensor:
    return 0.2722 * planes[0] + 0.6741 * planes[1] + 0.0537 * planes[2]


def test_an_autoencoder_s_detail_keeps_to_the_draft_and_shows_no_tile() -> None:
    draft, repaint = picture(), autoencoder(SIZE)
    grid = tiles(*SIZE, TILE, OVERLAP, 8)
    made = refined(draft, size=SIZE, grid=grid, repaint=repaint)
    whole = refined(draft, size=SIZE, grid=tiles(*SIZE, 320, OVERLAP, 8), repaint=repaint)
    agrees = ssim(small(luma_of(made)), luma_of(draft))
    changed = float((made - F.interpolate(draft[None], SIZE[::-1], mode="bicubic")[0]).abs().mean())
    tiled, plain = step_across(luma_of(made), BORDERS), step_across(luma_of(whole), BORDERS)
    print(
        f"SSIM {agrees:.4f}, changed by {changed:.3f}, across borders {tiled:.4f}, "
        f"in one tile {plain:.4f}, off by {tiled / plain - 1:+.2%}"
    )
    assert changed > 0.01, "or nothing was shown"
    assert agrees >= 0.95
    assert abs(tiled / plain - 1) < 0.02


NOISY = (1024, 768)


def off_at_borders(join: Callable[..., Tensor]) -> list[float]:
    """White noise, alike everywhere, in tiles of which each has another brightness by chance.

    Gives how much larger the step across borders is than elsewhere, for columns and for rows.
    """
    grid = tiles(*NOISY, 256, 96)
    detail = noise.drawn("5", channels=1, width=NOISY[0], height=NOISY[1]) * 0.1
    chance = torch.rand(len(grid), generator=torch.Generator().manual_seed(1)).tolist()
    bright = dict(zip(grid, chance, strict=True))
    made = join(grid, lambda at, x: x + detail[:, *place(at)] + 0.2 * bright[at])[0]
    found = []
    for pixels, starts in ((made, {one.x for one in grid}), (made.T, {one.y for one in grid})):
        ends = sorted(starts - {0} | {one + 256 for one in starts} - {pixels.shape[1]})
        others = [one for one in range(16, pixels.shape[1] - 16, 2) if one not in ends]
        found.append(step_across(pixels, ends) / step_across(pixels, others) - 1)
    return found


def test_borders_are_like_any_other_line() -> None:
    draft = torch.full((1, NOISY[1] // 2, NOISY[0] // 2), 0.5)
    found = off_at_borders(
        lambda grid, repaint: refined(draft, size=NOISY, grid=grid, repaint=repaint)
    )
    print(f"at borders against elsewhere, columns and rows: {found}")
    assert all(abs(off) < 0.02 for off in found)


def test_the_meter_finds_the_seams_of_tiles_that_are_laid_side_by_side() -> None:
    def laid(grid: tuple[Window, ...], repaint: Callable[[Window, Tensor], Tensor]) -> Tensor:
        whole = torch.full((1, NOISY[1], NOISY[0]), 0.5)
        for tile in grid:
            plain = torch.full((1, tile.height, tile.width), 0.5)
            whole[(..., *place(tile))] = repaint(tile, plain)
        return whole

    found = off_at_borders(laid)
    print(f"laid side by side: {found}")
    assert all(off > 0.02 for off in found)


def test_a_region_is_that_of_the_whole_bit_for_bit_and_the_rest_is_the_enlarged_draft() -> None:
    size, draft = (640, 192), torch.cat([picture(1), picture(2)], 2)
    grid, region = tiles(*size, TILE, OVERLAP, 8), Window(40, 60, 90, 70)
    paint, seen = autoencoder(size), []

    def repaint(window: Window, planes: Tensor) -> Tensor:
        seen.append(window)
        return paint(window, planes)

    part = refined(draft, size=size, grid=grid, repaint=repaint, within=region)
    asked = list(seen)
    whole = refined(draft, size=size, grid=grid, repaint=repaint)
    untouched = refined(draft, size=size, grid=grid, repaint=repaint, within=Window(5000, 0, 1, 1))
    print(f"{len(asked)} of {len(grid)} tiles for {region}")
    assert 0 < len(asked) < len(grid)
    assert torch.equal(part[(..., *place(region))], whole[(..., *place(region))])
    beside = max(one.right for one in asked)
    assert torch.equal(part[..., beside:], untouched[..., beside:])
    assert len(seen) == len(asked) + len(grid)


@pytest.mark.parametrize("scale", [1.5, 2.0])
def test_a_region_of_an_element_costs_its_tiles_only(
    adapter: Callable[[str], MiniAdapter], scale: float
) -> None:
    model, request = adapter("tiny"), request_for("snow", tile=80, overlap=32, scale=scale)
    (draft,) = model.generate((request,), None)
    region = Window(0, 0, 40, 40)
    part = refine_element(draft, request, model, region, None)
    whole = refine_element(draft, request, model, None, None)
    print(f"{part.evaluations} of {whole.evaluations} evaluations")
    assert part.evaluations < whole.evaluations
    for name in ("density", "light", "emission"):
        inside = getattr(part, name)[place(region)]
        assert np.array_equal(inside, getattr(whole, name)[place(region)])


def test_nothing_is_where_the_envelope_is_empty_and_ranges_hold(
    adapter: Callable[[str], MiniAdapter],
) -> None:
    model, request = adapter("tiny"), request_for("embers", strength=0.9)
    request.envelope[:, :90] = 0
    (draft,) = model.generate((request,), None)
    made = refine_element(draft, request, model, None, None)
    all_tiles = len(tiles(*SIZE, TILE, OVERLAP))
    print(f"{made.evaluations} evaluations for {all_tiles} tiles of 4 steps")
    assert made.evaluations < 4 * all_tiles, "an empty tile costs nothing"
    assert not made.density[:, :176].any()
    assert made.density[:, 190:].any()
    assert 0 <= made.density.min() <= made.density.max() <= 1
    assert made.light.min() >= 0
    assert made.emission.min() >= 0


class _Painter:
    """A stand-in model of colours."""

    multiple = 8

    def __init__(self) -> None:
        self.noise: list[Tensor] = []

    def repaint(
        self, request: Request, element: Element, window: Window, size: tuple[int, int], draw: int
    ) -> Element:
        drawn = request.noise(3, *size, draw)
        self.noise.append(drawn)
        detail = drawn[(..., *place(window))].movedim(0, -1).numpy()
        return replace(element, light=element.light + 0.1 * detail, evaluations=1)


def test_an_element_with_colour_is_refined_alike_and_draws_its_noise_once() -> None:
    rng = np.random.default_rng(1)
    colour = rng.random((HEIGHT, WIDTH, 3), np.float32)
    draft = Element.picture(colour, evaluations=4)
    painter, steps = _Painter(), []
    made = refine_element(draft, request_for("brick"), painter, None, steps.append)
    count = len(tiles(*SIZE, TILE, OVERLAP, 8))
    assert made.light.shape == (HEIGHT * SCALE, WIDTH * SCALE, 3)
    assert made.density.min() == 1
    assert made.light.min() >= 0
    assert made.evaluations == count
    assert [(one.done, one.total) for one in steps] == [(i + 1, count) for i in range(count)]
    assert all(one is painter.noise[0] for one in painter.noise)
    back = torch.stack([small(torch.from_numpy(made.light[..., i])) for i in range(3)])
    agrees = ssim(luma_of(back), luma_of(torch.from_numpy(colour).movedim(-1, 0)))
    print(f"SSIM {agrees:.4f}")
    assert agrees >= 0.95


def test_what_a_step_raises_ends_the_run() -> None:
    draft = Element.picture(np.ones((HEIGHT, WIDTH, 3), np.float32), evaluations=0)
    painter = _Painter()

    def cancel(step: Step) -> None:
        if step.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        refine_element(draft, request_for("brick"), painter, None, cancel)
    assert len(painter.noise) == 2


def test_a_refined_element_keeps_light_maps_of_its_own(
    adapter: Callable[[str], MiniAdapter],
) -> None:
    model, request = adapter("tiny"), request_for("dust")
    (draft,) = model.generate((request,), None)
    made = refine_element(draft, request, model, None, None)
    assert draft.maps is not None
    assert made.maps is not None
    assert made.maps.shape == (4, *made.density.shape)
    assert made.maps.min() >= 0
    back = torch.stack([small(torch.from_numpy(one)) for one in made.maps])
    agrees = ssim(back.mean(0), torch.from_numpy(draft.maps).mean(0))
    print(f"light maps, brought back: SSIM {agrees:.4f}")
    assert agrees >= 0.9, "of random weights"
