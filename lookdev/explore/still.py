"""One composited frame of a look, as EXR or PNG."""

from pathlib import Path

from lookdev.errors import SpecError
from lookdev.explore.picture import comp_picture
from lookdev.generate.adapter import OnStep
from lookdev.generate.preflight import check_and_warn, check_frames
from lookdev.image import exr
from lookdev.image.sheet import write_png
from lookdev.render import Session, comp_frame, render_frame
from lookdev.render.recorded import recorded
from lookdev.spec.files import check_writable
from lookdev.spec.folder import LookFile


def still(look: str, *, frame: int, out: Path, on_step: OnStep | None = None) -> Path:
    """Render one frame of a look and write it; returns the file.

    Args:
        look: A look's file, or `sequence/shot/name_v003`.
        frame: Absolute frame number.
        out: `.exr` (half, the plate's colour space) or `.png` (display-referred).
        on_step: Called after each denoising step; raising in it cancels.

    Raises:
        LookdevError: Something about look, plate, model or `out` is wrong; nothing was written.
    """
    if out.suffix.lower() not in (".exr", ".png"):
        raise SpecError(f"{out}: a still is .exr or .png; give --out such a name")
    if not out.parent.is_dir():
        raise SpecError(f"{out.parent}: there is no such folder; make it, or choose another --out")
    if out.is_dir():
        raise SpecError(f"{out}: is a folder; give the still a name of its own")
    check_writable(out.parent)  # now, before the model runs
    look_file = LookFile.open(look)
    check_and_warn(look_file)
    check_frames(look_file, [frame])
    session = Session(look_file.folder)
    with recorded(
        session,
        look_file.shot_file,
        look_file.look,
        what="still",
        look_name=look_file.name,
        frames=[frame],
    ):
        _write(look_file, frame, out, session, on_step)
    return out


def _write(
    look_file: LookFile, frame: int, out: Path, session: Session, on_step: OnStep | None
) -> None:
    rendered = render_frame(
        look_file.shot_file, look_file.look, frame, session=session, on_step=on_step
    )
    if out.suffix.lower() == ".png":
        write_png(out, comp_picture(rendered, look_file.shot, session))
    else:
        comp = comp_frame(rendered, session)
        show = look_file.folder.show
        exr.write(
            out,
            comp,
            compression=show.compression,
            date_time=look_file.look.exif_time,
            pixel_aspect=look_file.shot.pixel_aspect,
        )
