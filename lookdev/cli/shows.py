"""Commands that make and check a show."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from lookdev.cli.app import app
from lookdev.cli.lines import counted, say

HERE = Path()


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="A new folder.", metavar="DIR")],
) -> None:
    """Make a new show."""
    from lookdev.spec.template import init as make

    show = make(folder)
    print(f"{show.root}: a new show; next: cd there, and `lookdev ingest PLATE ...`")


@app.command()
def ingest(
    plate: Annotated[Path, typer.Argument(help="plate.%04d.exr, a folder, or a movie.")],
    *,
    sequence: Annotated[str, typer.Option(help="Name of the sequence.")],
    shot: Annotated[str, typer.Option(help="Name of the shot.")],
    fps: Annotated[str | None, typer.Option(help="24, or 24000/1001.")] = None,
    colourspace: Annotated[
        str | None, typer.Option(help="Of the plate, as the show's OCIO config names it.")
    ] = None,
    matte: Annotated[
        list[str] | None, typer.Option(help="NAME=PATTERN[:CHANNEL]; may be repeated.")
    ] = None,
    clean_plate: Annotated[Path | None, typer.Option(help="Pattern of the clean plate.")] = None,
    depth: Annotated[Path | None, typer.Option(help="Pattern of depth.")] = None,
    motion: Annotated[Path | None, typer.Option(help="Pattern of motion vectors.")] = None,
    track: Annotated[Path | None, typer.Option(help="CSV of frame,x,y in plate pixels.")] = None,
    view: Annotated[str | None, typer.Option(help="The view of a multi-view plate.")] = None,
    repair_nan: Annotated[
        bool, typer.Option("--repair-nan", help="Mend NaN and Inf in a copy, and record it.")
    ] = False,
) -> None:
    """Take a plate and its companions into the show around the current folder."""
    from lookdev.image.companions import parse_matte
    from lookdev.image.ingest import ingest as take_in
    from lookdev.spec.folder import ShowFolder

    found = take_in(
        ShowFolder.find(Path.cwd()),
        plate,
        sequence=sequence,
        shot=shot,
        fps=fps,
        colourspace=colourspace,
        mattes=_distinct(parse_matte(text) for text in matte or []),
        clean_plate=clean_plate,
        depth=depth,
        motion=motion,
        track=track,
        view=view,
        repair_nan=repair_nan,
        progress=counted,
    )
    record, plate_spec = found.shot.ingest, found.shot.plate
    print(
        f"{found.path}: {found.shot.width}x{found.shot.height}, frames "
        f"{plate_spec.first}-{plate_spec.last}, {found.shot.fps} fps (from {record.fps_from}), "
        f"{plate_spec.colourspace} (from {record.colourspace_from})"
    )
    for line in record.repaired:
        print(f"repaired: {line}")
    if record.ignored:
        print(f"ignored: {', '.join(record.ignored)}")


@app.command()
def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders.")] = None,
    *,
    no_plates: Annotated[
        bool, typer.Option("--no-plates", help="For a repository without plates.")
    ] = False,
) -> None:
    """Validate YAML and what its files say of each other."""
    from lookdev.generate.check import check as look_over

    checked, problems = look_over(paths or [HERE], plates=not no_plates)
    for problem in problems:
        print(f"lookdev: {problem}", file=sys.stderr)
    if problems:
        sys.exit(2)
    print(f"{len(checked)} files are in order" + (" (plates not looked at)" if no_plates else ""))


@app.command()
def demo(
    *,
    out: Annotated[Path, typer.Option(help="A new folder: the demo's show.")] = Path("demo"),
    frames: Annotated[int, typer.Option(help="How many frames.")] = 14,
    size: Annotated[str, typer.Option(help="Of the plate.")] = "960x540",
    final: Annotated[
        bool, typer.Option("--final/--no-final", help="Deliver it, or stop at the look.")
    ] = True,
) -> None:
    """Make a show from nothing: render a plate, ingest it, find a look, deliver it."""
    from lookdev.demo.run import demo as make

    width, height = _size(size)
    made = make(
        out=out,
        frames=frames,
        width=width,
        height=height,
        final=final,
        say=say,
        count=counted,
    )
    stages = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in made.seconds.items())
    print(f"look    {made.look}")
    if made.delivery is not None:
        folder = made.delivery.folder
        print(f"frames  {folder / 'exr'}")
        print(f"movie   {folder / 'preview.mp4'}")
        print(f"sheet   {folder / 'sheet.png'}")
        print(f"proof   lookdev verify {folder} --key {made.delivery.key}")
    print(f"time    {stages}; {sum(made.seconds.values()):.1f} s in all")
    if made.delivery is not None:
        print(f"network {made.delivery.evaluations} evaluations")


def _distinct(mattes: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, pattern in mattes:
        if name in found:
            raise typer.BadParameter(f"{name} is given twice; keep one", param_hint="--matte")
        found[name] = pattern
    return found


def _size(text: str) -> tuple[int, int]:
    width, x, height = text.partition("x")
    if not (x and width.isdigit() and height.isdigit()):
        raise typer.BadParameter(f"{text!r}; write it as 1920x1080", param_hint="--size")
    return int(width), int(height)
