"""A show on disk: where its files are, and how commands find them."""

import os
import re
import sys
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from lookdev.errors import SpecError
from lookdev.spec import strict_yaml
from lookdev.spec.base import Name
from lookdev.spec.card import ModelCard
from lookdev.spec.look import Look
from lookdev.spec.shot import Shot
from lookdev.spec.show import STUDIO_CONFIG, Show, Viewing

_LOOK_NAME = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9_-]*)_v(?P<version>[0-9]{3,})")


@dataclass(frozen=True)
class ShowFolder:
    """A folder that holds `params/show.yaml`."""

    root: Path

    @classmethod
    def find(cls, start: Path) -> "ShowFolder":
        """The show that `start` lies in, found by walking up.

        Raises:
            SpecError: No folder above holds `params/show.yaml`.
        """
        start = start.resolve()
        for folder in (start, *start.parents):
            if (folder / "params" / "show.yaml").is_file():
                return cls(folder)
        raise SpecError(
            f"{start}: lies in no show (no params/show.yaml here or above); "
            "go into a show, or make one with `lookdev init DIR`"
        )

    @cached_property
    def show(self) -> Show:
        """The show's own file."""
        return strict_yaml.read(self.root / "params" / "show.yaml", Show)

    @property
    def ocio_config(self) -> str:
        """Path or `ocio://` name of the colour config: the show's, else $OCIO, else built in."""
        if self.show.ocio is not None:
            known = self.show.ocio.startswith("ocio://")
            return self.show.ocio if known else str(self.resolve(self.show.ocio))
        return os.environ.get("OCIO") or STUDIO_CONFIG

    @property
    def viewing(self) -> Viewing:
        """How the show is viewed, its LUT as a path that can be opened."""
        viewing = self.show.viewing
        if viewing.lut is None:
            return viewing
        return viewing.model_copy(update={"lut": str(self.resolve(viewing.lut))})

    @property
    def cache_folder(self) -> Path:
        """Where the element cache lies."""
        return self.root / self.show.cache.path

    def resolve(self, location: str) -> Path:
        """The path of a location in YAML: relative to the show, or under a root of `show.yaml`."""
        head, _, rest = location.partition("/")
        if head not in self.show.roots:
            return self.root / location
        base = self._bases[head]
        if base is None:
            raise SpecError(
                f"{self.root}/params/show.yaml: roots.{head} has no path for {sys.platform}"
            )
        return base / rest

    def locate(self, path: Path) -> str:
        """The inverse of `resolve`: how YAML should name a path, so that the show can move.

        A location in the show is preferred, then one under a root; a name that `resolve` would take
        elsewhere (a folder of the show called as a root is) is never given, but the absolute path.
        """
        given, real = Path.cwd() / path, path.resolve()
        places = [("", self.root)]
        places += [(f"{name}/", base) for name, base in self._bases.items() if base is not None]
        for prefix, base in places:
            for below in (_below(given, base), _below(real, base)):
                if below is not None and self.resolve(prefix + below).resolve() == real:
                    return prefix + below
        return real.as_posix()

    @cached_property
    def _bases(self) -> dict[str, Path | None]:
        """The roots' folders on this operating system."""
        system = {"linux": "linux", "darwin": "darwin", "win32": "windows"}.get(sys.platform, "")
        bases = {name: getattr(root, system, None) for name, root in self.show.roots.items()}
        return {name: None if base is None else Path(base) for name, base in bases.items()}

    def shot_folder(self, sequence: str, shot: str) -> Path:
        """`params/shots/<sequence>/<shot>`, for names that are safe in a path."""
        require_name("sequence", sequence)
        require_name("shot", shot)
        return self.root / "params" / "shots" / sequence / shot

    def card(self, model: str) -> ModelCard:
        """The model card of that id.

        Raises:
            SpecError: The show has no such card.
        """
        path = self.root / "params" / "models" / f"{model}.yaml"
        if not path.is_file():
            known = sorted(p.stem for p in path.parent.glob("*.yaml"))
            raise SpecError(
                f"{path}: there is no card for model {model}; this show knows {', '.join(known)}"
            )
        stat = path.stat()
        card = _read_card(path, stat.st_size, stat.st_mtime_ns)
        if card.id != model:
            raise SpecError(f"{path}: id is {card.id}; it must be {model}, as the file is named")
        return card


@lru_cache(maxsize=64)
def _read_card(path: Path, size: int, modified: int) -> ModelCard:  # noqa: ARG001 they are the key
    """A card as long as its file stays the same: every layer of every cell asks for it."""
    return strict_yaml.read(path, ModelCard)


