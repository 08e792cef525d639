"""A wedge as a person left it on the desk: what is varied, and what was thought of the cells."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from lookdev.spec.base import Spec
from lookdev.spec.draft import Mark
from lookdev.spec.fields import FrameNumber
from lookdev.spec.look import Look


class WedgeAxis(Spec):
    """One parameter and the text of its values, as it was typed."""

    name: Annotated[str, StringConstraints(max_length=200)]
    """A parameter's name, as `snow.element.seed`."""
    values: Annotated[str, StringConstraints(max_length=8000)] = ""
    """As a wedge's axis takes them: `1..8:2`, `0.5, 1.0`, `{light|heavy} snow`."""


class WedgeSort(Spec):
    """The order in which the cells are looked at."""

    key: Annotated[str, StringConstraints(max_length=200)] = ""
    """A parameter's name, `seconds`, `evaluations` or `diversity`; empty is the sheet's order."""
    descending: bool = False
    starred_first: bool = False


class WedgeState(Spec):
    """One wedge of a shot."""

    format: Literal["wedge/1"]
    look: Look
    """The look that is varied, as it was when it was taken."""
    frame: FrameNumber
    axes: Annotated[tuple[WedgeAxis, ...], Field(max_length=8)] = ()
    """The last one runs across the sheet."""
    sort: WedgeSort = WedgeSort()
    marks: dict[Annotated[str, StringConstraints(pattern=r"^c[0-9a-f]{20}$")], Mark] = {}
    """By cell; a cell without a mark is not named."""
