"""The strip of takes: what each looks like, what changed, and what was thought of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from lookdev.desk.gallery.widget import Action, Gallery
from lookdev.explore import changes
from lookdev.explore.draft import Draft
from lookdev.spec.digest import digest
from lookdev.spec.draft import Mark, Take
from lookdev.spec.files import whole_file
from lookdev.spec.look import Look


class Thumbnails:
    """Small pictures of looks, as files: they can all be made again."""

    def __init__(self, folder: Path) -> None:
        """Keep them in a folder, which is made with the first one."""
        self._folder = folder

    def get(self, look: Look) -> bytes | None:
        """A look's picture, where there is one."""
        path = self._path(look)
        return path.read_bytes() if path.is_file() else None

    def put(self, look: Look, jpeg: bytes) -> None:
        """Keep a look's picture.

        Raises:
            DeliveryError: The disk is full, or cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with whole_file(self._path(look)) as temporary:
            temporary.write_bytes(jpeg)

    def _path(self, look: Look) -> Path:
        return self._folder / f"{digest(look)[:32]}.jpg"


class TakeStrip:
    """Every take of a draft, each line together, the one on the desk marked."""

    def __init__(
        self,
        thumbnails: Thumbnails,
        *,
        on_action: Callable[[Action], None],
        ask_for: Callable[[str, Look], None],
        guard: Callable[[Callable[[str], bytes | None]], Callable[[str], bytes | None]],
    ) -> None:
        """Make an empty strip.

        Args:
            thumbnails: Where pictures of takes are kept.
            on_action: Called with what a person did to a take; its id is the take's.
            ask_for: Called with a take's id and look where there is no picture of it.
            guard: Wraps what reads pictures.
        """
        self._thumbnails, self._ask_for = thumbnails, ask_for
        self._words: dict[int, str] = {}
        self._looks: dict[str, Look] = {}
        self.widget = Gallery(
            on_action=on_action,
            thumbnail=guard(self._thumbnail),
            arrangement="strip",
            can=["open", "star", "reject", "note", "a", "b"],
            label="Takes",
            empty="Every look that comes to rest becomes a take here.",
        )

    def show(self, draft: Draft) -> None:
        """Show the takes of a draft."""
        takes = draft.takes
        self._looks = {str(take.id): take.look for take in takes.order}
        marks, current = draft.state.marks, draft.state.current
        items = [
            self._item(
                take,
                takes.parent(take.id),
                marks.get(take.id, Mark()),
                depth=takes.depth(take.id),
                current=take.id == current,
            )
            for take in takes.order
        ]
        if items != self.widget.items:
            self.widget.items = items

    def arrange(self, *, as_tree: bool) -> None:
        """Show the takes as a tree, or as a strip."""
        self.widget.arrangement = "tree" if as_tree else "strip"

    def put(self, take: str, jpeg: bytes) -> None:
        """Keep and show the picture of a take."""
        look = self._looks.get(take)
        if look is not None:
            self._thumbnails.put(look, jpeg)
            self.widget.show(take, jpeg)

    def _item(
        self, take: Take, parent: Take | None, mark: Mark, *, depth: int, current: bool
    ) -> dict[str, Any]:
        if take.id not in self._words:
            said = take.origin if parent is None else changes.words(parent.look, take.look)
            self._words[take.id] = said
        return {
            "id": str(take.id),
            "title": f"take {take.id}",
            "lines": [self._words[take.id]],
            "starred": mark.starred,
            "rejected": mark.rejected,
            "current": current,
            "note": mark.note,
            "depth": depth,
            "parent": "" if parent is None else str(parent.id),
            "seconds": None,
            "evaluations": None,
            "sort": {},
        }

    def _thumbnail(self, take: str) -> bytes | None:
        look = self._looks[take]
        found = self._thumbnails.get(look)
        if found is None:
            self._ask_for(take, look)
        return found
