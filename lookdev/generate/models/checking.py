"""Prove a model's files against its card: what was changed, is missing, or is too many."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lookdev.errors import LookdevError, ModelError
from lookdev.generate.catalogue import model_files
from lookdev.generate.models.contents import Progress, hashes_of, troubles_in
from lookdev.generate.models.places import folder_of
from lookdev.spec.card import EMBEDDED
from lookdev.spec.folder import ShowFolder


@dataclass(frozen=True)
class Checked:
    """What a check found."""

    model: str
    folder: Path
    files: int
    is_listed: bool
    """Whether the card lists its files: without a list nothing is proven."""
    is_embedded: bool
    """Whether they come with the package."""
    troubles: tuple[str, ...]
    """Sentences: how the files differ from the list; where they do not, why they cannot be used."""

    @property
    def is_proven(self) -> bool:
        """Every file is the one that the card lists, and there is no other."""
        return self.is_listed and not self.troubles


def check(folder: ShowFolder, model: str, *, progress: Progress) -> Checked:
    """Hash every file of a model and compare it with its card.

    Args:
        folder: The show.
        model: The card's id.
        progress: Told as files are hashed.

    Raises:
        SpecError: There is no such card.
        ModelError: The files are not on this machine.
    """
    card = folder.card(model)
    place = folder_of(folder, card)
    hashes = hashes_of(place, progress)
    troubles = list(differences(hashes, card.files)) if card.files is not None else []
    troubles = troubles or list(troubles_in(place, card.kind)) or _refusals(folder, model, place)
    return Checked(
        model=model,
        folder=place,
        files=len(hashes),
        is_listed=card.files is not None,
        is_embedded=card.weights == EMBEDDED,
        troubles=tuple(troubles),
    )


def check_cards(
    folder: ShowFolder, models: Sequence[str] | None, *, progress: Progress
) -> tuple[list[Checked], list[LookdevError]]:
    """Check cards by their ids, all of the show if None; what cannot be looked at is an error."""
    done, problems = [], []
    every = sorted(path.stem for path in (folder.root / "params" / "models").glob("*.yaml"))
    for model in models or every:
        try:
            done.append(check(folder, model, progress=progress))
        except LookdevError as error:
            problems.append(error)
    return done, problems


def differences(found: Mapping[str, str], listed: Mapping[str, str]) -> Iterator[str]:
    """Sentences, a file each: what is there against what the card lists, both SHA-256 by name."""
    for name in sorted({*found, *listed}):
        if name not in found:
            yield f"lacks {name}, which its card lists; copy the model again"
        elif name not in listed:
            yield f"holds {name}, which its card does not list; take it out"
        elif found[name] != listed[name]:
            yield (
                f"{name} is not the file that its card lists: its SHA-256 is {found[name]}, and "
                f"should be {listed[name]}; copy the model again"
            )


def _refusals(folder: ShowFolder, model: str, place: Path) -> list[str]:
    """What the loader's own checks say, the folder's name taken off."""
    try:
        model_files(folder, model)
    except ModelError as error:
        return [str(error).removeprefix(f"model {model}: {place}: ")]
    return []
