"""The executed notebook as it is delivered: what it says of the machine's folders is left out."""

import json

from lookdev.approve.notebook import NOTEBOOK
from lookdev.finals.plan import EXECUTED, Plan
from lookdev.spec.files import write_text


def without_places(plan: Plan) -> None:
    """Name papermill's input and output as the show and the delivery do.

    A delivery goes to other companies, and its files are signed: a user's name or a server's
    folder could not be taken out later.
    """
    path = plan.folder / EXECUTED
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["metadata"]["papermill"] |= {"input_path": NOTEBOOK, "output_path": EXECUTED}
    write_text(path, json.dumps(notebook, indent=1, ensure_ascii=False) + "\n")
