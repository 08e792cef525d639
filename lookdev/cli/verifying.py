"""The command that verifies a delivery."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookdev.cli.app import app
from lookdev.cli.lines import counted

if TYPE_CHECKING:
    from lookdev.finals.verify import Verified
    from lookdev.spec.folder import ShowFolder


@app.command()
def verify(
    delivery: Annotated[Path, typer.Argument(help="A delivery's folder.", metavar="DELIVERY")],
    *,
    key: Annotated[
        list[str] | None,
        typer.Option(help="The signer's public key: ed25519:... or a .pub file; may be repeated."),
    ] = None,
    pixels: Annotated[bool, typer.Option("--pixels", help="Decode every comp, too.")] = False,
    ledger: Annotated[
        Path | None, typer.Option(help="A ledger that must hold the head that was signed.")
    ] = None,
    anchors: Annotated[
        Path | None, typer.Option(help="Root certificates that Content Credentials must lead to.")
    ] = None,
) -> None:
    """Find what is not as it was signed; exit code 1 and a list where there is something."""
    from lookdev.attest.keys import read_public
    from lookdev.finals.verify import verify as look_over

    done = look_over(
        delivery,
        keys=[read_public(one) for one in key or []],
        show=None if key else _show(),
        pixels=pixels,
        ledger=ledger,
        anchors=anchors,
        progress=counted,
    )
    if done.findings:
        count = len(done.findings)
        print(f"{delivery}: {count} finding{'s' if count > 1 else ''}")
        for finding in done.findings:
            print(finding)
        raise typer.Exit(1)
    print(f"{delivery}: {_in_order(done)}")
    for waived in done.waived:
        print(f"QC gate waived: {waived}")


def _show() -> "ShowFolder":
    from lookdev.errors import SpecError, TrustError
    from lookdev.spec.folder import ShowFolder

    try:
        folder = ShowFolder.find(Path.cwd())
    except SpecError as error:
        raise TrustError(
            "no key is given, and there is no show around whose trusted_keys would count; "
            "give the signer's public key with --key"
        ) from error
    if not folder.show.trusted_keys:
        raise TrustError(
            f"{folder.root}/params/show.yaml: trusted_keys is empty; add the signer's key, "
            "or give it with --key"
        )
    return folder


def _in_order(done: "Verified") -> str:
    assert done.signer is not None
    what = "a draft"
    if done.approval is not None:
        what = f"approved by {done.approval.by} ({done.approval.name})"
    how = "files and pixels" if done.pixels else "files"
    return (
        f"{done.frames} frames, {done.files} files, {what}; {how} are as signed "
        f"by {done.signer.text} on {done.signed_at} UTC"
    )
