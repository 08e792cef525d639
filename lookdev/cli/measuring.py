"""The command that measures."""

from typing import Annotated

import typer

from lookdev.cli.app import app
from lookdev.cli.lines import say


@app.command()
def qc(
    target: Annotated[
        str,
        typer.Argument(
            help="A delivery's folder; or a look's file, or sequence/shot/name_v003.",
            metavar="DELIVERY|LOOK",
        ),
    ],
    *,
    frames: Annotated[str | None, typer.Option(help="1001-1010; all if not given.")] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Print the report as JSON, for scripts.")
    ] = False,
    against: Annotated[
        str | None,
        typer.Option(help="Another delivery or look: print how far A and B look apart (FLIP)."),
    ] = None,
) -> None:
    """Measure every frame and hold it against the show's gates; exit code 1 where one fails."""
    if against is not None:
        _compare(target, against, frames)
        return
    from lookdev.qc.gates import table
    from lookdev.qc.run import qc as measure

    report = measure(target, frames=frames, say=say)
    if json:
        print(report.model_dump_json(indent=1))
    else:
        print("\n".join(table(report)))
        for one in report.failures:
            print(f"{one.gate}: {one.sentence}")
    if report.failures:
        raise typer.Exit(1)


def _compare(target: str, against: str, frames: str | None) -> None:
    from lookdev.qc.flip import flips

    for one in flips(target, against, frames=frames):
        print(f"frame {one.frame}: FLIP mean {one.mean:.4f}, max {one.worst:.4f}")
