"""What the desk's buttons, shortcuts and takes do to the draft."""

from collections.abc import Callable
from random import SystemRandom

from lookdev.desk.exploring.notice import Notice
from lookdev.desk.gallery.widget import Action
from lookdev.desk.stage import Stage
from lookdev.explore import randomise
from lookdev.explore.draft import Draft
from lookdev.spec.look import Look


class Acts:
    """Every act by its name; the desk shows the draft anew after each."""

    def __init__(
        self, draft: Draft, stage: Stage, notice: Notice, *, layer: Callable[[], str]
    ) -> None:
        """Act on a draft; `layer` gives the selected one."""
        self._draft, self._stage, self._notice, self._layer = draft, stage, notice, layer
        self._acts: dict[str, Callable[[], object]] = {
            "undo": draft.undo,
            "redo": draft.redo,
            "seeds": lambda: self._randomise("new seeds", randomise.new_seeds),
            "nudge": lambda: self._randomise("nudged", randomise.nudged),
            "save": self._save,
            "cache": lambda: stage.fill(draft.look),
            "resume": stage.resume,
            "refine": lambda: stage.refine(self._layer(), whole=False),
            "refine frame": lambda: stage.refine(self._layer(), whole=True),
            "star": self._star,
            "solo": lambda: draft.solo(None if draft.state.solo else self._layer()),
            "previous": lambda: self._step(-1),
            "next": lambda: self._step(1),
        }

    def do(self, name: str) -> None:
        """Do what a button or a shortcut is for.

        Raises:
            LookdevError: It cannot be done.
        """
        self._acts[name]()

    def took(self, action: Action) -> None:
        """Do what a person did to a take in the strip.

        Raises:
            LookdevError: It cannot be done.
        """
        take = int(action.id)
        match action.kind:
            case "open":
                self._draft.go(take)
            case "star":
                self._draft.star(take)
            case "reject":
                self._draft.reject(take)
            case "note":
                self._draft.note(take, action.text)
            case slot:
                self._stage.look_at(**{slot: f"take:{take}"})

    def _randomise(self, what: str, change: Callable[..., Look]) -> None:
        locked = self._draft.state.locked
        self._draft.edit(change(self._draft.look, random=SystemRandom(), locked=locked), what)
        self._draft.settle()

    def _save(self) -> None:
        path = self._draft.save_version()
        solo = self._draft.state.solo
        more = f" It holds every layer; {solo} is only soloed here." if solo else ""
        self._notice.ask(f"Saved as {path.stem}, in {path.parent}.{more}")

    def _star(self) -> None:
        """What is on the desk, as it is: an edit that has not come to rest does so first."""
        self._draft.settle()
        self._draft.star(self._draft.state.current)

    def _step(self, by: int) -> None:
        self._draft.settle()
        order = [take.id for take in self._draft.takes.order]
        at = order.index(self._draft.state.current) + by
        if 0 <= at < len(order):
            self._draft.go(order[at])
