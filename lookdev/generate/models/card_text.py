"""A card's file: written new, or given its hashes with everything else left as it was."""

import re
from pathlib import Path

from lookdev.errors import SpecError
from lookdev.spec import strict_yaml
from lookdev.spec.card import LicenceCopy, ModelCard
from lookdev.spec.files import sha256, write_new, write_text
from lookdev.spec.folder import ShowFolder
from lookdev.spec.licences import SPDX
from lookdev.spec.yaml_reader import parse
from lookdev.spec.yaml_writer import dump

_HEAD = "# yaml-language-server: $schema=../schemas/card.json\n"
_LICENCE = re.compile(r"(licen[cs]e)([-_.].*)?", re.IGNORECASE)


def card_path(folder: ShowFolder, model: str) -> Path:
    """Where the card of that id is written."""
    return folder.root / "params" / "models" / f"{model}.yaml"


def write_card(folder: ShowFolder, card: ModelCard) -> Path:
    """Write a new card.

    Raises:
        SpecError: There is one of that id.
        DeliveryError: The file cannot be written.
    """
    path = card_path(folder, card.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not write_new(path, (_HEAD + strict_yaml.write(card)).encode()):
        raise SpecError(f"{path}: there is a card of that id already; choose another --id")
    return path


def add_to_card(path: Path, **fields: object) -> None:
    """Write fields that a card lacks behind what it says already, whose text stays as it is.

    Raises:
        SpecError: The card would not be one with them.
        DeliveryError: The file cannot be written.
    """
    text = path.read_text(encoding="utf-8")
    text = f"{text.rstrip()}\n{dump(fields)}"
    strict_yaml.validate(parse(text, path)[0], ModelCard, source=str(path))
    write_text(path, text)


def keep_licence(folder: ShowFolder, card: ModelCard, files: Path) -> LicenceCopy | None:
    """Copy a licence's text out of a model's folder, where its id does not say which text it is.

    It goes to `licences/ID.txt` in the show; one that is there already stays.

    Returns:
        How a card names it; None where the id says it, the card names one already, or the folder
        holds no such text.

    Raises:
        SpecError: Another text is kept for it already.
        DeliveryError: The file cannot be written.
    """
    texts = sorted(p for p in files.iterdir() if p.is_file() and _LICENCE.fullmatch(p.name))
    if card.licence in SPDX or card.licence_copy is not None or not texts:
        return None
    kept = folder.root / "licences" / f"{card.id}.txt"
    kept.parent.mkdir(exist_ok=True)
    if not write_new(kept, texts[0].read_bytes()) and sha256(kept) != sha256(texts[0]):
        raise SpecError(f"{kept}: is another text than {texts[0]}; move one of them away")
    return LicenceCopy(path=folder.locate(kept), sha256=sha256(kept))
