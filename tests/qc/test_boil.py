"""An edge that crawls boils; one that is carried, and flakes that fall, do not."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from qc.moving import HEIGHT, PAN, WIDTH, Picture, dust, moving, patch, scene, snow, wavy

from lookdev.qc.boil import Boil

FALL, DRIFT = (1.5, 4.2), (2.0, -1.2)
SNOW, DUST = moving("snow", *FALL), moving("dust", *DRIFT)
WALL = {"name": "wall", "element": {"kind": "patch"}}


def clipped(n: int, boil: float) -> Picture:
    """Dust behind a slanting edge, 4 px wide, that goes with the plate."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    edge = x - 300 - PAN[0] * n + 0.3 * (y - 180 - PAN[1] * n) + wavy(n, boil)
    return dust(n, DRIFT) * np.clip(0.5 + edge / 4, 0, 1)[..., None].astype(np.float32)


def values(folder: Path, layer: dict[str, object], draw: Callable[[int], Picture]) -> list[float]:
    made, meter = scene(folder, layer), Boil()
    return [
        reading.value
        for n in range(3)
        for reading in meter.see(made.seen(n, {str(layer["name"]): draw(n)}))
    ]


def test_a_boiling_edge_stands_out_and_moving_ones_do_not(tmp_path: Path) -> None:
    clean = {
        "patch is carried": values(tmp_path, WALL, patch),
        "dust behind an edge": values(tmp_path, DUST, lambda n: clipped(n, 0)),
        "snow falls": values(tmp_path, SNOW, lambda n: snow(n, FALL)),
        "dust's front grows": [*values(tmp_path, DUST, lambda n: dust(n, DRIFT, front=4)), 0.0],
    }
    faulty = {
        "patch, 1.5 px": values(tmp_path, WALL, lambda n: patch(n, boil=1.5)),
        "patch, 0.75 px": values(tmp_path, WALL, lambda n: patch(n, boil=0.75)),
        "dust's edge, 1.5 px": values(tmp_path, DUST, lambda n: clipped(n, 1.5)),
    }
    for name, found in (clean | faulty).items():
        print(f"{name:22s}", [round(value, 2) for value in found])
    assert max(map(max, clean.values())) < 1
    assert min(map(min, faulty.values())) > 2.5
