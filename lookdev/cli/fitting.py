"""The command that fits a look to its plate."""

from pathlib import Path
from typing import Annotated

import typer

from lookdev.cli.app import app
from lookdev.cli.lines import say, tell
from lookdev.cli.looks import LOOK


@app.command()
def fit(
    look: Annotated[str, LOOK],
    *,
    layer: Annotated[
        list[str] | None,
        typer.Option(help="A layer; may be repeated. All that are not muted if not given."),
    ] = None,
    levels: Annotated[
        bool, typer.Option(help="Exposure, white and black; and a patch's colour map.")
    ] = True,
    transfer: Annotated[
        bool, typer.Option("--transfer", help="Use the colour map of patches, in full.")
    ] = False,
    blur: Annotated[
        bool, typer.Option("--blur", help="Blur each layer to the plate's sharpness.")
    ] = False,
    grain: Annotated[
        bool, typer.Option("--grain", help="The plate's grain on what is added.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="A new .yaml file; the look's next version if not given.")
    ] = None,
) -> None:
    """Measure the plate, match each layer to it, and write that as a new look."""
    from lookdev.explore.fit import Wanted
    from lookdev.explore.fit_file import fit_file

    wanted = Wanted(levels=levels, transfer=transfer, blur=blur, grain=grain)
    made = fit_file(look, layers=layer, wanted=wanted, out=out, say=say)
    for line in made.said:
        tell(line)
    tell(str(made.path))
