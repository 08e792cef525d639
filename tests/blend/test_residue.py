import torch

from lookdev.blend.residue import influence


def square() -> torch.Tensor:
    mask = torch.zeros(60, 80)
    mask[20:40, 30:50] = 0.3
    return mask


def test_full_wherever_the_matte_is_and_nothing_beyond_its_reach() -> None:
    weight = influence(square(), 8)
    assert bool((weight[square() > 0] == 1).all())
    row = weight[30, 49:]
    print("outwards:", [round(float(value), 3) for value in row[:12]])
    assert bool((row[1:9] > 0).all())
    assert bool((row[9:] == 0).all())
    assert bool((row.diff() <= 0).all())
    assert float(row.diff().abs().max()) < 0.2


def test_it_rises_from_nothing() -> None:
    assert torch.equal(influence(square(), 0), (square() > 0).float())
    little = influence(square(), 0.01)
    print(f"0.01 px: {float(little[30, 50]):.5f} beside the matte")
    assert float(little[30, 50]) < 0.001


def test_an_empty_matte_has_none_and_a_full_one_is_all() -> None:
    assert not influence(torch.zeros(9, 7), 5).any()
    assert bool((influence(torch.ones(9, 7), 5) == 1).all())
    assert not influence(torch.zeros(9, 7), 0).any()
