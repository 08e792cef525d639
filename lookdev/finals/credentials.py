"""Content Credentials of a delivery's preview, its sheet and the digests of its frames.

Preview and sheet carry their own; EXR is no format that C2PA reads, so the frames' digests are
listed in a file, whose credentials lie beside it.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from lookdev.errors import TrustError
from lookdev.finals.plan import Plan
from lookdev.image.sequence import frame_path
from lookdev.spec.credential_record import CredentialRecord
from lookdev.spec.files import sha256, whole_file
from lookdev.spec.folder import ShowFolder

if TYPE_CHECKING:
    from lookdev.attest.signatory import Signatory

PREVIEW, SHEET = "preview.mp4", "sheet.png"

SEQUENCE = "sequence.sha256"
"""SHA-256 of every comp frame, as `sha256sum` writes and checks it."""

SEQUENCE_CREDENTIALS = "sequence.sha256.c2pa"
"""The credentials of that file."""

_DONE = "Generated layers were put over the plate within the look's permission matte"
_SHOWN = {
    PREVIEW: f"{_DONE}, and shown through the show's view with names burned in",
    SHEET: f"{_DONE}; plate, each layer alone and the comp are shown through the show's view",
    SEQUENCE: f"{_DONE}; these are the digests of the comp's frames",
}


def check_credentials(folder: ShowFolder) -> None:
    """Refuse, before anything is rendered, credentials that could not be signed.

    The certificate is tried against C2PA's own rules; the time-stamp authority is not asked.
    Nothing happens where show.yaml has no `credentials`.

    Raises:
        TrustError: One sentence that names the field of show.yaml.
    """
    signatory = _signatory(folder)
    if signatory is None:
        return
    from lookdev.attest.credentials import try_signatory

    try:
        try_signatory(signatory)
    except TrustError as error:
        raise TrustError(f"{_show_yaml(folder)}: {error}") from error


def attach_to(plan: Plan) -> CredentialRecord | None:
    """Sign what a delivery shows; None where show.yaml has no `credentials`.

    `preview.mp4` and `sheet.png` must be written, and are replaced by signed ones;
    `sequence.sha256` and `sequence.sha256.c2pa` are written. Afterwards hashes can be taken.

    Raises:
        TrustError: The certificate or its key cannot be used, or the time-stamp authority gave
            no time stamp.
        DeliveryError: A file cannot be written.
    """
    folder = plan.look_file.folder
    signatory = _signatory(folder)
    if signatory is None:
        return None
    plate = plan.look_file.shot.plate
    pattern = str(folder.resolve(plate.pattern))
    layers = plan.look_file.look.shown
    return attach(
        plan.folder,
        plate=Path(pattern).name,
        plate_files=[frame_path(pattern, frame) for frame in plan.frames],
        layers={
            layer.name: (folder.card(layer.element.model).title, layer.blend.transfer)
            for layer in layers
        },
        comps=[plan.comp(frame) for frame in plan.frames],
        state=plan.state,
        signatory=signatory,
    )


def sequence_files(plan: Plan) -> list[Path]:
    """The two files that `attach_to` adds to a delivery."""
    return [plan.folder / SEQUENCE, plan.folder / SEQUENCE_CREDENTIALS]


def attach(
    folder: Path,
    *,
    plate: str,
    plate_files: Sequence[Path],
    layers: Mapping[str, tuple[str, str]],
    comps: Sequence[Path],
    state: str,
    signatory: "Signatory",
) -> CredentialRecord:
    """Sign preview, sheet and the comp's digests in a delivery's folder.

    Args:
        folder: The delivery's own.
        plate: The plate's name.
        plate_files: Its frames that were used; they are hashed here.
        layers: By name, back to front: the model's title and the transfer.
        comps: The comp's frames, within `folder`; they are hashed here.
        state: `draft` or `approved`.
        signatory: Who signs.

    Raises:
        TrustError: As `attach_to`.
        DeliveryError: As `attach_to`.
    """
    from lookdev.attest.credentials import sign, sign_beside
    from lookdev.attest.manifest import Placed, Provenance, sums_of

    plate_sums = _digests({path.name: path for path in plate_files})
    placed = tuple(Placed(name, *how) for name, how in layers.items())

    def provenance(file: str) -> Provenance:
        return Provenance(plate, plate_sums, placed, f"{_SHOWN[file]} ({state})")

    with whole_file(folder / SEQUENCE) as temporary:
        named = {path.relative_to(folder).as_posix(): path for path in comps}
        temporary.write_bytes(sums_of(_digests(named)))
    sign_beside(folder / SEQUENCE, provenance(SEQUENCE), signatory)
    for file in (PREVIEW, SHEET):
        sign(folder / file, provenance(file), signatory)
    return _record(signatory, timestamped=_all_stamped(folder))


def _all_stamped(folder: Path) -> bool:
    """Whether all three carry a time stamp, read back from the files as they lie there."""
    from lookdev.attest.readout import read_back

    found = [read_back(folder / file, anchors=None) for file in (PREVIEW, SHEET, SEQUENCE)]
    for one in found:
        if not one.valid:
            raise TrustError(
                f"{one.path}: its new Content Credentials do not hold: {', '.join(one.failures)}; "
                "deliver again"
            )
    return all(one.timestamped for one in found)


def _record(signatory: "Signatory", *, timestamped: bool) -> CredentialRecord:
    not_after = _time(signatory.not_after)
    return CredentialRecord(
        subject=signatory.subject,
        issuer=signatory.issuer,
        fingerprint=signatory.fingerprint,
        algorithm=signatory.algorithm,
        not_after=not_after,
        timestamped=timestamped,
        timestamp_authority=signatory.timestamp_authority,
        trust_ends=None if timestamped else not_after,
        signed=(PREVIEW, SHEET, SEQUENCE),
    )


def _signatory(folder: ShowFolder) -> "Signatory | None":
    credentials = folder.show.credentials
    if credentials is None:
        return None
    from lookdev.attest.signatory import read_signatory

    try:
        return read_signatory(
            folder.resolve(credentials.certificate),
            folder.resolve(credentials.key),
            timestamp_authority=credentials.timestamp_authority,
        )
    except TrustError as error:
        raise TrustError(f"{_show_yaml(folder)}: {error}") from error


def _show_yaml(folder: ShowFolder) -> Path:
    return folder.root / "params" / "show.yaml"


def _digests(files: Mapping[str, Path]) -> dict[str, str]:
    with ThreadPoolExecutor(2) as pool:  # hashing lets go of the interpreter
        return dict(zip(files, pool.map(sha256, files.values()), strict=True))


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
