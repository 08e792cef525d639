"""What a viewer is sent: codes that hold highlights, and regions that are where they say."""

import cv2
import numpy as np
import pytest
import torch
from small_show import SmallShow
from torch import Tensor

from lookdev.explore.shown import Coded, coded, eight_bit, grey, log_coded, plane_of, value_at
from lookdev.image.colour import Colour, open_colour
from lookdev.render import Session, render_frame
from lookdev.spec.show import STUDIO_CONFIG, Viewing

PLATE = (1998, 1080)


@pytest.fixture(scope="module")
def colour() -> Colour:
    return open_colour(STUDIO_CONFIG)


def ramp(plate: tuple[int, int], scale: float = 1.0) -> Tensor:
    """A plane (2 of 3 channels count) whose values say where in the plate they are."""
    width, height = max(1, round(plate[0] * scale)), max(1, round(plate[1] * scale))
    x = (torch.arange(width) + 0.5) / width * plate[0]
    y = (torch.arange(height) + 0.5) / height * plate[1]
    return torch.stack(
        [x.expand(height, width), y[:, None].expand(height, width), x * 0 + y[:, None] * 0]
    )


def linear(shown: Coded, colour: Colour) -> np.ndarray:
    code = np.frombuffer(shown.data, np.float16).astype(np.float32)
    return colour.convert(code.reshape(shown.height, shown.width, 3), "ACEScct", "ACEScg")


def test_the_log_code_is_ocios(colour: Colour) -> None:
    values = np.concatenate([np.linspace(-0.5, 0.02, 1001), np.geomspace(0.02, 60000, 4001)])
    light = np.repeat(values.astype(np.float32)[None, :, None], 3, 2)
    wanted = colour.convert(light, "ACEScg", "ACEScct")
    ours = log_coded(torch.from_numpy(light)).numpy()
    worst = np.abs(ours - wanted).max()
    print(f"ACEScct against OCIO over -0.5 to 60000: at most {worst:.1e}")
    assert worst < 1e-5


@pytest.mark.parametrize("light", [0.18, 1.0, 40.0, 200.0])
def test_the_exact_picture_holds_highlights(light: float, colour: Colour) -> None:
    plane = torch.full((3, 8, 8), light)
    shown = coded(plane, region=(0, 0, 8, 8), size=(8, 8), plate=(8, 8), exact=True)
    back = linear(shown, colour)
    error = float(np.abs(back / light - 1).max())
    print(f"{light} comes back within {error:.3%}")
    assert error < 0.005


