"""Commands that enter people's time, and report what everything cost."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookdev.cli.app import app
from lookdev.cli.keys import KEY, signing_key

if TYPE_CHECKING:
    from lookdev.spec.folder import ShotFile

SHOT = typer.Argument(help="A shot: sequence/shot.", metavar="SHOT")
HOURS = typer.Option(help="Of people's work, as 40 or 2.5.")


@app.command()
def estimate(
    shot: Annotated[str, SHOT],
    *,
    hours: Annotated[float, HOURS],
    by: Annotated[str, typer.Option(help="Who estimates.")],
    scope: Annotated[str, typer.Option(help="What is in it.")],
    key: Annotated[Path | None, KEY] = None,
) -> None:
    """Sign what a shot would take without generation; counts if nothing was run yet."""
    from lookdev.finals.report.estimates import enter_estimate

    shot_file = _shot(shot)
    made = enter_estimate(shot_file, hours=hours, by=by, scope=scope, key=signing_key(key))
    print(f"{made.shot}: {made.hours:g} h estimated by {made.by}, signed and entered")


@app.command()
def hours(
    shot: Annotated[str, SHOT],
    *,
    hours: Annotated[float, HOURS],
    by: Annotated[str, typer.Option(help="Who worked.")],
    what: Annotated[str, typer.Option(help="On what.")],
) -> None:
    """Enter a person's work on a shot."""
    from lookdev.finals.report.estimates import enter_hours

    made = enter_hours(_shot(shot), hours=hours, by=by, what=what)
    print(f"{made.shot}: {made.hours:g} h of {made.by} entered")


@app.command()
def report(
    shot: Annotated[
        str | None,
        typer.Argument(help="sequence/shot, or a sequence; the show if none.", metavar="[SHOT]"),
    ] = None,
    *,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="A folder for tables as CSV.", metavar="DIR")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Print cost, hours, energy, rejected takes, speed-up, rights and approvals."""
    from lookdev.cli.lines import say
    from lookdev.finals.report import report as made_of
    from lookdev.finals.report import text, write_csv

    sequence, _, name = (shot or "").partition("/")
    made = made_of(sequence=sequence or None, shot=name or None)
    print(made.model_dump_json(indent=1) if json else text(made))
    for path in write_csv(made, csv) if csv else ():
        say(f"{path}")
    if made.problems:
        raise typer.Exit(1)


def _shot(reference: str) -> "ShotFile":
    from lookdev.approve.rights import open_shot

    return open_shot(reference, start=Path())
