"""A studio for tests: what it signs, its certificates of every kind, servers on loopback."""

import http.server
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import numpy as np
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from PIL import Image

from lookdev.attest.manifest import Placed, Provenance, sums_of
from lookdev.image.movie import MovieWriter

PLATE = {f"plate.{frame}.exr": f"{frame:064x}" for frame in range(1001, 1025)}
LAYERS = (Placed("snow", "Embedded", "over"), Placed("embers", "Embedded", "plus"))
STORY = Provenance("plate.%04d.exr", PLATE, LAYERS, "Layers over the plate (draft)")
NAMES = ("sheet.png", "preview.mp4", "sequence.sha256")


def unsigned(folder: Path) -> Path:
    rng = np.random.default_rng(3)
    Image.fromarray(rng.integers(0, 255, (36, 64, 3), np.uint8)).save(folder / "sheet.png")
    with MovieWriter(folder / "preview.mp4", width=64, height=36, fps=Fraction(24)) as movie:
        for _ in range(4):
            movie.add(rng.integers(0, 255, (36, 64, 3), np.uint8))
    frames = {f"exr/a.{frame}.exr": f"{frame:064x}" for frame in range(1001, 1007)}
    (folder / "sequence.sha256").write_bytes(sums_of(frames))
    return folder


def studio_keys(
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
            .subject_name(called(name))
            .issuer_name(called("root"))
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


def called(name: str) -> x509.Name:
    words = ((NameOID.ORGANIZATION_NAME, "A studio"), (NameOID.COMMON_NAME, name))
    return x509.Name([x509.NameAttribute(oid, value) for oid, value in words])


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
def serving(answer: object = None) -> Iterator[tuple[str, list[str]]]:
    hits: list[str] = []
    body = {"hits": hits} | ({"answer": staticmethod(answer)} if answer else {})
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), type("Handler", (_Server,), body)
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", hits
        server.shutdown()


OPENSSL = shutil.which("openssl")


def stamper(folder: Path) -> object:
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
