"""Kinds of change to an approved shot: what shot.yaml says, and its pictures."""

from pathlib import Path
from typing import Any

from approve.spoil import Spoil, kind
from hypothesis import strategies as st

FRAMES = [1001, 1002, 1003, 1004, 1005, 1006]


def picture(spoil: Spoil, role: str, frame: int) -> Path:
    folder, stem = {
        "plate": ("plates", "plate"),
        "matte tower": ("mattes", "tower"),
        "clean plate": ("clean", "clean"),
        "depth": ("depth", "depth"),
    }[role]
    return spoil.root / folder / f"{stem}.{frame}.exr"


def field(spoil: Spoil, name: str, value: Any) -> str:
    spoil.yaml(spoil.shot, lambda shot: shot.update({name: value}))
    return rf"shot: {name} was"


@kind(examples=8)
def a_cdl(spoil: Spoil) -> str:
    number = st.floats(0.1, 4)
    rgb = st.lists(number, min_size=3, max_size=3)
    name = spoil.pick(["slope", "offset", "power", "saturation"])
    field(spoil, "cdl", {name: spoil.pick(number if name == "saturation" else rgb)})
    return rf"shot: cdl was not there, is .*{name}"


@kind(examples=4)
def the_rate(spoil: Spoil) -> str:
    return field(spoil, "fps", spoil.pick([24, 25, "30000/1001", "24000/1000"]))


@kind(examples=3)
def the_plates_colour_space(spoil: Spoil) -> str:
    space = spoil.pick(["ACES2065-1", "ACEScct", "no such space"])
    spoil.yaml(spoil.shot, lambda shot: shot["plate"].update(colourspace=space))
    return r"shot: plate\.colourspace was \"ACEScg\""


@kind(examples=4)
def the_plates_range(spoil: Spoil) -> str:
    name, frame = spoil.pick([("first", 1002), ("last", 1005), ("first", 1003), ("last", 1003)])
    spoil.yaml(spoil.shot, lambda shot: shot["plate"].update({name: frame}))
    lost = 1001 if name == "first" else 1006
    return rf"shot: plate\.{name} was.*plate: frames? .*{lost}"


@kind()
def an_extra_frame(spoil: Spoil) -> str:
    spoil.write(picture(spoil, "plate", 1007), picture(spoil, "plate", 1006).read_bytes())
    spoil.yaml(spoil.shot, lambda shot: shot["plate"].update(last=1007))
    return r"shot: plate\.last was 1006, is 1007.*plate: frame 1007 is new"


@kind(examples=2)
def the_plates_pattern(spoil: Spoil) -> str:
    pattern = spoil.pick(["clean/clean.%04d.exr", "plates/other.%04d.exr"])
    spoil.yaml(spoil.shot, lambda shot: shot["plate"].update(pattern=pattern))
    how = "changed" if pattern.startswith("clean") else "are missing"
    return rf"shot: plate\.pattern was.*plate: frames 1001-1006 {how}"


@kind(examples=2)
def the_plates_channels(spoil: Spoil) -> str:
    channels = spoil.pick([["B", "G", "R"], ["left.R", "left.G", "left.B"]])
    spoil.yaml(spoil.shot, lambda shot: shot["plate"].update(channels=channels))
    return r"shot: plate\.channels was"


@kind()
def a_mattes_pattern(spoil: Spoil) -> str:
    pattern = "plates/plate.%04d.exr"
    spoil.yaml(spoil.shot, lambda shot: shot["mattes"]["tower"].update(pattern=pattern))
    return r"shot: mattes\.tower\.pattern was.*matte tower: frames 1001-1006 changed"


@kind()
def a_mattes_channel(spoil: Spoil) -> str:
    spoil.yaml(spoil.shot, lambda shot: shot["mattes"]["tower"].update(channels=["R"]))
    return r"shot: mattes\.tower\.channels was"


