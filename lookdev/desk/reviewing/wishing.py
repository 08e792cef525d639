"""From what a person filled in to what can be approved; what is refused, is so before it is asked.

`lookdev.approve` refuses all of it too. Here it is refused in the desk's words, and at once.
"""

import html
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from pydantic import StringConstraints

from lookdev.desk.reviewing.approving_form import Form
from lookdev.errors import SpecError, TrustError
from lookdev.image.sequence import describe
from lookdev.spec import strict_yaml
from lookdev.spec.base import Line, Spec
from lookdev.spec.draft import utc_now
from lookdev.spec.folder import LookFile
from lookdev.spec.review import Author

if TYPE_CHECKING:
    from lookdev.approve.approval_file import ApprovalFile
    from lookdev.approve.wish import Wish
    from lookdev.attest.keys import PrivateKey


class Said(Spec):
    """What stands in the form, as an approval can hold it."""

    by: Author
    note: Annotated[str, StringConstraints(max_length=5000)]
    written_approval: Line | None


@dataclass(frozen=True, repr=False)
class Ready:
    """A wish, and what signs it."""

    wish: "Wish"
    key: "PrivateKey"
    key_path: Path
    trusted_as: str
    """Whose key the show says it is."""
    unseen: str
    """Stills that are not made yet."""


def ready(
    form: Form, look_file: LookFile, *, by: str, supersedes: "ApprovalFile | None" = None
) -> Ready:
    """Everything that is needed, checked as far as it is quick.

    Raises:
        LookdevError: Something is missing or forbids it.
    """
    from lookdev.approve.rights import require_final
    from lookdev.approve.trust import require_trusted
    from lookdev.approve.waive import require_waivable
    from lookdev.approve.wish import Wish

    said = _said(form, look_file, by)
    frames, moving = form.frames, form.range
    require_final(look_file)
    key, path = form.private_key()
    entry = require_trusted(
        look_file.folder, key.public, to="approve", at=utc_now(), where="this approval"
    )
    wish = Wish(
        look_file,
        said.by,
        frames,
        moving,
        said.note,
        said.written_approval,
        supersedes,
        form.waivers(by=said.by),
    )
    require_waivable(wish.waived, look_file.folder)
    return Ready(wish, key, path, entry.name, describe(form.unseen))


def in_words(ready: Ready, *, beside: str) -> str:
    """What is about to be signed, as HTML; `beside` names an approval that there is already."""
    wish, shot = ready.wish, ready.wish.look_file.shot
    signer = f"{html.escape(str(ready.key_path))}, trusted here as {html.escape(ready.trusted_as)}"
    lines = [
        f"Approve <b>{wish.look_file.name}</b> of {shot.sequence}/{shot.shot}?",
        _frames(wish),
        f"By <b>{html.escape(wish.by)}</b>, signed with {signer}.",
        _written_approval(wish),
    ]
    if ready.unseen:
        lines.append(f"<b>Not made yet, and so not seen whole: {ready.unseen}.</b>")
    lines += [
        f"<b>Waived, should it fail: {one.gate}</b>: {html.escape(one.reason)}"
        for one in wish.waived
    ]
    if wish.note:
        lines.append(f"Note: {html.escape(wish.note)}")
    if wish.supersedes is not None:
        lines.append(f"It takes the place of {wish.supersedes.name}.")
    elif beside:
        lines.append(f"{beside} stays, and this one stands beside it.")
    lines.append("What is signed is never changed.")
    return "<br>".join(lines)


def _said(form: Form, look_file: LookFile, by: str) -> Said:
    if not by.strip():
        raise SpecError("no name is given; say who you are to approve")
    reference = form.reference.value.strip() or None
    if reference is None and look_file.folder.show.policy.written_approval == "required":
        raise TrustError(
            "no written approval is named, and this show requires one; give its reference, or say "
            f"`waived` under policy.written_approval in {look_file.folder.root}/params/show.yaml"
        )
    data = {"by": by.strip(), "note": form.note.value.strip(), "written_approval": reference}
    return strict_yaml.validate(data, Said, source="the approval")


def _written_approval(wish: "Wish") -> str:
    if wish.written_approval is None:
        return "Without a written approval: the show waives it, and deliveries will say so."
    return f"Written approval: {html.escape(wish.written_approval)}."


def _frames(wish: "Wish") -> str:
    stills = describe(list(wish.stills))
    if not wish.moving:
        word = "Still" if len(wish.stills) == 1 else "Stills"
        return f"{word} <b>{stills}</b>."
    return (
        f"The whole range <b>{describe(list(wish.moving))}</b>, seen moving: its elements are "
        f"frozen, and {stills} are made once more before a final."
    )
