"""The demo's look: a dust front at the foot of the tower, in drifting snow."""

from pathlib import Path

from lookdev.explore.fit import Say, Wanted, fit
from lookdev.render import Session
from lookdev.spec import strict_yaml
from lookdev.spec.files import write_text
from lookdev.spec.folder import LookFile, ShotFile
from lookdev.spec.look import Look

_SNOW = [1.0, 0.94, 0.92]
_DUST = [1.0, 0.8, 0.62]


def write_demo_look(shot_file: ShotFile, say: Say) -> Path:
    """Write `looks/toxic_v001.yaml` for the demo's shot, with the grain of its plate measured.

    Lengths follow the plate's size.

    Raises:
        LookdevError: The plate cannot be read, or the file not written.
    """
    path = shot_file.path.parent / "looks" / "toxic_v001.yaml"
    path.parent.mkdir(exist_ok=True)
    look = strict_yaml.validate(_data(shot_file), Look, source="the demo's look")
    wanted = Wanted(levels=False, grain=True)
    session = Session(shot_file.folder)
    look_file = LookFile(path, look, shot_file)
    # Flakes are too small to show any grain, and it costs as much on them.
    measured = fit(look_file, session=session, layers=["dust"], wanted=wanted, say=say)
    schema = "# yaml-language-server: $schema=../../../../schemas/look.json\n"
    write_text(path, schema + strict_yaml.write(measured))
    return path


def _data(shot_file: ShotFile) -> dict[str, object]:
    shot = shot_file.shot
    unit = shot.width / 1920
    size = list(shot.working_size(max(480, shot.width // 2)))
    first = shot.plate.first

    def layer(name: str, prompt: str, seed: str, **parts: object) -> dict[str, object]:
        element = {"prompt": prompt, "seed": seed, "steps": 1, "size": size}
        return {"name": name, "element": element, **parts}

    def motion(x: float, y: float, **more: float) -> dict[str, object]:
        return {"velocity_x": x * unit, "velocity_y": y * unit, "anchor": first, **more}

    def smooth(begin: float, end: float) -> dict[str, object]:
        return {"smooth": {first - 20: begin, first + 40: end}}  # it is on its way all the shot

    front = {
        "matte": "tower",
        "shape": "foot",
        "amount": 1.0,
        "rise": smooth(140.0 * unit, 420.0 * unit),
        "drop": smooth(60.0 * unit, 180.0 * unit),
        "spread": smooth(180.0 * unit, 480.0 * unit),
        "soften": 40.0 * unit,
    }
    rolling = {
        "opacity": 0.95,
        "exposure": -1.0,
        "tint": _DUST,
        # It rolls down the street, past lamps and cars, which stand before it for as long.
        "depth": {"distance": smooth(38.0, 18.0), "soft": 12.0},
        "camera": {"blur": 1.3 * unit},  # a depth's own edges are as hard as stairs
        "light": {
            "relight": 1.0,
            "ambient": 0.2,
            "wrap": 0.3,
            "wrap_size": 12.0 * unit,
            "shadow": 0.35,
            "shadow_size": 16.0 * unit,
            "shadow_y": 24.0 * unit,
            "ground": 0.5,
            "ground_size": 140.0 * unit,
        },
    }
    close = {"blur": 1.6 * unit, "shutter": 180.0}
    return {
        "format": "look/1",
        "created": "2026-01-01 12:00:00",
        "support": {"matte": "frame"},
        "light": {"azimuth": -90.0, "elevation": 45.0},  # the open sky over the street
        "layers": [
            layer(
                "far_snow",
                "fine distant snow",
                "11",
                control={"amount": 0.45},
                motion=motion(2.5, 4.0),
                blend={"opacity": 0.8, "exposure": -1.6, "tint": [1.0, 0.93, 0.9]},
            ),
            layer(
                "dust",
                "dense rolling dust",
                "5",
                control=front,
                motion=motion(3.0, -2.0, follow=1.0, evolve=0.02),
                blend=rolling,
            ),
            layer(
                "near_snow",
                "heavy snow",
                "7",
                control={"amount": 0.5, "near": 0.58},
                motion=motion(9.0, 14.0),
                blend={"opacity": 0.9, "exposure": -1.0, "tint": _SNOW, "camera": close},
            ),
        ],
    }
