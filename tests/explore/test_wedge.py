import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_show import LOOK, SmallShow

from lookdev.errors import LookdevError
from lookdev.explore.still import still
from lookdev.explore.wedge import wedge
from lookdev.explore.wedge_plan import plan
from lookdev.explore.wedge_sheet import write_sheet
from lookdev.generate.adapter import Adapter
from lookdev.generate.loaded import Loaded
from lookdev.image import exr
from lookdev.image.sheet import read_png
from lookdev.spec import strict_yaml
from lookdev.spec.look import Look

AXES = ["snow.element.seed=1..2", "dust.blend.opacity=0.0,1.0"]


def test_a_wedge_is_kept_and_only_what_is_missing_is_rendered(
    small_show: SmallShow, tmp_path: Path
) -> None:
    out = tmp_path / "w"
    made = wedge(str(small_show.look_path), axes=AXES, frame=1004, out=out)
    assert made.rendered == 4
    assert made.cells[1].label == ("snow.element.seed=1", "dust.blend.opacity=1.0")
    pictures = [read_png(cell.picture) for cell in made.cells]
    assert len({p.tobytes() for p in pictures}) == 4
    second = strict_yaml.read(made.cells[3].look, Look)
    assert second.layers[0].element.seed == "2"
    assert second.layers[1].blend.opacity == 1.0
    assert sum(cell.evaluations for cell in made.cells) == 6
    sheet = read_png(made.sheet)

    made.cells[2].picture.write_bytes(b"torn")
    (out / "wedge.json").write_text("{")
    again = wedge(str(small_show.look_path), axes=AXES, frame=1004, out=out)
    assert again.rendered == 1
    assert np.array_equal(read_png(again.cells[2].picture), pictures[2])
    wider = wedge(
        str(small_show.look_path), axes=["snow.element.seed=1..3", AXES[1]], frame=1004, out=out
    )
    assert wider.rendered == 2
    assert read_png(wider.sheet).shape != sheet.shape


def test_a_finished_wedge_opens_again_without_torch(small_show: SmallShow, tmp_path: Path) -> None:
    look, out = str(small_show.look_path), tmp_path / "w"
    wedge(look, axes=AXES, frame=1004, out=out)
    script = (
        "import sys; from pathlib import Path; from lookdev.explore.wedge import wedge\n"
        f"made = wedge({look!r}, axes={AXES!r}, frame=1004, out=Path({str(out)!r}))\n"
        "print(made.rendered, 'torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["0", "False"]


def test_a_bad_value_stops_it_before_anything_is_rendered(
    small_show: SmallShow, tmp_path: Path
) -> None:
    with pytest.raises(LookdevError, match="opacity is 2"):
        wedge(
            str(small_show.look_path),
            axes=["dust.blend.opacity=1,2"],
            frame=1004,
            out=tmp_path / "w",
        )
    assert not (tmp_path / "w").exists()


def test_stills_as_exr_and_png(
    small_show: SmallShow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    look = "street/sh0010/toxic_v001"
    with pytest.raises(LookdevError, match="lies in no show"):
        still(look, frame=1004, out=tmp_path / "s.exr")
    thin = LOOK.replace("anchor: 1001}\n", "anchor: 1001}\n    blend: {opacity: 0.3}\n", 1)
    small_show.look_path.write_text(thin)  # that the plate's 60 is seen
    path = str(small_show.look_path)
    written = still(path, frame=1004, out=tmp_path / "s.exr")
    comp = exr.read(written, ("R", "G", "B"), colourspace="ACEScg", number=1004)
    assert float(comp.pixels.max()) > 50
    still(path, frame=1004, out=tmp_path / "s.png")
    assert read_png(tmp_path / "s.png").shape == (72, 128, 3)
    with pytest.raises(LookdevError, match=r"a still is \.exr or \.png"):
        still(path, frame=1004, out=tmp_path / "s.jpg")
    with pytest.raises(LookdevError, match=r"frame 1009 is outside the shot's 1001-1006"):
        still(path, frame=1009, out=tmp_path / "t.exr")
    assert not (tmp_path / "t.exr").exists()


def test_a_lone_axis_is_wrapped_into_rows(small_show: SmallShow, tmp_path: Path) -> None:
    look, out = small_show.look(), tmp_path / "w"
    shapes = []
    for axes in (["snow.element.seed=1..8"], ["snow.element.seed=1..17"], AXES[::-1]):
        planned = plan(look, axes, frame=1004, out=out)
        out.mkdir(exist_ok=True)
        shapes.append(read_png(write_sheet(out / "sheet.png", planned)).shape)
    eight, seventeen, two = shapes
    assert seventeen[1] == eight[1] == 8 + 8 * 488
    assert seventeen[0] > 2 * eight[0]
    assert two[1] == 8 + 2 * 488


def test_a_cells_seconds_are_its_own_and_not_the_models(
    small_show: SmallShow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = Loaded._load

    def slow(*args: Any, **kwargs: Any) -> Adapter:
        time.sleep(5.0)
        return load(*args, **kwargs)

    monkeypatch.setattr(Loaded, "_load", slow)
    look, out = str(small_show.look_path), tmp_path / "w"
    made = wedge(look, axes=["snow.element.seed=1..2"], frame=1004, out=out)
    assert made.cells[0].seconds < 5
