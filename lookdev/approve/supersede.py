"""What a new approval would stand on: which frames a change makes render again."""

from collections.abc import Sequence

from lookdev.approve.approval_file import ApprovalFile
from lookdev.approve.differences import Difference
from lookdev.approve.verify import changes_since
from lookdev.image.sequence import describe
from lookdev.spec.folder import LookFile


def frames_again(found: Sequence[Difference], look_file: LookFile) -> tuple[int, ...]:
    """The frames of the shot that must render again after these changes.

    Media concern their own frames, unless a layer's motion is anchored in one of them; anything
    else concerns every frame of the shot.
    """
    plate, look = look_file.shot.plate, look_file.look
    every = tuple(range(plate.first, plate.last + 1))
    anchors = {layer.motion.anchor for layer in look.shown if layer.motion.follow != 0}
    again: set[int] = set()
    for one in found:
        if not one.frames or anchors & set(one.frames):
            return every
        if _is_read(one.what, look_file):
            again |= set(one.frames)
    return tuple(sorted(again & set(every)))


def _is_read(role: str, look_file: LookFile) -> bool:
    """Whether the look reads media of that role: a matte that no layer names changes no pixel."""
    kind, _, name = role.partition(" ")
    if kind == "matte":
        return name in look_file.look.mattes()
    return kind in ("plate", "element")


def what_changed(old: ApprovalFile, look: str) -> list[str]:
    """Lines for a person: what changed since an approval, and which frames must render again.

    Args:
        old: The approval.
        look: Name and version of the look that is to be approved now.
    """
    found = changes_since(old)
    lines = [f"since {old.name}, by {old.approval.by} at {old.approval.at} UTC:"]
    if look != old.approval.look:
        lines.append(f"  another version of the look: {look}")
    lines += [f"  {one.sentence}" for one in found]
    if len(lines) == 1:
        return [f"{lines[0]} nothing changed"]
    plate = old.look_file.shot.plate
    every = tuple(range(plate.first, plate.last + 1))
    again = every if look != old.approval.look else frames_again(found, old.look_file)
    return [*lines, f"  to be rendered again: {describe(list(again)) or 'no frame'}"]
