"""Drafts: quick, in their place, and never taken for the real thing."""

import numpy as np
import pytest
import torch
from small_show import LOOK, SmallShow

from lookdev.errors import DeliveryError
from lookdev.finals.plan import make_plan
from lookdev.generate.draft import Draft
from lookdev.generate.elements import NotKeptError
from lookdev.generate.families import ALLOWED
from lookdev.image.frame import Window
from lookdev.render import Session, comp_frame, render_frame
from lookdev.spec import parameter
from lookdev.spec.folder import LookFile

DRAFT = Draft()
FAMILY = ALLOWED["ElementPipeline"]


@pytest.fixture
def session(small_show: SmallShow) -> Session:
    return Session(small_show.folder)


def test_a_draft_is_smaller_in_fewer_steps_and_never_below_what_a_model_takes(
    small_show: SmallShow,
) -> None:
    layer = small_show.look().look.layers[0]
    drawn = Draft(factor=2, steps=1).of(layer, FAMILY)
    assert (drawn.element.size, drawn.element.steps) == ((32, 18), 1)
    assert Draft(factor=4).of(layer, FAMILY).element.size == (16, 16)
    assert Draft(steps=50).of(layer, FAMILY).element.steps == layer.element.steps


def test_a_draft_is_never_served_as_the_real_element_nor_the_other_way(
    small_show: SmallShow, session: Session
) -> None:
    """Not even where another layer really has the draft's size and steps."""
    shot_file, layer = small_show.shot_file, small_show.look().look.layers[0]
    draft = session.elements.get(layer, shot_file, 1003, draft=DRAFT)
    assert not session.elements.is_kept(layer, shot_file, 1003)
    small = DRAFT.of(layer, FAMILY)
    assert not session.elements.is_kept(small, shot_file, 1003)
    before = session.elements.evaluations
    real = session.elements.get(small, shot_file, 1003)
    assert session.elements.evaluations == before + 2
    assert real.density.shape == draft.density.shape
    assert not np.array_equal(real.density, draft.density), "other noise: shrunk, not cut"
    again = session.elements.get(layer, shot_file, 1003, draft=DRAFT)
    assert session.elements.evaluations == before + 2, "a draft is kept too"
    assert np.array_equal(again.density, draft.density)


def test_what_is_large_keeps_its_place(small_show: SmallShow, session: Session) -> None:
    """The noise of a draft is that of the element, blurred and shrunk."""
    layer = parameter.replace(small_show.look().look, "snow.element.size", [256, 144]).layers[0]
    asked = [
        session.elements._asking.of(layer, small_show.shot_file, 1003, draft)
        for draft in (None, DRAFT)
    ]
    assert all(asked)
    full, drawn = (one.noise(3, *one.layer.element.size, 0) for one in asked if one)
    small = torch.nn.functional.avg_pool2d(full[None], 2)[0] * 2
    correlation = float(torch.corrcoef(torch.stack([small.ravel(), drawn.ravel()]))[0, 1])
    print(f"correlation {correlation:.4f}, deviation {float(drawn.std()):.4f}")
    assert correlation > 0.999
    assert abs(float(drawn.std()) - 1) < 0.01


def test_a_frame_that_holds_drafts_is_never_delivered(
    small_show: SmallShow, session: Session
) -> None:
    look = small_show.look()
    snow = session.elements.get(look.look.layers[0], look.shot_file, 1003, draft=DRAFT)
    made = render_frame(
        look.shot_file, look.look, 1003, session=session, provisional={"snow": snow}
    )
    assert made.provisional == {"snow"}
    with pytest.raises(DeliveryError, match="frame 1003: holds drafts of snow; render it in full"):
        comp_frame(made, session)
    full = render_frame(look.shot_file, look.look, 1003, session=session)
    assert full.provisional == frozenset()
    comp_frame(full, session)
    assert not torch.equal(full.comp, made.comp), "the draft's stages are not the element's"


def test_a_session_that_makes_nothing_says_what_is_missing(small_show: SmallShow) -> None:
    look = small_show.look()
    looking = Session(small_show.folder, makes=False)
    with pytest.raises(NotKeptError, match="snow at frame 1003: is not in the cache") as missing:
        render_frame(look.shot_file, look.look, 1003, session=looking)
    assert missing.value.layer == "snow"
    made = render_frame(look.shot_file, look.look, 1003, session=Session(small_show.folder))
    found = render_frame(look.shot_file, look.look, 1003, session=looking)
    assert torch.equal(found.comp, made.comp)
    assert looking.elements.loads == 0


