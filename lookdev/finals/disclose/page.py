"""The disclosure as one A4 page."""

from datetime import UTC, datetime

from lookdev.errors import DeliveryError
from lookdev.finals.disclose import sections
from lookdev.finals.disclose.record import Disclosure
from lookdev.finals.disclose.sections import Limits
from lookdev.finals.disclose.sheet import MISSING, WIDTH, Cell, Sheet

_TRIES = (
    Limits(rows=12, lines=4, size=7.4),
    Limits(rows=8, lines=3, size=7.4),
    Limits(rows=6, lines=3, size=7.2),
    Limits(rows=5, lines=2, size=7.2),
    Limits(rows=4, lines=2, size=7.0),
    Limits(rows=3, lines=2, size=6.8),
    Limits(rows=2, lines=2, size=6.6),
    Limits(rows=2, lines=1, size=6.4),
    Limits(rows=1, lines=1, size=6.2),
)
"""From all there is, in type that is easily read, to what is needed least."""


def page(disclosure: Disclosure, json_digest: str) -> bytes:
    """The page as a PDF.

    Args:
        disclosure: What it says.
        json_digest: SHA-256 of `disclosure.json`, which holds all of it.

    Raises:
        DeliveryError: Even the shortest form is longer than a page.
    """
    first = _drawn(disclosure, json_digest, _TRIES[0])
    if first.fits:
        return first.to_bytes()
    low, high, best = 1, len(_TRIES), None
    while low < high:  # a sheet takes most of a second: look for the fullest that fits by halves
        middle = (low + high) // 2
        sheet = _drawn(disclosure, json_digest, _TRIES[middle])
        if sheet.fits:
            best, high = sheet, middle
        else:
            low = middle + 1
    if best is None:
        raise DeliveryError(
            f"{disclosure.shot}: its disclosure does not go on one page; send disclosure.json"
        )
    return best.to_bytes()


def _drawn(disclosure: Disclosure, json_digest: str, limits: Limits) -> Sheet:
    sheet = Sheet(size=limits.size)
    made = datetime.fromisoformat(disclosure.made).replace(tzinfo=UTC)
    sheet.describe(title=f"Generated material in {disclosure.shot}", made=made)
    _head(sheet, disclosure)
    for section in (
        sections.generated,
        sections.models,
        sections.inputs,
        sections.approvals,
        sections.checklist,
        sections.sources,
    ):
        section(sheet, disclosure, limits)
    _foot(sheet, json_digest)
    return sheet


def _head(sheet: Sheet, disclosure: Disclosure) -> None:
    sheet.title(f"Generated material in {disclosure.shot}")
    sheet.text(
        f"Show: {disclosure.show}. Made {disclosure.made} UTC by lookdev {disclosure.lookdev}, "
        f"from the show's files and the deliveries in the folder {disclosure.deliveries_in}."
    )
    sheet.row([Cell(disclosure.notice, WIDTH, bold=True)], most=2)


def _foot(sheet: Sheet, json_digest: str) -> None:
    lost = f" {MISSING} stands for a character that this page's font lacks." if sheet.lost else ""
    sheet.heading("")
    sheet.text(f"All of it is in disclosure.json, SHA-256 {json_digest}.{lost}", grey=True)
