"""A plate that comes as a movie: its tags and its frames, through PyAV."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import av

from lookdev.errors import PlateError
from lookdev.image.frame import Pixels
from lookdev.image.planes import planar, rgb_of
from lookdev.image.yuv import KR_KB

MOVIES = (".mov", ".mp4", ".mkv", ".mxf", ".avi", ".m4v", ".webm")

_FULL_RANGE = 2
_SPACES = {  # (primaries, transfer) as H.273 numbers them
    (1, 1): "Rec.1886 Rec.709 - Display",
    (1, 6): "Rec.1886 Rec.709 - Display",
    (1, 4): "Gamma 2.2 Encoded Rec.709",
    (1, 8): "Linear Rec.709 (sRGB)",
    (1, 13): "sRGB Encoded Rec.709 (sRGB)",
    (9, 8): "Linear Rec.2020",
    (9, 16): "Rec.2100-PQ - Display",
    (9, 18): "Rec.2100-HLG - Display",
    (12, 8): "Linear P3-D65",
    (12, 13): "sRGB Encoded P3-D65",
    (12, 16): "ST2084-P3-D65 - Display",
}


@dataclass(frozen=True)
class Movie:
    """What a movie file says of itself."""

    path: Path
    width: int
    height: int
    fps: Fraction
    frames: int
    pixel_aspect: float
    timecode: str | None
    has_alpha: bool
    matrix: int | None
    """H.273 code of its Y'CbCr; None for R'G'B'."""
    full_range: bool
    primaries: int
    transfer: int

    @property
    def colourspace(self) -> str | None:
        """The ACES studio config's name of what primaries and transfer are tagged as, or None.

        A BT.709 tag names a camera curve, yet movies are graded and judged on displays that decode
        with BT.1886: it is read as display light, `Rec.1886 Rec.709 - Display`. Camera originals
        that mean the camera curve are given as `Camera Rec.709`.
        """
        return _SPACES.get((self.primaries, self.transfer))


class _Tags(NamedTuple):
    """Colour tags by their numbers in H.273."""

    primaries: int
    transfer: int
    matrix: int
    range: int

    @classmethod
    def of(cls, thing: Any) -> "_Tags":
        """Those of a codec context or of a frame."""
        said = thing.color_primaries, thing.color_trc, thing.colorspace, thing.color_range
        return cls(*map(int, said))

    def joined(self, other: "_Tags", path: Path) -> "_Tags":
        """What the container and the stream say together; refused where they contradict."""
        joined = []
        for name, unsaid, mine, yours in zip(self._fields, _UNTAGGED, self, other, strict=True):
            said = {mine, yours} - {unsaid}
            if len(said) > 1:
                raise PlateError(
                    f"{path}: its {name} is tagged {mine} by the container and {yours} by the "
                    "stream; mend the tags, or give the plate as EXR"
                )
            joined.append(said.pop() if said else unsaid)
        return _Tags(*joined)

    def known_matrix(self, path: Path) -> int:
        """The matrix, refused where there is none that we know."""
        if self.matrix in KR_KB:
            return self.matrix
        said = "not tagged" if self.matrix == _UNTAGGED.matrix else f"tagged {self.matrix}"
        raise PlateError(
            f"{path}: its YUV matrix is {said}; tag it, as `ffmpeg -i IN -c copy -colorspace bt709 "
            "OUT.mov` does, or give the plate as EXR"
        )


_UNTAGGED = _Tags(primaries=2, transfer=2, matrix=2, range=0)


def open_movie(path: Path) -> Movie:
    """Read a movie's tags, its time stamps and its first frame.

    Raises:
        PlateError: It is damaged, has no picture, varies in frame rate, is interlaced or rotated,
            or its pixel format or matrix is not known.
    """
    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise PlateError(f"{path}: holds no picture; give a movie with a video stream")
            stream = container.streams.video[0]
            container_tags = _Tags.of(stream.codec_context)  # decoding replaces them
            fps, frames = _timing(container, stream, path)
            container.seek(0)
            first = next(container.decode(stream), None)
            if first is None:
                raise PlateError(f"{path}: holds no frame that can be decoded; supply it again")
            _require_plain(path, first, 1)
            shape = planar(path, first).format
            tags = container_tags.joined(_Tags.of(first), path)
            return Movie(
                path=path,
                width=first.width,
                height=first.height,
                fps=fps,
                frames=frames,
                pixel_aspect=float(stream.sample_aspect_ratio or 1),
                timecode=_timecode(container),
                has_alpha=any(part.is_alpha for part in shape.components),
                matrix=None if shape.is_rgb else tags.known_matrix(path),
                full_range=tags.range == _FULL_RANGE or "yuvj" in first.format.name,
                primaries=tags.primaries,
                transfer=tags.transfer,
            )
    except av.error.FFmpegError as error:
        raise PlateError(f"{path}: is damaged or no movie: {error.strerror}") from error


def decode(movie: Movie) -> Iterator[Pixels]:
    """Every frame as R'G'B' code values (H, W, 3): 0 black, 1 white, at the file's full depth.

    Most movie codecs carry no checksums, so that some damage decodes in silence; what the decoder
    notices is refused, where players would conceal it.

    Raises:
        PlateError: A frame is damaged, interlaced or of another size, or frames are missing.
    """
    number = 0
    try:
        with av.open(str(movie.path)) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            stream.codec_context.options = {"err_detect": "explode"}
            for number, frame in enumerate(container.decode(stream), start=1):
                _require_plain(movie.path, frame, number)
                if (frame.width, frame.height) != (movie.width, movie.height) or frame.is_corrupt:
                    raise PlateError(f"{movie.path}: frame {number} is damaged; supply it again")
                yield rgb_of(movie.path, frame, matrix=movie.matrix, full_range=movie.full_range)
    except av.error.FFmpegError as error:
        raise PlateError(
            f"{movie.path}: is damaged after frame {number}: {error.strerror}"
        ) from error
    if number != movie.frames:
        raise PlateError(
            f"{movie.path}: {number} of its {movie.frames} frames can be decoded; supply it again"
        )


def _timing(container: Any, stream: Any, path: Path) -> tuple[Fraction, int]:
    """Exact rate and number of frames; the time stamps must keep to that rate within one tick."""
    rate, tick = stream.average_rate, stream.time_base
    packets = [packet for packet in container.demux(stream) if packet.size]
    if len(packets) < stream.frames:
        raise PlateError(
            f"{path}: holds {len(packets)} of its {stream.frames} frames; supply it again"
        )
    times = sorted(p.dts if p.pts is None else p.pts for p in packets if not p.is_discard)
    if not times or not rate:
        raise PlateError(f"{path}: has no frames or no frame rate; give the plate as EXR")
    late = [n for n, t in enumerate(times) if abs((t - times[0]) * tick - n / rate) > tick]
    if late:
        raise PlateError(
            f"{path}: varies in frame rate (frame {late[0] + 1} is off {rate}); "
            "conform it to a constant rate"
        )
    return Fraction(rate), len(times)


def _require_plain(path: Path, frame: Any, number: int) -> None:
    if frame.interlaced_frame:
        raise PlateError(f"{path}: frame {number} is interlaced; deinterlace the movie first")
    if frame.rotation:
        raise PlateError(
            f"{path}: is stored rotated by {frame.rotation} degrees; write it out upright"
        )


def _timecode(container: Any) -> str | None:
    sources = [container.metadata, *(stream.metadata for stream in container.streams)]
    return next((s["timecode"] for s in sources if "timecode" in s), None)
