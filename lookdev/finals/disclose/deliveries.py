"""A shot's finished deliveries, as their records have them."""

from pathlib import Path

from pydantic import ValidationError

from lookdev.finals.disclose.record import DeliveryFact
from lookdev.image.sequence import describe
from lookdev.spec.delivery import DeliveryRecord
from lookdev.spec.files import sha256

_RECORD = "delivery.json"


def deliveries_of(shot: str, folder: Path) -> tuple[dict[str, list[DeliveryFact]], list[str]]:
    """Finished deliveries of a shot below a folder, by look; and the records that say nothing.

    A damaged record may be of any shot: it is told, and not taken for a delivery.

    Args:
        shot: `sequence/shot`.
        folder: Where deliveries are; there need not be one.
    """
    found: dict[str, list[DeliveryFact]] = {}
    unreadable = []
    for path in sorted(folder.glob(f"*/{_RECORD}")):
        try:
            record = DeliveryRecord.model_validate_json(path.read_bytes())
        except (ValidationError, OSError) as error:
            said = error.strerror if isinstance(error, OSError) else "no record of this version"
            unreadable.append(f"{path.parent.name}/{_RECORD} cannot be read: {said}")
            continue
        if record.identity.shot == shot:
            found.setdefault(record.identity.look, []).append(_fact(record, path))
    return found, unreadable


def _fact(record: DeliveryRecord, path: Path) -> DeliveryFact:
    return DeliveryFact(
        name=record.name,
        state=record.state,
        frames=describe([one.frame for one in record.frames]),
        approval=record.approval.name if record.approval else None,
        record=sha256(path),
        media=record.identity.media,
        credentials=record.credentials.signed if record.credentials else (),
    )