@dataclass(frozen=True)
class ShotFile:
    """A shot and where it is written."""

    folder: ShowFolder
    path: Path
    shot: Shot

    @classmethod
    def open(cls, folder: ShowFolder, sequence: str, shot: str) -> "ShotFile":
        """Open one shot of a show."""
        path = folder.shot_folder(sequence, shot) / "shot.yaml"
        if not path.is_file():
            raise SpecError(f"{path}: there is no such shot; make it with `lookdev ingest`")
        found = strict_yaml.read(path, Shot)
        for what, inside, outside in (
            ("sequence", found.sequence, sequence),
            ("shot", found.shot, shot),
        ):
            if inside != outside:
                raise SpecError(f"{path}: {what} is {inside}; its folder says {outside}")
        return cls(folder, path, found)


@dataclass(frozen=True)
class LookFile:
    """A look, its shot and its show."""

    path: Path
    look: Look
    shot_file: ShotFile

    @property
    def name(self) -> str:
        """Name and version, as the file is called: `snow_v003`."""
        return self.path.stem

    @property
    def shot(self) -> Shot:
        """The shot the look is for."""
        return self.shot_file.shot

    @property
    def folder(self) -> ShowFolder:
        """The show."""
        return self.shot_file.folder

    @classmethod
    def open(cls, reference: str, *, start: Path | None = None) -> "LookFile":
        """Open a look by path, or by `sequence/shot/name_v003` within the show around `start`.

        Raises:
            SpecError: There is no such look, or it does not lie in a shot of a show.
        """
        path = Path(reference)
        try:
            is_file = path.resolve().is_file()
        except (OSError, ValueError) as error:  # no system has a file of such a name
            raise _no_look(reference) from error
        if is_file or path.suffix in (".yaml", ".yml"):
            return cls._at(path)
        parts = reference.split("/")
        if len(parts) != 3 or not _LOOK_NAME.fullmatch(parts[2]):
            raise _no_look(reference)
        folder = ShowFolder.find(start or Path.cwd())
        return cls._at(folder.shot_folder(parts[0], parts[1]) / "looks" / f"{parts[2]}.yaml")

    @classmethod
    def _at(cls, path: Path) -> "LookFile":
        path = path.resolve()
        if not path.is_file():
            near = sorted(p.stem for p in path.parent.glob("*_v*.yaml"))
            hint = f"; there are {', '.join(near)}" if near else ""
            raise SpecError(f"{path}: there is no such look{hint}")
        look = strict_yaml.read(path, Look)
        shot_folder = path.parent.parent
        if path.parent.name not in ("looks", "drafts") or not (shot_folder / "shot.yaml").is_file():
            raise SpecError(
                f"{path}: lies in no shot; put it in params/shots/SEQUENCE/SHOT/looks/, "
                "beside that shot's shot.yaml"
            )
        if path.parent.name == "looks" and not _LOOK_NAME.fullmatch(path.stem):
            raise SpecError(f"{path}: a look is named name_v003.yaml: name, _v, three digits")
        folder = ShowFolder.find(shot_folder)
        return cls(path, look, ShotFile.open(folder, shot_folder.parent.name, shot_folder.name))


def require_name(what: str, name: str) -> None:
    """Raise a SpecError unless `name` is safe in a path; `what` says whose it is."""
    try:
        TypeAdapter(Name).validate_python(name)
    except ValidationError as error:
        raise SpecError(
            f"{what} {name!r} is no name: use letters, digits, _ and -, "
            "starting with a letter, at most 63"
        ) from error


def split_version(name: str) -> tuple[str, int] | None:
    """`snow_v003` as `("snow", 3)`; none for a name without a version."""
    found = _LOOK_NAME.fullmatch(name)
    return None if found is None else (found["name"], int(found["version"]))


def _below(path: Path, base: Path) -> str | None:
    """Where `path` lies in `base`, links followed only where the names do not say so."""
    if ".." not in path.parts and path.is_relative_to(base):
        return path.relative_to(base).as_posix()
    real = base.resolve()
    folder = next((folder for folder in path.parents if folder.resolve() == real), None)
    return None if folder is None else path.relative_to(folder).as_posix()


def _no_look(reference: str) -> SpecError:
    short = reference if len(reference) <= 200 else f"{reference[:197]}..."
    return SpecError(f"{short}: is neither a look's file nor sequence/shot/name_v003")
