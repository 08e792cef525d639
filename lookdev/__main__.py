"""`python -m lookdev` is `lookdev`."""

from lookdev.cli.program import program

program()
