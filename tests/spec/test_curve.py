import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookdev.spec.curve import AnyCurve, integral, value_at

KEYS = st.dictionaries(
    st.integers(900, 1100), st.floats(-50, 50, allow_nan=False), min_size=1, max_size=5
)


def test_linear_smooth_and_held() -> None:
    assert value_at(0.5, 1001) == 0.5
    assert value_at({1001: 0.0, 1011: 10.0}, 1006) == 5
    assert value_at({"smooth": {1001: 0.0, 1011: 10.0}}, 1006) == 5
    assert value_at({"smooth": {1001: 0.0, 1011: 10.0}}, 1003) == pytest.approx(1.04)
    assert value_at({1001: 2.0, 1011: 10.0}, 990) == 2
    assert value_at({1001: 2.0, 1011: 10.0}, 2000) == 10


@given(keys=KEYS, smooth=st.booleans(), span=st.tuples(st.integers(850, 1150), st.integers(0, 120)))
def test_integral_is_the_area_under_the_values(
    keys: dict[int, float], smooth: bool, span: tuple[int, int]
) -> None:
    curve: AnyCurve = {"smooth": keys} if smooth else keys
    start, end = span[0], span[0] + span[1]
    fine = np.linspace(start, end, 200 * max(1, span[1]) + 1)
    numeric = np.trapezoid([value_at(curve, f) for f in fine], fine)
    assert integral(curve, start, end) == pytest.approx(numeric, abs=0.05)
    assert integral(curve, end, start) == pytest.approx(-integral(curve, start, end))
