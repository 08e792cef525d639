"""A desk in another process: opens a draft, does as it is told line by line, tells what it sees."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from lookdev.errors import LookdevError
from lookdev.explore.draft import Draft
from lookdev.spec import parameter
from lookdev.spec.folder import ShotFile, ShowFolder


class AnotherDesk:
    """Starts the process; `do` sends one line and returns what it said."""

    def __init__(self, show: ShowFolder, look: str, *, by: str, take_over: bool = False) -> None:
        command = [sys.executable, __file__, str(show.root), look, by, str(int(take_over))]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.opened = self._said()

    def do(self, *words: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        return self._said()

    def kill(self) -> None:
        """SIGKILL, as `kill -9`; nobody waits for the process yet, so it stays as a zombie."""
        self.process.kill()
        os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOWAIT)

    def _said(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        said: dict[str, Any] = json.loads(self.process.stdout.readline())
        return said

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.communicate()


def _answer(draft: Draft, words: list[str]) -> list[str]:
    match words:
        case ["edit", name, value]:
            draft.edit(parameter.replace(draft.look, name, json.loads(value)), name)
        case ["star", take]:
            draft.star(int(take))
        case ["poll"]:
            return [type(event).__name__ for event in draft.poll()]
        case [operation]:
            getattr(draft, operation)()
    return []


def _main() -> None:
    root, look, by, take_over = sys.argv[1:]
    shot_file = ShotFile.open(ShowFolder(Path(root)), "street", "sh0010")
    draft = Draft.open(shot_file, look, by=by, take_over=bool(int(take_over)))
    words: list[str] = []
    while True:
        events, error = [], ""
        try:
            events = _answer(draft, words)
        except LookdevError as refused:
            error = str(refused)
        held = draft.held_by and draft.held_by.by
        state = {"takes": len(draft.takes), "current": draft.state.current, "held_by": held}
        marks = {str(take): mark.model_dump() for take, mark in draft.state.marks.items()}
        said = {**state, "marks": marks, "events": events, "error": error}
        print(json.dumps(said), flush=True)
        line = sys.stdin.readline()
        if not line:
            return
        words = json.loads(line)


if __name__ == "__main__":
    _main()
