"""Approve a look: freeze all that decides its pixels, make the frames that are approved, sign."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from lookdev.approve.approval_file import (
    SUFFIX,
    ApprovalFile,
    approved_folder,
    kept_folder,
    kept_frame,
    still,
)
from lookdev.approve.frozen import FrozenShot, element_path, subject
from lookdev.approve.hardware import hardware
from lookdev.approve.lock import ABSENT, Lock, lock_of
from lookdev.approve.rights import require_final
from lookdev.approve.trust import require_trusted
from lookdev.attest import dsse
from lookdev.attest.keys import PrivateKey
from lookdev.attest.statement import Statement
from lookdev.errors import DeliveryError, SpecError, TrustError
from lookdev.generate.preflight import check_frames, check_look
from lookdev.image import exr
from lookdev.image.frame import Frame
from lookdev.image.pixels import pixel_hash
from lookdev.render import Session, comp_frame, render_frame
from lookdev.render.recorded import recorded
from lookdev.spec.approval import APPROVAL, Approval, ApprovedFrame, Superseded
from lookdev.spec.draft import utc_now
from lookdev.spec.event import Approved
from lookdev.spec.files import sha256, whole_file, write_new
from lookdev.spec.folder import LookFile
from lookdev.store.ledger import Ledger

Say = Callable[[str], None]


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


def approve(wish: Wish, *, key: PrivateKey, say: Say = lambda _line: None) -> ApprovalFile:
    """Approve a version of a look, and write the approval once and for all.

    Args:
        wish: What is approved, by whom.
        key: Signs it; the show must trust its public half.
        say: Called with each line of progress.

    Raises:
        LookdevError: Something forbids it; nothing was signed.
    """
    require_trusted(wish.look_file.folder, key.public, at=utc_now(), where="this key")
    _require_approvable(wish)
    say("reading everything that is frozen")
    lock = lock_of(wish.look_file)
    if lock.troubles or ABSENT in lock.subjects.values():
        gone = [name for name, digest in lock.subjects.items() if digest == ABSENT]
        raise DeliveryError("; ".join(lock.troubles) or f"{', '.join(gone)}: cannot be read")
    return _Approval(wish, lock, key, say).write()


def _require_approvable(wish: Wish) -> None:
    """Refuse, before anything is rendered, what could not be delivered."""
    look_file, show = wish.look_file, wish.look_file.folder.show
    if not wish.every:
        raise SpecError("approve: names no frame; give --frame N, or --range A-B for a shot")
    if look_file.path.parent.name != "looks":
        raise SpecError(f"{look_file.path}: is a draft; save it as a version, and approve that")
    if not look_file.look.shown:
        raise SpecError(f"{look_file.path}: every layer is muted; unmute one, or there is no look")
    if not wish.by.strip():
        raise SpecError("approve: by is empty; give the name of who approves")
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


class _Approval:
    """One approval in the making."""

    def __init__(self, wish: Wish, lock: Lock, key: PrivateKey, say: Say) -> None:
        self._wish, self._lock, self._key, self._say = wish, lock, key, say
        self._session = Session(wish.look_file.folder, fresh=not wish.moving)

    def write(self) -> ApprovalFile:
        """Make the frames, keep them, and sign; what failed leaves nothing behind."""
        folder = self._new_folder()
        path = approved_folder(self._wish.look_file) / f"{folder.name}{SUFFIX}"
        try:
            _write_once(path, self._signed(folder))
        except BaseException:
            if not path.exists():
                shutil.rmtree(folder)
            raise
        made = ApprovalFile.open(str(path))
        self._enter(made)
        return made

    def _signed(self, folder: Path) -> bytes:
        """Every frame made and what is kept of them kept; then the envelope."""
        wish, subjects = self._wish, dict(self._lock.subjects)
        with recorded(
            self._session,
            wish.look_file.shot_file,
            wish.look_file.look,
            what="approve",
            look_name=wish.look_file.name,
            frames=wish.every,
        ):
            frames = tuple(self._frame(frame, folder) for frame in wish.every)
            subjects |= {still(one): sha256(kept_frame(folder, one)) for one in wish.stills}
            subjects |= self._frozen(folder) if wish.moving else {}
        return dsse.seal(self._statement(frames, subjects), self._key)

    def _enter(self, made: ApprovalFile) -> None:
        ledger, shot = Ledger.open(made.look_file.folder), made.look_file.shot
        ledger.append(
            Approved(
                shot=f"{shot.sequence}/{shot.shot}",
                look=made.look_file.name,
                approval=made.digest,
                by=made.approval.by,
            )
        )
        ledger.close()

    def _statement(self, frames: tuple[ApprovedFrame, ...], subjects: dict[str, str]) -> bytes:
        wish, shot = self._wish, self._wish.look_file.shot
        old = wish.supersedes
        approval = Approval(
            format="approval/1",
            kind="shot" if wish.moving else "look",
            sequence=shot.sequence,
            shot=shot.shot,
            look=wish.look_file.name,
            by=wish.by,
            at=utc_now(),
            note=wish.note,
            written_approval=wish.written_approval,
            frames=frames,
            machine=hardware(self._session.device),
            frozen=self._lock.frozen,
            supersedes=Superseded(name=old.name, digest=old.digest) if old else None,
        )
        return Statement(subjects, APPROVAL, approval.model_dump(mode="json")).to_bytes()

    def _frame(self, frame: int, folder: Path) -> ApprovedFrame:
        look_file = self._wish.look_file
        self._say(f"frame {frame}")
        rendered = render_frame(look_file.shot_file, look_file.look, frame, session=self._session)
        comp = comp_frame(rendered, self._session)
        checked = frame in self._wish.stills
        if checked:
            self._keep(kept_frame(folder, frame), comp)
        return ApprovedFrame(frame=frame, pixels=pixel_hash(comp), checked=checked)

    def _keep(self, path: Path, comp: Frame) -> None:
        path.parent.mkdir(exist_ok=True)
        look_file = self._wish.look_file
        exr.write(
            path,
            replace(comp, header=()),
            date_time=look_file.look.exif_time,
            pixel_aspect=look_file.shot.pixel_aspect,
        )

    def _frozen(self, folder: Path) -> dict[str, str]:
        """Keep every element of the range; returns their files' SHA-256 by subject."""
        look_file, digests = self._wish.look_file, {}
        for layer in look_file.look.shown:
            for frame in self._wish.every:
                element = self._session.elements.get(layer, look_file.shot_file, frame)
                path = element_path(folder, layer.name, frame)
                path.parent.mkdir(parents=True, exist_ok=True)
                with whole_file(path) as temporary:
                    temporary.write_bytes(element.to_bytes())
                digests[subject(layer.name, frame)] = sha256(path)
        return FrozenShot(folder, digests).digests

    def _new_folder(self) -> Path:
        """A folder of the next number, which no other process gets."""
        look_file, number = self._wish.look_file, 1
        while True:
            name = f"{look_file.name}_a{number:03d}"
            folder = kept_folder(look_file, name)
            taken = (approved_folder(look_file) / f"{name}{SUFFIX}").exists()
            try:
                folder.parent.mkdir(parents=True, exist_ok=True)
                if not taken:
                    folder.mkdir()
                    return folder
            except FileExistsError:
                pass
            except OSError as error:
                raise DeliveryError(f"{folder}: cannot be made: {error.strerror}") from error
            number += 1


def _write_once(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    if not write_new(path, data):
        raise DeliveryError(f"{path}: is there already; an approval is never replaced")
