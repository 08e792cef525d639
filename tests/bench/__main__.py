"""`make bench`: measured against the bars, as ratios within one run. Nothing fails by time.

Run it on an idle machine. `python tests/bench NAME...` runs only the named measurements.
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import blending
import numpy as np
import pictures
import trust
from small_show import SmallShow, save_tiny_model

from lookdev.image import exr
from lookdev.image.frame import Frame, Window
from lookdev.image.ingest import ingest
from lookdev.spec.template import init

LAYER = """\
  - name: {name}
    element: {{prompt: {prompt}, seed: "{seed}", size: [{width}, {height}], steps: 1}}
    motion: {{noise: held, velocity_y: 4.0}}
    holdouts: [tower]
    blend: {{opacity: 0.8}}
"""


Row = tuple[str, str, str, str]
"""Name, measured, bar, ratio of measured to bar."""


def row(name: str, measured: float, bar: float, unit: str) -> Row:
    return name, f"{measured:.4g} {unit}", f"{bar:g} {unit}", f"{measured / bar:.2f}"


def make_show(folder: Path, width: int, height: int, *, frames: int, layers: int) -> SmallShow:
    """A show whose plate is one picture under many names; elements cost one tiny evaluation."""
    show = init(folder)
    root = show.root
    save_tiny_model(root / "models" / "mini")
    card = root / "params" / "models" / "mini.yaml"
    card.write_text(card.read_text().replace("weights: embedded", "weights: models/mini"))
    window = Window(0, 0, width, height)
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    plate = np.stack([x / width, y / height, 0.2 + 0 * x], -1)
    plate += rng.normal(0, 0.005, plate.shape).astype(np.float32)
    matte = np.zeros((height, width, 1), np.float32)
    matte[height // 4 : 3 * height // 4, width // 3 : width // 2] = 1
    for name, pixels, channels in (("plate", plate, ("R", "G", "B")), ("tower", matte, ("A",))):
        (root / name).mkdir()
        first = root / name / f"{name}.1001.exr"
        exr.write(
            first, Frame(pixels, channels, "ACEScg", window, window, 1), date_time=exr.NO_DATE
        )
        for frame in range(1002, 1001 + frames):
            os.link(first, root / name / f"{name}.{frame}.exr")
    shot_file = ingest(
        show,
        root / "plate" / "plate.%04d.exr",
        sequence="street",
        shot="sh0010",
        fps="24",
        colourspace="ACEScg",
        mattes={"tower": str(root / "tower" / "tower.%04d.exr")},
    )
    look = shot_file.path.parent / "looks" / "bench_v001.yaml"
    look.parent.mkdir(exist_ok=True)
    names = ("snow", "dust", "smoke")[:layers]
    size = {"width": 960, "height": round(960 * height / width)}
    text = "".join(
        LAYER.format(name=name, prompt=name, seed=n, **size) for n, name in enumerate(names)
    )
    look.write_text("format: look/1\nsupport: {matte: tower, ramp: 16.0}\nlayers:\n" + text)
    return SmallShow(show, shot_file, look)


def bench_help(_folder: Path) -> Iterator[Row]:
    times = [timed(sys.executable, "-m", "lookdev", "--help") for _ in range(9)]
    yield row("lookdev --help", statistics.median(times), 0.4, "s")


def timed(*command: str) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - started


def bench_blend(folder: Path) -> Iterator[Row]:
    from lookdev.render import Session, render_frame
    from lookdev.spec import parameter

    edits: dict[str, Callable[[int], object]] = {
        "blend.opacity": lambda n: 0.3 + 0.02 * n,
        "blend.exposure": lambda n: 0.1 * n,
        "blend.tint": lambda n: [1.0, 0.9, 0.5 + 0.02 * n],
        "blend.transfer": lambda n: ("plus", "screen", "over")[n % 3],
        "blend.feather": lambda n: 2.0 + 0.5 * n,
        "blend.erode": lambda n: 1.0 + 0.5 * n,
        "support.ramp": lambda n: 8.0 + n,
    }
    for width, height, opacity_bar, any_bar in ((960, 540, 15, 33), (2048, 1080, 60, 150)):
        show = make_show(folder / f"blend{width}", width, height, frames=1, layers=3)
        session = Session(show.folder)
        look_file = show.look()
        render_frame(look_file.shot_file, look_file.look, 1001, session=session)
        before = session.elements.evaluations
        slowest = 0.0
        for name, value in edits.items():
            times = []
            for layer in ("snow", "dust", "smoke"):
                full = name if name.startswith("support") else f"{layer}.{name}"
                for n in range(8):
                    look = parameter.replace(look_file.look, full, value(n))
                    started = time.perf_counter()
                    render_frame(look_file.shot_file, look, 1001, session=session)
                    times.append((time.perf_counter() - started) * 1000)
            middle = statistics.median(times)
            slowest = max(slowest, middle)
            bar = opacity_bar if name == "blend.opacity" else any_bar
            yield row(f"edit {name}, {width}x{height}", middle, bar, "ms")
        yield row(f"slowest edit, {width}x{height}", slowest, any_bar, "ms")
        assert session.elements.evaluations == before, "a blend edit ran the model"


def bench_full(folder: Path) -> Iterator[Row]:
    show = make_show(folder / "full", 2048, 1080, frames=2, layers=3)
    yield from (row(*measured) for measured in blending.measure(show))


def bench_render(folder: Path) -> Iterator[Row]:
    show = make_show(folder / "render", 960, 540, frames=24, layers=3)
    look = str(show.look_path)
    warm = timed(
        sys.executable,
        "-m",
        "lookdev",
        "still",
        look,
        "--frame",
        "1001",
        "--out",
        str(folder / "s.exr"),
    )
    print(f"(warming up: {warm:.1f} s)", file=sys.stderr)
    script = (
        "import sys; from pathlib import Path\n"
        "from lookdev.finals.plan import make_plan; from lookdev.finals.deliver import deliver\n"
        "deliver(make_plan(sys.argv[1], frames=None, folder=Path(sys.argv[2])))"
    )
    plain, through = [], []
    for n in range(3):
        plain.append(timed(sys.executable, "-c", script, look, str(folder / f"plain{n}")))
        out = str(folder / f"papermill{n}")
        through.append(timed(sys.executable, "-m", "lookdev", "render", look, "--out", out))
    print(f"(python -c {min(plain):.1f} s, render {min(through):.1f} s)", file=sys.stderr)
    yield row("render over python -c, 24 frames", min(through) - min(plain), 5, "s")


def bench_memory(folder: Path) -> Iterator[Row]:
    show = make_show(folder / "memory", 2048, 1080, frames=240, layers=1)
    script = (
        "import re, sys; from pathlib import Path\n"
        "from lookdev.finals.plan import make_plan; from lookdev.finals.deliver import deliver\n"
        "deliver(make_plan(sys.argv[1], frames=sys.argv[2], folder=Path(sys.argv[3])), say=lambda _: None)\n"
        # not getrusage: a child's ru_maxrss begins with its parent's
        "print(int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]) / 1024)"
    )
    peaks = {}
    for frames in ("1001", "1001-1024", "1001-1240"):  # the first fills the element cache
        out = folder / f"out{frames}"
        done = subprocess.run(
            [sys.executable, "-c", script, str(show.look_path), frames, str(out)],
            check=True,
            capture_output=True,
            text=True,
        )
        peaks[frames] = float(done.stdout.split()[-1])
        shutil.rmtree(out)
    print(f"(peaks in MB: {peaks})", file=sys.stderr)
    ratio = peaks["1001-1240"] / peaks["1001-1024"]
    yield row("peak memory, 240 frames of 2K to 24", ratio, 1.1, "times")


def bench_wedge(folder: Path) -> Iterator[Row]:
    show = make_show(folder / "wedge", 1920, 1080, frames=1, layers=3)
    shutil.rmtree(show.folder.root / "models")
    card = show.folder.root / "params" / "models" / "mini.yaml"
    card.write_text(card.read_text().replace("weights: models/mini", "weights: embedded"))
    text = show.look_path.read_text().replace("steps: 1", "steps: 6")
    show.look_path.write_text(text)
    command = [sys.executable, "-m", "lookdev", "wedge", str(show.look_path), "--frame", "1001"]
    command += ["--out", str(folder / "w"), "--axis", "snow.element.seed=1..16"]
    command += ["--axis", "dust.blend.opacity=0.25,0.5,0.75,1.0"]
    first = timed(*command)
    again = min(timed(*command) for _ in range(3))
    print(f"(64 cells: first {first:.1f} s, reopened {again:.2f} s)", file=sys.stderr)
    yield row("finished 64-cell wedge reopened", 100 * again / first, 2, "%")


def bench_desk(folder: Path) -> Iterator[Row]:
    """The engine behind the viewer: from an edit to the picture's bytes, model idle and busy."""
    from lookdev.explore.engine import Engine
    from lookdev.explore.shown import Source
    from lookdev.explore.view import View
    from lookdev.spec import parameter

    show = make_show(folder / "desk", 960, 540, frames=24, layers=3)
    card = show.folder.root / "params" / "models" / "mini.yaml"
    card.write_text(card.read_text().replace("weights: models/mini", "weights: embedded"))
    seen = Seen()
    look_file = show.look()
    engine = Engine(look_file.shot_file, seen)

    def edited(n: int) -> float:
        look = parameter.replace(look_file.look, "snow.blend.opacity", 0.3 + 0.01 * n)
        source = Source("comp", "comp", look)
        seen.arrived.clear()
        started = time.perf_counter()
        engine.show(View(source, source, "", 1001, (0.0, 0.0, 960.0, 540.0), (960, 540)))
        assert seen.arrived.wait(60), seen.errors
        taken = (time.perf_counter() - started) * 1000
        time.sleep(0.05)
        return taken

    edited(0)
    assert seen.at_rest.wait(120), seen.errors
    idle = [edited(n) for n in range(1, 31)]
    busy_look = parameter.replace(look_file.look, "dust.element.steps", 20)
    busy_look = parameter.replace(busy_look, "dust.motion.noise", "fresh")
    engine.fill(busy_look)
    time.sleep(1)
    busy = [edited(n) for n in range(31, 61)]
    assert seen.is_busy, "the model's job must have run all the while"
    engine.close()
    engine.join()
    yield row("edit to coded picture, 960x540, idle", statistics.median(idle), 100, "ms")
    yield row("the same, a model job running", statistics.median(busy), 300, "ms")


