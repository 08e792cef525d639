"""A plot in the page: a picture that is no output, so that no notebook keeps it."""

import html
from base64 import b64encode


def plot_html(png: bytes, told: str) -> str:
    """What an HTML widget shows of a PNG; `told` is what it shows, for who cannot see it."""
    source = f"data:image/png;base64,{b64encode(png).decode()}"
    return f'<img alt="{html.escape(told)}" style="max-width: 100%" src="{source}">'
