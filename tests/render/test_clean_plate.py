"""A patch of strength 0 shows the clean plate itself, at full resolution, and runs no model."""

import numpy as np
import pytest
from small_show import FIRST, HEIGHT, LAST, WIDTH, SmallShow

from lookdev.errors import SpecError
from lookdev.generate.preflight import check_look
from lookdev.image import exr
from lookdev.image.frame import Frame, Window
from lookdev.image.ingest import ingest
from lookdev.render import Session, comp_frame, render_frame
from lookdev.spec.folder import LookFile

LOOK = """\
format: look/1
support: {matte: tower, ramp: 0.0}
layers:
  - name: gone
    element: {kind: patch, prompt: dust, seed: "1", size: [64, 36]}
    patch: {start: clean_plate, strength: 0.0}
    matte: tower
"""


def with_clean_plate(show: SmallShow) -> LookFile:
    root = show.folder.root
    window = Window(0, 0, WIDTH, HEIGHT)
    (root / "clean").mkdir()
    rng = np.random.default_rng(5)
    for frame in range(FIRST, LAST + 1):
        pixels = rng.uniform(-0.05, 20, (HEIGHT, WIDTH, 3)).astype(np.float32)
        made = Frame(pixels, ("R", "G", "B"), "ACEScg", window, window, frame)
        exr.write(root / "clean" / f"clean.{frame:04d}.exr", made, date_time=exr.NO_DATE)
    ingest(
        show.folder,
        root / "plates" / "plate.%04d.exr",
        sequence="street",
        shot="sh0011",
        colourspace="ACEScg",
        mattes={"tower": str(root / "mattes" / "tower.%04d.exr")},
        clean_plate=root / "clean" / "clean.%04d.exr",
    )
    looks = root / "params" / "shots" / "street" / "sh0011" / "looks"
    (looks / "gone_v001.yaml").write_text(LOOK)
    return LookFile.open(str(looks / "gone_v001.yaml"))


def test_the_clean_plates_own_values_show_where_something_goes(small_show: SmallShow) -> None:
    look_file = with_clean_plate(small_show)
    session = Session(small_show.folder)
    rendered = render_frame(look_file.shot_file, look_file.look, 1003, session=session)
    made = comp_frame(rendered, session).pixels
    clean = exr.read(
        small_show.folder.root / "clean" / "clean.1003.exr",
        ("R", "G", "B"),
        colourspace="ACEScg",
        number=1003,
    ).pixels
    inside = (rendered.support == 1).numpy() & (rendered.layers["gone"][3] == 1).numpy()
    outside = (rendered.support == 0).numpy()
    assert inside.sum() > 500
    assert np.array_equal(made[inside], clean[inside]), "bit for bit, below 0 and above 1 too"
    assert np.array_equal(made[outside], rendered.plate.pixels[outside])
    assert session.elements.evaluations == session.elements.loads == 0


def test_the_embedded_model_fills_no_patch_but_may_show_the_clean_plate(
    small_show: SmallShow,
) -> None:
    look_file = with_clean_plate(small_show)
    check_look(look_file)
    look_file.path.write_text(LOOK.replace("strength: 0.0", "strength: 0.5"))
    with pytest.raises(SpecError, match=r"gone\.element\.kind is patch, and the embedded model"):
        check_look(LookFile.open(str(look_file.path)))
