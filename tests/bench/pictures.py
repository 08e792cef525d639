"""Picture models, on tiny random weights: what lookdev adds to, and takes off, plain diffusers."""

import time
from pathlib import Path

import numpy as np
import tiny_models
import torch
from picture_show import LOOK, PictureShow, with_model
from small_show import make_small_show

from lookdev.render import Session
from lookdev.spec import parameter
from lookdev.spec.look import Layer

SEEDS, STEPS = 16, 4
STRENGTHS = [round(0.05 * step, 2) for step in range(1, 21)]
SDXL_STEP_SECONDS = 0.1
"""A step of SDXL at 1024x1024 on a fast GPU, generously short; 30 of them are the budget."""


def measure(folder: Path) -> list[tuple[str, str, str, str]]:
    """Rows as `__main__.Row`."""
    made = make_small_show(folder / "show")
    picture = with_model(made, tiny_models.sdxl, name="sdxl", pipeline="StableDiffusionXLPipeline")
    return [*_seeds(picture), _strengths(picture), _overhead(picture)]


def _layers(picture: PictureShow) -> list[Layer]:
    look = picture.look().look
    return [
        parameter.replace(look, "wall.element.seed", str(seed)).layers[0] for seed in range(SEEDS)
    ]


def _seeds(picture: PictureShow) -> list[tuple[str, str, str, str]]:
    layers, shot_file = _layers(picture), picture.show.shot_file
    session = _warm(picture)
    started = time.perf_counter()
    session.elements.get_batch(layers, shot_file, 1003)
    ours = time.perf_counter() - started
    (adapter,) = session.elements._loaded._adapters.values()
    runs = adapter.encoder_runs
    plain = _plain_loop(adapter)
    told = f"{ours / plain:.2f} of a plain loop ({ours:.2f} s, {plain:.2f} s)"
    encoded = f"loads {session.elements.loads}, words {runs['text_encoder']}, plate {runs['vae']}"
    return [
        (f"{SEEDS} seeds, {STEPS} steps, a plain loop of pipe()", told, "1", f"{ours / plain:.2f}"),
        ("the same: loads and encodings (plate and masked plate)", encoded, "1, 1, 2", ""),
    ]


def _plain_loop(adapter: object) -> float:
    """What a notebook would do: call the pipeline with each seed."""
    pipelines = adapter._pipelines  # type: ignore[attr-defined]
    from diffusers import StableDiffusionXLInpaintPipeline

    pipe = StableDiffusionXLInpaintPipeline.from_pretrained(
        pipelines.loaded.config._name_or_path, use_safetensors=True, local_files_only=True
    )
    pipe.set_progress_bar_config(disable=True)
    picture, mask = torch.rand(1, 3, 144, 256), torch.ones(1, 1, 144, 256)

    def once(seed: int) -> None:
        pipe(
            "a broken wall",
            image=picture,
            mask_image=mask,
            strength=1.0,
            height=144,
            width=256,
            num_inference_steps=STEPS,
            guidance_scale=1.0,
            generator=torch.Generator().manual_seed(seed),
            output_type="pt",
        )

    once(0)
    started = time.perf_counter()
    for seed in range(SEEDS):
        once(seed)
    return time.perf_counter() - started


def _strengths(picture: PictureShow) -> tuple[str, str, str, str]:
    """Evaluations for strengths .05 to 1; those that leave no step are refused, and run nothing."""
    text = LOOK.replace("matte: tower}", "matte: tower}\n    patch: {fill: image}")
    look, shot_file = picture.look(text).look, picture.show.shot_file
    session = picture.session(fresh=False)
    naive = 0
    for strength in STRENGTHS:
        layer = parameter.replace(look, "wall.patch.strength", strength).layers[0]
        naive += int(STEPS * strength)
        if int(STEPS * strength):
            session.elements.get(layer, shot_file, 1004)
    did = session.elements.evaluations
    return (
        f"{len(STRENGTHS)} strengths at {STEPS} steps, naive over ours",
        f"{naive} / {did} evaluations",
        "3.3",
        f"{naive / did:.2f}",
    )


def _overhead(picture: PictureShow) -> tuple[str, str, str, str]:
    """Seconds of one frame's element beyond the pipeline's own call, medians of 9."""
    session, (layer, *_) = _warm(picture), _layers(picture)
    (adapter,) = session.elements._loaded._adapters.values()
    pipelines, inner, whole = adapter._pipelines, [], []
    run = pipelines.run

    def timed(*args: object) -> object:
        started = time.perf_counter()
        made = run(*args)
        inner.append(time.perf_counter() - started)
        return made

    pipelines.run = timed
    for seed in range(100, 109):
        one = layer.model_copy(
            update={"element": layer.element.model_copy(update={"seed": str(seed)})}
        )
        started = time.perf_counter()
        session.elements.get(one, picture.show.shot_file, 1003)
        whole.append(time.perf_counter() - started)
    beside = float(np.median(np.array(whole) - np.array(inner)))
    budget = 30 * SDXL_STEP_SECONDS
    share = beside / budget
    told = f"{1000 * beside:.1f} ms, {100 * share:.2f} % of {budget:g} s"
    return "one frame beside the pipeline's call", told, "2 %", f"{share / 0.02:.2f}"


def _warm(picture: PictureShow) -> Session:
    """A session whose model is loaded, and whose plate and words were not encoded yet."""
    session = picture.session(fresh=True)
    first = picture.layer().model_copy(
        update={"element": picture.layer().element.model_copy(update={"prompt": "another"})}
    )
    session.elements.get(first, picture.show.shot_file, 1001)
    (adapter,) = session.elements._loaded._adapters.values()
    for kept in adapter._pipelines.encoders.values():
        kept.forget()
        kept.runs = 0
    return session
