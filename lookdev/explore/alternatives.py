r"""Texts with alternatives: `{light|heavy} snow` stands for two prompts, two groups for four."""

import re
from itertools import product
from math import prod

_PART = re.compile(r"[{|}]|[^{|}]+")
_ESCAPED = re.compile(r"\\.|[{|}]|[^\\{|}]+|\\", re.DOTALL)

_WHAT = (
    "each { needs its }, and a group holds no group; a brace itself is written \\{ in double quotes"
)


def expanded(text: str, *, most: int, escapes: bool = False) -> list[str]:
    r"""Every text that the alternatives make, the last group's running fastest.

    Args:
        text: Text with groups such as `{a|b|c}`; one alternative may be empty. A `|` outside a
            group is itself.
        most: How many texts there may be.
        escapes: Whether a backslash makes the next character itself: `\{` is a brace.

    Raises:
        ValueError: A brace has no partner, or a group holds a group, or there are too many texts.
    """
    plain: list[str] = [""]
    groups: list[list[str]] = []
    inside = False
    for part in (_ESCAPED if escapes else _PART).findall(text):
        if part == "{" and not inside:
            groups.append([""])
            inside = True
        elif part == "}" and inside:
            plain.append("")
            inside = False
        elif part in "{}":
            raise ValueError(_WHAT)
        elif part == "|" and inside:
            groups[-1].append("")
        else:
            place = groups[-1] if inside else plain
            place[-1] += part[1:] if escapes and part[0] == "\\" and len(part) > 1 else part
    if inside:
        raise ValueError(_WHAT)
    count = prod(len(group) for group in groups)
    if count > most:
        raise ValueError(f"its groups make {count} texts, above {most}; take fewer alternatives")
    return ["".join(_woven(plain, chosen)) for chosen in product(*groups)]


def _woven(plain: list[str], chosen: tuple[str, ...]) -> list[str]:
    return [plain[0], *(text for pair in zip(chosen, plain[1:], strict=True) for text in pair)]
