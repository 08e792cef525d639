"""`comp.nk` says what was delivered: a small interpreter of it comes to the delivered comp."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nuke_reader import Node, Script, commands
from small_show import FIRST, HEIGHT, LAST, WIDTH, SmallShow, open_small_show, pattern

from lookdev.blend.transfer import TRANSFERS
from lookdev.finals import frame_files
from lookdev.finals.comp_nk import FORMULAS, MERGES, script
from lookdev.finals.deliver import deliver
from lookdev.finals.nuke_nodes import FOLDER, literal, sequence, word
from lookdev.finals.plan import Plan, make_plan
from lookdev.image import exr
from lookdev.image.colour import Colour
from lookdev.image.frame import Frame, Window
from lookdev.image.ingest import ingest
from lookdev.image.sequence import frame_path
from lookdev.spec.show import STUDIO_CONFIG

LOOK = """\
format: look/1
created: "2026-03-01 09:30:00"
support: {{matte: zone, ramp: 6}}
layers:
  - name: snow
    element: {{prompt: light snow, seed: "7", size: [64, 36], steps: 2}}
    motion: {{velocity_x: 1.5, velocity_y: 4.25, anchor: 1001}}
    blend: {{transfer: {0}, exposure: 1.0, opacity: 0.25}}
  - name: far-dust
    element: {{prompt: rolling dust, seed: "5", size: [64, 36], steps: 2}}
    holdouts: [tower]
    blend: {{transfer: {1}, opacity: 0.2}}
  - name: far_dust
    element: {{prompt: grey ash, seed: "9", size: [64, 36], steps: 2}}
    matte: tower
    blend: {{transfer: {2}, exposure: 2.0, feather: 1.5, opacity: 0.25}}
"""
DISPLAY = Window(0, 0, WIDTH, HEIGHT)
OVERSCAN = Window(-6, -2, WIDTH + 9, HEIGHT + 5)
SMALLER = Window(10, 6, WIDTH - 40, HEIGHT - 6)


def zone_over(window: Window) -> np.ndarray:
    """A support with soft edges and a hole, over the plate's highlight and its negatives."""
    matte = np.zeros((HEIGHT, WIDTH, 1), np.float32)
    matte[4:68, 3:118] = 1
    matte[20:40, 20:40] = 0
    matte[4:68, 3] = 2.0**-24  # half's smallest
    return Frame(matte, ("A",), exr.RAW, DISPLAY, DISPLAY, 0).over_window(window).pixels


