"""A card: a model, or what is used with one; from where, on what terms, and who cleared it.

What a card does not say is not known, and what is not known is never cleared for finals.
"""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from lookdev.spec.base import Day, Digest, Line, Name, Spec
from lookdev.spec.hub import HUB, trouble_with
from lookdev.spec.licences import SPDX, forbids_commerce
from lookdev.spec.pipelines import PIPELINES, Base

EMBEDDED = "embedded"

Purpose = Literal["explore", "final"]
"""What a model is used for: trying, or delivering."""

Encoding = Literal["sdr-view", "acescct", "logc4"]
"""How a model's pixels stand for light."""

CardKind = Literal["model", "lora", "controlnet", "ipadapter", "autoencoder", "reference"]

_NONE = "none"


def _is_allowed(pipeline: str) -> str:
    if pipeline != _NONE and pipeline not in PIPELINES:
        raise ValueError(f"lookdev runs {', '.join(PIPELINES)}, and no other class")
    return pipeline


Pipeline = Annotated[
    str,
    AfterValidator(_is_allowed),
    Field(json_schema_extra={"enum": [*PIPELINES, _NONE]}),
]

_FILE = r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$"
FileName = Annotated[str, StringConstraints(pattern=_FILE, max_length=300)]
"""A file within a model's folder."""

_Words = Annotated[str, StringConstraints(max_length=2000)]


class LicenceCopy(Spec):
    """The licence's text, kept."""

    path: Line
    """Relative to the show, or starting with a root."""
    sha256: Digest


class Duties(Spec):
    """What must be done where the pictures are shown."""

    attribution: Line | None = None
    """The text that must be shown."""
    watermark: bool = False
    """Whether pictures must carry a watermark; lookdev sets none into delivered frames."""
    others: Annotated[tuple[Line, ...], Field(max_length=32)] = ()
    """Every other duty, in a sentence each; the records repeat them."""


class Consent(Spec):
    """That a person, or who speaks for one, said yes."""

    of: Line
    """Whose likeness, or whose picture."""
    reference: Line
    """Where the consent is filed."""
    day: Day
    """The day it was given."""
    until: Day | None = None
    """The last day on which it holds."""


class Clearance(Spec):
    """That someone with the right to say so looked at these terms."""

    by: Line
    day: Day
    note: Line | None = None


class Purchase(Spec):
    """A licence that was bought beside the published one."""

    reference: Line
    """Contract or order, as the production files it."""
    until: Day | None = None
    """The last day on which it holds."""


class ModelCard(Spec):
    """One model that looks may name, or one part of such a model."""

    format: Literal["card/1"]
    id: Name
    title: str
    kind: CardKind = "model"
    """`reference` is a set of pictures that a model was shown; `autoencoder` a tiny one, which
    shows a step before it is done."""
    pipeline: Pipeline = "none"
    """The pipeline's class, from lookdev's allow-list; `none` of what is no model."""
    base: Base | None = None
    """The family that a LoRA, ControlNet, IP-Adapter or autoencoder was made for; used with
    another it is refused."""
    variant: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{0,63}$")] = ""
    """What tells it from its relatives with the same files: `turbo`, `schnell`; looks name it."""
    weights: str
    """`embedded` (in the package); a folder, relative to the show or starting with a root; or
    `hub:OWNER/NAME@COMMIT`. Of a reference it is where the pictures are."""
    encoding: Encoding = "sdr-view"
    """The pixels it takes and gives: display pixels of ACES 2's SDR view, or scene light in log."""
    preview: Name | None = None
    """The card of a tiny autoencoder that shows its steps."""
    files: Annotated[dict[FileName, Digest], Field(max_length=10_000)] | None = None
    """SHA-256 of each of its files; where this is written, no others are ever loaded."""
    licence: Line
    """SPDX id, or LicenseRef-NAME; any other name only with `licence_copy`."""
    licence_copy: LicenceCopy | None = None
    """The licence's text; needed for finals where the id does not say which text it is."""
    non_commercial: bool | None = None
    """Whether the licence forbids commercial use; needs to be said where the id does not say it."""
    training_data: _Words | None = None
    """What it learned from, in a sentence; a reference has learned nothing."""
    allows: Annotated[tuple[Purpose, ...], Field(max_length=2)] | None = None
    """What it was cleared for; `final` includes `explore`. Not said: not cleared."""
    cleared: Clearance | None = None
    """Who cleared it, and when."""
    duties: Duties | None = None
    """What its terms ask of whoever shows the pictures."""
    consents: Annotated[tuple[Consent, ...], Field(max_length=200)] | None = None
    """Of the people whose likeness or pictures it holds; `[]` says that there are none."""
    purchased: Purchase | None = None
    parts: Annotated[tuple[Name, ...], Field(max_length=64)] = ()
    """Cards of what is in it or used with it: a LoRA merged in, a ControlNet, references."""

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> "ModelCard":
        if self.kind == "model" and self.pipeline == "none":
            raise ValueError("pipeline is missing; a model names its pipeline's class")
        if self.kind != "model" and self.pipeline != "none":
            raise ValueError(f"pipeline is {self.pipeline}; a {self.kind} has none: remove it")
        if self.kind != "reference" and self.training_data is None:
            raise ValueError("training_data is missing; say in a sentence what it learned from")
        return self

    @model_validator(mode="after")
    def _names_a_commit(self) -> "ModelCard":
        trouble = trouble_with(self.weights) if self.weights.startswith(HUB) else None
        if trouble:
            raise ValueError(f"weights is {self.weights}; {trouble}")
        return self

    @model_validator(mode="after")
    def _names_a_licence(self) -> "ModelCard":
        known = self.licence in SPDX or self.licence.startswith("LicenseRef-")
        if not known and self.licence_copy is None:
            raise ValueError(
                f"licence is {self.licence}, no SPDX id that lookdev knows; write the id as "
                "spdx.org/licenses has it, or keep the text and name it in licence_copy"
            )
        if self.non_commercial is False and forbids_commerce(self.licence):
            raise ValueError(
                f"non_commercial is false, but licence {self.licence} says that it is; remove it"
            )
        return self

    @property
    def is_non_commercial(self) -> bool | None:
        """Whether the licence forbids commercial use; None where nobody said."""
        if self.non_commercial is not None:
            return self.non_commercial
        if forbids_commerce(self.licence):
            return True
        return False if self.licence in SPDX else None
