"""What people enter: the traditional estimate, signed, and the hours that they worked."""

from typing import TypeVar

from lookdev.approve.trust import require_trusted
from lookdev.attest import dsse
from lookdev.attest.keys import PrivateKey, read_public
from lookdev.attest.statement import Statement
from lookdev.errors import TrustError
from lookdev.spec import strict_yaml
from lookdev.spec.event import Estimate, Hours, Stamped
from lookdev.spec.files import sha256
from lookdev.spec.folder import ShotFile, ShowFolder
from lookdev.store.ledger import Ledger

E = TypeVar("E", bound=Stamped)

ESTIMATE = "urn:x-lookdev:estimate:v1"
"""The statement's predicate type."""


def enter_estimate(
    shot_file: ShotFile, *, hours: float, by: str, scope: str, key: PrivateKey
) -> Estimate:
    """Sign what the shot would take without generation, and enter it.

    Args:
        shot_file: The shot.
        hours: Of people's work, above 0.
        by: Who estimates.
        scope: What is in it.
        key: The estimator's.

    Raises:
        SpecError: Hours, name or scope are not what they must be.
        LedgerError: The ledger cannot be written.
    """
    draft = _checked(shot_file, Estimate, hours=hours, by=by, scope=scope, signed="{}")
    name = f"params/shots/{draft.shot}/shot.yaml"
    statement = Statement({name: sha256(shot_file.path)}, ESTIMATE, _predicate(draft))
    envelope = dsse.seal(statement.to_bytes(), key).decode()
    event = draft.model_copy(update={"signed": envelope})
    Ledger.open(shot_file.folder).append(event)
    return event


def enter_hours(shot_file: ShotFile, *, hours: float, by: str, what: str) -> Hours:
    """Enter a person's work on a shot.

    Raises:
        SpecError: Hours, name or words are not what they must be.
        LedgerError: The ledger cannot be written.
    """
    event = _checked(shot_file, Hours, hours=hours, by=by, what=what)
    Ledger.open(shot_file.folder).append(event)
    return event


def require_signed(event: Estimate, folder: ShowFolder) -> None:
    """Refuse an estimate that is not signed, as it stands, by a key that the show trusts.

    Raises:
        TrustError: Says why.
    """
    where = "its signature"
    envelope = dsse.open_envelope(event.signed.encode(), source=where)
    keys = [read_public(one.key) for one in folder.show.trusted_keys]
    key = envelope.signed_by(keys)
    if key is None:
        raise TrustError("is signed by no key that trusted_keys in show.yaml names")
    require_trusted(folder, key, to="approve", at=event.at, where=where)
    statement = Statement.from_bytes(envelope.payload, source=where)
    if statement.predicate_type != ESTIMATE or statement.predicate != _predicate(event):
        raise TrustError("its signature is over something else than the event says")


def _predicate(event: Estimate) -> dict[str, object]:
    return {
        "at": event.at,
        "by": event.by,
        "hours": event.hours,
        "scope": event.scope,
        "shot": event.shot,
    }


def _checked(shot_file: ShotFile, kind: type[E], **fields: object) -> E:
    shot = shot_file.shot
    given = {"shot": f"{shot.sequence}/{shot.shot}", **fields}
    return strict_yaml.validate(given, kind, source="given")
