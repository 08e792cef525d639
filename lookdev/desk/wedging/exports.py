"""What leaves the wedge: a cell for the explore desk, and the contact sheet."""

import html
from pathlib import Path

import ipywidgets as widgets

from lookdev.desk.banner import Banner
from lookdev.desk.loop import MainLoop
from lookdev.desk.opening import ask_to_open
from lookdev.explore.wedge_work import WedgeWork


class Exports:
    """One line that says where something went."""

    def __init__(self, loop: MainLoop, banner: Banner) -> None:
        """Make an empty line."""
        self._loop, self._banner = loop, banner
        self.said = widgets.HTML()

    def clear(self) -> None:
        """Say nothing."""
        self.said.value = ""

    def offer(self, work: WedgeWork, cell: str) -> None:
        """Make a cell's look a take of its draft, and say where to find it.

        Raises:
            LookdevError: It cannot be written.
        """
        take = work.offer(cell)
        ask_to_open(work.shot_file, work.draft_name)
        shot, draft = work.shot_file.shot, work.draft_name
        query = f"sequence={shot.sequence}&amp;shot={shot.shot}&amp;look={draft}"
        label = html.escape(", ".join(work.cell(cell).label))
        self.said.value = (
            f"{label} is take {take.id} of {draft} now: "
            f'<a href="explore.ipynb?{query}" target="_blank">open it in explore</a>.'
        )

    def write_sheet(self, work: WedgeWork) -> None:
        """Write the sheet away from the loop, and say its path."""
        self.said.value = "Writing the sheet…"
        self._loop.away(work.sheet, self._written, self._failed)

    def _written(self, path: Path) -> None:
        self.said.value = f"The sheet is {html.escape(str(path))}"

    def _failed(self, error: Exception) -> None:
        self.clear()
        self._banner.show(error)
