"""The command that says whether a show's looks grow alike."""

from typing import Annotated

import typer

from lookdev.cli.app import app

MOST = 20


@app.command()
def diversity(
    *, every: Annotated[bool, typer.Option("--all", help="Print every pair that is alike.")] = False
) -> None:
    """Compare the approved looks of this show: which are one idea, and whether they grow alike."""
    from pathlib import Path

    from lookdev.approve.alike import alike
    from lookdev.spec.folder import ShowFolder

    found = alike(ShowFolder.find(Path.cwd()))
    for first, second, apart in found.pairs if every else found.pairs[:MOST]:
        print(f"{apart:.2f}  {first}  {second}")
    if len(found.pairs) > MOST and not every:
        print(f"and {len(found.pairs) - MOST} more; --all prints them")
    print(found.sentence)
