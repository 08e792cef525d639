"""Take a model into the show: a card that says what its files are, and clears nothing."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from lookdev.errors import LookdevError, ModelError, SpecError
from lookdev.generate.catalogue import model_files
from lookdev.generate.models.card_text import add_to_card, card_path, keep_licence, write_card
from lookdev.generate.models.contents import Progress, hashes_of, troubles_in
from lookdev.generate.models.hub import snapshot_folder
from lookdev.generate.models.known import KnownModel, known_model
from lookdev.generate.models.telling import base_of, pipeline_of, require_known
from lookdev.spec import strict_yaml
from lookdev.spec.card import CardKind, ModelCard
from lookdev.spec.files import sha256
from lookdev.spec.folder import ShowFolder, require_name
from lookdev.spec.hub import HUB, HubRef
from lookdev.spec.licences import SPDX
from lookdev.spec.pipelines import Base


@dataclass(frozen=True)
class Terms:
    """What a person says of a model; what he leaves out, a known model or its files must say."""

    id: str
    licence: str = ""
    title: str = ""
    training_data: str = ""
    known: str = ""
    kind: CardKind = "model"
    pipeline: str = ""
    base: str = ""
    variant: str = ""
    encoding: str = ""
    preview: str = ""


def add(folder: ShowFolder, source: str, terms: Terms, *, progress: Progress) -> Path:
    """Write the card of a folder's model, or of one on the hub; nothing is fetched.

    It lists the SHA-256 of every file; a model of the hub that was not pulled yet gets its list
    from `lookdev models pull --write-hashes`. `allows` and `cleared` are never written.

    Args:
        folder: The show.
        source: A folder, or `hub:OWNER/NAME@COMMIT`.
        terms: What is said of it.
        progress: Told as files are hashed.

    Returns:
        The card's path.

    Raises:
        SpecError: There is a card of that id, or what is said makes none.
        ModelError: The folder holds a pickle, code, or no model of an allowed class; or it is
            another than the known one.
    """
    require_name("--id", terms.id)
    if terms.kind not in get_args(CardKind):
        raise SpecError(f"--kind is {terms.kind}; say one of {', '.join(get_args(CardKind))}")
    if (where := card_path(folder, terms.id)).exists():
        raise SpecError(f"{where}: there is a card of that id already; choose another --id")
    known = known_model(terms.known) if terms.known else None
    files, weights = _located(folder, source)
    said = _said(terms, known) | _told(source, files, terms, known) | {"weights": weights}
    card = _validated(said)
    if files is None:
        return write_card(folder, card)
    said["files"] = hashes_of(files, progress)
    path = _proven(folder, write_card(folder, _validated(said)), card.id)
    if copy := keep_licence(folder, card, files):
        add_to_card(path, licence_copy=copy.model_dump())
    return path


def _located(folder: ShowFolder, source: str) -> tuple[Path | None, str]:
    """The folder of the files, None where they are not here yet; and what `weights` says."""
    if source.startswith(HUB):
        ref = HubRef.parse(source, where="lookdev models add")
        path = snapshot_folder(ref)
        return (path if path.is_dir() else None), str(ref)
    path = Path(source)
    if not path.is_dir():
        raise ModelError(
            f"{source}: is no folder; name one, or a model of the hub as {HUB}OWNER/NAME@COMMIT"
        )
    return path, folder.locate(path)


def _said(terms: Terms, known: KnownModel | None) -> dict[str, Any]:
    """The card's fields as far as they are said; the known model's where the person's are not."""
    said: dict[str, Any] = {"format": "card/1", "id": terms.id, "title": terms.title or terms.id}
    if terms.kind != "model":
        said["kind"] = terms.kind
    if known is not None:
        said |= _of_known(terms, known)
    for field in ("licence", "title", "training_data", "variant", "encoding", "preview"):
        if value := getattr(terms, field):
            said[field] = value
    if "licence" not in said:
        raise SpecError("--licence is not said; name the SPDX id, or LicenseRef-NAME, of its terms")
    if terms.kind != "reference" and "training_data" not in said:
        raise SpecError(
            "--training-data is not said; say in a sentence what it learned from, or that its "
            "publisher does not tell"
        )
    return said


def _of_known(terms: Terms, known: KnownModel) -> dict[str, Any]:
    """What is known; terms that a person says himself are his own, with all that hangs on them."""
    if terms.kind != "model":
        raise SpecError(f"--known is {known.id}, a model; a {terms.kind} has its own terms")
    said: dict[str, Any] = {"title": known.title, "training_data": known.training_data}
    if known.variant:
        said["variant"] = known.variant
    if known.encoding != "sdr-view":
        said["encoding"] = known.encoding
    if terms.licence and terms.licence != known.licence:
        return said
    said["licence"] = known.licence
    if known.licence not in SPDX:
        said["non_commercial"] = known.non_commercial
    if known.duties is not None:
        said["duties"] = known.duties.model_dump(mode="json", exclude_unset=True)
    return said


def _told(
    source: str, files: Path | None, terms: Terms, known: KnownModel | None
) -> dict[str, Any]:
    """What the files say: the pipeline of a model, the base of what is used with one."""
    if files is not None:
        for trouble in troubles_in(files, terms.kind):
            raise ModelError(f"{files}: {trouble}")
    if terms.kind == "model":
        return {"pipeline": _pipeline(source, files, terms, known)}
    told = None if files is None else base_of(files, terms.kind)
    if terms.kind == "reference":
        return {}
    if terms.base and told and terms.base != told:
        raise ModelError(f"{source}: was made for {told}, by its files; --base says {terms.base}")
    if not (terms.base or told):
        raise SpecError(
            f"--base is not said, and the files of {source} do not tell; say what the "
            f"{terms.kind} was made for: {', '.join(get_args(Base))}"
        )
    return {"base": terms.base or told}


def _pipeline(source: str, files: Path | None, terms: Terms, known: KnownModel | None) -> str:
    if (
        known
        and source.startswith(HUB)
        and HubRef.parse(source, where="").repository != (known.repository)
    ):
        raise SpecError(
            f"--known is {known.id}, which is {known.repository} on the hub, and no other; leave "
            f"it out for {source}, and say its own terms"
        )
    if files is None:
        named = terms.pipeline or (known.pipeline if known else "")
        if not named:
            raise SpecError(
                f"--pipeline is not said, and {source} is not on this machine yet; name the class "
                "that its model_index.json has, or --known"
            )
        return named
    named = pipeline_of(files)
    if terms.pipeline and terms.pipeline != named:
        raise ModelError(f"{files}: is a {named}; --pipeline says {terms.pipeline}: leave it out")
    if known is not None:
        require_known(files, named, known)
    return named


def _validated(said: dict[str, Any]) -> ModelCard:
    return strict_yaml.validate(said, ModelCard, source=f"the card of {said['id']}")


def _proven(folder: ShowFolder, path: Path, model: str) -> Path:
    """The loader's own checks over the new card; it goes again where they refuse it."""
    written = sha256(path)
    try:
        model_files(folder, model)
    except LookdevError:
        if sha256(path) == written:
            path.unlink()
        raise
    return path
