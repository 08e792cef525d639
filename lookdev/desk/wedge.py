"""The wedge desk: sweep a look's parameters into a contact sheet, in the background."""

from lookdev.desk.entry import asked_of, entered
from lookdev.desk.wedging.bench import WedgeDesk


@entered
def wedge(
    sequence: str | None = None, shot: str | None = None, look: str | None = None
) -> WedgeDesk:
    """Open the wedge desk; returns at once, and nothing waits for a widget.

    Args:
        sequence: The shot's sequence; the link's, or the show's first, if None.
        shot: As `sequence`.
        look: A version (`toxic_v003`) or a draft (`toxic`); the wedge used last, else the newest
            version, if None.

    Raises:
        LookdevError: There is no such show, shot or look.
    """
    asked = asked_of(sequence, shot, look)
    return WedgeDesk(asked.shot_file, asked.look)
