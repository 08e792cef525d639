"""What follows a finished delivery: the ledger's event, the seal, the production's own hook."""

from collections.abc import Callable

from pydantic import JsonValue

from lookdev.attest.keys import PrivateKey
from lookdev.finals.hook import run_hook
from lookdev.finals.plan import Plan
from lookdev.finals.records import RECORD
from lookdev.finals.seal import ENVELOPE, ApprovalSeal, seal
from lookdev.spec.delivery import DeliveryRecord
from lookdev.spec.event import Delivered
from lookdev.spec.show import Rates
from lookdev.store.chain import Head
from lookdev.store.ledger import Ledger

Say = Callable[[str], None]


def finish(
    plan: Plan, record: DeliveryRecord, *, key: PrivateKey | None, is_new: bool, say: Say
) -> None:
    """Enter a delivery into the ledger, seal it, and tell the production; once for each delivery.

    Args:
        plan: The delivery.
        record: Its `delivery.json`.
        key: Seals it; without one a draft stays unsealed.
        is_new: Whether it was finished just now. One that was finished before, by plain papermill
            or by a process that was killed, is still sealed where it lacks a seal.
        say: Called with each line of progress.

    Raises:
        LedgerError: The ledger cannot be written; the delivery is not sealed then.
        LookdevError: It cannot be sealed.
    """
    is_sealed = (plan.folder / ENVELOPE).exists()
    if is_sealed or not (is_new or key):
        return
    head = _entered(plan, record)
    if key is None:
        say("not sealed: a draft, and no --key was given")
    else:
        rates = plan.look_file.folder.show.rates
        seal(
            plan.folder,
            record,
            key=key,
            approval=_approval(record),
            ledger=head,
            cost=_cost(record, rates) if rates else None,
        )
    _told(plan, say)


def _entered(plan: Plan, record: DeliveryRecord) -> Head:
    ledger = Ledger.open(plan.look_file.folder)
    shot = plan.look_file.shot
    ledger.append(
        Delivered(
            shot=f"{shot.sequence}/{shot.shot}",
            name=record.name,
            look=plan.look_file.name,
            approval=record.approval.digest if record.approval else None,
            frames=len(record.frames),
        )
    )
    head = ledger.head()
    ledger.close()
    return head


def _approval(record: DeliveryRecord) -> ApprovalSeal | None:
    approval = record.approval
    if approval is None:
        return None
    return ApprovalSeal(
        name=approval.name, digest=approval.digest, key=approval.key, by=approval.by
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
