"""What is publicly known of the usual models: their terms, and the settings they were made for."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, JsonValue

from lookdev.errors import ModelError
from lookdev.spec import strict_yaml
from lookdev.spec.base import Day, Line, Name, Spec
from lookdev.spec.card import Duties, Encoding, FileName, Pipeline
from lookdev.spec.pipelines import Base

_FOLDER = Path(__file__).with_name("known")


class KnownModel(Spec):
    """One published model: what its publisher says of it, and no more."""

    format: Literal["known/1"]
    id: Name
    title: Line
    repository: Line
    """`OWNER/NAME` on the hub; which commit is for the show to say."""
    pipeline: Pipeline
    base: Base
    variant: str = ""
    encoding: Encoding = "sdr-view"
    licence: Line
    non_commercial: bool
    training_data: Line
    duties: Duties | None = None
    steps: Annotated[int, Field(ge=1, le=200)]
    """As its publisher's own example has them."""
    guidance: Annotated[float, Field(ge=0, le=30)]
    """As `element.guidance`; 1 is off."""
    note: Line
    """What a person must know before he uses it."""
    tells: dict[FileName, dict[Name, JsonValue]] = Field(default_factory=dict)
    """Values in its config files that its relatives of other terms have not."""
    source: Line
    """Where the licence was read."""
    seen: Day
    """The day it was read."""


def known_models() -> tuple[KnownModel, ...]:
    """All of them, by id."""
    return tuple(strict_yaml.read(path, KnownModel) for path in sorted(_FOLDER.glob("*.yaml")))


def known_model(name: str) -> KnownModel:
    """One of them.

    Raises:
        ModelError: It is none of them.
    """
    for model in known_models():
        if model.id == name:
            return model
    ids = ", ".join(model.id for model in known_models())
    raise ModelError(f"--known is {name}, of which nothing is known here; there are {ids}")
