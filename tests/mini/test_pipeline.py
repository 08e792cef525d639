import math
from typing import Any

import pytest
import torch
from torch import Tensor

from lookdev.errors import ModelError
from lookdev.mini.codec import encode
from lookdev.mini.maps import Maps
from lookdev.mini.network import ElementUNet
from lookdev.mini.pipeline import ElementPipeline, plain_scheduler


@pytest.fixture(scope="module")
def pipeline() -> ElementPipeline:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        unet = ElementUNet(widths=(8, 8, 16), depths=(1, 1, 1), condition=16)
        for weight in unet.parameters():  # a new network starts deaf to its condition
            torch.nn.init.normal_(weight, std=0.1)
    return ElementPipeline(unet.eval(), plain_scheduler())


def _control(height: int = 48, width: int = 64, level: float = 0.7) -> Tensor:
    control = torch.zeros(1, 4, height, width)
    control[:, 0], control[:, 3] = level, 0.5
    return control


def _noise(control: Tensor, seed: int = 1) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(len(control), 3, *control.shape[2:], generator=generator)


@pytest.mark.parametrize(("height", "width"), [(48, 64), (37, 91), (540, 3), (1, 1), (17, 16)])
def test_any_size_comes_back_in_its_own_size(
    pipeline: ElementPipeline, height: int, width: int
) -> None:
    control = _control(height, width)
    made = pipeline("snow", control=control, noise=_noise(control), num_inference_steps=2)
    for name, planes in (("density", ()), ("light", (4,)), ("emission", ())):
        assert made[name].shape == (1, *planes, height, width)
        assert made[name].dtype == torch.float32
        assert made[name].isfinite().all()
        assert made[name].min() >= 0
    assert made.density.max() <= 1
    assert made.light.max() <= 1


def test_an_empty_envelope_costs_nothing(pipeline: ElementPipeline) -> None:
    control = _control(level=0.0)
    made = pipeline("dust", control=control, noise=_noise(control))
    print(f"{made.evaluations} evaluations")
    assert made.evaluations == 0
    assert not made.density.any()
    assert not made.emission.any()


def test_nothing_is_left_where_the_envelope_is_empty(pipeline: ElementPipeline) -> None:
    control = _control()
    control[..., :20, :] = 0
    made = pipeline("embers", control=control, noise=_noise(control), num_inference_steps=2)
    assert not made.density[:, :20].any()
    assert not made.emission[:, :20].any()
    assert made.density[:, 20:].any()


@pytest.mark.parametrize(("scale", "each"), [(1.0, 1), (2.5, 2)])
def test_guidance_is_paid_for_only_when_it_does_something(
    pipeline: ElementPipeline, scale: float, each: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []
    forward = pipeline.unet.forward

    def counted(*args: Any) -> Tensor:
        runs.append(1)
        return forward(*args)

    monkeypatch.setattr(pipeline.unet, "forward", counted)
    control = _control()
    asked = {"control": control, "noise": _noise(control), "num_inference_steps": 2}
    made = pipeline("smoke", **asked, guidance_scale=scale)
    print(f"guidance {scale}: {len(runs)} runs of the network in 2 steps")
    assert len(runs) == made.evaluations == 2 * each


def test_words_of_no_kind_make_what_all_kinds_have_in_common(pipeline: ElementPipeline) -> None:
    control = _control()
    noise = _noise(control)
    none, nothing, dust = (
        pipeline(prompt, control=control, noise=noise).density for prompt in ("a car", "", "dust")
    )
    assert torch.equal(none, nothing)
    assert not torch.equal(none, dust)


def test_character_is_read_from_the_prompt(pipeline: ElementPipeline) -> None:
    control = _control()
    noise = _noise(control)
    made = [
        pipeline(prompt, control=control, noise=noise).density
        for prompt in ("smoke", "turbulent smoke", "soft smoke")
    ]
    assert not torch.equal(made[0], made[1])
    assert not torch.equal(made[0], made[2])


def test_guidance_and_a_negative_prompt_change_the_picture(pipeline: ElementPipeline) -> None:
    control = _control()
    noise = _noise(control)
    plain = pipeline("snow", control=control, noise=noise, guidance_scale=1)
    led = pipeline("snow", control=control, noise=noise, guidance_scale=3)
    away = pipeline("snow", control=control, noise=noise, guidance_scale=3, negative_prompt="fog")
    unread = pipeline("snow", control=control, noise=noise, negative_prompt="fog")
    assert not torch.equal(plain.density, led.density)
    assert not torch.equal(led.density, away.density)
    assert torch.equal(plain.density, unread.density)


def test_the_same_noise_makes_the_same_bits(pipeline: ElementPipeline) -> None:
    control = _control()
    before = torch.get_rng_state()
    one, two = (pipeline("dust", control=control, noise=_noise(control)) for _ in range(2))
    other = pipeline("dust", control=control, noise=_noise(control, seed=2))
    assert torch.equal(one.density, two.density)
    assert torch.equal(one.light, two.light)
    assert not torch.equal(one.density, other.density)
    assert torch.equal(torch.get_rng_state(), before)


def test_the_caller_s_tensors_are_left_alone(pipeline: ElementPipeline) -> None:
    control = _control()
    noise = _noise(control)
    kept = control.clone(), noise.clone()
    pipeline("dust", control=control, noise=noise, num_inference_steps=1)
    assert torch.equal(control, kept[0])
    assert torch.equal(noise, kept[1])


def test_one_step_lands_on_the_networks_guess(pipeline: ElementPipeline) -> None:
    control = _control(16, 16)
    made = pipeline("dust", control=control, noise=_noise(control), num_inference_steps=1)
    assert pipeline.scheduler.sigmas.tolist() == [1.0, 0.0]
    assert made.evaluations == 1


@pytest.mark.parametrize("value", [math.nan, math.inf])
@pytest.mark.parametrize("name", ["control", "noise"])
def test_what_is_not_finite_is_refused(pipeline: ElementPipeline, name: str, value: float) -> None:
    maps = {"control": _control(), "noise": _noise(_control())}
    maps[name][0, 1, 3, 4] = value
    with pytest.raises(ModelError, match=f"{name} has 1 values that are not finite") as refusal:
        pipeline("dust", **maps)
    print(refusal.value)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"num_inference_steps": 0}, "num_inference_steps is 0"),
        ({"noise": torch.zeros(1, 3, 8, 8)}, "they must be"),
        ({"control": torch.zeros(1, 3, 48, 64)}, "they must be"),
        ({"strength": 0.3}, "strength is 0.3 without a start"),
        ({"strength": 0.0}, "strength is 0.0; it must be above 0"),
        ({"strength": 1.5}, "strength is 1.5; it must be above 0, up to 1"),
        ({"start": torch.zeros(1, 3, 48, 64)}, "start is"),
        ({"start": torch.full((1, 6, 48, 64), math.nan)}, "start has 18432 values that are not"),
    ],
)
def test_a_request_that_cannot_be_met_is_refused(
    pipeline: ElementPipeline, change: dict[str, Any], words: str
) -> None:
    request = {"prompt": "dust", "control": _control(), "noise": _noise(_control())} | change
    with pytest.raises(ModelError, match=words):
        pipeline(**request)


