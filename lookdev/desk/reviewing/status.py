"""Where a version stands, who said so, and what it is called from now on."""

import html
from collections.abc import Callable

import ipywidgets as widgets

from lookdev.desk.reviewing.signed import Signed
from lookdev.spec.review import STATUSES, Review, Status


class StatusRow:
    """A button for each status, the present one marked, and the name of who says it."""

    def __init__(self, set_status: Callable[[Status], object]) -> None:
        """Make the row; a click asks `set_status`."""
        self.author = widgets.Text(
            description="your name",
            placeholder="who says it",
            tooltip="Notes and status are signed with it",
        )
        self.author.layout.width = "250px"
        self.buttons = {status: self._button(status, set_status) for status in STATUSES}
        self._said = widgets.HTML()
        self.widget = widgets.VBox(
            [self.author, widgets.HBox(list(self.buttons.values())), self._said]
        )

    def show(self, review: Review, signed: Signed | None = None) -> None:
        """Show where a version stands, and whether somebody has signed it."""
        self._mark(review.status)
        last = review.history[-1] if review.history else None
        by = "" if last is None else f", {html.escape(last.by)}, {last.at} UTC"
        self._said.value = (
            f"<span role='status'><b>{html.escape(review.look)}</b>: {review.status}{by}"
            f"{_signature(review, signed)}</span>"
        )

    def show_unread(self, name: str, why: str) -> None:
        """Say that it is not known where a version stands."""
        self._mark(None)
        self._said.value = (
            f"<span role='status'><b>{html.escape(name)}</b>: {html.escape(why)}</span>"
        )

    def _mark(self, present: Status | None) -> None:
        for status, button in self.buttons.items():
            here = status == present
            button.icon = "check" if here else ""
            (button.add_class if here else button.remove_class)("ld-selected")

    def _button(self, status: Status, set_status: Callable[[Status], object]) -> widgets.Button:
        made = widgets.Button(
            description=status,
            tooltip=f"Set the status to {status}",
            layout=widgets.Layout(width="auto"),
        )
        made.on_click(lambda _button: set_status(status))
        return made


def _signature(review: Review, signed: Signed | None) -> str:
    """A line that tells a signed approval from a person's word."""
    if signed is None:
        said = "said by a person, not signed" if review.status == "approved" else ""
    elif signed.trouble:
        said = f"{signed.short} does not count: {signed.trouble}"
    else:
        said = f"signed: {signed.short} by {signed.by}, {signed.at} UTC, {signed.frames}"
    return f"<br><small>{html.escape(said)}</small>" if said else ""
