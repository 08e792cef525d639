"""Envelopes: only what was signed is believed, only what is known is read."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lookdev.attest import dsse
from lookdev.attest.dsse import PAYLOAD_TYPE, open_envelope, pae, seal
from lookdev.attest.keys import PrivateKey, new_key
from lookdev.errors import TrustError


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> PrivateKey:
    return new_key(tmp_path_factory.mktemp("keys"), "a")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> PrivateKey:
    return new_key(tmp_path_factory.mktemp("keys"), "b")


def test_the_encoding_is_the_one_of_the_standard() -> None:
    """The example of DSSE's own protocol.md."""
    wanted = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert pae("http://example.com/HelloWorld", b"hello world") == wanted


def test_a_sealed_payload_is_opened_and_known_by_its_key(
    key: PrivateKey, other: PrivateKey
) -> None:
    data = seal(b'{"a":1}', key)
    envelope = open_envelope(data, source="a.dsse")
    assert envelope.payload == b'{"a":1}'
    assert envelope.signed_by([key.public]) == key.public
    assert envelope.signed_by([other.public, key.public]) == key.public
    assert envelope.signed_by([other.public]) is None
    assert envelope.signed_by([]) is None
    assert [s.keyid for s in envelope.signatures] == [key.public.id]
    assert seal(b'{"a":1}', key) == data


def changed(data: bytes, **fields: Any) -> bytes:
    return json.dumps({**json.loads(data), **fields}).encode()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_a_signature_is_over_type_and_payload(key: PrivateKey) -> None:
    bare = {"keyid": key.public.id, "sig": b64(key.sign(b"{}"))}
    data = changed(seal(b"{}", key), signatures=[bare])
    assert open_envelope(data, source="a").signed_by([key.public]) is None
    data = changed(seal(b"{}", key), payload=b64(b"{ }"))
    assert open_envelope(data, source="a").signed_by([key.public]) is None


def test_a_keyid_proves_nothing(key: PrivateKey, other: PrivateKey) -> None:
    signature = json.loads(seal(b"{}", other))["signatures"][0]
    data = changed(seal(b"{}", key), signatures=[{**signature, "keyid": key.public.id}])
    assert open_envelope(data, source="a").signed_by([key.public]) is None
    assert open_envelope(data, source="a").signed_by([other.public]) == other.public


SIG = {"keyid": "", "sig": b64(bytes(64))}
BAD: dict[str, tuple[Any, str]] = {
    "unknown field": ({"note": "x"}, '"note" is not a known field'),
    "other type": ({"payloadType": "application/json"}, 'payloadType is "application/json"; this'),
    "payload no text": ({"payload": 7}, "payload is 7"),
    "payload no base64": ({"payload": "a-_b"}, "payload is no base64"),
    "payload with spaces": ({"payload": "e3 0="}, "payload is no base64"),
    "payload unpadded": ({"payload": "e30"}, "payload is no base64"),
    "payload spare bits": ({"payload": "e31="}, "canonical form"),
    "payload not ascii": ({"payload": "é"}, "payload is no base64"),
    "no signatures": ({"signatures": []}, "has 0 signatures"),
    "signatures null": ({"signatures": None}, "signatures is null"),
    "a hundred signatures": ({"signatures": [SIG] * 100}, "has 100 signatures"),
    "signature no object": ({"signatures": ["x"]}, 'a signature is "x"'),
    "signature unknown field": ({"signatures": [{**SIG, "cert": ""}]}, '"cert" is not a known'),
    "signature without sig": ({"signatures": [{"keyid": ""}]}, "sig is missing"),
    "signature no base64": ({"signatures": [{"keyid": "", "sig": "*"}]}, "sig is no base64"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_envelope_is_refused(case: str, key: PrivateKey) -> None:
    fields, wanted = BAD[case]
    with pytest.raises(TrustError) as caught:
        open_envelope(changed(seal(b"{}", key), **fields), source="d/delivery.dsse")
    print(caught.value)
    assert wanted in str(caught.value)
    assert str(caught.value).startswith("d/delivery.dsse: ")


RAW = {
    "empty": b"",
    "no json": b"{",
    "a list": b"[]",
    "not utf-8": b"\xff\xfe{\0}\0",
    "deep": b"[" * 200_000,
    "payload twice": b'{"payload": "", "payload": "", "payloadType": "", "signatures": []}',
    "a constant": b'{"payload": NaN}',
    "missing fields": b"{}",
    "a number of a million digits": b'{"payload": ' + b"9" * 1_000_000 + b"}",
}


@pytest.mark.parametrize("case", RAW)
def test_what_is_no_json_object_is_refused(case: str) -> None:
    with pytest.raises(TrustError, match=r"^a\.dsse: is damaged: ") as caught:
        open_envelope(RAW[case], source="a.dsse")
    assert len(str(caught.value)) < 300


def test_more_than_64_megabytes_are_refused_unread() -> None:
    with pytest.raises(TrustError, match="larger than 64 MB"):
        open_envelope(b" " * (dsse.MAX_BYTES + 1), source="a.dsse")


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_flipped_bit_is_believed(data: st.DataObject) -> None:
    key = _fixed_key()
    sealed = seal(b'{"subject":"the look that was approved"}', key)
    place = data.draw(st.integers(0, len(sealed) * 8 - 1))
    bent = bytearray(sealed)
    bent[place // 8] ^= 1 << (place % 8)
    try:
        envelope = open_envelope(bytes(bent), source="a.dsse")
    except TrustError:
        return
    believed = envelope.signed_by([key.public]) is not None
    # a keyid is a hint, and white space is none of the payload
    assert not believed or envelope.payload == b'{"subject":"the look that was approved"}'


def _fixed_key() -> PrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ed25519

    return PrivateKey(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))


def test_the_payload_type_is_in_totos(key: PrivateKey) -> None:
    assert json.loads(seal(b"{}", key))["payloadType"] == PAYLOAD_TYPE
    assert PAYLOAD_TYPE == "application/vnd.in-toto+json"


def test_an_envelope_is_the_same_from_a_file(key: PrivateKey, tmp_path: Path) -> None:
    path = tmp_path / "a.dsse"
    path.write_bytes(seal(b"{}", key))
    assert open_envelope(path.read_bytes(), source=str(path)).signed_by([key.public]) is not None
