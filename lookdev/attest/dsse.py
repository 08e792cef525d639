"""DSSE v1: a payload and its signatures in one JSON file.

https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
The signature is over the pre-authentication encoding (PAE) of type and payload, so that neither
can be read as the other; `keyid` is a hint that nothing relies on.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import rfc8785

from lookdev.attest.json_text import read_object, require_fields, short
from lookdev.attest.keys import PrivateKey, PublicKey
from lookdev.errors import TrustError

PAYLOAD_TYPE = "application/vnd.in-toto+json"
MAX_BYTES = 64_000_000
_MOST_SIGNATURES = 16


@dataclass(frozen=True)
class Signature:
    """One signature of an envelope."""

    keyid: str
    """Of the key that is said to have made it; not to be relied on."""
    sig: bytes


@dataclass(frozen=True)
class Envelope:
    """An opened envelope; its payload is believed only if `signed_by` a key that is trusted."""

    payload: bytes
    signatures: tuple[Signature, ...]

    def signed_by(self, keys: Sequence[PublicKey]) -> PublicKey | None:
        """The first of the keys that signed this payload; None if none of them did."""
        signed = pae(PAYLOAD_TYPE, self.payload)
        for key in keys:
            if any(key.verify(signed, signature.sig) for signature in self.signatures):
                return key
        return None

    def to_bytes(self) -> bytes:
        """The envelope's file: canonical JSON (RFC 8785) and a line break."""
        envelope: dict[str, Any] = {
            "payload": base64.b64encode(self.payload).decode(),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [
                {"keyid": one.keyid, "sig": base64.b64encode(one.sig).decode()}
                for one in self.signatures
            ],
        }
        return rfc8785.dumps(envelope) + b"\n"


def pae(payload_type: str, payload: bytes) -> bytes:
    """What is signed: DSSE's pre-authentication encoding."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def seal(payload: bytes, key: PrivateKey) -> bytes:
    """The envelope of a payload, signed by one key; the same input gives the same bytes."""
    signature = Signature(key.public.id, key.sign(pae(PAYLOAD_TYPE, payload)))
    return Envelope(payload, (signature,)).to_bytes()


def open_envelope(data: bytes, *, source: str) -> Envelope:
    """Take an envelope apart; says nothing yet of whether its signatures hold.

    Args:
        data: The envelope's JSON.
        source: Names the file in the error's sentence.

    Raises:
        TrustError: It is too large, no envelope, has fields that are not DSSE's, or no signatures.
    """
    if len(data) > MAX_BYTES:
        raise TrustError(f"{source}: is larger than {MAX_BYTES // 1_000_000} MB; it is no envelope")
    found = read_object(data, source=source)
    require_fields(found, {"payload": str, "payloadType": str, "signatures": list}, source=source)
    if found["payloadType"] != PAYLOAD_TYPE:
        raise TrustError(
            f"{source}: payloadType is {short(found['payloadType'])}; "
            f"this version reads {PAYLOAD_TYPE}"
        )
    signatures = found["signatures"]
    if not 1 <= len(signatures) <= _MOST_SIGNATURES:
        raise TrustError(
            f"{source}: has {len(signatures)} signatures; it must have 1 to {_MOST_SIGNATURES}"
        )
    return Envelope(
        _base64(found["payload"], "payload", source),
        tuple(_signature(one, source) for one in signatures),
    )


def _signature(found: Any, source: str) -> Signature:
    if not isinstance(found, dict):
        raise TrustError(f"{source}: is damaged: a signature is {short(found)}")
    require_fields(found, {"keyid": str, "sig": str}, source=source)
    return Signature(found["keyid"], _base64(found["sig"], "sig", source))


def _base64(text: str, field: str, source: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise TrustError(f"{source}: is damaged: {field} is no base64") from error
    if base64.b64encode(data).decode() != text:  # spare bits: one payload, several files
        raise TrustError(f"{source}: is damaged: {field} is no base64 in its one canonical form")
    return data
