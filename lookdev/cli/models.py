"""Commands that fetch, add, list, show and check models."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from lookdev.cli import model_lines
from lookdev.cli.app import app
from lookdev.cli.lines import counted, say

if TYPE_CHECKING:
    from lookdev.spec.card import CardKind
    from lookdev.spec.folder import ShowFolder

models = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(models, name="models", help="Fetch, add, list, show and check models.")

MODEL = typer.Argument(help="A card's id, as in params/models/ID.yaml.", metavar="ID")


@models.callback()
def _group() -> None:
    """Fetch, add, list, show and check models."""


@models.command()
def add(
    source: Annotated[
        str, typer.Argument(help="A folder, or hub:OWNER/NAME@COMMIT.", metavar="SOURCE")
    ],
    *,
    name: Annotated[str, typer.Option("--id", help="Of the new card; looks name it.")],
    known: Annotated[
        str, typer.Option(help="A known model, whose terms it takes: see `list --known`.")
    ] = "",
    licence: Annotated[str, typer.Option(help="SPDX id, or LicenseRef-NAME.")] = "",
    training_data: Annotated[str, typer.Option(help="What it learned from, in a sentence.")] = "",
    title: Annotated[str, typer.Option(help="What people call it.")] = "",
    kind: Annotated[
        str,
        typer.Option(help="model, lora, controlnet, ipadapter, autoencoder or reference."),
    ] = "model",
    base: Annotated[
        str, typer.Option(help="What a part was made for, as sdxl; else its files say it.")
    ] = "",
    pipeline: Annotated[
        str, typer.Option(help="The class, of a model that is not on this machine yet.")
    ] = "",
    variant: Annotated[str, typer.Option(help="As turbo; looks must name it.")] = "",
    encoding: Annotated[str, typer.Option(help="sdr-view, acescct or logc4.")] = "",
    preview: Annotated[str, typer.Option(help="The card of a tiny autoencoder.")] = "",
) -> None:
    """Write the card of a model, with the hash of every file; clear nothing."""
    from lookdev.generate.models.adding import Terms
    from lookdev.generate.models.adding import add as take_in

    show = _show()
    terms = Terms(
        id=name,
        licence=licence,
        title=title,
        training_data=training_data,
        known=known,
        kind=cast("CardKind", kind),
        pipeline=pipeline,
        base=base,
        variant=variant,
        encoding=encoding,
        preview=preview,
    )
    path = take_in(show, source, terms, progress=counted)
    print(f"{path}: written; read it before it is used")
    _print(model_lines.added(show, name))


@models.command()
def pull(
    model: Annotated[str, MODEL],
    *,
    write_hashes: Annotated[
        bool, typer.Option("--write-hashes", help="List what came in a card that lists no files.")
    ] = False,
    login: Annotated[
        bool, typer.Option("--login", help="Send the token of `hf auth login`, for gated models.")
    ] = False,
) -> None:
    """Fetch a card's model from the hub, and prove it; no other command uses the network."""
    import os
    import sys

    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # both are read at the library's import
    if not sys.stderr.isatty():
        os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    from lookdev.generate.models.pulling import pull as fetch

    folder = fetch(
        _show(), model, say=say, progress=counted, write_hashes=write_hashes, with_token=login
    )
    print(f"{model}: {folder}")


@models.command(name="list")
def show_all(
    *,
    known: Annotated[
        bool, typer.Option("--known", help="The known models instead, and their terms.")
    ] = False,
) -> None:
    """List the show's models: where they are, and what they may be used for."""
    if known:
        from lookdev.generate.models.known import known_models

        for model in known_models():
            _print(model_lines.known(model))
        return
    from lookdev.generate.models.listing import listing

    found, problems = listing(_show())
    for one in found:
        _print(model_lines.listed(one))
    for problem in problems:
        say(f"lookdev: {problem}")
    if problems:
        raise typer.Exit(2)


@models.command()
def show(model: Annotated[str, MODEL]) -> None:
    """Print a model's terms, what blocks a final, and what the embedded model understands."""
    _print(model_lines.shown(_show(), model))


@models.command()
def check(
    model: Annotated[
        list[str] | None, typer.Argument(help="Ids of cards; all if none.", metavar="[ID]...")
    ] = None,
) -> None:
    """Prove models' files by their cards' hashes; exit code 1 where one is not proven."""
    from lookdev.generate.models.checking import check_cards

    done, problems = check_cards(_show(), model, progress=counted)
    for one in done:
        _print(model_lines.checked(one))
    for problem in problems:
        say(f"lookdev: {problem}")
    if problems:
        raise typer.Exit(2)
    if any(one.troubles or not (one.is_listed or one.is_embedded) for one in done):
        raise typer.Exit(1)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)


def _show() -> "ShowFolder":
    from lookdev.spec.folder import ShowFolder

    return ShowFolder.find(Path.cwd())
