"""The table: what was measured, the bar it has to pass, and whether it did."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lookdev.spec.files import write_text


@dataclass(frozen=True)
class Row:
    """One measurement.

    Attributes:
        what: Of what.
        measured: The figure, as it is shown.
        bar: What it has to be, as it is shown; empty for what is only told.
        met: Whether it is; None where there is no bar, or none that may fail a run.
    """

    what: str
    measured: str
    bar: str = ""
    met: bool | None = None


def missed(rows: Sequence[Row]) -> list[Row]:
    """The rows whose bar is not met."""
    return [row for row in rows if row.met is False]


def table(rows: Sequence[Row]) -> str:
    """The rows as a Markdown table."""
    lines = ["| what | measured | bar | met |", "| --- | --- | --- | --- |"]
    words = {True: "yes", False: "**no**", None: ""}
    lines += [f"| {row.what} | {row.measured} | {row.bar} | {words[row.met]} |" for row in rows]
    return "\n".join(lines) + "\n"


def write(rows: Sequence[Row], folder: Path, told: Sequence[str]) -> None:
    """Write `report.md`: what was judged and how, a sentence a line, then the table."""
    verdict = f"{len(missed(rows))} of {sum(row.met is not None for row in rows)} bars missed."
    parts = ["# The embedded model, measured", *told, verdict, table(rows)]
    write_text(folder / "report.md", "\n\n".join(parts))
