import base64
import http.server
import json
import random
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import c2pa
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image

from lookdev.attest.authority import Authority, new_authority
from lookdev.attest.credentials import OFFLINE, sign, sign_beside, try_signatory
from lookdev.attest.framing import FramingError, check_store
from lookdev.attest.manifest import Placed, Provenance, manifest_of, sums_of
from lookdev.attest.readout import read_back
from lookdev.attest.signatory import Signatory, read_signatory
from lookdev.attest.source_types import RETIRED, SCHEME, TERMS, is_source_type, source_type
from lookdev.errors import TrustError
from lookdev.image.movie import MovieWriter

PLATE = {f"plate.{frame}.exr": f"{frame:064x}" for frame in range(1001, 1025)}
LAYERS = (Placed("snow", "Embedded", "over"), Placed("embers", "Embedded", "plus"))
STORY = Provenance("plate.%04d.exr", PLATE, LAYERS, "Layers over the plate (draft)")
NAMES = ("sheet.png", "preview.mp4", "sequence.sha256")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("keys"), "studio")


@pytest.fixture(scope="module")
def signatory(authority: Authority) -> Signatory:
    return read_signatory(authority.certificate, authority.key)


def _unsigned(folder: Path) -> Path:
    rng = np.random.default_rng(3)
    Image.fromarray(rng.integers(0, 255, (36, 64, 3), np.uint8)).save(folder / "sheet.png")
    with MovieWriter(folder / "preview.mp4", width=64, height=36, fps=Fraction(24)) as movie:
        for _ in range(4):
            movie.add(rng.integers(0, 255, (36, 64, 3), np.uint8))
    frames = {f"exr/a.{frame}.exr": f"{frame:064x}" for frame in range(1001, 1007)}
    (folder / "sequence.sha256").write_bytes(sums_of(frames))
    return folder


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, signatory: Signatory) -> Path:
    folder = _unsigned(tmp_path_factory.mktemp("made"))
    for name in NAMES:
        before, started = (folder / name).stat().st_size, time.perf_counter()
        if name == "sequence.sha256":
            added = sign_beside(folder / name, STORY, signatory).stat().st_size
        else:
            sign(folder / name, STORY, signatory)
            added = (folder / name).stat().st_size - before
        took = time.perf_counter() - started
        print(f"{name}: {added} bytes of credentials, signed in {took * 1000:.1f} ms")
    return folder


@pytest.fixture
def signed(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "signed")


@pytest.mark.parametrize("name", [*NAMES, "sequence.sha256.c2pa"])
def test_what_was_signed_reads_back_valid_with_its_story(
    signed: Path, authority: Authority, name: str
) -> None:
    started = time.perf_counter()
    found = read_back(signed / name, anchors=authority.root)
    print(f"{name}: read back in {(time.perf_counter() - started) * 1000:.1f} ms")
    assert found.valid, found.failures
    assert found.trusted
    assert [(one.name, one.source_type, one.ingredients) for one in found.actions] == [
        ("c2pa.opened", None, ("plate.%04d.exr",)),
        ("c2pa.placed", SCHEME + "trainedAlgorithmicMedia", ("snow",)),
        ("c2pa.placed", SCHEME + "trainedAlgorithmicMedia", ("embers",)),
        ("c2pa.edited", SCHEME + "compositeWithTrainedAlgorithmicMedia", ()),
    ]
    roles = [one.relationship for one in found.ingredients]
    assert roles == ["parentOf", "componentOf", "componentOf"]
    assert found.ingredients[0].listed.encode() == sums_of(PLATE)
    assert found.generator == "lookdev 0.1.0"
    assert found.title == name.removesuffix(".c2pa")
    assert "vouches for nothing" in str(found.signer)
    assert found.trust_ends == authority.not_after.strftime("%Y-%m-%d %H:%M:%S")
    assert not found.timestamped


def test_c2pas_own_reader_calls_every_one_trusted(signed: Path, authority: Authority) -> None:
    trust = OFFLINE | {"trust": {"trust_anchors": authority.root.read_text()}}
    for name in NAMES:
        kind = {"png": "image/png", "mp4": "video/mp4"}.get(name[-3:], "text/plain")
        beside = (signed / f"{name}.c2pa").read_bytes() if kind == "text/plain" else None
        with (signed / name).open("rb") as file, c2pa.Context.from_dict(trust) as context:
            reader = c2pa.Reader(kind, file, beside, context=context)
            assert reader.get_validation_state() == "Trusted"
            reader.close()


