"""Many seeds a call: what may share one, and how many memory takes."""

from collections.abc import Callable, Sequence

from lookdev.errors import ModelError
from lookdev.generate.adapter import Adapter, OnStep, Request
from lookdev.generate.pictures import memory
from lookdev.image.element import Element
from lookdev.spec.base import Spec
from lookdev.spec.look import Layer

_NOISE = ("seed", "variation_seed", "variation")
_BYTES = 3_000
"""Of activations a pixel and sample, generously: SDXL's VAE is the hungriest."""
_MOST = 16
"""A larger batch gains nothing more."""


def differ_in_noise(layer: Layer, other: Layer) -> bool:
    """Whether the elements of two layers differ in nothing but their seeds."""
    return _without_noise(layer) == _without_noise(other)


def same_but_noise(layers: Sequence[Layer]) -> None:
    """Raise a ModelError unless the layers' elements differ in nothing but their seeds."""
    for layer in layers:
        if not differ_in_noise(layers[0], layer):
            raise ModelError(
                f"{layer.name}: differs from the first of its batch in more than its seed; "
                "make it alone"
            )


def in_batches(
    adapter: Adapter,
    requests: Sequence[Request],
    *,
    device: str,
    told: Callable[[str], None] | None,
) -> list[Element]:
    """Elements of requests, as many a call as free memory takes; fewer where that ran out.

    Args:
        adapter: Makes them.
        requests: They differ in noise only.
        device: Whose memory it is.
        told: Told where a batch was halved.

    Raises:
        ModelError: Memory ran out with one.
    """
    width, height = requests[0].layer.element.size
    most = memory.batch_for(memory.free_bytes(device), width * height * _BYTES)
    return memory.in_batches(
        list(requests),
        min(most, _MOST, len(requests)),
        lambda chunk: list(adapter.generate(chunk, None)),
        told or (lambda _: None),
    )


def one_at_a_time(
    adapter: Adapter, request: Request, on_step: OnStep | None
) -> tuple[Element, ...]:
    """The one element of one request, as finals and approvals ask for it.

    Raises:
        ModelError: Memory ran out.
    """

    def run(chunk: list[Request]) -> list[Element]:
        return list(adapter.generate(chunk, on_step))

    return tuple(memory.in_batches([request], 1, run, _never))


def _never(sentence: str) -> None:
    raise AssertionError(sentence)


def _without_noise(layer: Layer) -> tuple[Spec, ...]:
    params = layer.element.model_copy(update=dict.fromkeys(_NOISE))
    return params, *layer.recipe[1:]
