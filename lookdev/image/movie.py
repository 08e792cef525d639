"""Preview movies, through PyAV."""

from contextlib import ExitStack
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import av
import numpy as np
import numpy.typing as npt

from lookdev.errors import DeliveryError
from lookdev.image.yuv import BT709, to_yuv420
from lookdev.spec.files import whole_file

_LIMITED_RANGE = 1

_LOOKAHEAD = {"rc-lookahead": "8", "bf": "2"}
"""Frames that x264 holds back; its own 40 of 2K are 200 MB more than a preview is worth."""


class MovieWriter:
    """Writes an H.264 preview, whole or not at all; a context manager.

    Tagged BT.709 in every field, so that players agree; 4:2:0, limited range. The same frames give
    the same bytes.
    """

    def __init__(self, path: Path, *, width: int, height: int, fps: Fraction) -> None:
        """A movie of that size; an odd side is padded with its last pixel.

        Args:
            path: An `.mp4` or `.mov`; its folder exists.
            width: In pixels.
            height: In pixels.
            fps: Exact frames a second.
        """
        self._path, self._size, self._fps = path, (height, width), fps
        self._stack = ExitStack()
        self._count = 0

    def __enter__(self) -> Self:
        """Open a temporary file beside the movie's place."""
        with ExitStack() as stack:
            temporary = stack.enter_context(whole_file(self._path))
            # Left alone, the muxer rounds the length of the whole to milliseconds.
            exact = {"movie_timescale": str(self._fps.numerator)}
            self._container = stack.enter_context(av.open(str(temporary), "w", options=exact))
            self._stream = self._new_stream()
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Finish the movie and put it in its place; after an error, leave nothing."""
        if error is not None:
            self._stack.__exit__(kind, error, trace)
            return
        with self._stack:
            if self._count == 0:
                raise DeliveryError(f"{self._path}: was given no frame; add one at least")
            self._container.mux(self._stream.encode())

    def add(self, rgb: npt.NDArray[np.uint8]) -> None:
        """Add a frame of display code values (H, W, 3), Rec.709 or sRGB."""
        height, width = self._size
        if rgb.shape != (height, width, 3):
            raise DeliveryError(
                f"{self._path}: frame {self._count + 1} is {rgb.shape[1]}x{rgb.shape[0]}; "
                f"the movie is {width}x{height}"
            )
        even = np.pad(rgb, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
        frame = av.VideoFrame.from_ndarray(to_yuv420(even), format="yuv420p")
        frame.pts, frame.time_base = self._count, 1 / self._fps
        self._container.mux(self._stream.encode(frame))
        self._count += 1

    def _new_stream(self) -> Any:
        height, width = self._size
        stream = self._container.add_stream(
            "libx264", rate=self._fps, options={"crf": "16", "preset": "medium", **_LOOKAHEAD}
        )
        stream.width, stream.height, stream.pix_fmt = (
            width + width % 2,
            height + height % 2,
            "yuv420p",
        )
        context = stream.codec_context
        context.time_base = 1 / self._fps
        context.thread_count = 4  # x264 repeats its bytes for a fixed number of threads only
        context.color_primaries = context.color_trc = context.colorspace = BT709
        context.color_range = _LIMITED_RANGE
        return stream
