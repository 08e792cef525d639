import torch

from lookdev.mini.evaluation.making import Make, fresh, moved
from lookdev.mini.evaluation.obedience import displacement, follows_wind, less_is_less
from lookdev.mini.scenes.control import Control
from lookdev.mini.words import KINDS


def test_a_displacement_is_measured_to_a_part_of_a_pixel() -> None:
    before = fresh(1, 3, 96, 96)[:, 0]
    way = torch.tensor([[3.25, -12.5], [-7.0, 0.0], [0.0, 15.75]])
    found = displacement(before, moved(before, way))
    print(found)
    assert (found - way).abs().max() < 0.3


def test_the_scenes_move_with_the_wind(real: Make) -> None:
    share = follows_wind(real, KINDS, 28)
    print(f"{share:.1%}")
    assert share >= 0.95


def test_what_stays_or_goes_elsewhere_does_not_move_with_the_wind(real: Make, still: Make) -> None:
    def turned(prompt: str, control: Control, noise: torch.Tensor):  # noqa: ANN202
        return real(prompt, control, noise.transpose(2, 3))

    shares = [follows_wind(broken, KINDS, 14) for broken in (still, turned)]
    print(shares)
    assert max(shares) < 0.5


def test_light_is_less_than_heavy_and_words_must_be_heard(real: Make) -> None:
    def deaf(prompt: str, control: Control, noise: torch.Tensor):  # noqa: ANN202
        return real(prompt.rsplit(maxsplit=1)[-1], control, noise)

    shares = [less_is_less(make, KINDS, 28) for make in (real, deaf)]
    print(shares)
    assert shares[0] >= 0.98
    assert shares[1] < 0.5
