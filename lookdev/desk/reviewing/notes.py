"""The notes of a version: read, gone to, marked as done, and written."""

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets

from lookdev.spec.review import Note, Review

Point = tuple[float, float]


@dataclass(frozen=True)
class NoteActions:
    """What the desk does when a person asks."""

    add: Callable[[], object]
    """The note that stands in `text`."""
    go: Callable[[Note], object]
    mark: Callable[[int, bool], object]
    unpoint: Callable[[], object]


class Notes:
    """A list, and a place to write the next one."""

    def __init__(self, actions: NoteActions) -> None:
        """Make an empty list."""
        self._do = actions
        self._shown: tuple[Note, ...] | None = None
        self._list = widgets.VBox()
        self._list.add_class("ld-notes")
        self.text = widgets.Textarea(
            placeholder="What should change, at this frame?",
            tooltip="The note",
            layout=widgets.Layout(width="auto", height="64px"),
        )
        self._where = widgets.HTML()
        self._where.layout.flex = "1 1 auto"
        self._unpoint = widgets.Button(
            description="no point",
            tooltip="The note is of the whole picture",
            layout=widgets.Layout(width="auto", display="none"),
        )
        self._unpoint.on_click(lambda _button: actions.unpoint())
        self.add = widgets.Button(icon="comment", layout=widgets.Layout(width="auto"))
        self.add.on_click(lambda _button: actions.add())
        self.widget = widgets.VBox(
            [self._list, self.text, widgets.HBox([self._where, self._unpoint]), self.add]
        )

    def show(self, review: Review) -> None:
        """Show a review's notes, those that are open first, by frame."""
        if review.notes == self._shown:
            return
        self._shown = review.notes
        notes = sorted(review.notes, key=lambda note: (note.done, note.frame, note.id))
        rows = [self._row(note) for note in notes]
        self._list.children = tuple(rows) or (widgets.HTML("No notes yet."),)

    def show_unread(self) -> None:
        """Show no notes, as they cannot be read."""
        self._shown = None
        self._list.children = (widgets.HTML("The notes cannot be read."),)

    def aim(self, frame: int, point: Point | None) -> None:
        """Say where the next note will be."""
        self.add.description = f"add note at frame {frame}"
        self.add.tooltip = f"Add the note at frame {frame}"
        place = "double-click the picture to point at something"
        if point is not None:
            place = f"points at {point[0]:.0f}, {point[1]:.0f}"
        self._where.value = f"<span role='status'>{place}</span>"
        self._unpoint.layout.display = "none" if point is None else ""

    def _row(self, note: Note) -> widgets.Widget:
        go = widgets.Button(
            description=str(note.frame),
            tooltip=f"Go to frame {note.frame}",
            layout=widgets.Layout(width="64px"),
        )
        go.on_click(lambda _button: self._do.go(note))
        done = widgets.Checkbox(
            value=note.done,
            description="done",
            tooltip=f"Note {note.id} is done",
            indent=False,
            layout=widgets.Layout(width="68px"),
        )

        def marked(change: dict[str, Any]) -> None:
            self._do.mark(note.id, change["new"])

        done.observe(marked, "value")
        said = html.escape(note.text).replace("\n", "<br>")
        pointing = ", at a point" if note.point is not None else ""
        style = " style='opacity:0.75'" if note.done else ""
        text = widgets.HTML(
            f"<div{style}><b>{html.escape(note.author)}</b>{pointing} "
            f"<small>{note.created} UTC</small><br>{said}</div>"
        )
        text.layout.flex = "1 1 auto"
        row = widgets.HBox([go, text, done])
        row.add_class("ld-note")
        return row
