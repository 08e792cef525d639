"""Hands over, on the main loop, what the engine's threads say."""

from collections.abc import Callable

from lookdev.desk.banner import Banner
from lookdev.desk.loop import MainLoop
from lookdev.explore.shown import Coded
from lookdev.explore.view import Shown
from lookdev.explore.want import Status
from lookdev.spec.look import Look


class Listener:
    """Every method may be called on any thread; what it passes on to is called on the main loop."""

    def __init__(
        self,
        loop: MainLoop,
        banner: Banner,
        *,
        show: Callable[[Shown], object],
        overlay: Callable[[int, Coded], object],
        said: Callable[[Status], object],
        made: Callable[[], object],
        rested: Callable[[Look, int, bytes], object],
        failed: Callable[[Exception], object],
    ) -> None:
        """Pass on to these; what they raise is shown in the banner."""
        self._post = loop.post
        self._show, self._overlay = banner.guard(show), banner.guard(overlay)
        self._said, self._made = banner.guard(said), banner.guard(made)
        self._rested, self._failed = banner.guard(rested), failed

    def show(self, picture: Shown) -> None:
        """A picture is ready."""
        self._post(self._show, picture)

    def overlay(self, frame: int, matte: Coded) -> None:
        """A matte to lay over the picture is ready."""
        self._post(self._overlay, frame, matte)

    def said(self, status: Status) -> None:
        """What the model does has changed."""
        self._post(self._said, status)

    def made(self) -> None:
        """An element was added to the cache."""
        self._post(self._made)

    def rested(self, look: Look, frame: int, thumbnail: bytes) -> None:
        """The whole look of slot A has come to rest, in full."""
        self._post(self._rested, look, frame, thumbnail)

    def failed(self, error: Exception) -> None:
        """Something was given up."""
        self._post(self._failed, error)
