"""The review desk: versions side by side over time, notes, status, and a movie to pass on."""

from lookdev.desk.entry import asked_of, entered
from lookdev.desk.reviewing.desk import ReviewDesk


@entered
def review(
    sequence: str | None = None, shot: str | None = None, look: str | None = None
) -> ReviewDesk:
    """Open the review desk; returns at once, and nothing waits for a widget.

    Args:
        sequence: The shot's sequence; the link's, or the show's first, if None.
        shot: As `sequence`.
        look: The version under review (`toxic_v003`), or a look's name for its last version; where
            this person left off, else the shot's newest, if None.

    Raises:
        LookdevError: There is no such show, shot or version.
    """
    asked = asked_of(sequence, shot, look)
    return ReviewDesk(asked.shot_file, asked.look)