@kind()
def a_matte_added(spoil: Spoil) -> str:
    new = {"pattern": "mattes/tower.%04d.exr", "channels": ["A"]}
    spoil.yaml(spoil.shot, lambda shot: shot["mattes"].update(wall=new))
    return r"shot: mattes\.wall was not there.*matte wall: frames 1001-1006 are new"


@kind(examples=4)
def a_companion_removed(spoil: Spoil) -> str:
    name = spoil.pick(["clean_plate", "depth", "mattes", "track"])
    spoil.yaml(spoil.shot, lambda shot: shot.pop(name))
    return rf"shot: {name} was .*is not there"


@kind(examples=8)
def the_size_or_place_of_the_picture(spoil: Spoil) -> str:
    name = spoil.pick(["width", "height", "x", "y"])
    return field(spoil, name, spoil.other(st.integers(1, 65536), 128, 72))


@kind(examples=4)
def the_pixel_aspect(spoil: Spoil) -> str:
    return field(spoil, "pixel_aspect", spoil.other(st.floats(0.1, 10), 1.0))


@kind()
def the_timecode(spoil: Spoil) -> str:
    return field(spoil, "timecode", "01:00:00:00")


@kind()
def what_ingest_said(spoil: Spoil) -> str:
    spoil.yaml(spoil.shot, lambda shot: shot["ingest"].update(source="another.%04d.exr"))
    return r"shot: ingest\.source was"


@kind()
def shot_yaml_gone(spoil: Spoil) -> str:
    spoil.remove(spoil.shot)
    return r"lies in no shot"


def flipped(spoil: Spoil, role: str) -> str:
    frame = spoil.pick(FRAMES)
    spoil.flip(picture(spoil, role, frame))
    return rf"{role}: frame {frame} changed"


@kind(examples=12)
def a_bit_of_the_plate(spoil: Spoil) -> str:
    return flipped(spoil, "plate")


@kind(examples=12)
def a_bit_of_a_matte(spoil: Spoil) -> str:
    return flipped(spoil, "matte tower")


@kind(examples=8)
def a_bit_of_the_clean_plate(spoil: Spoil) -> str:
    return flipped(spoil, "clean plate")


@kind(examples=8)
def a_bit_of_the_depth(spoil: Spoil) -> str:
    return flipped(spoil, "depth")


@kind(examples=8)
def a_bit_of_the_track(spoil: Spoil) -> str:
    spoil.flip(spoil.root / "track.csv")
    return r"track changed"


@kind()
def the_track_gone(spoil: Spoil) -> str:
    spoil.remove(spoil.root / "track.csv")
    return r"track is missing"


@kind(examples=4)
def a_missing_frame(spoil: Spoil) -> str:
    role, frame = spoil.pick(["plate", "matte tower", "clean plate", "depth"]), spoil.pick(FRAMES)
    spoil.remove(picture(spoil, role, frame))
    return rf"{role}: frame {frame} is missing"


@kind(examples=4)
def two_frames_swapped(spoil: Spoil) -> str:
    role = spoil.pick(["plate", "matte tower", "clean plate", "depth"])
    first = spoil.pick(FRAMES[:-1])
    spoil.swap(picture(spoil, role, first), picture(spoil, role, first + 1))
    return rf"{role}: frames {first}-{first + 1} changed"


@kind(examples=3)
def a_truncated_frame(spoil: Spoil) -> str:
    frame = spoil.pick(FRAMES)
    path = picture(spoil, "plate", frame)
    data = path.read_bytes()
    spoil.write(path, data[: spoil.pick(st.integers(0, len(data) - 1))])
    return rf"plate: frame {frame} changed"


@kind()
def bytes_behind_a_frames_end(spoil: Spoil) -> str:
    path = picture(spoil, "plate", 1004)
    spoil.write(path, path.read_bytes() + b"\0")
    return r"plate: frame 1004 changed"
