"""What an approval freezes, read from disk as it is now: digests by name."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pydantic import JsonValue

from lookdev.approve.colours import colour_digest
from lookdev.approve.notebook import NOTEBOOK, notebook_digest
from lookdev.approve.packages import packages
from lookdev.errors import LookdevError
from lookdev.generate.catalogue import model_files
from lookdev.image.media import files_of
from lookdev.spec import strict_yaml
from lookdev.spec.approval import Frozen
from lookdev.spec.base import Spec
from lookdev.spec.card import ModelCard
from lookdev.spec.chain import card_path
from lookdev.spec.code import code_digest
from lookdev.spec.digest import digest
from lookdev.spec.files import sha256
from lookdev.spec.folder import LookFile

ABSENT = ""
"""The digest of what is not there, or cannot be read."""


@dataclass(frozen=True)
class Lock:
    """Everything that decides a final's pixels."""

    subjects: dict[str, str]
    """SHA-256 by name: `look`, `plate 1001`, `weights mini unet/...`; `ABSENT` where it is gone."""
    frozen: Frozen
    troubles: tuple[str, ...] = ()
    """Why something is absent, in a sentence each."""


def lock_of(look_file: LookFile, *, kept: dict[str, Path] | None = None) -> Lock:
    """Read everything that decides a look's final; needs no torch.

    Nothing is taken from what was read before: every file is hashed anew.

    Args:
        look_file: The look.
        kept: What an approval keeps, by subject name: its stills, and the elements of a shot that
            was approved in motion.
    """
    reader = _Reader(look_file)
    shot = look_file.shot
    subjects = {
        "look": digest(look_file.look),
        "shot": digest(shot),
        "code": code_digest(),
    }
    subjects |= reader.hashed(dict(_media(look_file)) | (kept or {}))
    cards = reader.models(subjects)
    subjects |= reader.one("colour", lambda: colour_digest(look_file.folder))
    subjects |= reader.one("final.ipynb", lambda: notebook_digest(_notebook(look_file)))
    frozen = Frozen(
        look=_written(look_file.look),
        shot=_written(shot),
        cards={card.id: _written(card) for card in cards},
        packages=packages(),
    )
    return Lock(subjects, frozen, tuple(reader.troubles))


class _Reader:
    """Reads one thing after the other; what cannot be read is told, and the rest still read."""

    def __init__(self, look_file: LookFile) -> None:
        self.troubles: list[str] = []
        self._look_file = look_file

    def one(self, name: str, read: Callable[[], str]) -> dict[str, str]:
        try:
            return {name: read()}
        except LookdevError as error:
            self.troubles.append(str(error))
            return {name: ABSENT}

    def hashed(self, files: dict[str, Path]) -> dict[str, str]:
        """SHA-256 of files by name, each file read once, on two threads."""
        paths = list(dict.fromkeys(files.values()))
        with ThreadPoolExecutor(2) as pool:
            found = dict(zip(paths, pool.map(_sum, paths), strict=True))
        return {name: found[path] for name, path in files.items()}

    def models(self, subjects: dict[str, str]) -> list[ModelCard]:
        """Add the cards and weights that the look names, and the cards that these name."""
        folder, cards = self._look_file.folder, []
        waiting = list(self._look_file.look.cards())
        named, seen = set(waiting), set(waiting)
        while waiting:
            name = waiting.pop(0)
            try:
                folder.card(name)  # says what is wrong with it
                card = strict_yaml.read(card_path(folder, name), ModelCard)  # and this is no memory
                files = model_files(folder, name) if name in named else None
            except LookdevError as error:
                subjects[f"card {name}"] = ABSENT
                self.troubles.append(str(error))
                continue
            cards.append(card)
            subjects[f"card {name}"] = digest(card)
            if files is not None:
                weights = {f"weights {name} {n}": files.folder / n for n in files.names}
                subjects |= self.hashed(weights)
            waiting += [part for part in card.parts if part not in seen]
            seen |= set(card.parts)
        return cards


def _media(look_file: LookFile) -> Iterator[tuple[str, Path]]:
    """Every frame of the shot's plate and companions, and the track."""
    shot_file, plate = look_file.shot_file, look_file.shot.plate
    for frame in range(plate.first, plate.last + 1):
        for role, path in files_of(shot_file, frame).items():
            yield f"{role} {frame}", path
    if look_file.shot.track is not None:
        yield "track", look_file.folder.resolve(look_file.shot.track)


def _notebook(look_file: LookFile) -> Path:
    return look_file.folder.root / NOTEBOOK


def _written(spec: Spec) -> dict[str, JsonValue]:
    data: dict[str, JsonValue] = spec.model_dump(mode="json", exclude_unset=True)
    return data


def _sum(path: Path) -> str:
    try:
        return sha256(path)
    except OSError:
        return ABSENT
