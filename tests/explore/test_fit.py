"""A shot's layers fitted to its plate: planted mismatches of a patch, and what is refused.

The patch shows a clean plate that is off: it was taken with another exposure, in other light, or
through another lens. Inside the matte stands something that goes, and the truth is known.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import cv2
import numpy as np
import pytest
from small_show import SmallShow

from lookdev.blend.match import Levels, fit_levels
from lookdev.errors import SpecError
from lookdev.explore.fit import Wanted, fit, frames_of_fit
from lookdev.explore.fit_edges import along_edge, witness
from lookdev.explore.fit_file import differences
from lookdev.image import exr
from lookdev.image.element import Element
from lookdev.image.frame import Frame, Window
from lookdev.image.ingest import ingest
from lookdev.render import Session, render_frame
from lookdev.spec import parameter
from lookdev.spec.blending import NO_MAP, Match
from lookdev.spec.folder import LookFile
from lookdev.spec.look import Look

WIDTH, HEIGHT, FIRST, LAST = 240, 135, 1001, 1003
GRAIN = 0.006
LOOK = """\
format: look/1
support: {matte: frame}
layers:
  - name: gone
    element: {kind: patch, prompt: dust, seed: "1", size: [64, 36]}
    patch: {start: clean_plate, strength: 0.0}
    matte: garbage
    blend: {opacity: 0.9}
