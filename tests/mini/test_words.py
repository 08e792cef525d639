import subprocess
import sys

from lookdev.mini.words import KINDS, kinds_in


def test_kinds_come_in_order_of_appearance_and_once() -> None:
    found = kinds_in("Foggy ASH flakes, drifting; sparks and a plume of smoke. More ash!")
    print(f"found {found}")
    assert found == ("smoke", "snow", "embers")


def test_only_whole_words_count() -> None:
    assert kinds_in("a dustbin beside the snowman's smokestack") == ()
    assert kinds_in("") == ()


def test_every_kind_is_reached_by_its_own_name() -> None:
    assert tuple(kinds_in(kind) for kind in KINDS) == tuple((kind,) for kind in KINDS)


def test_no_torch_is_loaded() -> None:
    code = "import sys, lookdev.mini.words; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
