"""The explore desk: find a look over the plate, without ever seeing code."""

from lookdev.desk.entry import asked_of, entered
from lookdev.desk.exploring.bench import ExploreDesk
from lookdev.desk.opening import taken_up
from lookdev.explore import opening
from lookdev.explore.draft import Draft
from lookdev.explore.holder import this_user
from lookdev.spec.folder import ShotFile


@entered
def explore(
    sequence: str | None = None, shot: str | None = None, look: str | None = None
) -> ExploreDesk:
    """Open the explore desk; returns at once, and nothing waits for a widget.

    Args:
        sequence: The shot's sequence; the link's, the wedge's, or the show's first, if None.
        shot: As `sequence`.
        look: A version (`toxic_v003`) or a draft's name (`toxic`); the draft last used if None.

    Raises:
        LookdevError: There is no such show, shot or look.
    """
    asked = asked_of(*taken_up(sequence, shot, look))
    draft, first = _open(asked.shot_file, asked.look)
    desk = ExploreDesk(asked.shot_file, draft)
    if first:
        desk.notice.ask("This shot had no look yet: here is a first one, with light snow.")
    return desk


def _open(shot_file: ShotFile, look: str | None) -> tuple[Draft, bool]:
    """The draft, and whether it had to be begun."""
    if look is None and opening.is_untouched(shot_file):
        return Draft.begin(shot_file, by=this_user()), True
    return Draft.open(shot_file, look, by=this_user()), False
