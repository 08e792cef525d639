"""How the command ends as a process: at once, with its status, and with all that was printed."""

import subprocess
import sys
from pathlib import Path

import pytest

ENDING = "import atexit, sys; import lookdev.cli.program as it; it.main = lambda: {}; it.program()"


def ended(main: str, **more: object) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", ENDING.format(main)]
    usual: dict[str, object] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.run(command, check=False, **(usual | more))  # type: ignore[call-overload, no-any-return]


def test_what_libraries_do_at_the_end_is_done_and_memory_is_left_as_it_is() -> None:
    """A module's globals die when Python takes it apart, which it would say here."""
    last = "type('Last', (), {'__del__': lambda self: print('taken apart')})()"
    done = ended(f"(setattr(it, 'last', {last}), atexit.register(print, 'tidied'), print('done'))")
    assert done.stdout == "done\ntidied\n"
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("main", "status"),
    [("sys.exit(3)", 3), ("sys.exit()", 0), ("sys.exit('no')", 1), ("None", 0), ("1 / 0", 1)],
)
def test_its_status_is_the_command_s(main: str, status: int) -> None:
    done = ended(main)
    assert done.returncode == status
    assert ("ZeroDivisionError" in done.stderr) == (main == "1 / 0")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_what_could_not_be_printed_is_no_success() -> None:
    with Path("/dev/full").open("w") as full:
        assert ended("print('x')", stdout=full).returncode == 1
