import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from typer.testing import CliRunner

from lookdev.attest.authority import DAYS, WARNING, new_authority
from lookdev.attest.credentials import try_signatory
from lookdev.attest.signatory import read_signatory
from lookdev.cli import app
from lookdev.errors import SpecError, TrustError
from lookdev.finals.credentials import check_credentials
from lookdev.spec.folder import ShowFolder
from lookdev.spec.template import init


def test_a_leaf_under_a_root_that_both_say_they_vouch_for_nothing(tmp_path: Path) -> None:
    made = new_authority(tmp_path / "keys", "studio")
    leaf, root = (
        x509.load_pem_x509_certificate(p.read_bytes()) for p in (made.certificate, made.root)
    )
    leaf.verify_directly_issued_by(root)
    root.verify_directly_issued_by(root)
    for one in (leaf, root):
        assert f"O={WARNING}" in one.subject.rfc4514_string()
    usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usage) == [ExtendedKeyUsageOID.EMAIL_PROTECTION]
    assert not leaf.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert made.not_after == leaf.not_valid_after_utc
    assert timedelta(days=DAYS - 1) < made.not_after - datetime.now(UTC) < timedelta(days=DAYS)


def test_c2pa_takes_it(tmp_path: Path) -> None:
    made = new_authority(tmp_path, "studio")
    try_signatory(read_signatory(made.certificate, made.key))


def test_the_key_is_its_owners_from_the_first_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import lookdev.attest.key_files as module

    modes = []
    real = module.os.fsync

    def seen(handle: int) -> None:
        modes.append(stat.S_IMODE(module.os.fstat(handle).st_mode))
        real(handle)

    monkeypatch.setattr(module.os, "fsync", seen)
    made = new_authority(tmp_path / "keys", "studio")
    assert modes[1] == 0o600
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700
    secrets = [p.name for p in (tmp_path / "keys").iterdir() if b"PRIVATE" in p.read_bytes()]
    assert secrets == ["studio.c2pa.key"]  # the root's key is nowhere


@pytest.mark.parametrize("there", ["studio.c2pa.pem", "studio.c2pa.key", "studio.c2pa-root.pem"])
def test_nothing_is_ever_replaced(tmp_path: Path, there: str) -> None:
    (tmp_path / there).write_text("mine")
    with pytest.raises(TrustError, match="is there already"):
        new_authority(tmp_path, "studio")
    assert [p.name for p in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "mine"


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import lookdev.attest.key_files as module

    calls = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 3:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(TrustError, match="No space left"):
        new_authority(tmp_path, "studio")
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_makes_one_and_prints_what_show_yaml_reads(tmp_path: Path) -> None:
    init(tmp_path / "show")
    words = ["keys", "new", "studio", "--c2pa", "--folder", str(tmp_path / 'my "own" keys')]
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0, told.output
    assert "vouches for nothing" in told.output
    path = tmp_path / "show" / "params" / "show.yaml"
    path.write_text(path.read_text() + told.output[told.output.index("\ncredentials:") :])
    show = ShowFolder(tmp_path / "show")
    assert show.show.credentials is not None
    check_credentials(show)
    again = CliRunner().invoke(app, words)
    assert isinstance(again.exception, TrustError)
    locked = CliRunner().invoke(app, [*words, "--passphrase"])
    assert "has none" in str(locked.exception)


def test_a_name_that_is_a_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="is no name"):
        new_authority(tmp_path, "../studio")
