"""One element that is asked for: what it is made from, and the key that it is kept by."""

import hashlib
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import Any

import torch
from torch import Tensor

from lookdev.generate import noise
from lookdev.generate.adapter import Moving
from lookdev.generate.catalogue import ModelFiles
from lookdev.generate.draft import Draft
from lookdev.generate.families import ALLOWED
from lookdev.generate.motion import moves
from lookdev.image.frame import Pixels, Window
from lookdev.spec.code import code_digest
from lookdev.spec.digest import digest_of
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Layer


def compiled_key(key: str) -> str:
    """What a compiled network's element is kept by, from the key of the one that was not.

    Its numbers differ by a little: only a desk takes it, and no approval or final.
    """
    return digest_of({"compiled": key})


@dataclass(frozen=True)
class Asked:
    """One element that is asked for."""

    layer: Layer
    """At the size and steps that are made."""
    full: Layer
    """As the look has it."""
    draft: Draft | None
    shot_file: ShotFile
    frame: int
    envelope: Pixels
    wind: tuple[float, float]
    near: Pixels | float
    """As `control.nearness`."""
    files: ModelFiles
    guides: Mapping[str, ModelFiles]
    """Of every card that its guides name, by the field's name."""
    pictures: Mapping[str, str]
    """SHA-256 of each of the shot's pictures that it is made from."""
    moved: tuple[float, float]
    """Displacement of the noise, in pixels of the full working size."""
    stream: int
    """Which of the layer's planes of noise it starts from."""
    evolved: float
    """How far it is on the way to the next plane, 0 up to 1."""
    colour: str
    """What decides the way between scene light and a model's pixels."""
    machine: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Everything that can change the element's pixels, digested."""
        plain = digest_of(self._decides())
        if self.layer.refine.scale == 1:
            return plain
        return digest_of({"refined": plain, **self.layer.refine.model_dump(mode="json")})

    @property
    def batched_key(self) -> str:
        """Of the same element as one of a batch: other numbers, by a little; drafts only."""
        return digest_of({**self._decides(), "batched": True})

    @property
    def moving(self) -> Moving | None:
        """How far it has moved, and its noise before that (`adapter.Moving`)."""
        if not moves(self.full.motion):
            return None
        (width, height), full = self.layer.element.size, self.full.element.size
        by = self.moved[0] * width / full[0], self.moved[1] * height / full[1]
        return Moving(by, lambda channels, window: self._cut(channels, window, draw=0))

    def noise(self, channels: int, width: int, height: int, draw: int) -> Tensor:
        """The noise it starts from, moved as the element is (`adapter.NoiseOf`)."""
        across = width / self.full.element.size[0] * self._factor
        down = height / self.full.element.size[1] * self._factor
        moved = self.moved[0] * across, self.moved[1] * down
        return self._cut(channels, Window(0, 0, width, height), moved, draw)

    @property
    def _factor(self) -> int:
        return 1 if self.draft is None else self.draft.factor

    def _cut(
        self,
        channels: int,
        window: Window,
        moved: tuple[float, float] = (0.0, 0.0),
        draw: int = 0,
    ) -> Tensor:
        """A window of noise between the seed and its variation; a draft's is shrunk.

        It is moved by pixels of the noise that is not shrunk.
        """
        factor, params = self._factor, self.full.element

        def plane(seed: str, stream: int) -> Tensor:
            return noise.drawn(
                seed,
                channels=channels,
                width=window.width * factor,
                height=window.height * factor,
                displacement=(moved[0] - window.x * factor, moved[1] - window.y * factor),
                stream=stream,
                draw=draw,
            )

        def drawn(seed: str) -> Tensor:
            now = plane(seed, self.stream)
            if self.evolved == 0:
                return now
            return noise.between(now, plane(seed, self.stream + 1), self.evolved)

        start = drawn(params.seed)
        if params.variation > 0:
            start = noise.between(start, drawn(params.variation_seed), params.variation)
        return start if self.draft is None else noise.shrunk(start, factor)

    def _decides(self) -> dict[str, Any]:
        family = ALLOWED[self.files.card.pipeline]
        decides: dict[str, Any] = {
            "element": self.layer.element.deciding(),
            "model": self.files.digest,
            "envelope": _sha256(self.envelope),
            "wind": self.wind,
            "noise": {"moved": self.moved, "stream": self.stream, "evolved": self.evolved},
            "draft": None if self.draft is None else self.draft.factor,
            "machine": dict(self.machine),
            "code": code_digest("blend", "generate", "image", "mini", "spec"),
        }
        if family.is_picture:
            decides |= {
                "patch": self._patch(),
                "guides": self.layer.guides.model_dump(mode="json"),
                "guiding": {field: files.digest for field, files in self.guides.items()},
                "pictures": dict(self.pictures),
                "encoding": self.files.card.encoding,
                "ceiling": self.shot_file.shot.ceiling,
                "colour": self.colour,
            }
        else:
            near = self.near
            decides["near"] = near if isinstance(near, float) else _sha256(near)
        return decides

    def _patch(self) -> dict[str, Any] | None:
        """What of the patch decides: not its strength, but the steps that it leaves.

        At 4 steps, strengths .6 and .7 are one image; 1 is another than .99, which starts from a
        trace of the picture.
        """
        if self.layer.element.kind != "patch":
            return None
        patch = self.layer.patch
        family, steps = ALLOWED[self.files.card.pipeline], self.layer.element.steps
        done = family.steps_done(steps, patch.strength)
        told = patch.model_dump(mode="json", exclude={"strength"})
        return {**told, "done": done, "from_noise": patch.strength == 1}


def machine(device: str) -> dict[str, Any]:
    """What of the machine and its libraries can change an element's pixels."""
    return {
        "device": torch.cuda.get_device_name(device) if device.startswith("cuda") else device,
        "threads": torch.get_num_threads(),
        "instructions": f"{platform.machine()} {torch.backends.cpu.get_cpu_capability()}",
        "attention": os.environ.get("DIFFUSERS_ATTN_BACKEND", "native"),
        **_versions(),
    }


def _sha256(plane: Pixels) -> str:
    return hashlib.sha256(plane.tobytes()).hexdigest()


@lru_cache(maxsize=1)
def _versions() -> dict[str, str]:
    names = ("diffusers", "numpy", "opencolorio", "opencv-python-headless", "peft", "transformers")
    return {"torch": torch.__version__, **{name: version(name) for name in names}}
