import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import OpenImageIO as oiio
import pytest

from lookdev.errors import DeliveryError, PlateError
from lookdev.image import exr
from lookdev.image.frame import Attribute, Frame, Window
from lookdev.image.sequence import frame_path

RGB = ("R", "G", "B")
Write = Callable[..., Path]
DATE = "2026:01:01 00:00:00"


def frame(pixels: np.ndarray, **changes: object) -> Frame:
    height, width, _ = pixels.shape
    window = Window(0, 0, width, height)
    plain = Frame(pixels.astype(np.float32), RGB, "ACEScg", window, window, 1001)
    return replace(plain, **changes)  # type: ignore[arg-type]


def noise(seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 3, (12, 16, 3)).astype(np.float16)


def read(path: Path) -> Frame:
    return exr.read(path, RGB, colourspace="ACEScg", number=1001)


def test_negative_and_bright_values_survive(tmp_path: Path) -> None:
    pixels = noise()
    pixels[0, 0] = (-1.5, 1000.0, 65504.0)
    exr.write(tmp_path / "a.exr", frame(pixels), date_time=DATE)
    assert np.array_equal(read(tmp_path / "a.exr").pixels, pixels.astype(np.float32))


def test_a_file_holds_what_numpy_rounds_to_half_for_every_kind_of_number(tmp_path: Path) -> None:
    """Of all floats that fit, every 4001st: subnormals, ties and both zeros among them."""
    every = np.arange(0, 2**32, 4001, dtype=np.uint64).astype(np.uint32).view(np.float32)
    ties = np.arange(0, 2**14, dtype=np.uint16).view(np.float16).astype(np.float32)
    ties = (ties[:-1] + ties[1:]) / 2
    fits = np.abs(every) < 65520  # false for NaN too
    values = np.concatenate([every[fits], ties, -ties, np.float32([0.0, -0.0, 65519.99])])
    values = np.resize(values, (len(values) // 1024 + 1, 1024, 3))
    exr.write(tmp_path / "a.exr", frame(values), date_time=DATE)
    held = oiio.ImageInput.open(str(tmp_path / "a.exr")).read_image("half")
    wrong = held.view(np.uint16) != values.astype(np.float16).view(np.uint16)
    print(f"{values.size} values, {int(wrong.sum())} rounded otherwise")
    assert not wrong.any()


def test_the_same_frame_is_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.exr", "b.exr"):
        exr.write(tmp_path / name, frame(noise()), date_time=DATE)
    assert (tmp_path / "a.exr").read_bytes() == (tmp_path / "b.exr").read_bytes()
    assert exr.read_header(tmp_path / "a.exr").get("DateTime") == DATE


def test_windows_and_header_are_carried_over(tmp_path: Path) -> None:
    header = (
        Attribute("FramesPerSecond", "rational", (24000, 1001)),
        Attribute("smpte:TimeCode", "timecode", (0x01020304, 0)),
        Attribute("reelName", "string", "A001"),
    )
    data, display = Window(-2, 3, 16, 12), Window(0, 0, 40, 30)
    placed = frame(noise(), data=data, display=display, header=header)
    exr.write(tmp_path / "a.exr", placed, date_time=DATE, pixel_aspect=2.0)
    found = exr.read_header(tmp_path / "a.exr")
    assert (found.data, found.display, found.pixel_aspect) == (data, display, 2.0)
    assert [found.get(a.name) for a in header] == [a.value for a in header]


@pytest.mark.parametrize("value", [65520.0, 70000.0, -1e9, np.inf, np.nan])
def test_what_half_cannot_hold_is_refused(tmp_path: Path, value: float) -> None:
    pixels = noise().astype(np.float32)
    pixels[3, 4, 1] = value
    with pytest.raises(PlateError) as caught:
        exr.write(tmp_path / "a.exr", frame(pixels), date_time=DATE)
    assert str(caught.value) == (
        f"a.exr: frame 1001: channel G is {value:g} in 1 places, "
        "which half cannot hold (65504 at most); lower the exposure or mend the plate"
    )
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_frame_that_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.exr"
    exr.write(path, frame(noise()), date_time=DATE)
    before = path.read_bytes()

    class Full:
        """A disk with no room: writing fails, closing does not."""

        def __init__(self, name: str) -> None:
            self._real = create(name)

        def __getattr__(self, name: str) -> object:
            return getattr(self._real, name)

        def write_image(self, _pixels: object) -> bool:
            return False

        def geterror(self) -> str:
            return "no space left on device"

    create = oiio.ImageOutput.create
    monkeypatch.setattr(exr.oiio, "ImageOutput", type("Output", (), {"create": Full}))
    with pytest.raises(DeliveryError) as caught:
        exr.write(path, frame(noise(2)), date_time=DATE)
    assert str(caught.value) == f"{path}: cannot be written: no space left on device"
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_truncated_file_raises_and_never_gives_the_frame_before(tmp_path: Path) -> None:
    good, cut = tmp_path / "good.exr", tmp_path / "cut.exr"
    exr.write(good, frame(noise()), date_time=DATE)
    assert read(good).pixels.any()
    for share in (0.3, 0.6, 0.9, 0.99):
        data = good.read_bytes()
        cut.write_bytes(data[: int(len(data) * share)])
        with pytest.raises(PlateError, match=r"cut.exr: .*damaged"):
            read(cut)


@pytest.mark.parametrize("junk", [b"", b"\x76\x2f\x31\x01", b"no picture at all"])
def test_what_is_no_picture_is_refused(tmp_path: Path, junk: bytes) -> None:
    (tmp_path / "a.exr").write_bytes(junk)
    with pytest.raises(PlateError, match=r"a.exr: is damaged or no picture: "):
        exr.read_header(tmp_path / "a.exr")


def test_a_huge_header_is_refused_before_anything_is_allocated(tmp_path: Path) -> None:
    path = str(tmp_path / "huge.exr")
    target = oiio.ImageOutput.create(path)
    assert target.open(path, oiio.ImageSpec(100_000, 100_000, 3, "half"))
    target.close()
    with pytest.raises(PlateError, match=r"huge.exr: .*57220.5 MB exceeds the 4096 MB limit"):
        exr.read_header(Path(path))


def test_channels_come_in_the_order_they_are_asked_for(tmp_path: Path, write_exr: Write) -> None:
    path = write_exr(tmp_path / "a.exr", [1, 2, 3, 4], channels=("R", "G", "B", "A"))
    found = exr.read(path, ("A", "G"), colourspace=exr.RAW, number=1)
    assert found.channels == ("A", "G")
    assert found.pixels[0, 0].tolist() == [4, 2]


def test_a_missing_channel_is_refused(tmp_path: Path, write_exr: Write) -> None:
    path = write_exr(tmp_path / "a.exr")
    with pytest.raises(PlateError) as caught:
        exr.read(path, ("R", "Z"), colourspace=exr.RAW, number=1)
    assert str(caught.value) == f"{path}: has no channel Z; it has R, G, B"


def test_a_stereo_multi_part_file_names_its_views(tmp_path: Path) -> None:
    path = str(tmp_path / "stereo.exr")
    specs = []
    for view in ("left", "right"):
        spec = oiio.ImageSpec(4, 3, 3, "half")
        spec.attribute("view", view)
        spec.attribute("oiio:subimagename", view)
        specs.append(spec)
    target = oiio.ImageOutput.create(path)
    assert target.open(path, tuple(specs))
    for n, spec in enumerate(specs):
        assert n == 0 or target.open(path, spec, "AppendSubimage")
        target.write_image(np.full((3, 4, 3), n + 1, np.float32))
    target.close()
    right = exr.read(Path(path), ("right.R",), colourspace=exr.RAW, number=1)
    assert right.pixels[0, 0, 0] == 2


def test_the_beachball_stays_in_place_while_its_window_moves(beachball: Path) -> None:
    windows = set()
    for number in (1, 8):
        found = exr.read(
            frame_path(str(beachball), number), RGB, colourspace="ACEScg", number=number
        )
        windows.add(found.data)
        whole = found.over_window(found.display)
        assert whole.pixels.shape == (1556, 2048, 3)
        seen = found.data.clipped(found.display)  # frame 8 leaves the picture to the right
        there, here = seen.within(found.display), seen.within(found.data)
        assert np.array_equal(whole.pixels[there], found.pixels[here])
    assert Window(654, 245, 911, 876) in windows
    assert len(windows) == 2


def test_a_real_truncated_plate_is_refused(tmp_path: Path, beachball: Path) -> None:
    cut = tmp_path / "cut.exr"
    shutil.copyfile(frame_path(str(beachball), 1), cut)
    with cut.open("r+b") as file:
        file.truncate(cut.stat().st_size // 2)
    with pytest.raises(PlateError, match=r"cut.exr: frame 1001 is damaged: "):
        read(cut)


def test_an_aces_containers_flag_is_not_carried_and_float_keeps_what_half_cannot(
    tmp_path: Path,
) -> None:
    window = Window(0, 0, 4, 4)
    header = (Attribute("acesImageContainerFlag", "int", 1),)
    far = Frame(np.full((4, 4, 1), 1e6, np.float32), ("Z",), exr.RAW, window, window, 1, header)
    exr.write(tmp_path / "z.exr", far, date_time=exr.NO_DATE, half=False)
    read = exr.read(tmp_path / "z.exr", ("Z",), colourspace=exr.RAW, number=1)
    assert (read.pixels == 1e6).all()
    assert "acesImageContainerFlag" not in {a.name for a in read.header}


def test_an_error_of_several_lines_is_one_sentence(tmp_path: Path) -> None:
    class Cut:
        def geterror(self) -> str:
            return "OpenEXR: cannot read\n  scanline 7 \n"

    assert exr._error_of(Cut()) == "OpenEXR: cannot read; scanline 7"
    (tmp_path / "a.exr").write_bytes(b"\x76\x2f\x31\x01" + bytes(range(200)))
    with pytest.raises(PlateError) as caught:
        exr.read_header(tmp_path / "a.exr")
    assert "\n" not in str(caught.value)
