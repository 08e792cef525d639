"""The files of one delivered frame: comp, layers, support."""

import time
from dataclasses import replace
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path

import numpy as np
from torch import Tensor

from lookdev.errors import TrustError
from lookdev.finals.plan import Plan
from lookdev.generate.asked import machine
from lookdev.image import exr
from lookdev.image.colour import WORKING
from lookdev.image.frame import Attribute, Frame
from lookdev.image.pixels import pixel_hash
from lookdev.image.tags import WORKING_TAGS, as_data, with_rate
from lookdev.image.untouched import require_untouched
from lookdev.render import Rendered, Session, comp_frame, render_frame
from lookdev.spec.delivery import FrameRecord
from lookdev.spec.digest import digest
from lookdev.spec.files import sha256


def render_and_write(
    plan: Plan, frame: int, session: Session, *, expected: str | None = None
) -> FrameRecord:
    """Render one frame through the spine and write all its files; returns its record.

    Args:
        plan: The delivery.
        frame: Absolute frame number.
        session: What is kept between frames.
        expected: Pixel hash of an approved frame; None where it was not one.

    Raises:
        TrustError: It is an approved frame, and is not what was approved; nothing is written.
        DeliveryError: It changes the plate where the support is 0; nothing is written.
    """
    started, before = time.perf_counter(), session.elements.evaluations
    look_file = plan.look_file
    rendered = render_frame(look_file.shot_file, look_file.look, frame, session=session)
    comp = comp_frame(rendered, session)
    pixels = pixel_hash(comp)
    if expected not in (None, pixels):
        raise TrustError(f"{plan.source}: frame {frame} does not come out as it was approved")
    _write_all(plan, rendered, comp)
    return FrameRecord(
        frame=frame,
        files={plan.relative(p): sha256(p) for p in plan.files(frame)},
        pixels=pixels,
        seconds=round(time.perf_counter() - started, 3),
        evaluations=session.elements.evaluations - before,
        machine=machine(session.device),
    )


def _write_all(plan: Plan, rendered: Rendered, comp: Frame) -> None:
    frame = rendered.number
    rows, columns = rendered.window.within(rendered.plate.data)
    weight = rendered.support[rows, columns].cpu().numpy()
    require_untouched(comp, rendered.plate, weight, str(plan.source))
    carried = with_rate(comp.header, Fraction(plan.look_file.shot.fps))
    stamped = replace(comp, header=(*carried, *_stamp(plan)))
    _write(plan, plan.comp(frame), stamped)
    own = {tag.name for tag in WORKING_TAGS}
    header = (*(a for a in stamped.header if a.name not in own), *WORKING_TAGS)
    for name, rgba in rendered.layers.items():
        layer = _as_frame(rgba[:, rows, columns], ("R", "G", "B", "A"), WORKING, stamped)
        _write(plan, plan.layer(name, frame), replace(layer, header=header))
    support = _as_frame(rendered.support[None, rows, columns], ("A",), exr.RAW, stamped)
    _write(plan, plan.support(frame), replace(support, header=as_data(support.header)))


def _write(plan: Plan, path: Path, frame: Frame) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    exr.write(
        path,
        frame,
        compression=plan.look_file.folder.show.compression,
        date_time=plan.exif_time,
        pixel_aspect=plan.look_file.shot.pixel_aspect,
    )


def _as_frame(planes: Tensor, channels: tuple[str, ...], colourspace: str, like: Frame) -> Frame:
    pixels = np.ascontiguousarray(planes.permute(1, 2, 0).cpu().numpy())
    return replace(like, pixels=pixels, channels=channels, colourspace=colourspace)


def _stamp(plan: Plan) -> tuple[Attribute, ...]:
    look_file, shot = plan.look_file, plan.look_file.shot
    said = {
        "delivery": plan.name,
        "look": look_file.name,
        "lookDigest": digest(look_file.look),
        "state": plan.state,
        **({"approval": plan.approval.name} if plan.approval else {}),
        "shot": f"{shot.sequence}/{shot.shot}",
        "support": look_file.look.support.matte,
        "version": version("lookdev"),
    }
    return tuple(Attribute(f"lookdev:{name}", "string", text) for name, text in said.items())
