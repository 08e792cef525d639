"""Frame sequences on disk: patterns such as `plate.%04d.exr`, with every padding style."""

import re
from dataclasses import dataclass
from pathlib import Path

import fileseq

from lookdev.errors import PlateError

_PICTURES = (".exr", ".dpx", ".png", ".tif", ".tiff")
_SPAN = r"-?[0-9]{1,8}(--?[0-9]{1,8}(x[1-9][0-9]{0,7})?)?"
_MOST_FRAMES = 1_000_000
_RANGES = re.compile(rf"{_SPAN}(,{_SPAN})*")
_PRINTF = re.compile(r"%0?([0-9]*)d")


@dataclass(frozen=True)
class Sequence:
    """A pattern with one `%04d` (any width), and the frames that are on disk."""

    pattern: str
    frames: tuple[int, ...]

    def path(self, frame: int) -> Path:
        """The file of one frame."""
        return frame_path(self.pattern, frame)

    def gaps(self, first: int, last: int) -> str:
        """Frames of the range that are not on disk, as `1003-1004,1007`; empty for none."""
        present = set(self.frames)
        return describe([n for n in range(first, last + 1) if n not in present])


def frame_path(pattern: str, frame: int) -> Path:
    """The file of one frame of a `%04d` pattern; negative frames are padded as OpenImageIO does.

    The number stands in the file's name; a `%` in a folder's name is the folder's own.
    """
    path = Path(pattern)
    name = _PRINTF.sub(lambda m: f"{frame:0{int(m[1] or 0)}d}", path.name, count=1)
    return path.with_name(name)


def describe(frames: list[int]) -> str:
    """Frames as a range: `1001-1024,1030`."""
    return str(fileseq.FrameSet(frames).frange) if frames else ""


def parse_frames(text: str) -> tuple[int, ...]:
    """`1001-1024`, `1001,1005`, `1001-1100x10` as frames in order.

    Raises:
        PlateError: The text is no frame range.
    """
    if not _RANGES.fullmatch(text):
        raise PlateError(f"frames is {text!r}; write it as 1001-1024 or 1001,1005")
    if sum(_length(span) for span in text.split(",")) > _MOST_FRAMES:
        raise PlateError(f"frames is {text!r}; at most {_MOST_FRAMES} frames at once")
    try:
        frames = {int(n) for n in fileseq.FrameSet(text)}
    except (fileseq.ParseException, ValueError) as error:
        raise PlateError(f"frames is {text!r}; write it as 1001-1024 or 1001,1005") from error
    return tuple(sorted(frames))


def _length(span: str) -> int:
    """At most how many frames a span names: `1001-1100x10` is taken for a hundred."""
    ends = re.fullmatch(r"(-?[0-9]+)(?:-(-?[0-9]+))?(?:x[0-9]+)?", span)
    assert ends is not None, "the text is a list of spans"
    return abs(int(ends[2] or ends[1]) - int(ends[1])) + 1


def find(location: Path) -> Sequence:
    """The sequence that a pattern or a folder names.

    A pattern's number may be written `%04d`, `####`, `@@@@` or `$F4`. A folder must hold exactly
    one sequence of pictures.

    Raises:
        PlateError: Nothing is there, or a folder holds several sequences.
    """
    if location.is_dir():
        return _only_sequence_in(location)
    pattern = _with_printf(location)
    if pattern is None:
        raise PlateError(
            f"{location}: names no sequence; write the frame number as %04d, or give a folder"
        )
    found = _frames_on_disk(Path(pattern))
    if not found:
        raise PlateError(f"{location}: no frame of this sequence is on disk")
    return Sequence(pattern, found)


def _with_printf(location: Path) -> str | None:
    """The pattern with `%04d`; one hash is one digit, as in Nuke."""
    name = location.name
    for style, width in (
        (r"%0?(?P<n>[0-9]*)d", None),
        (r"\$F(?P<n>[0-9]?)", None),
        (r"(?P<n>#+)", len),
        (r"(?P<n>@+)", len),
    ):
        match = re.search(style, name)
        if match:
            digits = str(width(match["n"])) if width else match["n"]
            number = f"%0{int(digits)}d" if digits.strip("0") else "%d"
            return str(location.with_name(name[: match.start()] + number + name[match.end() :]))
    return None


def _frames_on_disk(pattern: Path) -> tuple[int, ...]:
    match = _PRINTF.search(pattern.name)
    assert match is not None
    head, tail = pattern.name[: match.start()], pattern.name[match.end() :]
    if not pattern.parent.is_dir():
        raise PlateError(f"{pattern.parent}: there is no such folder")
    number = re.compile(re.escape(head) + r"(-?[0-9]+)" + re.escape(tail))
    width = int(match[1] or 0)
    frames = [
        int(found[1])
        for entry in pattern.parent.iterdir()
        if (found := number.fullmatch(entry.name)) and f"{int(found[1]):0{width}d}" == found[1]
    ]
    return tuple(sorted(frames))


def _only_sequence_in(folder: Path) -> Sequence:
    found = [
        sequence
        for sequence in fileseq.findSequencesOnDisk(
            str(folder), pad_style=fileseq.PAD_STYLE_HASH1, strictPadding=False
        )
        if sequence.extension().lower() in _PICTURES and sequence.frameSet()
    ]
    if len(found) != 1:
        names = ", ".join(sorted(s.format("{basename}{padding}{extension}") for s in found))
        raise PlateError(
            f"{folder}: holds {len(found)} sequences of pictures ({names or 'none'}); "
            "give one as a pattern such as plate.%04d.exr"
        )
    width = found[0].zfill()
    number = f"%0{width}d" if width > 1 else "%d"
    pattern = folder / f"{found[0].basename()}{number}{found[0].extension()}"
    return Sequence(str(pattern), tuple(sorted(int(n) for n in found[0].frameSet())))
