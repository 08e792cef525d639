"""The sections of the page, each as much of it as its limits allow."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from lookdev.finals.disclose.record import CardFact, Disclosure, Item, LookFact
from lookdev.finals.disclose.sheet import WIDTH, Cell, Sheet

T = TypeVar("T")

_NEWEST = 2
"""How many deliveries of a look are named."""
_NAMES = 34.0
"""Width of the column of names (mm)."""


@dataclass(frozen=True)
class Limits:
    """How much of each list is shown: the rest is in `disclosure.json`, and the page says so."""

    rows: int
    """Of a list."""
    lines: int
    """Of a cell."""
    size: float
    """Of the type (points)."""


def generated(sheet: Sheet, disclosure: Disclosure, limits: Limits) -> None:
    """Every look that was delivered or approved."""
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


def _look(sheet: Sheet, look: LookFact, limits: Limits) -> None:
    where = "anywhere" if look.support == "frame" else f"inside matte {look.support} only"
    newest = look.deliveries[-_NEWEST:]
    delivered = "; ".join(f"{one.name} ({one.state}, frames {one.frames})" for one in newest)
    if len(look.deliveries) > _NEWEST:
        delivered += (
            f"; and {len(look.deliveries) - _NEWEST} earlier ones, named in disclosure.json"
        )
    told = [Cell(look.look, _NAMES, bold=True)]
    told.append(
        Cell(f"{delivered or 'not delivered'}; may change the plate {where}", WIDTH - _NAMES)
    )
    sheet.row(told, most=limits.lines)
    for layer in look.layers[: limits.rows]:
        without = f"; not: {layer.negative_prompt}" if layer.negative_prompt else ""
        cells = [
            Cell(f"layer {layer.name}", _NAMES, grey=True),
            Cell(f"\u201c{layer.prompt}\u201d{without}", WIDTH - _NAMES - 60),
            Cell(f"model {layer.model}, {layer.transfer} the plate", 60, grey=True),
        ]
        sheet.row(cells, most=limits.lines)
    _rest(sheet, len(look.layers), limits, "layers")
    for doubt in look.doubts[: limits.rows]:
        sheet.row([Cell("does not hold", _NAMES, bold=True), Cell(doubt, WIDTH - _NAMES)], most=3)
    _rest(sheet, len(look.doubts), limits, "doubts")


def models(sheet: Sheet, disclosure: Disclosure, limits: Limits) -> None:
    """Every card of the chain."""
    sheet.heading("With which models, on what terms (the cards as they are today)")
    if not disclosure.cards:
        sheet.text("None.")
    _some(sheet, disclosure.cards, limits, "cards", lambda card: _card(sheet, card, limits))


def _card(sheet: Sheet, card: CardFact, limits: Limits) -> None:
    name = [Cell(f"{card.kind} {card.card}", _NAMES, bold=True)]
    sheet.row([*name, Cell(card.title, WIDTH - _NAMES)], most=limits.lines)
    for what, text in _terms(card):
        cells = [Cell(what, _NAMES, grey=True), Cell(text, WIDTH - _NAMES)]
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


def inputs(sheet: Sheet, disclosure: Disclosure, limits: Limits) -> None:
    """What came from the production."""
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


def approvals(sheet: Sheet, disclosure: Disclosure, limits: Limits) -> None:
    """Who saw and approved what."""
    sheet.heading("Who approved it")
    rows = [(look, one) for look in disclosure.looks for one in reversed(look.approvals)]
    for look in disclosure.looks:
        if not look.approvals:
            sheet.row(
                [Cell(look.look, _NAMES, bold=True), Cell("not approved", WIDTH - _NAMES)], most=1
            )
    if not disclosure.looks:
        sheet.text("Nobody yet.")
    for _, one in rows[: limits.rows]:
        written = one.written_approval or "none named"
        instead = f"; in place of {one.supersedes}" if one.supersedes else ""
        waived = f"; QC gates waived: {'; '.join(one.waived)}" if one.waived else ""
        said = (
            f"{one.by}, {one.at} UTC, as a {one.kind}; seen: frames {one.frames}; "
            f"written approval: {written}{instead}{waived}; signed with {one.signed_with}"
        )
        sheet.row(
            [Cell(one.name, _NAMES, bold=True), Cell(said, WIDTH - _NAMES)], most=limits.lines
        )
    _rest(sheet, len(rows), limits, "approvals")


def checklist(sheet: Sheet, disclosure: Disclosure, limits: Limits) -> None:  # noqa: ARG001 as the other sections
    """Every item, always."""
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


def sources(sheet: Sheet, disclosure: Disclosure, limits: Limits) -> None:  # noqa: ARG001 as the other sections
    """What the items were taken from, always."""
    sheet.heading("Sources")
    for source in disclosure.sources:
        said = f"{source.title}; {source.date}. {source.url} (read {source.read})"
        sheet.row([Cell(source.key, 18, grey=True), Cell(said, WIDTH - 18, grey=True)], most=4)


def _some(
    sheet: Sheet, of: Sequence[T], limits: Limits, what: str, draw: Callable[[T], None]
) -> None:
    for one in of[: limits.rows]:
        draw(one)
    _rest(sheet, len(of), limits, what)


def _rest(sheet: Sheet, number: int, limits: Limits, what: str) -> None:
    if number > limits.rows:
        sheet.text(_more(number, limits, what).removeprefix("; "), grey=True)


def _more(number: int, limits: Limits, what: str) -> str:
    over = number - limits.rows
    return f"; and {over} more {what}, named in disclosure.json" if over > 0 else ""
