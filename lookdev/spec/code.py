"""What our own code is, as one number: the same from a wheel and from a checkout."""

import hashlib
import threading
from functools import lru_cache
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


_LOCK = threading.Lock()


def code_digest(*rooms: str) -> str:
    """SHA-256 (hex) over the names and bytes of the package's Python sources.

    Args:
        rooms: Folders or files of the package (`blend`, `errors.py`); all of it if none is named.
    """
    with _LOCK:  # two threads that begin together read the sources once, and agree
        return _digest(rooms)


@lru_cache(maxsize=8)
def _digest(rooms: tuple[str, ...]) -> str:
    total = hashlib.sha256()
    for path in sorted(_PACKAGE.rglob("*.py")):
        name = path.relative_to(_PACKAGE)
        if not rooms or name.parts[0] in rooms:
            total.update(name.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()
