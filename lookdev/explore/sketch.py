"""A small picture of a look, quickly: from drafts where its elements are not cached."""

from lookdev.explore import shown
from lookdev.explore.model_worker import DRAFT
from lookdev.explore.painter import THUMB_WIDTH
from lookdev.explore.picture import comp_picture
from lookdev.generate.adapter import OnStep
from lookdev.image.sheet import fitted
from lookdev.render import Session, render_frame
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look


def sketch(shot_file: ShotFile, look: Look, frame: int, session: Session, on_step: OnStep) -> bytes:
    """The composite's display-referred JPEG, no wider than a thumbnail; on the models' thread."""
    given = {
        layer.name: session.elements.get(layer, shot_file, frame, draft=DRAFT, on_step=on_step)
        for layer in look.shown
        if not session.elements.is_kept(layer, shot_file, frame)
    }
    scale = min(1.0, 2 * THUMB_WIDTH / shot_file.shot.width)
    rendered = render_frame(
        shot_file, look, frame, session=session, scale=scale, provisional=given, on_step=on_step
    )
    return shown.jpeg(fitted(comp_picture(rendered, shot_file.shot, session), THUMB_WIDTH), 85)
