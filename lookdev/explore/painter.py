"""What is sent of a view: which pictures, how sharp, and what is still missing in them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from torch import Tensor

from lookdev.explore import shown
from lookdev.explore.checks import Checks
from lookdev.explore.gather import Gatherer, lacking
from lookdev.explore.picture import comp_picture
from lookdev.explore.shown import Coded, Source
from lookdev.explore.view import Shown, Slot, View
from lookdev.explore.want import Key, Want
from lookdev.image.sheet import fitted
from lookdev.render import Rendered
from lookdev.spec.digest import digest
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look

PROXY_WIDTH = 960
"""Pictures are composited at a proxy no wider than this, until more of it is looked at."""

THUMB_WIDTH = 240

HOLD = 1.0
"""Seconds that the last picture may stay while the first draft of a new one is made."""

_LANES = {"a": 6, "b": 3}
"""Proxies of so many frames keep their stages; of full frames, which are large, one a slot."""


class Viewer(Protocol):
    """Who is sent what was painted; called on the painter's own thread."""

    def show(self, picture: Shown) -> None:
        """A picture is ready."""

    def overlay(self, frame: int, matte: Coded) -> None:
        """A matte to lay over the picture is ready."""

    def rested(self, look: Look, frame: int, thumbnail: bytes) -> None:
        """The whole look of slot A has come to rest, in full."""


@dataclass
class Painted:
    """What one painting of a view found."""

    wants: list[Want] = field(default_factory=list)
    """Missing elements, the most important first."""
    is_held: bool = False
    """Whether the picture before was left on the screen a moment longer."""


