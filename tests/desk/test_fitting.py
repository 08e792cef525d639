"""Fitting a layer at the desk: the model's thread fits, the draft goes on meanwhile."""

from collections.abc import Iterator

import pytest
from slow_model import PATIENCE
from small_show import SmallShow

from lookdev.desk.exploring.bench import ExploreDesk
from lookdev.errors import SpecError
from lookdev.explore.draft import Draft
from lookdev.explore.fit_draft import FITS, onto
from lookdev.spec import parameter
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look


@pytest.fixture
def desk(small_show: SmallShow) -> Iterator[ExploreDesk]:
    shot_file = ShotFile.open(small_show.folder, "street", "sh0010")
    made = ExploreDesk(shot_file, Draft.open(shot_file, None, by="anna"))
    yield made
    made.watch.close()
    made.stage.close()
    made.stage.engine.join(PATIENCE)


def changed(look: Look, **values: object) -> Look:
    for name, value in values.items():
        look = parameter.replace(look, name.replace("__", "."), value)
    return look


def test_a_fit_is_laid_onto_what_was_edited_meanwhile(small_show: SmallShow) -> None:
    before = small_show.look().look
    fitted = changed(before, snow__blend__match__exposure=0.5, snow__blend__camera__grain=1.0)
    now = changed(before, snow__blend__opacity=0.3, dust__element__seed="9")
    got = onto(now, before, fitted)
    wanted = changed(now, snow__blend__match__exposure=0.5, snow__blend__camera__grain=1.0)
    assert got == wanted


def test_a_layer_that_is_gone_meanwhile_is_said(small_show: SmallShow) -> None:
    before = small_show.look().look
    fitted = changed(before, snow__blend__match__exposure=0.5)
    now = before.model_copy(update={"layers": before.layers[1:]})
    with pytest.raises(SpecError, match="snow was fitted, but is gone"):
        onto(now, before, fitted)


def test_the_buttons_are_for_what_the_layer_can_be_fitted_in(desk: ExploreDesk) -> None:
    buttons = desk.fitting.buttons
    assert {name.removeprefix("fit ") for name in buttons} == set(FITS)
    assert buttons["fit colours"].disabled, "an element takes no colours of the plate"
    assert not buttons["fit levels"].disabled


def test_a_fit_becomes_a_take_of_the_draft(
    desk: ExploreDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, object]] = []

    def fit(_file: object, layer: str, wanted: object, done: object) -> None:
        asked.append((layer, wanted))
        desk.set_value("snow.blend.opacity", 0.4)  # a hand goes on
        done(changed(desk.draft.takes.order[0].look, snow__blend__match__exposure=0.25))  # type: ignore[operator]

    monkeypatch.setattr(desk.stage.engine, "fit", fit)
    desk._select("snow")
    desk.fitting.buttons["fit levels"].click()
    assert asked == [("snow", FITS["levels"])]
    blend = desk.draft.look.layers[0].blend
    assert (blend.opacity, blend.match.exposure) == (0.4, 0.25)
    assert desk.draft.take.look == desk.draft.look, "it has come to rest as a take"
