"""Accessible names where ipywidgets gives none."""

from pathlib import Path

import anywidget


class Labels(anywidget.AnyWidget):
    """Shows nothing; names the sliders and fields of the desk that it lies in (`.ld-desk`)."""

    _esm = Path(__file__).with_name("labels.js").read_text(encoding="utf-8")
