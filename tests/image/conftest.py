"""Small plates, written fresh for each test, and a show to ingest them into."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import OpenImageIO as oiio
import pytest

from lookdev.errors import LookdevError
from lookdev.spec.folder import ShowFolder

BEACHBALL = Path(__file__).parents[3] / "shared" / "plates" / "beachball"
FPS = ("FramesPerSecond", "rational", (24000, 1001))
AP1 = (0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767)
ACESCG = ("chromaticities", "float[8]", AP1)


Write = Callable[..., Path]


@pytest.fixture
def show(tmp_path: Path) -> ShowFolder:
    root = tmp_path / "show"
    (root / "params").mkdir(parents=True)
    (root / "params" / "show.yaml").write_text("format: show/1\nname: test\n")
    return ShowFolder(root.resolve())


@pytest.fixture
def write_exr() -> Write:
    """Writes any picture that OpenImageIO can, by its suffix."""

    def write(
        path: Path,
        pixels: npt.ArrayLike = 0.5,
        *,
        channels: Sequence[str] = ("R", "G", "B"),
        kind: str = "half",
        size: tuple[int, int] = (16, 12),
        attributes: Iterable[tuple[str, str, Any]] = (FPS, ACESCG),
    ) -> Path:
        spec = oiio.ImageSpec(*size, len(channels), kind)
        spec.channelnames = tuple(channels)
        for name, type_name, value in attributes:
            spec.attribute(name, oiio.TypeDesc(type_name), value)
        whole = np.zeros((size[1], size[0], len(channels)), np.float32)
        whole[...] = pixels
        target = oiio.ImageOutput.create(str(path))
        assert target.open(str(path), spec), target.geterror()
        assert target.write_image(whole), target.geterror()
        assert target.close()
        return path

    return write


@pytest.fixture
def write_sequence(tmp_path: Path, write_exr: Write) -> Write:
    """Writes `in/NAME.1001.exr` and so on; answers the pattern."""

    def write(name: str, frames: Iterable[int] = range(1001, 1005), **how: Any) -> Path:
        folder = tmp_path / "in"
        folder.mkdir(exist_ok=True)
        suffix = how.pop("suffix", ".exr")
        for frame in frames:
            write_exr(folder / f"{name}.{frame:04d}{suffix}", **how)
        return folder / f"{name}.%04d{suffix}"

    return write


@pytest.fixture
def beachball() -> Path:
    if not BEACHBALL.is_dir():
        pytest.skip("the shared plates are not beside this checkout")
    return BEACHBALL / "singlepart.%04d.exr"


def _tree(root: Path) -> dict[Path, bytes]:
    return {p: p.read_bytes() if p.is_file() else b"" for p in sorted(root.rglob("*"))}


@pytest.fixture
def refused(show: ShowFolder) -> Callable[[str], Any]:
    """The block must raise exactly this sentence and leave the show as it was, byte for byte."""

    @contextmanager
    def check(sentence: str) -> Iterator[None]:
        before = _tree(show.root)
        with pytest.raises(LookdevError) as caught:
            yield
        assert str(caught.value) == sentence
        assert "\n" not in sentence
        assert _tree(show.root) == before

    return check
