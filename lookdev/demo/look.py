"""The demo's look: a dust front at the foot of the tower, in drifting snow."""

from pathlib import Path

from lookdev.spec import strict_yaml
from lookdev.spec.files import write_text
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look


def write_demo_look(shot_file: ShotFile) -> Path:
    """Write `looks/toxic_v001.yaml` for the demo's shot; lengths follow the plate's size."""
    shot = shot_file.shot
    unit = shot.width / 1920
    width = min(960, shot.width)
    size = list(shot.working_size(width))
    first, last = shot.plate.first, shot.plate.last
    start = first + round((last - first) * 0.2)

    def layer(name: str, prompt: str, seed: str, steps: int, **parts: object) -> dict[str, object]:
        element = {"prompt": prompt, "seed": seed, "steps": steps, "size": size}
        return {"name": name, "element": element, **parts}

    def motion(x: float, y: float, follow: float = 0.0) -> dict[str, object]:
        moves = {"velocity_x": x * unit, "velocity_y": y * unit, "anchor": first}
        return {**moves, "follow": follow} if follow else {**moves}

    data = {
        "format": "look/1",
        "created": "2026-01-01 12:00:00",
        "support": {"matte": "frame"},
        "layers": [
            layer(
                "far_snow",
                "fine distant snow",
                "11",
                6,
                control={"amount": 0.45},
                motion=motion(2.5, 4.0),
                blend={"opacity": 0.8, "exposure": -1.6, "tint": [1.0, 0.93, 0.9]},
            ),
            layer(
                "dust",
                "rolling dust and smoke",
                "5",
                5,
                control={
                    "matte": "tower",
                    "shape": "foot",
                    "amount": 0.85,
                    "rise": {"smooth": {start: 0.0, last + 12: 460.0 * unit}},
                    "drop": {"smooth": {start: 0.0, last + 12: 190.0 * unit}},
                    "spread": {"smooth": {start: 0.0, last + 12: 520.0 * unit}},
                    "soften": 40.0 * unit,
                },
                motion=motion(3.0, -2.0, follow=1.0),
                blend={
                    "opacity": {"smooth": {start: 0.0, start + 6: 0.95}},
                    "exposure": -1.0,
                    "tint": [1.0, 0.8, 0.62],
                },
            ),
            layer(
                "near_snow",
                "heavy snow flakes close to camera",
                "7",
                6,
                control={"amount": 0.3},
                motion=motion(9.0, 14.0),
                blend={"opacity": 0.9, "exposure": -1.0, "tint": [1.0, 0.94, 0.92]},
            ),
        ],
    }
    look = strict_yaml.validate(data, Look, source="the demo's look")
    path = shot_file.path.parent / "looks" / "toxic_v001.yaml"
    path.parent.mkdir(exist_ok=True)
    schema = "# yaml-language-server: $schema=../../../../schemas/look.json\n"
    write_text(path, schema + strict_yaml.write(look))
    return path
