"""Colour spaces and views through OpenColorIO."""

from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import PyOpenColorIO as ocio

from lookdev.errors import PlateError, SpecError
from lookdev.image.frame import Pixels
from lookdev.spec.cores import cores
from lookdev.spec.files import sha256
from lookdev.spec.shot import Cdl
from lookdev.spec.show import STUDIO_CONFIG, Viewing

WORKING = "ACEScg"
"""Scene-linear working space: every blend happens here."""
LOG = "ACEScct"
"""Where CDL and show LUT apply."""

LUMINANCE = (0.2722287168, 0.6740817658, 0.0536895174)
"""Of ACEScg's red, green and blue (SMPTE RP 177 from S-2014-004's primaries)."""


_FAILURES = (ocio.Exception, ocio.ExceptionMissingFile)  # neither is the other's child


class Colour:
    """One OCIO config, opened once."""

    def __init__(self, config: str) -> None:
        """Open a config by path or `ocio://` name.

        Raises:
            SpecError: It cannot be read, or lacks ACEScg.
        """
        self.name = config
        try:
            self._config = ocio.Config.CreateFromFile(config)
            self._config.validate()
        except _FAILURES as error:
            raise SpecError(
                f"OCIO config {config}: cannot be used: {_first_line(error)}"
            ) from error
        for space in (WORKING, LOG):
            if not self.has(space):
                raise SpecError(
                    f"OCIO config {config}: has no colour space {space}; use an ACES one"
                )

    @cached_property
    def spaces(self) -> tuple[str, ...]:
        """Names of the config's colour spaces."""
        return tuple(space.getName() for space in self._config.getColorSpaces())

    @property
    def cache_id(self) -> str:
        """What decides the numbers of the config's own transforms."""
        return str(self._config.getCacheID())

    def identity(self, viewing: Viewing) -> dict[str, str]:
        """What decides its numbers: the config's own cache id, and the show LUT's SHA-256.

        Raises:
            SpecError: The LUT is missing.
        """
        if viewing.lut is None:
            return {"config": self._config.getCacheID(), "lut": ""}
        _require_lut(viewing.lut)
        return {"config": self._config.getCacheID(), "lut": sha256(Path(viewing.lut))}

    def has(self, space: str) -> bool:
        """Whether the config knows this colour space (or an alias of it)."""
        return self._config.getColorSpace(space) is not None

    def require(self, space: str, *, where: str) -> None:
        """Raise a PlateError unless the config knows the colour space."""
        if not self.has(space):
            near = [s for s in self.spaces if space.lower()[:4] in s.lower()][:6]
            hint = f"; near it are {', '.join(near)}" if near else ""
            raise PlateError(f"{where}: colour space {space!r} is not in {self.name}{hint}")
        if self._config.getColorSpace(space).isData():
            raise PlateError(
                f"{where}: colour space {space!r} is data, no colour; name the plate's"
            )

    def convert(self, rgb: Pixels, source: str, target: str) -> Pixels:
        """Convert (H, W, 3) between colour spaces; a new array unless nothing is to be done."""
        if source == target:
            return rgb
        return self._apply(("space", source, target), rgb)

    def view(self, rgb: Pixels, viewing: Viewing, cdl: Cdl | None = None) -> Pixels:
        """Scene-linear ACEScg (H, W, 3) as display code values 0..1.

        The shot's CDL and the show LUT apply in ACEScct, then the display's view: what sheets and
        movies show, and never what is delivered as EXR.
        """
        return self._apply(("view", viewing, cdl), rgb)

    def to_display(self, rgb: Pixels, display: str, view: str) -> Pixels:
        """Scene-linear ACEScg (H, W, 3) as code values 0..1 of a view of the config's.

        Neither CDL nor show LUT has a part in it, nor a look that the config adds to the view.
        """
        return self._apply(("display", display, view, ocio.TRANSFORM_DIR_FORWARD), rgb)

    def from_display(self, codes: Pixels, display: str, view: str) -> Pixels:
        """The inverse of `to_display`, as far as there is one: near code value 1 it explodes."""
        return self._apply(("display", display, view, ocio.TRANSFORM_DIR_INVERSE), codes)

    def require_view(self, display: str, view: str) -> None:
        """Raise a SpecError unless the config has that view of that display, both ways."""
        try:
            for direction in (ocio.TRANSFORM_DIR_FORWARD, ocio.TRANSFORM_DIR_INVERSE):
                self._processor(("display", display, view, direction))
        except _FAILURES as error:
            raise SpecError(
                f"OCIO config {self.name}: has no view {view!r} of display {display!r} that also "
                f"works backwards; use a config that has it, such as {STUDIO_CONFIG}"
            ) from error

    def baked_view(self, viewing: Viewing, cdl: Cdl | None = None, *, size: int = 65) -> Pixels:
        """The same as a cube (size, size, size, 3), indexed blue, green, red.

        Its axes are ACEScct code values 0..1, which hold scene-linear -0.007 to 223. Between its
        points it is for looking at, in a viewer's shader.
        """
        axis = np.linspace(0, 1, size, dtype=np.float32)
        blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
        log = np.stack([red, green, blue], -1).reshape(1, -1, 3)
        linear = self.convert(log, LOG, WORKING)
        return self.view(linear, viewing, cdl).reshape(size, size, size, 3)

    def check_viewing(self, viewing: Viewing, cdl: Cdl | None = None) -> None:
        """Raise a SpecError where display, view or LUT cannot be used."""
        try:
            self._processor(("view", viewing, cdl))
        except _FAILURES as error:
            raise SpecError(f"params/show.yaml: viewing: {_first_line(error)}") from error

    def _apply(self, key: tuple[Any, ...], rgb: Pixels) -> Pixels:
        result = np.array(rgb, dtype=np.float32, order="C", copy=True)
        processor = self._processor(key)
        bands = np.array_split(result, min(result.shape[0], cores()))
        with ThreadPoolExecutor(len(bands)) as pool:  # OCIO works without Python's lock
            list(pool.map(processor.applyRGB, bands))
        return result

    @lru_cache(maxsize=32)  # noqa: B019 a Colour lives as long as its process's work
    def _processor(self, key: tuple[Any, ...]) -> Any:
        kind, *rest = key
        if kind == "space":
            transform = ocio.ColorSpaceTransform(*rest)
        elif kind == "display":
            transform = _display_transform(*rest)
        else:
            transform = self._viewing_transform(*rest)
        processor = self._config.getProcessor(transform)
        return processor.getOptimizedCPUProcessor(ocio.OPTIMIZATION_DEFAULT)

    def _viewing_transform(self, viewing: Viewing, cdl: Cdl | None) -> Any:
        group = ocio.GroupTransform()
        group.appendTransform(ocio.ColorSpaceTransform(WORKING, LOG))
        if cdl is not None:
            group.appendTransform(
                ocio.CDLTransform(
                    list(cdl.slope), list(cdl.offset), list(cdl.power), cdl.saturation
                )
            )
        if viewing.lut is not None:
            _require_lut(viewing.lut)
            group.appendTransform(ocio.FileTransform(viewing.lut))
        group.appendTransform(
            ocio.DisplayViewTransform(src=LOG, display=viewing.display, view=viewing.view)
        )
        return group


@lru_cache(maxsize=4)
def open_colour(config: str) -> Colour:
    """The config, opened once a process."""
    return Colour(config)


def _display_transform(display: str, view: str, direction: Any) -> Any:
    return ocio.DisplayViewTransform(
        src=WORKING, display=display, view=view, looksBypass=True, direction=direction
    )


def _require_lut(path: str) -> None:
    if not Path(path).is_file():
        raise SpecError(f"params/show.yaml: viewing.lut: there is no file {path}")


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
