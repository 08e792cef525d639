"""The disclosure as one A4 page."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from lookdev.errors import DeliveryError
from lookdev.finals.disclose.record import CardFact, Disclosure, Item, LookFact
from lookdev.finals.disclose.sheet import MISSING, WIDTH, Cell, Sheet

T = TypeVar("T")

_NEWEST = 2
"""How many deliveries of a look are named."""


@dataclass(frozen=True)
class _Limits:
    """How much of each list is shown: the rest is in `disclosure.json`, and the page says so."""

    rows: int
    """Of a list."""
    lines: int
    """Of a cell."""
    size: float
    """Of the type (points)."""


_TRIES = tuple(
    _Limits(rows, lines, size)
    for size, steps in (
        (7.4, ((12, 4), (8, 3), (6, 3), (5, 2))),
        (6.8, ((8, 3), (6, 3), (5, 2), (4, 2), (3, 2))),
        (6.2, ((4, 2), (3, 2), (2, 2), (2, 1), (1, 1))),
    )
    for rows, lines in steps
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


def _drawn(disclosure: Disclosure, json_digest: str, limits: _Limits) -> Sheet:
    sheet = Sheet(size=limits.size)
    made = datetime.fromisoformat(disclosure.made).replace(tzinfo=UTC)
    sheet.describe(title=f"Generated material in {disclosure.shot}", made=made)
    for part in (_head, _generated, _models, _inputs, _approvals, _checklist, _sources):
        part(sheet, disclosure, limits)
    _foot(sheet, json_digest)
    return sheet


def _head(sheet: Sheet, disclosure: Disclosure, limits: _Limits) -> None:  # noqa: ARG001 one of the parts
    sheet.title(f"Generated material in {disclosure.shot}")
    sheet.text(
        f"Show: {disclosure.show}. Made {disclosure.made} UTC by lookdev {disclosure.lookdev}, "
        f"from the show's files and the deliveries in the folder {disclosure.deliveries_in}."
    )
    sheet.row([Cell(disclosure.notice, WIDTH, bold=True)], most=2)


def _generated(sheet: Sheet, disclosure: Disclosure, limits: _Limits) -> None:
    sheet.heading("What was generated")
    if not disclosure.looks:
        sheet.text("Nothing of this shot was approved or delivered.")
    _some(sheet, disclosure.looks, limits, "looks", lambda look: _look(sheet, look, limits))
    for line in disclosure.unreadable[: limits.rows]:
        sheet.text(line, most=limits.lines)
    if disclosure.other_looks:
        sheet.text(
            f"Looks that were kept, but neither approved nor delivered: {disclosure.other_looks}",
            grey=True,
        )


def _look(sheet: Sheet, look: LookFact, limits: _Limits) -> None:
    where = "anywhere" if look.support == "frame" else f"inside matte {look.support} only"
    newest = look.deliveries[-_NEWEST:]
    delivered = "; ".join(f"{one.name} ({one.state}, frames {one.frames})" for one in newest)
    if len(look.deliveries) > _NEWEST:
        delivered += (
            f"; and {len(look.deliveries) - _NEWEST} earlier ones, named in disclosure.json"
        )
    told = [Cell(look.look, 34, bold=True)]
    told.append(Cell(f"{delivered or 'not delivered'}; may change the plate {where}", WIDTH - 34))
    sheet.row(told, most=limits.lines)
    for layer in look.layers[: limits.rows]:
        without = f"; not: {layer.negative_prompt}" if layer.negative_prompt else ""
        cells = [
            Cell(f"layer {layer.name}", 34, grey=True),
            Cell(f"\u201c{layer.prompt}\u201d{without}", WIDTH - 94),
            Cell(f"model {layer.model}, {layer.transfer} the plate", 60, grey=True),
        ]
        sheet.row(cells, most=limits.lines)
    _rest(sheet, len(look.layers), limits, "layers")
    for doubt in look.doubts[: limits.rows]:
        sheet.row([Cell("does not hold", 34, bold=True), Cell(doubt, WIDTH - 34)], most=3)
    _rest(sheet, len(look.doubts), limits, "doubts")


def _models(sheet: Sheet, disclosure: Disclosure, limits: _Limits) -> None:
    sheet.heading("With which models, on what terms (the cards as they are today)")
    if not disclosure.cards:
        sheet.text("None.")
    _some(sheet, disclosure.cards, limits, "cards", lambda card: _card(sheet, card, limits))


def _card(sheet: Sheet, card: CardFact, limits: _Limits) -> None:
    name = [Cell(f"{card.kind} {card.card}", 34, bold=True)]
    sheet.row([*name, Cell(card.title, WIDTH - 34)], most=limits.lines)
    for what, text in _terms(card):
        cells = [Cell(what, 34, grey=True), Cell(text, WIDTH - 34)]
        sheet.row(cells, most=limits.lines)


def _terms(card: CardFact) -> Iterator[tuple[str, str]]:
    yield (
        "licence",
        f"{card.licence}; allows: {card.allows}; cleared by: {card.cleared_by}",
    )
    if card.kind != "reference":
        yield "learned from", card.training_data
    yield "duties, consents", f"duties: {card.duties}; consents: {card.consents}"
    if card.blocks:
        yield "closed for finals", "; ".join(card.blocks)


def _inputs(sheet: Sheet, disclosure: Disclosure, limits: _Limits) -> None:
    sheet.heading("From which inputs")
    places = [f"{one.role}: {one.location}" for one in disclosure.inputs]
    frames = disclosure.inputs[0].frames if disclosure.inputs else ""
    shown = places[: limits.rows]
    more = _more(len(places), limits, "inputs")
    sheet.text("; ".join(shown) + f"; frames {frames}" + more, most=limits.lines)
    older = {one.media for one in disclosure.deliveries} - {disclosure.media}
    sheet.text(f"SHA-256 of their list of sums (media.sha256): {disclosure.media}")
    if older:
        sheet.text(f"Other media were delivered from: {', '.join(sorted(older))}", most=2)


def _approvals(sheet: Sheet, disclosure: Disclosure, limits: _Limits) -> None:
    sheet.heading("Who approved it")
    rows = [(look, one) for look in disclosure.looks for one in look.approvals]
    for look in disclosure.looks:
        if not look.approvals:
            sheet.row([Cell(look.look, 34, bold=True), Cell("not approved", WIDTH - 34)], most=1)
    if not disclosure.looks:
        sheet.text("Nobody yet.")
    for _, one in rows[: limits.rows]:
        written = one.written_approval or "none named"
        said = (
            f"{one.by}, {one.at} UTC, as a {one.kind}; seen: frames {one.frames}; "
            f"written approval: {written}; signed with {one.signed_with}"
        )
        sheet.row([Cell(one.name, 34, bold=True), Cell(said, WIDTH - 34)], most=limits.lines)
    _rest(sheet, len(rows), limits, "approvals")


def _checklist(sheet: Sheet, disclosure: Disclosure, limits: _Limits) -> None:  # noqa: ARG001 one of the parts
    sheet.heading("Checklist: what the sources ask, what the show's files answer, and from where")
    for item in disclosure.checklist:
        sheet.row(_item(item), most=4)


def _item(item: Item) -> list[Cell]:
    return [
        Cell(item.source, 31, grey=True),
        Cell(item.asks, 60),
        Cell(item.answer, 20, bold=True),
        Cell(item.because, WIDTH - 111),
    ]


def _sources(sheet: Sheet, disclosure: Disclosure, limits: _Limits) -> None:  # noqa: ARG001 one of the parts
    sheet.heading("Sources")
    for source in disclosure.sources:
        said = f"{source.title}; {source.date}. {source.url} (read {source.read})"
        sheet.row([Cell(source.key, 18, grey=True), Cell(said, WIDTH - 18, grey=True)], most=4)


def _foot(sheet: Sheet, json_digest: str) -> None:
    lost = f" {MISSING} stands for a character that this page's font lacks." if sheet.lost else ""
    sheet.heading("")
    sheet.text(f"All of it is in disclosure.json, SHA-256 {json_digest}.{lost}", grey=True)


def _some(
    sheet: Sheet, of: Sequence[T], limits: _Limits, what: str, draw: Callable[[T], None]
) -> None:
    for one in of[: limits.rows]:
        draw(one)
    _rest(sheet, len(of), limits, what)


def _rest(sheet: Sheet, number: int, limits: _Limits, what: str) -> None:
    if number > limits.rows:
        sheet.text(_more(number, limits, what).removeprefix("; "), grey=True)


def _more(number: int, limits: _Limits, what: str) -> str:
    over = number - limits.rows
    return f"; and {over} more {what}, named in disclosure.json" if over > 0 else ""
