"""A shot before it is written: where its sequences will lie, and what `shot.yaml` will say."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookdev.image.colour import WORKING
from lookdev.image.convert import RGB
from lookdev.image.defects import Checked
from lookdev.image.plate import FoundPlate
from lookdev.image.said import ChosenRate
from lookdev.image.survey import CLEAN_PLATE, PLATE
from lookdev.spec import strict_yaml
from lookdev.spec.folder import ShowFolder
from lookdev.spec.shot import Shot

_MATTE = "matte "


@dataclass(frozen=True)
class Draft:
    """Everything that ingest found, checked."""

    folder: ShowFolder
    sequence: str
    shot: str
    source: str
    """The plate as it was given, by its name."""
    plate: FoundPlate
    checked: tuple[Checked, ...]
    """The plate, unless it is a movie, and the companions."""
    rate: ChosenRate
    colourspace: tuple[str, str]
    """The plate's, and who said so."""
    view: str | None
    track: Path | None
    version: Path
    """The folder for what must be written anew."""

    @property
    def path(self) -> Path:
        """Where `shot.yaml` lies."""
        return self.folder.shot_folder(self.sequence, self.shot) / "shot.yaml"

    @property
    def repaired(self) -> tuple[Checked, ...]:
        """The sequences that are copied with their defects mended."""
        converts = self.plate.is_converted
        return tuple(c for c in self.checked if c.defects and not (converts and c.role == PLATE))

    def file_name(self, role: str) -> str:
        """What a new sequence is called: `plate.%04d.exr`, `matte_tower.%04d.exr`."""
        return f"{role.replace(' ', '_')}.%04d.exr"

    def spec(self) -> Shot:
        """The shot as it will be written; an earlier one's CDL stays.

        Raises:
            SpecError: A matte's name or another field is not valid, or the earlier file is not.
        """
        found, window = self.plate, self.plate.display
        data = {
            "format": "shot/1",
            "sequence": self.sequence,
            "shot": self.shot,
            "plate": self._plate(),
            "fps": self.rate.value,
            "width": window.width,
            "height": window.height,
            **({"x": window.x, "y": window.y} if (window.x, window.y) != (0, 0) else {}),
            "pixel_aspect": found.pixel_aspect,
            "timecode": found.timecode,
            **self._companions(),
            "track": self.folder.locate(self.track) if self.track else None,
            "cdl": self._kept_cdl(),
            "ingest": self._record(),
        }
        return strict_yaml.validate(_without_none(data), Shot, source=str(self.path))

    def _plate(self) -> dict[str, Any]:
        converts = self.plate.is_converted
        return _without_none(
            {
                "pattern": self._pattern(PLATE),
                "first": self.plate.first,
                "last": self.plate.last,
                "colourspace": WORKING if converts else self.colourspace[0],
                "channels": RGB if converts else self.plate.channels,
                "view": self.view,
            }
        )

    def _companions(self) -> dict[str, Any]:
        pictures = {
            one.role: {"pattern": self._pattern(one.role), "channels": one.channels}
            for one in self.checked
            if one.role != PLATE
        }
        mattes = {role.removeprefix(_MATTE): pictures[role] for role in pictures if _MATTE in role}
        return {
            "mattes": mattes or None,
            "clean_plate": pictures.get(CLEAN_PLATE),
            "depth": pictures.get("depth"),
            "motion": pictures.get("motion"),
        }

    def _record(self) -> dict[str, Any]:
        repaired = [
            f"{'' if one.role == PLATE else one.role + ' '}frame {number}: {text}"
            for one in self.checked
            for number, text in one.defects.items()
        ]
        ignored = [name for name in self.plate.ignored if name not in self._read_of_the_plates()]
        return _without_none(
            {
                "source": self.source,
                "colourspace_from": self.colourspace[1],
                "fps_from": self.rate.by,
                "converted_from": self.colourspace[0] if self.plate.is_converted else None,
                "repaired": repaired or None,
                "ignored": ignored or None,
            }
        )

    def _read_of_the_plates(self) -> set[str]:
        """Channels of the plate's own files that companions read."""
        own = {one.survey.sequence.pattern for one in self.checked if one.role == PLATE}
        return {
            n for one in self.checked if one.survey.sequence.pattern in own for n in one.channels
        }

    def _pattern(self, role: str) -> str:
        converts = role == PLATE and self.plate.is_converted
        if converts or role in {one.role for one in self.repaired}:
            return self.folder.locate(self.version / self.file_name(role))
        one = next(one for one in self.checked if one.role == role)
        return self.folder.locate(Path(one.survey.sequence.pattern))

    def _kept_cdl(self) -> dict[str, Any] | None:
        if not self.path.is_file():
            return None
        cdl = strict_yaml.read(self.path, Shot).cdl
        return None if cdl is None else cdl.model_dump(mode="json", exclude_unset=True)


def _without_none(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value is not None}
