"""The command that prints rights."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookdev.cli.app import app

if TYPE_CHECKING:
    from lookdev.approve.rights import LookRights

SHOT = typer.Argument(help="A shot: sequence/shot.", metavar="SHOT")


@app.command()
def rights(
    shot: Annotated[str, SHOT],
    *,
    look: Annotated[str | None, typer.Option(help="One look, as toxic_v003; all of them.")] = None,
) -> None:
    """Print which models a shot's looks use, on what terms, and what that blocks."""
    from lookdev.approve.rights import open_shot, shot_rights

    for found in shot_rights(open_shot(shot, start=Path()), look=look):
        _print(found)


def _print(found: "LookRights") -> None:
    from lookdev.approve.rights_text import lines

    print("\n".join(lines(found)))