def bench_verify(folder: Path) -> Iterator[Row]:
    yield from (row(*measured) for measured in trust.bench_verify(folder))


def bench_approval(folder: Path) -> Iterator[Row]:
    show = make_show(folder / "approval", 1920, 1080, frames=24, layers=1)
    yield from (row(*measured) for measured in trust.bench_approval(show))


def bench_ledger(folder: Path) -> Iterator[Row]:
    yield from (row(*measured) for measured in trust.bench_ledger(folder))


def bench_pictures(folder: Path) -> Iterator[Row]:
    yield from pictures.measure(folder)


class Seen:
    """Hears what the desk's engine says."""

    def __init__(self) -> None:
        self.arrived, self.at_rest = threading.Event(), threading.Event()
        self.errors: list[Exception] = []
        self.is_busy = False

    def show(self, _picture: object) -> None:
        self.arrived.set()

    def overlay(self, _frame: int, _matte: object) -> None: ...

    def said(self, status: object) -> None:
        self.is_busy = status.busy  # type: ignore[attr-defined]

    def made(self) -> None: ...

    def rested(self, _look: object, _frame: int, _thumbnail: bytes) -> None:
        self.at_rest.set()

    def failed(self, error: Exception) -> None:
        self.errors.append(error)


BENCHES = {
    "help": bench_help,
    "blend": bench_blend,
    "full": bench_full,
    "render": bench_render,
    "wedge": bench_wedge,
    "memory": bench_memory,
    "desk": bench_desk,
    "verify": bench_verify,
    "approval": bench_approval,
    "ledger": bench_ledger,
    "pictures": bench_pictures,
}


@contextmanager
def scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="lookdev-bench-") as name:
        yield Path(name)


def main() -> None:
    names = sys.argv[1:] or list(BENCHES)
    print(f"load before: {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores\n")
    print(f"| {'what':<40} | {'measured':>12} | {'bar':>10} | {'of the bar':>10} |")
    print(f"| {'-' * 40} | {'-' * 11}: | {'-' * 9}: | {'-' * 9}: |")
    for name in names:
        with scratch() as folder:
            for what, measured, bar, ratio in BENCHES[name](folder):
                print(f"| {what:<40} | {measured:>12} | {bar:>10} | {ratio:>10} |", flush=True)


main()
