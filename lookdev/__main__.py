"""`python -m lookdev` is `lookdev`."""

from lookdev.cli import main

main()
