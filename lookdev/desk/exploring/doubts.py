"""What in the look on the desk can be made, but is hardly what was meant."""

from pathlib import Path

from lookdev.desk.exploring.notice import Notice
from lookdev.errors import LookdevError
from lookdev.generate.preflight import doubtful
from lookdev.spec.folder import LookFile, ShotFile
from lookdev.spec.look import Look

_ABOUT = "doubt"


class Doubts:
    """Says it once, as long as it is the same, and takes it back when it is mended."""

    def __init__(self, notice: Notice) -> None:
        """Say it in a notice."""
        self._notice = notice
        self._told = ""

    def show(self, look: Look, shot_file: ShotFile) -> None:
        """Look at a look over its shot."""
        told = _sentences(look, shot_file)
        if told == self._told:
            return
        self._told = told
        if told:
            self._notice.ask(told, about=_ABOUT)
        else:
            self._notice.withdraw(_ABOUT)


def _sentences(look: Look, shot_file: ShotFile) -> str:
    try:
        return "; ".join(doubtful(LookFile(Path("this look"), look, shot_file)))
    except LookdevError:  # of a card that cannot be read, which is said where it is used
        return ""