"""
XYZ_TO_AP1 = np.array(
    [
        [1.6410233797, -0.3248032942, -0.2364246952],
        [-0.6636628587, 1.6153315917, 0.0167563477],
        [0.0117218943, -0.0082844420, 0.9883948585],
    ]
)

Picture = np.ndarray


def daylight(kelvin: float) -> Picture:
    """ACEScg of CIE daylight (CIE 15), 4000 to 25000 K."""
    t = 1000 / kelvin
    if kelvin <= 7000:
        x = 0.244063 + 0.09911 * t + 2.9678 * t**2 - 4.6070 * t**3
    else:
        x = 0.237040 + 0.24748 * t + 1.9018 * t**2 - 2.0064 * t**3
    y = -3 * x**2 + 2.87 * x - 0.275
    return XYZ_TO_AP1 @ [x / y, 1, (1 - x - y) / y]


@cache
def scene(seed: int) -> Picture:
    """A surface with tones over some stops, at several sizes of detail; (H, W, 3)."""
    rng = np.random.default_rng(seed)
    stops = np.full((HEIGHT, WIDTH, 3), -3.0, np.float32)
    for size, weight in ((24, 1.6), (8, 0.8), (3, 0.4)):
        grey = cv2.GaussianBlur(rng.normal(size=(HEIGHT, WIDTH)).astype(np.float32), (0, 0), size)
        tint = cv2.GaussianBlur(rng.normal(size=stops.shape).astype(np.float32), (0, 0), size)
        stops += weight * (grey / grey.std())[..., None] + 0.15 * weight * tint / tint.std()
    return 2**stops


def disc(radius: float) -> Picture:
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    far = np.hypot(x - WIDTH / 2, y - HEIGHT / 2)
    return np.asarray(np.clip(radius - far + 0.5, 0, 1), np.float32)[..., None]


MISMATCHES: dict[str, Callable[[Picture], Picture]] = {
    "exposure +1": lambda truth: 2 * truth,
    "exposure -1": lambda truth: truth / 2,
    "white 4100 K": lambda truth: truth * daylight(4100) / daylight(5600),
    "white 7100 K": lambda truth: truth * daylight(7100) / daylight(5600),
    "blacks +0.02": lambda truth: truth + 0.02,
}
UNDER, AROUND = "the plate under its edge", "the plate around it"


def removed(off: Picture, match: Match | Levels, where: Picture) -> float:
    """Share of the error (mean absolute, against the truth) that a match takes away."""
    made = off * 2**match.exposure * np.array(match.white) + np.array(match.black)
    before, after = (np.abs(one - scene(1))[where].mean() for one in (off, made))
    return float(1 - after / before)


def seen_with(thing: float, seed: int) -> Picture:
    """The plate, with its grain, and with a thing of some radius in it."""
    truth, other = scene(1), scene(2) * [0.3, 0.5, 1.5]
    grain = np.random.default_rng(seed).normal(0, GRAIN, truth.shape)
    return np.asarray(truth + disc(thing) * (other - truth) + grain, np.float32)


def write(folder: Path, name: str, frame: int, pixels: Picture) -> Path:
    folder.mkdir(exist_ok=True)
    window = Window(0, 0, WIDTH, HEIGHT)
    matte = pixels.shape[2] == 1
    channels, space = (("A",), exr.RAW) if matte else (("R", "G", "B"), "ACEScg")
    made = Frame(pixels.astype(np.float32), channels, space, window, window, frame)
    exr.write(folder / f"{name}.{frame:04d}.exr", made, date_time=exr.NO_DATE)
    return folder / f"{name}.%04d.exr"


def planted(show: SmallShow, mismatch: Callable[[Picture], Picture], thing: float = 30) -> LookFile:
    """A shot with a thing of some radius in a matte of radius 50, and a clean plate that is off."""
    root, shot = show.folder.root, "sh0050"
    truth, matte = scene(1), disc(50)
    for frame in range(FIRST, LAST + 1):
        plate = write(root / "own_plate", "plate", frame, seen_with(thing, frame))
        clean = write(root / "own_clean", "clean", frame, mismatch(truth))
        garbage = write(root / "own_matte", "garbage", frame, matte)
    ingest(
        show.folder,
        plate,
        sequence="street",
        shot=shot,
        colourspace="ACEScg",
        fps="24",
        mattes={"garbage": str(garbage)},
        clean_plate=clean,
    )
    looks = root / "params" / "shots" / "street" / shot / "looks"
    (looks / "gone_v001.yaml").write_text(LOOK)
    return LookFile.open(str(looks / "gone_v001.yaml"))


@pytest.mark.parametrize("thing", [0, 30, 44])
@pytest.mark.parametrize("name", MISMATCHES)
def test_four_fifths_of_a_planted_mismatch_are_removed(name: str, thing: float) -> None:
    """The thing leaves a margin in the matte, which has a radius of 50."""
    matte = disc(50)[..., 0]
    off = MISMATCHES[name](scene(1)).astype(np.float32)
    source, target, where = witness(along_edge(off, matte, seen_with(thing, 4)))
    levels = fit_levels(source, target)
    share = removed(off, levels, matte == 1)
    print(f"{name}, thing of {thing}: {share:.1%} removed by {where}; {levels}")
    assert where == UNDER
    assert share >= 0.8


@pytest.mark.parametrize("name", ["exposure +1", "exposure -1"])
def test_a_thing_that_fills_its_matte_is_no_witness_but_what_is_around_it(name: str) -> None:
    matte = disc(50)[..., 0]
    off = MISMATCHES[name](scene(1)).astype(np.float32)
    source, target, where = witness(along_edge(off, matte, seen_with(49, 4)))
    share = removed(off, fit_levels(source, target), matte == 1)
    print(f"{name}: {share:.1%} removed by {where}")
    assert where == AROUND
    assert share >= 0.7


def all_off(truth: Picture) -> Picture:
    """Two thirds of a stop, another light and lifted blacks at once."""
    return 1.6 * MISMATCHES["white 4100 K"](truth) + 0.02


def error_of(look_file: LookFile, look: Look, session: Session) -> float:
    """Of the patch's straight colour against the truth, mean absolute, through the spine."""
    rgba = render_frame(look_file.shot_file, look, 1002, session=session).layers["gone"]
    colour = np.moveaxis((rgba[:3] / rgba[3].clamp_min(0.01)).numpy(), 0, -1)
    return float(np.abs(colour - scene(1))[disc(45)[..., 0] == 1].mean())


