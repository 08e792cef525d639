"""What the names in a look may stand for, in this show and shot."""

from collections.abc import Callable

from lookdev.desk.panel.section import Choices
from lookdev.spec.folder import ShotFile
from lookdev.spec.shot import Shot

_PARTS = (8, 6, 4, 3, 2, 1.5, 1)
"""Of the plate's width: the working widths that are offered."""


def choices_of(shot_file: Callable[[], ShotFile]) -> Choices:
    """Models, mattes and working sizes; asked anew whenever they are shown."""
    return Choices(
        models=lambda: sorted(
            path.stem for path in (shot_file().folder.root / "params/models").glob("*.yaml")
        ),
        mattes=lambda: list(shot_file().shot.mattes),
        sizes=lambda: sizes(shot_file().shot),
    )


def sizes(shot: Shot) -> list[tuple[int, int]]:
    """Working sizes in the plate's proportions, from an eighth of its width to all of it."""
    wide = {max(16, round(shot.width / part)) for part in _PARTS}
    return [size for size in map(shot.working_size, sorted(wide)) if size[1] >= 16]
