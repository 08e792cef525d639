import base64
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID
from studio import (
    OPENSSL,
    STORY,
    called,
    serving,
    stamper,
    studio_keys,
    unsigned,
)

from lookdev.attest.authority import Authority, new_authority
from lookdev.attest.credentials import sign, sign_beside, try_signatory
from lookdev.attest.readout import read_back
from lookdev.attest.signatory import Signatory, read_signatory
from lookdev.errors import TrustError


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("keys"), "studio")


@pytest.fixture(scope="module")
def signatory(authority: Authority) -> Signatory:
    return read_signatory(authority.certificate, authority.key)


@pytest.mark.parametrize(
    ("kind", "named"),
    [("p256", "es256"), ("p384", "es384"), ("ed25519", "ed25519"), ("rsa", "ps256")],
)
def test_every_kind_of_studio_key_signs(tmp_path: Path, kind: str, named: str) -> None:
    leaf, key, root = studio_keys(tmp_path, key=kind)
    found = read_signatory(leaf, key)
    assert found.algorithm == named
    sign_beside(unsigned(tmp_path) / "sequence.sha256", STORY, found)
    back = read_back(tmp_path / "sequence.sha256", anchors=root)
    assert back.valid, back.failures
    data = (tmp_path / "sequence.sha256.c2pa").read_bytes()
    (tmp_path / "sequence.sha256.c2pa").write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    assert not read_back(tmp_path / "sequence.sha256", anchors=root).valid


def test_a_certificate_out_of_its_time_is_refused_by_its_field(tmp_path: Path) -> None:
    leaf, key, _ = studio_keys(tmp_path, start=timedelta(days=-9), end=timedelta(days=-1))
    with pytest.raises(TrustError, match=r"^credentials.certificate is .*leaf.pem, .* expired on"):
        read_signatory(leaf, key)
    leaf, key, _ = studio_keys(tmp_path, start=timedelta(days=1), end=timedelta(days=9))
    with pytest.raises(TrustError, match=r"holds from .* UTC and this machine's clock says"):
        read_signatory(leaf, key)


def test_trust_without_a_time_stamp_ends_with_the_certificate(tmp_path: Path) -> None:
    leaf, key, root = studio_keys(tmp_path, end=timedelta(seconds=2.5))
    sign_beside(unsigned(tmp_path) / "sequence.sha256", STORY, read_signatory(leaf, key))
    now = read_back(tmp_path / "sequence.sha256", anchors=root)
    assert now.valid, now.failures
    time.sleep(3.5)
    late = read_back(tmp_path / "sequence.sha256", anchors=root)
    print(f"after the certificate's end: {late.failures}, trust ended {late.trust_ends}")
    assert late.trust_ends == now.trust_ends
    assert not late.valid


def test_unusable_certificates_and_keys_are_refused_in_a_sentence(tmp_path: Path) -> None:
    leaf, key, _ = studio_keys(tmp_path)
    other = new_authority(tmp_path, "other")
    said = []
    for certificate, secret, why in (
        (tmp_path / "gone.pem", key, "credentials.certificate is .*No such file"),
        (tmp_path, key, "credentials.certificate is .*Is a directory"),
        (leaf, tmp_path / "gone.key", "credentials.key is .*No such file"),
        (key, key, "credentials.certificate is .*holds a private key"),
        (leaf, leaf, "credentials.key is .*others than its owner"),
        (leaf, other.key, "credentials.key is .*not the key of"),
    ):
        with pytest.raises(TrustError, match=why) as error:
            read_signatory(certificate, secret)
        said.append(str(error.value))
    key.chmod(0o644)
    with pytest.raises(TrustError, match=r"mode 0644\); run `chmod 600`"):
        read_signatory(leaf, key)
    key.chmod(0o600)
    leaf.write_text("no certificate")
    with pytest.raises(TrustError, match="is no certificate"):
        read_signatory(leaf, key)
    assert all("\n" not in line for line in said)