def test_pixels_and_movie_are_untouched(signed: Path, tmp_path: Path) -> None:
    import av

    (tmp_path / "plain").mkdir()
    plain = _unsigned(tmp_path / "plain")
    assert np.array_equal(*(np.asarray(Image.open(f / "sheet.png")) for f in (plain, signed)))
    movies = []
    for folder in (plain, signed):
        with av.open(str(folder / "preview.mp4")) as movie:
            movies.append([frame.to_ndarray() for frame in movie.decode(video=0)])
    assert len(movies[0]) == 4
    assert np.array_equal(*movies)


def test_without_anchors_whoever_signed_counts_and_with_others_he_does_not(
    signed: Path, tmp_path: Path
) -> None:
    other = new_authority(tmp_path, "other")
    assert read_back(signed / "sheet.png", anchors=None).valid
    assert not read_back(signed / "sheet.png", anchors=None).trusted
    strange = read_back(signed / "sheet.png", anchors=other.root)
    assert strange.failures == ("signingCredential.untrusted",)


@pytest.mark.parametrize("name", [*NAMES, "sequence.sha256.c2pa"])
def test_one_flipped_bit_is_found_wherever_it_falls(
    signed: Path, authority: Authority, name: str
) -> None:
    path, missed = signed / name, []
    data = path.read_bytes()
    rng = random.Random(name)  # noqa: S311 which bits, not a secret
    places = sorted(rng.sample(range(len(data)), min(len(data), 220)))
    for place in places:
        flipped = bytearray(data)
        flipped[place] ^= 1 << rng.randrange(8)
        path.write_bytes(flipped)
        if read_back(path, anchors=authority.root).valid:
            missed.append(place)
    print(f"{name}: {len(missed)} of {len(places)} flipped bits missed, {len(data)} bytes")
    assert missed == []


def test_bits_that_c2pa_alone_passes_over_are_found(signed: Path, authority: Authority) -> None:
    path = signed / "sequence.sha256.c2pa"
    store = path.read_bytes()
    padding = store.rindex(b"cpad") + 7
    for place in (1, store.index(b"c2pa.assertions") + 3, padding, padding + 900):
        flipped = bytearray(store)
        flipped[place] ^= 1
        with (signed / "sequence.sha256").open("rb") as file:
            reader = c2pa.Reader("text/plain", file, bytes(flipped))
            assert reader.get_validation_state() == "Valid"
            reader.close()
        path.write_bytes(flipped)
        assert not read_back(path, anchors=authority.root).valid


