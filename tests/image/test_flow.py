import subprocess
import sys
import time

import cv2
import numpy as np
import pytest

from lookdev.errors import PlateError
from lookdev.image.flow import Way, alike, between, chained, flow, settled, visible
from lookdev.image.frame import Pixels
from lookdev.image.warp import filled, warped

H, W, MARGIN = 216, 384, 60


def texture(height: int, width: int, seed: int = 0) -> Pixels:
    """Scene-linear noise of many scales, as a stained wall has it, (h, w)."""
    random, total = np.random.default_rng(seed), np.zeros((height, width), np.float32)
    for sigma, amount in ((1, 0.3), (3, 0.6), (9, 1.0), (27, 1.5)):
        noise = random.standard_normal((height, width)).astype(np.float32)
        noise = cv2.GaussianBlur(noise, (0, 0), sigma)
        total += amount * noise / noise.std()
    return 0.18 * np.exp(0.5 * total)


def turned(degrees: float = 0, zoom: float = 1, x: float = 0, y: float = 0) -> Pixels:
    """A matrix (3, 3) from one picture's pixels to the next one's, about the middle."""
    rotation = np.eye(3)
    rotation[:2] = cv2.getRotationMatrix2D((W / 2, H / 2), degrees, zoom)
    rotation[:2, 2] += x, y
    return rotation


def seen_through(plane: Pixels, matrix: Pixels) -> Pixels:
    """The middle of a plane after a motion, as a picture (H, W, 3)."""
    away = np.eye(3)
    away[:2, 2] = -MARGIN
    view = cv2.warpAffine(plane, (matrix @ away)[:2], (W, H), flags=cv2.INTER_CUBIC)
    return np.repeat(view[..., None], 3, 2)


def flow_of(matrix: Pixels) -> Pixels:
    y, x = np.mgrid[:H, :W].astype(np.float64)
    ends = np.stack([x, y, np.ones_like(x)], -1) @ matrix.T
    return (ends[..., :2] - np.stack([x, y], -1)).astype(np.float32)


def missed(found: Pixels, matrix: Pixels) -> Pixels:
    return np.linalg.norm(found - flow_of(matrix), axis=-1)


WALL = texture(H + 2 * MARGIN, W + 2 * MARGIN)


@pytest.mark.parametrize(
    "motion",
    [
        {"x": 6.3, "y": -2.7},
        {"x": -31.4, "y": 12.2},
        {"zoom": 1.03},
        {"degrees": 1.5},
        {"degrees": -1, "zoom": 0.98, "x": 4},
    ],
    ids=str,
)
def test_a_known_motion_is_found(motion: dict[str, float]) -> None:
    a, b = seen_through(WALL, np.eye(3)), seen_through(WALL, turned(**motion))
    error = missed(flow(a, b), turned(**motion))
    print(f"{motion}: median {np.median(error):.3f} px, 90% below {np.percentile(error, 90):.3f}")
    assert np.median(error) < 0.2


def test_highlights_negatives_and_exposure_do_not_decide() -> None:
    a, b = seen_through(WALL, np.eye(3)), seen_through(WALL, turned(x=3.5))
    plain = np.median(missed(flow(a, b), turned(x=3.5)))
    lamps = [picture.copy() for picture in (a, b)]
    for lamp, x in zip(lamps, (200, 203), strict=True):
        lamp[60:64, x : x + 4] = 60
        lamp[150:152, 20:24] = -0.4
    lit = np.median(missed(flow(*lamps), turned(x=3.5)))
    darker = np.median(missed(flow(a, b * 0.5), turned(x=3.5)))
    print(f"median error: plain {plain:.3f} px, with lamps {lit:.3f}, a stop darker {darker:.3f}")
    assert max(plain, lit, darker) < 0.2


def test_the_same_numbers_on_any_count_of_threads() -> None:
    a, b, before = WALL[..., None].repeat(3, 2), seen_through(WALL, turned(2)), cv2.getNumThreads()
    a, found = a[:H, :W], []
    try:
        for threads in (1, 2, 3, 8):
            cv2.setNumThreads(threads)
            found.append(flow(a, b).tobytes())
    finally:
        cv2.setNumThreads(before)
    assert len(set(found)) == 1


