"""Every bad plate is refused in one sentence, and nothing is written or changed."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lookdev.errors import DeliveryError
from lookdev.image import convert
from lookdev.image.companions import parse_matte
from lookdev.image.exr import read_header
from lookdev.image.ingest import ingest
from lookdev.image.sequence import frame_path
from lookdev.spec.folder import ShowFolder
from lookdev.spec.show import STUDIO_CONFIG

Write = Callable[..., Path]
Refused = Callable[[str], Any]
RATE = ("FramesPerSecond", "rational", (24000, 1001))
INTEROP = ("colorInteropID", "string", "lin_ap1_scene")
UNSTATED = (
    f": its colour space is not stated in a way that {STUDIO_CONFIG} knows; "
    "give --colourspace ACEScg or what it is"
)


def one(show: ShowFolder, plate: Path, **options: Any) -> None:
    ingest(show, plate, **({"sequence": "bb", "shot": "sh0010"} | options))


def test_missing_frames_are_all_named(
    show: ShowFolder, write_sequence: Write, refused: Refused
) -> None:
    plate = write_sequence("plate", [1001, 1002, 1005, 1007])
    with refused(f"{plate}: the plate lacks frames 1003-1004,1006 of 1001-1007; supply them"):
        one(show, plate)


def test_a_truncated_frame(show: ShowFolder, write_sequence: Write, refused: Refused) -> None:
    plate = write_sequence("plate", pixels=np.random.default_rng(1).random((12, 16, 3)))
    cut = frame_path(str(plate), 1003)
    cut.write_bytes(cut.read_bytes()[:-40])
    with refused(f"{cut}: frame 1003 is damaged: Some scanline chunks were missing or corrupted"):
        one(show, plate)


def test_a_refusal_leaves_an_earlier_ingest_alone(
    show: ShowFolder, write_sequence: Write, refused: Refused
) -> None:
    plate = write_sequence("plate")
    one(show, plate)
    frame_path(str(plate), 1002).unlink()
    with refused(f"{plate}: the plate lacks frame 1002 of 1001-1004; supply them"):
        one(show, plate)


def test_mixed_sizes(show: ShowFolder, write_sequence: Write, refused: Refused) -> None:
    plate = write_sequence("plate")
    write_sequence("plate", [1003, 1004], size=(18, 12))
    with refused(
        f"{frame_path(str(plate), 1003)}: the plate's display window is 18x12 at frame 1003 "
        "but 16x12 at frame 1001; write all frames alike"
    ):
        one(show, plate)


def test_mixed_pixel_aspects(show: ShowFolder, write_sequence: Write, refused: Refused) -> None:
    plate = write_sequence("plate")
    write_sequence("plate", [1004], attributes=[RATE, ("PixelAspectRatio", "float", 2.0)])
    with refused(
        f"{frame_path(str(plate), 1004)}: the plate's pixel aspect is 2 at frame 1004 "
        "but 1 at frame 1001; write all frames alike"
    ):
        one(show, plate)


def test_nan_and_inf_are_counted_by_frame_and_channel(
    show: ShowFolder, write_sequence: Write, refused: Refused
) -> None:
    plate = write_sequence("plate", range(1001, 1009))
    bad = np.zeros((12, 16, 3), np.float32)
    bad[0, :12, 0], bad[3, 3, 1] = np.nan, -np.inf
    write_sequence("plate", range(1003, 1009), pixels=bad)
    named = "; ".join(f"frame {n}: R 12 NaN, G 1 Inf" for n in range(1003, 1007))
    with refused(
        f"{plate}: the plate has NaN or Inf in 6 frames ({named}; and 2 more); "
        "mend it, or ingest with --repair-nan"
    ):
        one(show, plate)


def test_nan_in_companions_is_named_with_its_role(
    show: ShowFolder, write_sequence: Write, refused: Refused
) -> None:
    depth = write_sequence("d", channels=("Z",), pixels=np.nan)
    matte = write_sequence("m", channels=("A",))
    write_sequence("m", [1002], channels=("A",), pixels=np.inf)
    named = "; ".join(f"frame {n}: Z 192 NaN" for n in range(1001, 1005))
    with refused(
        f"{matte}: the matte tower has NaN or Inf in 1 frame (frame 1002: A 192 Inf), the depth "
        f"has NaN or Inf in 4 frames ({named}); mend it, or ingest with --repair-nan"
    ):
        one(show, write_sequence("plate"), depth=depth, mattes={"tower": str(matte)})


def test_values_beyond_half(show: ShowFolder, write_sequence: Write, refused: Refused) -> None:
    plate = write_sequence("plate", kind="float")
    write_sequence("plate", [1002], kind="float", pixels=[1, 70000, 1])
    with refused(
        f"{frame_path(str(plate), 1002)}: frame 1002: channel G is 70000 in 192 places, "
        "which half cannot hold (65504 at most); lower the exposure or mend the plate"
    ):
        one(show, plate)


def test_no_colour_space(show: ShowFolder, write_sequence: Write, refused: Refused) -> None:
    plate = write_sequence("plate", attributes=[RATE])
    with refused(f"{plate}{UNSTATED}"):
        one(show, plate)


@pytest.mark.parametrize(
    "stated",
    [
        [("colorInteropID", "string", "unknown")],
        [("colorInteropID", "string", "data")],
        [("chromaticities", "float[8]", (0.7, 0.3, 0.2, 0.7, 0.1, 0.1, 0.31, 0.33))],
    ],
)
def test_a_colour_space_that_is_not_known_is_not_guessed(
    show: ShowFolder, write_sequence: Write, refused: Refused, stated: list[Any]
) -> None:
    plate = write_sequence("plate", attributes=[RATE, *stated])
    with refused(f"{plate}{UNSTATED}"):
        one(show, plate)


def test_png_s_own_colour_space_is_not_believed(
    show: ShowFolder, write_sequence: Write, refused: Refused
) -> None:
    plate = write_sequence("plate", suffix=".png", kind="uint8", attributes=[])
    with refused(f"{plate}{UNSTATED}"):
        one(show, plate, fps="24")


def test_an_unknown_colour_space(show: ShowFolder, write_sequence: Write, refused: Refused) -> None:
    plate = write_sequence("plate")
    with refused(
        f"{plate}: colour space 'ACESgc' is not in {STUDIO_CONFIG}; "
        "near it are ACES2065-1, ACEScc, ACEScct, ACEScg"
    ):
        one(show, plate, colourspace="ACESgc")


def test_no_rate(show: ShowFolder, write_sequence: Write, refused: Refused) -> None:
    plate = write_sequence("plate", attributes=[INTEROP])
    with refused(
        f"{plate}: has no fps in its header, nor has show.yaml; give --fps 24000/1001 or what it is"
    ):
        one(show, plate)


@pytest.mark.parametrize("rate", ["23.976", "24fps", "0", "24/0", "-24"])
def test_a_rate_that_is_not_exact(
    show: ShowFolder, write_sequence: Write, refused: Refused, rate: str
) -> None:
    plate = write_sequence("plate")
    with refused(
        f"{plate}: fps is {rate!r}; write a whole number or an exact ratio such as 24000/1001"
    ):
        one(show, plate, fps=rate)


@pytest.mark.parametrize("name", ["..", "a/b", "a\nb", "\x1b[2J", "", "0010", "a" * 64])
@pytest.mark.parametrize("what", ["sequence", "shot"])
def test_names_that_are_not_safe_in_a_path(
    show: ShowFolder, write_sequence: Write, refused: Refused, what: str, name: str
) -> None:
    with refused(
        f"{what} {name!r} is no name: use letters, digits, _ and -, "
        "starting with a letter, at most 63"
    ):
        one(show, write_sequence("plate"), **{what: name})


@pytest.mark.parametrize("name", ["pl\nate", "pl\x85ate"])
def test_a_path_with_a_control_character(
    show: ShowFolder, write_sequence: Write, refused: Refused, name: str
) -> None:
    plate = write_sequence(name)
    with refused(f"{str(plate)!r}: holds a control character; rename it"):
        one(show, plate)


def test_an_unknown_view(show: ShowFolder, write_sequence: Write, refused: Refused) -> None:
    stereo = [RATE, INTEROP, ("multiView", "string[2]", ("right", "left"))]
    channels = ("R", "G", "B", "left.R", "left.G", "left.B")
    plate = write_sequence("plate", channels=channels, attributes=stereo)
    first = frame_path(str(plate), 1001)
    with refused(f"{first}: has no view centre; it has right, left"):
        one(show, plate, view="centre")
    mono = write_sequence("mono")
    first = frame_path(str(mono), 1001)
    with refused(f"{first}: has no view left; it has no views: leave --view out"):
        one(show, mono, view="left")


def test_a_plate_of_luminance(show: ShowFolder, write_sequence: Write, refused: Refused) -> None:
    plate = write_sequence("plate", channels=("Y", "Z"))
    with refused(f"{frame_path(str(plate), 1001)}: has no channels R, G, B; it has Y, Z"):
        one(show, plate)


def test_a_channel_that_goes_missing(
    show: ShowFolder, write_sequence: Write, refused: Refused
) -> None:
    plate = write_sequence("plate")
    write_sequence("plate", [1003], channels=("R", "G", "Z"))
    with refused(f"{frame_path(str(plate), 1003)}: has no channel B; it has R, G, Z"):
        one(show, plate)


@pytest.mark.parametrize(
    ("role", "channels", "text", "sentence"),
    [
        ("mattes", ("R", "G"), "", "matte channel A; it has R, G; name one as PATTERN:CHANNEL"),
        ("mattes", ("R", "G"), ":Q", "matte channel Q; it has R, G"),
        ("depth", ("R", "G"), "", "depth channel Z or depth.Z; it has R, G"),
        ("motion", ("R", "G"), "", "motion channel forward.u, forward.v or u, v; it has R, G"),
    ],
)
def test_a_companion_without_its_channel(
    show: ShowFolder,
    write_sequence: Write,
    refused: Refused,
    *,
    role: str,
    channels: tuple[str, ...],
    text: str,
    sentence: str,
) -> None:
    pattern = write_sequence("other", channels=channels)
    given: Any = {"tower": f"{pattern}{text}"} if role == "mattes" else pattern
    with refused(f"{frame_path(str(pattern), 1001)}: has no {sentence}"):
        one(show, write_sequence("plate"), **{role: given})


def test_a_companion_that_is_too_short(
    show: ShowFolder, write_sequence: Write, refused: Refused
) -> None:
    matte = write_sequence("matte", [1001, 1003], channels=("A",))
    with refused(f"{matte}: the matte tower lacks frames 1002,1004 of 1001-1004; supply them"):
        one(show, write_sequence("plate"), mattes={"tower": str(matte)})


def test_a_companion_of_another_size(
    show: ShowFolder, write_sequence: Write, refused: Refused
) -> None:
    matte = write_sequence("matte", channels=("A",), size=(8, 6))
    with refused(
        f"{frame_path(str(matte), 1001)}: the matte tower's display window is 8x6 "
        "but the plate's is 16x12; write it at the plate's size"
    ):
        one(show, write_sequence("plate"), mattes={"tower": str(matte)})


def test_a_clean_plate_in_another_colour_space(
    show: ShowFolder, write_sequence: Write, refused: Refused
) -> None:
    clean = write_sequence(
        "clean", attributes=[RATE, ("colorInteropID", "string", "lin_ap0_scene")]
    )
    with refused(
        f"{frame_path(str(clean), 1001)}: the clean plate's colorInteropID says ACES2065-1 "
        "but the plate is ACEScg; write it in that colour space"
    ):
        one(show, write_sequence("plate"), clean_plate=clean)


def test_a_track_that_is_too_short(
    show: ShowFolder, write_sequence: Write, refused: Refused, tmp_path: Path
) -> None:
    track = tmp_path / "track.csv"
    track.write_text("frame,x,y\n1001,1,1\n1003,1,1\n")
    with refused(f"{track}: lacks frames 1002,1004 of the plate's 1001-1004; track them"):
        one(show, write_sequence("plate"), track=track)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("frame", "matte 'frame' is the matte of everything; choose another name"),
        (
            "my tower",
            "matte 'my tower' is no name: use letters, digits, _ and -, starting with a letter, at most 63",
        ),
    ],
)
def test_a_matte_s_name_is_refused_before_anything_is_read(
    show: ShowFolder, tmp_path: Path, refused: Refused, name: str, sentence: str
) -> None:
    with refused(sentence):
        one(show, tmp_path / "nowhere.%04d.exr", mattes={name: "nowhere.%04d.exr"})


def test_a_folder_whose_name_is_no_text(
    show: ShowFolder, write_exr: Write, tmp_path: Path, refused: Refused
) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/pl\xe9"))
    folder.mkdir()
    exr = write_exr(tmp_path / "plate.1001.exr").rename(folder / "plate.1001.exr")
    with refused(f"{str(folder)!r}: holds bytes that are no UTF-8 text; rename it"):
        one(show, folder)
    with refused(f"{str(exr)!r}: holds bytes that are no UTF-8 text; rename it"):
        read_header(exr)


def test_a_picture_with_transparency(
    show: ShowFolder, write_sequence: Write, refused: Refused
) -> None:
    plate = write_sequence("p", suffix=".png", channels=("R", "G", "B", "A"), attributes=[])
    with refused(
        f"{frame_path(str(plate), 1001)}: its alpha is not 1 everywhere; "
        "write the plate without alpha, or as EXR"
    ):
        one(show, plate, fps="24", colourspace="ACEScg")


def test_a_conversion_that_fails_midway_leaves_nothing(
    show: ShowFolder,
    write_sequence: Write,
    refused: Refused,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plate = write_sequence("plate", pixels=np.nan)
    real = convert.write

    def full(path: Path, frame: Any, **options: Any) -> None:
        if frame.number == 1003:
            raise DeliveryError(f"{path.name}: cannot be written: no space left on device")
        real(path, frame, **options)

    monkeypatch.setattr(convert, "write", full)
    with refused("plate.1003.exr: cannot be written: no space left on device"):
        one(show, plate, repair_nan=True)


def test_two_ingests_at_once_do_not_mix(tmp_path: Path) -> None:
    version = tmp_path / "plates" / "v001"
    slow = convert.fresh_folder(version)
    (slow.__enter__() / "mine.exr").touch()
    with convert.fresh_folder(version) as other:
        (other / "theirs.exr").touch()
    with pytest.raises(DeliveryError) as caught:
        slow.__exit__(None, None, None)
    assert str(caught.value) == f"{version}: cannot be written: Directory not empty"
    assert [p.name for p in version.parent.rglob("*")] == ["v001", "theirs.exr"]
    assert convert.next_version(version.parent).name == "v002"


@pytest.mark.parametrize("text", ["tower", "=a.%04d.exr", "tower="])
def test_a_matte_option_that_is_none(text: str, refused: Refused) -> None:
    with refused(f"matte is {text!r}; write it as NAME=PATTERN or NAME=PATTERN:CHANNEL"):
        parse_matte(text)
