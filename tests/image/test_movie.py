"""Movies in and out. Code values of the colour bars are those of BT.709, BT.601 and BT.2020."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest

from lookdev.errors import DeliveryError, PlateError
from lookdev.image.footage import decode, open_movie
from lookdev.image.movie import MovieWriter
from lookdev.image.yuv import to_rgb, to_yuv420

RATE = Fraction(24000, 1001)
BARS = np.array(
    [[200, 40, 40], [255, 255, 255], [0, 0, 0], [16, 128, 235], [255, 0, 0], [0, 255, 0]], np.uint8
)


def bars(width: int = 32, height: int = 48) -> npt.NDArray[np.uint8]:
    return np.tile(np.repeat(BARS, width, axis=0), (height, 1, 1))


def encode(
    path: Path,
    codes: Sequence[int],
    *,
    codec: str = "ffv1",
    pixel_format: str = "yuv444p",
    tags: tuple[int, int, int, int] = (1, 1, 1, 1),
    times: Sequence[int] = (0, 1, 2),
    options: dict[str, str] | None = None,
    change: Callable[[Any], None] = lambda _stream: None,
) -> Path:
    """A movie of one colour, written as the codes that are given, one a plane."""
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=RATE, options=options or {})
        stream.width, stream.height, stream.pix_fmt = 32, 16, pixel_format
        context = stream.codec_context
        context.time_base = 1 / RATE
        primaries, transfer, matrix, colour_range = tags
        context.color_primaries, context.color_trc = primaries, transfer
        context.colorspace, context.color_range = matrix, colour_range
        change(stream)
        for time in times:
            frame = av.VideoFrame(32, 16, pixel_format)
            for plane, code in zip(frame.planes, codes, strict=True):
                kind = np.uint8 if frame.format.components[0].bits == 8 else np.uint16
                np.frombuffer(plane, kind)[:] = code  # type: ignore[call-overload]
            frame.pts, frame.time_base = time, 1 / RATE
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def first_pixel(path: Path) -> list[float]:
    pixels = next(iter(decode(open_movie(path))))
    assert np.ptp(pixels, axis=(0, 1)).max() == 0
    return [float(value) for value in pixels[0, 0]]


@pytest.mark.parametrize(
    ("codes", "pixel_format", "tags", "rgb", "within"),
    [
        ((235, 128, 128), "yuv444p", (1, 1, 1, 1), (1, 1, 1), 1e-6),
        ((16, 128, 128), "yuv444p", (1, 1, 1, 1), (0, 0, 0), 1e-6),
        ((63, 102, 240), "yuv444p", (1, 1, 1, 1), (1, 0, 0), 0.005),
        ((173, 42, 26), "yuv420p", (1, 1, 1, 1), (0, 1, 0), 0.005),
        ((32, 240, 118), "yuv422p", (1, 1, 1, 1), (0, 0, 1), 0.005),
        ((250, 409, 960), "yuv422p10le", (1, 1, 1, 1), (1, 0, 0), 0.0012),
        ((940, 512, 512), "yuv420p10le", (1, 1, 1, 1), (1, 1, 1), 1e-6),
        ((54, 99, 255), "yuv444p", (1, 1, 1, 2), (1, 0, 0), 0.005),  # full range
        ((255, 128, 128), "yuv444p", (1, 1, 1, 2), (1, 1, 1), 1e-6),
        ((1023, 512, 512), "yuv444p10le", (1, 1, 1, 2), (1, 1, 1), 1e-6),
        ((81, 90, 240), "yuv444p", (1, 1, 6, 1), (1, 0, 0), 0.005),  # BT.601
        ((294, 387, 960), "yuv444p10le", (9, 16, 9, 1), (1, 0, 0), 0.0012),  # BT.2020
        ((254, 128, 128), "yuv444p", (1, 1, 1, 1), (238 / 219,) * 3, 1e-6),  # over white
        ((512, 256, 1023), "gbrp10le", (1, 1, 0, 2), (1, 512 / 1023, 256 / 1023), 1e-6),
    ],
)
def test_known_codes_decode_to_known_colours(
    tmp_path: Path,
    *,
    codes: tuple[int, ...],
    pixel_format: str,
    tags: tuple[int, int, int, int],
    rgb: tuple[float, ...],
    within: float,
) -> None:
    path = encode(tmp_path / "a.mkv", codes, pixel_format=pixel_format, tags=tags)
    found = first_pixel(path)
    print("error", max(abs(a - b) for a, b in zip(found, rgb, strict=True)))
    assert found == pytest.approx(rgb, abs=within)


def test_prores_keeps_the_container_s_tags_and_ten_bits(tmp_path: Path) -> None:
    path = encode(
        tmp_path / "a.mov", (250, 409, 960), codec="prores_ks", pixel_format="yuv422p10le"
    )
    movie = open_movie(path)
    assert (movie.matrix, movie.colourspace) == (1, "Rec.1886 Rec.709 - Display")
    assert (movie.fps, movie.frames) == (RATE, 3)
    assert first_pixel(path) == pytest.approx((1, 0, 0), abs=0.005)


def test_halved_chroma_stays_in_its_place() -> None:
    """A red ramp, across and down, comes back where it was: sited left, between two rows."""
    ramp = np.linspace(20, 230, 64).round().astype(np.uint8)
    across = np.tile(ramp, (64, 1))
    for red in (across, across.T):
        picture = np.stack([red, np.full_like(red, 90), np.full_like(red, 90)], axis=-1)
        planes = to_yuv420(picture).ravel()
        y, cb, cr = planes[:4096], planes[4096:5120], planes[5120:]
        halves = y.reshape(64, 64), cb.reshape(32, 32), cr.reshape(32, 32)
        found = to_rgb(halves, matrix=1, bits=8, full=False) * 255
        error = (found - picture)[2:-2, 2:-2]
        print(f"red ramp: mean {error.mean():+.3f}, largest {np.abs(error).max():.2f} codes")
        assert abs(error.mean()) < 0.2  # a shift of half a pixel would be 1.3
        assert np.abs(error).max() < 3


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        ((1, 13, 1, 1), "sRGB Encoded Rec.709 (sRGB)"),
        ((9, 16, 9, 1), "Rec.2100-PQ - Display"),
        ((9, 18, 9, 1), "Rec.2100-HLG - Display"),
        ((12, 13, 1, 1), "sRGB Encoded P3-D65"),
        ((9, 14, 9, 1), None),
        ((2, 2, 1, 1), None),
    ],
)
def test_tags_name_a_colour_space_or_none(
    tmp_path: Path, tags: tuple[int, int, int, int], name: str | None
) -> None:
    path = encode(tmp_path / "a.mkv", (100, 128, 128), tags=tags)
    assert open_movie(path).colourspace == name


def test_a_preview_shows_its_colours_and_is_tagged(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with MovieWriter(path, width=192, height=48, fps=RATE) as writer:
        for _ in range(3):
            writer.add(bars())
    pixels = next(iter(decode(open_movie(path))))
    error = np.abs(pixels[24, 16::32] * 255 - BARS).max()
    print(f"largest error of the bars: {error:.2f} codes")
    assert error <= 2
    with av.open(str(path)) as container:
        stream: Any = container.streams.video[0]
        context = stream.codec_context
        tags = context.color_primaries, context.color_trc, context.colorspace, context.color_range
        assert tags == (1, 1, 1, 1)
        assert (stream.average_rate, stream.time_base, stream.duration) == (
            RATE,
            Fraction(1, 24000),
            3003,
        )
        frame: Any = next(container.decode(video=0))
        shown = frame.reformat(format="rgb24", src_colorspace=1, dst_colorspace=1).to_ndarray()
    assert np.abs(shown[24, 16::32].astype(int) - BARS).max() <= 2  # by another reader


def test_a_preview_repeats_its_bytes(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (8, 48, 64, 3), np.uint8)
    for name in ("a.mp4", "b.mp4"):
        with MovieWriter(tmp_path / name, width=64, height=48, fps=RATE) as writer:
            for picture in noise:
                writer.add(picture)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_odd_sizes_are_padded(tmp_path: Path) -> None:
    with MovieWriter(tmp_path / "a.mp4", width=33, height=17, fps=RATE) as writer:
        writer.add(np.full((17, 33, 3), 90, np.uint8))
    movie = open_movie(tmp_path / "a.mp4")
    assert (movie.width, movie.height) == (34, 18)
    assert next(iter(decode(movie)))[-1, -1] * 255 == pytest.approx([90] * 3, abs=1.5)


def test_a_preview_is_whole_or_absent(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    picture = np.zeros((16, 16, 3), np.uint8)
    with pytest.raises(ZeroDivisionError), MovieWriter(path, width=16, height=16, fps=RATE) as m:
        m.add(picture[: 1 // 0])
    with (
        pytest.raises(DeliveryError) as caught,
        MovieWriter(path, width=8, height=8, fps=RATE) as m,
    ):
        m.add(picture)
    assert str(caught.value) == f"{path}: frame 1 is 16x16; the movie is 8x8"
    with pytest.raises(DeliveryError) as caught, MovieWriter(path, width=8, height=8, fps=RATE):
        pass
    assert str(caught.value) == f"{path}: was given no frame; add one at least"
    assert list(tmp_path.iterdir()) == []


def refusal(path: Path) -> str:
    with pytest.raises(PlateError) as caught:
        for _ in decode(open_movie(path)):
            pass
    return str(caught.value)


def test_a_varying_frame_rate_is_refused(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mkv", (100, 128, 128), times=(0, 1, 5, 6))
    assert refusal(path).startswith(f"{path}: varies in frame rate (frame 3 is off ")


def test_interlaced_is_refused(tmp_path: Path) -> None:
    path = encode(
        tmp_path / "a.mp4",
        (100, 128, 128),
        codec="libx264",
        pixel_format="yuv420p",
        options={"flags": "+ildct+ilme", "x264-params": "tff=1"},
    )
    assert refusal(path) == f"{path}: frame 1 is interlaced; deinterlace the movie first"


def test_rotation_is_refused(tmp_path: Path) -> None:
    path = encode(
        tmp_path / "a.mp4",
        (100, 128, 128),
        codec="libx264",
        pixel_format="yuv420p",
        change=lambda stream: stream.set_display_rotation(90),
    )
    assert "is stored rotated by" in refusal(path)


def test_an_untagged_matrix_is_refused(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mkv", (100, 128, 128), tags=(2, 2, 2, 0))
    assert refusal(path) == (
        f"{path}: its YUV matrix is not tagged; tag it, as `ffmpeg -i IN -c copy -colorspace bt709 "
        "OUT.mov` does, or give the plate as EXR"
    )


def test_an_odd_pixel_format_is_refused(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.mkv", (100,), pixel_format="gray")
    assert refusal(path) == (
        f"{path}: its pixel format gray is not handled; convert it to yuv422p10le or EXR"
    )


def test_damage_and_truncation_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    noise = np.random.default_rng(1).integers(0, 256, (6, 48, 64, 3), np.uint8)
    with MovieWriter(path, width=64, height=48, fps=RATE) as writer:
        for picture in noise:
            writer.add(picture)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refusal(path).startswith(f"{path}: is damaged or no movie: ")
    path.write_bytes(b"no movie")
    assert refusal(path).startswith(f"{path}: is damaged or no movie: ")
    broken = bytearray(whole)
    start = whole.index(b"mdat") + 100
    broken[start : start + len(whole) // 2] = bytes(len(whole) // 2)
    path.write_bytes(broken)
    assert f"{path}: is damaged or no movie: " in refusal(path)
