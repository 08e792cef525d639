"""The spine: what it touches, what it must not, and what it recomputes."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from small_show import FIRST, HEIGHT, LAST, LOOK, WIDTH, SmallShow, make_small_show

from lookdev.errors import PlateError
from lookdev.image import exr
from lookdev.image.frame import Window
from lookdev.image.ingest import ingest
from lookdev.render import Rendered, Session, comp_frame, render_frame
from lookdev.spec import parameter
from lookdev.spec.folder import LookFile


def half(pixels: np.ndarray) -> np.ndarray:
    return pixels.astype(np.float16).view(np.uint16)


def rendered(show: SmallShow, session: Session, frame: int, look: str | None = None) -> Rendered:
    look_file = show.look() if look is None else LookFile.open(str(show.add_look(look)))
    return render_frame(look_file.shot_file, look_file.look, frame, session=session)


@pytest.mark.parametrize("transfer", ["over", "plus", "screen"])
def test_outside_the_support_delivered_half_bits_are_the_plates(
    small_show: SmallShow, transfer: str
) -> None:
    look = LOOK.replace("support: {matte: frame}", "support: {matte: tower, ramp: 6.0}")
    look = look.replace(
        "anchor: 1001}\n  - name: dust",
        f"anchor: 1001}}\n    blend: {{transfer: {transfer}}}\n  - name: dust",
    )
    session = Session(small_show.folder)
    made = rendered(small_show, session, 1003, look)
    comp = comp_frame(made, session)
    outside = made.support.numpy() == 0
    same = half(comp.pixels) == half(made.plate.pixels)
    changed_inside = int((~same)[~outside].sum())
    print(f"{outside.sum()} pixels outside, {changed_inside} values changed inside")
    assert same[outside].all()
    assert changed_inside > 100
    assert float(comp.pixels.max()) == 60.0
    assert float(comp.pixels.min()) < 0


def test_a_plate_in_another_space_keeps_its_bits_outside_too(small_show: SmallShow) -> None:
    shot = small_show.shot_file.shot
    plate = shot.plate.model_copy(update={"colourspace": "Linear Rec.709 (sRGB)"})
    shot_file = dataclasses.replace(
        small_show.shot_file, shot=shot.model_copy(update={"plate": plate})
    )
    look = LookFile.open(
        str(small_show.add_look(LOOK.replace("{matte: frame}", "{matte: tower, ramp: 4.0}")))
    ).look
    session = Session(small_show.folder)
    made = render_frame(shot_file, look, 1003, session=session)
    comp = comp_frame(made, session)
    outside = made.support.numpy() == 0
    assert (half(comp.pixels) == half(made.plate.pixels))[outside].all()
    assert (half(comp.pixels) != half(made.plate.pixels)).any()


def test_a_frame_alone_is_the_frame_of_the_range(small_show: SmallShow) -> None:
    together = Session(small_show.folder)
    in_range = [rendered(small_show, together, frame) for frame in range(FIRST, LAST + 1)]
    for path in small_show.folder.cache_folder.rglob("*"):
        if path.is_file():
            path.unlink()
    alone = rendered(small_show, Session(small_show.folder), 1004)
    assert torch.equal(alone.comp, in_range[3].comp)
    assert all(torch.equal(alone.layers[n], in_range[3].layers[n]) for n in alone.layers)


def test_a_blend_edit_runs_no_model_and_leaves_other_layers_alone(small_show: SmallShow) -> None:
    session = Session(small_show.folder)
    look_file = small_show.look()
    first = render_frame(look_file.shot_file, look_file.look, 1004, session=session)
    before = session.elements.evaluations
    assert before == 4
    for name, value in (
        ("dust.blend.opacity", 0.5),
        ("dust.blend.exposure", -1.0),
        ("dust.blend.tint", [1.0, 0.5, 0.2]),
        ("dust.blend.transfer", "plus"),
        ("dust.blend.feather", 2.0),
        ("dust.holdouts", []),
        ("support.ramp", 3.0),
    ):
        edited = parameter.replace(look_file.look, name, value)
        again = render_frame(look_file.shot_file, edited, 1004, session=session)
        assert session.elements.evaluations == before, name
        if name.startswith("dust"):
            assert again.layers["snow"] is first.layers["snow"], name
            first = render_frame(look_file.shot_file, look_file.look, 1004, session=session)
    assert session.elements.evaluations == before


def test_an_element_edit_runs_the_model_for_that_layer_only(small_show: SmallShow) -> None:
    session = Session(small_show.folder)
    look_file = small_show.look()
    render_frame(look_file.shot_file, look_file.look, 1004, session=session)
    before = session.elements.evaluations
    edited = parameter.replace(look_file.look, "snow.element.seed", "8")
    render_frame(look_file.shot_file, edited, 1004, session=session)
    assert session.elements.evaluations - before == 2


def test_cached_elements_are_the_fresh_ones_and_load_no_model(small_show: SmallShow) -> None:
    fresh = Session(small_show.folder)
    made = rendered(small_show, fresh, 1005)
    cached = Session(small_show.folder)
    again = rendered(small_show, cached, 1005)
    assert cached.elements.loads == 0
    assert cached.elements.evaluations == 0
    assert torch.equal(made.comp, again.comp)


def test_guidance_doubles_the_evaluations(small_show: SmallShow) -> None:
    session = Session(small_show.folder)
    look = LOOK.replace('seed: "7",', 'seed: "7", guidance: 2.0,')
    rendered(small_show, session, 1004, look)
    assert session.elements.evaluations == 6


def test_held_noise_is_one_element_and_fresh_noise_is_many(small_show: SmallShow) -> None:
    session = Session(small_show.folder)
    base = LOOK[: LOOK.index("  - name: dust")]
    held = base.replace("motion: {", "motion: {noise: held, ")
    rendered(small_show, session, 1001, held)
    rendered(small_show, session, 1002, held)
    assert session.elements.evaluations == 2
    fresh = base.replace("motion: {", "motion: {noise: fresh, ")
    a, b = (rendered(small_show, session, frame, fresh) for frame in (1001, 1002))
    assert not torch.equal(a.layers["snow"], b.layers["snow"])


def test_holdouts_hold_the_element_out(small_show: SmallShow) -> None:
    session = Session(small_show.folder)
    made = rendered(small_show, session, 1004)
    inside_tower = made.layers["dust"][3, 20:50, 56:74]
    assert not inside_tower.any()


def test_a_layer_that_starts_on_a_curve_is_not_there_before(small_show: SmallShow) -> None:
    session = Session(small_show.folder)
    made = rendered(small_show, session, 1001)
    assert not made.layers["dust"].any()


def test_an_empty_envelope_runs_no_model(small_show: SmallShow) -> None:
    session = Session(small_show.folder)
    base = LOOK[: LOOK.index("  - name: dust")]
    look = base.replace("    motion", "    control: {amount: 0.0}\n    motion")
    made = rendered(small_show, session, 1001, look)
    assert session.elements.evaluations == 0
    assert session.elements.loads == 0
    assert torch.equal(made.comp, made.below)


def test_a_proxy_shows_the_same_picture_smaller(small_show: SmallShow) -> None:
    session = Session(small_show.folder)
    look_file = small_show.look()
    full = render_frame(look_file.shot_file, look_file.look, 1004, session=session)
    proxy = render_frame(look_file.shot_file, look_file.look, 1004, session=session, scale=0.5)
    assert proxy.comp.shape == (3, HEIGHT // 2, WIDTH // 2)
    small = torch.nn.functional.interpolate(full.comp[None], scale_factor=0.5, mode="area")[0]
    pair = torch.stack([small.clamp(0, 1).ravel(), proxy.comp.clamp(0, 1).ravel()])
    correlation = float(torch.corrcoef(pair)[0, 1])
    shifted = torch.stack([pair[0][1:], pair[1][:-1]])
    print(f"correlation {correlation:.4f}; a pixel off {float(torch.corrcoef(shifted)[0, 1]):.4f}")
    assert correlation > 0.97


def test_a_damaged_plate_is_refused(small_show: SmallShow) -> None:
    path = small_show.folder.root / "plates" / "plate.1004.exr"
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(PlateError, match="1004"):
        rendered(small_show, Session(small_show.folder), 1004)


def test_moving_windows_stay_registered(small_show: SmallShow, beachball: object) -> None:
    shot_file = ingest(
        small_show.folder, beachball, sequence="ball", shot="b", fps="24", colourspace="ACEScg"
    )
    path = shot_file.path.parent / "looks" / "snow_v001.yaml"
    path.parent.mkdir(exist_ok=True)
    thin = LOOK[: LOOK.index("  - name: dust")] + "    blend: {opacity: 0.5}\n"
    path.write_text(thin.replace("[64, 36]", "[128, 97]"))
    look_file = LookFile.open(str(path))
    session = Session(small_show.folder)
    for frame in range(1, 9):
        made = render_frame(shot_file, look_file.look, frame, session=session)
        comp = comp_frame(made, session)
        source = exr.read(
            beachball.with_name(f"singlepart.{frame:04d}.exr"),
            ("R", "G", "B", "A"),
            colourspace="ACEScg",
            number=frame,
        )
        assert comp.data == source.data.joined(source.display)
        untouched = (made.layers["snow"][3] == 0).numpy() & (made.layers["snow"][:3] == 0).all(
            0
        ).numpy()
        whole = source.over_window(comp.data).pixels
        assert (comp.pixels == whole)[untouched].all()
        rows, columns = source.data.within(comp.data)
        solid = source.pixels[..., 3] == 1
        ball = comp.pixels[rows, columns][solid][:, :3]
        correlation = np.corrcoef(ball.ravel(), source.pixels[solid][:, :3].ravel())[0, 1]
        print(f"frame {frame}: {untouched.mean():.0%} untouched, correlation {correlation:.3f}")
        assert correlation > 0.8


def test_a_display_window_that_does_not_start_at_zero(tmp_path: Path) -> None:
    """The same plate with its windows moved by (100, 50) gives the same picture, moved."""
    made = {}
    for name, x, y in (("at_zero", 0, 0), ("moved", 100, 50)):
        show = make_small_show(tmp_path / name)
        for path in (
            *show.folder.root.glob("plates/*.exr"),
            *show.folder.root.glob("mattes/*.exr"),
        ):
            channels = exr.read_header(path).channels
            frame = exr.read(path, channels, colourspace="ACEScg", number=1)
            window = Window(x, y, WIDTH, HEIGHT)
            exr.write(
                path, dataclasses.replace(frame, data=window, display=window), date_time=exr.NO_DATE
            )
        shot_file = ingest(
            show.folder,
            show.folder.root / "plates" / "plate.%04d.exr",
            sequence="street",
            shot="sh0010",
            colourspace="ACEScg",
            mattes={"tower": str(show.folder.root / "mattes" / "tower.%04d.exr")},
            track=show.folder.root / "track.csv",
        )
        session = Session(show.folder)
        made[name] = render_frame(shot_file, show.look().look, 1004, session=session)
    assert made["moved"].plate.data == Window(100, 50, WIDTH, HEIGHT)
    assert torch.equal(made["moved"].comp, made["at_zero"].comp)


def test_ramp_and_edges_do_not_depend_on_the_data_window(small_show: SmallShow) -> None:
    look = LOOK.replace("{matte: frame}", "{matte: tower, ramp: 6.0}")
    look = look.replace(
        "holdouts: [tower]\n    blend: {", "matte: tower\n    blend: {feather: 3.0, "
    )
    session = Session(small_show.folder)
    whole = rendered(small_show, session, 1004, look)
    path = small_show.folder.root / "plates" / "plate.1004.exr"
    frame = exr.read(path, ("R", "G", "B"), colourspace="ACEScg", number=1004)
    small = frame.over_window(Window(60, 20, 20, 20))
    exr.write(path, small, date_time=exr.NO_DATE)
    cropped = rendered(small_show, Session(small_show.folder), 1004, look)
    assert torch.equal(cropped.support, whole.support)
    assert torch.equal(cropped.layers["dust"], whole.layers["dust"])
    assert cropped.window == Window(53, 8, 27, 44)
    comp = comp_frame(cropped, session)
    assert comp.data == cropped.window


def test_the_other_eye_is_delivered_as_rgba(small_show: SmallShow, beachball: Path) -> None:
    shot_file = ingest(
        small_show.folder,
        beachball,
        sequence="ball",
        shot="left",
        fps="24",
        colourspace="ACEScg",
        view="left",
    )
    look = LookFile.open(
        str(
            small_show.add_look(
                LOOK[: LOOK.index("  - name: dust")].replace("[64, 36]", "[128, 97]")
            )
        )
    ).look
    session = Session(small_show.folder)
    made = comp_frame(render_frame(shot_file, look, 1, session=session), session)
    assert made.channels == ("R", "G", "B", "A")
    untouched = exr.read(
        beachball.with_name("singlepart.0001.exr"),
        ("left.R", "left.G", "left.B", "left.A"),
        colourspace="ACEScg",
        number=1,
    )
    same = made.over_window(untouched.data).pixels == untouched.pixels
    print(f"{same.mean():.0%} of the left eye's values are untouched")
    assert same.mean() > 0.05
