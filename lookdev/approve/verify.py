"""Whether everything is still as it was approved; no model is loaded to know it."""

import logging
from pathlib import Path

from lookdev.approve.approval_file import SUFFIX, ApprovalFile, kept_frame, still
from lookdev.approve.differences import Difference, differences
from lookdev.approve.frozen import FrozenShot, element_path
from lookdev.approve.lock import lock_of
from lookdev.errors import LookdevError, TrustError

log = logging.getLogger(__name__)


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


def require_current(approval_file: ApprovalFile) -> None:
    """Refuse an approval whose place another one has taken.

    Raises:
        TrustError: Names the one that did.
    """
    for path in sorted(approval_file.path.parent.glob(f"*{SUFFIX}")):
        other = None if path == approval_file.path else _believed(path)
        old = other.approval.supersedes if other else None
        if other and old and old.digest == approval_file.digest:
            raise TrustError(
                f"{approval_file.path}: was superseded by {other.name}, by {other.approval.by} at "
                f"{other.approval.at} UTC; render that one"
            )


def _believed(path: Path) -> ApprovalFile | None:
    """An approval that the show trusts; one that it does not takes nobody's place."""
    try:
        return ApprovalFile.open(str(path))
    except LookdevError as error:
        log.debug("%s", error)
        return None


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
