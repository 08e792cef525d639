"""What a person wants to approve, and what forbids it before anything is rendered."""

from dataclasses import dataclass

from lookdev.approve.approval_file import ApprovalFile
from lookdev.approve.rights import require_final
from lookdev.approve.waive import require_waivable
from lookdev.errors import SpecError, TrustError
from lookdev.generate.preflight import check_frames, check_look
from lookdev.spec import strict_yaml
from lookdev.spec.approval import Words
from lookdev.spec.folder import LookFile
from lookdev.spec.qc import Waiver


@dataclass(frozen=True)
class Wish:
    """What a person wants to approve."""

    look_file: LookFile
    """A saved version."""
    by: str
    """Who approves."""
    frames: tuple[int, ...] = ()
    """Stills that were approved; a final rebuilds them first. Where none is named, the range's
    first, middle and last."""
    moving: tuple[int, ...] = ()
    """The range that was seen moving: its elements are frozen. Empty approves the look alone."""
    note: str = ""
    written_approval: str | None = None
    """Reference of the written approval of generated material."""
    supersedes: ApprovalFile | None = None
    """The approval whose place it takes."""
    waived: tuple[Waiver, ...] = ()
    """Gates of QC that are let pass where they fail; those that were needed are signed with it."""

    @property
    def stills(self) -> tuple[int, ...]:
        """The frames that are kept, in order."""
        moving = self.moving
        ends = (moving[0], moving[len(moving) // 2], moving[-1]) if moving else ()
        return tuple(sorted(set(self.frames or ends)))

    @property
    def every(self) -> tuple[int, ...]:
        """Every frame that is approved, in order."""
        return tuple(sorted({*self.stills, *self.moving}))


def require_approvable(wish: Wish) -> None:
    """Refuse, before anything is rendered, what could not be delivered.

    Raises:
        LookdevError: One sentence; nothing was touched.
    """
    look_file, show = wish.look_file, wish.look_file.folder.show
    if not wish.every:
        raise SpecError("approve: names no frame; give --frame N, or --range A-B for a shot")
    if look_file.path.parent.name != "looks":
        raise SpecError(f"{look_file.path}: is a draft; save it as a version, and approve that")
    if not look_file.look.shown:
        raise SpecError(f"{look_file.path}: every layer is muted; unmute one, or there is no look")
    words = {"by": wish.by, "note": wish.note, "written_approval": wish.written_approval}
    strict_yaml.validate(words, Words, source="approve")
    _require_same_shot(wish)
    require_waivable(wish.waived, look_file.folder)
    if wish.written_approval is None and show.policy.written_approval == "required":
        raise TrustError(
            f"{look_file.folder.root}/params/show.yaml: policy.written_approval is required; "
            "give its reference (--written-approval REF), or say `waived` there"
        )
    check_look(look_file)
    require_final(look_file)
    plate = look_file.shot.plate
    check_frames(look_file, wish.every)
    check_frames(look_file, range(plate.first, plate.last + 1))  # finals may be of all of them


def _require_same_shot(wish: Wish) -> None:
    old, shot = wish.supersedes, wish.look_file.shot
    if old is None:
        return
    before = old.approval
    if (before.sequence, before.shot) != (shot.sequence, shot.shot):
        raise SpecError(
            f"approve: supersedes {old.path}, which is of {before.sequence}/{before.shot}; "
            f"an approval of {shot.sequence}/{shot.shot} takes the place of one of its own"
        )
