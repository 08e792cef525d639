"""What the models' thread is asked for, and what it says of it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lookdev.generate.adapter import OnStep
from lookdev.render import Session
from lookdev.spec.look import Layer, Look

Key = str


@dataclass(frozen=True)
class Want:
    """One layer's element at one frame."""

    layer: Layer
    frame: int
    look: Look = field(compare=False, repr=False)
    """Whose layer it is, for the ledger."""

    @cached_property
    def key(self) -> Key:
        """What decides the element; two layers may share one."""
        layer = self.layer
        element = json.dumps(layer.element.deciding())
        parts = layer.recipe[1:]
        return "|".join([str(self.frame), element, *(part.model_dump_json() for part in parts)])


@dataclass(frozen=True)
class Status:
    """What the model does now."""

    text: str
    busy: bool = False
    progress: float | None = None
    """0 to 1."""
    seconds_left: float | None = None


Task = Callable[[Session, OnStep], Iterator[Status]]
"""Longer work: a generator that yields where the worker may look after other things.

It is closed when it is cancelled, so that its `finally` runs.
"""