def test_what_is_covered_or_leaves_the_picture_is_not_seen() -> None:
    a, b = seen_through(WALL, np.eye(3)), seen_through(WALL, turned(x=10))
    b[60:160, 150:200] = 3 * texture(100, 50, 5)[..., None]  # a thing that was not there
    there, back = between(a, b)
    covered = there.seen[70:150, 150:180].mean()
    free, gone = there.seen[70:150, 20:120].mean(), there.seen[:, -9:].max()
    print(f"seen: free {free:.3f}, covered {covered:.3f}, beyond the border {gone:.3f}")
    assert free > 0.99
    assert covered < 0.1
    assert gone == 0
    assert back.seen[:, :9].max() == 0
    assert ((there.seen >= 0) & (there.seen <= 1)).all()


def test_grain_and_light_make_no_other_surface() -> None:
    still, random = np.zeros((H, W, 2), np.float32), np.random.default_rng(4)
    codes = 40 * np.log(WALL[:H, :W])
    grain = random.standard_normal((2, H, W)).astype(np.float32)
    seen = {
        "the same": alike(codes, codes, still),
        "with grain": alike(codes + 4 * grain[0], codes + 4 * grain[1], still),
        "darker": alike(codes, codes - 20, still),
        "another": alike(codes, 40 * np.log(texture(H, W, 9)), still),
    }
    print(", ".join(f"{name} {plane.mean():.3f}" for name, plane in seen.items()))
    assert (seen["the same"] == 1).all()
    assert (seen["darker"] == 1).all()
    assert seen["with grain"].mean() > 0.98


def test_a_pixel_that_comes_back_within_the_bound_is_seen_wholly() -> None:
    ones = np.ones((8, 30, 2), np.float32) * np.array([4, 0], np.float32)
    for off, seen in ((0.0, 1.0), (0.7, 1.0), (0.95, None), (1.5, 0.0)):
        confidence = visible(ones, -ones + np.array([0, off], np.float32))[4, 10]
        print(f"missing by {off} px: {confidence:.3f}")
        assert confidence == seen or (seen is None and 0 < confidence < 1)


def test_a_chain_is_the_whole_motion_and_settling_takes_its_drift() -> None:
    step, count = turned(0.25, 1.003, 2.1, -0.6), 10
    motions = [np.linalg.matrix_power(step, i) for i in range(count + 1)]
    pictures = [seen_through(WALL, motion) for motion in motions]
    pairs = [between(*pictures[i : i + 2]) for i in range(count)]
    there, back = chained([p[0] for p in pairs]), chained([p[1] for p in reversed(pairs)])
    straight = settled(there, back, pictures[0], pictures[-1])
    inside = there.seen > 0.5
    chain, ended = (np.median(missed(way.flow, motions[-1])[inside]) for way in (there, straight))
    print(f"{count} links: chain {chain:.3f} px, settled {ended:.3f}, seen {there.seen.mean():.2f}")
    assert ended < chain < 0.3
    assert ended < 0.1
    assert inside.mean() > 0.75


def test_settling_leaves_a_chain_that_a_direct_look_contradicts() -> None:
    a = seen_through(WALL, np.eye(3))
    far = np.full((H, W, 2), 20, np.float32)  # the pictures say 0
    chain = Way(far, np.ones((H, W), np.float32))
    assert np.array_equal(settled(chain, Way(-far, chain.seen), a, a).flow, far)


