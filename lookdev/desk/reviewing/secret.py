"""A field for a passphrase, which is in no widget's state."""

from pathlib import Path

import anywidget
import traitlets

_FOLDER = Path(__file__).parent


class Secret(anywidget.AnyWidget):
    """What is typed comes as a message: state is echoed to every page, and saved in notebooks."""

    _esm = (_FOLDER / "secret.js").read_text(encoding="utf-8")

    label = traitlets.Unicode("").tag(sync=True)
    hint = traitlets.Unicode("").tag(sync=True)
    """Stands in the field while it is empty."""

    def __init__(self, label: str) -> None:
        """Make an empty field."""
        super().__init__(label=label)
        self._typed = ""
        self.on_msg(self._hear)

    def take(self) -> str | None:
        """What was typed, None for nothing; the field is empty afterwards."""
        typed, self._typed = self._typed, ""
        self.send({"type": "empty"})
        return typed or None

    def _hear(self, _widget: object, content: object, _buffers: object) -> None:
        if isinstance(content, dict) and isinstance(content.get("typed"), str):
            self._typed = content["typed"]
