"""A moment in which nobody waits: what is compiled then keeps its elements apart."""

import shutil
from pathlib import Path

import pytest
import tiny_models
from picture_show import LOOK, PictureShow, with_model
from small_show import open_small_show

from lookdev.generate.adapter import Step
from lookdev.spec import parameter

FRAME = 1003


class SomebodyWaitsError(Exception):
    """What a supervisor who comes back raises."""


@pytest.fixture
def sdxl(made_show: Path, tmp_path: Path) -> PictureShow:
    root = shutil.copytree(made_show, tmp_path / "show")
    return with_model(
        open_small_show(root), tiny_models.sdxl, name="sdxl", pipeline="StableDiffusionXLPipeline"
    )


def test_on_a_processor_nothing_is_compiled(sdxl: PictureShow) -> None:
    session, look_file = sdxl.session(), sdxl.look(LOOK)
    session.elements.get(look_file.look.layers[0], look_file.shot_file, FRAME)
    evaluations = session.elements.evaluations
    assert not session.elements.moment(lambda _: None)
    assert session.elements.evaluations == evaluations


def test_as_on_a_gpu(sdxl: PictureShow, monkeypatch: pytest.MonkeyPatch) -> None:
    """The compiler itself is left out: it takes a minute, and needs a device to gain anything."""
    session, look_file = sdxl.session(quick=True), sdxl.look(LOOK)
    elements, shot_file, (layer,) = session.elements, look_file.shot_file, look_file.look.layers
    elements.get(layer, shot_file, FRAME)
    (adapter,) = elements._loaded._adapters.values()
    compiled: list[dict[str, object]] = []
    monkeypatch.setattr(adapter._idle, "_can", True)
    network = adapter._pipelines.network
    monkeypatch.setattr(network, "compile_repeated_blocks", lambda **how: compiled.append(how))

    def come_back(_step: Step) -> None:
        raise SomebodyWaitsError

    with pytest.raises(SomebodyWaitsError):
        elements.moment(come_back)
    assert not adapter.is_compiled, "the next moment tries anew"
    steps: list[Step] = []
    assert elements.moment(steps.append)
    assert len(steps) == 8, "one, and two at once, of 4 steps"
    assert compiled[-1] == {"fullgraph": True, "dynamic": True}
    assert not elements.moment(steps.append), "once"
    assert elements.is_kept(layer, shot_file, FRAME), "what was made before is still found"
    other = parameter.replace(look_file.look, "wall.element.seed", "8").layers[0]
    elements.get(other, shot_file, FRAME)
    assert elements.is_kept(other, shot_file, FRAME)
    painter, final = sdxl.session(quick=True, makes=False), sdxl.session()
    for one in (layer, other):
        assert painter.elements.is_kept(one, shot_file, FRAME), "what a desk shows"
    assert final.elements.is_kept(layer, shot_file, FRAME)
    assert not final.elements.is_kept(other, shot_file, FRAME), "no final takes a compiled one"
