"""The pipelines of one loaded model: one for each job, all sharing its parts."""

import inspect
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import diffusers
import torch
from PIL import Image
from torch import Tensor

from lookdev.errors import ModelError
from lookdev.generate.adapter import OnStep, Step
from lookdev.generate.catalogue import ModelFiles
from lookdev.generate.families import ALLOWED, Job
from lookdev.generate.pictures import memory
from lookdev.generate.pictures.asked import Made, Run
from lookdev.generate.pictures.counting import counted
from lookdev.generate.pictures.finite import require_finite
from lookdev.generate.pictures.given_noise import GivenNoise
from lookdev.generate.pictures.guard import sealed
from lookdev.generate.pictures.kept import Kept, keep_encoders
from lookdev.generate.pictures.precision import dtypes_for, keep_vae_float32
from lookdev.generate.pictures.processor import load_processor
from lookdev.generate.pictures.quiet import hush
from lookdev.generate.pictures.soft import Hold
from lookdev.generate.pictures.step_cache import step_cache

if TYPE_CHECKING:
    from lookdev.generate.pictures.preview import Previewer

_ACTIVATIONS = 3 * 2**30
"""Memory beside the weights while a part works on about two megapixels; not measured."""


class Pipelines:
    """A model of diffusers' own classes, loaded once."""

    def __init__(self, files: ModelFiles, *, device: str) -> None:
        """Load it: safetensors only, local files only, no remote code, the VAE in float32.

        Args:
            files: What the catalogue found fit to load.
            device: `cpu`, `cuda`.

        Raises:
            ModelError: It asks for what is forbidden.
        """
        self.card, self.family = files.card, ALLOWED[files.card.pipeline]
        self.device = device
        self.loaded = _load(files, self.family.load, dtypes_for(device))
        memory.apply(self.loaded, self._offload(), device)
        keep_vae_float32(self.loaded)
        self.loaded.vae.register_to_config(force_upcast=False)  # it is float32 already
        self.encoders: dict[str, Kept] = keep_encoders(self.loaded)
        self.controls: tuple[Any, ...] = ()
        """The ControlNets that the next run gets its hints through."""
        self.previewer: Previewer | None = None
        self._jobs: dict[tuple[str, tuple[Any, ...]], Any] = {}

    def _offload(self) -> memory.Offload:
        """How the model lies in memory: as fast as fits what is free now."""
        if torch.device(self.device).type == "cpu":
            return "none"
        free, parts = memory.free_bytes(self.device), memory.parts_bytes(self.loaded)
        return memory.offload_for(free, parts, _ACTIVATIONS)

    @property
    def network(self) -> Any:
        """What denoises."""
        transformer = getattr(self.loaded, "transformer", None)
        return self.loaded.unet if transformer is None else transformer

    def of(self, job: Job) -> Any:
        """The pipeline for a job, made of the parts that are loaded.

        Raises:
            ModelError: The family does no such job.
        """
        table = self.family.controlled if self.controls else self.family.jobs
        if job not in table:
            raise ModelError(f"model {self.card.id}: its family {self.family.base} does no {job}")
        key = table[job], self.controls
        if key not in self._jobs:
            self._jobs = {k: v for k, v in self._jobs.items() if k[1] == key[1]}
            self._jobs[key] = self._made(table[job])
        return self._jobs[key]

    def forget_jobs(self) -> None:
        """Make each job's pipeline anew: the parts have changed."""
        self._jobs.clear()

    def run(self, run: Run, on_step: OnStep | None) -> Made:
        """Run one job.

        Raises:
            ModelError: A number is not finite, or the pipeline draws noise that has no place.
        """
        pipeline = self.of(run.job)
        noise = GivenNoise(run.noise, model=self.card.id)
        hold = Hold(pipeline, run, noise) if run.is_differential else None
        with ExitStack() as stack:
            stack.callback(self.loaded.maybe_free_model_hooks)  # after a cancel too
            stack.enter_context(torch.no_grad())
            stack.enter_context(sealed())
            stack.enter_context(step_cache(pipeline, run.params.step_cache))
            stack.enter_context(noise)
            count = stack.enter_context(counted(self.network, noise))
            pictures = pipeline(
                **self._arguments(pipeline, run),
                callback_on_step_end=self._after_step(run, on_step, hold),
            ).images
        total = pipeline.num_timesteps
        require_finite(pictures, step=total, total=total, params=run.params, dtype=pictures.dtype)
        return Made(pictures.float().cpu(), count.samples // len(run.noise))

    def _made(self, name: str) -> Any:
        kind = getattr(diffusers, name)
        wanted = inspect.signature(kind.__init__).parameters
        config = {key: value for key, value in self.loaded.config.items() if key in wanted}
        parts = {key: part for key, part in self.loaded.components.items() if key in wanted}
        if self.controls:
            single = self.controls[0] if len(self.controls) == 1 else list(self.controls)
            parts["controlnet"] = single
        known = {key for key in wanted if key in parts or key in config}
        pipeline = kind(**{key: parts.get(key, config.get(key)) for key in known})
        pipeline.set_progress_bar_config(disable=True)
        return pipeline

    def _arguments(self, pipeline: Any, run: Run) -> dict[str, Any]:
        """The call's arguments, in this pipeline's own names."""
        takes = inspect.signature(pipeline.__call__).parameters
        width, height = run.size
        named: dict[str, Any] = {
            "prompt": run.prompt,
            "num_inference_steps": run.steps,
            "num_images_per_prompt": len(run.noise),
            "output_type": "pt",
            **self.family.arguments(run.params),
        }
        if "height" in takes:
            named |= {"height": height, "width": width}
        if run.image is not None:
            named |= {"image": self._given(run.image), "strength": run.strength}
        if run.mask is not None and run.job == "inpaint":
            named["mask_image"] = self._given(run.mask)
        if self.controls:
            hints = run.hints[0] if len(run.hints) == 1 else list(run.hints)
            named["control_image" if run.image is not None else "image"] = hints
            named["controlnet_conditioning_scale"] = (
                run.hint_scales[0] if len(run.hints) == 1 else list(run.hint_scales)
            )
        if run.references:
            named["ip_adapter_image"] = [list(run.references)]
        return named

    def _given(self, picture: Tensor) -> Any:
        """A picture (1, C, h, w) as the family takes it."""
        if not self.family.wants_8_bits:
            return picture
        planes = (picture[0].clamp(0, 1) * 255).round().to(torch.uint8).movedim(0, -1).numpy()
        return Image.fromarray(planes[..., 0] if planes.shape[-1] == 1 else planes)

    def _after_step(self, run: Run, on_step: OnStep | None, hold: Hold | None) -> Any:
        dtype = next(self.network.parameters()).dtype

        def after(pipeline: Any, index: int, _timestep: Any, kwargs: dict[str, Any]) -> Any:
            latents: Tensor = kwargs["latents"]
            total = pipeline.num_timesteps
            require_finite(latents, step=index + 1, total=total, params=run.params, dtype=dtype)
            if hold is not None:
                latents = hold(latents, index + 1, total)
            if on_step is not None:
                show = None if self.previewer is None else self.previewer.of(pipeline, latents, run)
                on_step(Step(index + 1, total, show))
            return {"latents": latents}

        return after


def _load(files: ModelFiles, options: Any, dtypes: dict[str, torch.dtype]) -> Any:
    hush()
    halves = any(".fp16." in name for name in files.names)
    only_halves = halves and not any(
        name.endswith(".safetensors") and ".fp16." not in name for name in files.names
    )
    with sealed(Path(files.folder)):
        if (files.folder / "processor").is_dir():
            options = {**options, "processor": load_processor(files.folder)}
        return getattr(diffusers, files.card.pipeline).from_pretrained(
            files.folder,
            dtype=dtypes,
            use_safetensors=True,
            local_files_only=True,
            variant="fp16" if only_halves else None,
            **options,
        )
