"""Gates: what fails them, and what is said to the person who must act."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookdev.qc.gates import failures, lines, table
from lookdev.spec.qc import Gates, Meter, QcReport, Reading


def of(meter: Meter, values: dict[int, float], layer: str = "") -> list[Reading]:
    return [Reading(meter=meter, frame=f, layer=layer, value=v) for f, v in values.items()]


SEAM = of("seam", {1005: 1.1, 1007: 1.32, 1012: 1.25, 1013: 1.2, 1020: 1.12}, "wall")


def test_a_failure_names_gate_layer_worst_frames_and_reason() -> None:
    (found,) = failures(SEAM, Gates(seam=1.12))
    print(found.sentence)
    assert (found.gate, found.layer, found.allowed, found.worst) == ("seam", "wall", 1.12, 1.32)
    assert found.frames == (1007, 1012, 1013)
    assert found.sentence == (
        "the seam of wall is visible: 1.32 where 1.12 is allowed, worst at 1007, 1012 and 1013"
    )


def test_a_single_frame_and_many_are_said_as_such() -> None:
    (one,) = failures(of("frozen", {1004: 1.0, 1005: 0.0}, "snow"), Gates(frozen=0))
    assert one.sentence == ("snow repeats the frame before, while the rest goes on: at 1004")
    (many,) = failures(of("flicker", {f: f / 1e4 for f in range(1001, 1021)}), Gates(flicker=0.05))
    assert many.sentence == (
        "the frame flickers: its mean jumps (share): 0.102 where 0.05 is allowed, "
        "worst at 1020, 1019 and 1018, of 20 frames"
    )


def test_what_lies_just_above_is_not_said_to_be_the_same() -> None:
    (found,) = failures(of("seam", {1001: 1.1200001}, "wall"), Gates(seam=1.12))
    assert "1.1200001 where 1.12 is allowed" in found.sentence


def test_each_layer_has_its_own_failure_in_the_order_of_the_gates() -> None:
    readings = [
        *of("boil", {1001: 3.0}, "b"),
        *of("boil", {1001: 2.0}, "a"),
        *of("plate_bits", {1001: 12345678.0}),
    ]
    found = failures(readings, Gates(boil=1))
    assert [(one.gate, one.layer) for one in found] == [
        ("plate_bits", ""),
        ("boil", "b"),
        ("boil", "a"),
    ]
    assert "12345678 where 0 is allowed" in found[0].sentence


@pytest.mark.parametrize("meter", Gates.model_fields)
def test_every_meter_has_words(meter: Meter) -> None:
    (found,) = failures(of(meter, {1001: 2.0}, "wall"), Gates.model_validate({meter: 1}))
    print(found.sentence)
    assert "{" not in found.sentence
    assert found.sentence.endswith("at 1001")


def test_an_empty_gate_fails_nothing() -> None:
    assert failures(SEAM, Gates()) == ()


@given(st.dictionaries(st.integers(1001, 1100), st.floats(0, 2), min_size=1), st.floats(0, 2))
def test_above_are_just_those_above_and_the_worst_comes_first(
    values: dict[int, float], allowed: float
) -> None:
    found = failures(of("seam", values, "wall"), Gates(seam=allowed))
    above = {frame for frame, value in values.items() if value > allowed}
    assert {frame for one in found for frame in one.frames} == above
    for one in found:
        assert values[one.frames[0]] == one.worst == max(values.values())


def test_the_table_has_a_line_a_meter_and_layer() -> None:
    gates, readings = Gates(seam=1.12), [*SEAM, *of("boil", {1001: 1.5}, "snow")]
    report = QcReport(
        format="qc/1", target="d", sequence="s", shot="s", frames=(1001,), gates=gates,
        readings=tuple(readings), failures=failures(readings, gates),
    )  # fmt: skip
    told = table(report)
    print("\n".join(told))
    assert [line.split() for line in told] == [
        ["meter", "layer", "worst", "frame", "allowed"],
        ["seam", "wall", "1.32", "1007", "1.12", "FAIL"],
        ["boil", "snow", "1.5", "1001"],
    ]
    assert [line.worst for line in lines(readings, gates)] == [1007, 1001]
