"""What a plate's header says is in the delivered file too, or the log says that it is not."""

import logging
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lookdev.image import exr

Write = Callable[..., Path]
RGB = ("R", "G", "B")

PLAIN: list[tuple[str, str, Any]] = [
    ("camera:model", "string", "ALEXA 35"),
    ("cdl:asc", "string", "1 1 1"),
    ("Exif:FNumber", "float", 2.75),
    ("Exif:ExposureProgram", "int", 2),
    ("GPS:Latitude", "float[3]", (1.0, 2.0, 3.0)),
    ("ACES:transform", "string", "IDT"),
    ("lookdev:look", "string", "snow_v001"),
    ("nuke/version", "string", "15.1"),
    ("smpte:TimeCode", "timecode", (0x01020304, 0)),
    ("smpte:KeyCode", "keycode", (1, 2, 3, 4, 5, 6, 7)),
    ("FramesPerSecond", "rational", (24000, 1001)),
    ("words", "string[2]", ("a", "b")),
    ("two", "int[2]", (1, 2)),
    ("three", "int[3]", (1, 2, 3)),
    ("originalDataWindow", "box2i", (1, 2, 3, 4)),
    ("crop", "box2", (1.0, 2.0, 3.0, 4.0)),
    ("adoptedNeutral", "float[2]", (0.25, 0.5)),
    ("worldToNDC", "matrix", tuple(map(float, range(16)))),
    ("turn", "matrix33", tuple(map(float, range(9)))),
    ("table", "float[4]", (1.0, 2.0, 3.0, 4.0)),
]
"""Kinds that OpenImageIO writes from Python."""

DOUBLES = [
    (b"double", (1.5,)),
    (b"v2d", (1.5, 2.0)),
    (b"v3d", (1.5, 2.0, 3.0)),
    (b"m33d", tuple(map(float, range(9)))),
    (b"m44d", tuple(map(float, range(16)))),
]


def copied(source: Path) -> tuple[exr.Header, exr.Header]:
    """A plate's header, and that of a frame written from the plate."""
    made = exr.read(source, RGB, colourspace="ACEScg", number=1)
    target = source.parent / "out" / source.name
    target.parent.mkdir(exist_ok=True)
    exr.write(target, made, date_time=exr.NO_DATE)
    return exr.read_header(source), exr.read_header(target)


def said(header: exr.Header) -> dict[str, tuple[str, Any]]:
    own = {"DateTime", "compression"}
    return {a.name: (a.kind, a.value) for a in header.attributes if a.name not in own}


def with_kind(write_exr: Write, path: Path, kind: bytes, payload: bytes) -> Path:
    """An EXR with an attribute that Python cannot set: a string's type and bytes are replaced."""
    name, size = "n" * 8, len(payload)
    write_exr(path, attributes=[(name, "string", "z" * size)])
    old = name.encode() + b"\0string\0" + struct.pack("<i", size) + b"z" * size
    new_name = "n" * (len(name) + len("string") - len(kind))
    new = new_name.encode() + b"\0" + kind + b"\0" + struct.pack("<i", size) + payload
    data = path.read_bytes()
    assert data.count(old) == 1
    path.write_bytes(data.replace(old, new))
    return path


def test_every_standard_kind_is_carried(
    tmp_path: Path, write_exr: Write, caplog: pytest.LogCaptureFixture
) -> None:
    before, after = copied(write_exr(tmp_path / "a.exr", attributes=PLAIN))
    assert said(after) == said(before)
    assert {name for name, _, _ in PLAIN} <= set(said(after))
    assert not [a.name for a in before.attributes if a.name.startswith(("oiio:", "openexr:"))]
    assert caplog.text == ""


@pytest.mark.parametrize(("kind", "values"), DOUBLES)
def test_doubles_are_carried_as_floats(
    tmp_path: Path,
    write_exr: Write,
    caplog: pytest.LogCaptureFixture,
    kind: bytes,
    values: tuple[float, ...],
) -> None:
    payload = struct.pack(f"<{len(values)}d", *values)
    path = with_kind(write_exr, tmp_path / "a.exr", kind, payload)
    name = "n" * (14 - len(kind))
    before, after = copied(path)
    assert after.get(name) == before.get(name)
    assert np.ravel(after.get(name)).tolist() == list(values)
    assert caplog.text == ""


def test_a_double_that_float_does_not_hold_is_said(
    tmp_path: Path, write_exr: Write, caplog: pytest.LogCaptureFixture
) -> None:
    path = with_kind(write_exr, tmp_path / "a.exr", b"double", struct.pack("<d", 0.1))
    _, after = copied(path)
    assert after.get("n" * 8) == pytest.approx(0.1)
    assert "header attribute nnnnnnnn (double) is rounded to 32 bits" in caplog.text


def test_what_cannot_be_written_is_said_once_and_the_frame_is_written(
    tmp_path: Path, write_exr: Write, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for name in ("a.exr", "b.exr"):
        path = with_kind(write_exr, tmp_path / name, b"vendor", b"\1\2\3\4")
        before, after = copied(path)
        assert before.get("n" * 8) is not None
        assert after.get("n" * 8) is None
    assert [record.getMessage() for record in caplog.records] == [
        f"{tmp_path}/out: the plate's header attribute nnnnnnnn (uint8[4]) cannot be written to EXR"
    ]
