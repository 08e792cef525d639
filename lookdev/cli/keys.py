"""Commands that make keys, and the key that other commands sign with."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookdev.cli.app import app

if TYPE_CHECKING:
    from lookdev.attest.keys import PrivateKey

keys = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
app.add_typer(keys, name="keys", help="Make keys to sign with.")

KEY = typer.Option("--key", help="The .key file to sign with; else $LOOKDEV_KEY, else the default.")


@keys.callback()
def _group() -> None:
    """Make keys to sign with."""


@keys.command()
def new(
    name: Annotated[str, typer.Argument(help="Of the key; the default one if not given.")] = "",
    *,
    folder: Annotated[
        Path | None, typer.Option(help="Where it goes; else $LOOKDEV_KEYS, else ~/.config/lookdev.")
    ] = None,
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="Lock it: asks, or takes $LOOKDEV_KEY_PASSPHRASE.")
    ] = False,
    c2pa: Annotated[
        bool,
        typer.Option("--c2pa", help="Make a private CA for trying Content Credentials instead."),
    ] = False,
) -> None:
    """Make an Ed25519 key pair, or what Content Credentials are tried with."""
    from lookdev.attest.keys import DEFAULT, default_folder, new_key, private_path, public_path

    name, folder = name or DEFAULT, folder or default_folder()
    if c2pa:
        _new_authority(folder, name, passphrase=passphrase)
        return
    made = new_key(folder, name, passphrase=_new_passphrase() if passphrase else None)
    print(f"{private_path(folder, name)}: the private key; keep it, and show it to nobody")
    print(f"{public_path(folder, name)}: the public key")
    print("\nto trust it, put this under trusted_keys: in params/show.yaml, with whose it is:")
    print(f'  - name: "{name}"\n    key: "{made.public.text}"')


def _new_authority(folder: Path, name: str, *, passphrase: bool) -> None:
    from lookdev.attest.authority import new_authority
    from lookdev.errors import TrustError

    if passphrase:
        raise TrustError("--passphrase: a key for Content Credentials has none; leave it out")
    made = new_authority(folder.absolute(), name)
    print(f"{made.key}: the private key; keep it, and show it to nobody")
    print(f"{made.certificate}: its certificate, until {made.not_after:%Y-%m-%d %H:%M:%S} UTC")
    print(f"{made.root}: the root, for whoever is to read the credentials")
    print("\nfor trying only: it vouches for nothing, and nobody else trusts it")
    print("\nto sign previews and sheets with it, put this into params/show.yaml:")
    print(f"credentials:\n  certificate: {_quoted(made.certificate)}\n  key: {_quoted(made.key)}")


def _quoted(path: Path) -> str:
    """A path as YAML reads it back, whatever is in it."""
    return json.dumps(str(path), ensure_ascii=False)


def signing_key(path: Path | None) -> "PrivateKey":
    """The key to sign with, its passphrase asked on a terminal where none is set.

    Raises:
        TrustError: There is none, or it cannot be used.
    """
    from lookdev.attest.keys import PASSPHRASE, is_locked, read_private, where_private

    found = where_private(path)
    asks = is_locked(found) and not os.environ.get(PASSPHRASE) and sys.stdin.isatty()
    return read_private(found, passphrase=_asked(f"passphrase of {found}: ") if asks else None)


def _new_passphrase() -> str:
    from lookdev.attest.keys import PASSPHRASE
    from lookdev.errors import TrustError

    if given := os.environ.get(PASSPHRASE):
        return given
    if not sys.stdin.isatty():
        raise TrustError(f"there is no terminal to ask for a passphrase; set ${PASSPHRASE}")
    first = _asked("passphrase of the new key: ")
    if _asked("once more: ") != first:
        raise TrustError("the two passphrases differ; nothing was made, try again")
    return first


def _asked(prompt: str) -> str:
    from getpass import getpass

    return getpass(prompt)
