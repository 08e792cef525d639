"""What the viewer can show of a draft: the look on the desk in all its parts, and its takes."""

from lookdev.explore.draft import Draft
from lookdev.explore.shown import Source
from lookdev.explore.view import soloed
from lookdev.spec.folder import ShotFile


def sources_of(draft: Draft, shot_file: ShotFile) -> list[Source]:
    """The comp first; then plate, layers, mattes, and every take's comp, the newest first."""
    look = soloed(draft.look, draft.state.solo)
    alone = f" (solo {draft.state.solo})" if draft.state.solo else ""
    found = [Source("comp", f"comp{alone}", look, "comp"), Source("plate", "plate", look, "plate")]
    for layer in look.layers:
        name = layer.name
        found.append(Source(f"element:{name}", f"element {name}", look, f"element:{name}"))
        found.append(Source(f"alpha:{name}", f"alpha {name}", look, f"alpha:{name}"))
    found.append(Source("support", "support", look, "support"))
    mattes = shot_file.shot.mattes
    found += [Source(f"matte:{name}", f"matte {name}", look, f"matte:{name}") for name in mattes]
    for take in sorted(draft.takes.order, key=lambda take: take.id, reverse=True):
        mark = draft.state.marks.get(take.id)
        star = " ★" if mark is not None and mark.starred else ""
        found.append(Source(f"take:{take.id}", f"take {take.id}{star}", take.look, "comp"))
    return found
