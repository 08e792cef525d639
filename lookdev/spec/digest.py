"""What a spec is, as one number."""

import hashlib
from typing import Any

import rfc8785

from lookdev.spec.base import Spec


def digest(spec: Spec) -> str:
    """SHA-256 (hex) of the fields that were written, as canonical JSON (RFC 8785).

    Defaults are left out, so a new field with a default never changes an old digest; `format`
    carries the schema's version.
    """
    return digest_of(spec.model_dump(mode="json", exclude_unset=True))


def digest_of(value: Any) -> str:
    """SHA-256 (hex) of any JSON value, in canonical form."""
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()
