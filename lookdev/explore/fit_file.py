"""A look's file fitted to its plate, and what that changed, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lookdev.errors import SpecError
from lookdev.explore.fit import Say, Wanted, chosen_layers, fit, frames_of_fit
from lookdev.explore.versions import write_version
from lookdev.render import Session
from lookdev.render.recorded import recorded
from lookdev.spec import strict_yaml
from lookdev.spec.base import Rgb
from lookdev.spec.blending import NO_MAP, Blend
from lookdev.spec.draft import utc_now
from lookdev.spec.files import check_writable, write_new
from lookdev.spec.folder import LookFile, split_version
from lookdev.spec.look import Look


@dataclass(frozen=True)
class Fitted:
    """A look that was written, and what of it is new."""

    path: Path
    said: tuple[str, ...]
    """A line for each thing that was fitted: before, and after."""


def fit_file(
    look: str,
    *,
    layers: Sequence[str] | None = None,
    wanted: Wanted | None = None,
    out: Path | None = None,
    say: Say = print,
) -> Fitted:
    """Fit a look and write it as its next version; what ran of models goes into the ledger.

    Args:
        look: A look's file, or `sequence/shot/name_v003`.
        layers: As `fit`.
        wanted: As `fit`.
        out: A new file instead of the next version.
        say: As `fit`.

    Raises:
        LookdevError: As `fit`, or it cannot be written; then nothing was.
    """
    look_file = LookFile.open(look)
    _check_out(look_file, out)
    chosen = chosen_layers(look_file, layers)
    session = Session(look_file.folder)
    plate = look_file.shot.plate
    with recorded(
        session,
        look_file.shot_file,
        look_file.look,
        what="explore",  # which is no event where every element was there already
        look_name=look_file.name,
        frames=frames_of_fit(plate.first, plate.last),
    ):
        names = [layer.name for layer in chosen]
        fitted = fit(look_file, session=session, layers=names, wanted=wanted, say=say)
    said = tuple(differences(look_file.look, fitted))
    return Fitted(_write(look_file, fitted, out), said)


def differences(before: Look, after: Look) -> list[str]:
    """What a fit has changed, layer by layer, in words: `snow: exposure +0 -> -0.98 stops`."""
    old = {layer.name: layer.blend for layer in before.layers}
    lines = []
    for layer in after.layers:
        was, now = _said(old[layer.name]), _said(layer.blend)
        for what, unit in _UNITS.items():
            if was[what] != now[what]:
                lines.append(f"{layer.name}: {what} {was[what]} -> {now[what]}{unit}")
    return lines


_UNITS = {
    "exposure": " stops",
    "white": "",
    "black": "",
    "colour map": "",
    "colour transfer": "",
    "blur": " px",
    "grain": " x the plate's",
}


def _said(blend: Blend) -> dict[str, str]:
    match, camera = blend.match, blend.camera
    return {
        "exposure": f"{match.exposure:+.2f}",
        "white": _three(match.white),
        "black": _three(match.black),
        "colour map": "none" if match.map == NO_MAP else "fitted",
        "colour transfer": f"{match.transfer:g}",
        "blur": str(camera.blur),
        "grain": f"{camera.grain:g}",
    }


def _three(colour: Rgb) -> str:
    return "/".join(f"{channel:.4g}" for channel in colour)


def _check_out(look_file: LookFile, out: Path | None) -> None:
    """Before anything is rendered."""
    if out is None:
        check_writable(look_file.shot_file.path.parent)
        return
    if out.suffix != ".yaml":
        raise SpecError(f"{out}: a look is a .yaml file; give --out such a name")
    if out.exists():
        raise _is_there(out)
    if not out.parent.is_dir():
        raise SpecError(f"{out.parent}: there is no such folder; make it, or choose another --out")
    check_writable(out.parent)


def _write(look_file: LookFile, look: Look, out: Path | None) -> Path:
    if out is None:
        version = split_version(look_file.name)
        return write_version(look_file.shot_file, version[0] if version else look_file.name, look)
    stamped = look.model_copy(update={"created": utc_now()})
    if not write_new(out, strict_yaml.write(stamped).encode()):
        raise _is_there(out)
    return out


def _is_there(out: Path) -> SpecError:
    return SpecError(f"{out}: is there already, and a look is written once; choose another --out")