@pytest.mark.parametrize("name", NAMES)
def test_cut_and_lengthened_files_are_found(signed: Path, authority: Authority, name: str) -> None:
    path = signed / name
    data = path.read_bytes()
    for changed in (data[:-1], data[: len(data) // 2], b"", data + b"\0", data + data):
        path.write_bytes(changed)
        assert not read_back(path, anchors=authority.root).valid


def test_credentials_of_another_file_are_found(signed: Path, authority: Authority) -> None:
    lines = (signed / "sequence.sha256").read_text().splitlines(keepends=True)
    (signed / "sequence.sha256").write_text("".join(reversed(lines)))
    found = read_back(signed / "sequence.sha256", anchors=authority.root)
    assert "assertion.dataHash.mismatch" in found.failures


def test_a_file_without_credentials_says_so(tmp_path: Path) -> None:
    _unsigned(tmp_path)
    for name in ("sheet.png", "preview.mp4"):
        assert read_back(tmp_path / name, anchors=None).failures == (
            "there are 0 manifests, and must be one",
        )
    with pytest.raises(TrustError, match="cannot be read: No such file"):
        read_back(tmp_path / "sequence.sha256", anchors=None)


def test_random_bytes_are_no_manifest_and_no_crash() -> None:
    rng = random.Random(7)  # noqa: S311 any bytes will do
    for length in (0, 1, 7, 8, 40, 4000):
        with pytest.raises(FramingError):
            check_store(rng.randbytes(length))


def test_source_types_are_the_iptcs() -> None:
    assert len(TERMS) == 17
    assert source_type("trainedAlgorithmicMedia") == SCHEME + "trainedAlgorithmicMedia"
    for term in ("nonsense", "", "TrainedAlgorithmicMedia", *RETIRED):
        with pytest.raises(TrustError, match="digital source type"):
            source_type(term)
    assert not is_source_type("http://example.org/trainedAlgorithmicMedia")
    assert not is_source_type("trainedAlgorithmicMedia")
    assert is_source_type(SCHEME + "digitalArt")  # old files may carry it


def test_a_nonsense_source_type_that_c2pa_validates_is_a_failure(
    tmp_path: Path, authority: Authority, signatory: Signatory, monkeypatch: pytest.MonkeyPatch
) -> None:
    import lookdev.attest.credentials as module

    def nonsense(*args: object, **kwargs: object) -> dict[str, object]:
        text = json.dumps(manifest_of(*args, **kwargs))  # type: ignore[arg-type]
        return dict(json.loads(text.replace("trainedAlgorithmicMedia", "paintedByACat")))

    monkeypatch.setattr(module, "manifest_of", nonsense)
    path = _unsigned(tmp_path) / "sheet.png"
    sign(path, STORY, signatory)
    found = read_back(path, anchors=authority.root)
    assert found.trusted  # to c2pa all is well
    assert not found.valid
    assert "paintedByACat is no digital source type" in found.failures[0]


def _studio(
    folder: Path,
    *,
    usage: x509.ObjectIdentifier = ExtendedKeyUsageOID.EMAIL_PROTECTION,
    key: str = "p256",
    start: timedelta = timedelta(days=-1),
    end: timedelta = timedelta(days=1),
) -> tuple[Path, Path, Path]:
    """A studio's certificate, key and root, of other kinds and times."""
    kinds = {
        "p256": lambda: ec.generate_private_key(ec.SECP256R1()),
        "p384": lambda: ec.generate_private_key(ec.SECP384R1()),
        "ed25519": ed25519.Ed25519PrivateKey.generate,
        "rsa": lambda: rsa.generate_private_key(65537, 2048),
        "k1": lambda: ec.generate_private_key(ec.SECP256K1()),
    }
    own, top = kinds[key](), ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)

    def built(name: str, public: object, *, ca: bool) -> x509.Certificate:
        flags = dict.fromkeys(
            (
                "content_commitment",
                "key_encipherment",
                "data_encipherment",
                "key_agreement",
                "encipher_only",
                "decipher_only",
            ),
            False,
        )
        builder = (
            x509.CertificateBuilder()
            .subject_name(_called(name))
            .issuer_name(_called("root"))
            .public_key(public)  # type: ignore[arg-type]
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + start)
            .not_valid_after(now + end)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), True)
            .add_extension(
                x509.KeyUsage(digital_signature=not ca, key_cert_sign=ca, crl_sign=ca, **flags),
                True,
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(top.public_key()), False
            )
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), False)  # type: ignore[arg-type]
        )
        if not ca:
            builder = builder.add_extension(
                x509.ExtendedKeyUsage([usage]), usage == ExtendedKeyUsageOID.TIME_STAMPING
            )
        return builder.sign(top, hashes.SHA256())

    paths = folder / "leaf.pem", folder / "leaf.key", folder / "root.pem"
    pem = serialization.Encoding.PEM
    paths[0].write_bytes(built("studio", own.public_key(), ca=False).public_bytes(pem))
    paths[1].touch(0o600)
    form = serialization.PrivateFormat.PKCS8
    paths[1].write_bytes(own.private_bytes(pem, form, serialization.NoEncryption()))
    paths[2].write_bytes(built("root", top.public_key(), ca=True).public_bytes(pem))
    return paths


def _called(name: str) -> x509.Name:
    words = ((NameOID.ORGANIZATION_NAME, "A studio"), (NameOID.COMMON_NAME, name))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in words])


