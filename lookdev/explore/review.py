"""Notes and status of a version, in `reviews/` beside the looks.

The file is read again before each change, under a lock: two people's notes do not overwrite each
other, and what a third typed by hand stays.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from lookdev.errors import DeliveryError, SpecError
from lookdev.spec import strict_yaml
from lookdev.spec.draft import utc_now
from lookdev.spec.files import write_text
from lookdev.spec.folder import LookFile
from lookdev.spec.review import Note, Review, Status, StatusChange

_PATIENCE = 10.0
"""Seconds to wait for another desk that is writing; it takes milliseconds."""


@dataclass(frozen=True)
class ReviewFile:
    """What is said of one version of a look."""

    look_file: LookFile
    path: Path

    @classmethod
    def open(cls, look_file: LookFile) -> "ReviewFile":
        """The review of a version; there need not be a file yet.

        Raises:
            SpecError: The look is a draft, which changes under its notes.
        """
        if look_file.path.parent.name != "looks":
            raise SpecError(f"{look_file.path}: is a draft; save a version, and review that")
        folder = look_file.path.parent.parent / "reviews"
        return cls(look_file, folder / look_file.path.name)

    def read(self) -> Review:
        """What is in the file; a draft without notes where it is missing or empty.

        Raises:
            SpecError: The file is damaged, or speaks of another look.
        """
        empty = Review(format="review/1", look=self.look_file.name)
        if not self.path.is_file() or self.path.stat().st_size == 0:
            return empty
        found = strict_yaml.read(self.path, Review)
        if found.look != empty.look:
            raise SpecError(f"{self.path}: look is {found.look}; it must be {empty.look}")
        return found

    def add_note(
        self, *, author: str, frame: int, text: str, point: tuple[float, float] | None = None
    ) -> Review:
        """Add a note; returns the review as it now is.

        Args:
            author: Who says it.
            frame: Absolute frame number, in the shot.
            text: What is said.
            point: x, y in plate pixels, origin top left of the display window.

        Raises:
            SpecError: One of them is of no use; nothing was written.
            DeliveryError: The file cannot be written.
        """
        self._require_frame(frame)
        self._require_point(point)

        def added(review: Review) -> Review:
            data = {
                "id": max((note.id for note in review.notes), default=0) + 1,
                "author": _named(author, "leave a note"),
                "frame": frame,
                **({} if point is None else {"point": [round(v, 1) for v in point]}),
                "text": _said(text),
                "created": utc_now(),
            }
            note = strict_yaml.validate(data, Note, source="the note")
            return _with(review, notes=(*review.notes, note))

        return self._change(added)

    def mark_done(self, note: int, *, done: bool = True) -> Review:
        """Mark a note as done, or as open again; returns the review as it now is.

        Raises:
            SpecError: There is no such note.
            DeliveryError: The file cannot be written.
        """

        def marked(review: Review) -> Review:
            if note not in {one.id for one in review.notes}:
                raise SpecError(f"{self.path}: has no note {note}")
            notes = (
                one.model_copy(update={"done": done}) if one.id == note else one
                for one in review.notes
            )
            return _with(review, notes=tuple(notes))

        return self._change(marked)

    def set_status(self, status: Status, *, by: str) -> Review:
        """Say where the version stands; returns the review as it now is.

        Raises:
            SpecError: Nobody says it, or there is no such status.
            DeliveryError: The file cannot be written.
        """

        def changed(review: Review) -> Review:
            data = {"status": status, "by": _named(by, "set a status"), "at": utc_now()}
            change = strict_yaml.validate(data, StatusChange, source="the status")
            return _with(review, history=(*review.history, change))

        return self._change(changed)

    def _change(self, change: Callable[[Review], Review]) -> Review:
        if not self.look_file.path.is_file():
            path = self.look_file.path
            raise SpecError(f"{path}: is not there any more; choose another version")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path.with_name(f".{self.path.stem}.lock"), timeout=_PATIENCE):
                review = change(self.read())
                write_text(self.path, strict_yaml.write(review))
        except Timeout as error:
            raise DeliveryError(
                f"{self.path}: another desk has been writing it for {_PATIENCE:.0f} s; try again"
            ) from error
        except OSError as error:
            raise DeliveryError(f"{self.path}: cannot be written: {error.strerror}") from error
        return review

    def _require_frame(self, frame: int) -> None:
        plate = self.look_file.shot.plate
        if not plate.first <= frame <= plate.last:
            raise SpecError(
                f"a note at frame {frame}: is outside the shot's {plate.first}-{plate.last}"
            )

    def _require_point(self, point: tuple[float, float] | None) -> None:
        shot = self.look_file.shot
        if point is None or (0 <= point[0] <= shot.width and 0 <= point[1] <= shot.height):
            return
        raise SpecError(
            f"a note at {point[0]:.1f}, {point[1]:.1f}: is outside the plate's "
            f"{shot.width}x{shot.height}"
        )


def _named(name: str, why: str) -> str:
    if not name.strip():
        raise SpecError(f"no name is given; say who you are to {why}")
    return name.strip()


def _said(text: str) -> str:
    if not text.strip():
        raise SpecError("the note is empty; write what you saw")
    return text.strip().expandtabs(4)


def _with(review: Review, **changed: object) -> Review:
    """A review with other fields, all of them to be written."""
    told: dict[str, object] = {"notes": review.notes, "history": review.history, **changed}
    return Review.model_validate({"format": review.format, "look": review.look, **told})