def test_what_a_callback_raises_ends_the_run(pipeline: ElementPipeline) -> None:
    steps = []

    def cancel(_pipeline: Any, step: int, _timestep: Tensor, held: dict[str, Tensor]) -> None:
        steps.append(step)
        assert held["latents"].shape[1] == 6
        if step == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pipeline(
            "dust",
            control=_control(),
            noise=_noise(_control()),
            num_inference_steps=3,
            callback_on_step_end=cancel,
        )
    assert steps == [0, 1]


def test_a_tile_with_a_halo_is_the_whole_pictures_tile(pipeline: ElementPipeline) -> None:
    drawn = torch.randn(1, 10, 208, 240, generator=torch.Generator().manual_seed(7))
    sample, control = drawn[:, :6], drawn[:, 6:]
    time, kinds = torch.tensor([700.0]), torch.eye(10)[:1]
    with torch.no_grad():
        whole = pipeline.unet(sample, time, control, kinds)[..., 88:120, 88:120]
        cut = (..., slice(0, 208), slice(8, 216))
        tile = pipeline.unet(sample[cut], time, control[cut], kinds)[..., 88:120, 80:112]
    off = (whole - tile).abs().max().item()
    print(f"largest difference {off:.1e}")
    assert off < 1e-5


def _begun(pipeline: ElementPipeline, control: Tensor) -> Tensor:
    made = pipeline("snow", control=control, noise=_noise(control, 3), num_inference_steps=2)
    return encode(Maps(made.density, made.light, made.emission))


def test_at_full_strength_a_start_is_forgotten_bit_for_bit(pipeline: ElementPipeline) -> None:
    control = _control()
    asked = {"control": control, "noise": _noise(control), "num_inference_steps": 3}
    plain = pipeline("snow", **asked)
    started = pipeline("snow", **asked, start=_begun(pipeline, control), strength=1.0)
    for name in ("density", "light", "emission"):
        assert torch.equal(plain[name], started[name])
    assert plain.evaluations == started.evaluations == 3


@pytest.mark.parametrize(("steps", "scale", "runs"), [(1, 1.0, 1), (4, 1.0, 4), (2, 3.0, 4)])
def test_a_start_is_repainted_from_its_strength_on(
    pipeline: ElementPipeline, steps: int, scale: float, runs: int
) -> None:
    control = _control()
    sigmas = []
    made = pipeline(
        "snow",
        control=control,
        noise=_noise(control),
        num_inference_steps=steps,
        guidance_scale=scale,
        start=_begun(pipeline, control),
        strength=0.4,
        callback_on_step_end=lambda _p, _i, timestep, _held: sigmas.append(float(timestep) / 1000),
    )
    assert made.evaluations == runs
    assert sigmas == pytest.approx([0.4 * (1 - index / steps) for index in range(steps)])


def test_the_network_sees_start_and_noise_in_the_measure_of_the_strength(
    pipeline: ElementPipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    forward = pipeline.unet.forward

    def looked_at(sample: Tensor, *args: Any) -> Tensor:
        seen.append(sample)
        return forward(sample, *args)

    control = _control()
    start, noise = _begun(pipeline, control), _noise(control)
    monkeypatch.setattr(pipeline.unet, "forward", looked_at)
    pipeline(
        "snow", control=control, noise=noise, start=start, strength=0.25, num_inference_steps=1
    )
    inner = seen[0][..., 16:64, 16:80]
    assert torch.allclose(inner, 0.75 * start + 0.25 * noise.repeat(1, 2, 1, 1), atol=1e-6)


def test_numbers_that_are_not_finite_name_their_step() -> None:
    unet = ElementUNet(widths=(8, 8, 16), depths=(1, 1, 1), condition=16)
    unet.out.bias.data[1] = math.nan
    broken, control = ElementPipeline(unet.eval(), plain_scheduler()), _control()
    with pytest.raises(ModelError, match="step 1 of 2 gave numbers that are not finite"):
        broken("snow", control=control, noise=_noise(control), num_inference_steps=2)
