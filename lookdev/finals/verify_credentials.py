"""The Content Credentials that a delivery's record names: read back, and whose they are."""

from collections.abc import Iterator
from pathlib import Path

from lookdev.errors import DeliveryError, TrustError
from lookdev.finals.records import read_record
from lookdev.finals.verify_walk import unsafe


def credential_findings(folder: Path, anchors: Path) -> Iterator[str]:
    """A sentence for each file whose credentials do not hold, or lead to none of the anchors.

    Args:
        folder: The delivery.
        anchors: Root certificates that count, PEM.
    """
    from lookdev.attest.readout import read_back

    try:
        record = read_record(folder)
    except DeliveryError as error:
        yield str(error)
        return
    if record is None or record.credentials is None:
        yield "delivery.json: names no Content Credentials to hold against the anchors"
        return
    for name in record.credentials.signed:
        if why := unsafe(name):
            yield f"{name}: {why}"
            continue
        try:
            failures = read_back(folder / name, anchors=anchors).failures
        except TrustError as error:
            failures = (str(error),)
        yield from (f"{name}: its Content Credentials do not hold: {one}" for one in failures)