def test_a_compressed_picture_is_near_the_exact_one() -> None:
    plane = (ramp((256, 144)) / 256 * 4).clamp(min=0.01)
    region, size = (0.0, 0.0, 256.0, 144.0), (256, 144)
    shown = coded(plane, region=region, size=size, plate=size, exact=False)
    picture = cv2.imdecode(np.frombuffer(shown.data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    exact = eight_bit(log_coded(plane.permute(1, 2, 0)))
    difference = np.abs(picture.astype(int) - exact.astype(int))
    print(
        f"JPEG: mean {difference.mean():.2f}, at most {difference.max()} of 255; {len(shown.data)} bytes"
    )
    assert difference.mean() < 1
    assert difference.max() <= 8


@pytest.mark.parametrize("scale", [1.0, 960 / 1998, 0.37])
@pytest.mark.parametrize(
    ("region", "size"),
    [
        ((0.0, 0.0, 1998.0, 1080.0), (960, 519)),
        ((10.3, 20.7, 110.3, 77.2), (100, 57)),
        ((10.3, 20.7, 110.3, 77.2), (333, 188)),
        ((1500.5, 800.25, 1998.0, 1080.0), (61, 34)),
        ((700.1, 300.2, 700.2, 300.3), (800, 800)),
        ((-500.0, -300.0, 2500.0, 1400.0), (750, 425)),
    ],
)
def test_every_pixel_shows_what_lies_in_its_part_of_the_region(
    scale: float,
    region: tuple[float, float, float, float],
    size: tuple[int, int],
    colour: Colour,
) -> None:
    plane = ramp(PLATE, scale)
    shown = coded(plane, region=region, size=size, plate=PLATE, exact=True)
    found = linear(shown, colour)
    left, top, right, bottom = shown.region
    x = left + (np.arange(shown.width) + 0.5) / shown.width * (right - left)
    y = top + (np.arange(shown.height) + 0.5) / shown.height * (bottom - top)
    wanted = log_coded(torch.from_numpy(np.stack(np.broadcast_arrays(x[None], y[:, None]), -1)))
    wanted_linear = colour.convert(
        np.concatenate([wanted.numpy(), wanted.numpy()[..., :1]], -1).astype(np.float32),
        "ACEScct",
        "ACEScg",
    )
    wanted_linear = wanted_linear[..., :2]
    off = np.abs(found[..., :2] - wanted_linear) - 0.006 * wanted_linear  # of half floats in log
    print(
        f"{shown.width}x{shown.height} over {[round(v, 2) for v in shown.region]}: {off.max():.2f} px"
    )
    assert off.max() < 0.3 / scale
    assert left <= max(0, region[0]) + 1e-6
    assert right >= min(PLATE[0], region[2]) - 1e-6
    assert top <= max(0, region[1]) + 1e-6
    assert bottom >= min(PLATE[1], region[3]) - 1e-6
    assert 0 <= left < right <= PLATE[0] + 1e-6
    assert 0 <= top < bottom <= PLATE[1] + 1e-6


def test_at_one_to_one_pixels_are_never_resampled(colour: Colour) -> None:
    plane = torch.rand(3, 108, 200, generator=torch.Generator().manual_seed(1))
    region = (10.3, 20.7, 110.3, 77.7)
    shown = coded(plane, region=region, size=(100, 57), plate=(200, 108), exact=True)
    assert shown.region == (10, 20, 111, 78)
    assert (shown.width, shown.height) == (101, 58)
    worst = np.abs(linear(shown, colour) - plane[:, 20:78, 10:111].permute(1, 2, 0).numpy()).max()
    assert worst < 0.005


def test_only_what_the_screen_has_room_for_travels() -> None:
    plane = ramp(PLATE)
    whole = coded(plane, region=(0, 0, *PLATE), size=(500, 270), plate=PLATE, exact=True)
    assert (whole.width, whole.height) == (500, 270)
    far = coded(plane, region=(-999, -540, 2997, 1620), size=(500, 270), plate=PLATE, exact=True)
    print(f"seen from afar: {far.width}x{far.height}")
    assert (far.width, far.height) == (250, 135)


@pytest.mark.parametrize(
    "region",
    [
        (5.0, 5.0, 5.0, 5.0),
        (5.2, 5.2, 5.4, 5.4),
        (9999.0, 9999.0, 10000.0, 10000.0),
        (-50.0, -50.0, -10.0, -10.0),
        (20.0, 20.0, 10.0, 10.0),
    ],
)
def test_a_region_of_a_point_or_outside_is_one_pixel_that_says_where_it_is(
    region: tuple[float, float, float, float],
) -> None:
    shown = coded(ramp((100, 60)), region=region, size=(300, 300), plate=(100, 60), exact=True)
    assert (shown.width, shown.height) == (1, 1)
    left, top, right, bottom = shown.region
    assert (right - left, bottom - top) == (1, 1)
    assert 0 <= left <= 99
    assert 0 <= top <= 59


def test_mattes_are_mono_and_overlays_bytes() -> None:
    matte = torch.linspace(0, 1, 100).expand(60, 100)
    region, plate = (0.0, 0.0, 100.0, 60.0), (100, 60)
    shown = coded(matte, region=region, size=(100, 60), plate=plate, exact=True)
    assert (shown.kind, shown.encoding) == ("mono", "half")
    values = np.frombuffer(shown.data, np.float16).reshape(60, 100, 3)
    assert np.abs(values[0, :, 1] - np.linspace(0, 1, 100)).max() < 1e-3
    over = grey(matte, region=region, size=(50, 30), plate=plate)
    assert (over.encoding, len(over.data)) == ("grey", 50 * 30)
    assert over.data[-1] == 254


def test_values_are_those_of_the_pixel_that_holds_the_point() -> None:
    plane = ramp((100, 60))
    assert value_at(plane, 0, 0, (100, 60)) == [0.5, 0.5, 0.0]
    assert value_at(plane, 99.99, 59.99, (100, 60)) == [99.5, 59.5, 0.0]
    assert value_at(plane, 100, 5, (100, 60)) is None
    assert value_at(plane, 5, -0.01, (100, 60)) is None
    half = ramp((100, 60), 0.5)
    assert value_at(half, 3.9, 2.0, (100, 60)) == [3.0, 3.0, 0.0]
    assert value_at(half[0], 3.9, 2.0, (100, 60)) == [3.0]


def test_every_part_of_a_frame_can_be_looked_at(small_show: SmallShow) -> None:
    session, look = Session(small_show.folder), small_show.look()
    shot_file = look.shot_file
    made = render_frame(shot_file, look.look, 1003, session=session)
    parts = {
        "comp": made.comp,
        "plate": made.below,
        "support": made.support,
        "element:snow": made.layers["snow"][:3],
        "alpha:dust": made.layers["dust"][3],
        "element:gone": torch.zeros_like(made.below),
        "alpha:gone": torch.zeros_like(made.support),
    }
    for what, wanted in parts.items():
        assert torch.equal(plane_of(made, what, shot_file, 1.0), wanted), what
    tower = plane_of(made, "matte:tower", shot_file, 1.0)
    assert float(tower[20, 52]) == 0.5
    assert float(tower[20, 60]) == 1.0


def test_the_baked_view_is_ocios_within_a_code(colour: Colour) -> None:
    """Trilinear between the cube's points, as the viewer's shader does it."""
    rng = np.random.default_rng(3)
    greys = rng.uniform(0.05, 0.95, (64, 64, 1)).astype(np.float32)
    tints = rng.uniform(-0.08, 0.08, (64, 64, 3)).astype(np.float32)
    wild = rng.uniform(0.05, 0.95, (64, 64, 3)).astype(np.float32)
    for name, codes, mean, most in (
        ("greys", greys + 0 * tints, 0.1, 0.5),
        ("colours of a plate", (greys + tints).clip(0, 1), 0.3, 7.0),
        ("any colour, most beyond any camera", wild, 0.5, 100.0),
    ):
        light = colour.convert(codes, "ACEScct", "ACEScg")
        wanted = colour.view(light, Viewing()) * 255
        cube = torch.from_numpy(colour.baked_view(Viewing(), size=65)).permute(3, 0, 1, 2)
        at = torch.from_numpy(codes * 2 - 1)[None, None]
        baked = torch.nn.functional.grid_sample(cube[None], at, align_corners=True)[0, :, 0]
        error = np.abs(baked.permute(1, 2, 0).numpy() * 255 - wanted)
        print(
            f"{name}: mean {error.mean():.3f}, 99% {np.quantile(error, 0.99):.2f}, at most {error.max():.2f} codes"
        )
        assert error.mean() < mean
        assert error.max() < most


def test_the_baked_view_holds_its_points_exactly(colour: Colour) -> None:
    cube = colour.baked_view(Viewing(), size=5)
    code = np.array([[[0.25, 0.5, 0.75]]], np.float32)
    wanted = colour.view(colour.convert(code, "ACEScct", "ACEScg"), Viewing())[0, 0]
    assert cube[3, 2, 1] == pytest.approx(wanted, abs=1e-4), "blue, green, red"
