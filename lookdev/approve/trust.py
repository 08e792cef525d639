"""Whose signature counts in a show, and when."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from lookdev.attest.keys import PublicKey, read_public
from lookdev.errors import TrustError
from lookdev.spec.draft import utc_now
from lookdev.spec.folder import ShowFolder
from lookdev.spec.show import TrustedKey

Deed = Literal["approve", "deliver"]
"""What a signature does."""

_CLOCKS_DIFFER = timedelta(minutes=10)


def trusted_keys(folder: ShowFolder) -> list[PublicKey]:
    """The show's trusted keys, each once; whether one counts on a day is for `require_trusted`.

    Raises:
        TrustError: One of them is no key.
    """
    try:
        return list(dict.fromkeys(read_public(one.key) for one in folder.show.trusted_keys))
    except TrustError as error:
        raise TrustError(f"{_show_yaml(folder)}: trusted_keys: {error}") from error


def require_trusted(
    folder: ShowFolder, key: PublicKey, *, to: Deed, at: str, where: str
) -> TrustedKey:
    """The show's entry for a key whose signature of that time counts.

    Args:
        folder: The show; a key may stand in it more than once, as when it was renewed.
        key: Who signed.
        to: What the signature does.
        at: When it was made, as it says itself (UTC).
        where: Names what is signed, for the error's sentence.

    Raises:
        TrustError: The show does not know the key, it may not do that, or its days do not cover
            the time.
    """
    entries = [one for one in folder.show.trusted_keys if one.key == key.text]
    if not entries:
        raise TrustError(
            f"{where}: is signed by {key.text}, which {_show_yaml(folder)} does not "
            "trust; add it to trusted_keys if it should be"
        )
    problems = [_problem(one, to, at[:10]) for one in entries]
    for entry, problem in zip(entries, problems, strict=True):
        if problem is None:
            return entry
    raise TrustError(f"{where}: {problems[-1]}")


def _problem(entry: TrustedKey, to: Deed, day: str) -> str | None:
    if to not in entry.may:
        may = ", ".join(entry.may)
        return (
            f"is signed by the key of {entry.name}, which may {may} and not {to} "
            "(trusted_keys.may in show.yaml); sign with a key that may"
        )
    if entry.since and day < entry.since:
        return (
            f"is of {day}, before {entry.since}, from which the key of {entry.name} "
            "counts (trusted_keys.since in show.yaml)"
        )
    if entry.until and day > entry.until:
        return (
            f"is of {day}, but the key of {entry.name} expired on {entry.until} "
            "(trusted_keys.until in show.yaml); sign with a key that counts"
        )
    return None


def _show_yaml(folder: ShowFolder) -> Path:
    return folder.root / "params" / "show.yaml"


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
