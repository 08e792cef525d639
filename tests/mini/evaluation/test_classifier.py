from pathlib import Path

import torch
from torch import Tensor

from lookdev.mini.evaluation.classifier import Lesson, taught
from lookdev.mini.evaluation.making import Make
from lookdev.mini.evaluation.obedience import agrees
from lookdev.mini.maps import Maps
from lookdev.mini.scenes.control import Control

_KINDS = ("dust", "snow", "embers")
_LESSON = Lesson(scenes=40, rounds=4, examined=10)


def test_a_judge_tells_kinds_apart_and_is_taught_once(tmp_path: Path, real: Make) -> None:
    asked = []

    def counted(prompt: str, control: Control, noise: Tensor) -> Maps:
        asked.append(len(noise))
        return real(prompt, control, noise)

    judge, accuracy = taught(counted, _KINDS, tmp_path, _LESSON, 64)
    first = sum(asked)
    again, same = taught(counted, _KINDS, tmp_path, _LESSON, 64)
    print(f"accuracy {accuracy:.3f}; {first} scenes, then {sum(asked) - first}")
    assert accuracy == same >= 0.9
    assert all(
        torch.equal(a, b) for a, b in zip(judge.parameters(), again.parameters(), strict=True)
    )
    assert sum(asked) - first < first - 3 * _LESSON.scenes + 1
    assert [path.suffix for path in tmp_path.iterdir()] == [".safetensors"]

    def swapped(prompt: str, control: Control, noise: Tensor) -> Maps:
        return real("dust" if prompt == "snow" else prompt, control, noise)

    right, wrong = (agrees(make, judge, _KINDS, 12) for make in (real, swapped))
    print(right, wrong)
    assert sum(right.values()) / 3 >= 0.8
    assert wrong["snow"] < 0.5


def test_other_scenes_need_another_judge(tmp_path: Path, real: Make) -> None:
    def darker(prompt: str, control: Control, noise: Tensor) -> Maps:
        made = real(prompt, control, noise)
        return Maps(made.density, 0.5 * made.light, made.emission)

    short = Lesson(scenes=4, rounds=1, examined=2)
    for make in (real, darker, real):
        taught(make, _KINDS, tmp_path, short, 32)
    assert len(list(tmp_path.iterdir())) == 2
