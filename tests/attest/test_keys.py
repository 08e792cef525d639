# ruff: noqa: S105, S106 there is nothing behind these passphrases
"""Keys: never readable by others, never replaced, each refusal one sentence."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa, x25519

from lookdev.attest import keys
from lookdev.attest.keys import find_private, new_key, read_private, read_public
from lookdev.errors import SpecError, TrustError
from lookdev.spec import strict_yaml
from lookdev.spec.show import Show

# RFC 8032, 7.1, test 2
SECRET = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"
PUBLIC = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
SIGNATURE = (
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


@pytest.fixture(autouse=True)
def no_keys_of_the_person_who_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOKDEV_KEY", "LOOKDEV_KEY_PASSPHRASE", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOOKDEV_KEYS", str(tmp_path / "default keys"))


def write_private(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    path.chmod(0o600)
    return path


def pem(key: rsa.RSAPrivateKey | x25519.X25519PrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def test_signatures_are_those_of_rfc_8032() -> None:
    key = keys.PrivateKey(ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(SECRET)))
    assert key.public.raw.hex() == PUBLIC
    assert key.sign(b"\x72").hex() == SIGNATURE
    assert key.public.verify(b"\x72", bytes.fromhex(SIGNATURE))
    assert not key.public.verify(b"\x73", bytes.fromhex(SIGNATURE))
    assert not key.public.verify(b"\x72", b"")
    assert SECRET not in repr(key)


def test_a_pair_is_written_and_read_back(tmp_path: Path) -> None:
    made = new_key(tmp_path / "new" / "folder", "comp-lead")
    folder = tmp_path / "new" / "folder"
    read = read_private(folder / "comp-lead.key")
    assert read.public == made.public
    assert read_public(str(folder / "comp-lead.pub")) == made.public
    assert read_public(made.public.text) == made.public
    assert (folder / "comp-lead.pub").read_text() == f"{made.public.text}\n"
    assert made.public.verify(b"x", read.sign(b"x"))
    assert len(made.public.id) == 64


def test_the_private_key_is_its_owners_from_its_creation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[int] = []
    real = os.open

    def spy(path: Path, flags: int, mode: int = 0o777) -> int:
        handle = real(path, flags, mode)
        if str(path).endswith(".key"):
            assert flags & os.O_EXCL
            modes.append(stat.S_IMODE(os.fstat(handle).st_mode))
        return handle

    monkeypatch.setattr(os, "open", spy)
    before = os.umask(0)
    try:
        new_key(tmp_path / "keys", "default")
    finally:
        os.umask(before)
    assert modes == [0o600]
    assert stat.S_IMODE((tmp_path / "keys" / "default.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


@pytest.mark.parametrize("there", ["default.key", "default.pub"])
def test_a_key_is_never_replaced(there: str, tmp_path: Path) -> None:
    (tmp_path / there).write_text("mine")
    with pytest.raises(TrustError, match="is there already, and is never replaced"):
        new_key(tmp_path, "default")
    assert [p.name for p in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "mine"


def test_a_pair_is_whole_or_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def full(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TrustError, match="cannot be written: No space left"):
        new_key(tmp_path, "default")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../outside", "a/b", "", "1st", "a.b"])
def test_a_key_has_a_safe_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="is no name"):
        new_key(tmp_path / "keys", name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o660, 0o777])
def test_a_key_that_others_can_touch_is_refused(mode: int, tmp_path: Path) -> None:
    new_key(tmp_path, "default")
    (tmp_path / "default.key").chmod(mode)
    with pytest.raises(TrustError, match=rf"mode {mode:04o}.*chmod 600"):
        read_private(tmp_path / "default.key")


def test_a_passphrase_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = new_key(tmp_path, "locked", passphrase="schnee und staub")
    path = tmp_path / "locked.key"
    assert b"ENCRYPTED" in path.read_bytes()
    assert keys.is_locked(path)
    assert read_private(path, passphrase="schnee und staub").public == made.public
    with pytest.raises(TrustError, match=r"locked\.key: is locked; give its passphrase"):
        read_private(path)
    with pytest.raises(TrustError, match="passphrase is wrong"):
        read_private(path, passphrase="staub")
    monkeypatch.setenv("LOOKDEV_KEY_PASSPHRASE", "schnee und staub")
    assert read_private(path).public == made.public
    with pytest.raises(TrustError, match="passphrase is wrong"):
        read_private(path, passphrase="staub")  # what is given goes before what lies around


def test_an_empty_or_needless_passphrase_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(TrustError, match="passphrase is empty"):
        new_key(tmp_path, "default", passphrase="")
    made = new_key(tmp_path, "default")
    with pytest.raises(TrustError, match="has no passphrase, and one is given"):
        read_private(tmp_path / "default.key", passphrase="x")
    monkeypatch.setenv("LOOKDEV_KEY_PASSPHRASE", "for another key")
    assert read_private(tmp_path / "default.key").public == made.public


NO_PRIVATE_KEYS: dict[str, tuple[Callable[[bytes, bytes], bytes], str]] = {
    "empty": (lambda _key, _pub: b"", "is no private key"),
    "binary": (lambda _key, _pub: bytes(range(256)), "is no private key"),
    "truncated": (lambda key, _pub: key[:70], "it is damaged"),
    "one character off": (lambda key, _pub: key.replace(b"MC4", b"MC5"), "it is damaged"),
    "the public half": (lambda _key, pub: pub, "is a public key"),
    "RSA": (lambda _key, _pub: pem(rsa.generate_private_key(65537, 2048)), "kind RSA, not Ed25519"),
    "X25519": (lambda _key, _pub: pem(x25519.X25519PrivateKey.generate()), "X25519, not Ed25519"),
    "huge": (lambda key, _pub: key + b"\n" * 70_000, "larger than any key"),
}


@pytest.mark.parametrize("case", NO_PRIVATE_KEYS)
def test_what_is_no_private_key_is_refused_in_one_sentence(case: str, tmp_path: Path) -> None:
    new_key(tmp_path, "good")
    change, wanted = NO_PRIVATE_KEYS[case]
    content = change((tmp_path / "good.key").read_bytes(), (tmp_path / "good.pub").read_bytes())
    path = write_private(tmp_path / "bad.key", content)
    with pytest.raises(TrustError) as caught:
        read_private(path)
    print(caught.value)
    assert wanted in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_file_a_folder_and_a_pipe_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TrustError, match="cannot be read: No such file"):
        read_private(tmp_path / "none.key")
    with pytest.raises(TrustError, match=r"is no file|Is a directory"):
        read_private(tmp_path)
    os.mkfifo(tmp_path / "pipe.key")
    with pytest.raises(TrustError, match="is no file"):
        read_private(tmp_path / "pipe.key")


def test_what_is_no_public_key_is_refused(tmp_path: Path) -> None:
    made = new_key(tmp_path, "good")
    text = made.public.text
    spare = text[:-2] + {"A": "B", "Q": "R", "g": "h", "w": "x"}.get(text[-2], "9") + "="
    for bad in ("ed25519:", "ed25519:AAAA", text[:-1], text + "=", spare, f"{text}\n", f"{text} x"):
        with pytest.raises(TrustError, match="is no public key"):
            read_public(bad)
    with pytest.raises(TrustError, match="is a private key; keep it"):
        read_public(str(tmp_path / "good.key"))
    (tmp_path / "two.pub").write_text(f"{text}\n{text}\n")
    with pytest.raises(TrustError, match=r"two\.pub: is no public key"):
        read_public(str(tmp_path / "two.pub"))
    with pytest.raises(TrustError, match="cannot be read"):
        read_public("nowhere.pub")
    with pytest.raises(TrustError, match="cannot be read"):
        read_public("a\0b")


def test_the_key_to_sign_with_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TrustError, match=r"default\.key: .*`lookdev keys new`, or give --key"):
        find_private(None)
    default = new_key(keys.default_folder(), "default")
    assert find_private(None).public == default.public
    other, third = new_key(tmp_path, "other"), new_key(tmp_path, "third")
    monkeypatch.setenv("LOOKDEV_KEY", str(tmp_path / "other.key"))
    assert find_private(None).public == other.public
    assert find_private(tmp_path / "third.key").public == third.public
    monkeypatch.setenv("LOOKDEV_KEY", str(tmp_path / "gone.key"))
    with pytest.raises(TrustError, match=r"gone\.key"):
        find_private(None)  # what is named is meant; the default key does not step in


def test_the_default_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOOKDEV_KEYS")
    assert keys.default_folder() == Path.home() / ".config" / "lookdev" / "keys"
    monkeypatch.setenv("XDG_CONFIG_HOME", "/etc/xdg")
    assert keys.default_folder() == Path("/etc/xdg/lookdev/keys")
    monkeypatch.setenv("LOOKDEV_KEYS", "/keys")
    assert keys.default_folder() == Path("/keys")


def command(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lookdev", "keys", "new", *words],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_prints_what_show_yaml_takes(tmp_path: Path) -> None:
    done = command("ada", "--folder", str(tmp_path / "keys"), cwd=tmp_path)
    assert done.returncode == 0
    assert str(tmp_path / "keys" / "ada.key") in done.stdout
    lines = done.stdout.splitlines()[-2:]
    show = tmp_path / "show.yaml"
    show.write_text("format: show/1\nname: demo\ntrusted_keys:\n" + "\n".join(lines) + "\n")
    trusted = strict_yaml.read(show, Show).trusted_keys
    assert [(one.name, one.key) for one in trusted] == [
        ("ada", read_public(str(tmp_path / "keys" / "ada.pub")).text)
    ]
    again = command("ada", "--folder", str(tmp_path / "keys"), cwd=tmp_path)
    assert again.returncode == 2
    assert "is never replaced" in again.stderr


def test_the_command_makes_the_default_key_and_locks_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = command("--passphrase", cwd=tmp_path)
    assert done.returncode == 2
    assert "no terminal to ask for a passphrase; set $LOOKDEV_KEY_PASSPHRASE" in done.stderr
    monkeypatch.setenv("LOOKDEV_KEY_PASSPHRASE", "schnee und staub")
    assert command("--passphrase", cwd=tmp_path).returncode == 0
    path = keys.default_folder() / "default.key"
    assert keys.is_locked(path)
    assert find_private(None).public == read_public(str(path.with_suffix(".pub")))
