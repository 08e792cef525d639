"""What a production can send on: what was generated in a shot, with what, and who approved it."""

from pathlib import Path

from lookdev.approve.rights import open_shot
from lookdev.finals.disclose.gather import gather
from lookdev.finals.disclose.record import Disclosure
from lookdev.spec.files import check_writable, sha256, whole_file, write_json

__all__ = ["Disclosure", "disclose"]


def disclose(
    shot: str, *, out: Path | None = None, deliveries: Path | None = None, start: Path | None = None
) -> Path:
    """Write `disclosure.json` and the page of it, `disclosure.pdf`; returns the page.

    Both are written anew: they say how things stand now.

    Args:
        shot: `sequence/shot`.
        out: Where to; `disclosures/SEQUENCE/SHOT` in the show if None.
        deliveries: Where deliveries are; `deliveries` in the show if None.
        start: A folder of the show; the current one if None.

    Raises:
        SpecError: There is no such shot, or a card is missing or wrong.
        DeliveryError: The folder cannot be written.
    """
    from lookdev.finals.disclose.page import page

    shot_file = open_shot(shot, start=start or Path())
    folder = shot_file.folder
    place = shot_file.shot
    out = out or folder.root / "disclosures" / place.sequence / place.shot
    disclosure = gather(shot_file, deliveries or folder.root / "deliveries")
    check_writable(out)
    record, sheet = out / "disclosure.json", out / "disclosure.pdf"
    write_json(record, disclosure.model_dump(mode="json"))
    with whole_file(sheet) as temporary:
        temporary.write_bytes(page(disclosure, sha256(record)))
    return sheet
