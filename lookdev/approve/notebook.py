"""What decides what `final.ipynb` does: its cells' sources, kinds, tags and order."""

import json
from pathlib import Path

from lookdev.errors import DeliveryError
from lookdev.spec.digest import digest_of

NOTEBOOK = "notebooks/final.ipynb"


def notebook_digest(path: Path) -> str:
    """SHA-256 (hex) of a notebook's cells; outputs, counts and ids leave it as it is.

    Raises:
        DeliveryError: The file is missing, or no notebook.
    """
    if not path.is_file():
        raise DeliveryError(f"{path}: is missing; `lookdev init` puts it into a show")
    try:
        cells = json.loads(path.read_text(encoding="utf-8-sig"))["cells"]
        kept = [
            {
                "kind": str(cell["cell_type"]),
                "source": "".join(cell["source"]),
                "tags": [str(tag) for tag in cell.get("metadata", {}).get("tags", [])],
            }
            for cell in cells
        ]
    except (ValueError, LookupError, TypeError, AttributeError, OSError) as error:
        raise DeliveryError(f"{path}: is no notebook; take the one of `lookdev init`") from error
    return digest_of(kept)
