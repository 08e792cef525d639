"""Meters of motion: whether a layer keeps its texture along its way, or sticks to the picture."""

from collections.abc import Iterator

import numpy as np

from lookdev.image.frame import Pixels
from lookdev.qc.moved import Pair, Pairs
from lookdev.qc.seen import Seen
from lookdev.qc.unsteady import Comparison, unsteadiness
from lookdev.spec.look import Layer
from lookdev.spec.qc import Reading

_PLATE = (0.1, 0.2)
"""Unsteadiness of plates that counts: none is steadier than half values and flow let it be, and
bare grain, which is never twice the same, permits nothing."""
_FELT = 1.0
"""Working px by which motions must differ to be told apart."""
_FLOOR = 0.02
"""Unsteadiness that is nothing: added to both sides of a ratio."""
_JUMPED = 9.0
"""Of what exceeds the plate's own, a shift of the whole layer counts so much more."""
_COVERS = 0.9
"""Share of a patch's peak alpha from which it covers the plate."""


class Steady:
    """`warping`: a layer's unsteadiness along its own motion, over the plate's along its flow.

    Elements move as their wind and track say, patches with the plate; a patch is measured in the
    comp where it covers, against the plate in the same place. Level and gain nearby are free, so
    fades and growing fronts pass. What a jump of the whole explains counts tenfold, as nothing
    evolves like that.
    """

    def __init__(self, pairs: Pairs | None = None) -> None:
        """Share pairs with other meters, or make its own."""
        self._pairs = pairs or Pairs()

    def see(self, seen: Seen) -> Iterator[Reading]:
        """Measure each layer of a frame against the frame before."""
        pair = self._pairs.of(seen)
        for layer in pair.layers if pair else ():
            assert pair is not None
            value = _patch(pair, layer) if is_patch(layer) else _element(pair, layer)
            if value is not None:
                yield Reading(meter="warping", frame=seen.number, layer=layer.name, value=value)


class Sticking:
    """`sticking`: an element's unsteadiness along its own motion, over that along another.

    The other is no motion, or the plate's, whichever it follows better. It says nothing where the
    motion that is wanted differs from both by less than a working pixel.
    """

    def __init__(self, pairs: Pairs | None = None) -> None:
        """Share pairs with other meters, or make its own."""
        self._pairs = pairs or Pairs()

    def see(self, seen: Seen) -> Iterator[Reading]:
        """Measure each element of a frame against the frame before."""
        pair = self._pairs.of(seen)
        for layer in pair.layers if pair else ():
            assert pair is not None
            judged = not is_patch(layer) and pair.is_comparable(layer)
            value = _sticking(pair, layer) if judged else None
            if value is not None:
                yield Reading(meter="sticking", frame=seen.number, layer=layer.name, value=value)


def is_patch(layer: Layer) -> bool:
    """Whether a layer replaces the plate, and so moves with it."""
    return layer.element.kind == "patch"


def covered(pair: Pair, layer: Layer) -> Pixels:
    """Where a patch covers the plate in both frames, (h, w) of 0 and 1."""
    laid = pair.with_plate(layer)
    least = np.minimum(laid.now[0], laid.before[0])
    return (least > max(_COVERS * float(laid.now[0].max()), 1e-3)).astype(np.float32)


def _element(pair: Pair, layer: Layer) -> float | None:
    if not pair.is_comparable(layer):
        return None
    return _warping(
        Comparison(pair.own(layer)), pair.once("plate", lambda: unsteadiness(pair.plate))
    )


def _patch(pair: Pair, layer: Layer) -> float | None:
    where = covered(pair, layer)
    return _warping(Comparison(pair.comp, where), unsteadiness(pair.plate, where))


def _warping(found: Comparison, of_plate: float | None) -> float | None:
    """Over the plate's; what exceeds that and is a jump of the whole is no evolution."""
    share, own = found.unsteadiness, _of_plate(of_plate)
    if share is None:
        return None
    beyond = max(share - own, 0.0)
    return (share + (_JUMPED * beyond * found.swayed if beyond else 0.0)) / own


def _of_plate(found: float | None) -> float:
    return float(np.clip(_PLATE[1] if found is None else found, *_PLATE))


def _sticking(pair: Pair, layer: Layer) -> float | None:
    along_own = unsteadiness(pair.own(layer))
    others = [laid for laid in _others(pair, layer) if laid is not None]
    if along_own is None or not others:
        return None
    return (along_own + _FLOOR) / (min(others) + _FLOOR)


def _others(pair: Pair, layer: Layer) -> Iterator[float | None]:
    """Its unsteadiness along the motions that it should not have."""
    wanted = np.array(pair.wanted(layer), np.float32)
    if float(np.hypot(*wanted)) >= _FELT:
        yield unsteadiness(pair.still(layer))
    flow = pair.way.flow  # which leads back
    alpha = pair.now.layers[layer.name].alpha
    weight = alpha / max(float(alpha.sum()), 1e-6)
    apart = np.hypot(flow[..., 0] + wanted[0], flow[..., 1] + wanted[1])
    moves = np.hypot(flow[..., 0], flow[..., 1])
    if float((apart * weight).sum()) >= _FELT and float((moves * weight).sum()) >= _FELT:
        yield unsteadiness(pair.with_plate(layer))
