"""What a delivery says of itself: `delivery.json`, and what it is made of."""

from typing import Literal

from lookdev.spec.approval import Machine, Rebuild
from lookdev.spec.base import Digest, Key, Line, Spec
from lookdev.spec.card import Duties
from lookdev.spec.credential_record import CredentialRecord
from lookdev.spec.fields import FrameNumber

State = Literal["draft", "approved"]
"""A draft is a look that nobody has approved; its preview is watermarked."""

DELIVERY: Literal["delivery/2"] = "delivery/2"
"""What this version writes and reads."""


class Identity(Spec):
    """What makes two deliveries the same one; a journal of another identity is not resumed."""

    look: str
    look_digest: Digest
    approval: Digest | None
    """Of the approval's envelope; none of a draft."""
    shot: str
    shot_digest: Digest
    frames: str
    media: Digest
    """Of `media.sha256`: every plate and companion frame as it was ingested."""
    models: dict[str, Digest]
    colour: dict[str, str]
    """OCIO config and show LUT, by content, and how it is viewed."""
    compression: str
    code: Digest
    """Of lookdev's own sources."""
    versions: dict[str, str]


class FrameRecord(Spec):
    """One delivered frame."""

    frame: FrameNumber
    files: dict[str, Digest]
    """SHA-256 by path within the delivery."""
    pixels: Digest
    """Of the comp: channels, windows and half values, whatever the compression."""
    seconds: float
    evaluations: int
    machine: Machine
    """What of the machine and its libraries can change pixels."""


class ApprovalRecord(Spec):
    """The approval that a delivery was made under; its envelope is `approval.dsse` beside it."""

    name: Line
    digest: Digest
    by: Line
    key: Key
    written_approval: Line | None
    """Reference of the written approval; none where the show's policy waives it."""
    rebuild: Rebuild
    """The approved frames, made once more before the first frame was rendered."""


class RightsRecord(Spec):
    """What one card of the chain says."""

    card: str
    title: str
    licence: str
    cleared_by: str | None
    duties: Duties | None


class DeliveryRecord(Spec):
    """`delivery.json`."""

    format: Literal["delivery/2"]
    name: str
    state: State
    identity: Identity
    approval: ApprovalRecord | None
    rights: tuple[RightsRecord, ...]
    """Of every card that the look uses."""
    colourspace: str
    """Of the flat comp: the plate's."""
    layers: dict[str, str]
    """How each layer goes over: its transfer, in comp order."""
    layers_colourspace: str
    """Of the layers, which are premultiplied and scene-linear."""
    support: str
    """Name of the permission matte; `frame` means that everywhere was allowed."""
    frames: tuple[FrameRecord, ...]
    files: dict[str, Digest]
    """Every other file, but `final.ipynb`, which is still being written, and the seal."""
    credentials: CredentialRecord | None
    """Content Credentials of preview and sheet; none where show.yaml names no certificate."""
    model_loads: int
    seconds: float
    evaluations: int
    """Of the frames, and of the rebuild that came before them."""
