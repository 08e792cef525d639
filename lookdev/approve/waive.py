"""A failing gate is let pass by name, by somebody, for a reason; or nothing is approved."""

from collections.abc import Callable, Iterable

from pydantic import ValidationError

from lookdev.errors import SpecError, TrustError
from lookdev.spec.folder import LookFile, ShowFolder
from lookdev.spec.qc import Gates, QcReport, Waiver

Say = Callable[[str], None]


def parse_waiver(text: str, *, by: str) -> Waiver:
    """A waiver as a person writes it: `seam: the wall is out of focus`.

    Raises:
        SpecError: It names no gate, or gives no reason.
    """
    gate, _, reason = (part.strip() for part in text.partition(":"))
    if gate not in Gates.model_fields:
        raise SpecError(
            f"waiver {_short(text)!r}: names no gate; write `GATE: reason`, GATE being one of "
            f"{', '.join(Gates.model_fields)}"
        )
    if not reason:
        raise SpecError(f"waiver {_short(text)!r}: has no reason; write `{gate}: reason`")
    try:
        return Waiver.model_validate({"gate": gate, "by": by, "reason": reason})
    except ValidationError as error:
        raise SpecError(
            f"waiver {_short(text)!r}: name and reason are one line each, of at most 500 characters"
        ) from error


def require_waivable(waivers: Iterable[Waiver], folder: ShowFolder) -> None:
    """Refuse waivers that can be of no use, before anything is rendered.

    Raises:
        SpecError: A reason or name is blank, a gate is waived twice, or the show sets no such gate.
    """
    known: set[str] = set()
    for waiver in waivers:
        if not (waiver.reason.strip() and waiver.by.strip()):
            raise SpecError(f"approve: the waiver of {waiver.gate} needs a reason and a name")
        if waiver.gate in known:
            raise SpecError(f"approve: {waiver.gate} is waived twice; say it once")
        if getattr(folder.show.gates, waiver.gate) is None:
            raise SpecError(
                f"approve: {waiver.gate} is waived, and gates.{waiver.gate} is empty in "
                f"{folder.root}/params/show.yaml: it stops nothing; leave the waiver out"
            )
        known.add(waiver.gate)


def needed(
    waivers: tuple[Waiver, ...], report: QcReport, *, look_file: LookFile, say: Say
) -> tuple[Waiver, ...]:
    """Those waivers without which it could not be approved; the others are not kept.

    Args:
        waivers: What somebody lets pass.
        report: What QC found.
        look_file: What is to be approved.
        say: Told of waivers that were not needed.

    Raises:
        TrustError: A gate fails and is not waived: says which, where and by how much.
    """
    waived = {one.gate for one in waivers}
    failing = {one.gate for one in report.failures}
    left = [one for one in report.failures if one.gate not in waived]
    if left:
        told = "; ".join(f"{one.gate}: {one.sentence}" for one in left)
        first = left[0].gate
        raise TrustError(
            f"{look_file.path}: does not pass QC: {told}; mend it, or waive each gate by name and "
            f"with a reason, as `{first}: reason`"
        )
    spare = [one.gate for one in waivers if one.gate not in failing]
    if spare:
        say(f"not kept, for their gates are passed: waivers of {', '.join(spare)}")
    return tuple(one for one in waivers if one.gate in failing)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."
