"""The viewer as a widget: small synced traits; pictures travel as messages and are never saved."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Literal

import anywidget
import traitlets as t

from lookdev.desk.viewer.messages import Message, Region, parse
from lookdev.desk.viewer.state import MODES, whole_state
from lookdev.errors import LookdevError

_HERE = Path(__file__).parent
_SCRIPTS = (
    "dom.js",
    "colour.js",
    "shader.js",
    "polygon.js",
    "textures.js",
    "gpu.js",
    "canvas2d.js",
    "transform.js",
    "pictures.js",
    "clip.js",
    "player.js",
    "probe.js",
    "wipe.js",
    "overlay.js",
    "paint.js",
    "pointer.js",
    "controls.js",
    "toolbar.js",
    "timeline.js",
    "status.js",
    "keys.js",
    "help.js",
    "view.js",
    "kernel.js",
    "page.js",
)
"""Joined in this order to one module; only the last exports."""


class Viewer(anywidget.AnyWidget):
    """Shows ACEScct pictures through a baked view, two at a time, without asking the kernel.

    Coordinates are plate pixels: origin top left of the display window, pixel centres at .5.
    """

    modes: ClassVar[tuple[str, ...]] = MODES

    _esm = t.Unicode().tag(sync=True)
    _css = t.Unicode().tag(sync=True)
    shot = t.Dict().tag(sync=True)
    """title, first, last, fps, fps_text, width, height, pixel_aspect."""
    frame = t.Int(1).tag(sync=True)
    sources = t.List(t.Dict()).tag(sync=True)
    """What A and B can be: {id, label}."""
    state = t.Dict().tag(sync=True)
    """How it is looked at; keys that are left out take their defaults."""
    status = t.Dict().tag(sync=True)
    """text, busy, progress (0..1 or None), seconds_left (or None)."""
    cached = t.List(t.Int()).tag(sync=True)
    """Frames that are ready to be played."""
    renderer = t.Unicode().tag(sync=True)
    """Set by the page: webgl2, webgl2 (software) or canvas."""
    use_webgl = t.Bool(default_value=True).tag(sync=True)
    """False draws on a plain canvas even where WebGL is there."""
    garbage = t.Bool(default_value=False).tag(sync=True)
    """Whether painting a garbage matte is offered."""
    notes = t.List(t.Dict()).tag(sync=True)
    """Points drawn over the picture: {id, frame, x, y, text, author}."""
    commands = t.List(t.Dict()).tag(sync=True)
    """The desk's own shortcuts: {id, key, label}; a key is "u", "Delete" or "Ctrl+Shift+z"."""

    @t.default("_esm")
    def _default_esm(self) -> str:
        return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS)

    @t.default("_css")
    def _default_css(self) -> str:
        return (_HERE / "viewer.css").read_text(encoding="utf-8")

    @t.default("shot")
    def _default_shot(self) -> dict[str, Any]:
        return {
            "title": "",
            "first": 1,
            "last": 1,
            "fps": 24.0,
            "fps_text": "24",
            "width": 1920,
            "height": 1080,
            "pixel_aspect": 1.0,
        }

    @t.default("state")
    def _default_state(self) -> dict[str, Any]:
        return whole_state({})

    @t.default("status")
    def _default_status(self) -> dict[str, Any]:
        return {"text": "", "busy": False, "progress": None, "seconds_left": None}

    @t.validate("state")
    def _whole_state(self, proposal: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return whole_state(proposal["value"])
        except LookdevError as error:
            raise t.TraitError(str(error)) from error

    def listen(
        self, hear: Callable[[Message], object], failed: Callable[[LookdevError], object]
    ) -> None:
        """Call `hear` with every message from the page, as its type.

        A message that the viewer does not send goes to `failed`: what a callback of a widget
        raises is seen by nobody.
        """

        def heard(_widget: object, content: object, _buffers: object) -> None:
            try:
                message = parse(content)
            except LookdevError as error:
                failed(error)
            else:
                hear(message)

        self.on_msg(heard)

    def show_lut(self, lut: bytes, *, size: int) -> None:
        """Send the baked view: float16 RGB, red fastest, from ACEScct to display code values."""
        self.send({"type": "lut", "size": size}, [lut])

    def show_picture(
        self,
        pixels: bytes,
        *,
        number: int,
        slot: Literal["a", "b"],
        source: str,
        frame: int,
        encoding: Literal["half", "jpeg"],
        width: int,
        height: int,
        region: Region,
        kind: Literal["colour", "mono"] = "colour",
        label: str = "",
        stage: str | None = None,
    ) -> None:
        """Send a picture for A or B.

        Args:
            pixels: Half: little-endian float16 RGB rows in ACEScct (mono: RGB or one channel);
                or a JPEG of 8-bit ACEScct.
            number: Its id; a picture with a lower one than the last shown is dropped.
            slot: A or B.
            source: Which of `sources` it is.
            frame: Its frame.
            encoding: How `pixels` are coded.
            width: Of the picture, in its own pixels.
            height: As `width`.
            region: The part of the plate that it covers, in plate pixels.
            kind: Mono pictures (mattes) are shown as grey without the view.
            label: What is written on it.
            stage: Set while it is provisional: what is being done.
        """
        content = {
            "type": "picture",
            "id": number,
            "slot": slot,
            "source": source,
            "frame": frame,
            "encoding": encoding,
            "width": width,
            "height": height,
            "region": list(region),
            "kind": kind,
            "label": label,
            "provisional": stage is not None,
            "stage": stage or "",
        }
        self.send(content, [pixels])

    def show_overlay(
        self, matte: bytes, *, number: int, frame: int, width: int, height: int, region: Region
    ) -> None:
        """Send a matte (8-bit rows) that is shown as a red tint."""
        content = {"type": "overlay", "id": number, "frame": frame, "width": width}
        self.send({**content, "height": height, "region": list(region)}, [matte])

    def show_clip(
        self,
        jpeg: bytes,
        *,
        frame: int,
        slot: Literal["a", "b"],
        width: int,
        height: int,
        last: bool,
    ) -> None:
        """Send one frame of what is played: a JPEG of the whole display window in ACEScct."""
        content = {"type": "clip", "frame": frame, "slot": slot, "width": width}
        self.send({**content, "height": height, "last": last}, [jpeg])

    def finish_clip(self, frames: Sequence[int]) -> None:
        """Say which frames the clip has: playback starts."""
        self.send({"type": "clipdone", "frames": list(frames)})

    def clear_clip(self) -> None:
        """Say that the look changed: the clip is stale."""
        self.send({"type": "clipclear"})

    def answer_probe(
        self, *, number: int, x: float, y: float, values: Mapping[str, Sequence[float]]
    ) -> None:
        """Send scene-linear values: plate (RGB), element (RGBA), comp (RGB); any may be absent."""
        said = {name: [float(v) for v in value] for name, value in values.items()}
        self.send({"type": "probe", "id": number, "x": x, "y": y, "values": said})

    def matte_saved(self, name: str) -> None:
        """Say that the garbage matte is on disk: what was drawn is cleared."""
        self.send({"type": "matte_saved", "name": name})

    def refuse(self, text: str) -> None:
        """Show one sentence: what was asked for cannot be done."""
        self.send({"type": "refused", "text": text})