def test_an_element_between_two_seeds_ends_at_each(small_show: SmallShow, session: Session) -> None:
    look, shot_file = small_show.look().look, small_show.shot_file
    towards = parameter.replace(look, "snow.element.variation_seed", "9")
    other = parameter.replace(look, "snow.element.seed", "9")

    def density(share: float) -> np.ndarray:
        turned = parameter.replace(towards, "snow.element.variation", share)
        return session.elements.get(turned.layers[0], shot_file, 1003).density

    start = session.elements.get(look.layers[0], shot_file, 1003).density
    end = session.elements.get(other.layers[0], shot_file, 1003).density
    assert np.array_equal(density(0.0), start)
    worst = np.abs(density(1.0) - end).max()
    print(f"share 1 against the other seed: at most {worst:.2e}")
    assert worst < 1e-3, "half rounding"
    assert not np.array_equal(density(0.5), start)


def test_the_preview_of_the_last_step_is_close_to_the_element(
    small_show: SmallShow, session: Session
) -> None:
    previews = []
    layer = parameter.replace(small_show.look().look, "snow.element.steps", 4).layers[0]
    made = session.elements.get(
        layer, small_show.shot_file, 1003, on_step=lambda step: previews.append(step.preview())
    )
    errors = [float(np.abs(one.density - made.density).mean()) for one in previews]
    print(f"mean difference of the previews from the element: {errors}")
    assert len(previews) == 4
    assert errors[-1] <= errors[0]
    assert errors[-1] < 1e-3


def test_a_muted_layer_is_neither_made_nor_delivered_and_one_must_be_left(
    small_show: SmallShow, session: Session
) -> None:
    text = LOOK.replace(
        "    motion: {velocity_x: 1.5", "    mute: true\n    motion: {velocity_x: 1.5"
    )
    look = LookFile.open(str(small_show.add_look(text, "quiet_v001")))
    made = render_frame(look.shot_file, look.look, 1003, session=session)
    assert list(made.layers) == ["dust"]
    assert session.elements.evaluations == 2
    alone = LOOK[: LOOK.index("  - name: snow")] + LOOK[LOOK.index("  - name: dust") :]
    other = LookFile.open(str(small_show.add_look(alone, "alone_v001")))
    assert torch.equal(
        render_frame(other.shot_file, other.look, 1003, session=session).comp, made.comp
    )
    none = text.replace("    control: {matte: tower", "    mute: true\n    control: {matte: tower")
    path = small_show.add_look(none, "silent_v001")
    with pytest.raises(Exception, match="every layer is muted; unmute one, or there is no look"):
        make_plan(str(path), frames="1001", folder=small_show.folder.root / "out")


def test_a_variation_seed_without_variation_asks_for_nothing_new(
    small_show: SmallShow, session: Session
) -> None:
    layer = small_show.look().look.layers[0]

    def key(**changes: object) -> str | None:
        element = layer.element.model_copy(update=changes)
        turned = layer.model_copy(update={"element": element})
        return session.elements.key(turned, small_show.shot_file, 1001)

    assert key() == key(variation_seed="999")
    assert key(variation=0.5) != key(variation=0.5, variation_seed="999")


def test_a_plate_that_changed_on_disk_is_read_again(
    small_show: SmallShow, session: Session
) -> None:
    look = small_show.look()
    before = render_frame(look.shot_file, look.look, 1001, session=session).below.clone()
    folder = small_show.folder.root / "plates"
    (folder / "plate.1001.exr").write_bytes((folder / "plate.1002.exr").read_bytes())
    after = render_frame(look.shot_file, look.look, 1001, session=session).below
    assert not torch.equal(before, after)


def test_a_moving_draft_s_noise_is_the_element_s_shrunk_and_moved_half_as_far(
    small_show: SmallShow, session: Session
) -> None:
    look = parameter.replace(small_show.look().look, "snow.element.size", [256, 144])
    look = parameter.replace(look, "snow.motion.velocity_x", 5.0)
    full, drawn = (
        session.elements._asking.of(look.layers[0], small_show.shot_file, 1003, draft)
        for draft in (None, DRAFT)
    )
    assert full is not None
    assert drawn is not None
    assert full.moving is not None
    assert drawn.moving is not None
    assert np.multiply(drawn.moving.by, DRAFT.factor) == pytest.approx(full.moving.by)
    assert full.moving.by[0] > 0
    small = drawn.moving.noise(3, Window(-16, -32, 64, 48))
    large = full.moving.noise(3, Window(-32, -64, 128, 96))
    assert torch.equal(small, torch.nn.functional.avg_pool2d(large[None], 2)[0] * 2)