@pytest.mark.parametrize(
    ("kind", "named"),
    [("p256", "es256"), ("p384", "es384"), ("ed25519", "ed25519"), ("rsa", "ps256")],
)
def test_every_kind_of_studio_key_signs(tmp_path: Path, kind: str, named: str) -> None:
    leaf, key, root = _studio(tmp_path, key=kind)
    found = read_signatory(leaf, key)
    assert found.algorithm == named
    sign_beside(_unsigned(tmp_path) / "sequence.sha256", STORY, found)
    back = read_back(tmp_path / "sequence.sha256", anchors=root)
    assert back.valid, back.failures
    data = (tmp_path / "sequence.sha256.c2pa").read_bytes()
    (tmp_path / "sequence.sha256.c2pa").write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    assert not read_back(tmp_path / "sequence.sha256", anchors=root).valid


def test_a_certificate_out_of_its_time_is_refused_by_its_field(tmp_path: Path) -> None:
    leaf, key, _ = _studio(tmp_path, start=timedelta(days=-9), end=timedelta(days=-1))
    with pytest.raises(TrustError, match=r"^credentials.certificate is .*leaf.pem, .* expired on"):
        read_signatory(leaf, key)
    leaf, key, _ = _studio(tmp_path, start=timedelta(days=1), end=timedelta(days=9))
    with pytest.raises(TrustError, match=r"holds from .* UTC and this machine's clock says"):
        read_signatory(leaf, key)


def test_trust_without_a_time_stamp_ends_with_the_certificate(tmp_path: Path) -> None:
    leaf, key, root = _studio(tmp_path, end=timedelta(seconds=2.5))
    sign_beside(_unsigned(tmp_path) / "sequence.sha256", STORY, read_signatory(leaf, key))
    now = read_back(tmp_path / "sequence.sha256", anchors=root)
    assert now.valid, now.failures
    time.sleep(3.5)
    late = read_back(tmp_path / "sequence.sha256", anchors=root)
    print(f"after the certificate's end: {late.failures}, trust ended {late.trust_ends}")
    assert late.trust_ends == now.trust_ends
    assert not late.valid


def test_unusable_certificates_and_keys_are_refused_in_a_sentence(tmp_path: Path) -> None:
    leaf, key, _ = _studio(tmp_path)
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
    leaf, key, _ = _studio(tmp_path)
    secret = serialization.load_pem_private_key(key.read_bytes(), None)
    lock = serialization.BestAvailableEncryption(b"word")
    form = serialization.PrivateFormat.PKCS8
    key.write_bytes(secret.private_bytes(serialization.Encoding.PEM, form, lock))
    with pytest.raises(TrustError, match="locked with a passphrase"):
        read_signatory(leaf, key)
    leaf, key, _ = _studio(tmp_path, key="k1")
    with pytest.raises(TrustError, match="of a kind that C2PA does not allow"):
        read_signatory(leaf, key)


