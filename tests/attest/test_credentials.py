import json
import random
import shutil
import struct
import time
from pathlib import Path

import c2pa
import numpy as np
import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from PIL import Image
from studio import (
    NAMES,
    PLATE,
    STORY,
    serving,
    studio_keys,
    unsigned,
)

from lookdev.attest.authority import Authority, new_authority
from lookdev.attest.credentials import OFFLINE, sign, sign_beside
from lookdev.attest.framing import FramingError, check_store
from lookdev.attest.manifest import manifest_of, sums_of
from lookdev.attest.readout import read_back
from lookdev.attest.signatory import Signatory, read_signatory
from lookdev.attest.source_types import RETIRED, SCHEME, TERMS, is_source_type, source_type
from lookdev.errors import TrustError


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("keys"), "studio")


@pytest.fixture(scope="module")
def signatory(authority: Authority) -> Signatory:
    return read_signatory(authority.certificate, authority.key)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, signatory: Signatory) -> Path:
    folder = unsigned(tmp_path_factory.mktemp("made"))
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
    plain = unsigned(tmp_path / "plain")
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


@pytest.mark.parametrize("kind", [b"free", b"skip", b"mfra"])
def test_bytes_in_an_mp4_box_that_c2pa_does_not_hash_are_found(
    signed: Path, authority: Authority, kind: bytes
) -> None:
    path = signed / "preview.mp4"
    path.write_bytes(path.read_bytes() + struct.pack(">I4s", 13, kind) + b"added")
    c2pa_alone = c2pa.Reader(path)
    assert c2pa_alone.get_validation_state() == "Valid"
    c2pa_alone.close()
    found = read_back(path, anchors=authority.root)
    assert found.failures == (f"the MP4 box {kind!r}, which no hash covers, is not empty",)


def test_credentials_of_another_file_are_found(signed: Path, authority: Authority) -> None:
    lines = (signed / "sequence.sha256").read_text().splitlines(keepends=True)
    (signed / "sequence.sha256").write_text("".join(reversed(lines)))
    found = read_back(signed / "sequence.sha256", anchors=authority.root)
    assert "assertion.dataHash.mismatch" in found.failures


def test_a_file_without_credentials_says_so(tmp_path: Path) -> None:
    unsigned(tmp_path)
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
    path = unsigned(tmp_path) / "sheet.png"
    sign(path, STORY, signatory)
    found = read_back(path, anchors=authority.root)
    assert found.trusted  # to c2pa all is well
    assert not found.valid
    assert "paintedByACat is no digital source type" in found.failures[0]


def test_a_failed_signature_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    leaf, key, _ = studio_keys(tmp_path, usage=ExtendedKeyUsageOID.SERVER_AUTH)
    path = unsigned(tmp_path) / "sheet.png"
    before, names = path.read_bytes(), {p.name for p in tmp_path.iterdir()}
    with pytest.raises(TrustError):
        sign(path, STORY, read_signatory(leaf, key))
    assert path.read_bytes() == before
    assert {p.name for p in tmp_path.iterdir()} == names


def test_a_remote_manifest_is_never_fetched(tmp_path: Path, signatory: Signatory) -> None:
    path = unsigned(tmp_path) / "sheet.png"
    with serving() as (address, hits):
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
