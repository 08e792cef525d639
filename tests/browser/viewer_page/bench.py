"""A page with one viewer and a stand-in for the kernel, fed with real colours."""

import base64
import io
import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, Route

from lookdev.desk.viewer import Viewer
from lookdev.image.colour import LOG, WORKING, open_colour
from lookdev.image.frame import Pixels
from lookdev.spec.show import STUDIO_CONFIG, Viewing

PAGE = Path(__file__).parent / "page.html"
HERE = "http://viewer.test"
WIDTH, HEIGHT = 960, 540
LUT_SIZE = 65


@cache
def baked_view() -> bytes:
    """The ACES view over ACEScct codes: float16 RGB, red fastest."""
    colour = open_colour(STUDIO_CONFIG)
    axis = np.linspace(0, 1, LUT_SIZE, dtype=np.float32)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    grid = np.stack([red, green, blue], -1).reshape(LUT_SIZE, -1, 3)
    shown = colour.view(colour.convert(grid, LOG, WORKING), Viewing())
    return np.clip(shown, 0, 1).astype("<f2").tobytes()


def coded(linear: Pixels) -> Pixels:
    """Scene-linear ACEScg as ACEScct codes."""
    return open_colour(STUDIO_CONFIG).convert(np.asarray(linear, np.float32), WORKING, LOG)


def half(codes: Pixels) -> bytes:
    return codes.astype("<f2").tobytes()


def jpeg(codes: Pixels) -> bytes:
    file = io.BytesIO()
    eight = np.uint8(np.clip(codes * 255 + 0.5, 0, 255))
    Image.fromarray(eight).save(file, "JPEG", quality=90, subsampling=0)
    return file.getvalue()