def test_certificates_that_c2pa_does_not_allow_are_refused_before_any_work(tmp_path: Path) -> None:
    leaf, key, _ = _studio(tmp_path, usage=ExtendedKeyUsageOID.SERVER_AUTH)
    with pytest.raises(TrustError, match=r"cannot be signed with credentials\.certificate"):
        try_signatory(read_signatory(leaf, key))
    lone = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    own = (
        x509.CertificateBuilder().subject_name(_called("me")).issuer_name(_called("me"))
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


def test_a_failed_signature_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    leaf, key, _ = _studio(tmp_path, usage=ExtendedKeyUsageOID.SERVER_AUTH)
    path = _unsigned(tmp_path) / "sheet.png"
    before, names = path.read_bytes(), {p.name for p in tmp_path.iterdir()}
    with pytest.raises(TrustError):
        sign(path, STORY, read_signatory(leaf, key))
    assert path.read_bytes() == before
    assert {p.name for p in tmp_path.iterdir()} == names


def test_the_secret_is_not_in_what_is_printed(signatory: Signatory) -> None:
    assert "PRIVATE" not in repr(signatory)
    body = base64.b64decode("".join(signatory.secret.split("\n")[1:-2]))
    assert len(body) > 100


class _Server(http.server.BaseHTTPRequestHandler):
    hits: list[str]
    answer = staticmethod(lambda _body: b"")

    def do_GET(self) -> None:
        self.hits.append(self.path)
        self.send_error(404)

    def do_POST(self) -> None:
        self.hits.append(self.path)
        body = self.answer(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.send_header("content-type", "application/timestamp-reply")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _serving(answer: object = None) -> Iterator[tuple[str, list[str]]]:
    hits: list[str] = []
    body = {"hits": hits} | ({"answer": staticmethod(answer)} if answer else {})
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), type("Handler", (_Server,), body)
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", hits
        server.shutdown()


def test_a_remote_manifest_is_never_fetched(tmp_path: Path, signatory: Signatory) -> None:
    path = _unsigned(tmp_path) / "sheet.png"
    with _serving() as (address, hits):
        with c2pa.Context.from_dict(OFFLINE) as context:
            builder = c2pa.Builder(
                json.dumps(manifest_of(STORY, title="x", media_type="image/png")), context=context
            )
            import io

            builder.add_resource("plate.sha256", io.BytesIO(STORY.sums))
            builder.set_no_embed()
            builder.set_remote_url(f"{address}/manifest.c2pa")
            info = c2pa.C2paSignerInfo(
                "es256", signatory.chain.encode(), signatory.secret.encode(), None
            )
            with path.open("rb") as source, (tmp_path / "remote.png").open("w+b") as target:
                builder.sign(c2pa.Signer.from_info(info), "image/png", source, target)
        assert not read_back(tmp_path / "remote.png", anchors=None).valid
        assert hits == []
        with pytest.raises(c2pa.C2paError), (tmp_path / "remote.png").open("rb") as file:
            c2pa.Reader("image/png", file)
        assert hits == ["/manifest.c2pa"]  # the library's own default does fetch


def test_a_time_stamp_authority_that_fails_is_named(tmp_path: Path, signatory: Signatory) -> None:
    path = _unsigned(tmp_path) / "sheet.png"
    before = path.read_bytes()
    with _serving() as (address, hits):
        asked = replace(signatory, timestamp_authority=f"{address}/tsa")
        try_signatory(asked)
        assert hits == []
        with pytest.raises(TrustError) as error:
            sign(path, STORY, asked)
        print(error.value)
        assert hits
    with pytest.raises(
        TrustError, match=r"timestamp_authority is http://127\.0\.0\.1:9/, which gave no"
    ):
        sign(path, STORY, replace(signatory, timestamp_authority="http://127.0.0.1:9/"))
    assert path.read_bytes() == before


def test_the_address_of_a_time_stamp_authority_is_one(authority: Authority) -> None:
    for address in ("", "tsa.example.org", "file:///etc/passwd", "http://a b"):
        with pytest.raises(TrustError, match=r"credentials\.timestamp_authority is"):
            read_signatory(authority.certificate, authority.key, timestamp_authority=address)


OPENSSL = shutil.which("openssl")


@pytest.mark.skipif(OPENSSL is None, reason="openssl plays the time-stamp authority")
def test_with_a_time_stamp_trust_outlives_the_certificate(tmp_path: Path) -> None:
    (tmp_path / "clock").mkdir()
    clock = _studio(tmp_path / "clock", usage=ExtendedKeyUsageOID.TIME_STAMPING, key="rsa")
    leaf, key, root = _studio(tmp_path, end=timedelta(seconds=3))
    path = _unsigned(tmp_path) / "sheet.png"
    with _serving(_stamper(tmp_path / "clock")) as (address, hits):
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


def _stamper(folder: Path) -> object:
    """OpenSSL as an RFC 3161 authority, with the certificate in that folder."""
    (folder / "tsa.cnf").write_text(
        "[tsa]\ndefault_tsa=one\n[one]\nserial=serial\nsigner_cert=leaf.pem\nsigner_key=leaf.key\n"
        "certs=root.pem\nsigner_digest=sha256\ndefault_policy=1.2.3.4\n"
        "digests=sha256,sha384,sha512\naccuracy=secs:1\ness_cert_id_alg=sha256\n"
    )
    (folder / "serial").write_text("01\n")

    def answer(body: bytes) -> bytes:
        (folder / "asked").write_bytes(body)
        words = ("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "asked", "-out", "told")
        subprocess.run([str(OPENSSL), *words], cwd=folder, check=True, capture_output=True)
        return (folder / "told").read_bytes()

    return answer
