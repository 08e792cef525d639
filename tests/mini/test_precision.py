import pytest
import torch

from lookdev.mini.precision import precision


@pytest.mark.parametrize(
    ("instructions", "dtype"),
    [("AVX512", torch.bfloat16), ("AVX2", torch.float32), ("DEFAULT", torch.float32)],
)
def test_bfloat16_is_for_processors_that_are_fast_at_it(
    instructions: str, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: instructions)
    layer, x = torch.nn.Conv2d(1, 1, 1), torch.ones(1, 1, 4, 4)
    with precision(x.device):
        assert layer(x).dtype == dtype
    assert layer(x).dtype == torch.float32
