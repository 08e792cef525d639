"""Every group of the blend through the spine: what it changes, and all that it must not."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from small_show import FIRST, HEIGHT, LAST, LOOK, WIDTH, SmallShow

from lookdev.errors import SpecError
from lookdev.generate.preflight import check_look
from lookdev.image import exr
from lookdev.image.element import Element
from lookdev.image.frame import Frame, Window
from lookdev.image.ingest import ingest
from lookdev.image.mattes import softened
from lookdev.render import Rendered, Session, comp_frame, render_frame
from lookdev.spec import parameter, strict_yaml
from lookdev.spec.folder import LookFile, ShotFile
from lookdev.spec.look import Look

GRAIN = {
    "frames": [1001, 1006],
    "sharpness": 0.9,
    "grain": {
        "luminance": [0.05, 0.5],
        "sigma": [[0.01, 0.02], [0.01, 0.02], [0.015, 0.03]],
        "spectrum": [[1.5, 1.2, 0.7, 0.5]] * 3,
    },
}
ELEMENT: dict[str, Any] = {
    "match": {"exposure": 0.3, "white": [1.1, 1.0, 0.9], "black": [0.01, 0.0, 0.02]},
    "light": {"relight": 0.8, "wrap": 0.6, "shadow": 0.5, "ground": 0.4, "bloom": 0.5},
    "camera": {"grain": 1.0, "blur": 0.8, "shutter": 180.0},
    "depth": {"distance": 5.0, "soft": 2.0, "extinction": 0.4, "haze": 0.02},
}
PATCH: dict[str, Any] = {
    "edge": {"method": "multiband", "bands": 3, "extend": 3.0},
    "match": {
        "exposure": 0.3,
        "transfer": 0.5,
        "map": [[1.1, 0, 0, 0.01], [0, 1, 0, 0], [0, 0, 0.9, 0]],
    },
    "camera": {"grain": 1.0, "blur": 0.8},
}
SIZES = {"shadow_size": 4.0, "ground_size": 12.0, "wrap_size": 3.0, "bloom_size": 3.0}


def write_depth(folder: Path) -> Path:
    """A floor that comes nearer downwards; the sky is infinitely far."""
    folder.mkdir()
    window = Window(0, 0, WIDTH, HEIGHT)
    y = np.mgrid[0:HEIGHT, 0:WIDTH][0].astype(np.float32)
    depth = np.where(y < 20, np.inf, 12 - 10 * y / HEIGHT)[..., None].astype(np.float32)
    depth[~np.isfinite(depth)] = 0
    for frame in range(FIRST, LAST + 1):
        made = Frame(depth, ("Z",), exr.RAW, window, window, frame)
        exr.write(folder / f"z.{frame:04d}.exr", made, date_time=exr.NO_DATE)
    return folder / "z.%04d.exr"


@pytest.fixture
def deep(small_show: SmallShow) -> ShotFile:
    root = small_show.folder.root
    return ingest(
        small_show.folder,
        root / "plates" / "plate.%04d.exr",
        sequence="street",
        shot="sh0020",
        colourspace="ACEScg",
        mattes={"tower": str(root / "mattes" / "tower.%04d.exr")},
        depth=write_depth(root / "depth"),
        track=root / "track.csv",
    )


def look_of(*, element: dict[str, Any], patch: dict[str, Any] | None = None, **top: Any) -> Look:
    data = strict_yaml.validate(__import__("yaml").safe_load(LOOK), Look, source="test").model_dump(
        mode="json", exclude_unset=True
    )
    data |= {"measured": GRAIN, **top}
    for layer in data["layers"]:
        layer["blend"] = layer.get("blend", {}) | element
    if patch is not None:
        wall = {
            "name": "wall",
            "element": {"kind": "patch", "prompt": "dust", "seed": "1", "size": [64, 36]},
            "matte": "tower",
            "blend": {"feather": 1.5} | patch,
        }
        data["layers"].insert(0, wall)
    return strict_yaml.validate(data, Look, source="test")


@cache
def given(frame: int) -> dict[str, Element]:
    """In place of what models would make: a wall, snow and glowing dust, another one each frame."""
    rng = np.random.default_rng(frame)
    colour = softened(rng.uniform(0.1, 0.6, (36, 64, 3)).astype(np.float32), 2.0)
    colour[8:12, 30:40] = 30.0
    made = {"wall": Element.picture(colour, evaluations=0)}
    for name, share in (("snow", 0.3), ("dust", 0.6)):
        density = softened(rng.uniform(0.2, 1, (36, 64)) * (rng.random((36, 64)) < share), 2.0)
        density[:, :4] = 0
        light = softened(rng.uniform(0.2, 0.9, (36, 64)), 2.0)
        emission = softened(3.0 * density * (rng.random((36, 64)) < 0.2), 1.5)
        made[name] = Element.made(density=density, light=light, emission=emission, evaluations=0)
    return made


def frame_of(
    shot: ShotFile, look: Look, session: Session, frame: int = 1003, **more: Any
) -> Rendered:
    named = {layer.name for layer in look.layers}
    elements = {name: one for name, one in given(frame).items() if name in named}
    return render_frame(shot, look, frame, session=session, provisional=elements, **more)


def sized(group: dict[str, Any]) -> dict[str, Any]:
    light = group.get("light", {})
    return group | {"light": light | {k: v for k, v in SIZES.items() if k[:4] in str(light)}}


ALL = sized(ELEMENT)


def single() -> Iterator[tuple[str, dict[str, Any]]]:
    for group, fields in ELEMENT.items():
        for field, value in fields.items():
            base = {"depth": {"distance": 5.0}} if field in ("soft", "haze") else {}
            yield f"{group}.{field}", {group: base.get(group, {}) | {field: value}}


@pytest.mark.parametrize("transfer", ["over", "plus", "screen", "multiply", "max"])
@pytest.mark.parametrize("method", ["multiband", "gradient"])
def test_with_everything_on_the_plate_keeps_its_bits_outside_the_support(
    small_show: SmallShow, deep: ShotFile, transfer: str, method: str
) -> None:
    patch = PATCH | {"edge": PATCH["edge"] | {"method": method}}
    look = look_of(
        element=ALL | {"transfer": transfer}, patch=patch, support={"matte": "tower", "ramp": 4.0}
    )
    session = Session(small_show.folder)
    made = frame_of(deep, look, session)
    outside = made.support.numpy() == 0
    same = (made.comp == made.below).all(0).numpy()
    print(f"{outside.sum()} outside, {(~same)[~outside].sum()} changed inside")
    assert same[outside].all()
    assert (~same)[~outside].sum() > 300
    assert torch.isfinite(made.comp).all()


@pytest.mark.parametrize(("name", "group"), list(single()), ids=[name for name, _ in single()])
def test_each_setting_changes_the_picture(
    small_show: SmallShow, deep: ShotFile, name: str, group: dict[str, Any]
) -> None:
    session = Session(small_show.folder)
    base = {"depth": {"distance": 5.0}} if name in ("depth.soft", "depth.haze") else {}
    glow = {"glow": [2.0, 2.0, 2.0]}
    before = frame_of(deep, look_of(element=base | glow), session)
    after = frame_of(deep, look_of(element=group | glow), session)
    changed = (before.comp - after.comp).abs()
    print(f"{name}: mean {float(changed.mean()):.4f}, at most {float(changed.max()):.3f}")
    assert float(changed.max()) > 1e-4
    assert torch.isfinite(after.comp).all()


def test_no_setting_of_the_blend_runs_a_model(small_show: SmallShow, deep: ShotFile) -> None:
    session = Session(small_show.folder)
    before = render_frame(deep, look_of(element={}), 1003, session=session)
    evaluations = session.elements.evaluations
    light = {"azimuth": 30.0, "colour": [1.0, 0.8, 0.6]}
    after = render_frame(deep, look_of(element=ALL, light=light), 1003, session=session)
    assert not torch.equal(before.comp, after.comp)
    assert session.elements.evaluations == evaluations > 0


def test_the_key_lights_direction_and_colour_change_what_is_relit(
    small_show: SmallShow, deep: ShotFile
) -> None:
    session = Session(small_show.folder)
    lights = [{"azimuth": 0.0}, {"azimuth": 180.0}, {"azimuth": 0.0, "colour": [1.0, 0.2, 0.2]}]
    comps = [
        frame_of(deep, look_of(element={"light": {"relight": 1.0}}, light=light), session).comp
        for light in lights
    ]
    assert not torch.equal(comps[0], comps[1])
    assert not torch.equal(comps[0], comps[2])
    stays = [frame_of(deep, look_of(element={}, light=light), session).comp for light in lights]
    assert torch.equal(stays[0], stays[1])
    assert torch.equal(stays[0], stays[2])


def test_a_models_own_light_maps_are_taken(small_show: SmallShow, deep: ShotFile) -> None:
    density = np.full((36, 64), 0.8, np.float32)
    maps = np.zeros((4, 36, 64), np.float32)
    maps[1] = 0.9  # it returns light from the right alone
    lit = Element.made(
        density=density, light=density, emission=0 * density, evaluations=0, maps=maps
    )
    again = Element.from_bytes(lit.to_bytes())
    assert np.array_equal(again.maps, lit.maps)  # type: ignore[arg-type]
    session, means = Session(small_show.folder), []
    for azimuth in (0.0, 180.0):
        light = {"azimuth": azimuth, "elevation": 0.0}
        look = look_of(element={"light": {"relight": 1.0, "ambient": 0.0}}, light=light)
        made = render_frame(
            deep, look, 1003, session=session, provisional={"snow": again, "dust": again}
        )
        means.append(float(made.layers["snow"][:3].mean()))
    print(f"mean from the right {means[0]:.3f}, from the left {means[1]:.3f}")
    assert means[0] > 5 * means[1]


def test_a_frame_alone_is_the_frame_of_the_range(small_show: SmallShow, deep: ShotFile) -> None:
    look = look_of(element=ALL, patch=PATCH)
    together = Session(small_show.folder)
    in_range = [frame_of(deep, look, together, frame).comp for frame in range(FIRST, LAST + 1)]
    alone = frame_of(deep, look, Session(small_show.folder), 1004).comp
    assert torch.equal(alone, in_range[3])


def test_an_opacity_begins_after_all_that_is_dear(
    small_show: SmallShow, deep: ShotFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, session = look_of(element=ALL, patch=PATCH), Session(small_show.folder)
    frame_of(deep, look, session)

    def dear(*_: Any, **__: Any) -> None:
        raise AssertionError("was done again")

    for place in ("body.shaded", "optics.lens_blurred", "optics.noise", "joining.wrapped",
                  "joining.pyramid", "joining.shadowed", "layers.eroded"):  # fmt: skip
        monkeypatch.setattr(f"lookdev.render.{place}", dear)
    for name in ("snow", "dust", "wall"):
        frame_of(deep, parameter.replace(look, f"{name}.blend.opacity", 0.3), session)


def test_grain_differs_by_frame_and_layer_and_scales_with_opacity(
    small_show: SmallShow, deep: ShotFile
) -> None:
    session = Session(small_show.folder)
    plain, grainy = look_of(element={}), look_of(element={"camera": {"grain": 1.0}})
    rests = {}
    for frame in (1002, 1003):
        a, b = (frame_of(deep, look, session, frame) for look in (plain, grainy))
        rests[frame] = {name: b.layers[name] - a.layers[name] for name in a.layers}
        for name in a.layers:
            assert torch.equal(a.layers[name][3], b.layers[name][3])
            nothing = (a.layers[name] == 0).all(0)
            assert (rests[frame][name][:, nothing] == 0).all()
    assert not torch.equal(rests[1002]["snow"], rests[1003]["snow"])
    assert not torch.equal(rests[1003]["snow"], rests[1003]["dust"])


def test_a_proxy_looks_like_the_frame_made_smaller(small_show: SmallShow, deep: ShotFile) -> None:
    calm = ALL | {"camera": {"blur": 1.6, "shutter": 180.0}}
    look, session = look_of(element=calm, patch=PATCH), Session(small_show.folder)
    whole = frame_of(deep, look, session).comp
    small = frame_of(deep, look, session, scale=0.5).comp
    reduced = torch.nn.functional.avg_pool2d(whole[None], 2)[0]
    away = (small - reduced).abs()[:, 2:-2, 2:-2]
    print(f"proxy: mean difference {float(away.mean()):.4f}, median {float(away.median()):.4f}")
    assert float(away.median()) < 0.02


def test_a_shadow_falls_beside_its_layer_and_on_no_holdout(
    small_show: SmallShow, deep: ShotFile
) -> None:
    session = Session(small_show.folder)
    bare = look_of(element={})
    cast = {"light": {"shadow": 0.8, "shadow_size": 2.0, "shadow_x": 10.0, "shadow_y": 0.0}}
    dark = look_of(element=cast)
    a, b = (frame_of(deep, look, session) for look in (bare, dark))
    more = b.layers["dust"][3] - a.layers["dust"][3]
    assert torch.equal(a.layers["dust"][:3], b.layers["dust"][:3])
    assert float(more.max()) > 0.05
    held = (
        exr.read(
            small_show.folder.root / "mattes" / "tower.1003.exr",
            ("A",),
            colourspace=exr.RAW,
            number=1003,
        ).pixels[..., 0]
        == 1
    )
    assert float(more[torch.from_numpy(held)].abs().max()) == 0


@pytest.mark.parametrize(
    ("element", "top", "sentence"),
    [
        ({"camera": {"grain": 1.0}}, {"measured": None}, "grain is 1, but the plate's"),
        ({"depth": {"distance": 3.0}}, {}, "distance is above 0, but the shot has no"),
        ({"depth": {"extinction": 0.1}}, {}, "extinction is above 0, but the shot has no"),
        ({"match": {"transfer": 0.5}}, {}, "would tint an element"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_before_anything(
    small_show: SmallShow, element: dict[str, Any], top: dict[str, Any], sentence: str
) -> None:
    look = look_of(element=element, **top)
    with pytest.raises(SpecError, match=sentence):
        check_look(LookFile(small_show.look_path, look, small_show.shot_file))


def test_the_delivered_frame_keeps_the_plate_where_nothing_is(
    small_show: SmallShow, deep: ShotFile
) -> None:
    look = look_of(element=ALL, support={"matte": "tower", "ramp": 4.0})
    session = Session(small_show.folder)
    made = render_frame(deep, look, 1003, session=session)
    comp = comp_frame(made, session)
    outside = made.support.numpy() == 0
    ours, theirs = (p.astype(np.float16).view(np.uint16) for p in (comp.pixels, made.plate.pixels))
    assert (ours == theirs)[outside].all()
