import json
import re

import pytest
from traitlets import TraitError

from lookdev.desk.viewer import Viewer, parse
from lookdev.desk.viewer.messages import Box, Brush, Matte, Message, Painted, Seen
from lookdev.errors import LookdevError

BRUSH = {"kind": "brush", "radius": 12, "points": [[1, 2], [3.5, 4]], "erase": True}
BOX = {"kind": "box", "x0": 0, "y0": 1.5, "x1": 20, "y1": 30}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict[str, object], list[bytes]]]:
    """What any viewer sends to its page."""
    messages: list[tuple[dict[str, object], list[bytes]]] = []

    def send(_self: Viewer, content: dict[str, object], buffers: list[bytes] | None = None) -> None:
        messages.append((json.loads(json.dumps(content)), buffers or []))

    monkeypatch.setattr(Viewer, "send", send)
    return messages


def test_a_state_that_is_set_in_part_keeps_the_other_defaults() -> None:
    viewer = Viewer(state={"a": "plate", "exposure": -2.0})
    assert viewer.state["a"] == "plate"
    assert viewer.state["exposure"] == -2.0
    assert viewer.state["b"] == "plate"
    assert viewer.state["zoom"] == "fit"


def test_a_state_nobody_knows_is_refused_with_its_name() -> None:
    with pytest.raises(TraitError, match="state has no exposition; it has a, b, mode"):
        Viewer(state={"exposition": 1})
    with pytest.raises(TraitError, match="mode is 'swipe'; it must be one of a, b, wipe"):
        Viewer(state={"mode": "swipe"})


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"a": None}, "state.a is None; it must be the id of a source"),
        ({"exposure": "lots"}, "state.exposure is 'lots'; it must be a number from -10 to 10"),
        ({"exposure": float("nan")}, "state.exposure is nan"),
        ({"gamma": 0}, "state.gamma is 0; it must be a number from 0.2 to 4"),
        ({"wipe": 3}, "state.wipe is 3; it must be the numbers x, y and angle"),
        ({"wipe": {"x": 0.5}}, "state.wipe is {'x': 0.5}"),
        ({"zoom": {}}, "state.zoom is {}; it must be fit, or a number above 0"),
        ({"zoom": 0}, "state.zoom is 0"),
        ({"centre": "x"}, "state.centre is 'x'; it must be two numbers"),
        ({"centre": [1, None]}, "state.centre is"),
        ({"overlay": 1}, "state.overlay is 1; it must be the id of a matte"),
        ({"safe": 1}, "state.safe is 1; it must be true or false"),
        ({"brush": True}, "state.brush is True; it must be a number from 1 to 500"),
    ],
)
def test_a_damaged_state_is_refused_with_what_is_allowed(
    state: dict[str, object], sentence: str
) -> None:
    viewer = Viewer()
    before = viewer.state
    with pytest.raises(TraitError, match=re.escape(sentence)):
        viewer.state = state
    assert viewer.state == before


def test_a_state_as_the_page_saves_it_is_taken() -> None:
    saved = {"zoom": 0.01235, "centre": [12, 40.5], "wipe": {"x": 1, "y": 0, "angle": -179.5}}
    assert Viewer(state=saved).state["zoom"] == 0.01235


def test_two_viewers_share_no_state() -> None:
    one, other = Viewer(), Viewer()
    one.state["wipe"]["x"] = 0.1
    assert other.state["wipe"]["x"] == 0.5
    assert Viewer().state["wipe"]["x"] == 0.5


def test_the_script_is_one_module_that_exports_once() -> None:
    script = Viewer()._esm
    assert script.count("export default") == 1
    assert script.rstrip().endswith("export default { render };")
    assert not re.search(r"^\s*import\b|\bimport\(|\bfetch\(", script, re.MULTILINE)
    assert "http" not in script


def test_pictures_are_no_traits_so_a_saved_notebook_stays_small(
    sent: list[tuple[dict[str, object], list[bytes]]],
) -> None:
    viewer = Viewer()
    before = len(json.dumps(viewer.get_state(), default=str))
    viewer.show_picture(
        bytes(1_000_000),
        number=1,
        slot="a",
        source="comp",
        frame=1001,
        encoding="half",
        width=2,
        height=2,
        region=(0, 0, 2, 2),
    )
    after = len(json.dumps(viewer.get_state(), default=str))
    print(f"state of the widget with its script: {after / 1000:.0f} kB")
    assert after == before
    assert after < 200_000
    assert len(sent) == 1


