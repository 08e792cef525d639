"""A show's approved looks: which are one idea, and whether they grow alike."""

from pathlib import Path

import numpy as np
import pytest
from approve.approved import approved_look
from typer.testing import CliRunner

from lookdev.approve.alike import ApprovedLook, alike, approved_looks, compared
from lookdev.cli import app
from lookdev.qc.traits import Traits

H, W = 90, 160


def look(
    number: int, *, shot: str, at: tuple[float, float], colour: tuple[float, float, float]
) -> ApprovedLook:
    rng = np.random.default_rng(number)
    y, x = np.mgrid[0:H, 0:W].astype(np.float32)
    below = (0.2 + rng.normal(0, 0.005, (H, W, 3))).astype(np.float32)
    alpha = 0.7 * np.exp(-((x / W - at[0]) ** 2 + (y / H - at[1]) ** 2) / 0.03)[..., None]
    light = (below * (1 - alpha) + alpha * np.array(colour, np.float32)).astype(np.float32)
    traits = Traits.of(below, light)
    assert traits is not None
    return ApprovedLook(
        f"{shot}/look{number}_v001_a001", shot, f"2026-01-{number + 1:02d} 00:00:00", traits
    )


DIFFERENT = [((0.1, 0.2), (0.9, 0.9, 0.9)), ((0.9, 0.2), (0.9, 0.3, 0.1)), ((0.5, 0.8), (0.02, 0.02, 0.03)),
             ((0.2, 0.9), (0.2, 0.5, 0.9)), ((0.8, 0.9), (0.9, 0.8, 0.2)), ((0.5, 0.1), (0.4, 0.9, 0.4))]  # fmt: skip


def test_pairs_of_one_idea_are_named_and_versions_of_a_shot_are_not_compared() -> None:
    place, colour = DIFFERENT[0]
    looks = [
        look(0, shot="s/a", at=place, colour=colour),
        look(1, shot="s/a", at=place, colour=colour),
        look(2, shot="s/b", at=place, colour=colour),
        look(3, shot="s/c", at=DIFFERENT[2][0], colour=DIFFERENT[2][1]),
    ]
    found = compared(looks)
    print(found.sentence, found.pairs)
    assert [(a[:3], b[:3]) for a, b, _ in found.pairs] == [("s/a", "s/b")] * 2
    assert found.nearest[0] is None
    assert found.nearest[1] is None
    assert "2 pairs of different shots" in found.sentence


def test_a_show_that_grows_alike_is_told_and_one_that_does_not_is_not() -> None:
    fresh = [look(n, shot=f"s/{n}", at=a, colour=c) for n, (a, c) in enumerate(DIFFERENT)]
    more = [
        look(n + 6, shot=f"s/{n + 6}", at=DIFFERENT[0][0], colour=DIFFERENT[0][1]) for n in range(6)
    ]
    print(compared(fresh + more).sentence)
    print(compared([*fresh, look(6, shot="s/6", at=(0.5, 0.5), colour=(0.9, 0.1, 0.9))]).sentence)
    assert "this show's looks grow alike" in compared(fresh + more).sentence
    assert (
        "no tendency"
        in compared([*fresh, look(6, shot="s/6", at=(0.5, 0.5), colour=(0.9, 0.1, 0.9))]).sentence
    )


def test_approved_stills_are_read_and_the_command_says_what_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = approved_look(tmp_path / "show")
    (found,) = approved_looks(made.show.folder)
    assert found.name.endswith("toxic_v001_a001")
    assert found.traits.layout.sum() == pytest.approx(1)
    assert "nothing to compare" in alike(made.show.folder).sentence
    monkeypatch.chdir(made.root)
    said = CliRunner().invoke(app, ["diversity"])
    assert said.exit_code == 0, said.output
    assert "nothing to compare" in said.output
