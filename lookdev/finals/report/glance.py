"""Rights and approvals of a shot, at a glance."""

from pathlib import Path

from lookdev.approve.rights import shot_rights
from lookdev.errors import LookdevError
from lookdev.finals.report.model import LookRights
from lookdev.spec.folder import ShotFile, ShowFolder


def rights_of(folder: ShowFolder, shot: str) -> tuple[LookRights, ...]:
    """Which of a shot's looks may be delivered; what is in the way of saying so, as a block."""
    place = folder.root / "params" / "shots" / shot
    if not any((place / "looks").glob("*.yaml")):
        return ()
    try:
        found = shot_rights(ShotFile.open(folder, *shot.split("/")))
    except LookdevError as error:
        return (LookRights(look="every look", blocks=(str(error),)),)
    return tuple(LookRights(look=one.look_file.name, blocks=one.final) for one in found)


def approvals_of(place: Path) -> tuple[str, ...]:
    """Names of the files in a shot's `approved/`; `lookdev render` tells whether they hold."""
    folder = place / "approved"
    return tuple(sorted(path.name for path in folder.iterdir())) if folder.is_dir() else ()
