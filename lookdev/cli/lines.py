"""Lines for a person: progress goes to standard error, answers to standard output."""

import sys


def say(line: str) -> None:
    """A line of progress."""
    print(line, file=sys.stderr, flush=True)


def tell(line: str) -> None:
    """A line of the answer, at once."""
    print(line, flush=True)


def counted(stage: str, done: int, total: int) -> None:
    """One line a stage: rewritten on a terminal, written once it is complete elsewhere."""
    line = f"{stage}: {done} of {total}"
    if sys.stderr.isatty():
        print(f"\r\033[K{line}", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done == total:
        say(line)
