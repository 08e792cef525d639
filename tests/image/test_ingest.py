"""What `ingest` writes. What it refuses is in test_ingest_refusals.py."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from lookdev.image import exr
from lookdev.image.companions import parse_matte
from lookdev.image.ingest import ingest
from lookdev.image.media import verify
from lookdev.image.movie import MovieWriter
from lookdev.image.sequence import frame_path
from lookdev.spec.files import sha256
from lookdev.spec.folder import ShotFile, ShowFolder

Write = Callable[..., Path]
RGB = ("R", "G", "B")
INTEROP = ("colorInteropID", "string", "lin_ap1_scene")
RATE = ("FramesPerSecond", "rational", (24000, 1001))


def test_a_plate_that_says_everything_needs_nothing_more(
    show: ShowFolder, write_sequence: Write
) -> None:
    made = ingest(show, write_sequence("plate"), sequence="bb", shot="sh0010")
    shot = made.shot
    assert (shot.plate.first, shot.plate.last) == (1001, 1004)
    assert (shot.width, shot.height, shot.fps) == (16, 12, "24000/1001")
    assert (shot.plate.colourspace, shot.plate.channels) == ("ACEScg", RGB)
    assert shot.ingest.colourspace_from == "the header's chromaticities"
    assert shot.ingest.fps_from == "the header"
    assert ShotFile.open(show, "bb", "sh0010") == made
    assert (made.path.parent / "looks").is_dir()
    assert not (show.root / "plates").exists()
    first_line = made.path.read_text().splitlines()[0]
    schema = first_line.removeprefix("# yaml-language-server: $schema=")
    assert (made.path.parent / schema).resolve() == show.root / "params" / "schemas" / "shot.json"


def test_the_sums_are_sha256sum_s(show: ShowFolder, write_sequence: Write) -> None:
    pattern = write_sequence("plate")
    made = ingest(show, pattern, sequence="bb", shot="sh0010")
    paths = [frame_path(str(pattern), n) for n in range(1001, 1005)]
    expected = [f"{sha256(path)}  {path}" for path in paths]
    assert made.path.with_name("media.sha256").read_text().splitlines() == expected


def test_the_person_overrules_the_header(show: ShowFolder, write_sequence: Write) -> None:
    made = ingest(
        show,
        write_sequence("plate"),
        sequence="bb",
        shot="sh0010",
        fps="25",
        colourspace="Linear Rec.709 (sRGB)",
    )
    assert (made.shot.fps, made.shot.plate.colourspace) == (25, "Linear Rec.709 (sRGB)")
    assert (made.shot.ingest.fps_from, made.shot.ingest.colourspace_from) == ("the person",) * 2


def test_the_show_s_rate_is_the_last_resort(show: ShowFolder, write_sequence: Write) -> None:
    (show.root / "params" / "show.yaml").write_text("format: show/1\nname: test\nfps: 24\n")
    made = ingest(show, write_sequence("p", attributes=[INTEROP]), sequence="bb", shot="sh0010")
    assert (made.shot.fps, made.shot.ingest.fps_from) == (24, "show.yaml")


@pytest.mark.parametrize(
    ("chromaticities", "name"),
    [
        ((0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767), "ACES2065-1"),
        ((0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329), "Linear Rec.709 (sRGB)"),
        ((0.708, 0.292, 0.17, 0.797, 0.131, 0.046, 0.3127, 0.329), "Linear Rec.2020"),
        ((0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.3295), "Linear P3-D65"),
    ],
)
def test_known_primaries_name_the_colour_space(
    show: ShowFolder, write_sequence: Write, chromaticities: tuple[float, ...], name: str
) -> None:
    stated = [RATE, ("chromaticities", "float[8]", chromaticities)]
    made = ingest(show, write_sequence("p", attributes=stated), sequence="bb", shot="sh0010")
    assert made.shot.plate.colourspace == name


def test_an_aces_container_is_aces(show: ShowFolder, write_sequence: Write) -> None:
    flag = ("acesImageContainerFlag", "int", 1)
    aces = [RATE, flag, ("compression", "string", "none")]
    made = ingest(show, write_sequence("p", attributes=aces), sequence="bb", shot="sh0010")
    assert made.shot.plate.colourspace == "ACES2065-1"


def test_the_first_frame_s_timecode_is_kept(show: ShowFolder, write_sequence: Write) -> None:
    stamp = ("smpte:TimeCode", "timecode", (0x10203417, 0))
    plate = write_sequence("p", attributes=[RATE, INTEROP, stamp])
    made = ingest(show, plate, sequence="bb", shot="sh0010")
    assert made.shot.timecode == "10:20:34:17"


def test_companions_find_their_usual_channels(show: ShowFolder, write_sequence: Write) -> None:
    plate = write_sequence("plate", channels=("R", "G", "B", "A", "Z", "forward.u", "forward.v"))
    made = ingest(
        show,
        plate,
        sequence="bb",
        shot="sh0010",
        mattes={
            "tower": f"{write_sequence('tower', channels=('R', 'mask.x'))}:mask.x",
            "only": str(write_sequence("only", channels=("Y",))),
            "alpha": str(write_sequence("alpha", channels=("R", "G", "B", "A"))),
        },
        clean_plate=write_sequence("clean", range(1000, 1010)),
        depth=write_sequence("depth", channels=("depth.Z",)),
        motion=plate,
    )
    channels = {role: picture.channels for role, picture in made.shot.pictures().items()}
    assert channels == {
        "matte tower": ("mask.x",),
        "matte only": ("Y",),
        "matte alpha": ("A",),
        "clean plate": RGB,
        "depth": ("depth.Z",),
        "motion": ("forward.u", "forward.v"),
    }
    assert made.shot.plate.channels == (*RGB, "A")
    assert made.shot.ingest.ignored == ("Z",)
    verify(made, range(1001, 1005))


def test_a_stereo_plate_may_have_a_plain_clean_plate(
    show: ShowFolder, write_sequence: Write
) -> None:
    stereo = [RATE, INTEROP, ("multiView", "string[2]", ("right", "left"))]
    both = ("R", "G", "B", "Z", "left.R", "left.G", "left.B", "left.Z")
    plate = write_sequence("plate", channels=both, attributes=stereo)
    clean, depth = write_sequence("clean"), write_sequence("depth", channels=("Z",))
    options = {"sequence": "bb", "shot": "sh0010", "view": "left", "clean_plate": clean}
    for given, expected in ((depth, ("Z",)), (plate, ("left.Z",))):
        made = ingest(show, plate, depth=given, **options)
        assert made.shot.plate.channels == ("left.R", "left.G", "left.B")
        assert made.shot.clean_plate is not None
        assert made.shot.clean_plate.channels == RGB
        assert made.shot.depth is not None
        assert made.shot.depth.channels == expected


def test_a_track_is_summed_too(show: ShowFolder, write_sequence: Write, tmp_path: Path) -> None:
    track = tmp_path / "track.csv"
    track.write_text("frame,x,y\n" + "".join(f"{n},1.5,2.5\n" for n in range(1001, 1005)))
    made = ingest(show, write_sequence("plate"), sequence="bb", shot="sh0010", track=track)
    assert made.shot.track == str(track)
    assert str(track) in made.path.with_name("media.sha256").read_text()


def test_repaired_frames_are_copies_and_recorded(show: ShowFolder, write_sequence: Write) -> None:
    ramp = np.arange(16 * 12 * 3, dtype=np.float32).reshape(12, 16, 3)
    plate = write_sequence("plate", pixels=ramp)
    broken = ramp.copy()
    broken[5, 5, 0], broken[6, 6, 1] = np.nan, np.inf
    write_sequence("plate", [1002], pixels=broken)
    before = {n: frame_path(str(plate), n).read_bytes() for n in range(1001, 1005)}
    made = ingest(show, plate, sequence="bb", shot="sh0010", repair_nan=True)

    assert made.shot.plate.pattern == "plates/bb/sh0010/v001/plate.%04d.exr"
    assert made.shot.ingest.repaired == ("frame 1002: R 1 NaN, G 1 Inf",)
    for number, content in before.items():
        assert frame_path(str(plate), number).read_bytes() == content  # never in place
        copy = frame_path(str(show.resolve(made.shot.plate.pattern)), number)
        assert (copy.read_bytes() == content) == (number != 1002)
    copy = frame_path(str(show.resolve(made.shot.plate.pattern)), 1002)
    mended = exr.read(copy, RGB, colourspace="ACEScg", number=1002).pixels
    assert mended[5, 5, 0] == ramp[5, 5, 0]  # the median of a ramp's neighbours
    mended[5, 5, 0], mended[6, 6, 1] = np.nan, np.inf
    assert np.array_equal(mended, broken, equal_nan=True)
    verify(made, range(1001, 1005))


def test_a_float_plate_stays_float_and_a_hole_without_neighbours_is_0(
    show: ShowFolder, write_sequence: Write
) -> None:
    pixels = np.full((12, 16, 3), 0.1, np.float32)
    pixels[0:3, 0:3, 2] = np.nan
    plate = write_sequence("plate", [1001], pixels=pixels, kind="float")
    made = ingest(show, plate, sequence="bb", shot="sh0010", repair_nan=True)
    copy = frame_path(str(show.resolve(made.shot.plate.pattern)), 1001)
    mended = exr.read(copy, RGB, colourspace="ACEScg", number=1001).pixels
    assert mended[0, 0, 2] == 0
    assert mended[2, 2, 2] == mended[9, 9, 2] == np.float32(0.1)


def test_a_companion_is_repaired_beside_the_plate(show: ShowFolder, write_sequence: Write) -> None:
    plate, depth = write_sequence("plate"), write_sequence("d", channels=("Z",))
    write_sequence("d", [1003], channels=("Z",), pixels=np.inf)
    made = ingest(show, plate, sequence="bb", shot="sh0010", depth=depth, repair_nan=True)
    assert made.shot.depth is not None
    assert made.shot.depth.pattern == "plates/bb/sh0010/v001/depth.%04d.exr"
    assert made.shot.plate.pattern == str(plate)
    assert made.shot.ingest.repaired == ("depth frame 1003: Z 192 Inf",)


def test_a_second_ingest_keeps_the_cdl_and_the_older_conversion(
    show: ShowFolder, write_sequence: Write
) -> None:
    plate = write_sequence("plate", pixels=np.nan)
    made = ingest(show, plate, sequence="bb", shot="sh0010", repair_nan=True)
    with made.path.open("a") as file:
        file.write("cdl: {slope: [1.1, 1.0, 0.9], saturation: 0.8}\n")
    again = ingest(show, plate, sequence="bb", shot="sh0010", repair_nan=True, fps="30")
    assert again.shot.plate.pattern == "plates/bb/sh0010/v002/plate.%04d.exr"
    assert again.shot.cdl is not None
    assert again.shot.cdl.slope == (1.1, 1.0, 0.9)
    assert again.shot.fps == 30
    versions = sorted(p.name for p in (show.root / "plates" / "bb" / "sh0010").iterdir())
    assert versions == ["v001", "v002"]


def test_png_frames_are_converted_once(show: ShowFolder, write_sequence: Write) -> None:
    plate = write_sequence("plate", suffix=".png", kind="uint16", pixels=0.5, attributes=[])
    made = ingest(
        show,
        plate,
        sequence="bb",
        shot="sh0010",
        fps="24",
        colourspace="sRGB Encoded Rec.709 (sRGB)",
    )
    assert made.shot.plate.pattern == "plates/bb/sh0010/v001/plate.%04d.exr"
    assert made.shot.plate.colourspace == "ACEScg"
    assert made.shot.ingest.converted_from == "sRGB Encoded Rec.709 (sRGB)"
    first = frame_path(str(show.resolve(made.shot.plate.pattern)), 1001)
    found = exr.read(first, RGB, colourspace="ACEScg", number=1001)
    assert found.pixels == pytest.approx(0.21404, abs=2e-4)
    assert exr.read_header(first).get("colorInteropID") == "lin_ap1_scene"
    verify(made, range(1001, 1005))


def test_a_dpx_is_believed_only_where_it_is_clear(show: ShowFolder, write_sequence: Write) -> None:
    fields = [(f"dpx:{name}", "string", "ITU-R 709-4") for name in ("Transfer", "Colorimetric")]
    plate = write_sequence("plate", suffix=".dpx", kind="uint16", attributes=fields)
    made = ingest(show, plate, sequence="bb", shot="sh0010", fps="24")
    assert made.shot.ingest.converted_from == "Rec.1886 Rec.709 - Display"
    assert made.shot.ingest.colourspace_from == "the header's dpx:Transfer"


def test_a_movie_becomes_acescg_from_frame_1001(show: ShowFolder, tmp_path: Path) -> None:
    movie = tmp_path / "plate.mp4"
    with MovieWriter(movie, width=32, height=16, fps=Fraction(24000, 1001)) as writer:
        for _ in range(3):
            writer.add(np.full((16, 32, 3), 128, np.uint8))
    stages = []
    made = ingest(
        show, movie, sequence="bb", shot="sh0010", progress=lambda *told: stages.append(told)
    )
    shot = made.shot
    assert (shot.plate.first, shot.plate.last, shot.fps) == (1001, 1003, "24000/1001")
    assert (shot.ingest.fps_from, shot.ingest.colourspace_from) == ("the movie", "the movie's tags")
    assert shot.ingest.converted_from == "Rec.1886 Rec.709 - Display"
    assert ("conversion of the plate", 3, 3) in stages
    first = frame_path(str(show.resolve(shot.plate.pattern)), 1001)
    found = exr.read(first, RGB, colourspace="ACEScg", number=1001).pixels
    expected = (128 / 255) ** 2.4
    print(f"grey 128 is {found.mean():.5f}, BT.1886 says {expected:.5f}")
    assert found == pytest.approx(expected, abs=0.003)
    verify(made, [1001, 1002, 1003])


def test_the_same_movie_is_the_same_bytes_again(show: ShowFolder, tmp_path: Path) -> None:
    movie = tmp_path / "plate.mp4"
    with MovieWriter(movie, width=32, height=16, fps=Fraction(24)) as writer:
        writer.add(np.random.default_rng(1).integers(0, 256, (16, 32, 3), np.uint8))
    sums = []
    for _ in range(2):
        made = ingest(show, movie, sequence="bb", shot="sh0010")
        sums.append(made.path.with_name("media.sha256").read_text().split()[0])
    assert sums[0] == sums[1]


def test_the_beachball_in_both_eyes(show: ShowFolder, beachball: Path) -> None:
    for view, stem in ((None, ""), ("left", "left.")):
        made = ingest(
            show,
            beachball,
            sequence="bb",
            shot="sh0010",
            fps="24",
            colourspace="ACEScg",
            view=view,
            depth=beachball,
            motion=beachball,
        )
        assert made.shot.plate.channels == tuple(f"{stem}{c}" for c in "RGBA")
        assert made.shot.depth is not None
        assert made.shot.depth.channels == (f"{stem}Z",)
        assert made.shot.motion is not None
        assert made.shot.motion.channels == tuple(f"forward.{view or 'right'}.{c}" for c in "uv")
        assert (made.shot.width, made.shot.height) == (2048, 1556)
        assert f"view {'right' if view else 'left'}" in made.shot.ingest.ignored


def test_a_matte_option_is_a_name_and_a_pattern() -> None:
    assert parse_matte("tower=mattes/t.%04d.exr:mask.x") == ("tower", "mattes/t.%04d.exr:mask.x")
