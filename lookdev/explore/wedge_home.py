"""Where the desk's wedges live in a show: `wedges/<sequence>/<shot>/<look>/`.

Each holds the look as it was taken (`look.yaml`), the cells, the sheet, and the run's records.
"""

from dataclasses import dataclass
from pathlib import Path

from lookdev.errors import SpecError
from lookdev.spec import strict_yaml
from lookdev.spec.files import check_writable, write_text
from lookdev.spec.folder import LookFile, ShotFile, ShowFolder, require_name
from lookdev.spec.look import Look

_LOOK = "look.yaml"


@dataclass(frozen=True)
class WedgeHome:
    """The folder of one wedge of a shot."""

    shot_file: ShotFile
    name: str

    def __post_init__(self) -> None:
        """Refuse what is no name."""
        require_name("wedge", self.name)

    @property
    def folder(self) -> Path:
        """Where the wedge's files are."""
        shot = self.shot_file.shot
        return self.shot_file.folder.root / "wedges" / shot.sequence / shot.shot / self.name

    @property
    def look_path(self) -> Path:
        """The look that the wedge varies."""
        return self.folder / _LOOK

    def look_file(self, look: Look) -> LookFile:
        """The look, as a file of this wedge; messages and the sheet call it by the wedge's name."""
        return LookFile(self.folder / f"{self.name}.yaml", look, self.shot_file)

    def write_look(self, look: Look) -> Path:
        """Write the look for a run.

        Raises:
            DeliveryError: It cannot be written.
        """
        check_writable(self.folder)
        write_text(self.look_path, strict_yaml.write(look))
        return self.look_path


def open_look(reference: str) -> LookFile:
    """A look as `LookFile.open` finds it, or the look of a wedge's folder.

    Raises:
        SpecError: There is no such look.
    """
    path = Path(reference)
    if path.name != _LOOK or not path.is_file():
        return LookFile.open(reference)
    show = ShowFolder.find(path.parent)
    parts = path.resolve().relative_to(show.root).parts
    if len(parts) != 5 or parts[0] != "wedges":
        raise SpecError(f"{path}: lies in no wedge; name a look of a shot instead")
    _, sequence, shot, name, _ = parts
    home = WedgeHome(ShotFile.open(show, sequence, shot), name)
    return home.look_file(strict_yaml.read(path, Look))
