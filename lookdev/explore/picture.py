"""A rendered frame as a person sees it: through CDL, show LUT and view."""

import torch
from torch import Tensor

from lookdev.image.sheet import Picture, to_8_bit
from lookdev.render import Rendered, Session
from lookdev.spec.shot import Shot


def comp_picture(rendered: Rendered, shot: Shot, session: Session) -> Picture:
    """The composite (H, W, 3), 8-bit display code values, over the display window."""
    plate = rendered.plate
    rows, columns = plate.display.clipped(plate.data).within(plate.data)
    return _shown(rendered.comp[:, rows, columns], shot, session)


def _shown(rgb: Tensor, shot: Shot, session: Session) -> Picture:
    pixels = torch.clone(rgb.permute(1, 2, 0), memory_format=torch.contiguous_format).cpu().numpy()
    return to_8_bit(session.colour.view(pixels, session.folder.viewing, shot.cdl))
