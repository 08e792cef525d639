"""What the final notebook is handed: look, frames, out_dir, and nothing else."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from lookdev.errors import SpecError
from lookdev.finals.plan import Plan, make_plan
from lookdev.spec.files import write_text

NAMES = ("look", "frames", "out_dir")

PARAMETERS = "final.yaml"
"""What `papermill -f` takes, in each delivery."""

_UNDERSCORED = re.compile(r"__\w+__|_{1,3}|_i{0,3}[0-9]*|_(ih|oh|dh|exit_code)")
"""IPython's own variables: `_`, `_i1`, `_oh`, `__name__`, ..."""
_CONTAINERS = {"In": list, "Out": dict}
_CALLABLES = ("exit", "quit", "get_ipython", "open")


def of(plan: Plan) -> dict[str, str]:
    """The parameters that make papermill, run from the show, do what `lookdev render` does.

    Relative to the show, so that a delivery says nothing of the machine's folders.
    """
    root = plan.look_file.folder.root
    return {
        "look": plan.source.relative_to(root).as_posix(),
        "frames": plan.frame_range,
        "out_dir": Path(os.path.relpath(plan.folder, root)).as_posix(),
    }


def write_parameters(plan: Plan) -> Path:
    """Write `final.yaml` into the delivery, for `papermill -f`."""
    path = plan.folder / PARAMETERS
    write_text(path, yaml.safe_dump(of(plan), default_style='"', sort_keys=False))
    return path


def planned(names: Mapping[str, object]) -> Plan:
    """The plan that a notebook's variables ask for: the first cell calls this with `globals()`.

    papermill renders a misspelt parameter's default and calls it success; here every name that is
    not a parameter, and every parameter that was not given, is refused.

    Raises:
        SpecError: A name is unknown, or a parameter is missing or of the wrong type.
        LookdevError: What `make_plan` refuses.
    """
    given = {
        name: value
        for name, value in names.items()
        if not _is_the_kernels(name, value) and not _is_import(value)
    }
    unknown = sorted(set(given) - set(NAMES))
    if unknown:
        raise SpecError(
            f"final.ipynb: {', '.join(unknown)} is no parameter; it takes {', '.join(NAMES)}"
        )
    for name in NAMES:
        value = given.get(name)
        if value is None:
            raise SpecError(f"final.ipynb: {name} is missing; give it with -p {name} ... or -f")
        if not isinstance(value, str) and not (name == "frames" and type(value) is int):
            raise SpecError(
                f"final.ipynb: {name} is {value!r}, no text; give it with -r, which keeps text"
            )
    return make_plan(
        str(given["look"]), frames=str(given["frames"]), folder=Path(str(given["out_dir"]))
    )


def _is_the_kernels(name: str, value: object) -> bool:
    if name in _CONTAINERS:
        return isinstance(value, _CONTAINERS[name])
    if name in _CALLABLES:
        return callable(value)
    return _UNDERSCORED.fullmatch(name) is not None


def _is_import(value: object) -> bool:
    """Whether a notebook variable is something the notebook itself imported from lookdev."""
    return str(getattr(value, "__module__", "")).startswith("lookdev.")
