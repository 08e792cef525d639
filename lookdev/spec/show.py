"""A show: what its shots have in common."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from lookdev.spec.base import Day, Key, Line, Name, Rate, Spec
from lookdev.spec.qc import Gates

STUDIO_CONFIG = "ocio://studio-config-v4.0.0_aces-v2.0_ocio-v2.5"
"""OpenColorIO's built-in ACES studio config: used where neither the show nor $OCIO names one."""


_TEMPLATE = (
    r"([A-Za-z0-9_-]|\{sequence\}|\{shot\}|\{look\})*"
    r"\{delivery(:0[1-6]d)?\}[A-Za-z0-9_-]*"
)


def _is_template(text: str) -> str:
    if not re.fullmatch(_TEMPLATE, text):
        raise ValueError(
            "it may hold letters, digits, _, -, {sequence}, {shot} and {look}, "
            "and {delivery} or {delivery:03d} once, as the last of them"
        )
    return text


class Viewing(Spec):
    """How pictures are shown: viewer, sheets and movies; never delivered EXR."""

    display: str = "sRGB - Display"
    view: str = "ACES 2.0 - SDR 100 nits (Rec.709)"
    lut: str | None = None
    """The show LUT (a look transform from ACEScct to ACEScct), as a path."""


class Naming(Spec):
    """Templates of names."""

    delivery: Annotated[
        str,
        AfterValidator(_is_template),
        Field(json_schema_extra={"pattern": f"^({_TEMPLATE})$"}),
    ] = "{shot}_{look}_v{delivery:03d}"
    """Folder and file name of a delivery: {sequence}, {shot}, {look}, {delivery}."""


class Root(Spec):
    """A place outside the show, by operating system."""

    linux: str
    darwin: str | None = None
    windows: str | None = None


class CacheParams(Spec):
    """The element cache: everything in it can be made again."""

    path: str = ".lookdev/cache"
    """Relative to the show, or absolute for a disk that is shared by shows."""
    gigabytes: Annotated[float, Field(gt=0, le=100_000)] = 20.0
    """Above this the least recently used entries go."""


class Policy(Spec):
    """What the production asks of models and approvals."""

    exploration: Literal["open", "cleared"] = "open"
    """`open`: any model may be tried. `cleared`: only one that its card clears for `explore`.
    Finals always need a model that its card clears for `final`."""
    written_approval: Literal["required", "waived"] = "required"
    """Whether an approval must name the written approval of generated material; where it is
    waived, the delivery says so."""


class TrustedKey(Spec):
    """A public key whose signatures this show trusts."""

    name: Line
    """Whose it is."""
    key: Key
    may: Annotated[tuple[Literal["approve", "deliver"], ...], Field(min_length=1)] = (
        "approve",
        "deliver",
    )
    """What it signs: a farm's key need not approve."""
    since: Day | None = None
    """The first day (UTC) on which its signatures count."""
    until: Day | None = None
    """The last day (UTC) on which they count."""

    @model_validator(mode="after")
    def _is_a_span(self) -> "TrustedKey":
        if self.since and self.until and self.until < self.since:
            raise ValueError(f"until is {self.until}, before since {self.since}")
        return self


class Rates(Spec):
    """What an hour costs; without them reports give hours and no money."""

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    """ISO 4217, as EUR."""
    device_hour: Annotated[float, Field(ge=0)]
    """Of a machine that renders."""
    person_hour: Annotated[float, Field(ge=0)]
    """Of a person's work."""
    watts: Annotated[float, Field(gt=0, le=100_000)] | None = None
    """A rendering machine's power, where it cannot be measured; else it is estimated."""


class LedgerParams(Spec):
    """The record of what was run, by whom, at what cost."""

    path: str = "ledger/ledger.sqlite"
    """Relative to the show, or absolute; on a local disk, never on a network mount."""


class Credentials(Spec):
    """Content Credentials (C2PA) of previews and sheets: the studio's own certificate."""

    certificate: str
    """The certificate chain, PEM; relative to the show, or starting with a root."""
    key: str
    """Its private key, PEM."""
    timestamp_authority: str | None = None
    """URL of an RFC 3161 time-stamp authority; without one, trust ends with the certificate."""


class Show(Spec):
    """One show."""

    format: Literal["show/1"]
    name: Name
    fps: Rate | None = None
    """Taken by ingest where neither the person nor the header says."""
    ocio: str | None = None
    """OCIO config: a path or `ocio://` name; else $OCIO, else the built-in studio config."""
    viewing: Viewing = Viewing()
    naming: Naming = Naming()
    roots: dict[Name, Root] = {}
    compression: Literal["zip", "piz"] = "zip"
    """Of delivered EXR; both are lossless."""
    cache: CacheParams = CacheParams()
    policy: Policy = Policy()
    gates: Gates = Gates()
    """What QC asks of a sequence before anyone approves it."""
    trusted_keys: Annotated[tuple[TrustedKey, ...], Field(max_length=1000)] = ()
    """Whose approvals are rendered."""
    rates: Rates | None = None
    ledger: LedgerParams = LedgerParams()
    credentials: Credentials | None = None
    after_delivery: Annotated[tuple[str, ...], Field(max_length=64)] = ()
    """A command and its arguments, run without a shell; the delivery's JSON is its input."""
