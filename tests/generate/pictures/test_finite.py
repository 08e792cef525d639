import timeit

import pytest
import torch

from lookdev.errors import ModelError
from lookdev.generate.pictures.finite import require_finite
from lookdev.spec.look import ElementParams

NAN, INF = float("nan"), float("inf")


def told(value: float, step: int, guidance: float, dtype: torch.dtype) -> str:
    params = ElementParams(model="xl", prompt="dust", seed="1", size=(64, 64), guidance=guidance)
    latents = torch.zeros(2, 4, 8, 8, dtype=dtype)
    latents[1, 2, 3, 4] = value
    with pytest.raises(ModelError) as error:
        require_finite(latents, step=step, total=8, params=params, dtype=dtype)
    return str(error.value)


@pytest.mark.parametrize(
    ("value", "step", "guidance", "dtype", "sentence"),
    [
        (
            NAN,
            3,
            12,
            torch.float16,
            "is not a number after step 3 of 8 (guidance 12, float16); use a GPU that has bfloat16, or lower element.guidance",
        ),
        (
            -INF,
            3,
            1,
            torch.float16,
            "has no end after step 3 of 8 (guidance 1, float16); use a GPU that has bfloat16",
        ),
        (
            INF,
            8,
            7.5,
            torch.bfloat16,
            "has no end after step 8 of 8 (guidance 7.5, bfloat16); lower element.guidance",
        ),
        (
            NAN,
            2,
            1,
            torch.float32,
            "is not a number after step 2 of 8 (guidance 1, float32); check the model's files against its card (lookdev models check)",
        ),
        (
            NAN,
            1,
            12,
            torch.bfloat16,
            "is not a number after step 1 of 8 (guidance 12, bfloat16); lower element.guidance, or check the model's files against its card (lookdev models check)",
        ),
    ],
)
def test_the_step_the_settings_and_the_mend_are_named(
    value: float, step: int, guidance: float, dtype: torch.dtype, sentence: str
) -> None:
    assert told(value, step, guidance, dtype) == f"model xl: the picture {sentence}"


def test_numbers_as_large_as_they_get_are_finite() -> None:
    params = ElementParams(prompt="dust", seed="1", size=(64, 64))
    for dtype in (torch.float16, torch.bfloat16, torch.float32):
        most = torch.full((1, 4, 64, 64), torch.finfo(dtype).max, dtype=dtype)
        require_finite(most, step=1, total=8, params=params, dtype=dtype)


def test_it_is_cheap() -> None:
    params = ElementParams(prompt="dust", seed="1", size=(64, 64))
    latents = torch.randn(1, 4, 128, 128)
    cost = (
        min(
            timeit.repeat(
                lambda: require_finite(latents, 1, 8, params, torch.float32), number=20, repeat=5
            )
        )
        / 20
    )
    print(f"latents of a 1024x1024 picture: {cost * 1e3:.3f} ms")
    assert cost < 0.02