def write_over(folder: Path, name: str, made: Callable[[int], Frame]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for frame in range(FIRST, LAST + 1):
        exr.write(folder / f"{name}.{frame:04d}.exr", made(frame), date_time=exr.NO_DATE)
    return folder / f"{name}.%04d.exr"


def reshot(
    show: SmallShow, folder: Path, *, space: str, channels: tuple[str, ...], data: Window
) -> SmallShow:
    """The small show with another plate: its space, channels and data window."""
    rng, colour = np.random.default_rng(1), Colour(STUDIO_CONFIG)

    def plate(frame: int) -> Frame:
        rgb = colour.convert(pattern(rng, frame), "ACEScg", space)
        alpha = rng.uniform(0, 1, (HEIGHT, WIDTH, 1)).astype(np.float32)
        pixels = np.concatenate([rgb, alpha], -1)[..., : len(channels)]
        return Frame(pixels, channels, space, DISPLAY, DISPLAY, frame).over_window(data)

    def zone(frame: int) -> Frame:
        return Frame(zone_over(DISPLAY), ("A",), exr.RAW, DISPLAY, DISPLAY, frame)

    root = show.folder.root
    ingest(
        show.folder,
        write_over(folder, "plate", plate),
        sequence="street",
        shot="sh0010",
        colourspace=space,
        fps="24000/1001",
        mattes={
            "tower": str(root / "mattes" / "tower.%04d.exr"),
            "zone": str(write_over(folder / "zone", "zone", zone)),
        },
        track=root / "track.csv",
    )
    return open_small_show(root)


def delivered(show: SmallShow, out: Path, *transfers: str, frames: str = "1004") -> Plan:
    look = show.add_look(LOOK.format(*transfers), "nuked_v001")
    plan = make_plan(str(look), frames=frames, folder=out / "d_v001")
    deliver(plan, say=lambda _line: None)
    return plan


@dataclass(frozen=True)
class Compared:
    """How far the rebuilt comp is from the delivered one, in steps of half."""

    name: str
    steps: np.ndarray
    """Halves between the two."""
    share: np.ndarray
    """The difference in steps of the largest value that went into the pixel's channel."""

    def __str__(self) -> str:
        exact = int((self.steps == 0).sum())
        return (
            f"{self.name}: {exact} of {self.steps.size} values exact, at most {self.steps.max()} "
            f"steps of half off, {self.share.max():.2f} of the largest value's"
        )


def ordinal(half: np.ndarray) -> np.ndarray:
    """Halves as whole numbers in their order: neighbours differ by 1."""
    bits = half.view(np.int16).astype(np.int32)
    return np.where(bits < 0, -(bits & 0x7FFF), bits)


def compared(plan: Plan, frame: int, edit: Callable[[str], str] = str) -> Compared:
    path = plan.folder / "comp.nk"
    nuke = Script(path, edit(path.read_text()))
    (write,) = nuke.of_kind("Write")
    rebuilt = nuke.evaluate(write, frame)
    comp = exr.read(
        plan.comp(frame), tuple("RGBA")[: len(rebuilt.planes)], colourspace=exr.RAW, number=frame
    )
    assert rebuilt.window == comp.data
    made = np.stack(list(rebuilt.planes.values()), -1).astype(np.float16)
    wanted = comp.pixels.astype(np.float16)
    largest = np.abs(wanted)
    for node in nuke.of_kind("Read"):
        if node.knobs["name"].startswith(("plate", "layer")):
            read = nuke.evaluate(node, frame)
            planes = [read.get(name, comp.data) for name in rebuilt.planes]
            largest = np.maximum(largest, np.abs(np.stack(planes, -1)).astype(np.float16))
    off = np.abs(made.astype(np.float32) - wanted)
    steps = np.abs(ordinal(made) - ordinal(wanted))
    return Compared(f"frame {frame}", steps, off / np.spacing(largest).astype(np.float32))


def edited(text: str, edits: list[tuple[str, str]]) -> str:
    for right, wrong in edits:
        text = text.replace(right, wrong)
    return text


RGB, ALPHA = ("R", "G", "B"), ("R", "G", "B", "A")
CASES = {
    "linear": ("ACEScg", RGB, OVERSCAN, ("over", "plus", "screen")),
    "linear, alpha, filters": ("ACEScg", ALPHA, SMALLER, ("max", "multiply", "over")),
    "log, alpha": ("ACEScct", ALPHA, SMALLER, ("plus", "screen", "multiply")),
    "a camera's log and gamut": ("ARRI LogC4", RGB, DISPLAY, ("screen", "over", "plus")),
}


def in_float(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deliver layers as they were before they were rounded to half."""
    real = exr.write

    def write(path: Path, *args: object, **named: object) -> None:
        real(path, *args, **named, half="elements" not in path.parts)

    monkeypatch.setattr(frame_files.exr, "write", write)


@pytest.mark.parametrize("case", CASES)
def test_the_script_comes_to_the_delivered_comp(
    small_show: SmallShow, tmp_path: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    space, channels, data, transfers = CASES[case]
    show = reshot(small_show, tmp_path / "plates", space=space, channels=channels, data=data)
    plan = delivered(show, tmp_path, *transfers)
    halves = [compared(plan, frame) for frame in plan.frames]
    with monkeypatch.context() as patched:
        in_float(patched)
        plan = delivered(show, tmp_path / "float", *transfers)
    floats = [compared(plan, frame) for frame in plan.frames]
    for half, whole in zip(halves, floats, strict=True):
        print(f"{case}, half layers: {half}")
        print(f"{case}, float layers: {whole}")
        assert whole.steps.max() <= (1 if space == "ACEScg" else 2)
        assert (half.steps == 0).mean() > 0.9
        if space == "ACEScg":
            assert half.share.max() <= 1
        else:  # a log curve stretches what is rounded near black
            assert (half.steps <= 2).mean() > 0.99


WRONG = {
    "another operation": (" operation plus", " operation minus"),
    "layers the other way round": (
        "push $N_layer1_snow\npush $N_plate",
        "push $N_plate\npush $N_layer1_snow",
    ),
    "a plain screen": ("A{c} * max(B{c}, 0)", "A{c} * B{c}"),
    "another layer": ("elements/far_dust/d_v001_far_dust", "elements/snow/d_v001_snow"),
    "the support once more": ("a > 0", "a"),
}


def test_a_moved_delivery_of_oddly_named_plates_and_every_planted_fault(
    small_show: SmallShow, tmp_path: Path
) -> None:
    odd = tmp_path / 'plates [a] {b $c "d" 100% #1 \\e'
    show = reshot(small_show, odd, space="ACEScg", channels=RGB, data=DISPLAY)
    plan = delivered(show, tmp_path, "screen", "plus", "over")
    (tmp_path / "moved").mkdir()
    moved = replace(plan, folder=plan.folder.rename(tmp_path / "moved" / "d_v001"))
    assert compared(moved, 1004).share.max() <= 1
    text = (moved.folder / "comp.nk").read_text()
    for fault, (right, wrong) in WRONG.items():
        edits = [(right.format(c=c), wrong.format(c=c)) for c in "rgb"]
        assert all(one in text for one, _ in edits), fault
        result = compared(moved, 1004, lambda script, edits=edits: edited(script, edits))
        print(f"{fault}: {result}")
        assert result.share.max() > 4


def test_every_transfer_is_rebuilt() -> None:
    assert set(TRANSFERS) == MERGES.keys() | FORMULAS.keys()


def planned(show: SmallShow, out: Path, frames: str) -> Plan:
    text = LOOK.format("over", "plus", "screen").replace("matte: zone", "matte: tower")
    look = show.add_look(text, "nuked_v001")
    return make_plan(str(look), frames=frames, folder=out / "d_v001")


def test_the_root_says_range_rate_format_and_colour(small_show: SmallShow, tmp_path: Path) -> None:
    text = script(planned(small_show, tmp_path, "1001-1002,1004"))
    nuke = Script(tmp_path / "comp.nk", text)
    root = nuke.root.knobs
    assert (root["first_frame"], root["last_frame"], root["fps"]) == ("1001", "1004", "23.976")
    assert root["format"] == "128 72 0 0 128 72 1 plate_128x72"
    assert (root["colorManagement"], root["OCIO_config"]) == ("OCIO", "custom")
    assert nuke.value(root["customOCIOConfigPath"]) == small_show.folder.ocio_config
    (note,) = nuke.of_kind("StickyNote")
    assert (
        "Frames: 1001-1002,1004; the others of the range were not delivered" in note.knobs["label"]
    )
    assert {node.knobs["raw"] for node in nuke.of_kind("Read")} == {"true"}
    assert not nuke.of_kind("OCIOColorSpace"), "the plate is in the working space"


def test_mattes_are_there_for_redoing_and_connected_to_nothing(
    small_show: SmallShow, tmp_path: Path
) -> None:
    nuke = Script(tmp_path / "comp.nk", script(planned(small_show, tmp_path, "1001")))
    reads = {node.knobs["name"]: node for node in nuke.of_kind("Read")}
    assert list(reads) == [
        "plate",
        "layer1_snow",
        "layer2_far_dust",
        "layer3_far_dust",
        "support",
        "matte1_tower",
    ]
    matte = reads["matte1_tower"]
    assert (
        matte.knobs["label"] == "tower, channel A\nholdout of far-dust, matte of far_dust, support"
    )
    assert nuke.file(matte, 1003) == small_show.folder.root / "mattes" / "tower.1003.exr"
    assert not any(matte in node.inputs for node in nuke.nodes.values())
    (backdrop,) = nuke.of_kind("BackdropNode")
    assert "the layers carry these already" in backdrop.knobs["label"]


def test_the_write_goes_beside_the_delivery(small_show: SmallShow, tmp_path: Path) -> None:
    nuke = Script(tmp_path / "d_v001" / "comp.nk", script(planned(small_show, tmp_path, "1001")))
    (write,) = nuke.of_kind("Write")
    path = Path(os.path.normpath(nuke.file(write, 1001)))
    assert path == tmp_path / "d_v001_nuke" / "d_v001_nuke.1001.exr"


printable = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=20)


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\r"), max_size=30))
def test_any_text_is_one_word_and_itself(text: str) -> None:
    block = f"Read {{\n label {word(literal(text))}\n file {word(text)}\n}}\n"
    ((_, inside),) = commands(block)
    knobs = dict(commands(inside))
    assert knobs["file"] == text
    assert Script.value(Script.__new__(Script), knobs["label"]) == text


@given(printable, printable.map(lambda name: name.replace("/", "").replace("%", "")))
def test_any_path_is_the_file_it_was(folder: str, name: str) -> None:
    pattern = f"/{folder}/{name}.%04d.exr"
    nuke = Script.__new__(Script)
    node = Node("Read", {"file": sequence(pattern)})
    assert str(nuke.file(node, 1001)) == str(frame_path(pattern, 1001))


def test_a_path_beside_the_script_is_nukes_own_idiom(tmp_path: Path) -> None:
    assert word(FOLDER) == '"\\[file dirname \\[value root.name]]"'
    nuke = Script.__new__(Script)
    nuke.path = tmp_path / "d" / "comp.nk"
    assert nuke.value(FOLDER) == str(tmp_path / "d")
