"""The approved frames, made once more before a final: the proof that it will be what was seen."""

from collections.abc import Callable

import numpy as np

from lookdev.approve.approval_file import ApprovalFile, kept_frame
from lookdev.approve.hardware import hardware
from lookdev.approve.verify import frozen_shot
from lookdev.errors import TrustError
from lookdev.generate.asked import machine
from lookdev.image import exr
from lookdev.image.frame import Frame
from lookdev.image.pixels import pixel_hash
from lookdev.render import Session, comp_frame, render_frame
from lookdev.render.recorded import recorded
from lookdev.spec.approval import ApprovedFrame, Rebuild, RebuiltFrame

MEAN_ALLOWED, WORST_ALLOWED = 5e-3, 0.25
"""What a machine of another kind may differ by.

On processors with AVX-512 the embedded model's network computes in bfloat16 (8 bits of mantissa),
elsewhere in float32, so another order of sums is seen. Measured in bfloat16, on the demo's last
frame, AVX2 against no vector instructions: 1.7e-3 in the mean, 0.087 at most (the 99.9th percentile
is 0.023); this is three times that. Another seed differs by 0.046 in the mean, on the tests' small
show.
"""

_FLOOR = 0.02
"""Below this value a difference is absolute, as on a plate's darkest greys."""

Say = Callable[[str], None]


def fresh_session(approval_file: ApprovalFile, *, device: str | None = None) -> Session:
    """A session that makes every element anew, or takes an approved shot's frozen ones.

    Whatever lies in the cache is not used: another process, or another hand, may have put it there.
    """
    frozen = frozen_shot(approval_file)
    return Session(approval_file.look_file.folder, device=device, fresh=True, frozen=frozen)


def rebuild(approval_file: ApprovalFile, *, session: Session | None = None, say: Say) -> Rebuild:
    """Make the approved frames past every cache, and hold them against what was approved.

    A machine of the same kind must give the same bits. One of another kind may differ by rounding,
    which is measured against the kept frames and recorded with both machines' descriptions.

    Args:
        approval_file: The approval.
        session: A `fresh_session` of it, which may go on to render the rest; a new one if None.
        say: Called with each line of progress.

    Raises:
        TrustError: A frame differs by more than it may; nothing should be rendered then.
        LookdevError: A frame cannot be rendered.
    """
    session = session or fresh_session(approval_file)
    then, now = approval_file.approval.machine, hardware(session.device)
    same_kind = all(then.get(key) == value for key, value in machine(session.device).items())
    look_file, approval = approval_file.look_file, approval_file.approval
    frames = []
    with recorded(
        session,
        look_file.shot_file,
        look_file.look,
        what="rebuild",
        look_name=look_file.name,
        frames=[one.frame for one in approval.checked],
    ):
        for approved in approval.checked:
            say(f"approved frame {approved.frame}: made once more")
            frames.append(_compared(approval_file, approved, session, same_kind=same_kind))
    return Rebuild(
        exact=all(one.pixels == approval_file.approval.pixels[one.frame] for one in frames),
        frames=tuple(frames),
        mean_allowed=MEAN_ALLOWED,
        worst_allowed=WORST_ALLOWED,
        approved_on=then,
        rebuilt_on=now,
    )


def difference(rebuilt: Frame, approved: Frame) -> tuple[float, float]:
    """Mean and largest difference of two frames of one window, relative above 0.02.

    `|rebuilt - approved| / max(|approved|, 0.02)`, of delivered half values, over all channels.
    """
    ours = exr.to_half(rebuilt.pixels, rebuilt.channels, "rebuilt").astype(np.float64)
    theirs = approved.pixels.astype(np.float64)
    error = np.abs(ours - theirs) / np.maximum(np.abs(theirs), _FLOOR)
    return float(error.mean()), float(error.max())


def _compared(
    approval_file: ApprovalFile, approved: ApprovedFrame, session: Session, *, same_kind: bool
) -> RebuiltFrame:
    look_file = approval_file.look_file
    rendered = render_frame(look_file.shot_file, look_file.look, approved.frame, session=session)
    comp = comp_frame(rendered, session)
    pixels = pixel_hash(comp)
    if pixels == approved.pixels:
        return RebuiltFrame(frame=approved.frame, pixels=pixels, mean=0.0, worst=0.0)
    kept = _kept(approval_file, approved, comp)
    if (kept.data, kept.display) != (comp.data, comp.display):
        raise _differs(approval_file, approved.frame, "its window is another one")
    mean, worst = difference(comp, kept)
    measured = f"by {mean:.2e} in the mean and {worst:.2e} at most"
    if same_kind:
        raise _differs(
            approval_file, approved.frame, f"{measured}, and a machine of this kind must not"
        )
    if mean > MEAN_ALLOWED or worst > WORST_ALLOWED:
        allowed = f"{MEAN_ALLOWED:.0e} and {WORST_ALLOWED:.0e} are allowed on another machine"
        raise _differs(approval_file, approved.frame, f"{measured}; {allowed}")
    return RebuiltFrame(frame=approved.frame, pixels=pixels, mean=mean, worst=worst)


def _kept(approval_file: ApprovalFile, approved: ApprovedFrame, like: Frame) -> Frame:
    """The frame as it was approved, proven by its hash."""
    path = kept_frame(approval_file.folder, approved.frame)
    kept = exr.read(path, like.channels, colourspace=like.colourspace, number=approved.frame)
    if pixel_hash(kept) != approved.pixels:
        raise TrustError(f"{path}: is not the frame that was approved; bring it back")
    return kept


def _differs(approval_file: ApprovalFile, frame: int, how: str) -> TrustError:
    return TrustError(
        f"{approval_file.path}: frame {frame}, made once more, differs from the approved one "
        f"{how}; nothing was rendered"
    )
