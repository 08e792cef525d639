"""Reads a Nuke script as Nuke does, and works out the few kinds of node that `comp.nk` has.

Written from Nuke's reference guide, and apart from what writes the script. The output of a node
covers the bounding boxes of its inputs. What lies outside a file's data window is black, and goes
the way of all pixels from there: Nuke's Read has one black pixel around it, which Nuke repeats.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lookdev.image import exr
from lookdev.image.colour import Colour
from lookdev.image.frame import Window

NAMES = {"R": "red", "G": "green", "B": "blue", "A": "alpha"}
RGBA = ("red", "green", "blue", "alpha")


@dataclass
class Node:
    kind: str
    knobs: dict[str, str]
    inputs: list["Node"] = field(default_factory=list)


@dataclass
class Picture:
    window: Window
    planes: dict[str, np.ndarray]

    def get(self, channel: str, window: Window) -> np.ndarray:
        """A channel over a window; outside its own the nearest pixel is repeated."""
        if channel not in self.planes:
            return np.zeros((window.height, window.width), np.float32)
        own = self.window
        rows = np.clip(np.arange(window.y, window.bottom) - own.y, 0, own.height - 1)
        columns = np.clip(np.arange(window.x, window.right) - own.x, 0, own.width - 1)
        return self.planes[channel][np.ix_(rows, columns)]

    def grown(self, by: int) -> "Picture":
        """With so many black pixels more on each side, or fewer of its own."""
        own = self.window
        window = Window(own.x - by, own.y - by, own.width + 2 * by, own.height + 2 * by)
        if by < 0:
            return Picture(window, {n: self.get(n, window) for n in self.planes})
        return Picture(window, {n: np.pad(plane, by) for n, plane in self.planes.items()})


class Script:
    """A script on disk; its nodes by name, and its root."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        self.path, self.nodes = path, {}
        stack: list[Node] = []
        variables: dict[str, Node] = {}
        for first, *rest in commands(path.read_text() if text is None else text):
            if first == "version":
                continue
            if first == "push":
                stack.append(variables[rest[0].removeprefix("$")])
            elif first == "set":
                assert rest[1] == "[stack 0]", rest
                variables[rest[0]] = stack[-1]
            else:
                self._add(first, dict(commands(rest[0])), stack)
        self.colour = Colour(self.value(self.root.knobs["customOCIOConfigPath"]))

    def _add(self, kind: str, knobs: dict[str, str], stack: list[Node]) -> None:
        node = Node(kind, knobs)
        node.inputs = [stack.pop() for _ in range(int(knobs.get("inputs", 1)))]
        if kind == "Root":
            self.root = node
            return
        stack.append(node)
        assert knobs["name"] not in self.nodes
        self.nodes[knobs["name"]] = node

    def of_kind(self, kind: str) -> list[Node]:
        return [node for node in self.nodes.values() if node.kind == kind]

    def value(self, text: str) -> str:
        """A knob's text with its Tcl worked out."""
        result, at = "", 0
        while at < len(text):
            if text[at] == "\\":
                result, at = result + text[at + 1], at + 2
            elif text[at] == "[":
                inside, at = _bracket(text, at)
                result += self._command(inside)
            else:
                assert text[at] != "$", text
                result, at = result + text[at], at + 1
        return result

    def _command(self, text: str) -> str:
        if text == "value root.name":
            return self.path.as_posix()
        found = re.fullmatch(r"file dirname (.+)", text)
        assert found, f"no such command here: {text}"
        return Path(self.value(found[1])).parent.as_posix()

    def file(self, node: Node, frame: int) -> Path:
        """The file of a frame: `%04d` and `#` are its number, `%%` and `%#` are themselves."""

        def one(found: re.Match[str]) -> str:
            signs = {"%%": "%", "%#": "#"}
            if found[0] in signs:
                return signs[found[0]]
            width = len(found[0]) if found[0][0] == "#" else int(found[1] or 0)
            return f"{frame:0{width}d}"

        return Path(re.sub(r"%%|%#|%0?([0-9]*)d|#+", one, self.value(node.knobs["file"])))

    def evaluate(self, node: Node, frame: int) -> Picture:
        inputs = [self.evaluate(one, frame) for one in node.inputs]
        return getattr(self, f"_{node.kind.lower()}")(node, frame, *inputs)

    def _read(self, node: Node, frame: int) -> Picture:
        knobs = node.knobs
        assert (knobs["raw"], knobs["file_type"]) == ("true", "exr")
        assert int(knobs["first"]) <= frame <= int(knobs["last"])
        path = self.file(node, frame)
        channels = exr.read_header(path).channels
        read = exr.read(path, channels, colourspace=exr.RAW, number=frame)
        names = [_named(channel) for channel in channels]
        return Picture(read.data, {n: read.pixels[..., i] for i, n in enumerate(names)}).grown(1)

    def _ociocolorspace(self, node: Node, _frame: int, one: Picture) -> Picture:
        rgb = np.stack([one.get(n, one.window) for n in RGBA[:3]], -1)
        rgb = self.colour.convert(rgb, node.knobs["in_colorspace"], node.knobs["out_colorspace"])
        return Picture(one.window, one.planes | {n: rgb[..., i] for i, n in enumerate(RGBA[:3])})

    def _merge2(self, node: Node, _frame: int, below: Picture, over: Picture) -> Picture:
        window = below.window.joined(over.window)
        alpha = over.get("alpha", window)
        operation = {
            "over": lambda a, b: a + b * (1 - alpha),
            "plus": lambda a, b: a + b,
            "minus": lambda a, b: a - b,
            "under": lambda a, b: a * (1 - below.get("alpha", window)) + b,
        }[node.knobs.get("operation", "over")]
        planes = {n: below.get(n, window) for n in RGBA}
        for name in RGBA[: {"rgb": 3, "rgba": 4}[node.knobs.get("output", "rgba")]]:
            planes[name] = operation(over.get(name, window), below.get(name, window))
        return Picture(window, planes)

    def _mergeexpression(self, node: Node, _frame: int, below: Picture, over: Picture) -> Picture:
        window = below.window.joined(over.window)
        values = {f"A{n[0]}": over.get(n, window) for n in RGBA}
        values |= {f"B{n[0]}": below.get(n, window) for n in RGBA}
        return _expressed(node, window, values, {n: below.get(n, window) for n in RGBA})

    def _expression(self, node: Node, _frame: int, one: Picture) -> Picture:
        planes = {n: one.get(n, one.window) for n in RGBA}
        return _expressed(node, one.window, {n[0]: planes[n] for n in RGBA}, planes)

    def _keymix(
        self, _node: Node, _frame: int, below: Picture, over: Picture, mask: Picture
    ) -> Picture:
        window = below.window.joined(over.window)
        weight = mask.get("alpha", window)
        return Picture(
            window,
            {n: over.get(n, window) * weight + below.get(n, window) * (1 - weight) for n in RGBA},
        )

    def _write(self, node: Node, _frame: int, one: Picture) -> Picture:
        assert (node.knobs["raw"], node.knobs["datatype"]) == ("true", "16 bit half")
        made = {n: one.planes[n] for n in RGBA[: len(node.knobs["channels"])]}
        return Picture(one.window, made).grown(-1)


