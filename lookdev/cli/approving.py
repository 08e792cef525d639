"""The command that approves."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lookdev.cli.app import app
from lookdev.cli.keys import KEY, signing_key
from lookdev.cli.lines import say

if TYPE_CHECKING:
    from lookdev.approve.approval_file import ApprovalFile


@app.command()
def approve(
    look: Annotated[
        str | None,
        typer.Argument(help="A saved version's file, or sequence/shot/name_v003.", metavar="LOOK"),
    ] = None,
    *,
    by: Annotated[str, typer.Option(help="Who approves.")],
    frame: Annotated[
        list[int] | None,
        typer.Option(help="A still that was approved; may be repeated."),
    ] = None,
    range_: Annotated[
        str | None, typer.Option("--range", help="1001-1024: the shot, seen moving; frozen.")
    ] = None,
    note: Annotated[str, typer.Option(help="Anything that belongs to it.")] = "",
    written_approval: Annotated[
        str | None, typer.Option(help="Reference of the written approval of generated material.")
    ] = None,
    supersede: Annotated[
        str | None, typer.Option(help="The approval that this one takes the place of.")
    ] = None,
    waive: Annotated[
        list[str] | None,
        typer.Option(help="'GATE: reason' of a QC gate that may fail; may be repeated."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; for scripts.")] = False,
    key: Annotated[Path | None, KEY] = None,
) -> None:
    """Approve a look (stills) or a shot (a range), measured, frozen and signed.

    With --supersede and no frames, the same frames as before.
    """
    from lookdev.approve.approval_file import ApprovalFile
    from lookdev.approve.approve import approve as sign
    from lookdev.approve.waive import parse_waiver
    from lookdev.approve.wish import Wish
    from lookdev.image.sequence import parse_frames
    from lookdev.spec.folder import LookFile

    old = ApprovalFile.open(supersede) if supersede else None
    if look is None and old is None:
        raise typer.BadParameter("is missing; name a look, or --supersede", param_hint="LOOK")
    look_file = LookFile.open(look) if look else old.look_file if old else None
    assert look_file is not None, "one of the two was named"
    waived = tuple(parse_waiver(text, by=by) for text in waive or ())
    signing = signing_key(key)
    if old is not None:
        _show(old, look_file.name)
        if not yes:
            typer.confirm("approve it anew", abort=True)
    stills, moving = tuple(frame or ()), parse_frames(range_) if range_ else ()
    if old is not None and not (stills or moving):  # the same frames, seen anew
        stills, moving = old.approval.stills, old.approval.moving
    wish = Wish(look_file, by, stills, moving, note, written_approval, old, waived)
    made = sign(wish, key=signing, say=say)
    print(f"{made.path}: approved by {made.approval.by}, {_frames(made)}")
    for one in made.approval.waived:
        print(f"waived by {one.by}: {one.gate}: {one.reason}")


def _show(old: "ApprovalFile", look: str) -> None:
    from lookdev.approve.supersede import what_changed

    print("\n".join(what_changed(old, look)))


def _frames(made: "ApprovalFile") -> str:
    from lookdev.image.sequence import describe

    every = describe(sorted(made.approval.pixels))
    checked = describe(sorted(one.frame for one in made.approval.checked))
    if made.approval.kind == "look":
        return f"frames {every}"
    return f"the shot's frames {every}, elements frozen; {checked} are rebuilt before a final"
