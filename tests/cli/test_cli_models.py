"""The commands about models as a person types them; only one of them knows a network."""

import subprocess
import sys
from pathlib import Path

from small_show import SmallShow

SCRIPT = """
import os, sys
touched = []
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "socket.bind"):
        touched.append(event)
sys.addaudithook(watch)
from lookdev.cli.app import main
import lookdev.cli
def run(*words):
    sys.argv = ["lookdev", *words]
    try:
        main()
    except SystemExit as ended:
        print(f"-> {ended.code}", flush=True)
hub = "hub:stabilityai/stable-diffusion-xl-base-1.0@" + "0" * 40
own = ("--licence", "MIT", "--training-data", "Nothing.")
run("models", "add", "models/mini", "--id", "tiny", *own)
run("models", "add", hub, "--id", "sdxl", "--known", "sdxl-base")
run("models", "list")
run("models", "list", "--known")
run("models", "show", "mini")
run("models", "show", "sdxl")
run("models", "check", "tiny")
run("models", "check", "mini")
run("models", "check")
print("touched", touched)
print("heavy", sorted({"torch", "diffusers", "transformers", "httpx2"} & set(sys.modules)))
"""


def test_all_but_pull_work_without_a_network_and_without_torch(small_show: SmallShow) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=small_show.folder.root,
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout, done.stderr)
    codes = [line for line in done.stdout.splitlines() if line.startswith("-> ")]
    assert codes == ["-> 0", "-> 0", "-> 0", "-> 0", "-> 0", "-> 0", "-> 0", "-> 1", "-> 2"]
    assert "touched []" in done.stdout
    assert "heavy []" in done.stdout
    for wanted in (
        "it is cleared for nothing",
        "lookdev models pull sdxl --write-hashes",
        "FLUX.1 dev, Black Forest Labs",
        "  snow: snow snows snowy",
        "finals: open",
        "finals: closed",
        "tiny: in order; 4 files",
        "mini: not proven; its card lists no files",
    ):
        assert wanted in done.stdout, wanted
    assert "sdxl" in done.stderr
    assert "is not on this machine" in done.stderr
    assert "Traceback" not in done.stderr


def test_each_has_help(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lookdev", "models", "--help"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    for command in ("add", "pull", "list", "show", "check"):
        assert command in done.stdout
