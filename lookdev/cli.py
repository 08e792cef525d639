"""The command line: each command parses, then calls the function of the same meaning."""

import logging
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from lookdev.errors import LookdevError

app = typer.Typer(
    name="lookdev",
    help="Find a generative look over a plate, and deliver exactly that look.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

LOOK = typer.Argument(help="A look's file, or sequence/shot/name_v003.", metavar="LOOK")
FRAME = typer.Option("--frame", help="Absolute frame number.")
HOST = typer.Option(help="Where to listen; this machine alone unless given.")
PORT = typer.Option(min=1, max=65535, help="A free one unless given.")
BROWSER = typer.Option("--browser/--no-browser", help="Open the browser.")
LOOPBACK = "127.0.0.1"
HERE = Path()


def main() -> None:
    """Run a command; a LookdevError is one sentence on standard error and exit code 2."""
    debug = "--debug" in sys.argv
    arguments = [a for a in sys.argv[1:] if a != "--debug"]
    logging.basicConfig(level=logging.DEBUG if debug else logging.WARNING, format="%(message)s")
    try:
        status = app(args=arguments, prog_name="lookdev", standalone_mode=False)
    except TyperException as error:
        print(f"lookdev: {error.format_message()}", file=sys.stderr)
        sys.exit(error.exit_code)
    except LookdevError as error:
        if debug:
            raise
        print(f"lookdev: {error}", file=sys.stderr)
        sys.exit(2)
    except (KeyboardInterrupt, typer.Abort):
        print("lookdev: stopped; what was finished is kept", file=sys.stderr)
        sys.exit(130)
    sys.exit(status if isinstance(status, int) else 0)


@app.callback()
def _options(
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Find a generative look over a plate, and deliver exactly that look."""


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
        progress=_counted,
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
    _say(planned.said(Estimates.open(planned.look_file.folder)))
    made = run(
        planned, progress=lambda done, total, label: _say(f"cell {done} of {total}: {label}")
    )
    print(f"{made.sheet}: {len(made.cells)} cells, {made.rendered} rendered now")


@app.command()
def render(
    look: Annotated[str, LOOK],
    *,
    out: Annotated[Path, typer.Option(help="Folder of deliveries.")],
    frames: Annotated[str | None, typer.Option(help="1001-1024; all if not given.")] = None,
    new_version: Annotated[
        bool, typer.Option("--new-version", help="Deliver anew, beside what is there.")
    ] = False,
) -> None:
    """Deliver a look: execute notebooks/final.ipynb headlessly."""
    from lookdev.finals.execute import render as deliver

    plan = deliver(look, out=out, frames=frames, new_version=new_version, say=_say)
    print(f"{plan.folder}: {len(plan.frames)} frames delivered and verified")


@app.command()
def lab(
    *,
    host: Annotated[str, HOST] = LOOPBACK,
    port: Annotated[int | None, PORT] = None,
    browser: Annotated[bool, BROWSER] = True,
) -> None:
    """Open the show around the current folder in JupyterLab."""
    from lookdev.desk.serve import lab as serve

    serve(HERE, say=_tell, host=host, port=port, browser=browser)


@app.command()
def desk(
    *,
    host: Annotated[str, HOST] = LOOPBACK,
    port: Annotated[int | None, PORT] = None,
    browser: Annotated[bool, BROWSER] = True,
) -> None:
    """Serve the show's desk without code."""
    from lookdev.desk.serve import desk as serve

    serve(HERE, say=_tell, host=host, port=port, browser=browser)


@app.command()
def demo(
    *,
    out: Annotated[Path, typer.Option(help="A new folder: the demo's show.")] = Path("demo"),
    frames: Annotated[int, typer.Option(help="How many frames.")] = 24,
    size: Annotated[str, typer.Option(help="Of the plate.")] = "1920x1080",
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
        say=_say,
        count=_counted,
    )
    stages = ", ".join(f"{stage} {seconds:.1f} s" for stage, seconds in made.seconds.items())
    print(f"look    {made.look}")
    if made.delivery is not None:
        folder = made.delivery.folder
        print(f"frames  {folder / 'exr'}")
        print(f"movie   {folder / 'preview.mp4'}")
        print(f"sheet   {folder / 'sheet.png'}")
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


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _tell(line: str) -> None:
    print(line, flush=True)


def _counted(stage: str, done: int, total: int) -> None:
    """One line a stage: rewritten on a terminal, written once it is complete elsewhere."""
    line = f"{stage}: {done} of {total}"
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done == total:
        _say(line)