def test_a_patch_is_matched_through_the_spine_and_only_that_is_written(
    small_show: SmallShow,
) -> None:
    look_file, session = planted(small_show, all_off), Session(small_show.folder)
    said: list[str] = []
    wanted = Wanted(transfer=True, blur=True)
    fitted = fit(look_file, session=session, wanted=wanted, say=said.append)
    print("\n".join([*said, *differences(look_file.look, fitted)]))
    match, written = fitted.layers[0].blend.match, fitted.model_dump(exclude_unset=True)
    inside = disc(45)[..., 0] == 1
    assert removed(all_off(scene(1)), match, inside) >= 0.8
    assert set(written["layers"][0]["blend"]) == {"opacity", "match", "camera"}
    assert set(written["layers"][0]["blend"]["camera"]) == {"blur"}
    assert written["layers"][0]["blend"]["opacity"] == 0.9
    assert match.map != NO_MAP
    assert match.transfer == 1
    assert fitted.measured is not None
    assert fitted.measured.frames == (FIRST, FIRST + 1, LAST)
    numbers = [match.exposure, *match.white, *match.black, *sum(match.map, ())]
    assert all(float(f"{one:.4g}") == one for one in numbers)
    errors = [error_of(look_file, one, session) for one in (look_file.look, fitted)]
    print(f"off by {errors[0]:.4f}, rendered with its fit by {errors[1]:.4f}")
    assert errors[1] < 0.2 * errors[0]
    again = fit(replace(look_file, look=fitted), session=session, say=said.append)
    assert again.layers[0].blend.match == match, "a fit is not built upon the one before"
    assert session.elements.evaluations == 0


def test_a_grainless_patch_gets_the_plates_grain(small_show: SmallShow) -> None:
    look_file = planted(small_show, lambda truth: truth, thing=0)
    session, wanted = Session(small_show.folder), Wanted(levels=False, grain=True)
    fitted = fit(look_file, session=session, wanted=wanted, say=lambda _: None)
    inside, sigmas = disc(45)[..., 0] == 1, []
    for look in (look_file.look, fitted):
        comp = render_frame(look_file.shot_file, look, 1002, session=session).comp
        sigmas.append(float((np.moveaxis(comp.numpy(), 0, -1) - scene(1))[inside].std()))
    lacking = [abs(GRAIN - sigma) for sigma in sigmas]
    share = 1 - lacking[1] / lacking[0]
    print(
        f"plate {GRAIN}, without grain {sigmas[0]:.5f}, with {sigmas[1]:.5f}: {share:.1%} removed"
    )
    assert share >= 0.8


def test_an_element_gets_levels_and_no_colours_of_the_plate(small_show: SmallShow) -> None:
    session, look_file = Session(small_show.folder), small_show.look()
    element = Element.picture(
        np.full((36, 64, 3), 2.0, np.float32), evaluations=0, density=np.full((36, 64), 0.8, "f4")
    )
    session.elements.get = lambda *_, **__: element  # type: ignore[method-assign]
    wanted = Wanted(transfer=True)
    fitted = fit(look_file, session=session, layers=["snow"], wanted=wanted, say=lambda _: None)
    match = fitted.layers[0].blend.match
    print(match)
    assert match.transfer == 0
    assert match.map == NO_MAP
    assert -3 < match.exposure < 0, "it was brighter than the plate"
    assert fitted.layers[1] == look_file.look.layers[1], "nobody asked for that layer"


def test_what_cannot_be_fitted_is_refused_in_a_sentence(small_show: SmallShow) -> None:
    session, look_file = Session(small_show.folder), small_show.look()
    refused = partial(fit, look_file, session=session, say=lambda _: None)
    with pytest.raises(SpecError, match=r"toxic_v001.yaml: has no layer rain; it shows snow, dust"):
        refused(layers=["rain"])
    muted = replace(look_file, look=parameter.replace(look_file.look, "dust.mute", True))
    with pytest.raises(SpecError, match="dust is muted; unmute it, or leave it out"):
        fit(muted, session=session, layers=["dust"], say=lambda _: None)
    session.elements.get = lambda *_, **__: Element.empty(64, 36)  # type: ignore[method-assign]
    with pytest.raises(SpecError, match=r"snow shows next to nothing at frames 1001, 1002, 1003"):
        refused(layers=["snow"])


def test_the_frames_of_a_fit_are_those_of_the_range() -> None:
    assert frames_of_fit(1001, 1001) == (1001,)
    assert frames_of_fit(1001, 1003) == (1001, 1002, 1003)
    assert frames_of_fit(1001, 1100) == (1001, 1025, 1050, 1075, 1100)
