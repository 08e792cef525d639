"""in-toto Statement v1: named files by their SHA-256, and what is said of them.

https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
Its bytes are canonical JSON (RFC 8785), so that one statement is one text.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import rfc8785

from lookdev.attest.json_text import read_object, require_fields, short
from lookdev.errors import TrustError

TYPE = "https://in-toto.io/Statement/v1"
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Statement:
    """Subjects, and a predicate about them."""

    subjects: dict[str, str]
    """SHA-256 (hex) by name."""
    predicate_type: str
    """A URI that names what kind of predicate it is, and its version."""
    predicate: dict[str, Any]
    """JSON."""

    def to_bytes(self) -> bytes:
        """The statement as canonical JSON, its subjects sorted by name.

        Raises:
            TrustError: Something in it is no JSON, or would not be read back.
        """
        value = {
            "_type": TYPE,
            "subject": [
                {"name": name, "digest": {"sha256": self.subjects[name]}}
                for name in sorted(self.subjects)
            ],
            "predicateType": self.predicate_type,
            "predicate": self.predicate,
        }
        source = f"statement of type {self.predicate_type}"
        data = _canonical(value, source)
        self.from_bytes(data, source=source)  # what cannot be read back is never signed
        return data

    @classmethod
    def from_bytes(cls, data: bytes, *, source: str) -> "Statement":
        """Read a statement.

        Args:
            data: Exactly what `to_bytes` gave.
            source: Names the file in the error's sentence.

        Raises:
            TrustError: It is no statement, or not in its canonical form.
        """
        found = read_object(data, source=source)
        require_fields(
            found,
            {"_type": str, "subject": list, "predicateType": str, "predicate": dict},
            source=source,
        )
        if found["_type"] != TYPE:
            raise TrustError(
                f"{source}: _type is {short(found['_type'])}; this version reads {TYPE}"
            )
        if _canonical(found, source) != data:
            raise TrustError(f"{source}: is not canonical JSON (RFC 8785); it was edited")
        pairs = [_subject(one, source) for one in found["subject"]]
        for (name, _), (following, _) in pairwise(pairs):
            if name >= following:
                what = "stands twice" if name == following else "is out of order"
                raise TrustError(f"{source}: is damaged: subject {short(following)} {what}")
        return cls(dict(pairs), found["predicateType"], found["predicate"])


def _subject(found: Any, source: str) -> tuple[str, str]:
    if not isinstance(found, dict):
        raise TrustError(f"{source}: is damaged: a subject is {short(found)}")
    require_fields(found, {"name": str, "digest": dict}, source=source)
    name, digest = found["name"], found["digest"]
    if not name:
        raise TrustError(f"{source}: is damaged: a subject has no name")
    sha256 = digest.get("sha256")
    if set(digest) != {"sha256"} or not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        raise TrustError(f"{source}: is damaged: the digest of {short(name)} is no sha256")
    return name, sha256


def _canonical(value: Any, source: str) -> bytes:
    try:
        return rfc8785.dumps(value)
    except (ValueError, RecursionError) as error:
        raise TrustError(f"{source}: cannot be written as canonical JSON: {error}") from error
