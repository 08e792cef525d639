import numpy as np
import torch

from lookdev.blend.log_code import decoded, encoded
from lookdev.image.colour import open_colour
from lookdev.spec.show import STUDIO_CONFIG


def ladder() -> np.ndarray:
    """From -2 over the break to 60000, dense near 0."""
    bright = np.geomspace(1e-6, 6e4, 4000)
    dark = -np.geomspace(1e-6, 2, 700)
    near = np.array([0, 0.0078125, 0.00781249, 0.00781251, 0.18, 1])
    return np.concatenate([dark, near, bright]).astype(np.float32)


def ocio(values: np.ndarray, source: str, target: str) -> np.ndarray:
    rgb = np.repeat(values[None, :, None], 3, 2)
    return open_colour(STUDIO_CONFIG).convert(rgb, source, target)[0, :, 0]


def test_the_code_is_ocios_acescct() -> None:
    linear = ladder()
    off = np.abs(encoded(torch.from_numpy(linear)).numpy() - ocio(linear, "ACEScg", "ACEScct"))
    relative = (off / np.maximum(1, np.abs(encoded(torch.from_numpy(linear)).numpy()))).max()
    print(f"ACEScct against OCIO: largest difference {off.max():.1e}, relative {relative:.1e}")
    assert relative < 1e-6
    assert off[linear > -0.05].max() < 1e-6


def test_the_way_back_is_ocios() -> None:
    code = np.linspace(-0.5, 1.45, 4001, dtype=np.float32)
    theirs = ocio(code, "ACEScct", "ACEScg")
    off = np.abs(decoded(torch.from_numpy(code)).numpy() - theirs) / np.maximum(
        np.abs(theirs), 0.01
    )
    print(f"linear against OCIO: largest relative difference {off.max():.1e}")
    assert off.max() < 5e-6


def test_there_and_back_is_the_same_light() -> None:
    linear = torch.from_numpy(ladder())
    back = decoded(encoded(linear))
    off = ((back - linear).abs() / linear.abs().clamp_min(0.01)).max()
    print(f"round trip: largest relative difference {off:.1e}")
    assert off < 3e-6


def test_nothing_is_clipped_and_the_input_is_left_alone() -> None:
    linear = torch.tensor([-1.0, 0.0, 70000.0])
    code = encoded(linear)
    assert linear.tolist() == [-1.0, 0.0, 70000.0]
    assert code[0] < 0
    assert decoded(code)[2] > 69990
    kept = code.clone()
    decoded(code)
    assert torch.equal(kept, code)
