"""What follows a finished delivery: the seal, the ledger's event, the production's own hook."""

from collections.abc import Callable

from pydantic import JsonValue

from lookdev.approve.trust import trusted_keys
from lookdev.attest.keys import PrivateKey
from lookdev.errors import TrustError
from lookdev.finals.hook import run_hook
from lookdev.finals.plan import Plan
from lookdev.finals.records import RECORD
from lookdev.finals.seal import ENVELOPE, ApprovalSeal, seal
from lookdev.finals.verify_envelope import said_by
from lookdev.spec.delivery import DeliveryRecord
from lookdev.spec.event import Delivered
from lookdev.spec.show import Rates
from lookdev.store.ledger import Ledger

Say = Callable[[str], None]


def finish(plan: Plan, record: DeliveryRecord, *, key: PrivateKey | None, say: Say) -> None:
    """Seal a delivery that was finished just now, enter it into the ledger, tell the production.

    Args:
        plan: The delivery.
        record: Its `delivery.json`.
        key: Seals it; without one a draft stays unsealed.
        say: Called with each line of progress.

    Raises:
        LookdevError: It cannot be sealed, or the ledger cannot be written.
    """
    ledger = Ledger.open(plan.look_file.folder)
    if key is None:
        say("not sealed: a draft, and no --key was given")
    else:
        rates = plan.look_file.folder.show.rates
        seal(
            plan.folder,
            record,
            key=key,
            approval=_approval(plan),
            ledger=ledger.head(),
            cost=_cost(record, rates) if rates else None,
        )
    ledger.append(_event(plan, record))
    ledger.close()
    _told(plan, say)


def require_sealed(plan: Plan, *, key: PrivateKey | None) -> None:
    """Of a delivery that was finished before: it has its seal, or none is asked for.

    A delivery that this process did not render is never signed by it: whoever can write into the
    folder could have put anything there.

    Raises:
        TrustError: It is not sealed, or not by a key that the show trusts or that is given.
    """
    path = plan.folder / ENVELOPE
    if key is None and not path.exists():
        return  # a draft that nobody signed
    if not path.exists():
        raise TrustError(
            f"{plan.folder}: was finished and not sealed, and what this run has not rendered it "
            "does not sign; deliver it anew with --new-version"
        )
    keys = trusted_keys(plan.look_file.folder)
    said = said_by(plan.folder, keys if key is None else [*keys, key.public], None)
    wrong = said if isinstance(said, str) else next(iter(said.findings), None)
    if wrong is not None:
        raise TrustError(f"{plan.folder}: {wrong}; deliver it anew with --new-version")


def _event(plan: Plan, record: DeliveryRecord) -> Delivered:
    shot = plan.look_file.shot
    return Delivered(
        shot=f"{shot.sequence}/{shot.shot}",
        name=record.name,
        look=plan.look_file.name,
        approval=plan.approval.digest if plan.approval else None,
        frames=len(record.frames),
    )


def _approval(plan: Plan) -> ApprovalSeal | None:
    approval = plan.approval
    if approval is None:
        return None
    return ApprovalSeal(
        name=approval.name,
        digest=approval.digest,
        key=approval.key.text,
        by=approval.approval.by,
    )


def _cost(record: DeliveryRecord, rates: Rates) -> dict[str, JsonValue]:
    """The machine's time at the show's rate; human hours are the report's."""
    hours = sum(frame.seconds for frame in record.frames) / 3600
    return {
        "currency": rates.currency,
        "device": round(hours * rates.device_hour, 4),
        "device_hours": round(hours, 6),
        "basis": f"{rates.device_hour:g} {rates.currency} a device hour, from show.yaml",
    }


def _told(plan: Plan, say: Say) -> None:
    """Run the show's own command; what goes wrong with it harms nothing, and is said."""
    folder = plan.look_file.folder
    if folder.show.after_delivery:
        data = (plan.folder / RECORD).read_bytes()
        trouble = run_hook(folder.show.after_delivery, data, cwd=folder.root)
        say(f"after_delivery: {trouble or 'done'}")
