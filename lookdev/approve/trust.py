"""Whose signature counts in a show, and when."""

from datetime import UTC, datetime, timedelta

from lookdev.attest.keys import PublicKey, read_public
from lookdev.errors import TrustError
from lookdev.spec.draft import utc_now
from lookdev.spec.folder import ShowFolder
from lookdev.spec.show import TrustedKey

_CLOCKS_DIFFER = timedelta(minutes=10)


def trusted_keys(folder: ShowFolder) -> dict[PublicKey, TrustedKey]:
    """The show's trusted keys."""
    return {read_public(one.key): one for one in folder.show.trusted_keys}


def require_trusted(folder: ShowFolder, key: PublicKey, *, at: str, where: str) -> TrustedKey:
    """The show's entry for a key whose signature of that time counts.

    Raises:
        TrustError: The show does not know the key, or its days do not cover the time.
    """
    entry = trusted_keys(folder).get(key)
    if entry is None:
        raise TrustError(
            f"{where}: is signed by {key.text}, which {folder.root}/params/show.yaml does not "
            "trust; add it to trusted_keys if it should be"
        )
    day = at[:10]
    if entry.since and day < entry.since:
        raise TrustError(
            f"{where}: is of {day}, before {entry.since}, from which the key of {entry.name} "
            "counts (trusted_keys.since in show.yaml)"
        )
    if entry.until and day > entry.until:
        raise TrustError(
            f"{where}: is of {day}, but the key of {entry.name} expired on {entry.until} "
            "(trusted_keys.until in show.yaml); sign with a key that counts"
        )
    return entry


def require_past(at: str, *, where: str) -> None:
    """Refuse a time that lies ahead of this machine's clock.

    Raises:
        TrustError: One of the two clocks is wrong by more than ten minutes.
    """
    ahead = _time(at) - _time(utc_now())
    if ahead > _CLOCKS_DIFFER:
        raise TrustError(
            f"{where}: is dated {at} UTC, {ahead} ahead of this machine's clock; "
            "mend the clock that is wrong, then try again"
        )


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
