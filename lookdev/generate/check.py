"""Check a show's files: every YAML by itself, then what they say of each other."""

from collections.abc import Iterable
from pathlib import Path

from lookdev.errors import LookdevError, RightsError, SpecError
from lookdev.generate.preflight import check_and_warn
from lookdev.image.colour import open_colour
from lookdev.image.media import verify
from lookdev.spec import strict_yaml
from lookdev.spec.chain import card_chain, copy_troubles
from lookdev.spec.draft import DeskState, Take
from lookdev.spec.folder import LookFile, ShotFile, ShowFolder
from lookdev.spec.review import Review
from lookdev.spec.wedge_state import WedgeState


def check(paths: Iterable[Path], *, plates: bool = True) -> tuple[list[Path], list[LookdevError]]:
    """Check YAML files, or every YAML file under folders.

    Args:
        paths: Files or folders within shows.
        plates: Also hash every plate and companion frame against what ingest saw; without, a
            repository that holds no plates can be checked.

    Returns:
        The files that were checked, and everything that is wrong, file by file.

    Raises:
        SpecError: A path does not exist or lies in no show.
    """
    checked, problems = [], []
    for path in _yaml_files(paths):
        checked.append(path)
        try:
            _check_file(path.resolve(), plates=plates)
        except LookdevError as error:
            problems.append(error)
    return checked, problems


def _yaml_files(paths: Iterable[Path]) -> list[Path]:
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise SpecError(f"{path}: there is no such file or folder")
        base = path
        if path.is_dir():
            show = ShowFolder.find(path)
            base = (
                path
                if path.resolve().is_relative_to(show.root / "params")
                else show.root / "params"
            )
        files = [base] if base.is_file() else sorted(base.rglob("*.yaml"))
        found |= dict.fromkeys(files)
    return list(found)


def _check_file(path: Path, *, plates: bool) -> None:
    folder = ShowFolder.find(path)
    params = folder.root / "params"
    match path.relative_to(params).parts if path.is_relative_to(params) else ():
        case ("show.yaml",):
            open_colour(folder.ocio_config).check_viewing(folder.viewing)
        case ("models", name):
            _check_card(folder, name.removesuffix(".yaml"))
        case ("shots", sequence, shot, "shot.yaml"):
            _check_shot(ShotFile.open(folder, sequence, shot), plates=plates)
        case ("shots", _, _, "looks" | "drafts", _):
            check_and_warn(LookFile.open(str(path)))
        case ("shots", _, _, "drafts", _, "desk.yaml"):
            strict_yaml.read(path, DeskState)
        case ("shots", _, _, "wedges", _):
            strict_yaml.read(path, WedgeState)
        case ("shots", _, _, "drafts", _, "takes", _):
            strict_yaml.read(path, Take)
        case ("shots", _, _, "reviews", _):
            _check_review(path)
        case ("shots", _, _, "drafts", _, name) if name.startswith(("conflict-", "left-")):
            pass  # what somebody else wrote, kept as it was
        case _:
            raise SpecError(f"{path}: is no file that a show has; see params/schemas")


def _check_card(folder: ShowFolder, name: str) -> None:
    troubles = copy_troubles(card_chain(folder, name))
    if troubles:
        raise RightsError("\n".join(troubles))


def _check_review(path: Path) -> None:
    if path.stat().st_size and (named := strict_yaml.read(path, Review).look) != path.stem:
        raise SpecError(f"{path}: look is {named}; it must be {path.stem}, as the file is named")


def _check_shot(shot_file: ShotFile, *, plates: bool) -> None:
    colour = open_colour(shot_file.folder.ocio_config)
    colour.require(shot_file.shot.plate.colourspace, where=str(shot_file.path))
    colour.check_viewing(shot_file.folder.viewing, shot_file.shot.cdl)
    if plates:
        plate = shot_file.shot.plate
        verify(shot_file, range(plate.first, plate.last + 1))