def _named(channel: str) -> str:
    """Nuke's name of a channel of a file: `beauty.R` is `beauty.red`."""
    layer, dot, last = channel.rpartition(".")
    return f"{layer}{dot}{NAMES.get(last, last)}"


def _expressed(
    node: Node, window: Window, values: dict[str, np.ndarray], planes: dict[str, np.ndarray]
) -> Picture:
    made = dict(planes)
    for number, name in enumerate(RGBA):
        text = node.knobs.get(f"expr{number}")
        if text is not None:
            made[name] = np.asarray(Formula(text, values).value(), np.float32)
    return Picture(window, made)


class Formula:
    """An expression of Nuke's over float32 planes: what C has of operators, `min` and `max`."""

    def __init__(self, text: str, values: dict[str, np.ndarray]) -> None:
        self._tokens = re.findall(r"[A-Za-z]+|[0-9.]+|<=|>=|==|!=|&&|\|\||[-+*/()?:,<>]", text)
        assert "".join(self._tokens) == text.replace(" ", "")
        self._values = values

    def value(self) -> np.ndarray:
        result = self._choice()
        assert not self._tokens, self._tokens
        return result

    def _take(self, *signs: str) -> str | None:
        return self._tokens.pop(0) if self._tokens and self._tokens[0] in signs else None

    def _choice(self) -> np.ndarray:
        test = self._chain(0)
        if not self._take("?"):
            return test
        yes = self._choice()
        assert self._take(":")
        return np.where(test, yes, self._choice())

    def _chain(self, level: int) -> np.ndarray:
        levels = (("||",), ("&&",), ("==", "!=", "<", "<=", ">", ">="), ("+", "-"), ("*", "/"))
        if level == len(levels):
            return self._atom()
        left = self._chain(level + 1)
        while sign := self._take(*levels[level]):
            left = _OPERATORS[sign](left, self._chain(level + 1))
        return left

    def _atom(self) -> np.ndarray:
        sign = self._tokens.pop(0)
        if sign == "(":
            inside = self._choice()
        elif sign in ("min", "max"):
            assert self._take("(")
            one = self._choice()
            assert self._take(",")
            inside = (np.minimum if sign == "min" else np.maximum)(one, self._choice())
        elif sign in self._values:
            return self._values[sign]
        else:
            return np.float32(sign)
        assert self._take(")")
        return inside


_OPERATORS = {
    "||": np.logical_or, "&&": np.logical_and, "==": np.equal, "!=": np.not_equal,
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide,
}  # fmt: skip


def commands(text: str) -> Iterator[list[str]]:
    """The commands of a Tcl text, as words: `{...}` as it is, `"..."` with its escapes undone."""
    words: list[str] = []
    at = 0
    while at < len(text):
        sign = text[at]
        if sign in "\n;":
            if words:
                yield words
            words, at = [], at + 1
        elif sign in " \t":
            at += 1
        else:
            one, at = {"{": _brace, '"': _quote}.get(sign, _bare)(text, at)
            words.append(one)
            assert at == len(text) or text[at] in " \t\n;", (
                f"junk after a word: {text[at : at + 20]}"
            )
    if words:
        yield words


def _brace(text: str, at: int) -> tuple[str, int]:
    depth, start = 0, at
    while True:
        if text[at] == "\\":
            at += 2
            continue
        depth += {"{": 1, "}": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            return text[start + 1 : at - 1], at


def _quote(text: str, at: int) -> tuple[str, int]:
    result, at = "", at + 1
    while text[at] != '"':
        assert text[at] not in "[$", "Tcl would take it for a command or a variable"
        if text[at] == "\\":
            at += 1
            result += {"n": "\n", "t": "\t"}.get(text[at], text[at])
        else:
            result += text[at]
        at += 1
    return result, at + 1


def _bare(text: str, at: int) -> tuple[str, int]:
    if text[at] == "[":
        inside, end = _bracket(text, at)
        return f"[{inside}]", end
    found = re.compile(r"\$?[^\s\[\]{}\"\\$;]+").match(text, at)
    assert found, text[at : at + 20]
    return found[0], found.end()


def _bracket(text: str, at: int) -> tuple[str, int]:
    depth, start = 0, at
    while True:
        depth += {"[": 1, "]": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            return text[start + 1 : at - 1], at
