"""A movie to look at together: one version, or two side by side, with burn-ins."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import numpy as np

from lookdev.errors import SpecError
from lookdev.explore.picture import comp_picture
from lookdev.explore.versions import Version
from lookdev.generate.adapter import OnStep
from lookdev.generate.preflight import check_frames, check_look
from lookdev.image.burn_in import BurnIn, slated
from lookdev.image.movie import MovieWriter
from lookdev.image.sheet import Picture, fitted
from lookdev.render import Session, render_frame
from lookdev.render.recorded import recorded
from lookdev.spec.files import check_writable
from lookdev.spec.folder import LookFile
from lookdev.spec.timecode import timecode_at

WIDTH = 1280

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Shown:
    """A version in the movie, and where it stood when the movie was made."""

    version: Version
    status: str


@dataclass(frozen=True)
class MovieFrame:
    """What is done: so many frames of so many."""

    done: int
    total: int


def review_movie(
    shown: Sequence[Shown],
    *,
    session: Session,
    width: int = WIDTH,
    on_step: OnStep | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write a review movie of the shot's whole range; returns its file.

    Args:
        shown: One version, or two of one shot, side by side.
        session: Of the show.
        width: Of the movie (px).
        on_step: Called after each denoising step; raising in it cancels, and leaves no file.
        progress: Called with (done, total) after each frame; raising in it cancels too.

    Raises:
        LookdevError: Look, plate, model or folder is not fit; nothing was written.
    """
    looks, path = prepared(shown, width=width)
    for frame in written(path, looks, shown, session=session, width=width, on_step=on_step):
        if progress:
            progress(frame.done, frame.total)
    return path


def prepared(shown: Sequence[Shown], *, width: int = WIDTH) -> tuple[list[LookFile], Path]:
    """The looks, checked, and a file's name that is still free.

    Raises:
        LookdevError: As `review_movie`.
    """
    if not 1 <= len(shown) <= 2:
        raise SpecError(f"a review movie shows one version or two, not {len(shown)}")
    if width < 128 * len(shown):
        raise SpecError(f"a review movie of {width} px has no room for its burn-ins; make it wider")
    looks = [one.version.open() for one in shown]
    shot = looks[0].shot
    for look_file in looks:
        check_look(look_file)
    check_frames(looks[0], range(shot.plate.first, shot.plate.last + 1))
    folder = looks[0].folder.root / "reviews" / shot.sequence / shot.shot
    check_writable(folder)
    return looks, _free(folder, "_vs_".join(look_file.name for look_file in looks))


def written(
    path: Path,
    looks: Sequence[LookFile],
    shown: Sequence[Shown],
    *,
    session: Session,
    width: int = WIDTH,
    on_step: OnStep | None = None,
) -> Iterator[MovieFrame]:
    """Write the movie, yielding after each frame; closed before its end, it leaves no file."""
    shot = looks[0].shot
    frames = range(shot.plate.first, shot.plate.last + 1)
    own = width // len(looks)
    height = max(2, round(own * shot.height / (shot.width * shot.pixel_aspect) / 2) * 2)
    size = own * len(looks), height
    with MovieWriter(path, width=size[0], height=size[1], fps=Fraction(shot.fps)) as movie:
        for done, frame in enumerate(frames, start=1):
            parts = [
                slated(
                    _picture(look_file, frame, session, (own, height), on_step),
                    _burn_in(look_file, one.status, frame),
                )
                for look_file, one in zip(looks, shown, strict=True)
            ]
            movie.add(np.hstack(parts))
            yield MovieFrame(done, len(frames))


def _picture(
    look_file: LookFile,
    frame: int,
    session: Session,
    size: tuple[int, int],
    on_step: OnStep | None,
) -> Picture:
    shot = look_file.shot
    with recorded(
        session,
        look_file.shot_file,
        look_file.look,
        what="explore",
        look_name=look_file.name,
        frames=[frame],
    ):
        rendered = render_frame(
            look_file.shot_file,
            look_file.look,
            frame,
            session=session,
            scale=min(1.0, size[0] / shot.width),
            on_step=on_step,
        )
    picture = fitted(comp_picture(rendered, shot, session), size[0])
    rows = [min(row, picture.shape[0] - 1) for row in range(size[1])]  # a row more or less, rounded
    return picture[rows]


def _burn_in(look_file: LookFile, status: str, frame: int) -> BurnIn:
    shot = look_file.shot
    label = timecode_at(shot.timecode or "", frame - shot.plate.first, Fraction(shot.fps))
    return BurnIn(
        top_left=f"{look_file.folder.show.name}   {shot.sequence}/{shot.shot}",
        top_right="NOT FINAL",
        bottom_left=f"{look_file.name}   {status}",
        bottom_right="   ".join(filter(None, (str(frame), label, _today()))),
    )


def _today() -> str:
    """The day where the person is: it is they who look for "yesterday's movie"."""
    return datetime.now().astimezone().date().isoformat()


def _free(folder: Path, name: str) -> Path:
    """`toxic_v003_review.mp4`, or `_review_002`, `_003`, ...: a movie is never overwritten."""
    path, number = folder / f"{name}_review.mp4", 1
    while path.exists():
        number += 1
        path = folder / f"{name}_review_{number:03d}.mp4"
    return path
