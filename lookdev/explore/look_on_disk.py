"""The draft's own file, which a person may edit while the desk is open."""

from lookdev.errors import SpecError
from lookdev.explore.draft_folder import DraftFolder, content_hash
from lookdev.explore.events import Conflict
from lookdev.explore.takes import same
from lookdev.spec import strict_yaml
from lookdev.spec.look import Look


class LookOnDisk:
    """Writes the look to its file, unless somebody else did; then it tells, and waits."""

    def __init__(self, files: DraftFolder) -> None:
        """Know the file as it is."""
        self.conflict: Conflict | None = None
        self._files = files
        self._told = ""
        self._last: Look | None = None
        self.known = content_hash(files.look_bytes())  # before it is read: never a newer one's
        self.found, sentence = self._read()
        if sentence:
            self.conflict, self._told, self.known = Conflict(None, sentence), self.known, ""

    def begin(self, ours: Look) -> None:
        """Leave the file as it is, comments and all, while it holds the look on the desk."""
        if self.found is not None and same(self.found, ours):
            self._last = ours

    def check(self, ours: Look) -> Conflict | None:
        """A conflict that is new since the last check.

        A file that was edited but holds the look that is on the desk is none, nor is one that is
        gone: it is written anew.
        """
        now = content_hash(self._files.look_bytes())
        if now in ("", self.known):
            self.conflict = None
            if not now:
                self._last = None
            return None
        if self.conflict is not None and now == self._told:
            return None
        theirs, sentence = self._read()
        if theirs is not None and same(theirs, ours):
            self._accept(ours, now)
            return None
        self._told = now
        self.conflict = Conflict(theirs, sentence or self._sentence())
        return self.conflict

    def write(self, look: Look) -> None:
        """Write the look, if it is not the one that was written last.

        Raises:
            DeliveryError: It cannot be written; the next call tries again.
        """
        if look is not self._last:
            self.known = self._files.write_look(look)
            self._last = look

    def take_theirs(self) -> Look:
        """Take the edited file as it is, comments and all; returns its look.

        Raises:
            SpecError: It cannot be read; the conflict stays.
        """
        now = content_hash(self._files.look_bytes())
        look = strict_yaml.read(self._files.look_path, Look)
        self._accept(look, now)
        return look

    def give_up(self) -> Look | None:
        """Keep a copy of the edited file, so that it can be written over; returns its look.

        Raises:
            DeliveryError: The copy cannot be written.
        """
        content = self._files.look_bytes()
        theirs, _ = self._read()
        if content is not None:
            self._files.keep_aside(content)
        self.known, self.conflict, self._last = content_hash(content), None, None
        return theirs

    def _accept(self, look: Look, content: str) -> None:
        """Take the file for what the desk would have written."""
        self.known, self.conflict, self._last = content, None, look

    def _read(self) -> tuple[Look | None, str]:
        """The file's look, or why it cannot be read; neither where there is no file."""
        if not self._files.look_path.exists():
            return None, ""
        try:
            return strict_yaml.read(self._files.look_path, Look), ""
        except SpecError as error:
            return None, str(error)

    def _sentence(self) -> str:
        return (
            f"{self._files.look_path}: was edited by hand while the desk was open; "
            "keep the file's look or the desk's, the other one stays as a take"
        )
