"""The review desk put together: two versions in one viewer, and what is said of the first."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lookdev.desk.banner import Banner
from lookdev.desk.loop import MainLoop
from lookdev.desk.reviewing.approving import Approving, Around
from lookdev.desk.reviewing.bench import laid_out
from lookdev.desk.reviewing.choosers import PLATE, Choosers
from lookdev.desk.reviewing.export import Export
from lookdev.desk.reviewing.levels import LevelsPlot
from lookdev.desk.reviewing.library import Library
from lookdev.desk.reviewing.notes import NoteActions, Notes, Point
from lookdev.desk.reviewing.signed import to_supersede
from lookdev.desk.reviewing.status import StatusRow
from lookdev.desk.reviewing.strip import VersionStrip
from lookdev.desk.stage import Stage
from lookdev.errors import LookdevError, SpecError
from lookdev.explore.review import ReviewFile
from lookdev.explore.review_memory import ReviewMemory
from lookdev.explore.review_movie import Shown
from lookdev.explore.shown import Source
from lookdev.spec import review as spec
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look

if TYPE_CHECKING:
    from lookdev.approve.approval_file import ApprovalFile

WATCH = 1.0
"""Seconds between looks at what others have written; this desk's own state is kept as often."""


class ReviewDesk:
    """One desk; every method runs on the main loop and returns at once."""

    def __init__(self, shot_file: ShotFile, look: str | None) -> None:
        """Make the widgets, start the engine, and show what was asked for, or was left.

        Raises:
            SpecError: There is no such version, or none at all.
        """
        loop, self.banner = MainLoop(), Banner()
        guard = self.banner.guard
        self.library = Library(shot_file)
        self._memory = ReviewMemory.of(shot_file)
        self._left = self._remembered()
        self.a, self.b = self.library.pair(look, self._left)
        self.point: Point | None = None
        self._unread = self._told = ""
        self.stage = Stage(shot_file, loop=loop, banner=self.banner)
        engine = self.stage.engine
        self.choosers = Choosers(guard(self.choose), guard(self.fill))
        self.status = StatusRow(guard(self.set_status))
        self.notes = Notes(
            NoteActions(
                add=guard(self.add_note),
                go=guard(self.go),
                mark=guard(self.mark),
                unpoint=guard(self.unpoint),
            )
        )
        self.strip = VersionStrip(
            engine, loop, looks=self.library.looks, frame=self._middle(), choose=guard(self.choose)
        )
        self.export = Export(
            engine,
            loop,
            guard,
            shown=self._in_movie,
            made=self.stage.find_cached,
            cancelled=self._cancelled,
        )
        self.approving = Approving(
            engine,
            loop,
            self.banner,
            Around(
                who=lambda: str(self.status.author.value),
                look_file=lambda: self.library.as_shown(self.a),
                approved=self._approved,
                cancelled=self._cancelled,
            ),
        )
        self.levels = LevelsPlot(engine, loop, guard)
        self.widget = laid_out(self)
        self._start(look)
        self._watch = loop.every(WATCH, guard(self.refresh))

    def choose(self, slot: str, name: str) -> None:
        """Make a version A or B; B may be the plate."""
        if slot == "a":
            self.a = name
        else:
            self.b = name
        self.point = None
        self._apply()

    def go(self, note: spec.Note) -> None:
        """Show the frame of a note.

        Raises:
            SpecError: It lies outside the shot, as it may in a file that was written by hand.
        """
        plate = self.library.shot_file.shot.plate
        if not plate.first <= note.frame <= plate.last:
            raise SpecError(
                f"note {note.id}: frame {note.frame} is outside the shot's "
                f"{plate.first}-{plate.last}; mend it in {self.library.review_file(self.a).path}"
            )
        self.stage.show(note.frame)

    def set_status(self, status: spec.Status) -> None:
        """Say where A stands."""
        self.library.review_file(self.a).set_status(status, by=self.status.author.value)
        self._remember()
        self._show_reviews()

    def add_note(self) -> None:
        """Add the note that stands in the desk, at the frame that is shown."""
        self.library.review_file(self.a).add_note(
            author=self.status.author.value,
            frame=self.stage.viewer.frame,
            text=self.notes.text.value,
            point=self.point,
        )
        self.notes.text.value, self.point = "", None
        self._remember()
        self._show_reviews()

    def mark(self, note: int, done: bool) -> None:  # noqa: FBT001 a checkbox's value
        """Mark a note of A as done, or open again."""
        self.library.review_file(self.a).mark_done(note, done=done)
        self._show_reviews()

    def point_at(self, frame: int, x: float, y: float) -> None:
        """Let the next note point at a place of this frame."""
        self.stage.show(frame)
        self.point = (x, y)
        self._show_reviews()

    def unpoint(self) -> None:
        """Let the next note be of the whole picture."""
        self.point = None
        self._show_reviews()

    def fill(self) -> None:
        """Make every frame of both, so that they play."""
        for name in dict.fromkeys((self.a, self.b)):
            if name in self.library.looks:
                self.stage.engine.fill(self.library.looks[name])

    def refresh(self) -> None:
        """Keep this desk's state, and show what others have written meanwhile."""
        self._remember()
        before = dict(self.library.looks)
        if self.library.changed():
            if self.library.looks != before:
                self._take_in(before)
            self._show_reviews()
        elif self._unread:  # it may be mended without a new time, as by a change of rights
            self._show_reviews()

    def close(self) -> None:
        """Keep the state and end the threads."""
        self._remember()
        self._watch.cancel()
        self.stage.close()

    def _start(self, asked: str | None) -> None:
        viewer, left, guard = self.stage.viewer, self._left, self.banner.guard
        self.status.author.value, self.notes.text.value = left.author, left.text
        self.stage.set_sources(self._sources())
        mode = "a" if self.b == PLATE else "side"
        kept = {} if asked else {k: v for k, v in left.view.items() if k in viewer.state}
        viewer.state = {**viewer.state, "mode": mode, **kept}
        self._apply()
        if left.frame is not None and not asked:
            viewer.frame = min(max(left.frame, viewer.shot["first"]), viewer.shot["last"])
        self.stage.on_point(self.point_at)
        viewer.observe(guard(lambda _change: self._show_aim()), "frame")
        viewer.observe(guard(self._chosen_in_viewer), "state")
        viewer.observe(guard(lambda _change: self._cached()), "cached")

    def _take_in(self, before: Mapping[str, Look]) -> None:
        """Show the looks as their files now have them."""
        looks = self.library.looks
        for name in before:
            if looks.get(name) != before[name]:
                self.strip.renew(name)
                self.levels.forget(name)
        kept = self.library.still(self.a, self.b)
        if kept is None:
            return  # what was shown last stays in the picture; the banner says what has happened
        if kept != (self.a, self.b):
            self.point = None
        self.a, self.b = kept
        viewer = self.stage.viewer
        viewer.state = {**viewer.state, "a": self.a, "b": self.b}  # before a source is gone
        self.stage.set_sources(self._sources())
        self._apply()

    def _tell(self) -> None:
        """Say what is wrong with the files, once, and take it back when it is right."""
        gone = [f"{name}: its file was taken away meanwhile" for name in self.library.gone]
        unread = [*self.library.unread, self._unread] if self._unread else self.library.unread
        told = "; ".join(dict.fromkeys([*gone, *unread]))
        if told == self._told:
            return
        if told:
            self.banner.tell(told)
        elif self.banner.text == self._told:
            self.banner.clear()
        self._told = told

    def _apply(self) -> None:
        """Show A and B everywhere."""
        viewer = self.stage.viewer
        viewer.state = {**viewer.state, "a": self.a, "b": self.b}
        self.stage.show()
        self._show_reviews()
        self._plot()

    def _chosen_in_viewer(self, change: dict[str, Any]) -> None:
        """The viewer has choosers of its own: what is a version there is so here."""
        a, b = change["new"]["a"], change["new"]["b"]
        names = self.library.looks
        if (a, b) != (self.a, self.b) and a in names and (b in names or b == PLATE):
            self.a, self.b = a, b
            self._apply()

    def _show_reviews(self) -> None:
        reviews = self.library.reviews()
        signed = self.library.signed
        self.strip.show(self.library.versions, reviews, signed=signed, a=self.a, b=self.b)
        self._show_approvals()
        review = self._read()
        if review is None:
            self.status.show_unread(self.a, self._unread)
            self.notes.show_unread()
        else:
            self.status.show(review, signed.get(self.a))
            self.notes.show(review)
        self._tell()
        self._pointed = [
            {
                "id": str(note.id),
                "frame": note.frame,
                "x": note.point[0],
                "y": note.point[1],
                "text": note.text,
                "author": note.author,
            }
            for note in (review.open_notes if review else ())
            if note.point is not None
        ]
        self._show_aim()

    def _read(self) -> spec.Review | None:
        """The review of A; where it cannot be read, `_unread` says why until it can."""
        try:
            review = self.library.review_file(self.a).read()
        except LookdevError as error:
            self._unread = str(error)
            return None
        self._unread = ""
        return review

    def _show_aim(self) -> None:
        """Where the next note will be, in words and in the picture."""
        frame = self.stage.viewer.frame
        self.approving.form.at(frame)
        self.notes.aim(frame, self.point)
        aimed: list[dict[str, object]] = []
        if self.point is not None:
            x, y = self.point
            told = {"text": "the next note", "author": self.status.author.value}
            aimed = [{"id": "next", "frame": frame, "x": x, "y": y, **told}]
        notes = [*self._pointed, *aimed]
        if self.stage.viewer.notes != notes:
            self.stage.viewer.notes = notes

    def _show_approvals(self) -> None:
        """What is signed; nothing where A's file is gone, and nothing else there to show."""
        look_file, signed = self.library.file(self.a), self.library.signed
        if look_file is None:
            return
        badges = {name: one.badge for name, one in signed.items()}
        self.choosers.show(list(self.library.looks), badges, a=self.a, b=self.b)
        old = to_supersede(self.a, signed)
        self.approving.show(look_file, newest=signed.get(self.a), old=old)

    def _approved(self, made: "ApprovalFile") -> None:
        """Who has signed has said it, too."""
        ReviewFile.open(made.look_file).set_status("approved", by=made.approval.by)
        self.refresh()

    def _cached(self) -> None:
        look_file = self.library.file(self.a)
        if look_file is not None:
            self.approving.find_cached(look_file)
        self._plot()

    def _plot(self) -> None:
        looks = self.library.looks
        self.levels.show({n: looks[n] for n in dict.fromkeys((self.a, self.b)) if n in looks})

    def _sources(self) -> list[Source]:
        """The comp of every version, then the plate."""
        looks = self.library.looks
        comps = [Source(name, name, look, "comp") for name, look in looks.items()]
        return [*comps, Source(PLATE, "plate", looks[self.a], "plate")]

    def _in_movie(self) -> Sequence[Shown]:
        names = [self.a]
        if self.export.beside.value and self.b in self.library.looks:
            names.append(self.b)
        return [
            Shown(self.library.version(name), self.library.review_file(name).read().status)
            for name in names
        ]

    def _cancelled(self) -> None:
        self.strip.forget_asked()
        self.stage.resume()

    def _remembered(self) -> spec.ReviewDesk:
        read: Callable[[], spec.ReviewDesk | None] = self.banner.guard(self._memory.read)
        return read() or spec.ReviewDesk(format="review-desk/1")

    def _remember(self) -> None:
        left = spec.ReviewDesk(
            format="review-desk/1",
            a=self.a,
            b=self.b,
            frame=self.stage.viewer.frame,
            author=self.status.author.value[:100],
            text=self.notes.text.value[:5000],
            view=dict(self.stage.viewer.state),
        )
        if left != self._left:
            self._memory.write(left)
            self._left = left

    def _middle(self) -> int:
        plate = self.library.shot_file.shot.plate
        return (plate.first + plate.last) // 2
