"""What the names in a look may stand for, in this show and shot."""

from collections.abc import Callable, Sequence

from lookdev.desk.panel.section import Choices
from lookdev.errors import LookdevError
from lookdev.spec.card import CardKind
from lookdev.spec.folder import ShotFile, ShowFolder
from lookdev.spec.shot import Shot

_PARTS = (8, 6, 4, 3, 2, 1.5, 1)
"""Of the plate's width: the working widths that are offered."""


def choices_of(shot_file: Callable[[], ShotFile]) -> Choices:
    """Cards, mattes and working sizes; asked anew whenever they are shown."""
    return Choices(
        cards=lambda kind: cards(shot_file().folder, kind),
        mattes=lambda: list(shot_file().shot.mattes),
        sizes=lambda: sizes(shot_file().shot),
    )


def cards(folder: ShowFolder, kind: CardKind) -> Sequence[str]:
    """Ids of the show's cards of a kind, sorted.

    A card that cannot be read is of every kind: whoever chooses it is told what is wrong with it.
    """
    names = sorted(path.stem for path in (folder.root / "params" / "models").glob("*.yaml"))
    return [name for name in names if _kind(folder, name) in (kind, None)]


def _kind(folder: ShowFolder, name: str) -> CardKind | None:
    try:
        return folder.card(name).kind
    except LookdevError:
        return None


def sizes(shot: Shot) -> list[tuple[int, int]]:
    """Working sizes in the plate's proportions, from an eighth of its width to all of it."""
    wide = {max(16, round(shot.width / part)) for part in _PARTS}
    return [size for size in map(shot.working_size, sorted(wide)) if size[1] >= 16]
