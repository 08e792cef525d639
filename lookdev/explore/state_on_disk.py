"""The desk's state in its file, and what a desk that gave way left to the next one."""

from lookdev.explore import history
from lookdev.explore.draft_folder import DraftFolder
from lookdev.spec import strict_yaml
from lookdev.spec.draft import Change, DeskState


class StateOnDisk:
    """Writes the state when it is another one than was written last."""

    def __init__(self, files: DraftFolder) -> None:
        """Write at the first call, whatever is there: the draft used last was written last."""
        self._files = files
        self._saved: DeskState | None = None

    def write(self, state: DeskState) -> None:
        """Write the state.

        Raises:
            DeliveryError: It cannot be written; the next call tries again.
        """
        if state != self._saved:
            self._files.write_state(state)
            self._saved = state

    def leave(self, state: DeskState, *, token: str) -> None:
        """Leave the marks that were not saved to the desk that has taken over.

        Raises:
            DeliveryError: They cannot be written.
        """
        if self._saved is not None:
            unsaved = history.difference(state, self._saved)
            if unsaved.marks:
                self._files.leave(Change(marks=unsaved.marks), token)

    def with_what_was_left(self, state: DeskState) -> DeskState:
        """The state with the marks that other desks left, as a step, written.

        Raises:
            LookdevError: What was left cannot be read, or the state cannot be written.
        """
        for path in self._files.left():
            left = history.applied(state, strict_yaml.read(path, Change))
            state = history.done(state, left)
            self.write(state)
            path.unlink(missing_ok=True)
        return state
