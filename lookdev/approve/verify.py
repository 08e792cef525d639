"""Whether everything is still as it was approved; no model is loaded to know it."""

from pathlib import Path

from lookdev.approve.approval_file import ApprovalFile, kept_frame, still
from lookdev.approve.differences import Difference, differences
from lookdev.approve.frozen import FrozenShot, element_path
from lookdev.approve.lock import lock_of
from lookdev.errors import TrustError


def changes_since(approval_file: ApprovalFile) -> list[Difference]:
    """Everything that is not as it was approved; needs no torch."""
    now = lock_of(approval_file.look_file, kept=_kept(approval_file))
    return differences(approval_file.subjects, approval_file.approval.frozen, now)


def require_unchanged(approval_file: ApprovalFile) -> None:
    """Refuse an approval whose look, shot, media, models, code or packages have changed.

    Raises:
        TrustError: Names each thing that changed.
    """
    found = changes_since(approval_file)
    if found:
        count = "1 thing" if len(found) == 1 else f"{len(found)} things"
        raise TrustError(
            f"{approval_file.path}: {count} changed since it was approved: "
            f"{'; '.join(one.sentence for one in found)}; bring it back, or ask anew with "
            f"`lookdev approve --supersede {approval_file.path}`"
        )


def frozen_shot(approval_file: ApprovalFile) -> FrozenShot | None:
    """The elements that the approval froze; None where it is of a look."""
    if approval_file.approval.kind == "look":
        return None
    subjects = approval_file.subjects
    digests = {name: hash_ for name, hash_ in subjects.items() if name.startswith("element ")}
    return FrozenShot(approval_file.folder, digests)


def _kept(approval_file: ApprovalFile) -> dict[str, Path]:
    """The files that the approval keeps, by subject name."""
    folder, approval = approval_file.folder, approval_file.approval
    stills = {still(one.frame): kept_frame(folder, one.frame) for one in approval.checked}
    frozen = frozen_shot(approval_file)
    elements = frozen.digests if frozen else ()
    return stills | {name: element_path(folder, *_layer_and_frame(name)) for name in elements}


def _layer_and_frame(name: str) -> tuple[str, int]:
    _, layer, frame = name.split(" ")
    return layer, int(frame)
