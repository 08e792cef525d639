"""The command that tells what was generated."""

from pathlib import Path
from typing import Annotated

import typer

from lookdev.cli.app import app

SHOT = typer.Argument(help="A shot: sequence/shot.", metavar="SHOT")


@app.command()
def disclose(
    shot: Annotated[str, SHOT],
    *,
    out: Annotated[
        Path | None, typer.Option(help="A folder; disclosures/SEQUENCE/SHOT unless given.")
    ] = None,
    deliveries: Annotated[
        Path | None, typer.Option(help="The folder of deliveries; deliveries unless given.")
    ] = None,
) -> None:
    """Write one page that tells what was generated in a shot, with what, and who approved it."""
    from lookdev.finals.disclose import disclose as write

    print(write(shot, out=out, deliveries=deliveries))
