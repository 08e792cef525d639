import json
import os
import sys
import time
from pathlib import Path

from lookdev.finals.hook import run_hook

GIVEN = json.dumps({"name": "sh0010_toxic_v001_v001"}).encode()


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def test_a_hook_reads_the_delivery_on_its_input_in_the_given_folder(tmp_path: Path) -> None:
    code = "import sys; open('seen', 'wb').write(sys.stdin.buffer.read())"
    assert run_hook(python(code), GIVEN, cwd=tmp_path) is None
    assert (tmp_path / "seen").read_bytes() == GIVEN


def test_no_hook_runs_nothing(tmp_path: Path) -> None:
    assert run_hook((), GIVEN, cwd=tmp_path) is None


def test_a_failing_hook_is_told_with_its_exit_code_and_last_line(tmp_path: Path) -> None:
    code = "import sys; print('first\\n\\x1b[31mno such project\\x1b[0m\\n', file=sys.stderr); sys.exit(3)"
    said = run_hook(python(code), GIVEN, cwd=tmp_path)
    assert said is not None
    assert "exit code 3: no such project; the delivery is finished" in said
    assert "\n" not in said


def test_a_hook_that_complains_on_its_output_only_is_quoted_too(tmp_path: Path) -> None:
    said = run_hook(python("print('quota'); raise SystemExit(4)"), GIVEN, cwd=tmp_path)
    assert "exit code 4: quota" in str(said)


def test_a_hook_killed_by_a_signal_says_which(tmp_path: Path) -> None:
    said = run_hook(python("import os; os.kill(os.getpid(), 15)"), GIVEN, cwd=tmp_path)
    assert "was ended by signal 15" in str(said)


def test_a_hook_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert "No such file" in str(run_hook(("no-such-tracker",), GIVEN, cwd=tmp_path))
    (tmp_path / "plain").write_text("x")
    assert "Permission denied" in str(run_hook(("./plain",), GIVEN, cwd=tmp_path))
    assert "cannot be started" in str(run_hook(("a\0b",), GIVEN, cwd=tmp_path))


def test_a_hook_that_reads_nothing_of_a_large_input_succeeds(tmp_path: Path) -> None:
    large = b"x" * 8_000_000  # more than any pipe holds
    assert run_hook(python("pass"), large, cwd=tmp_path) is None
    assert run_hook(python("import os; os.close(0)"), large, cwd=tmp_path) is None


def test_a_hook_that_says_much_before_it_reads_is_no_deadlock_and_is_not_kept(
    tmp_path: Path,
) -> None:
    code = (
        "import sys; sys.stdout.write('o' * 4_000_000); sys.stderr.write('e' * 4_000_000)\n"
        "assert len(sys.stdin.buffer.read()) == 4_000_000; sys.exit(1)"
    )
    said = run_hook(python(code), b"x" * 4_000_000, cwd=tmp_path, timeout=60)
    assert "exit code 1: eee" in str(said)
    assert len(str(said)) < 1000


def test_a_hook_that_runs_too_long_is_killed_with_all_that_it_started(tmp_path: Path) -> None:
    # a shell: a Python might not have started its child when its time is over
    code = "sleep 60 & echo $! > pid; sleep 60"
    started = time.perf_counter()
    said = run_hook(("sh", "-c", code), GIVEN, cwd=tmp_path, timeout=1.5)
    took = time.perf_counter() - started
    print(f"timeout 1.5 s, returned after {took:.2f} s")
    assert "ran longer than 1.5 s and was killed" in str(said)
    assert took < 10
    _require_gone(int((tmp_path / "pid").read_text()))


def test_no_shell_reads_the_command(tmp_path: Path) -> None:
    words = ("; touch broken", "$(touch broken)", "`touch broken`")
    code = "import sys, json; json.dump(sys.argv[1:], open('argv', 'w'))"
    assert run_hook((*python(code), *words), GIVEN, cwd=tmp_path) is None
    assert tuple(json.loads((tmp_path / "argv").read_text())) == words
    assert not (tmp_path / "broken").exists()


def _require_gone(pid: int) -> None:
    for _ in range(100):  # an orphan is a zombie until init looks
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        stat = Path(f"/proc/{pid}/stat")
        if stat.is_file() and stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return
        time.sleep(0.05)
    raise AssertionError(f"process {pid} still runs")