def test_locked_and_disallowed_keys_are_refused(tmp_path: Path) -> None:
    leaf, key, _ = studio_keys(tmp_path)
    secret = serialization.load_pem_private_key(key.read_bytes(), None)
    lock = serialization.BestAvailableEncryption(b"word")
    form = serialization.PrivateFormat.PKCS8
    key.write_bytes(secret.private_bytes(serialization.Encoding.PEM, form, lock))
    with pytest.raises(TrustError, match="locked with a passphrase"):
        read_signatory(leaf, key)
    leaf, key, _ = studio_keys(tmp_path, key="k1")
    with pytest.raises(TrustError, match="of a kind that C2PA does not allow"):
        read_signatory(leaf, key)


def test_certificates_that_c2pa_does_not_allow_are_refused_before_any_work(tmp_path: Path) -> None:
    leaf, key, _ = studio_keys(tmp_path, usage=ExtendedKeyUsageOID.SERVER_AUTH)
    with pytest.raises(TrustError, match=r"cannot be signed with credentials\.certificate"):
        try_signatory(read_signatory(leaf, key))
    lone = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    own = (
        x509.CertificateBuilder().subject_name(called("me")).issuer_name(called("me"))
        .public_key(lone.public_key()).serial_number(1)
        .not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .sign(lone, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    leaf.write_bytes(own.public_bytes(pem))
    form = serialization.PrivateFormat.PKCS8
    key.write_bytes(lone.private_bytes(pem, form, serialization.NoEncryption()))
    with pytest.raises(TrustError, match="which vouches for itself"):
        try_signatory(read_signatory(leaf, key))


def test_the_secret_is_not_in_what_is_printed(signatory: Signatory) -> None:
    assert "PRIVATE" not in repr(signatory)
    body = base64.b64decode("".join(signatory.secret.split("\n")[1:-2]))
    assert len(body) > 100


@pytest.mark.parametrize("reply", [b"", b"no time stamp"])
def test_a_time_stamp_authority_that_fails_is_named(
    tmp_path: Path, signatory: Signatory, reply: bytes
) -> None:
    path = unsigned(tmp_path) / "sheet.png"
    before = path.read_bytes()
    with serving(lambda _: reply) as (address, hits):
        asked = replace(signatory, timestamp_authority=f"{address}/tsa")
        try_signatory(asked)
        assert hits == []
        with pytest.raises(
            TrustError, match=r"timestamp_authority is .*, which gave no time stamp"
        ):
            sign(path, STORY, asked)
        assert hits
    gone = replace(signatory, timestamp_authority="http://127.0.0.1:9/")
    with pytest.raises(TrustError, match=r"timestamp_authority is http://127\.0\.0\.1:9/, which"):
        sign(path, STORY, gone)
    assert path.read_bytes() == before


def test_the_address_of_a_time_stamp_authority_is_one(authority: Authority) -> None:
    for address in ("", "tsa.example.org", "file:///etc/passwd", "http://a b"):
        with pytest.raises(TrustError, match=r"credentials\.timestamp_authority is"):
            read_signatory(authority.certificate, authority.key, timestamp_authority=address)


@pytest.mark.skipif(OPENSSL is None, reason="openssl plays the time-stamp authority")
def test_with_a_time_stamp_trust_outlives_the_certificate(tmp_path: Path) -> None:
    (tmp_path / "clock").mkdir()
    clock = studio_keys(tmp_path / "clock", usage=ExtendedKeyUsageOID.TIME_STAMPING, key="rsa")
    leaf, key, root = studio_keys(tmp_path, end=timedelta(seconds=3))
    path = unsigned(tmp_path) / "sheet.png"
    with serving(stamper(tmp_path / "clock")) as (address, hits):
        sign(path, STORY, read_signatory(leaf, key, timestamp_authority=f"{address}/tsa"))
        assert hits == ["/tsa"]
    anchors = tmp_path / "both.pem"
    anchors.write_text(root.read_text() + clock[2].read_text())
    time.sleep(3.5)
    found = read_back(path, anchors=anchors)
    assert found.valid, found.failures
    assert found.timestamped
    assert found.trust_ends is None
    data = path.read_bytes()
    place = data.rindex(b"cpad") + 60
    path.write_bytes(data[:place] + b"\x01" + data[place + 1 :])
    assert not read_back(path, anchors=anchors).valid
