"""The generic adapter of modular pipelines: blocks of diffusers' own, put together for each job.

No index leads the loading: each part is loaded by its class from its own folder of the model's
(`generate/modular_index.py` has refused what lies elsewhere), and handed to the blocks. They have
no callback after a step, so a block of our own is put last into their loop.
"""

import copy
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module
from typing import Any

import diffusers
import torch
from diffusers import ClassifierFreeGuidance, ModularPipelineBlocks
from diffusers.modular_pipelines import LoopSequentialPipelineBlocks
from torch import Tensor, nn

from lookdev.errors import ModelError
from lookdev.generate.adapter import OnStep, Step
from lookdev.generate.catalogue import ModelFiles
from lookdev.generate.families import ALLOWED, Job
from lookdev.generate.families.modular import ModularFamily
from lookdev.generate.modular_index import entries, index_name
from lookdev.generate.pictures import memory
from lookdev.generate.pictures.asked import Made, Run
from lookdev.generate.pictures.counting import counted
from lookdev.generate.pictures.finite import require_finite
from lookdev.generate.pictures.given_noise import GivenNoise
from lookdev.generate.pictures.guard import sealed
from lookdev.generate.pictures.kept import keep_encoders
from lookdev.generate.pictures.pipelines import Pipelines
from lookdev.generate.pictures.precision import dtypes_for, keep_vae_float32
from lookdev.generate.pictures.quiet import hush
from lookdev.generate.pictures.soft import Hold

_TRACES = "diffusers.modular_pipelines.modular_pipeline"
"""This logs a whole trace for each block that an error, or a cancel, passes through."""

After = Callable[[Tensor, int, int], Tensor]
"""Told the latents after a step, its number from 1, and of how many; gives them back."""


class AfterStep(ModularPipelineBlocks):
    """The last block of a denoising loop: what a callback is elsewhere."""

    def __init__(self) -> None:
        """Nobody is told yet."""
        super().__init__()
        self.told: After | None = None

    def __call__(self, components: Any, block_state: Any, i: int, t: Tensor) -> Any:  # noqa: ARG002
        """Tell of a step; raising cancels."""
        if self.told is not None:
            total = len(block_state.timesteps)
            block_state.latents = self.told(block_state.latents, i + 1, total)
        return components, block_state


