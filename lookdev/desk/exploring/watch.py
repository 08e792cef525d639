"""What happens by itself: edits come to rest, files are saved, other people are noticed."""

from collections.abc import Callable

from lookdev.desk.banner import Banner
from lookdev.desk.exploring.notice import Notice
from lookdev.desk.loop import MainLoop, Timer
from lookdev.explore.draft import Draft
from lookdev.explore.events import Added, Conflict, Event, Offered, TakenOver, Unreadable

SETTLE = 0.8
"""Seconds after which an edit that is left alone becomes a take."""

SAVE = 0.5
"""Seconds within which every change is in the draft's files."""

POLL = 1.0
"""Seconds between looks at what others did to the draft."""


class Watch:
    """Timers of one desk; without a running loop it does nothing until it is told."""

    def __init__(
        self,
        draft: Draft,
        loop: MainLoop,
        banner: Banner,
        notice: Notice,
        changed: Callable[[], None],
    ) -> None:
        """Start to look around.

        Args:
            draft: The draft on the desk.
            loop: The main loop.
            banner: Where errors are said; a save that fails is tried again every second.
            notice: Where questions are asked.
            changed: Called when the draft is to be shown anew.
        """
        self._draft, self._loop, self._notice = draft, loop, notice
        self._changed = changed
        self._untold: list[Event] = []
        self._save, self._settle, self._poll = map(
            banner.guard, (self.save, self.settle, self.poll)
        )
        self._saving: Timer | None = None
        self._settling: Timer | None = None
        self._polling = loop.every(POLL, self._poll)
        self._ask_about_holder()

    def touched(self) -> None:
        """Something changed: save it soon, and let it come to rest."""
        if self._settling is not None:
            self._settling.cancel()
        self._settling = self._loop.later(SETTLE, self._settle)
        if self._saving is None:
            self._saving = self._loop.later(SAVE, self._save)

    def save(self) -> None:
        """Write what has changed."""
        self._saving = None
        try:
            self._draft.save()
        except Exception:
            self._saving = self._loop.later(POLL, self._save)
            raise

    def settle(self) -> None:
        """Let an edit that was left alone become a take."""
        self._settling = None
        try:
            take = self._draft.settle()
        except Exception:
            self._settling = self._loop.later(POLL, self._settle)
            raise
        if take is not None:
            self._changed()

    def poll(self) -> None:
        """See what others did; what cannot be told now is told with the next look."""
        self._untold += self._draft.poll()
        failed: list[Exception] = []
        for event in tuple(self._untold):
            try:
                self._tell(event)
            except Exception as error:  # noqa: BLE001 the first one is raised below
                failed.append(error)
            else:
                self._untold.remove(event)
        if failed:
            raise failed[0]

    def close(self) -> None:
        """Stop every timer."""
        for timer in (self._saving, self._settling, self._polling):
            if timer is not None:
                timer.cancel()

    def _tell(self, event: Event) -> None:
        draft = self._draft
        match event:
            case Offered(take) if draft.held_by is None:
                draft.go(take.id)
                self._notice.ask(
                    f"Take {take.id} arrived {take.origin}; undo brings back what was here."
                )
                self._changed()
            case Added() | Offered():
                self._changed()
            case Conflict(_theirs, sentence):
                self._ask_about_edit(sentence)
            case TakenOver(_by, sentence):
                self._notice.ask(sentence, [("take it back", draft.take_over)], about="seat")
                self._changed()
            case Unreadable(sentence):
                self._notice.ask(sentence)

    def _ask_about_edit(self, sentence: str) -> None:
        draft = self._draft
        self._notice.ask(
            sentence,
            [
                ("use the file", lambda: draft.resolve("file")),
                ("keep the desk's", lambda: draft.resolve("desk")),
            ],
            about="edit",
        )

    def _ask_about_holder(self) -> None:
        holder = self._draft.held_by
        if holder is not None:
            self._notice.ask(
                f"{holder.by} has this draft open on {holder.host} since {holder.since}: "
                "here you can look, and take over; nothing of theirs is lost.",
                [("take over", self._draft.take_over)],
                about="seat",
            )
