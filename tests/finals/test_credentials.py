import re
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from small_show import SmallShow

from lookdev.attest.authority import Authority, new_authority
from lookdev.attest.readout import read_back
from lookdev.errors import TrustError
from lookdev.finals.credentials import attach_to, check_credentials, sequence_files
from lookdev.finals.plan import Plan, make_plan
from lookdev.image.movie import MovieWriter
from lookdev.image.sheet import write_png
from lookdev.spec.credential_record import CredentialRecord
from lookdev.spec.files import sha256
from lookdev.spec.folder import ShowFolder

FILES = ("preview.mp4", "sheet.png", "sequence.sha256")


def with_credentials(show: SmallShow, more: str = "") -> tuple[SmallShow, Authority]:
    root = show.folder.root
    made = new_authority(root / "keys", "studio")
    path = root / "params" / "show.yaml"
    text = re.sub(r"(?m)^credentials:.*\n(?:[ ].*\n)*", "", path.read_text())
    names = f"  certificate: keys/{made.certificate.name}\n  key: keys/{made.key.name}\n"
    path.write_text(f"{text}credentials:\n{names}{more}")
    return replace(show, folder=ShowFolder(root)), made


@pytest.fixture
def planned(small_show: SmallShow, tmp_path: Path) -> tuple[Plan, Authority]:
    """A delivery whose frames, preview and sheet are written, as they stand before signing."""
    show, authority = with_credentials(small_show)
    plan = make_plan(str(show.look_path), frames="1001-1003", folder=tmp_path / "out")
    rng = np.random.default_rng(5)
    for frame in plan.frames:
        plan.comp(frame).parent.mkdir(parents=True, exist_ok=True)
        plan.comp(frame).write_bytes(rng.bytes(2000))
    pictures = rng.integers(0, 255, (3, 36, 64, 3), np.uint8)
    with MovieWriter(plan.folder / "preview.mp4", width=64, height=36, fps=Fraction(24)) as movie:
        for picture in pictures:
            movie.add(picture)
    write_png(plan.folder / "sheet.png", pictures[0])
    return plan, authority


def test_a_show_without_credentials_signs_nothing(small_show: SmallShow, tmp_path: Path) -> None:
    plan = make_plan(str(small_show.look_path), frames="1001", folder=tmp_path / "out")
    assert plan.look_file.folder.show.credentials is None
    check_credentials(plan.look_file.folder)
    assert attach_to(plan) is None
    assert not plan.folder.exists()


def test_preview_sheet_and_digests_are_signed_and_the_record_says_when_trust_ends(
    planned: tuple[Plan, Authority],
) -> None:
    plan, authority = planned
    started = time.perf_counter()
    record = attach_to(plan)
    print(f"three files signed and read back in {(time.perf_counter() - started) * 1000:.0f} ms")
    assert isinstance(record, CredentialRecord)
    assert record.signed == FILES
    assert not record.timestamped
    assert record.trust_ends == record.not_after
    ends = datetime.strptime(record.trust_ends, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert ends == authority.not_after
    assert record.subject == "CN=studio,O=For trying only: vouches for nothing"
    assert CredentialRecord.model_validate_json(record.model_dump_json()) == record
    for file in FILES:
        found = read_back(plan.folder / file, anchors=authority.root)
        assert found.valid, found.failures
        assert found.trust_ends == record.trust_ends
    assert all(path.is_file() for path in sequence_files(plan))


def test_the_manifest_names_the_plates_frames_and_every_shown_layer(
    planned: tuple[Plan, Authority],
) -> None:
    plan, authority = planned
    attach_to(plan)
    found = read_back(plan.folder / "sheet.png", anchors=authority.root)
    root = plan.look_file.folder.root
    plates = [root / "plates" / f"plate.{frame}.exr" for frame in plan.frames]
    assert found.ingredients[0].listed == "".join(f"{sha256(p)}  {p.name}\n" for p in plates)
    assert [one.title for one in found.ingredients] == ["plate.%04d.exr", "snow", "dust"]
    assert "(draft)" in str(found.manifest)
    assert str(root) not in str(found.manifest)


def test_sha256sum_checks_the_sequence(planned: tuple[Plan, Authority]) -> None:
    plan, _ = planned
    attach_to(plan)
    check = ["sha256sum", "--check", "--strict", "--quiet", "sequence.sha256"]
    assert subprocess.run(check, cwd=plan.folder, check=False).returncode == 0
    assert len((plan.folder / "sequence.sha256").read_text().splitlines()) == 3


def test_signing_again_gives_one_manifest_that_holds(planned: tuple[Plan, Authority]) -> None:
    plan, authority = planned
    attach_to(plan)
    size = (plan.folder / "sheet.png").stat().st_size
    attach_to(plan)
    assert abs((plan.folder / "sheet.png").stat().st_size - size) < 64
    for file in FILES:
        found = read_back(plan.folder / file, anchors=authority.root)
        assert found.valid, found.failures


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda a: a.certificate.unlink(), r"credentials\.certificate is .*cannot be read"),
        (lambda a: a.key.unlink(), r"credentials\.key is .*cannot be read"),
        (lambda a: a.key.chmod(0o644), r"credentials\.key is .*chmod 600"),
        (lambda a: a.certificate.write_bytes(a.root.read_bytes()), "vouches for itself"),
        (lambda a: a.certificate.write_text("x"), "is no certificate"),
        (lambda a: a.key.write_text("x"), r"credentials\.key is .*no private key"),
    ],
)
def test_what_could_not_be_signed_is_refused_before_any_rendering(
    small_show: SmallShow, harm: object, said: str
) -> None:
    show, authority = with_credentials(small_show)
    check_credentials(show.folder)
    harm(authority)  # type: ignore[operator]
    with pytest.raises(TrustError, match=rf"params/show.yaml: .*{said}") as error:
        check_credentials(show.folder)
    assert "\n" not in str(error.value)


def test_another_ones_key_is_refused(small_show: SmallShow, tmp_path: Path) -> None:
    show, authority = with_credentials(small_show)
    other = new_authority(tmp_path / "other", "studio")
    authority.key.write_bytes(other.key.read_bytes())
    with pytest.raises(TrustError, match="is not the key of"):
        check_credentials(show.folder)


def test_a_time_stamp_authority_that_is_gone_leaves_preview_and_sheet_as_they_were(
    planned: tuple[Plan, Authority],
) -> None:
    plan, _ = planned
    path = plan.look_file.folder.root / "params" / "show.yaml"
    path.write_text(path.read_text() + '  timestamp_authority: "http://127.0.0.1:9/tsa"\n')
    later = replace(plan, look_file=type(plan.look_file).open(str(plan.look_file.path)))
    before = [sha256(plan.folder / file) for file in FILES[:2]]
    check_credentials(later.look_file.folder)
    with pytest.raises(TrustError, match="timestamp_authority is http://127"):
        attach_to(later)
    assert [sha256(plan.folder / file) for file in FILES[:2]] == before
