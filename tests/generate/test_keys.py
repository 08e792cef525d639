from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pytest

from lookdev.errors import ModelError, SpecError
from lookdev.generate.keyframes import keyframes
from lookdev.generate.keys import carried, holes, propagated
from lookdev.generate.plate_flow import Lead, PlateFlow
from lookdev.image.element import Element
from lookdev.image.flow import Way
from lookdev.image.frame import Pixels
from lookdev.image.warp import warped
from lookdev.spec.look import Motion

H, W, MARGIN = 180, 320, 60
FIRST, LAST = 1001, 1017
MOTION = Motion(anchor=1001, key_every=8)


@cache
def texture(seed: int) -> Pixels:
    random, shape = np.random.default_rng(seed), (H + 2 * MARGIN, W + 2 * MARGIN)
    total = np.zeros(shape, np.float32)
    for sigma, amount in ((1, 0.3), (3, 0.6), (9, 1.0), (27, 1.5)):
        noise = cv2.GaussianBlur(random.standard_normal(shape).astype(np.float32), (0, 0), sigma)
        total += amount * noise / noise.std()
    return 0.18 * np.exp(0.5 * total)


@cache
def paint() -> Pixels:
    y, x = np.mgrid[: H + 2 * MARGIN, : W + 2 * MARGIN]
    waves = 0.6 + 0.4 * np.sin(x / 4), 0.5 + 0.4 * np.sin(y / 5), 0.4 + 0.3 * np.sin((x + y) / 7)
    return (3 * np.stack(waves, -1) * texture(1)[..., None]).astype(np.float32)


class Wall:
    """A painted wall before a camera that pans, turns and comes nearer; somebody may walk by."""

    def __init__(
        self, *, walker: bool = False, light: Callable[[int], float] = lambda _: 1.0
    ) -> None:
        self.walker, self.light, self.read = walker, light, []

    def on_wall(self, plane: Pixels, frame: int) -> Pixels:
        at = frame - 1009
        matrix = cv2.getRotationMatrix2D(
            (W / 2 + MARGIN, H / 2 + MARGIN), 0.25 * at, 1 + 0.004 * at
        )
        matrix[:, 2] += 2.5 * at - MARGIN, 0.8 * at - MARGIN
        return cv2.warpAffine(plane, matrix, (W, H), flags=cv2.INTER_CUBIC)

    def front(self, frame: int) -> Pixels:
        matte = np.zeros((H, W), np.float32)
        if self.walker:
            centre = round((W * 0.55 - 7 * (frame - 1009)) * 16), H * 8
            cv2.ellipse(matte, centre, (20 * 16, 60 * 16), 0, 0, 360, 1.0, -1, 16, 4)
        return matte

    def behind(self, picture: Pixels, frame: int) -> Pixels:
        front = self.front(frame)[..., None]
        matrix = np.array([[1, 0, -7.0 * (frame - 1009) - MARGIN], [0, 1, -MARGIN]])
        border = cv2.BORDER_REFLECT
        walker = cv2.warpAffine(texture(2), matrix, (W, H), flags=1, borderMode=border)
        return (picture * (1 - front) + 2 * walker[..., None] * front).astype(np.float32)

    def plate(self, frame: int) -> Pixels:
        self.read.append(frame)
        picture = self.on_wall(texture(1), frame)[..., None].repeat(3, 2)
        return self.behind(picture, frame) * np.float32(self.light(frame))

    def painted(self, frame: int) -> Pixels:
        return np.maximum(self.behind(self.on_wall(paint(), frame), frame), 0)

    def patch(self, frame: int) -> Element:
        return Element.picture(self.painted(frame), evaluations=4)


def at(wall: Wall, frame: int, **more: object) -> Element:
    return propagated(
        frame, MOTION, FIRST, LAST, element_at=wall.patch, picture_at=wall.plate, **more
    )


def lead(seen: Pixels) -> Lead:
    return Lead(Way(np.zeros((*seen.shape, 2), np.float32), seen), seen)


def error(picture: Pixels, truth: Pixels, where: Pixels) -> float:
    """Mean difference in stops."""
    stops = np.log2(np.maximum(picture, 1e-3)) - np.log2(np.maximum(truth, 1e-3))
    return float(np.abs(stops).mean(-1)[where].mean())


def same(a: Element, b: Element) -> bool:
    return a.to_bytes() == b.to_bytes()


