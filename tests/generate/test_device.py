import pytest
import torch

from lookdev.errors import SpecError
from lookdev.generate.device import chosen_device


@pytest.mark.parametrize(
    ("gpus", "named", "chosen"),
    [
        (0, "", "cpu"),
        (2, "", "cuda"),
        (2, "cpu", "cpu"),
        (2, "cuda:1", "cuda:1"),
        (0, "cpu", "cpu"),
    ],
)
def test_a_gpu_is_used_where_there_is_one_unless_the_variable_says_otherwise(
    monkeypatch: pytest.MonkeyPatch, gpus: int, named: str, chosen: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpus > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    monkeypatch.setenv("LOOKDEV_DEVICE", named)
    assert chosen_device() == chosen


@pytest.mark.parametrize(
    ("gpus", "named"), [(0, "cuda"), (2, "cuda:2"), (2, "mps"), (1, "cpu:0"), (1, "cuda:x")]
)
def test_a_device_that_is_not_there_is_refused(
    monkeypatch: pytest.MonkeyPatch, gpus: int, named: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: gpus > 0)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: gpus)
    monkeypatch.setenv("LOOKDEV_DEVICE", named)
    with pytest.raises(SpecError, match=f"LOOKDEV_DEVICE is {named}; this machine has"):
        chosen_device()