class Painter:
    """Paints views of one shot; one thread only."""

    def __init__(self, shot_file: ShotFile, viewer: Viewer, checks: Checks) -> None:
        """Paint for a viewer."""
        self.gatherer, self._viewer, self._checks = Gatherer(shot_file), viewer, checks
        self._sent: dict[str, tuple[object, ...]] = {}
        self._waiting: dict[Slot, tuple[frozenset[Key], float]] = {}
        self._thumbed: tuple[str, int] | None = None
        self.last: tuple[float, Rendered] | None = None
        """Scale and frame last painted for slot A."""

    def forget_sent(self) -> None:
        """Send everything anew: the page was loaded again."""
        self._sent = {}

    def reopen(self, shot_file: ShotFile) -> None:
        """Go on with a changed shot."""
        self.gatherer.reopen(shot_file)
        self._sent, self._thumbed = {}, None

    def paint(self, view: View, *, exact: bool) -> Painted:
        """Send what a view shows and the viewer does not have yet.

        Raises:
            LookdevError: A look or its media are not fit to be rendered.
        """
        for look in (view.a.look, view.b.look)[: 1 if view.b.look == view.a.look else 2]:
            self._checks.check(self.gatherer.shot_file, look, view.frame)
        scale, done = self._scale(view, exact=exact), Painted()
        rendered, missing = self._rendered("a", view, scale)
        self.last = (scale, rendered)
        self._slot("a", view, rendered, missing, scale=scale, exact=exact, done=done)
        if view.overlay:
            self._overlay(view, rendered, scale)
        if view.b != view.a:
            if view.b.look != view.a.look:
                rendered, missing = self._rendered("b", view, scale)
            self._slot("b", view, rendered, missing, scale=scale, exact=exact, done=done)
        if exact and not done.wants and view.a.what == "comp":
            self._thumbnail(view.a.look, self.last[1])
        return done

    def _rendered(self, slot: Slot, view: View, scale: float) -> tuple[Rendered, list[Want]]:
        look = view.a.look if slot == "a" else view.b.look
        is_proxy = scale == self._proxy
        return self.gatherer.render(
            look,
            view.frame,
            scale,
            lane=slot if is_proxy else f"{slot} in full",
            frames_kept=_LANES[slot] if is_proxy else 1,
        )

    def _slot(
        self,
        slot: Slot,
        view: View,
        rendered: Rendered,
        missing: list[Want],
        *,
        scale: float,
        exact: bool,
        done: Painted,
    ) -> None:
        source = view.a if slot == "a" else view.b
        known = {want.key for want in done.wants}
        done.wants += [want for want in missing if want.key not in known]
        lacks = lacking(source.what, missing)
        if self._is_held(slot, view, lacks):
            done.is_held = True
            return
        stage = self._stage(lacks, scrubbing=view.scrubbing)
        seen = (view.frame, *_seen_of(source), view.region, view.size, stage)
        new, best = (*seen, scale, exact), (*seen, self._scale(view, exact=True), True)
        if lacks or self._sent.get(slot) not in (new, best):
            plane = shown.plane_of(rendered, source.what, self.gatherer.shot_file, scale)
            coded = self._coded(plane, view, exact=exact)
            self._viewer.show(Shown(slot, source, view.frame, coded, stage))
            self._sent[slot] = new

    def _is_held(self, slot: Slot, view: View, lacks: Sequence[Want]) -> bool:
        """Whether the picture before stays a moment longer, because a draft is about to come.

        Otherwise a layer would vanish for an instant whenever its seed changes.
        """
        held = self.gatherer.sketches
        waiting = frozenset(want.key for want in lacks if held.get(want) is None)
        before, since = self._waiting.get(slot, (frozenset(), 0.0))
        if not waiting or not waiting <= before:
            since = time.monotonic()
        self._waiting[slot] = (waiting, since)
        sent = self._sent.get(slot)
        if not waiting or view.scrubbing or sent is None or sent[0] != view.frame:
            return False
        return time.monotonic() - since < HOLD

    def _overlay(self, view: View, rendered: Rendered, scale: float) -> None:
        new: tuple[object, ...] = (view.overlay, view.frame, view.region, view.size, scale)
        if view.overlay == "support":
            new = (*new, view.a.look.support)
        if self._sent.get("overlay") == new:
            return
        plane = shown.plane_of(rendered, view.overlay, self.gatherer.shot_file, scale)
        matte = shown.grey(plane, region=view.region, size=view.size, plate=self._plate)
        self._viewer.overlay(view.frame, matte)
        self._sent["overlay"] = new

    def _coded(self, plane: Tensor, view: View, *, exact: bool) -> Coded:
        return shown.coded(
            plane, region=view.region, size=view.size, plate=self._plate, exact=exact
        )

    @property
    def _plate(self) -> tuple[int, int]:
        shot = self.gatherer.shot_file.shot
        return shot.width, shot.height

    @property
    def _proxy(self) -> float:
        return proxy_scale(self.gatherer.shot_file)

    def _scale(self, view: View, *, exact: bool) -> float:
        """The proxy while something changes; at rest the plate itself where more is looked at."""
        needed = view.size[0] / max(1e-6, view.region[2] - view.region[0])
        return 1.0 if exact and needed > self._proxy * 1.05 else self._proxy

    def _stage(self, lacks: Sequence[Want], *, scrubbing: bool) -> str:
        if lacks and scrubbing:
            return "not rendered yet"
        sketches = [(want.layer.name, self.gatherer.sketches.get(want)) for want in lacks]
        return ", ".join(f"{name} {held[1] if held else 'waiting'}" for name, held in sketches)

    def _thumbnail(self, look: Look, rendered: Rendered) -> None:
        key = (digest(look), rendered.number)
        if self._thumbed != key:
            self._thumbed = key
            picture = comp_picture(rendered, self.gatherer.shot_file.shot, self.gatherer.session())
            jpeg = shown.jpeg(fitted(picture, THUMB_WIDTH), quality=85)
            self._viewer.rested(look, rendered.number, jpeg)


def proxy_scale(shot_file: ShotFile) -> float:
    """The scale of pictures while something changes."""
    return min(1.0, PROXY_WIDTH / shot_file.shot.width)


def _seen_of(source: Source) -> tuple[object, ...]:
    """What of a source decides its picture: a plate is the same under every look."""
    part = source.what.partition(":")[0]
    looks = {"plate": None, "matte": None, "support": source.look.support}
    return source.id, source.what, looks.get(part, source.look)
