from pathlib import Path

import pytest

from lookdev.errors import PlateError
from lookdev.image.track import read_track


def test_a_track_is_read_by_frame(tmp_path: Path) -> None:
    path = tmp_path / "track.csv"
    path.write_text("frame,x,y\n1001,960.5,540.5\n1002,-3,1e2\n")
    assert read_track(path) == {1001: (960.5, 540.5), 1002: (-3.0, 100.0)}


def test_a_spreadsheets_byte_order_mark_is_no_name(tmp_path: Path) -> None:
    path = tmp_path / "track.csv"
    path.write_bytes(b"\xef\xbb\xbfframe,x,y\r\n1,2,3\r\n")
    assert read_track(path) == {1: (2.0, 3.0)}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", ":1: begins with ''; its first line must be frame,x,y"),
        ("x,y,frame\n", ":1: begins with 'x,y,frame'; its first line must be frame,x,y"),
        ("frame,x,y\n1,2,3\n1,4,5\n", ":3: frame 1 stands twice; keep one"),
        (
            "frame,x,y\n1,nan,3\n",
            ":2: '1,nan,3' is not finite; remove the line or mend it",
        ),
        (
            "frame,x,y\n1,a,3\n",
            ":2: '1,a,3' is no frame,x,y; write a line such as 1001,960.5,540.5",
        ),
        (
            "frame,x,y\n1.5,2,3\n",
            ":2: '1.5,2,3' is no frame,x,y; write a line such as 1001,960.5,540.5",
        ),
        (
            "frame,x,y\n1,2,3\n\n",
            ":3: '' is no frame,x,y; write a line such as 1001,960.5,540.5",
        ),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "track.csv"
    path.write_text(text)
    with pytest.raises(PlateError) as caught:
        read_track(path)
    assert str(caught.value) == f"{path}{sentence}"


def test_a_missing_track_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlateError, match=r"track.csv: cannot be read as a CSV track: "):
        read_track(tmp_path / "track.csv")