def street(*, warm: float = 0.0, shift: int = 0) -> Pixels:
    """A dusk with a sun of 40, dark houses and lit windows: scene-linear ACEScg."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    up = 1 - y / HEIGHT
    sky = np.stack([0.55 + warm - 0.3 * up, 0.34 - 0.1 * up, 0.28 + 0.2 * up], -1)
    away = np.hypot(x - 660, y - 190)
    sky += np.exp(-away / 60)[..., None] * np.array([3.0, 1.8, 0.8], np.float32)
    sky[away < 26] = 40
    rng = np.random.default_rng(3)
    for number in range(12):
        left = number * 84 - 20
        top = int(rng.integers(210, 380))
        house = sky[top:, max(0, left) : left + 74]
        house[:] = np.array([0.05, 0.055, 0.07], np.float32) * rng.uniform(0.4, 1.4)
        for row in range(top + 14, HEIGHT - 20, 34):
            for column in range(left + 10, left + 60, 20):
                if rng.random() < 0.4 and column > 0:
                    sky[row : row + 14, column : column + 9] = (2.4, 1.5, 0.6)
    return np.roll(sky, shift, axis=1) + rng.normal(0, 0.004, sky.shape).astype(np.float32)


class Bench:
    """The page: traits as Python makes them, messages, and what was sent."""

    def __init__(self, browser: Browser, *, wide: int = 1366, **traits: Any) -> None:
        self.page: Page = browser.new_page(viewport={"width": wide, "height": 768})
        self.errors: list[str] = []
        self.blobs: dict[str, bytes] = {}
        self.number = 0
        self.viewer = Viewer(
            shot={
                "title": "sq010_sh0010",
                "first": 1001,
                "last": 1048,
                "fps": 24.0,
                "fps_text": "24",
                "width": WIDTH,
                "height": HEIGHT,
                "pixel_aspect": 1.0,
                **traits.pop("shot", {}),
            },
            frame=1001,
            sources=[
                {"id": "comp", "label": "comp"},
                {"id": "plate", "label": "plate"},
                {"id": "element:snow", "label": "element snow"},
                {"id": "matte:tower", "label": "matte tower"},
                {"id": "support", "label": "support"},
            ],
            **traits,
        )
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        self.page.route(f"{HERE}/**", self._serve)
        self.page.goto(f"{HERE}/")
        self.page.wait_for_function("window.ready")
        self.wait_sent("region")

    def close(self) -> None:
        self.page.close()
        assert self.errors == [], "\n".join(self.errors)

    def _serve(self, route: Route) -> None:
        path = urlsplit(route.request.url).path
        names = ("shot", "frame", "sources", "state", "status", "cached", "renderer")
        more = ("use_webgl", "garbage", "notes", "commands")
        traits = {name: getattr(self.viewer, name) for name in (*names, *more)}
        files: dict[str, tuple[str, str | bytes]] = {
            "/": ("text/html", PAGE.read_text()),
            "/viewer.js": ("text/javascript", self.viewer._esm),
            "/viewer.css": ("text/css", self.viewer._css),
            "/traits.json": ("application/json", json.dumps(traits)),
            "/favicon.ico": ("image/png", b""),
        }
        kind, body = files.get(path) or ("application/octet-stream", self.blobs[path])
        route.fulfill(body=body, content_type=kind)

    # --- the kernel's part

    def say(self, message: dict[str, Any], buffer: bytes | None = None) -> None:
        path = None
        if buffer is not None:
            path = f"/{len(self.blobs)}.bin"
            self.blobs[path] = buffer
        self.page.evaluate("([message, path]) => say(message, path)", [message, path])

    def change(self, name: str, value: Any) -> None:
        self.page.evaluate("([name, value]) => model.set(name, value)", [name, value])

    def lut(self) -> None:
        self.say({"type": "lut", "size": LUT_SIZE}, baked_view())

    def picture(self, slot: str, codes: Pixels, *, wait: bool = True, **more: Any) -> int:
        """Send a picture as half floats (or as a JPEG), and wait until it is painted."""
        self.number = more.pop("id", self.number + 1)
        height, width = codes.shape[:2]
        message = {
            "type": "picture",
            "id": self.number,
            "slot": slot,
            "source": "comp" if slot == "a" else "plate",
            "frame": 1001,
            "encoding": "half",
            "width": width,
            "height": height,
            "region": [0, 0, self.viewer.shot["width"], self.viewer.shot["height"]],
            "kind": "colour",
            "label": "comp" if slot == "a" else "plate",
            "provisional": False,
            "stage": "",
            **more,
        }
        coder = jpeg if message["encoding"] == "jpeg" else half
        self.say(message, coder(codes))
        if wait:
            self.wait_painted(self.number)
        return self.number

    def pair(self, a: Pixels, b: Pixels) -> None:
        self.picture("a", a)
        self.picture("b", b)

    # --- what the page did

    def sent(self, kind: str) -> list[dict[str, Any]]:
        found = self.page.evaluate("(kind) => sent.filter((m) => m.type === kind)", kind)
        return [{k: v for k, v in message.items() if k not in {"at", "type"}} for message in found]

    def wait_sent(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        self.page.wait_for_function(
            "([kind, count]) => sent.filter((m) => m.type === kind).length >= count",
            arg=[kind, count],
        )
        return self.sent(kind)

    def wait_painted(self, number: int) -> None:
        self.page.wait_for_function(
            "(id) => sent.some((m) => m.type === 'painted' && m.id === id)", arg=number
        )

    def set(self, **state: Any) -> None:
        self.page.evaluate("(patch) => view.set(patch)", state)

    def state(self) -> dict[str, Any]:
        return dict(self.page.evaluate("view.state"))

    def codes(self, x: int = 0, y: int = 0, width: int = 0, height: int = 0) -> np.ndarray:
        """Display codes (H, W, 3) of the canvas, drawn anew; all of it by default."""
        if not width:
            width, height = self.page.evaluate("[view.canvas.width, view.canvas.height]")
        script = "(box) => new Uint8Array(view.readPixels(...box)).toBase64()"
        got = base64.b64decode(self.page.evaluate(script, [x, y, width, height]))
        return np.frombuffer(got, np.uint8).reshape(height, width, 4)[..., :3]

    def canvas_at(self, x: float, y: float, pane: int = 0) -> tuple[int, int]:
        """The canvas's pixel under a point of the plate."""
        script = """([x, y, pane]) => {
          const [ox, oy] = view.transform.origin(view.transform.panes()[pane]);
          const [sx, sy] = view.transform.scale;
          return [Math.floor(ox + x * sx), Math.floor(oy + y * sy)];
        }"""
        column, row = self.page.evaluate(script, [x, y, pane])
        return column, row

    def code_at(self, x: float, y: float, pane: int = 0) -> tuple[int, ...]:
        return tuple(int(v) for v in self.codes(*self.canvas_at(x, y, pane), 1, 1)[0, 0])

    def mouse_at(self, x: float, y: float, pane: int = 0) -> tuple[float, float]:
        """The page's point over a point of the plate."""
        script = """([x, y, pane]) => {
          const box = view.viewport.getBoundingClientRect();
          const [cx, cy] = view.transform.toCss(x, y, view.transform.panes()[pane]);
          return [box.left + cx, box.top + cy];
        }"""
        left, top = self.page.evaluate(script, [x, y, pane])
        return left, top

    def drag(self, *points: tuple[float, float], button: str = "left") -> None:
        """Drag over points of the plate."""
        places = [self.mouse_at(*point) for point in points]  # before anything moves
        self.page.mouse.move(*places[0])
        self.page.mouse.down(button=button)
        for place in places[1:]:
            self.page.mouse.move(*place, steps=4)
        self.page.mouse.up(button=button)
