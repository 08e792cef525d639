"""Scene-linear values under a point of the picture."""

from lookdev.explore import shown
from lookdev.render import Rendered
from lookdev.spec.folder import ShotFile


def probed(
    rendered: Rendered, shot_file: ShotFile, scale: float, x: float, y: float
) -> dict[str, list[float]]:
    """`plate` and `comp` as RGB, `element` as the premultiplied RGBA of all layers together.

    Nothing outside the plate. Averages over proxy pixels where a proxy was rendered.
    """
    plate = shot_file.shot.width, shot_file.shot.height
    values = {}
    for name in ("plate", "comp"):
        plane = shown.plane_of(rendered, name, shot_file, scale)
        found = shown.value_at(plane, x, y, plate)
        if found is None:
            return {}
        values[name] = found
    element = [0.0, 0.0, 0.0, 0.0]
    for layer in rendered.layers:
        rgb = shown.plane_of(rendered, f"element:{layer}", shot_file, scale)
        alpha = shown.plane_of(rendered, f"alpha:{layer}", shot_file, scale)
        (a,) = shown.value_at(alpha, x, y, plate) or [0.0]
        over = shown.value_at(rgb, x, y, plate) or [0.0, 0.0, 0.0]
        element = [new + old * (1 - a) for new, old in zip([*over, a], element, strict=True)]
    return {**values, "element": element}
