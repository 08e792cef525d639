"""Commands that serve the desk."""

from pathlib import Path
from typing import Annotated

import typer

from lookdev.cli.app import app
from lookdev.cli.lines import tell

HOST = typer.Option(help="Where to listen; this machine alone unless given.")
PORT = typer.Option(min=1, max=65535, help="A free one unless given.")
BROWSER = typer.Option("--browser/--no-browser", help="Open the browser.")
LOOPBACK = "127.0.0.1"
HERE = Path()


@app.command()
def lab(
    *,
    host: Annotated[str, HOST] = LOOPBACK,
    port: Annotated[int | None, PORT] = None,
    browser: Annotated[bool, BROWSER] = True,
) -> None:
    """Open the show around the current folder in JupyterLab."""
    from lookdev.desk.serve import lab as serve

    serve(HERE, say=tell, host=host, port=port, browser=browser)


@app.command()
def desk(
    *,
    host: Annotated[str, HOST] = LOOPBACK,
    port: Annotated[int | None, PORT] = None,
    browser: Annotated[bool, BROWSER] = True,
) -> None:
    """Serve the show's desk without code."""
    from lookdev.desk.serve import desk as serve

    serve(HERE, say=tell, host=host, port=port, browser=browser)