def dissolved(wall: Wall, frame: int) -> Pixels:
    """What a cross-dissolve between the keyframes would show."""
    before, after = keyframes(MOTION, FIRST, LAST, frame)
    share = (frame - before) / (after - before)
    return (1 - share) * wall.painted(before) + share * wall.painted(after)


def test_keyframes_stand_about_the_anchor_inside_the_plate() -> None:
    motion = Motion(anchor=1010, key_every=8)
    found = {f: keyframes(motion, 1001, 1020, f) for f in range(1001, 1021)}
    assert found[1001] == (1002, 1002)
    assert found[1002] == (1002, 1002)
    assert found[1005] == (1002, 1010)
    assert found[1010] == (1010, 1010)
    assert found[1011] == (1010, 1018)
    assert found[1020] == (1018, 1018)


def test_an_anchor_outside_the_plate_gives_the_same_rhythm() -> None:
    for anchor in (994, 1010, 1018, 1018 + 800):
        assert keyframes(Motion(anchor=anchor, key_every=8), 1001, 1020, 1005) == (1002, 1010)


def test_without_keyframes_every_frame_is_its_own() -> None:
    assert keyframes(Motion(), 1001, 1020, 1007) == (1007, 1007)


def test_a_plate_without_any_keyframe_is_refused() -> None:
    with pytest.raises(SpecError, match=r"key_every is 100, .*anchor 1001 lies in 1010-1050"):
        keyframes(Motion(anchor=1001, key_every=100), 1010, 1050, 1020)


def test_a_keyframe_is_its_own_element_and_no_plate_is_read() -> None:
    wall = Wall()
    for key in (1001, 1009, 1017):
        assert same(at(wall, key), wall.patch(key))
    assert wall.read == []


def test_a_patch_stays_on_a_moving_wall() -> None:
    wall, flows = Wall(), PlateFlow()
    everywhere = np.ones((H, W), bool)
    for frame in (1002, 1005, 1011):
        truth = wall.painted(frame)
        ours = error(at(wall, frame, flows=flows).light, truth, everywhere)
        theirs = error(dissolved(wall, frame), truth, everywhere)
        print(f"frame {frame}: carried {ours:.3f} stops, cross-dissolved {theirs:.3f}")
        assert ours < 0.04
        assert ours < theirs / 10


def test_it_stays_there_when_the_light_changes() -> None:
    wall = Wall(light=lambda frame: 2.0 ** (-0.2 * (frame - 1001)))
    ours = error(at(wall, 1005).light, wall.painted(1005), np.ones((H, W), bool))
    print(f"under light that falls by 0.2 stops a frame: {ours:.3f} stops")
    assert ours < 0.06


def test_who_walks_by_is_not_smeared_over_it() -> None:
    wall, frame = Wall(walker=True), 1005
    keys, truth = keyframes(MOTION, FIRST, LAST, frame), wall.painted(frame)
    flows = PlateFlow()
    leads = {key: flows.lead(frame, key, wall.plate) for key in keys}
    made = carried({key: wall.patch(key) for key in keys}, leads, frame)
    nearer = warped(wall.patch(1001).light, leads[1001].way.flow)
    free = wall.front(frame) < 0.01
    crossed = free & (cv2.dilate(wall.front(1001) + wall.front(1009), np.ones((9, 9))) > 0)
    hole = free & (np.max([lead.way.seen for lead in leads.values()], 0) < 0.5)
    figures = {
        "wall": error(made.element.light, truth, free),
        "where the walker was at a keyframe": error(made.element.light, truth, crossed),
        "cross-dissolved there": error(dissolved(wall, frame), truth, crossed),
        "filled holes": error(made.element.light, truth, hole),
        "one keyframe's pixels in these": error(nearer, truth, hole),
    }
    print(f"holes {made.holes:.2%}; " + ", ".join(f"{k} {v:.3f}" for k, v in figures.items()))
    assert figures["wall"] < 0.06
    assert figures["where the walker was at a keyframe"] < figures["cross-dissolved there"] / 5
    assert figures["filled holes"] < 0.8 * figures["one keyframe's pixels in these"]
    assert made.holes < 0.05


def test_a_frame_alone_is_the_frame_of_the_range() -> None:
    wall, flows = Wall(walker=True), PlateFlow()
    ranged = {f: at(wall, f, flows=flows) for f in (1008, 1006, 1002, 1012)}
    print(f"4 frames measured {flows.measured} pairs of frames")
    assert flows.measured == 16
    for frame in (1002, 1006, 1012):
        assert same(at(wall, frame), ranged[frame])


