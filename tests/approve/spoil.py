"""Changes to an approved show that are taken back, and the kinds of change that are tried."""

import base64
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from approve.approved import ApprovedShow
from hypothesis import strategies as st

from lookdev.approve.approval_file import ApprovalFile
from lookdev.approve.verify import require_unchanged
from lookdev.attest import dsse
from lookdev.attest.statement import Statement
from lookdev.errors import LookdevError
from lookdev.spec import yaml_reader, yaml_writer

T = TypeVar("T")


class Spoil:
    """One change to an approved show; `undo` brings everything back."""

    def __init__(
        self, approved: ApprovedShow, patch: pytest.MonkeyPatch, draw: Callable[[Any], Any]
    ) -> None:
        self.approved, self.patch, self._draw = approved, patch, draw
        self.reference = approved.path
        self._was: dict[Path, tuple[bytes, int] | None] = {}

    @property
    def root(self) -> Path:
        return self.approved.root

    @property
    def look(self) -> Path:
        return self.approved.show.look_path

    @property
    def shot(self) -> Path:
        return self.approved.shot_folder / "shot.yaml"

    @property
    def params(self) -> Path:
        return self.root / "params"

    def pick(self, values: st.SearchStrategy[T] | list[T]) -> T:
        return self._draw(st.sampled_from(values) if isinstance(values, list) else values)

    def other(self, strategy: st.SearchStrategy[T], *than: Any) -> T:
        return self.pick(strategy.filter(lambda value: value not in than))

    def write(self, path: Path, content: bytes | str) -> None:
        """The time of a file that was there stays: only its content may tell."""
        self._keep(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        was = self._was[path]
        if was is not None:
            os.utime(path, ns=(was[1], was[1]))

    def remove(self, path: Path) -> None:
        self._keep(path)
        path.unlink()

    def swap(self, a: Path, b: Path) -> None:
        first, second = a.read_bytes(), b.read_bytes()
        assert first != second
        self.write(a, second)
        self.write(b, first)

    def flip(self, path: Path) -> None:
        """One bit anywhere in a file."""
        data = bytearray(path.read_bytes())
        data[self.pick(st.integers(0, len(data) - 1))] ^= 1 << self.pick(st.integers(0, 7))
        self.write(path, bytes(data))

    def yaml(self, path: Path, change: Callable[[Any], object]) -> None:
        data, _ = yaml_reader.parse(path.read_text(), path)
        change(data)
        self.write(path, yaml_writer.dump(data))

    def json(self, path: Path, change: Callable[[Any], object]) -> None:
        data = json.loads(path.read_text())
        change(data)
        self.write(path, json.dumps(data, indent=1))

    def envelope(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Edit the envelope's JSON by hand."""
        value = json.loads(self.approved.path.read_bytes())
        change(value)
        self.write(self.approved.path, dsse.rfc8785.dumps(value) + b"\n")

    def signed(self, *, kind: str | None = None, **predicate: Any) -> None:
        """Sign another statement with the trusted key, as another version of lookdev would."""
        data = dsse.open_envelope(self.approved.path.read_bytes(), source="test").payload
        was = Statement.from_bytes(data, source="test")
        made = Statement(was.subjects, kind or was.predicate_type, was.predicate | predicate)
        self.write(self.approved.path, dsse.seal(made.to_bytes(), self.approved.key))

    def undo(self) -> None:
        for path, was in self._was.items():
            if was is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(was[0])
                os.utime(path, ns=(was[1], was[1]))
        self.patch.undo()

    def _keep(self, path: Path) -> None:
        if path not in self._was:
            stat = path.stat() if path.exists() else None
            self._was[path] = None if stat is None else (path.read_bytes(), stat.st_mtime_ns)


def refusal(path: Path) -> str | None:
    """The sentence by which an approval is refused now; None where it holds."""
    try:
        require_unchanged(ApprovalFile.open(str(path)))
    except LookdevError as error:
        return str(error)
    return None


def flipped_text(text: str, at: int) -> str:
    """Base64 of the same bytes but one."""
    data = bytearray(base64.b64decode(text))
    data[at % len(data)] ^= 1
    return base64.b64encode(bytes(data)).decode()


@dataclass(frozen=True)
class Kind:
    """A kind of change."""

    name: str
    change: Callable[[Spoil], str]
    """Makes one change of the kind; gives the pattern by which the refusal must name it."""
    examples: int
    of: str
    """Of which approval: `look` or `shot`."""


KINDS: list[Kind] = []


def kind(
    *, examples: int = 1, of: str = "look"
) -> Callable[[Callable[[Spoil], str]], Callable[[Spoil], str]]:
    """Register a change as a kind; more examples where there is something to draw."""

    def registered(change: Callable[[Spoil], str]) -> Callable[[Spoil], str]:
        KINDS.append(Kind(change.__name__.replace("_", " "), change, examples, of))
        return change

    return registered
