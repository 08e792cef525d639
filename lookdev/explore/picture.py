"""A rendered frame as a person sees it: through CDL, show LUT and view."""

import torch

from lookdev.image.sheet import Picture, fitted, to_8_bit
from lookdev.render import Rendered, Session
from lookdev.spec.shot import Shot


def comp_picture(rendered: Rendered, shot: Shot, session: Session) -> Picture:
    """The composite's display window (H, W, 3), unsqueezed: 8-bit display code values."""
    plate = rendered.plate
    rows, columns = plate.display.within(plate.data)
    rgb = rendered.comp[:, rows, columns].permute(1, 2, 0)
    pixels = torch.clone(rgb, memory_format=torch.contiguous_format).cpu().numpy()
    picture = to_8_bit(session.colour.view(pixels, session.folder.viewing, shot.cdl))
    if shot.pixel_aspect == 1:
        return picture
    return fitted(picture, round(picture.shape[1] * shot.pixel_aspect), shot.pixel_aspect)
