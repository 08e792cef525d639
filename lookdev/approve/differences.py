"""What has changed since an approval, each thing named."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lookdev.approve.lock import ABSENT, Lock
from lookdev.image.sequence import describe
from lookdev.spec.approval import Frozen

_MEDIA = ("plate", "matte", "clean", "depth", "motion", "element", "approved")

_ADDED, _GONE, _CHANGED = "new", "missing", "changed"


@dataclass(frozen=True)
class Difference:
    """One thing that is not as it was approved."""

    what: str
    """Its subject's name, without a frame: `look`, `matte tower`, `package torch`."""
    sentence: str
    frames: tuple[int, ...] = ()
    """The frames of media that are concerned."""


def differences(then: Mapping[str, str], frozen: Frozen, now: Lock) -> list[Difference]:
    """Everything that differs between what was approved and what is there now.

    Args:
        then: The approval's subjects.
        frozen: What it froze in full.
        now: The lock as it is read now.
    """
    found = list(_fields("look", frozen.look, now.frozen.look))
    found += _fields("shot", frozen.shot, now.frozen.shot)
    for name in sorted({*frozen.cards, *now.frozen.cards}):
        was, is_ = frozen.cards.get(name, {}), now.frozen.cards.get(name, {})
        found += _fields(f"card {name}", was, is_)
    found += _subjects(then, now.subjects, told={one.what for one in found})
    found += _packages(frozen.packages, now.frozen.packages)
    return found + [Difference("trouble", sentence) for sentence in now.troubles]


def _subjects(
    then: Mapping[str, str], now: Mapping[str, str], *, told: set[str]
) -> Iterator[Difference]:
    """By digest; a spec whose fields were told already is not told again."""
    media: dict[tuple[str, str], list[int]] = {}
    for name in sorted({*then, *now}):
        how = _how(then.get(name, ABSENT), now.get(name, ABSENT))
        if how is None:
            continue
        role, frame = _role_and_frame(name)
        if frame is not None:
            media.setdefault((role, how), []).append(frame)
        elif name not in told:
            yield Difference(name, f"{_plain(name)} {_is(how)}")
    for (role, how), frames in media.items():
        numbers = "frame" if len(frames) == 1 else "frames"
        sentence = f"{role}: {numbers} {describe(sorted(frames))} {_is(how, len(frames))}"
        yield Difference(role, sentence, tuple(sorted(frames)))


def _how(was: str, is_: str) -> str | None:
    if was == is_:
        return None
    return _ADDED if was == ABSENT else _GONE if is_ == ABSENT else _CHANGED


def _is(how: str, count: int = 1) -> str:
    if how == _CHANGED:
        return "changed"
    return f"{'is' if count == 1 else 'are'} {how}"


def _plain(name: str) -> str:
    known = {
        "code": "lookdev's own code",
        "colour": "the colour config, show LUT or view",
        "final.ipynb": "final.ipynb (a cell's source, kind, tags or place)",
    }
    return known.get(name, name)


def _role_and_frame(name: str) -> tuple[str, int | None]:
    """`matte tower 1001` as its role and frame; what is no frame of pictures has none."""
    role, _, last = name.rpartition(" ")
    if role.split(" ")[0] in _MEDIA and last.lstrip("-").isdigit():
        return role, int(last)
    return name, None


def _packages(was: Mapping[str, str], is_: Mapping[str, str]) -> Iterator[Difference]:
    for name in sorted({*was, *is_}):
        a, b = was.get(name, "not installed"), is_.get(name, "not installed")
        if a != b:
            yield Difference(f"package {name}", f"package {name} was {a}, is {b}")


def _fields(what: str, was: Any, is_: Any) -> Iterator[Difference]:
    for path, before, after in _leaves(was, is_, ()):
        place = ".".join(path).removeprefix("layers.")  # a layer's parameters go by its name
        yield Difference(what, f"{what}: {place} was {_short(before)}, is {_short(after)}")


def _leaves(
    was: Any, is_: Any, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Where two pieces of JSON differ, down to the field; layers are told apart by name."""
    if was == is_ and type(was) is type(is_):
        return
    a, b = _named(was), _named(is_)
    if isinstance(a, dict) and isinstance(b, dict):
        for key in dict.fromkeys([*a, *b]):
            yield from _leaves(a.get(key, _MISSING), b.get(key, _MISSING), (*path, str(key)))
        if list(a) != list(b) and set(a) == set(b) and isinstance(was, list):
            yield (*path[:-1], f"order of {path[-1]}"), list(a), list(b)
    elif _as_number(was) != _as_number(is_) or _as_number(was) is None:
        yield path, was, is_


def _named(value: Any) -> Any:
    """A list of named things as a mapping by name."""
    if not isinstance(value, list) or not value:
        return value
    names = [one.get("name") if isinstance(one, dict) else None for one in value]
    return dict(zip(names, value, strict=True)) if all(names) else value


def _as_number(value: Any) -> float | None:
    """1 and 1.0 are one number in canonical JSON."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else None


class _Missing:
    def __repr__(self) -> str:
        return "not there"


_MISSING = _Missing()


def _short(value: Any) -> str:
    text = repr(value) if value is _MISSING else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else f"{text[:77]}..."