def test_flow_from_a_cache_is_the_flow_that_was_measured() -> None:
    class Kept(dict[str, bytes]):
        def put(self, key: str, payload: bytes) -> None:
            assert key not in self
            self[key] = payload

    wall, kept = Wall(), Kept()
    first = at(wall, 1003, flows=PlateFlow(kept))
    again = PlateFlow(kept)
    assert same(at(wall, 1003, flows=again), first)
    assert again.measured == 0
    assert len(kept) == 8


def test_at_the_end_of_a_shot_one_keyframe_carries() -> None:
    wall = Wall()
    made = propagated(1012, MOTION, FIRST, 1013, element_at=wall.patch, picture_at=wall.plate)
    ours = error(made.light, wall.painted(1012), np.ones((H, W), bool))
    print(f"3 frames behind the last keyframe: {ours:.3f} stops, borders that came in among them")
    assert ours < 0.12
    assert max(wall.read) == 1012


def test_a_patch_that_no_keyframe_sees_is_refused_before_a_model_runs() -> None:
    def cut(frame: int) -> Pixels:
        return texture(frame)[:H, :W, None].repeat(3, 2)  # every frame another picture

    def never(frame: int) -> Element:
        raise AssertionError(frame)

    with pytest.raises(
        ModelError, match=r"frame 1005: \d+% of .* neither 1001 nor 1009.*lower motion.key_every"
    ):
        propagated(1005, MOTION, FIRST, LAST, element_at=never, picture_at=cut)


def test_holes_count_only_within_the_patch() -> None:
    seen = np.ones((10, 20), np.float32)
    seen[:, :10] = 0
    half, within = lead(seen), np.zeros((20, 40), np.float32)
    within[:, 20:] = 1
    assert holes([half]) == 0.5
    assert holes([half], within) == 0
    assert holes([half], within[:, ::-1].copy()) == 1
    assert holes([half], within * 0) == 0
    assert holes([half, lead(np.ones((10, 20), np.float32))]) == 0


def test_grey_and_coloured_light_density_and_emission_go_alike() -> None:
    still, ramp = (
        lead(np.ones((8, 12), np.float32)),
        np.linspace(0, 1, 96, dtype=np.float32).reshape(8, 12),
    )
    ramp = ramp.astype(np.float16).astype(np.float32)
    grey = Element.made(density=ramp, light=ramp * 4, emission=ramp * 60, evaluations=1)
    leads = {1001: still, 1009: still}
    made = carried({1001: grey, 1009: grey}, leads, 1003).element
    for name in ("density", "light", "emission"):
        assert getattr(made, name) == pytest.approx(getattr(grey, name), rel=2e-3, abs=1e-6)
    assert made.light.shape == (8, 12)
    assert made.evaluations == 0
    colour = Element.picture(np.dstack([ramp, ramp * 2, ramp * 3]), evaluations=1)
    mixed = carried({1001: colour, 1009: Element.empty(12, 8)}, leads, 1003).element
    assert mixed.density == pytest.approx(0.75)
    assert mixed.light == pytest.approx(colour.light, rel=2e-3)


def test_an_element_finer_than_the_plate_is_carried_at_its_own_size() -> None:
    wall = Wall()

    def fine(frame: int) -> Element:
        large = cv2.resize(wall.painted(frame), (2 * W, 2 * H), interpolation=cv2.INTER_CUBIC)
        return Element.picture(np.maximum(large, 0), evaluations=1)

    made = propagated(1005, MOTION, FIRST, LAST, element_at=fine, picture_at=wall.plate)
    ours = error(made.light, fine(1005).light, np.ones((2 * H, 2 * W), bool))
    print(f"twice as fine as the flow: {ours:.3f} stops")
    assert made.density.shape == (2 * H, 2 * W)
    assert ours < 0.05


@pytest.mark.parametrize(("height", "width"), [(1, 40), (40, 1), (1, 1), (30, 30)])
def test_a_plate_without_texture_carries_a_patch_as_it_is(height: int, width: int) -> None:
    patch = Element.picture(
        np.random.default_rng(3).random((height, width, 3)).astype(np.float32), evaluations=1
    )
    flat = np.full((height, width, 3), 0.18, np.float32)
    made = propagated(
        1004, MOTION, FIRST, LAST, element_at=lambda _: patch, picture_at=lambda _: flat
    )
    assert np.isfinite(made.light).all()
    assert made.light == pytest.approx(patch.light, rel=2e-3, abs=1e-6)
