"""Fetch a model from the hub: the one thing in lookdev that touches the network."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from glob import escape
from pathlib import Path

import httpx2
from huggingface_hub import HfApi, constants, snapshot_download
from huggingface_hub.errors import (
    GatedRepoError,
    LocalTokenNotFoundError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import RepoFile

from lookdev.errors import ModelError
from lookdev.generate.catalogue import model_files
from lookdev.generate.models.card_text import add_to_card, card_path, keep_licence
from lookdev.generate.models.checking import differences
from lookdev.generate.models.choosing import chosen
from lookdev.generate.models.contents import Progress, hashes_of, troubles_in
from lookdev.generate.models.hub import local_folder
from lookdev.spec.card import ModelCard
from lookdev.spec.folder import ShowFolder
from lookdev.spec.hub import HUB, HubRef

Say = Callable[[str], None]


def pull(
    folder: ShowFolder,
    model: str,
    *,
    say: Say,
    progress: Progress,
    write_hashes: bool = False,
    with_token: bool = False,
) -> Path:
    """Fetch the files of a card's model at its commit into the Hugging Face cache, and prove them.

    Only harmless files are asked for (`choosing`). They are held against the hub's own hashes, then
    against the card's.

    Args:
        folder: The show.
        model: The card's id; its `weights` must be `hub:OWNER/NAME@COMMIT`.
        say: Told what is fetched, what is left, and what the card lacks.
        progress: Told as files are hashed.
        write_hashes: Writes the hashes into a card that lists none, and keeps the licence's text.
        with_token: Sends the token of `hf auth login` to the hub, as models behind terms need;
            without, nothing of the person is sent.

    Returns:
        The folder of the files.

    Raises:
        SpecError: There is no such card, or its `weights` names no commit.
        ModelError: It is not on the hub, the hub cannot be reached, or a file is not what the hub
            or the card says it is.
    """
    card = folder.card(model)
    if not card.weights.startswith(HUB):
        raise ModelError(
            f"{card_path(folder, model)}: weights is {card.weights}; only "
            f"{HUB}OWNER/NAME@COMMIT is pulled"
        )
    ref = HubRef.parse(card.weights, where=str(card_path(folder, model)))
    with _told(card, ref), _unwatched():
        offered = _offered(ref, with_token=with_token)
        names = chosen(card, offered)
        _announce(say, offered, names)
        _fetch(ref, names, with_token=with_token)
    place = local_folder(ref, model)
    hashes = hashes_of(place, progress)
    _prove(card, place, hashes, offered)
    if card.files is None:
        _list(folder, card, place, hashes, say=say, write=write_hashes)
    model_files(folder, model)
    return place


def _offered(ref: HubRef, *, with_token: bool) -> dict[str, RepoFile]:
    tree = HfApi(token=with_token).list_repo_tree(
        ref.repository, recursive=True, revision=ref.commit
    )
    return {one.path: one for one in tree if isinstance(one, RepoFile)}


def _announce(say: Say, offered: dict[str, RepoFile], names: list[str]) -> None:
    size = sum(offered[name].size for name in names)
    say(f"{len(names)} files, {size / 1e9:.3f} GB")
    if left := sorted(offered.keys() - set(names)):
        more = f" and {len(left) - 12} more" if len(left) > 12 else ""
        say(f"not fetched, as lookdev reads none of them: {', '.join(left[:12])}{more}")


def _fetch(ref: HubRef, names: list[str], *, with_token: bool) -> None:
    snapshot_download(
        ref.repository,
        revision=ref.commit,
        allow_patterns=[escape(name) for name in names],
        token=with_token,
    )


def _prove(
    card: ModelCard, place: Path, hashes: dict[str, str], offered: dict[str, RepoFile]
) -> None:
    """Nothing of it may be doubtful, other than the hub says, or other than the card says."""
    where = f"model {card.id}: {place}"
    troubles = list(troubles_in(place, card.kind))
    for name, entry in sorted(offered.items()):
        if name in hashes and entry.lfs is not None and entry.lfs.sha256 != hashes[name]:
            troubles.append(
                f"{name} is not the file that the hub lists: its SHA-256 is {hashes[name]}, and "
                f"should be {entry.lfs.sha256}; delete it there and pull again"
            )
    troubles += differences(hashes, card.files) if card.files is not None else ()
    if troubles:
        raise ModelError("\n".join(f"{where}: {trouble}" for trouble in troubles))


def _list(
    folder: ShowFolder,
    card: ModelCard,
    place: Path,
    hashes: dict[str, str],
    *,
    say: Say,
    write: bool,
) -> None:
    path = card_path(folder, card.id)
    if not write:
        say(f"{path}: lists no files, so nothing proves them; to list what came, run")
        say(f"  lookdev models pull {card.id} --write-hashes")
        return
    add_to_card(path, files=hashes)
    say(f"{path}: files written, {len(hashes)} of them")
    if copy := keep_licence(folder, card, place):
        add_to_card(path, licence_copy=copy.model_dump())
        say(f"{path}: licence_copy written, of {copy.path}")


@contextmanager
def _told(card: ModelCard, ref: HubRef) -> Iterator[None]:
    """What the hub's own library raises, as a sentence for the person who must act."""
    where = f"model {card.id}"
    try:
        yield
    except GatedRepoError as error:
        raise ModelError(
            f"{where}: {ref.repository} is behind terms; accept them on its page, run `hf auth "
            "login`, and pull again with --login"
        ) from error
    except RevisionNotFoundError as error:
        raise ModelError(
            f"{where}: {ref.repository} has no commit {ref.commit}; copy it from the model's page"
        ) from error
    except RepositoryNotFoundError as error:
        raise ModelError(
            f"{where}: {constants.ENDPOINT} shows no {ref.repository}; mend its name, or, where it "
            "is private, run `hf auth login` and pull again with --login"
        ) from error
    except LocalTokenNotFoundError as error:
        raise ModelError(f"{where}: --login found no token; run `hf auth login` first") from error
    except OfflineModeIsEnabled as error:
        raise ModelError(f"{where}: HF_HUB_OFFLINE is set; unset it to pull") from error
    except (httpx2.HTTPError, OSError) as error:
        raise ModelError(
            f"{where}: the pull from {constants.ENDPOINT} broke off ({_first_line(error)}); mend "
            "that, and pull again: what came is kept"
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


@contextmanager
def _unwatched() -> Iterator[None]:
    """Without telling the hub which libraries and versions are installed here."""
    before = constants.HF_HUB_DISABLE_TELEMETRY
    constants.HF_HUB_DISABLE_TELEMETRY = True
    try:
        yield
    finally:
        constants.HF_HUB_DISABLE_TELEMETRY = before
