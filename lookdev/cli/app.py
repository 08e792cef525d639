"""The application that every command belongs to, and how it ends."""

import logging
import sys
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
