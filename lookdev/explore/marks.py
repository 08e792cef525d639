"""What a person thinks of a take, and other small things that a desk remembers, checked."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lookdev.errors import SpecError
from lookdev.spec import strict_yaml, yaml_writer
from lookdev.spec.draft import DeskState, Mark
from lookdev.spec.yaml_reader import parse

_MAX_VIEW = 20_000
"""Characters of JSON: a viewer's state is small, and is written every second."""


def starred(mark: Mark) -> Mark:
    """With a star, or without the one it had; not rejected."""
    return _mark(starred=not mark.starred, rejected=False, note=mark.note)


def rejected(mark: Mark) -> Mark:
    """Rejected, or no longer; without a star."""
    return _mark(starred=False, rejected=not mark.rejected, note=mark.note)


def noted(mark: Mark, text: str) -> Mark:
    """With this note.

    Raises:
        SpecError: The text is too long, or is no text.
    """
    return _mark(starred=mark.starred, rejected=mark.rejected, note=text.strip())


def checked_frame(frame: int) -> int | None:
    """The frame, if it can be one.

    Raises:
        SpecError: It is out of bounds.
    """
    data = {"format": "desk/1", "current": 1, "frame": frame}
    return strict_yaml.validate(data, DeskState, source="the desk").frame


def checked_view(view: Mapping[str, Any]) -> dict[str, Any]:
    """A viewer's state as plain data that a file gives back unchanged.

    Raises:
        SpecError: It holds what JSON or our YAML cannot say, or too much of it.
    """
    try:
        text = json.dumps(dict(view), allow_nan=False)
        data: dict[str, Any] = json.loads(text)
        told, _ = parse(yaml_writer.dump(data), Path("view"))
    except (TypeError, ValueError, RecursionError, SpecError) as error:
        raise SpecError(f"view: cannot be kept in a file: {error}") from error
    if told != data or len(text) > _MAX_VIEW:
        raise SpecError(f"view: is no viewer's state of at most {_MAX_VIEW} characters of JSON")
    return data


def _mark(*, starred: bool, rejected: bool, note: str) -> Mark:
    given = {"starred": starred, "rejected": rejected, "note": note}
    data = {key: value for key, value in given.items() if value}
    return strict_yaml.validate(data, Mark, source="the take's mark")
