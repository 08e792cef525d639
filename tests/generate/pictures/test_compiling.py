"""When a network is compiled. The compiler itself, and a GPU, are not run here."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import torch
from diffusers import AutoencoderTiny, UNet2DConditionModel
from diffusers.models.attention import BasicTransformerBlock

from lookdev.generate.pictures import compiling
from lookdev.generate.pictures.compiling import Idle, eager


@pytest.fixture
def network() -> Any:
    return UNet2DConditionModel(
        block_out_channels=(8, 8),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        norm_num_groups=4,
        attention_head_dim=2,
        cross_attention_dim=8,
    ).eval()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What the compiler was asked for; it gives the function back as it is."""
    asked: list[dict[str, object]] = []

    def compiler(call: Callable[..., object], **options: object) -> Callable[..., object]:
        asked.append(options)
        return partial(call)  # another than the block's own

    monkeypatch.setattr(torch, "compile", compiler)
    return asked


def blocks(network: Any) -> list[Any]:
    return [module for module in network.modules() if isinstance(module, BasicTransformerBlock)]


def is_compiled(network: Any) -> bool:
    return all(block._compiled_call_impl is not None for block in blocks(network))


def nothing() -> None: ...


def test_it_is_compiled_in_the_first_idle_moment_after_a_picture_and_once(
    network: Any, asked: list[dict[str, object]]
) -> None:
    idle, runs = Idle(network, device="cuda"), []

    def again() -> None:
        runs.append(is_compiled(network))

    assert not idle.moment(again), "there is no picture yet"
    assert (idle.state, idle.identity(), asked) == ("cold", "eager sdpa", [])
    idle.picture_done()
    assert (idle.state, idle.identity(), asked) == ("warm", "eager sdpa", [])
    assert idle.moment(again)
    assert (idle.state, idle.identity(), runs) == ("compiled", "regional sdpa", [True])
    idle.picture_done()
    assert not idle.moment(again)
    assert asked == [{"fullgraph": True, "dynamic": True}] * len(blocks(network)), "any size"


def test_a_cpu_never_compiles(network: Any, asked: list[dict[str, object]]) -> None:
    idle = Idle(network, device="cpu")
    idle.picture_done()
    assert not idle.moment(lambda: pytest.fail("nothing is to be run"))
    assert (idle.identity(), asked) == ("eager sdpa", [])


@pytest.mark.parametrize("error", [RuntimeError("no graph"), ValueError("no blocks")])
@pytest.mark.usefixtures("asked")
def test_what_cannot_be_compiled_runs_as_before_and_is_told(
    error: Exception, network: Any, caplog: pytest.LogCaptureFixture
) -> None:
    idle = Idle(network, device="cuda")
    idle.picture_done()

    def again() -> None:
        raise error

    with caplog.at_level(logging.WARNING):
        assert not idle.moment(again)
    assert f"UNet2DConditionModel is not compiled: {error}" in caplog.text
    assert (idle.state, idle.identity()) == ("refused", "eager sdpa")
    assert not any(block._compiled_call_impl for block in blocks(network))
    assert not idle.moment(lambda: pytest.fail("it is not tried again"))


def test_a_network_without_repeated_blocks_stays_eager() -> None:
    idle = Idle(AutoencoderTiny(), device="cuda")
    idle.picture_done()
    assert not idle.moment(nothing)
    assert idle.identity() == "eager sdpa"


@pytest.mark.usefixtures("asked")
def test_a_person_who_comes_back_is_not_kept_waiting_and_it_is_tried_again(network: Any) -> None:
    class CameBackError(Exception):
        pass

    idle = Idle(network, device="cuda")
    idle.picture_done()

    def again() -> None:
        raise CameBackError

    with pytest.raises(CameBackError):
        idle.moment(again)
    assert idle.state == "warm"
    assert not any(block._compiled_call_impl for block in blocks(network))
    assert idle.moment(nothing)
    assert is_compiled(network)


@pytest.mark.usefixtures("asked")
def test_eager_takes_compiled_blocks_off_and_puts_them_back(network: Any) -> None:
    idle = Idle(network, device="cuda")
    idle.picture_done()
    idle.moment(nothing)
    before = [block._compiled_call_impl for block in blocks(network)]
    with eager(network):
        assert not any(block._compiled_call_impl for block in blocks(network))
    assert [block._compiled_call_impl for block in blocks(network)] == before


def test_another_kind_of_attention_is_another_identity(
    network: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling, "DIFFUSERS_ATTN_BACKEND", "_flash_3")
    assert Idle(network, device="cuda").identity() == "eager _flash_3"
