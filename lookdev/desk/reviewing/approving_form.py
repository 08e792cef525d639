"""What a person fills in to approve: frames or the range, a note, a reference, the key."""

import html
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from lookdev.approve.waive import parse_waiver
from lookdev.attest.keys import PASSPHRASE, PrivateKey, find_private, is_locked, where_private
from lookdev.desk.reviewing.secret import Secret
from lookdev.errors import SpecError, TrustError
from lookdev.image.sequence import describe
from lookdev.spec.qc import Waiver

_LABEL = "108px"
_NO_KEY = "You have no default key; make one with `lookdev keys new`, or name one here."


@dataclass
class Entered:
    """What is filled in for one version; it is there again when that version is A again."""

    stills: tuple[int, ...] = ()
    """None is the frame that is shown."""
    moving: bool = False
    note: str = ""
    reference: str = ""
    waived: str = ""


class Form:
    """The fields, and what they say of themselves."""

    def __init__(
        self, guard: Callable[[Callable[..., Any]], Callable[..., Any]], *, required: bool
    ) -> None:
        """Make the fields; `required` is whether the show asks for a written approval."""
        self._entered: dict[str, Entered] = {}
        self._name, self._frame = "", 0
        self._range, self._cached = range(0), frozenset[int]()
        self._stills = widgets.HTML()
        self._stills.layout.flex = "1 1 auto"
        self.pick = widgets.Button(layout=widgets.Layout(width="auto"))
        self.pick.on_click(guard(lambda _button: self.toggle()))
        self.moving = widgets.Checkbox(indent=False, layout=widgets.Layout(width="auto"))
        self.moving.observe(guard(lambda _change: self._draw()), "value")
        self.note = _text("note", "what belongs to it")
        asked = "required by this show" if required else "waived by this show"
        self.reference = _text("written approval", asked)
        self.reference.tooltip = "Reference of the written approval of generated material"
        self.waive = _text("waive", "gate: reason; gate: reason")
        self.waive.tooltip = "Gates of QC that may fail, each with a reason; it is signed with it"
        self.key = _text("key", "path of a .key file")
        self.secret = Secret("passphrase")
        if os.environ.get(PASSPHRASE):
            self.secret.hint = f"empty: ${PASSPHRASE} is taken"
        self._key_said = widgets.HTML()
        self.key.observe(guard(lambda _change: self.look_at_key()), "value")
        frames = widgets.HBox([self._stills, self.pick])
        fields = [self.reference, self.note, self.waive, self.key, self.secret, self._key_said]
        self.why_not = widgets.HTML()  # over a checkbox's own text its tooltip is not shown
        self.widget = widgets.VBox([frames, self.moving, self.why_not, *fields])
        self._start_key()

    def show(self, name: str, frames: range) -> None:
        """Show what is filled in for a version, whose shot has these frames."""
        if name == self._name:
            return
        self._keep()
        self._name, self._range, self._cached = name, frames, frozenset()
        entered = self._entered.get(name, Entered())
        self.note.value, self.reference.value = entered.note, entered.reference
        self.moving.value, self.waive.value = entered.moving, entered.waived
        self._draw()

    def at(self, frame: int) -> None:
        """Another frame is shown."""
        self._frame = frame
        self._draw()

    def cached(self, frames: Sequence[int]) -> None:
        """These frames of the version are made, so that they can be played."""
        self._cached = frozenset(frames)
        self._draw()

    def toggle(self) -> None:
        """Add the frame that is shown to the stills, or take it out."""
        now = set(self._now().stills) ^ {self._frame}
        self._now().stills = tuple(sorted(now))
        self._draw()

    def emptied(self, name: str) -> None:
        """Forget what was filled in for a version: it is approved."""
        self._entered.pop(name, None)
        if name == self._name:
            self._name = ""
            self.show(name, self._range)

    @property
    def frames(self) -> tuple[int, ...]:
        """The stills: those picked, else the frame that is shown; with the range only the picked.

        Raises:
            SpecError: The range was to be approved, and not all of it is made.
        """
        if not self.moving.value:
            return self._now().stills or (self._frame,)
        if self._lacks:
            raise SpecError(f"{self._name}: {self._why_not()}")
        return self._now().stills

    @property
    def unseen(self) -> list[int]:
        """Stills that are not made whole yet: what was on the screen was a draft at best."""
        return [frame for frame in self.frames if frame not in self._cached]

    @property
    def range(self) -> tuple[int, ...]:
        """The frames that were seen moving; none where stills are approved."""
        return tuple(self._range) if self.moving.value else ()

    def waivers(self, *, by: str) -> tuple[Waiver, ...]:
        """The gates that may fail, by whom.

        Raises:
            SpecError: One names no gate, or has no reason.
        """
        texts = (text.strip() for text in self.waive.value.split(";"))
        return tuple(parse_waiver(text, by=by) for text in texts if text)

    def private_key(self) -> tuple[PrivateKey, Path]:
        """The key to sign with, and its file; the passphrase's field is empty afterwards.

        Raises:
            TrustError: There is none, or it cannot be used.
        """
        passphrase = self.secret.take()
        path = where_private(self._key_path())
        given = passphrase if is_locked(path) else None
        return find_private(path, passphrase=given), path

    def look_at_key(self) -> None:
        """Ask for a passphrase where the key needs one; say what is wrong with it."""
        self.secret.take()
        locked, trouble = False, ""
        try:
            locked = is_locked(where_private(self._key_path()))
        except TrustError as error:  # said beside the field; whoever signs hears it in the banner
            trouble = str(error) if self._key_path() else _NO_KEY
        self.key.tooltip = f"The .key file to sign with: {self.key.value or 'none'}"
        self.secret.layout.display = "" if locked else "none"
        self._key_said.value = f"<small>{html.escape(trouble)}</small>" if trouble else ""
        self._key_said.layout.display = "" if trouble else "none"

    def _start_key(self) -> None:
        try:
            self.key.value = str(where_private(None))
        except TrustError:  # `look_at_key` says so
            self.key.value = ""
        self.look_at_key()

    def _key_path(self) -> Path | None:
        text = self.key.value.strip()
        return Path(text).expanduser() if text else None

    def _now(self) -> Entered:
        return self._entered.setdefault(self._name, Entered())

    def _keep(self) -> None:
        if self._name:
            now = self._now()
            now.note, now.reference = self.note.value, self.reference.value
            now.moving, now.waived = self.moving.value, self.waive.value

    @property
    def _lacks(self) -> list[int]:
        return [frame for frame in self._range if frame not in self._cached]

    def _why_not(self) -> str:
        return (
            f"frames {describe(self._lacks)} are not made yet, so nobody has seen them move; "
            "press `make all frames`, and play it"
        )

    def _draw(self) -> None:
        stills, moving = self._now().stills, self.moving.value
        told = describe(list(stills))
        if not stills:
            told = "first, middle, last" if moving else f"{self._frame}, the one shown"
        self._stills.value = f"<span role='status'>stills: <b>{told}</b></span>"
        word = "take out" if self._frame in stills else "add"
        self.pick.description = f"{word} {self._frame}"
        self.pick.tooltip = f"{word.capitalize()} frame {self._frame}"
        self._draw_range()

    def _draw_range(self) -> None:
        lacks, count = self._lacks, len(self._range)
        span = describe(list(self._range))
        self.moving.description = f"the whole range, {span}, seen moving"
        self.moving.disabled = bool(lacks) and not self.moving.value
        self.moving.tooltip = (
            self._why_not() if lacks else "Its elements are frozen: finals use these very ones"
        )
        made = f"{count - len(lacks)} of {count} frames made; to approve it moving, "
        told = f"<small>{made}make all frames, and play it</small>" if lacks else ""
        self.why_not.value, self.why_not.layout.display = told, "" if told else "none"


def _text(label: str, placeholder: str) -> widgets.Text:
    made = widgets.Text(description=label, placeholder=placeholder)
    made.layout.width, made.style.description_width = "auto", _LABEL
    return made
