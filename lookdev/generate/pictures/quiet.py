"""Keeps the libraries' bars and advice off a supervisor's page: what goes wrong is raised."""

from functools import cache

import diffusers.utils.logging as of_diffusers
import transformers.utils.logging as of_transformers


@cache
def hush() -> None:
    """Say nothing below an error, from now on; once a process."""
    for library in (of_diffusers, of_transformers):
        library.disable_progress_bar()
        library.set_verbosity_error()
