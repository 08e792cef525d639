"""Commands that render a look."""

from pathlib import Path
from typing import Annotated

import typer

from lookdev.cli.app import app
from lookdev.cli.keys import KEY, signing_key
from lookdev.cli.lines import say

LOOK = typer.Argument(help="A look's file, or sequence/shot/name_v003.", metavar="LOOK")
FRAME = typer.Option("--frame", help="Absolute frame number.")


@app.command()
def still(
    look: Annotated[str, LOOK],
    *,
    frame: Annotated[int, FRAME],
    out: Annotated[Path, typer.Option(help="A .exr or .png file.")],
) -> None:
    """Composite one frame."""
    from lookdev.explore.still import still as make

    print(make(look, frame=frame, out=out))


@app.command()
def wedge(
    look: Annotated[str, LOOK],
    *,
    axis: Annotated[
        list[str],
        typer.Option(help="NAME=VALUES: a..b[:step], a comma list, {a|b}; may be repeated."),
    ],
    frame: Annotated[int, FRAME],
    out: Annotated[Path, typer.Option(help="A folder for sheet, pictures and looks.")],
) -> None:
    """Render every combination of values onto a contact sheet."""
    import signal

    from lookdev.explore.estimates import Estimates
    from lookdev.explore.wedge import run
    from lookdev.explore.wedge_home import open_look
    from lookdev.explore.wedge_plan import plan
    from lookdev.spec.files import check_writable

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # stopped, with nothing left half
    planned = plan(open_look(look), axis, frame=frame, out=out)
    check_writable(planned.folder)
    say(planned.said(Estimates.open(planned.look_file.folder)))
    made = run(planned, progress=lambda done, total, label: say(f"cell {done} of {total}: {label}"))
    print(f"{made.sheet}: {len(made.cells)} cells, {made.rendered} rendered now")
    if len(made.cells) > 1:
        print(planned.refreshed().diversity.sentence)


@app.command()
def render(
    look: Annotated[
        str,
        typer.Argument(
            help="An approval (its file, or sequence/shot/name_v003_a001), or a look for a draft.",
            metavar="APPROVAL|LOOK",
        ),
    ],
    *,
    out: Annotated[Path, typer.Option(help="Folder of deliveries.")],
    frames: Annotated[str | None, typer.Option(help="1001-1024; all if not given.")] = None,
    new_version: Annotated[
        bool, typer.Option("--new-version", help="Deliver anew, beside what is there.")
    ] = False,
    key: Annotated[Path | None, KEY] = None,
) -> None:
    """Deliver an approval, or a draft of a look: execute notebooks/final.ipynb headlessly."""
    from lookdev.approve.approval_file import is_approval
    from lookdev.finals.execute import render as deliver

    signing = signing_key(key) if key is not None or is_approval(look) else None
    plan = deliver(look, out=out, frames=frames, new_version=new_version, key=signing, say=say)
    state = "approved" if plan.approval else "as a draft"
    print(f"{plan.folder}: {len(plan.frames)} frames delivered {state} and verified")
