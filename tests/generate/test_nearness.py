"""How near an element is: by a number, by the shot's depth, in a draft; and what it is kept by."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from small_show import FIRST, HEIGHT, LAST, LOOK, WIDTH, SmallShow

from lookdev.errors import SpecError
from lookdev.generate.control import nearness
from lookdev.generate.draft import Draft
from lookdev.generate.preflight import check_look
from lookdev.image import exr
from lookdev.image.frame import Frame, Window
from lookdev.image.ingest import ingest
from lookdev.render import Session
from lookdev.spec import parameter, strict_yaml
from lookdev.spec.digest import digest_of
from lookdev.spec.folder import LookFile, ShotFile
from lookdev.spec.look import Layer, Look

DISTANCE = "snow.control.distance"
NEAR = "snow.control.near"


def layer_of(**control: object) -> Layer:
    return Layer.model_validate(
        {
            "name": "snow",
            "element": {"prompt": "snow", "seed": "7", "size": (64, 36)},
            "control": control,
        }
    )


def write_depth(folder: Path, at: Callable[[int], float]) -> Path:
    """One depth on the left half, sky (0) on the right; another each frame."""
    folder.mkdir()
    window = Window(0, 0, WIDTH, HEIGHT)
    for frame in range(FIRST, LAST + 1):
        depth = np.zeros((HEIGHT, WIDTH, 1), np.float32)
        depth[:, : WIDTH // 2] = at(frame)
        made = Frame(depth, ("Z",), exr.RAW, window, window, frame)
        exr.write(folder / f"z.{frame:04d}.exr", made, date_time=exr.NO_DATE)
    return folder / "z.%04d.exr"


@pytest.fixture
def deep(small_show: SmallShow) -> ShotFile:
    """Depth 5 at the first two frames, 20 from then on."""
    root = small_show.folder.root
    return ingest(
        small_show.folder,
        root / "plates" / "plate.%04d.exr",
        sequence="street",
        shot="sh0020",
        colourspace="ACEScg",
        mattes={"tower": str(root / "mattes" / "tower.%04d.exr")},
        depth=write_depth(root / "depth", lambda frame: 5.0 if frame < FIRST + 2 else 20.0),
        track=root / "track.csv",
    )


def test_without_depth_it_is_the_number_at_that_frame() -> None:
    assert nearness(layer_of(), 1001, None, 1) == 0.5
    curve = layer_of(near={1001: 0.2, 1011: 0.8})
    assert nearness(curve, 1006, None, 1) == pytest.approx(0.5)


@pytest.mark.parametrize(("factor", "wanted"), [(1, 0.5), (2, 0.0), (4, -0.5)])
def test_a_draft_s_parts_are_smaller_so_that_they_keep_their_size_in_the_picture(
    factor: int, wanted: float
) -> None:
    """Size is 2^(2 near - 1), so that half the pixels is half a step less."""
    assert nearness(layer_of(), 1001, None, factor) == wanted
    depth = np.full((72, 128), 10, np.float32)
    far = nearness(layer_of(distance=10.0), 1001, depth, factor)
    assert far == pytest.approx(np.full((36, 64), wanted), abs=1e-6)


def test_by_perspective_half_the_depth_is_twice_the_size() -> None:
    depth = np.repeat(np.array([2.5, 5, 10, 20, 40, 1000, 0, np.inf], np.float32)[None], 36, 0)
    wide = np.repeat(depth, 8, 1)
    found = nearness(layer_of(distance=10.0), 1001, wide, 1)
    assert isinstance(found, np.ndarray)
    columns = found[0, 4::8]
    print(f"nearness by depth: {columns}")
    assert found.dtype == np.float32
    assert columns == pytest.approx([1.5, 1, 0.5, 0, -0.5, -0.5, -0.5, -0.5], abs=1e-6)
    sizes = 2 ** (2 * columns[:5] - 1)
    assert sizes == pytest.approx(10 / np.array([2.5, 5, 10, 20, 40]), rel=1e-5)


def test_nothing_that_a_depth_pass_may_hold_makes_it_not_finite() -> None:
    depth = np.array([[np.nan, np.inf, -np.inf, -3, 0, 1e-30, 1e30, 65504]], np.float32)
    found = nearness(layer_of(distance=1e6), 1001, np.tile(depth, (36, 8)), 1)
    assert np.isfinite(found).all()
    assert np.min(found) >= -0.6  # a cubic that goes a little beyond
    assert np.max(found) <= 1.6


def test_it_reaches_the_request_from_the_shot_s_depth_of_that_frame(
    small_show: SmallShow, deep: ShotFile
) -> None:
    look = parameter.replace(small_show.look().look, DISTANCE, 10.0)
    asking = Session(small_show.folder).elements._asking
    near = {}
    for frame in (1001, 1004):
        asked = asking.of(look.layers[0], deep, frame)
        assert asked is not None
        near[frame] = asking.request(asked).near
    for frame, wanted in ((1001, 1.0), (1004, 0.0)):
        assert near[frame].shape == (36, 64)
        assert near[frame][:, :31] == pytest.approx(wanted, abs=1e-6)
        assert near[frame][:, 33:] == pytest.approx(-0.5, abs=1e-6)


def test_what_decides_sizes_is_in_the_key_and_what_does_not_is_not(
    small_show: SmallShow, deep: ShotFile
) -> None:
    look, elements = small_show.look().look, Session(small_show.folder).elements

    def key(frame: int = 1001, **fields: object) -> str | None:
        changed = look
        for field, value in fields.items():
            changed = parameter.replace(changed, f"snow.control.{field}", value)
        return elements.key(changed.layers[0], deep, frame)

    assert key() == key(near=0.5, distance=0.0)
    assert len({key(), key(near=0.6), key(distance=10.0), key(distance=11.0)}) == 4
    assert key(distance=1e6) == key(distance=1e5), "as near as can be, either way"
    before = key(distance=10.0)
    folder = small_show.folder.root / "depth"
    (folder / "z.1001.exr").write_bytes((folder / "z.1004.exr").read_bytes())
    assert key(distance=10.0) != before, "the depth itself"
    assert key() == key(distance={1001: 0.0, 1002: 5.0}), "where it is 0, no depth is read"


def test_the_element_is_another_one_and_a_frame_alone_is_that_of_the_range(
    small_show: SmallShow, deep: ShotFile
) -> None:
    look = parameter.replace(small_show.look().look, DISTANCE, 10.0)
    session, plain = Session(small_show.folder), small_show.look().look
    made = session.elements.get(look.layers[0], deep, 1001)
    assert not np.array_equal(
        made.density, session.elements.get(plain.layers[0], deep, 1001).density
    )
    ranged = [session.elements.get(look.layers[0], deep, f) for f in range(1001, 1005)]
    (small_show.folder.cache_folder).rename(small_show.folder.root / "elsewhere")
    alone = Session(small_show.folder).elements.get(look.layers[0], deep, 1004)
    assert alone.to_bytes() == ranged[3].to_bytes()


def test_a_draft_asks_for_smaller_parts(small_show: SmallShow) -> None:
    asking, layer = Session(small_show.folder).elements._asking, small_show.look().look.layers[0]
    asked = asking.of(layer, small_show.shot_file, 1001, Draft(factor=2))
    assert asked is not None
    assert asking.request(asked).near == 0.0


def test_a_distance_in_a_shot_without_depth_is_refused(
    small_show: SmallShow, deep: ShotFile
) -> None:
    text = LOOK.replace(
        "    motion: {velocity_x: 1.5",
        "    control: {distance: {1001: 0.0, 1003: 4.0}}\n    motion: {velocity_x: 1.5",
    )
    look_file = LookFile.open(str(small_show.add_look(text)))
    with pytest.raises(SpecError) as refused:
        check_look(look_file)
    print(refused.value)
    assert str(refused.value) == (
        f"{look_file.path}: snow.control.distance is above 0, but the shot has no depth to take "
        "sizes from; ingest it with --depth, or write 0"
    )
    check_look(LookFile(look_file.path, look_file.look, deep))


@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_nearness_lies_in_0_to_1(small_show: SmallShow, value: float) -> None:
    with pytest.raises(SpecError, match=NEAR):
        parameter.replace(small_show.look().look, NEAR, value)


def test_looks_from_before_it_are_the_same_files_and_digests(small_show: SmallShow) -> None:
    written = small_show.look().look.model_dump(mode="json", exclude_unset=True)
    assert "near" not in written["layers"][1]["control"]
    again = strict_yaml.validate(written, Look, source="test")
    assert digest_of(again.model_dump(mode="json", exclude_unset=True)) == digest_of(written)
