"""The ledger's events of what models do at the desk."""

from collections.abc import Callable
from contextlib import AbstractContextManager

from lookdev.errors import LedgerError
from lookdev.render import Session
from lookdev.render.recorded import recorded
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look


class RunRecords:
    """Enters every run of a model; a ledger that cannot be written is told, and stops nobody."""

    def __init__(self, failed: Callable[[Exception], None]) -> None:
        """Tell `failed` what cannot be entered."""
        self._failed = failed
        self._told: str | None = None

    def of(
        self, session: Session, shot_file: ShotFile, look: Look, frame: int
    ) -> AbstractContextManager[None]:
        """Measure a block in which the model may run for one frame of a look."""
        return recorded(
            session,
            shot_file,
            look,
            what="explore",
            look_name=None,
            frames=[frame],
            lost=self._lost,
        )

    def _lost(self, error: LedgerError) -> None:
        """A new reason is news; the same one, run after run, is not."""
        if self._told != str(error):
            self._told = str(error)
            self._failed(error)
