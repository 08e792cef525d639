"""A fit of a draft that goes on being edited while it runs."""

from collections.abc import Callable, Iterator

from lookdev.errors import SpecError
from lookdev.explore.fit import Wanted, fit, frames_of_fit
from lookdev.explore.run_records import RunRecords
from lookdev.explore.want import Status, Task
from lookdev.generate.adapter import OnStep
from lookdev.render import Session
from lookdev.spec import parameter, strict_yaml
from lookdev.spec.folder import LookFile
from lookdev.spec.look import Look

FITS = {
    "levels": Wanted(),
    "grain": Wanted(levels=False, grain=True),
    "blur": Wanted(levels=False, blur=True),
    "colours": Wanted(transfer=True),
}
"""What the desk's buttons fit."""

_FIELDS = (
    *("match.exposure", "match.white", "match.black", "match.map", "match.transfer"),
    *("camera.blur", "camera.grain"),
)


def fitting(
    look_file: LookFile,
    layer: str,
    wanted: Wanted,
    *,
    records: RunRecords,
    done: Callable[[Look], object],
) -> Task:
    """A task for the models' thread: fit one layer, and hand the fitted look on.

    Args:
        look_file: The draft as it is now.
        layer: Which is fitted.
        wanted: What of it.
        records: Enters what ran of models.
        done: Given the fitted look, on that thread.
    """

    def task(session: Session, on_step: OnStep) -> Iterator[Status]:  # noqa: ARG001 no steps shown
        yield Status(f"fitting {layer} to the plate", True, None)
        plate, look = look_file.shot.plate, look_file.look
        first = frames_of_fit(plate.first, plate.last)[0]
        with records.of(session, look_file.shot_file, look, first):
            done(fit(look_file, session=session, layers=[layer], wanted=wanted, say=lambda _: None))

    return task


def onto(now: Look, before: Look, fitted: Look) -> Look:
    """What a fit has changed, on a look that was edited meanwhile.

    Raises:
        SpecError: The fitted layer is gone.
    """
    there = {layer.name for layer in now.layers}
    for layer in fitted.layers:
        for field in _FIELDS:
            name = f"{layer.name}.blend.{field}"
            value = parameter.get(fitted, name)
            if value == parameter.get(before, name):
                continue
            if layer.name not in there:
                raise SpecError(f"{layer.name} was fitted, but is gone by now; nothing was changed")
            now = parameter.replace(now, name, value)
    if fitted.measured == before.measured or fitted.measured is None:
        return now
    data = now.model_dump(mode="json", exclude_unset=True)
    data["measured"] = fitted.measured.model_dump(mode="json")
    return strict_yaml.validate(data, Look, source="measured")
