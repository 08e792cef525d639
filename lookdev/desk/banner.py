"""What went wrong, said in the desk: one sentence, with the details to be copied."""

import functools
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

import anywidget
import traitlets

from lookdev.errors import LookdevError

P = ParamSpec("P")
T = TypeVar("T")

_FOLDER = Path(__file__).parent


class Banner(anywidget.AnyWidget):
    """One sentence about an error; hidden while there is none."""

    _esm = (_FOLDER / "banner.js").read_text(encoding="utf-8")
    _css = (_FOLDER / "banner.css").read_text(encoding="utf-8")

    text = traitlets.Unicode("").tag(sync=True)
    """The sentence; empty hides the banner."""
    details = traitlets.Unicode("").tag(sync=True)
    """The traceback that "copy details" copies."""

    def __init__(self) -> None:
        """Make a hidden banner."""
        super().__init__()
        self._said_by: object = None

    def show(self, error: BaseException) -> None:
        """Say an error; one that lookdev did not raise on purpose is said to be unexpected."""
        self._said_by = None
        self.details = "".join(traceback.format_exception(error))
        self.text = str(error) if isinstance(error, LookdevError) else _unexpected(error)

    def tell(self, text: str, details: str = "") -> None:
        """Say a sentence; what there is to copy need not be a traceback."""
        self._said_by = None
        self.details = details
        self.text = text

    def clear(self) -> None:
        """Hide the banner."""
        self._said_by = None
        self.text = self.details = ""

    def guard(self, fn: Callable[P, T]) -> Callable[P, T | None]:
        """Wrap a callback: what it raises is shown here, and what it said before is taken back.

        The wrapped callback returns None where it raised.
        """

        @functools.wraps(fn)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> T | None:
            try:
                result = fn(*args, **kwargs)
            except Exception as error:  # noqa: BLE001 the desk's last resort: it is shown, in full
                self.show(error)
                self._said_by = guarded
                return None
            if self._said_by is guarded:
                self.clear()
            return result

        return guarded


def _unexpected(error: BaseException) -> str:
    what = " ".join(f"{type(error).__name__}: {error}".split())
    what = what if len(what) <= 200 else f"{what[:197]}..."
    return f"Something unexpected happened ({what}); copy the details for your pipeline TD"
