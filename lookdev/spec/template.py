"""A new show, from the template that comes with the package."""

import shutil
from pathlib import Path

from lookdev.errors import SpecError
from lookdev.spec.folder import ShowFolder
from lookdev.spec.schemas import write_schemas

_PACKAGE = Path(__file__).parents[1]
_COPIED = ("params/show.yaml", "params/models", "notebooks")


def init(folder: Path) -> ShowFolder:
    """Make a show: parameters, schemas for editors, notebooks.

    Raises:
        SpecError: The folder holds something already, or cannot be made.
    """
    template = template_folder()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SpecError(f"{folder}: is there already and not empty; choose a new folder")
    try:
        for name in _COPIED:
            source, target = template / name, folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns(".*"))
            else:
                shutil.copy(source, target)
        write_schemas(folder / "params" / "schemas")
    except OSError as error:
        raise SpecError(f"{folder}: cannot be made: {error.strerror or error}") from error
    return ShowFolder(folder.resolve())


def template_folder() -> Path:
    """Where the template is: inside an installed wheel, or at the top level of a checkout."""
    for folder in (_PACKAGE / "template", _PACKAGE.parent):
        if (folder / "params" / "show.yaml").is_file() and (folder / "notebooks").is_dir():
            return folder
    raise SpecError(f"{_PACKAGE}: this installation of lookdev lacks its template; install it anew")
