"""Statements: one meaning, one text."""

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from lookdev.attest.statement import TYPE, Statement
from lookdev.errors import TrustError

A, B = "a" * 64, "b" * 64
KIND = "urn:x-lookdev:test:v1"


def test_a_statement_is_in_totos_and_canonical() -> None:
    made = Statement({"b.exr": B, "a.exr": A}, KIND, {"z": 1, "a": "ä"})
    assert (
        made.to_bytes()
        == (
            '{"_type":"https://in-toto.io/Statement/v1","predicate":{"a":"ä","z":1},'
            f'"predicateType":"{KIND}","subject":[{{"digest":{{"sha256":"{A}"}},"name":"a.exr"}},'
            f'{{"digest":{{"sha256":"{B}"}},"name":"b.exr"}}]}}'
        ).encode()
    )
    assert Statement.from_bytes(made.to_bytes(), source="x") == made


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-1e15, 1e15).map(lambda x: round(x, 3))
    | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)


@given(
    st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1), st.sampled_from([A, B])),
    st.dictionaries(st.text(st.characters(codec="utf-8")), JSON),
)
def test_what_is_written_is_read_back(subjects: dict[str, str], predicate: dict[str, Any]) -> None:
    data = Statement(subjects, KIND, predicate).to_bytes()
    read = Statement.from_bytes(data, source="x")
    assert read.subjects == subjects
    assert read.predicate == predicate
    assert read.to_bytes() == data


CANNOT_BE_WRITTEN: dict[str, Statement] = {
    "not a number": Statement({}, KIND, {"a": float("nan")}),
    "beyond 2^53": Statement({}, KIND, {"a": 2**60}),
    "a float that reads as such an integer": Statement({}, KIND, {"a": 1e17}),
    "half a character": Statement({"\ud800": A}, KIND, {}),
    "no JSON": Statement({}, KIND, {"a": {1, 2}}),
    "a number as key": Statement({}, KIND, {"a": {1: 2}}),
    "no digest": Statement({"a": "A" * 64}, KIND, {}),
    "no name": Statement({"": A}, KIND, {}),
}


@pytest.mark.parametrize("case", CANNOT_BE_WRITTEN)
def test_what_could_not_be_read_back_is_never_written(case: str) -> None:
    with pytest.raises(TrustError, match="statement of type urn:x-lookdev:test:v1: "):
        CANNOT_BE_WRITTEN[case].to_bytes()


def value(**fields: Any) -> dict[str, Any]:
    return {"_type": TYPE, "subject": [], "predicateType": KIND, "predicate": {}} | fields


def subject(name: Any = "a", digest: Any = None, **more: Any) -> dict[str, Any]:
    return {"name": name, "digest": {"sha256": A} if digest is None else digest, **more}


BAD: dict[str, tuple[bytes, str]] = {
    "spaces": (json.dumps(value()).encode(), "not canonical JSON"),
    "keys in another order": (
        json.dumps(value(), separators=(",", ":")).encode(),
        "not canonical JSON",
    ),
    "a line break at the end": (rfc8785.dumps(value()) + b"\n", "not canonical JSON"),
    "an escaped letter": (
        rfc8785.dumps(value(predicate={"a": "b"})).replace(b'"b"', b'"\\u0062"'),
        "not canonical JSON",
    ),
    "a number in long form": (
        rfc8785.dumps(value(predicate={"a": 1})).replace(b":1}", b":1.0}"),
        "not canonical JSON",
    ),
    "a key twice": (
        rfc8785.dumps(value(predicate={"a": 1})).replace(b'"a":1', b'"a":1,"a":1'),
        '"a" stands twice',
    ),
    "older in-toto": (
        rfc8785.dumps(value(_type="https://in-toto.io/Statement/v0.1")),
        "this version reads https://in-toto.io/Statement/v1",
    ),
    "unknown field": (rfc8785.dumps(value(note="x")), '"note" is not a known field'),
    "no predicate": (
        rfc8785.dumps({k: v for k, v in value().items() if k != "predicate"}),
        "predicate is missing",
    ),
    "predicate null": (rfc8785.dumps(value(predicate=None)), "predicate is null"),
    "subject no list": (rfc8785.dumps(value(subject={})), "subject is {}"),
    "subject no object": (rfc8785.dumps(value(subject=["a"])), 'a subject is "a"'),
    "subject with more": (rfc8785.dumps(value(subject=[subject(uri="x")])), '"uri" is not a known'),
    "subject twice": (rfc8785.dumps(value(subject=[subject(), subject()])), '"a" stands twice'),
    "subjects unsorted": (
        rfc8785.dumps(value(subject=[subject("b"), subject("a")])),
        '"a" is out of order',
    ),
    "no name": (rfc8785.dumps(value(subject=[subject("")])), "a subject has no name"),
    "sha1": (rfc8785.dumps(value(subject=[subject(digest={"sha1": "0"})])), 'digest of "a"'),
    "sha256 and another": (
        rfc8785.dumps(value(subject=[subject(digest={"sha256": A, "md5": "0"})])),
        'digest of "a"',
    ),
    "upper case": (
        rfc8785.dumps(value(subject=[subject(digest={"sha256": "A" * 64})])),
        "no sha256",
    ),
    "too short": (rfc8785.dumps(value(subject=[subject(digest={"sha256": "aa"})])), "no sha256"),
    "digest a number": (rfc8785.dumps(value(subject=[subject(digest={"sha256": 1})])), "no sha256"),
    "no JSON": (b"{", "it is no JSON"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_statement_is_refused(case: str) -> None:
    data, wanted = BAD[case]
    with pytest.raises(TrustError) as caught:
        Statement.from_bytes(data, source="d/delivery.dsse")
    print(caught.value)
    assert wanted in str(caught.value)
    assert str(caught.value).startswith("d/delivery.dsse: ")
