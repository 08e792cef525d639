"""Which of a hub model's files are fetched: those that its loader reads, and its terms."""

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from lookdev.errors import ModelError
from lookdev.generate.families import ALLOWED
from lookdev.generate.modular_index import index_name
from lookdev.spec.card import ModelCard
from lookdev.spec.hub import HARMLESS

_WORDS = re.compile(r"(licen[cs]e|readme|notice)([-_.].*)?", re.IGNORECASE)
_VARIANT = re.compile(r"(?P<plain>[A-Za-z_]+)\.[A-Za-z0-9_]+(-\d+-of-\d+)?\.safetensors")
"""As `diffusion_pytorch_model.fp16.safetensors`: the same network in another form."""


def chosen(card: ModelCard, offered: Iterable[str]) -> list[str]:
    """The files to fetch, of those that the hub offers at the card's commit.

    Where the card lists its files, just these. Else, of a model, the folders of its pipeline's
    parts, its index, and its licence and readme; of anything else all. Never a file whose name
    begins with a dot, or whose suffix is not harmless, and no second form of the same weights.

    Raises:
        ModelError: The hub does not offer what the card lists, or offers no .safetensors.
    """
    names = sorted(offered)
    if card.files is not None:
        if lost := sorted(set(card.files) - set(names)):
            raise ModelError(
                f"model {card.id}: {card.weights} has no {lost[0]}, which its card lists; mend the "
                "card's files or its commit"
            )
        return sorted(card.files)
    harmless = [name for name in names if _is_harmless(name)]
    wanted = [name for name in harmless if card.kind != "model" or _is_of_model(card, name)]
    if not any(name.endswith(".safetensors") for name in wanted):
        raise ModelError(
            f"model {card.id}: {card.weights} offers no .safetensors that a {card.kind} is loaded "
            "from; choose another repository, or a commit that has them"
        )
    return _once(wanted)


def _is_harmless(name: str) -> bool:
    path = PurePosixPath(name)
    hidden = any(part.startswith(".") for part in path.parts)
    return not hidden and path.suffix.lower() in HARMLESS


def _is_of_model(card: ModelCard, name: str) -> bool:
    head, slash, _ = name.partition("/")
    if not slash:
        return name == index_name(ALLOWED[card.pipeline]) or _WORDS.fullmatch(name) is not None
    family = ALLOWED[card.pipeline]
    return head in family.components.keys() - family.unused


def _once(names: list[str]) -> list[str]:
    """Without halves and the like, where the plain weights are there beside them."""
    plain = {_stem(name) for name in names if name.endswith(".safetensors") and not _variant(name)}
    return [name for name in names if (stem := _variant(name)) is None or stem not in plain]


def _variant(name: str) -> str | None:
    """Of a second form, what the first is called; None of any other file."""
    path = PurePosixPath(name)
    found = _VARIANT.fullmatch(path.name)
    return None if found is None else str(path.with_name(found["plain"]))


def _stem(name: str) -> str:
    path = PurePosixPath(name)
    return str(path.with_name(re.split(r"-\d+-of-\d+|\.", path.name)[0]))