def test_a_picture_with_a_stage_is_provisional(
    sent: list[tuple[dict[str, object], list[bytes]]],
) -> None:
    viewer = Viewer()
    for stage in (None, "step 3 of 8"):
        viewer.show_picture(
            b"jpeg",
            number=4,
            slot="b",
            source="take:12",
            frame=1003,
            encoding="jpeg",
            width=960,
            height=540,
            region=(0, 0, 1920, 1080),
            label="take 12",
            stage=stage,
        )
    (final, pixels), (draft, _) = sent
    assert pixels == [b"jpeg"]
    assert final["id"] == 4
    assert final["region"] == [0, 0, 1920, 1080]
    assert (final["provisional"], final["stage"]) == (False, "")
    assert (draft["provisional"], draft["stage"]) == (True, "step 3 of 8")


def test_every_other_message_to_the_page_has_its_type(
    sent: list[tuple[dict[str, object], list[bytes]]],
) -> None:
    viewer = Viewer()
    viewer.show_lut(b"lut", size=33)
    viewer.show_overlay(b"m", number=1, frame=1001, width=1, height=1, region=(0, 0, 1, 1))
    viewer.show_clip(b"j", frame=1001, slot="a", width=1, height=1, last=True)
    viewer.finish_clip([1001])
    viewer.clear_clip()
    viewer.answer_probe(number=3, x=0.5, y=0.5, values={"plate": (0.18, 0.2, 0.3)})
    viewer.matte_saved("tower_fix")
    viewer.refuse("There is no room left on the disk.")
    assert [message["type"] for message, _ in sent] == [
        "lut",
        "overlay",
        "clip",
        "clipdone",
        "clipclear",
        "probe",
        "matte_saved",
        "refused",
    ]


def test_a_message_becomes_its_type() -> None:
    seen = parse({"type": "region", "region": [0, 0, 96, 54.5], "size": [96, 54], "moving": False})
    assert seen == Seen(type="region", region=(0, 0, 96, 54.5), size=(96, 54), moving=False)
    assert parse({"type": "painted", "id": 3, "ms": 12}) == Painted(type="painted", id=3, ms=12.0)


def test_a_matte_keeps_the_order_of_its_shapes() -> None:
    matte = parse({"type": "matte", "name": "fix", "shapes": [BOX, BRUSH, BOX]})
    assert isinstance(matte, Matte)
    assert [type(shape) for shape in matte.shapes] == [Box, Brush, Box]
    assert matte.shapes[1] == Brush(kind="brush", radius=12, points=((1, 2), (3.5, 4)), erase=True)


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ({"type": "dance"}, "dance"),
        ({"type": "painted", "id": "x", "ms": 1}, "painted.id"),
        ({"type": "region", "region": [0, 0, 1], "size": [1, 1], "moving": False}, "region"),
        ({"type": "region", "region": [0, 0, 1, 1], "size": [0, 1], "moving": False}, "size"),
        ({"type": "probe", "id": 1, "x": float("nan"), "y": 1}, "probe.x"),
        ({"type": "matte", "name": "m", "shapes": [{**BRUSH, "points": []}]}, "points"),
        ({"type": "matte", "name": "m", "shapes": [{**BRUSH, "radius": 0}]}, "radius"),
        ("hello", "type"),
    ],
)
def test_a_message_the_viewer_does_not_send_is_refused(content: object, named: str) -> None:
    with pytest.raises(LookdevError, match=named):
        parse(content)


def test_a_listener_hears_types() -> None:
    viewer, heard, failed = Viewer(), list[Message](), list[LookdevError]()
    viewer.listen(heard.append, failed.append)
    viewer._handle_custom_msg({"type": "painted", "id": 3, "ms": 1}, [])
    assert heard == [Painted(type="painted", id=3, ms=1)]
    viewer._handle_custom_msg({"type": "painting", "id": 3, "ms": 1}, [])
    assert len(heard) == 1
    assert "reload the page" in str(failed[0])