class ModularPipelines(Pipelines):
    """A modular model, loaded once: a pipeline for each job, all sharing its parts."""

    family: ModularFamily

    def __init__(self, files: ModelFiles, *, device: str) -> None:
        """Load it; as `Pipelines`, but that it lies in the device's memory whole.

        Raises:
            ModelError: It asks for what is forbidden, or does not fit into memory.
        """
        family = ALLOWED[files.card.pipeline]
        assert isinstance(family, ModularFamily)
        self.card, self.family, self.device = files.card, family, device
        self._after = AfterStep()
        self._jobs, self.controls, self.previewer = {}, (), None
        self._parts, self._settings = _load(files, family, device)
        self._require_room()
        for part in self._parts.values():
            if isinstance(part, nn.Module):
                part.to(device)
        self.loaded = self.of(next(iter(family.jobs)))
        keep_vae_float32(self.loaded)
        self.loaded.vae.register_to_config(force_upcast=False)  # it is float32 already
        self.encoders = keep_encoders(self.loaded)

    def run(self, run: Run, on_step: OnStep | None) -> Made:
        """Run one job, as `Pipelines.run`."""
        self._require_fit(run.job)
        pipeline = self.of(run.job)
        if self.family.guided_by == "guider":
            pipeline.update_components(guider=_guider(run.params.guidance))
        noise = GivenNoise(run.noise, model=self.card.id)
        hold = Hold(pipeline, run, noise) if run.is_differential else None
        self._after.told = self._after_each(pipeline, run, on_step, hold)
        with ExitStack() as stack:
            stack.callback(setattr, self._after, "told", None)
            stack.enter_context(torch.no_grad())
            stack.enter_context(sealed())
            stack.enter_context(noise)
            count = stack.enter_context(counted(self.network, noise))
            pictures = pipeline(**self._arguments(pipeline, run), output="images")
        total = len(pipeline.scheduler.timesteps)
        require_finite(pictures, step=total, total=total, params=run.params, dtype=pictures.dtype)
        return Made(pictures.float().cpu(), count.samples // len(run.noise))

    def _made(self, name: str) -> Any:
        """A pipeline of the blocks of one workflow.

        The last block hands the picture out as that of the text job does: Qwen-Image's own for
        inpainting knows no other picture than one of 8 bits.
        """
        blocks = self._blocks(name)
        last = list(blocks.sub_blocks)[-1]
        blocks.sub_blocks[last] = self._blocks(self.family.jobs["text"]).sub_blocks[last]
        for loop in _loops(blocks):
            loop.set_progress_bar_config(disable=True)
            loop.sub_blocks["after_step"] = self._after
        pipeline = getattr(diffusers, self.card.pipeline)(blocks=blocks)
        wanted = {spec.name for spec in blocks.expected_components}
        settings = {spec.name for spec in blocks.expected_configs}
        pipeline.update_components(
            **{name: part for name, part in self._parts.items() if name in wanted},
            **{name: value for name, value in self._settings.items() if name in settings},
        )
        return pipeline

    def _blocks(self, workflow: str) -> Any:
        return copy.deepcopy(getattr(diffusers, self.family.blocks)().get_workflow(workflow))

    def _arguments(self, pipeline: Any, run: Run) -> dict[str, Any]:
        """The call's arguments; what its blocks do not take, they would ignore."""
        width, height = run.size
        named: dict[str, Any] = {
            "prompt": run.prompt,
            "num_inference_steps": run.steps,
            "num_images_per_prompt": len(run.noise),
            "output_type": "pt",
            "height": height,
            "width": width,
            **self.family.arguments(run.params),
        }
        if run.image is not None:
            named |= {"image": self._given(run.image), "strength": run.strength}
        if run.mask is not None and run.job == "inpaint":
            named["mask_image"] = self._given(run.mask)
        unknown = named.keys() - {one.name for one in pipeline.blocks.inputs}
        if unknown:
            raise ModelError(
                f"model {self.card.id}: the blocks {self.family.jobs[run.job]} of "
                f"{self.family.blocks} take no {', '.join(sorted(unknown))}; "
                "this diffusers is not the one that lookdev was made for"
            )
        return named

    def _after_each(
        self, pipeline: Any, run: Run, on_step: OnStep | None, hold: Hold | None
    ) -> After:
        dtype = next(self.network.parameters()).dtype

        def after(latents: Tensor, done: int, total: int) -> Tensor:
            require_finite(latents, step=done, total=total, params=run.params, dtype=dtype)
            if hold is not None:
                latents = hold(latents, done, total)
            if on_step is not None:
                show = None if self.previewer is None else self.previewer.of(pipeline, latents, run)
                on_step(Step(done, total, show))
            return latents

        return after

    def _require_fit(self, job: Job) -> None:
        """A network that was made for inpainting takes the mask and what is around it too."""
        takes = self.network.config.in_channels
        gives = getattr(self.loaded.vae.config, "latent_channels", takes)
        if job != "inpaint" and not self.family.is_packed and takes != gives:
            raise ModelError(
                f"model {self.card.id}: its network takes {takes} channels, so it only fills what "
                "is masked; write element.kind: patch and patch.fill: inpaint"
            )

    def _require_room(self) -> None:
        """No part of a modular model waits in another memory until it is needed."""
        if torch.device(self.device).type == "cpu":
            return
        parts = [part for part in self._parts.values() if isinstance(part, nn.Module)]
        need, free = memory.weights_bytes(parts), memory.free_bytes(self.device)
        if need > free:
            raise ModelError(
                f"model {self.card.id}: its weights take {need / 1e9:.1f} GB, and {free / 1e9:.1f} "
                "are free; a modular model is not offloaded: use a classic pipeline of it, or a "
                "larger GPU"
            )


def _load(
    files: ModelFiles, family: ModularFamily, device: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parts, and the blocks' settings."""
    hush()
    logging.getLogger(_TRACES).setLevel(logging.CRITICAL)
    index = json.loads((files.folder / index_name(family)).read_text(encoding="utf-8"))
    dtypes = dtypes_for(device)
    with sealed(files.folder):
        parts = {
            name: _part(files, name, entry.part, dtypes.get(name, dtypes["default"]))
            for name, entry in entries(index).items()
        }
    return parts, {name: index[name] for name in family.configs & index.keys()}


def _part(files: ModelFiles, name: str, part: tuple[str, str], dtype: torch.dtype) -> Any:
    module, named = part
    kind = getattr(import_module(module), named)
    options: dict[str, Any] = {"local_files_only": True}
    if issubclass(kind, nn.Module):
        weights = [n for n in files.names if n.startswith(f"{name}/") and n.endswith("tensors")]
        halves = all(".fp16." in one for one in weights)
        options |= {"dtype": dtype, "use_safetensors": True, "variant": "fp16" if halves else None}
    return kind.from_pretrained(files.folder / name, **options)


def _guider(guidance: float) -> Any:
    """Classifier-free guidance, off at 1 and below as in classic pipelines."""
    return ClassifierFreeGuidance(guidance_scale=guidance, enabled=guidance > 1)


def _loops(blocks: Any) -> Iterator[Any]:
    if isinstance(blocks, LoopSequentialPipelineBlocks):
        yield blocks
        return
    for block in blocks.sub_blocks.values():
        yield from _loops(block)
