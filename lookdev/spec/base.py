"""The base of every spec type, and the small types that several of them share."""

from datetime import date, datetime
from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StringConstraints


class Spec(BaseModel):
    """A frozen, strict type: unknown keys and wrong types are refused, never coerced."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        use_attribute_docstrings=True,
        protected_namespaces=(),
    )


_NAME = r"^[A-Za-z][A-Za-z0-9_-]{0,62}$"
_SEED = r"^(0|[1-9][0-9]{0,19})$"
_RATE = r"^[0-9]+(/[0-9]+)?$"
_DIGEST = r"^[0-9a-f]{64}$"
_DAY = r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
_KEY = r"^ed25519:[A-Za-z0-9+/]{43}=$"
_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}$"
LINE = r"^[^\x00-\x1f\x7f]*$"
"""One line of text."""

IN_WORDS = {
    _NAME: "letters, digits, _ and -, starting with a letter, at most 63",
    _SEED: "a whole number without leading zeros, below 2^64",
    _RATE: "a whole number, or an exact ratio such as 24000/1001",
    _DIGEST: "64 hexadecimal digits, in lower case",
    _DAY: "a day, as 2026-11-25",
    _KEY: "a public key as `lookdev keys new` prints it: ed25519: and 44 characters",
    _TIME: "a time in UTC, as 2026-11-22 18:30:00",
    LINE: "one line of text, without control characters",
}
"""What a person reads instead of a pattern."""


def knob(
    *,
    slider: tuple[float, float] | None = None,
    step: float | None = None,
    unit: str = "",
    refers: str = "",
) -> dict[str, JsonValue]:
    """What a widget needs to know of a field beside its bounds; goes into its JSON schema.

    Args:
        slider: The usual range, where the bounds are wider than a hand can aim.
        step: The smallest change that is worth a hand's while.
        unit: As it stands beside the number.
        refers: What the value stands for, where its type does not say: `model`, `matte`, `seed`,
            `size`, `colour`.
    """
    told: dict[str, JsonValue] = {"x-unit": unit} if unit else {}
    if slider is not None:
        told["x-slider"] = list(slider)
    if step is not None:
        told["x-step"] = step
    if refers:
        told["x-refers"] = refers
    return told


def _seed_in_range(text: str) -> str:
    if int(text) >= 2**64:
        raise ValueError("it must be below 2^64")
    return text


def _rate_is_positive(rate: int | str) -> int | str:
    try:
        value = Fraction(rate)
    except ZeroDivisionError as error:
        raise ValueError("its denominator must not be 0") from error
    if not 0 < value <= 1000:
        raise ValueError("it must lie above 0 and at most 1000 frames a second")
    return rate


Name = Annotated[str, StringConstraints(pattern=_NAME)]
"""A layer, matte, shot, sequence or model: letters, digits, `_` and `-`, starting with a letter."""

Seed = Annotated[
    str,
    StringConstraints(pattern=_SEED),
    AfterValidator(_seed_in_range),
    Field(json_schema_extra=knob(refers="seed")),
]
"""A decimal string below 2^64: JSON numbers above 2^53 do not survive every reader."""

Rate = Annotated[
    int | Annotated[str, StringConstraints(pattern=_RATE)],
    AfterValidator(_rate_is_positive),
]
"""Frames a second: 24, or an exact ratio such as "24000/1001"."""

Digest = Annotated[str, StringConstraints(pattern=_DIGEST)]
"""SHA-256, in hex."""


def _day_exists(text: str) -> str:
    date.fromisoformat(text)
    return text


Day = Annotated[str, StringConstraints(pattern=_DAY), AfterValidator(_day_exists)]
"""A calendar day, as "2026-11-25"; a quoted text in YAML."""


def _time_exists(text: str) -> str:
    datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 it is UTC, and not kept
    return text


Time = Annotated[str, StringConstraints(pattern=_TIME), AfterValidator(_time_exists)]
"""UTC, as "2026-11-22 18:30:00"."""

Key = Annotated[str, StringConstraints(pattern=_KEY)]
"""An Ed25519 public key: `ed25519:` and its 32 bytes in base64."""

Line = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=LINE)]
"""One line of text that says something."""

Rgb = tuple[float, float, float]
"""Red, green, blue in the working space (scene-linear ACEScg)."""

Gain = Annotated[float, Field(ge=0, le=1000)]
GainRgb = Annotated[tuple[Gain, Gain, Gain], Field(json_schema_extra=knob(refers="colour"))]