def test_no_motion_is_the_identity_bit_for_bit() -> None:
    plane = WALL[:H, :W] * 300 - 20
    still = Way.still(H, W)
    a = plane[..., None].repeat(3, 2)
    assert np.array_equal(flow(a, a), still.flow)
    assert np.array_equal(visible(still.flow, still.flow), still.seen)
    assert np.array_equal(warped(plane, still.flow), plane)
    partly = still.flow.copy()
    partly[:, : W // 2] = 1.3
    assert np.array_equal(warped(a, partly)[:, W // 2 :], a[:, W // 2 :])
    chain = chained([still, still, still])
    assert np.array_equal(chain.flow, still.flow)
    assert np.array_equal(chain.seen, still.seen)
    assert np.array_equal(filled(a, still.seen), a)


def test_warping_keeps_detail_and_rings_at_no_highlight() -> None:
    plane = WALL[:H, :W].copy()
    plane[100:104, 100:104] = 60
    along = np.full((H, W, 2), 0.5, np.float32)
    made = warped(plane, along)
    print(f"range {plane.min():.3f}..{plane.max():.1f} becomes {made.min():.3f}..{made.max():.1f}")
    assert made.min() >= plane.min()
    assert made.max() <= 60
    there_and_back = warped(made, -along)
    error = np.abs(there_and_back - plane)[5:80, 5:-5].mean() / plane.mean()
    print(f"half a pixel there and back: {error:.2%} of the mean")
    assert error < 0.06


def test_filling_keeps_what_is_sure_and_takes_the_rest_from_around() -> None:
    ramp = np.linspace(0, 1, 100, dtype=np.float32)[None].repeat(60, 0)
    sure = np.ones_like(ramp)
    sure[20:40, 40:60] = 0
    made = filled(np.where(sure > 0, ramp, 99).astype(np.float32), sure)
    print(f"error in a hole of 20 px in a ramp: {np.abs(made - ramp).max():.3f} of 1")
    assert np.array_equal(made[sure == 1], ramp[sure == 1])
    assert np.abs(made - ramp).max() < 0.15
    one = np.zeros_like(sure)
    one[3, 3] = 1
    assert filled(ramp + 1, one) == pytest.approx(ramp[3, 3] + 1, rel=1e-3)
    assert not filled(ramp, np.zeros_like(sure)).any()


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 300), (12, 40), (14, 302), (300, 3)])
def test_a_sliver_or_nothing_to_see_gives_numbers(height: int, width: int) -> None:
    random = np.random.default_rng(1)
    flat, noise = np.full((height, width, 3), 0.18, np.float32), random.random((height, width, 3))
    noise = noise.astype(np.float32)
    there, back = between(flat, flat)
    assert not there.flow.any()
    assert (there.seen == 1).all()
    for a, b in ((flat, noise), (noise, flat * 0), (noise * -60, noise * 60)):
        there, back = between(a, b)
        whole = settled(there, back, a, b)
        for plane in (whole.flow, whole.seen, chained([there, back]).flow, warped(a, there.flow)):
            assert np.isfinite(plane).all()


def test_slivers_end_no_process() -> None:
    code = (
        "import numpy as np; from lookdev.image.flow import flow\n"
        "for s in [(12, 40), (14, 302), (64, 2000), (70, 3000), (2, 700), (700, 2)]:\n"
        "    a = np.random.default_rng(2).random((*s, 3)).astype(np.float32)\n"
        "    assert np.isfinite(flow(a, np.roll(a, 3, 1))).all()\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_cannot_be_followed_is_refused() -> None:
    a = np.ones((20, 20, 3), np.float32)
    hurt = a.copy()
    hurt[3, 3, 1] = np.nan
    with pytest.raises(PlateError, match="NaN or Inf"):
        flow(a, hurt)
    with pytest.raises(PlateError, match="20x20 and 20x10"):
        flow(a, a[:10])


def test_the_time_of_a_pair() -> None:
    a = texture(540, 960, 3)[..., None].repeat(3, 2)
    b = np.roll(a, (2, 5), (0, 1))
    start = time.perf_counter()
    there, back = between(a, b)
    pair = time.perf_counter() - start
    start = time.perf_counter()
    settled(there, back, a, b)
    direct = time.perf_counter() - start
    start = time.perf_counter()
    warped(a, there.flow)
    moved = time.perf_counter() - start
    print(f"960x540: a pair both ways {pair:.2f} s, settled {direct:.2f} s, warped {moved:.3f} s")
