"""Approve a look: freeze all that decides its pixels, make the frames that are approved, sign."""

import shutil
from collections.abc import Callable
from dataclasses import replace
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
from lookdev.approve.trust import require_trusted
from lookdev.approve.waive import needed
from lookdev.approve.wish import Wish, require_approvable
from lookdev.attest import dsse
from lookdev.attest.keys import PrivateKey
from lookdev.attest.statement import Statement
from lookdev.errors import DeliveryError
from lookdev.generate.adapter import OnStep
from lookdev.image import exr
from lookdev.image.frame import Frame
from lookdev.image.pixels import pixel_hash
from lookdev.qc.frames import seen_of
from lookdev.qc.run import Measuring
from lookdev.render import Session, comp_frame, render_frame
from lookdev.render.recorded import recorded
from lookdev.spec.approval import APPROVAL, Approval, ApprovedFrame, Superseded
from lookdev.spec.draft import utc_now
from lookdev.spec.event import Approved
from lookdev.spec.files import sha256, whole_file, write_new
from lookdev.spec.qc import Waiver
from lookdev.store.ledger import Ledger

Say = Callable[[str], None]


def approve(
    wish: Wish,
    *,
    key: PrivateKey,
    say: Say = lambda _line: None,
    on_step: OnStep | None = None,
) -> ApprovalFile:
    """Approve a version of a look, and write the approval once and for all.

    The frames are measured as they are made. A sequence that fails a gate of the show is not
    approved, unless the wish waives that gate by name; what was waived is part of the approval.

    Args:
        wish: What is approved, by whom.
        key: Signs it; the show must trust its public half.
        say: Called with each line of progress.
        on_step: Called after each denoising step; raising in it, or in `say`, cancels.

    Raises:
        TrustError: A gate fails that nobody waived: names each, its worst frames and the reason.
        LookdevError: Something else forbids it; nothing was signed.
    """
    require_trusted(wish.look_file.folder, key.public, to="approve", at=utc_now(), where="this key")
    require_approvable(wish)
    say("reading everything that is frozen")
    lock = lock_of(wish.look_file)
    if lock.troubles or ABSENT in lock.subjects.values():
        gone = [name for name, digest in lock.subjects.items() if digest == ABSENT]
        raise DeliveryError("; ".join(lock.troubles) or f"{', '.join(gone)}: cannot be read")
    return _Approval(wish, lock, key, say, on_step).write()


class _Approval:
    """One approval in the making."""

    def __init__(
        self, wish: Wish, lock: Lock, key: PrivateKey, say: Say, on_step: OnStep | None
    ) -> None:
        self._wish, self._lock, self._key = wish, lock, key
        self._say, self._on_step = say, on_step
        self._measuring = Measuring()
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
            waived = self._waived()
            subjects |= {still(one): sha256(kept_frame(folder, one)) for one in wish.stills}
            subjects |= self._frozen(folder) if wish.moving else {}
        return dsse.seal(self._statement(folder.name, frames, subjects, waived), self._key)

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

    def _statement(
        self,
        name: str,
        frames: tuple[ApprovedFrame, ...],
        subjects: dict[str, str],
        waived: tuple[Waiver, ...],
    ) -> bytes:
        wish, shot = self._wish, self._wish.look_file.shot
        old = wish.supersedes
        approval = Approval(
            format="approval/1",
            name=name,
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
            waived=waived,
        )
        return Statement(subjects, APPROVAL, approval.model_dump(mode="json")).to_bytes()

    def _frame(self, frame: int, folder: Path) -> ApprovedFrame:
        look_file = self._wish.look_file
        self._say(f"frame {frame}")
        rendered = render_frame(
            look_file.shot_file,
            look_file.look,
            frame,
            session=self._session,
            on_step=self._on_step,
        )
        comp = comp_frame(rendered, self._session)
        self._measuring.see(seen_of(look_file, rendered, comp, self._session.colour))
        checked = frame in self._wish.stills
        if checked:
            self._keep(kept_frame(folder, frame), comp)
        return ApprovedFrame(frame=frame, pixels=pixel_hash(comp), checked=checked)

    def _waived(self) -> tuple[Waiver, ...]:
        """The waivers that are needed; refuses what fails a gate without one."""
        wish, look_file = self._wish, self._wish.look_file
        report = self._measuring.report(look_file.name, look_file.folder.show.gates)
        return needed(wish.waived, report, look_file=look_file, say=self._say)

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
                approved_folder(look_file).mkdir(exist_ok=True)
                if not taken:
                    folder.mkdir()
                    return folder
            except OSError as error:
                if not folder.is_dir():  # else another process has taken the number
                    raise DeliveryError(f"{folder}: cannot be made: {error.strerror}") from error
            number += 1


def _write_once(path: Path, data: bytes) -> None:
    if not write_new(path, data):
        raise DeliveryError(f"{path}: is there already; an approval is never replaced")
