"""One process a delivery, and nobody else's folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from lookdev.errors import DeliveryError
from lookdev.finals.plan import Plan
from lookdev.finals.records import Journal, identity_of, read_record, require_same
from lookdev.spec.delivery import DeliveryRecord, Identity
from lookdev.spec.files import check_writable


def begun(plan: Plan) -> tuple[Identity, DeliveryRecord | None]:
    """Begin, go on with, or find finished this delivery; call it while holding the folder.

    Returns:
        The delivery's identity, and its record where it is finished.

    Raises:
        DeliveryError: The folder cannot be written, or holds something else; it is as it was.
    """
    check_writable(plan.folder)
    identity, journal = identity_of(plan), Journal(plan)
    record = read_record(plan.folder)
    if record is None:
        journal.start(identity)
    else:
        require_same(record.identity, identity, plan.folder)
        journal.sweep()
        journal.close()  # left behind by a process that was killed in between
    return identity, record


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold a delivery's folder for this process; the hold ends with the process, however it ends.

    Raises:
        DeliveryError: Another process holds it.
    """
    lock = FileLock(folder.parent / f".{folder.name}.lock")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire(blocking=False)
    except Timeout as error:
        raise DeliveryError(
            f"{folder}: another process is delivering it; wait for that, or use --new-version"
        ) from error
    except OSError as error:
        raise DeliveryError(
            f"{folder}: cannot be written ({error.strerror}); choose another --out"
        ) from error
    try:
        yield
    finally:
        lock.release()
