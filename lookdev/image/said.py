"""Frame rate and colour space: who says what they are. Never guessed."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from lookdev.errors import PlateError
from lookdev.image.colour import WORKING, Colour
from lookdev.image.footage import Movie
from lookdev.image.plate import FoundPlate
from lookdev.image.survey import CLEAN_PLATE, Survey
from lookdev.image.tags import colourspace_of
from lookdev.spec.base import Rate


@dataclass(frozen=True)
class ChosenRate:
    """Frames a second as YAML writes it, and who said so."""

    value: int | str
    by: str


def choose_rate(
    given: str | None, found: FoundPlate, show: int | str | None, where: Path
) -> ChosenRate:
    """The person's rate, else the file's, else the show's.

    Raises:
        PlateError: Nobody says, or what the person says is no exact rate.
    """
    if given is not None:
        return ChosenRate(_written(_parsed(given, where)), "the person")
    if found.fps is not None:
        by = "the movie" if isinstance(found.source, Movie) else "the header"
        return ChosenRate(_written(found.fps), by)
    if show is not None:
        return ChosenRate(show, "show.yaml")
    raise PlateError(
        f"{where}: has no fps in its header, nor has show.yaml; give --fps 24000/1001 or what it is"
    )


def choose_colourspace(
    given: str | None, found: FoundPlate, colour: Colour, where: Path
) -> tuple[str, str]:
    """The person's colour space, else the file's, and who said so.

    Raises:
        PlateError: Nobody says, or the config does not know it.
    """
    if given is not None:
        colour.require(given, where=str(where))
        return given, "the person"
    if found.colourspace is None:
        raise PlateError(
            f"{where}: its colour space is not stated in a way that {colour.name} knows; "
            "give --colourspace ACEScg or what it is"
        )
    space, by = found.colourspace
    colour.require(space, where=str(where))
    return space, by


def require_clean_plates_space(
    companions: Iterable[Survey], found: FoundPlate, colour: Colour
) -> None:
    """Raise a PlateError where the clean plate states another colour space than the plate.

    A plate that is converted becomes ACEScg, and so must the clean plate be.
    """
    stated = found.colourspace and found.colourspace[0]
    expected = WORKING if found.is_converted else stated
    for companion in companions:
        said = colourspace_of(companion.header, colour) if companion.role == CLEAN_PLATE else None
        if said and expected and said[0] != expected:
            raise PlateError(
                f"{companion.header.path}: the clean plate's {said[1]} says {said[0]} but the "
                f"plate is {expected}; write it in that colour space"
            )


def _parsed(text: str, where: Path) -> Fraction:
    try:
        return Fraction(TypeAdapter(Rate).validate_python(text))
    except ValidationError as error:
        raise PlateError(
            f"{where}: fps is {text!r}; write a whole number or an exact ratio such as 24000/1001"
        ) from error


def _written(rate: Fraction) -> int | str:
    return int(rate) if rate.denominator == 1 else f"{rate.numerator}/{rate.denominator}"
