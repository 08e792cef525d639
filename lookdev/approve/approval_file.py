"""An approval on disk: found, opened, and believed only if the show trusts who signed it."""

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from lookdev.approve.trust import require_past, require_trusted, trusted_keys
from lookdev.attest import dsse
from lookdev.attest.keys import PublicKey
from lookdev.attest.statement import Statement
from lookdev.errors import TrustError
from lookdev.spec import strict_yaml
from lookdev.spec.approval import APPROVAL, Approval
from lookdev.spec.folder import LookFile, ShowFolder

SUFFIX = ".dsse"
_NAME = re.compile(r"(?P<look>[A-Za-z][A-Za-z0-9_-]*_v[0-9]{3,})_a(?P<number>[0-9]{3,})")


@dataclass(frozen=True)
class ApprovalFile:
    """A signed approval whose signature the show trusts."""

    path: Path
    look_file: LookFile
    """The approved look as its file is now."""
    approval: Approval
    subjects: dict[str, str]
    """SHA-256 of everything that was frozen, by name."""
    key: PublicKey
    """Who signed it."""
    data: bytes
    """The envelope."""

    @property
    def name(self) -> str:
        """`toxic_v003_a001`."""
        return self.path.stem

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the envelope."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def folder(self) -> Path:
        """Where its frames are kept, and its elements if it froze them."""
        return kept_folder(self.look_file, self.name)

    @classmethod
    def open(cls, reference: str, *, start: Path | None = None) -> "ApprovalFile":
        """Open an approval by path, or by `sequence/shot/toxic_v003_a001`.

        Raises:
            TrustError: There is none, it was altered, or nobody the show trusts has signed it.
            SpecError: It lies in no show, or its look is gone or damaged.
        """
        path = _path_of(reference, start)
        folder = ShowFolder.find(path.parent)
        data, statement, key = _read_signed(path, folder)
        approval = _approval_of(statement, path)
        _require_place(path, approval, folder)
        require_trusted(folder, key, to="approve", at=approval.at, where=str(path))
        require_past(approval.at, where=str(path))
        look = path.parent.parent / "looks" / f"{approval.look}.yaml"
        return cls(path, LookFile.open(str(look)), approval, statement.subjects, key, data)


def is_approval(reference: str) -> bool:
    """Whether a reference names an approval, and no look."""
    return (
        reference.endswith(SUFFIX)
        or _NAME.fullmatch(reference.rsplit("/", maxsplit=1)[-1]) is not None
    )


def approvals_of(look_file: LookFile) -> list[Path]:
    """The approvals of a look's version, oldest first; none of them is opened."""
    found = {}
    for path in approved_folder(look_file).glob(f"*{SUFFIX}"):
        match = _NAME.fullmatch(path.stem)
        if match and match["look"] == look_file.name:
            found[int(match["number"])] = path
    return [found[number] for number in sorted(found)]


def approved_folder(look_file: LookFile) -> Path:
    """Where the shot's approvals are."""
    return look_file.shot_file.path.parent / "approved"


def kept_folder(look_file: LookFile, name: str) -> Path:
    """Where an approval keeps frames and elements: pictures lie beside `params`, not in it."""
    shot = look_file.shot
    return look_file.folder.root / "approved" / shot.sequence / shot.shot / name


def kept_frame(folder: Path, frame: int) -> Path:
    """A checked frame of an approval, as it was seen."""
    return folder / "frames" / f"comp.{frame}.exr"


def still(frame: int) -> str:
    """The name of a kept frame among an approval's subjects."""
    return f"approved still {frame}"


def _path_of(reference: str, start: Path | None) -> Path:
    if reference.endswith(SUFFIX):
        path = Path(reference).resolve()
    else:
        parts = reference.split("/")
        if len(parts) != 3:
            raise TrustError(
                f"{reference}: is neither an approval's file nor sequence/shot/name_v003_a001"
            )
        folder = ShowFolder.find(start or Path.cwd()).shot_folder(parts[0], parts[1])
        path = folder / "approved" / f"{parts[2]}{SUFFIX}"
    if not path.is_file():
        near = ", ".join(sorted(p.stem for p in path.parent.glob(f"*{SUFFIX}")))
        raise TrustError(
            f"{path}: there is no such approval" + (f"; there are {near}" if near else "")
        )
    if path.parent.name != "approved" or not (path.parent.parent / "shot.yaml").is_file():
        raise TrustError(
            f"{path}: lies in no shot; an approval is in params/shots/SEQUENCE/SHOT/approved/"
        )
    return path


def _read_signed(path: Path, folder: ShowFolder) -> tuple[bytes, Statement, PublicKey]:
    try:
        if path.stat().st_size > dsse.MAX_BYTES:
            raise TrustError(f"{path}: is larger than any approval; it is none")
        data = path.read_bytes()
    except OSError as error:
        raise TrustError(f"{path}: cannot be read: {error.strerror or error}") from error
    envelope = dsse.open_envelope(data, source=str(path))
    key = envelope.signed_by(trusted_keys(folder))
    if key is None:
        signers = ", ".join(one.keyid[:16] for one in envelope.signatures)
        raise TrustError(
            f"{path}: no key of trusted_keys in {folder.root}/params/show.yaml has signed this "
            f"(it names {signers}); it was altered, or its key is missing there"
        )
    named = [one.keyid for one in envelope.signatures]
    if named != [key.id] or envelope.to_bytes() != data:  # no signature covers what stands around
        raise TrustError(
            f"{path}: its envelope is not as `lookdev approve` wrote it; it was edited, "
            "bring the original back"
        )
    return data, Statement.from_bytes(envelope.payload, source=str(path)), key


def _approval_of(statement: Statement, path: Path) -> Approval:
    if statement.predicate_type != APPROVAL:
        raise TrustError(
            f"{path}: is a {statement.predicate_type}; this version of lookdev reads {APPROVAL}"
        )
    form = statement.predicate.get("format")
    if form != "approval/1":
        raise TrustError(
            f"{path}: format is {json.dumps(form)}; this version of lookdev reads approval/1"
        )
    return strict_yaml.validate(statement.predicate, Approval, source=str(path))


def _require_place(path: Path, approval: Approval, folder: ShowFolder) -> None:
    """An approval of one shot or version is none of another one."""
    match = _NAME.fullmatch(path.stem)
    is_its_own = match is not None and match["look"] == approval.look
    place = folder.shot_folder(approval.sequence, approval.shot) / "approved"
    if not is_its_own or path.stem != approval.name or path.parent != place.resolve():
        raise TrustError(
            f"{path}: is {approval.name}, which approves {approval.look} of "
            f"{approval.sequence}/{approval.shot}; put it back where it was"
        )
