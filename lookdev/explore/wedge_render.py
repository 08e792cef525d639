"""Renders the cells of a wedge that are missing, and learns what they cost."""

import time
from collections.abc import Iterator

from lookdev.explore.estimates import Estimates
from lookdev.explore.picture import comp_picture
from lookdev.explore.step_timer import StepTimer
from lookdev.explore.wedge_cells import keep
from lookdev.explore.wedge_plan import COMPOSITING, MAX_WIDTH, PlannedCell, WedgePlan, proxy_size
from lookdev.render import Session, render_frame
from lookdev.render.recorded import recorded
from lookdev.spec.look import Layer, Look


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
    timer = StepTimer(_uncached(look, plan, session))
    started = time.perf_counter()
    evaluations, loads = session.elements.evaluations, session.elements.loads
    loading = session.elements.load_seconds
    scale = min(1.0, MAX_WIDTH / shot.width)
    rendered = render_frame(
        shot_file, look, plan.frame, session=session, scale=scale, on_step=timer
    )
    picture = comp_picture(rendered, shot, session)
    evaluations = session.elements.evaluations - evaluations
    loading = session.elements.load_seconds - loading  # of the run, and not of this cell
    seconds = time.perf_counter() - started - loading
    keep(plan.folder, cell.key, cell.variant, picture, seconds=seconds, evaluations=evaluations)
    loaded = session.elements.loads != loads
    timer.teach(estimates, loaded=loaded)
    if not loaded:
        beside = max(0.0, time.perf_counter() - started - timer.seconds)
        estimates.learn(COMPOSITING, proxy_size(shot.width, shot.height), 1, beside)


def _uncached(look: Look, plan: WedgePlan, session: Session) -> list[Layer]:
    shot_file = plan.look_file.shot_file
    return [
        layer for layer in look.shown if not session.elements.is_kept(layer, shot_file, plan.frame)
    ]
