"""The spine: one frame of a look over its plate.

Explorer, wedge, still, final and QC all call `render_frame`: what was approved is what is
delivered. The work is cut into stages whose last results are kept, so that an edit recomputes only
what it touches, and a blend edit never runs the model.
"""

from lookdev.render.frame import Rendered, comp_frame, render_frame
from lookdev.render.session import Session

__all__ = ["Rendered", "Session", "comp_frame", "render_frame"]
