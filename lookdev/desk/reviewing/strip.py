"""The strip of versions: a picture, where it stands, and which of them are A and B."""

from collections.abc import Callable, Mapping, Sequence

from lookdev.desk.gallery.widget import Action, Gallery
from lookdev.desk.loop import MainLoop
from lookdev.desk.reviewing.signed import Signed
from lookdev.explore.engine import Engine
from lookdev.explore.versions import Version
from lookdev.spec.look import Look
from lookdev.spec.review import Review


class VersionStrip:
    """Pictures are drafts where a version is not cached; made when they come into sight."""

    def __init__(
        self,
        engine: Engine,
        loop: MainLoop,
        *,
        looks: Mapping[str, Look],
        frame: int,
        choose: Callable[[str, str], None],
    ) -> None:
        """Make an empty strip.

        Args:
            engine: Makes the pictures.
            loop: Where they arrive.
            looks: By version; more may be added to it later.
            frame: Of the pictures.
            choose: Called with `a` or `b`, and the version that it shall be.
        """
        self._engine, self._loop = engine, loop
        self._looks, self._frame, self._choose = looks, frame, choose
        self._pictures: dict[str, bytes] = {}
        self._asked: set[str] = set()
        self.widget = Gallery(
            on_action=self._act,
            thumbnail=self._thumbnail,
            arrangement="strip",
            can=["open", "a", "b"],
            label="Versions",
            empty="This shot has no version yet.",
        )

    def show(
        self,
        versions: Sequence[Version],
        reviews: Mapping[str, Review],
        *,
        signed: Mapping[str, Signed],
        a: str,
        b: str,
    ) -> None:
        """Show versions with their status, and with their newest approval."""
        items = [
            _item(one.name, reviews.get(one.name), signed.get(one.name), a=a, b=b)
            for one in versions
        ]
        if items != self.widget.items:
            self.widget.items = items

    def renew(self, name: str) -> None:
        """Make a version's picture anew: its look is another one by now."""
        self._asked.discard(name)
        if self._pictures.pop(name, None) is not None:
            self._thumbnail(name)

    def _act(self, action: Action) -> None:
        self._choose("b" if action.kind == "b" else "a", action.id)

    def _thumbnail(self, name: str) -> bytes | None:
        known = self._pictures.get(name)
        if known is None and name in self._looks and name not in self._asked:
            self._asked.add(name)
            self._engine.thumbnails(
                {name: self._looks[name]},
                self._frame,
                lambda item, jpeg: self._loop.post(self._put, item, jpeg),
            )
        return known

    def _put(self, name: str, jpeg: bytes) -> None:
        self._pictures[name] = jpeg
        self.widget.show(name, jpeg)

    def forget_asked(self) -> None:
        """Ask again for what was cancelled, when it is in sight again."""
        self._asked &= set(self._pictures)


def _item(
    name: str, review: Review | None, signed: Signed | None, *, a: str, b: str
) -> dict[str, object]:
    status = "cannot be read" if review is None else review.status
    waiting = 0 if review is None else len(review.open_notes)
    slots = " and ".join(slot for slot, one in (("A", a), ("B", b)) if one == name)
    return {
        "id": name,
        "title": f"{name}  {slots}" if slots else name,
        "lines": [
            _standing(status, signed),
            f"{waiting} open notes" if waiting != 1 else "1 open note",
        ],
        "starred": False,
        "rejected": False,
        "current": name == a,
        "note": "",
        "depth": 0,
        "parent": "",
        "seconds": None,
        "evaluations": None,
        "sort": {},
    }


def _standing(status: str, signed: Signed | None) -> str:
    """What people said, and what is signed: `approved, a001`, or `changes; approved, a001`."""
    if signed is None:
        return status
    return signed.badge if signed.badge.startswith(f"{status},") else f"{status}; {signed.badge}"
