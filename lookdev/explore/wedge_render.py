"""Renders the cells of a wedge that are missing, and learns what they cost."""

import logging
import time
from collections.abc import Iterator

from lookdev.explore.estimates import Estimates
from lookdev.explore.picture import comp_picture
from lookdev.explore.step_timer import StepTimer
from lookdev.explore.wedge_cells import keep
from lookdev.explore.wedge_plan import COMPOSITING, MAX_WIDTH, PlannedCell, WedgePlan, proxy_size
from lookdev.generate.batches import differ_in_noise
from lookdev.generate.families import ALLOWED
from lookdev.image.element import Element
from lookdev.qc.traits import Traits
from lookdev.render import Session, render_frame
from lookdev.render.recorded import recorded
from lookdev.spec.look import Layer, Look

log = logging.getLogger(__name__)


def render_missing(plan: WedgePlan) -> Iterator[PlannedCell]:
    """Render each missing cell and keep it; gives each cell before it is begun.

    Raises:
        LookdevError: A cell cannot be rendered or written; those before it are kept.
    """
    session = Session(plan.look_file.folder)
    estimates = Estimates.open(plan.look_file.folder)
    for cell in plan.missing:
        yield cell
        with recorded(
            session,
            plan.look_file.shot_file,
            cell.variant.look,
            what="wedge",
            look_name=plan.look_file.name,
            frames=[plan.frame],
        ):
            _render(cell, plan, session, estimates)


def _render(cell: PlannedCell, plan: WedgePlan, session: Session, estimates: Estimates) -> None:
    shot_file, look = plan.look_file.shot_file, cell.variant.look
    shot = shot_file.shot
    started = time.perf_counter()
    evaluations, loads = session.elements.evaluations, session.elements.loads
    loading = session.elements.load_seconds
    scale = min(1.0, MAX_WIDTH / shot.width)
    batched = _batched(cell, plan, session)
    timer = StepTimer([one for one in _uncached(look, plan, session) if one.name not in batched])
    rendered = render_frame(
        shot_file,
        look,
        plan.frame,
        session=session,
        scale=scale,
        provisional=batched,
        on_step=timer,
    )
    picture = comp_picture(rendered, shot, session)
    below, comp = (
        plane.permute(1, 2, 0).cpu().numpy() for plane in (rendered.below, rendered.comp)
    )
    traits = Traits.of(below, comp)
    evaluations = session.elements.evaluations - evaluations
    loading = session.elements.load_seconds - loading  # of the run, and not of this cell
    seconds = time.perf_counter() - started - loading
    keep(
        plan.folder,
        cell.key,
        cell.variant,
        picture,
        seconds=seconds,
        evaluations=evaluations,
        traits=traits,
    )
    loaded = session.elements.loads != loads
    timer.teach(estimates, loaded=loaded)
    if not loaded and not batched and timer.is_plain:
        beside = max(0.0, time.perf_counter() - started - timer.seconds)
        estimates.learn(COMPOSITING, proxy_size(shot.width, shot.height), 1, beside)


def _batched(cell: PlannedCell, plan: WedgePlan, session: Session) -> dict[str, Element]:
    """Elements of picture models, made with those of all missing cells that differ in seeds only.

    They differ by a little from what is made alone, so a cell that is opened makes its own.
    """
    found = {}
    for layer in _uncached(cell.variant.look, plan, session):
        card = plan.look_file.folder.card(layer.element.model)
        is_plain = layer.refine.scale == 1 and not layer.motion.key_every
        if not (is_plain and ALLOWED[card.pipeline].is_picture):
            continue
        shot_file = plan.look_file.shot_file
        made = session.elements.batched(layer, shot_file, plan.frame)
        if made is not None:
            found[layer.name] = made
            continue
        others = [one for other in plan.missing for one in other.variant.look.shown]
        alike = [one for one in others if one != layer and differ_in_noise(layer, one)]
        batch = [layer, *alike]
        found[layer.name] = session.elements.get_batch(
            batch, shot_file, plan.frame, told=log.warning
        )[0]
    return found


def _uncached(look: Look, plan: WedgePlan, session: Session) -> list[Layer]:
    shot_file = plan.look_file.shot_file
    return [
        layer for layer in look.shown if not session.elements.is_kept(layer, shot_file, plan.frame)
    ]
