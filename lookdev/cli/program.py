"""`lookdev` as a process of its own, and how that ends: at once."""

import atexit
import os
import sys

from lookdev.cli.app import main


def program() -> None:
    """Run the command that was asked for, and leave.

    Python would take apart all that torch and diffusers brought along, piece by piece, for two to
    three seconds. Everything of worth is in files by then, and what libraries registered for the
    end is run: this comes last, having been registered first.
    """
    ending = _Ending()
    atexit.register(ending)
    try:
        main()
        ending.status = 0
    except SystemExit as done:
        ending.status = done.code if isinstance(done.code, int) else int(done.code is not None)
        raise


class _Ending:
    """The end of the process."""

    status = 1
    """Of an error that nobody caught, unless the command says otherwise."""

    def __call__(self) -> None:
        """Write out what was printed, and end."""
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        except OSError:  # a pipe that was closed, or a full disk: what was printed is lost
            self.status = self.status or 1
        os._exit(self.status)
