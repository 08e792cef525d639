"""A layer's element at a frame: from the cache, or made and kept."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from lookdev.errors import ModelError
from lookdev.generate.adapter import OnStep
from lookdev.generate.asked import Asked, compiled_key
from lookdev.generate.asking import Asking
from lookdev.generate.batches import in_batches, one_at_a_time, same_but_noise
from lookdev.generate.carrying import Carrying
from lookdev.generate.draft import Draft, unrefined
from lookdev.generate.loaded import Loaded
from lookdev.generate.refine import refine_element
from lookdev.generate.sources import shows_its_start
from lookdev.generate.span import is_carried
from lookdev.image.colour import Colour
from lookdev.image.element import Element
from lookdev.image.frame import Pixels, Window
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Layer
from lookdev.store.cache import Cache


class NotKeptError(ModelError):
    """An element is not in the cache, and would have to be made."""

    def __init__(self, layer: str, frame: int) -> None:
        """Name the layer and its frame."""
        super().__init__(f"{layer} at frame {frame}: is not in the cache; make it first")
        self.layer = layer


class FrozenElements(Protocol):
    """Elements of a shot that was approved in motion."""

    def get(self, layer: str, frame: int) -> Element | None:
        """The layer's element at a frame, or None where that frame was not frozen.

        Raises:
            LookdevError: It is missing or changed.
        """


class Elements:
    """Makes elements, each once: models load when first needed, and stay."""

    def __init__(
        self,
        cache: Cache,
        *,
        device: str,
        colour: Colour,
        makes: bool = True,
        quick: bool = False,
        frozen: FrozenElements | None = None,
    ) -> None:
        """Use a cache, a device (`cpu`, `cuda`) and the show's colour; the rest as in `Session`."""
        self._quick = quick
        self.evaluations = 0
        """Network evaluations so far."""
        self._cache, self._makes, self._frozen = cache, makes, frozen
        self._loaded = Loaded(device=device, colour=colour)
        self._asking = Asking(device=device, colour=colour)
        self._carrying = Carrying(self._asking, cache)

    @property
    def loads(self) -> int:
        """Models loaded so far."""
        return self._loaded.loads

    @property
    def load_seconds(self) -> float:
        """What loading them has taken."""
        return self._loaded.seconds

    def get(
        self,
        layer: Layer,
        shot_file: ShotFile,
        frame: int,
        *,
        draft: Draft | None = None,
        on_step: OnStep | None = None,
    ) -> Element:
        """The layer's element at a frame, from the cache where it is there.

        An envelope that is 0 everywhere gives an empty element without a model, and so does a patch
        of strength 0: it shows what it starts from, which is no element.

        Raises:
            NotKeptError: It is not in the cache, and this runs no model.
            ModelError: The model cannot be loaded or run.
        """
        if self._frozen and (frozen := self._frozen.get(layer.name, frame)):
            return frozen
        if shows_its_start(layer):
            return Element.empty(*layer.element.size)
        if is_carried(layer, shot_file.shot, frame):
            return self._carried(layer, shot_file, frame, draft, on_step)
        asked = self._asking.of(layer, shot_file, frame, draft)
        if asked is None:
            return Element.empty(*layer.element.size)
        if asked.layer.refine.scale > 1:
            return self._kept_or(asked, lambda: self._refined(asked, None, on_step))
        return self._plain(asked, on_step)

    def refined_within(
        self,
        layer: Layer,
        shot_file: ShotFile,
        frame: int,
        within: Window,
        *,
        on_step: OnStep | None = None,
    ) -> Element:
        """The element with its finer detail only where tiles touch a window of it.

        There it is what `get` gives, bit for bit; elsewhere it is the working size, enlarged.

        Args:
            layer: Whose `refine.scale` is above 1.
            shot_file: The shot.
            frame: Absolute frame number.
            within: In pixels of the refined element.
            on_step: Called after each tile; raising in it cancels.
        """
        asked = self._asking.of(layer, shot_file, frame)
        if asked is None:
            return Element.empty(*layer.element.size)
        return self._refined(asked, within, on_step)

    def get_batch(
        self,
        layers: Sequence[Layer],
        shot_file: ShotFile,
        frame: int,
        *,
        draft: Draft | None = None,
        told: Callable[[str], None] | None = None,
    ) -> list[Element]:
        """Elements of layers that differ in their seeds only, many a call; for drafts and wedges.

        What is in the cache already is taken. A batch's numbers differ by a little from those of
        one alone, so they are kept apart, and no approval or final ever takes them.

        Args:
            layers: At least one.
            shot_file: The shot.
            frame: Absolute frame number.
            draft: As `get`.
            told: Told where memory ran out and the batch was halved.

        Raises:
            ModelError: The layers differ in more than seeds; or as `get`.
        """
        same_but_noise(layers)
        asked = [self._asking.of(layer, shot_file, frame, draft) for layer in layers]
        empty = Element.empty(*layers[0].element.size)
        found = [empty if one is None else self._of_batch(one) for one in asked]
        missing = {
            one.batched_key: one for one, got in zip(asked, found, strict=True) if one and not got
        }
        made = dict(zip(missing, self._batched(list(missing.values()), told), strict=True))
        return [
            made[one.batched_key] if element is None and one else element or empty
            for one, element in zip(asked, found, strict=True)
        ]

    def batched(
        self, layer: Layer, shot_file: ShotFile, frame: int, *, draft: Draft | None = None
    ) -> Element | None:
        """What `get_batch` would find in the cache for one layer."""
        asked = self._asking.of(layer, shot_file, frame, draft)
        return Element.empty(*layer.element.size) if asked is None else self._of_batch(asked)

    def envelope(self, layer: Layer, shot_file: ShotFile, frame: int) -> Pixels:
        """Where a layer's control lets it be, (h, w) in 0..1 at its working size."""
        return self._asking.envelope(layer, shot_file, frame)[0]

    def speed(self, layer: Layer, shot_file: ShotFile, frame: int) -> tuple[float, float]:
        """How far a layer moves in one frame (full-resolution plate px; x, y)."""
        return self._asking.speed(layer, shot_file, frame)

    def kept(self, layer: Layer, shot_file: ShotFile, frame: int) -> Element | None:
        """The element, where no model is needed for it; read, so it is known to be whole."""
        key = self.key(layer, shot_file, frame)
        return Element.empty(*layer.element.size) if key is None else self._found(key)

    def key(self, layer: Layer, shot_file: ShotFile, frame: int) -> str | None:
        """What the element is kept by; None where it needs no model.

        It takes an envelope and its hash: worth being remembered by who asks again.
        """
        if shows_its_start(layer):
            return None
        if is_carried(layer, shot_file.shot, frame):
            return self._carrying.key(layer, shot_file, frame)
        asked = self._asking.of(layer, shot_file, frame)
        if asked is None:
            return None
        return asked.key

    def moment(self, on_step: OnStep) -> bool:
        """Use a moment in which nobody waits: a GPU's networks are compiled, once each.

        What they make from then on is kept apart, as its numbers differ by a little; what was made
        before is still found.

        Args:
            on_step: Called after each step of what is made for it; raising in it ends the moment.
        """
        return self._loaded.moment(on_step)

    def has(self, key: str | None) -> bool:
        """Whether `get` would find the element of that key without running a model."""
        if key is None or self._cache.has(key):
            return True
        return self._quick and self._cache.has(compiled_key(key))

    def is_kept(self, layer: Layer, shot_file: ShotFile, frame: int) -> bool:
        """Whether `get` would find the element without running a model."""
        return self.has(self.key(layer, shot_file, frame))

    def _plain(self, asked: Asked, on_step: OnStep | None) -> Element:
        plain = replace(asked, layer=unrefined(asked.layer))
        return self._kept_or(plain, lambda: self._made(plain, on_step))

    def _made(self, asked: Asked, on_step: OnStep | None) -> Element:
        adapter = self._loaded.adapter(asked.files, asked.shot_file.folder)
        (made,) = one_at_a_time(adapter, self._asking.request(asked), on_step)
        self.evaluations += made.evaluations
        return made

    def _refined(self, asked: Asked, within: Window | None, on_step: OnStep | None) -> Element:
        base = self._plain(asked, on_step)
        adapter = self._loaded.adapter(asked.files, asked.shot_file.folder)
        request = self._asking.request(asked)
        made = refine_element(base, request, adapter, within, on_step)
        self.evaluations += made.evaluations
        return made

    def _carried(
        self,
        layer: Layer,
        shot_file: ShotFile,
        frame: int,
        draft: Draft | None,
        on_step: OnStep | None,
    ) -> Element:
        """Between two keyframes; a draft is carried too, and kept nowhere."""

        def at(key: int) -> Element:
            return self.get(layer, shot_file, key, draft=draft, on_step=on_step)

        if draft is not None:
            return self._carrying.element(layer, shot_file, frame, at)
        key = self._carrying.key(layer, shot_file, frame)
        if key is None:
            return Element.empty(*layer.element.size)
        found = self._found(key)
        if found is None:
            found = self._carrying.element(layer, shot_file, frame, at)
            ends = self._carrying.ends(layer, shot_file, frame)
            compiled = self._quick and not all(map(self._cache.has, ends))
            self._cache.put(compiled_key(key) if compiled else key, found.to_bytes())
        return found

    def _batched(self, asked: Sequence[Asked], told: Callable[[str], None] | None) -> list[Element]:
        """Make elements many a call, as many as memory takes."""
        if not asked:
            return []
        if not self._makes:
            raise NotKeptError(asked[0].layer.name, asked[0].frame)
        adapter = self._loaded.adapter(asked[0].files, asked[0].shot_file.folder)
        requests = [self._asking.request(one) for one in asked]
        made = in_batches(adapter, requests, device=self._loaded.device, told=told)
        for one, element in zip(asked, made, strict=True):
            self.evaluations += element.evaluations
            self._cache.put(one.batched_key, element.to_bytes())
        return made

    def _of_batch(self, asked: Asked) -> Element | None:
        alone = self._found(asked.key)
        return self._found(asked.batched_key) if alone is None else alone

    def _kept_or(self, asked: Asked, make: Callable[[], Element]) -> Element:
        key = asked.key
        kept = self._found(key)
        if kept is not None:
            return kept
        if not self._makes:
            raise NotKeptError(asked.layer.name, asked.frame)
        made = make()
        base = replace(asked, layer=unrefined(asked.layer)).key
        lost = asked.layer.refine.scale > 1 and not self._cache.has(base)
        compiled = self._loaded.is_compiled(asked.files) or (self._quick and lost)
        self._cache.put(compiled_key(key) if compiled else key, made.to_bytes())
        return made

    def _found(self, key: str) -> Element | None:
        data = self._cache.get(key)
        if data is None and self._quick:
            data = self._cache.get(compiled_key(key))
        return None if data is None else Element.from_bytes(data)
