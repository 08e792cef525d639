r"""Nuke's script format: nodes as text, and what Tcl makes of a value.

A script is Tcl: each node is a command that takes its inputs off a stack, the first one from the
top, and leaves itself there. Here every node names its inputs, and the stack is only how that is
written. A value is read twice: once as a Tcl word when the script is opened, and, in paths and
labels, again for `[...]`, `$` and `\` each time the value is used.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = "[file dirname [value root.name]]"
"""The folder that the script itself lies in, wherever that is."""

_BARE = re.compile(r"[A-Za-z0-9_./:+-]+")
_PRINTF = re.compile(r"%0?[0-9]*d")


@dataclass
class Nodes:
    """The nodes of a script, in the order in which they are written."""

    lines: list[str] = field(default_factory=list)

    def add(
        self, kind: str, name: str, *inputs: str, at: tuple[int, int], **knobs: str | int
    ) -> str:
        """Write a node.

        Args:
            kind: Nuke's class.
            name: Its own name: letters, digits and `_`.
            *inputs: Names of the nodes it takes, input 0 first: B, A, mask.
            at: Where it lies in the node graph: x to the right, y downwards.
            **knobs: Values as they are meant.

        Returns:
            The name.
        """
        self.lines += [f"push $N_{one}" for one in reversed(inputs)]
        own = {} if len(inputs) == 1 else {"inputs": len(inputs)}
        x, y = at
        self._block(kind, {**own, **knobs, "name": name, "xpos": x, "ypos": y})
        self.lines.append(f"set N_{name} [stack 0]")
        return name

    def root(self, **knobs: str | int) -> None:
        """Write the script's own settings."""
        self._block("Root", {"inputs": 0, **knobs})

    def text(self) -> str:
        """The script."""
        return "\n".join(self.lines) + "\n"

    def _block(self, kind: str, knobs: Mapping[str, str | int]) -> None:
        self.lines += [f"{kind} {{", *(f" {knob} {word(str(v))}" for knob, v in knobs.items()), "}"]


def word(value: str) -> str:
    """A value as one Tcl word, for when the script is opened."""
    if _BARE.fullmatch(value):
        return value
    escaped = re.sub(r'([\\"\[${}])', r"\\\1", value)  # braces too: they would end the node
    return '"' + escaped.replace("\n", "\\n") + '"'


def literal(text: str) -> str:
    """A text that means itself where Nuke looks for Tcl: in paths and labels."""
    return re.sub(r"([\\\[$])", r"\\\1", text)


def sequence(pattern: str) -> str:
    """A path with `%04d` in its name as Nuke takes it: any other `%` or `#` is the path's own."""
    name = pattern.rpartition("/")[2]
    numbered = _PRINTF.search(name)
    if numbered is None:
        return literal(_unnumbered(pattern))
    start = len(pattern) - len(name) + numbered.start()
    end = start + len(numbered[0])
    return literal(_unnumbered(pattern[:start])) + numbered[0] + literal(_unnumbered(pattern[end:]))


def beside(pattern: str) -> str:
    """A path below the script's folder."""
    return f"{FOLDER}/{sequence(pattern)}"


def posix(path: Path) -> str:
    """A path with forward slashes, as Nuke has it on every system."""
    return path.absolute().as_posix()


def _unnumbered(path: str) -> str:
    return path.replace("%", "%%").replace("#", "%#")
