"""A model card: which model, from where, and on what terms."""

from typing import Literal

from lookdev.spec.base import Name, Spec

EMBEDDED = "embedded"


class ModelCard(Spec):
    """One model that looks may name."""

    format: Literal["card/1"]
    id: Name
    title: str
    pipeline: Literal["ElementPipeline"]
    """The pipeline's class, from lookdev's allow-list."""
    weights: str
    """`embedded` (in the package), or a folder: relative to the show, or starting with a root."""
    licence: str
    """SPDX id of the weights' licence."""
    training_data: str
    """What it learned from, in a sentence."""
