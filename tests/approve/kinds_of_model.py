"""Kinds of change to what an approved look was made with: models, colour, notebook, code."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

import PyOpenColorIO as ocio
from approve.approved import LUT
from approve.kinds_of_look import WORDS
from approve.spoil import Spoil, kind
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

import lookdev.approve.packages as packages_module
from lookdev.spec import code

OTHER_CONFIG = "ocio://cg-config-v4.0.0_aces-v2.0_ocio-v2.5"
UNET = "unet/diffusion_pytorch_model.safetensors"

_EMPTY = (2).to_bytes(8, "little") + b"{}"
"""A .safetensors that holds nothing."""


def card(spoil: Spoil, **fields: Any) -> str:
    spoil.yaml(spoil.params / "models" / "mini.yaml", lambda found: found.update(fields))
    return rf"card mini: {next(iter(fields))}"


@kind(examples=10)
def a_bit_of_the_weights(spoil: Spoil) -> str:
    spoil.flip(spoil.root / "models" / "mini" / UNET)
    return rf"weights mini {UNET} changed"


@kind(examples=4)
def a_models_config(spoil: Spoil) -> str:
    name = spoil.pick(["unet/config.json", "scheduler/scheduler_config.json"])
    spoil.json(spoil.root / "models" / "mini" / name, lambda found: found.update(extra=True))
    return rf"weights mini {name} changed"


@kind()
def the_schedulers_shift(spoil: Spoil) -> str:
    path = spoil.root / "models" / "mini" / "scheduler" / "scheduler_config.json"
    spoil.json(path, lambda found: found.update(shift=3.25))
    return r"weights mini scheduler/scheduler_config.json changed"


@kind()
def the_models_index(spoil: Spoil) -> str:
    path = spoil.root / "models" / "mini" / "model_index.json"
    spoil.write(path, path.read_text() + "\n")
    return r"weights mini model_index.json changed"


@kind()
def a_file_beside_the_weights(spoil: Spoil) -> str:
    spoil.write(spoil.root / "models" / "mini" / "unet" / "lora.safetensors", _EMPTY)
    return r"weights mini unet/lora\.safetensors is new"


@kind()
def a_pickle_beside_the_weights(spoil: Spoil) -> str:
    spoil.write(spoil.root / "models" / "mini" / "unet" / "weights.bin", b"\0")
    return r"holds unet/weights\.bin, a pickle, which may run code"


@kind()
def the_weights_gone(spoil: Spoil) -> str:
    spoil.remove(spoil.root / "models" / "mini" / UNET)
    return r"holds no \.safetensors weights"


@kind()
def other_weights(spoil: Spoil) -> str:
    return card(spoil, weights="embedded") + r".*weights mini"


@kind(examples=8)
def a_field_of_a_card(spoil: Spoil) -> str:
    name = spoil.pick(["title", "training_data", "licence", "non_commercial", "allows", "cleared"])
    told = spoil.other(WORDS.filter(str.strip), "")
    days: dict[str, Any] = {
        "licence": "MIT",
        "non_commercial": True,
        "allows": ["explore"],
        "cleared": {"by": told, "day": "2026-11-24"},
    }
    return card(spoil, **{name: days.get(name, told)})


@kind()
def a_part_of_a_card(spoil: Spoil) -> str:
    text = (spoil.params / "models" / "mini.yaml").read_text()
    part = text.replace("id: mini", "id: snowy").replace(
        "pipeline: ElementPipeline", "kind: lora\npipeline: none"
    )
    spoil.write(spoil.params / "models" / "snowy.yaml", part)
    return card(spoil, parts=["snowy"]) + r".*card snowy: "


@kind()
def a_card_gone(spoil: Spoil) -> str:
    spoil.remove(spoil.params / "models" / "mini.yaml")
    return r"there is no card for model mini"


@kind(examples=4)
def the_show_lut(spoil: Spoil) -> str:
    text = spoil.pick(["# another\n" + LUT, LUT.replace("1 1 1", "1 1 0.9"), LUT + "\n", ""])
    spoil.write(spoil.root / "luts" / "show.cube", text)
    return r"colour config, show LUT or view changed"


@kind()
def the_show_lut_gone(spoil: Spoil) -> str:
    spoil.remove(spoil.root / "luts" / "show.cube")
    return r"show LUT or view is missing.*there is no file .*show\.cube"


@kind()
def the_show_lut_no_longer_named(spoil: Spoil) -> str:
    spoil.yaml(spoil.params / "show.yaml", lambda show: show.pop("viewing"))
    return r"colour config, show LUT or view changed"


@kind(of="shot")
def a_show_lut_added(spoil: Spoil) -> str:
    spoil.write(spoil.root / "luts" / "new.cube", LUT)
    viewing = {"lut": "luts/new.cube"}
    spoil.yaml(spoil.params / "show.yaml", lambda show: show.update(viewing=viewing))
    return r"colour config, show LUT or view changed"


@kind(examples=2)
def the_display_or_view(spoil: Spoil) -> str:
    name, value = spoil.pick(
        [("view", "Un-tone-mapped"), ("display", "Rec.1886 Rec.709 - Display")]
    )
    spoil.yaml(spoil.params / "show.yaml", lambda show: show["viewing"].update({name: value}))
    return r"colour config, show LUT or view changed"


@kind()
def the_shows_colour_config(spoil: Spoil) -> str:
    spoil.yaml(spoil.params / "show.yaml", lambda show: show.update(ocio=OTHER_CONFIG))
    return r"colour config, show LUT or view changed"


@kind()
def the_environments_colour_config(spoil: Spoil) -> str:
    spoil.patch.setenv("OCIO", OTHER_CONFIG)
    return r"colour config, show LUT or view changed"


@kind()
def a_colour_config_that_is_gone(spoil: Spoil) -> str:
    spoil.patch.setenv("OCIO", str(spoil.root / "gone.ocio"))
    return r"show LUT or view is missing.*OCIO config .*gone\.ocio: cannot be used"


def notebook(spoil: Spoil, change: Any) -> str:
    spoil.json(spoil.root / "notebooks" / "final.ipynb", lambda found: change(found["cells"]))
    return r"final\.ipynb \(a cell's source, kind, tags or place\) changed"


@kind(examples=5)
def the_source_of_a_cell(spoil: Spoil) -> str:
    cell, text = spoil.pick([0, 1, 2, 3, 4, 5]), spoil.pick(["\n", " ", "# x", "\nprint(1)"])
    return notebook(spoil, lambda cells: cells[cell]["source"].append(text))


@kind(examples=2)
def the_tags_of_a_cell(spoil: Spoil) -> str:
    tags = spoil.pick([[], ["parameters", "injected-parameters"]])
    return notebook(spoil, lambda cells: cells[1]["metadata"].update(tags=tags))


@kind()
def the_kind_of_a_cell(spoil: Spoil) -> str:
    return notebook(spoil, lambda cells: cells[3].update(cell_type="raw"))


@kind()
def the_order_of_cells(spoil: Spoil) -> str:
    return notebook(spoil, lambda cells: cells.insert(2, cells.pop(3)))


@kind()
def a_cell_added(spoil: Spoil) -> str:
    return notebook(spoil, lambda cells: cells.append({**cells[3], "source": ["plan = None"]}))


@kind()
def a_cell_removed(spoil: Spoil) -> str:
    return notebook(spoil, lambda cells: cells.pop(4))


@kind(examples=2)
def a_notebook_gone_or_damaged(spoil: Spoil) -> str:
    path = spoil.root / "notebooks" / "final.ipynb"
    if spoil.pick([True, False]):
        spoil.remove(path)
        return r"final\.ipynb: is missing"
    spoil.write(path, "{}")
    return r"final\.ipynb: is no notebook"


def package(spoil: Spoil) -> Path:
    """A copy of lookdev's sources that counts as the package."""
    copied = spoil.root.parent / "code"
    if not copied.is_dir():
        shutil.copytree(
            Path(code.__file__).parents[1], copied, ignore=lambda _, names: _but_sources(names)
        )
    spoil.patch.setattr(code, "_PACKAGE", copied)
    spoil.patch.setattr(code, "_digest", code._digest.__wrapped__)
    return copied


def _but_sources(names: list[str]) -> set[str]:
    return {name for name in names if "." in name and not name.endswith(".py")}


@kind(examples=4)
def the_code(spoil: Spoil) -> str:
    folder = package(spoil)
    path = spoil.pick(sorted(folder.rglob("*.py")))
    how = spoil.pick(["changed", "gone", "new"])
    if how == "gone":
        spoil.remove(path)
    elif how == "new":
        spoil.write(path.with_name("brand_new.py"), "")
    else:
        spoil.write(path, path.read_bytes() + b"\n")
    return r"lookdev's own code changed"


def installed(spoil: Spoil, name: str, version: str, requires: str = "") -> None:
    """A package that Python finds before any other of that name."""
    site = Path(tempfile.mkdtemp(prefix="site-", dir=spoil.root.parent))
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    head += f"Requires-Dist: {requires}\n" if requires else ""
    stem = f"{name.replace('-', '_')}-{version}.dist-info"
    spoil.write(site / stem / "METADATA", head + "\nAbout it.\n")
    spoil.patch.syspath_prepend(site)


NEEDED = ["torch", "diffusers", "numpy", "openimageio", "opencolorio", "papermill", "ipykernel"]


@kind(examples=5)
def another_version_of_a_package(spoil: Spoil) -> str:
    name, part = spoil.pick(NEEDED), spoil.pick(st.integers(0, 99))
    installed(spoil, name, f"99.{part}")
    return rf"package {name} was [0-9].*, is 99\.{part}"


@kind()
def a_package_added(spoil: Spoil) -> str:
    installed(spoil, "rfc8785", "0.1.4", requires="brand-new>=1")
    installed(spoil, "brand-new", "1.5")
    return r"package brand-new was not installed, is 1\.5"


@kind()
def a_damaged_package(spoil: Spoil) -> str:
    installed(spoil, "numpy", "")
    return r"package numpy was [0-9].*, is unknown"


@kind(examples=3)
def a_package_removed(spoil: Spoil) -> str:
    gone, real = spoil.pick(NEEDED), packages_module.distributions

    def distributions() -> list[Any]:
        return [one for one in real() if canonicalize_name(one.name) != gone]

    spoil.patch.setattr(packages_module, "distributions", distributions)
    return rf"package {gone} was [0-9].*, is not installed"


def with_a_lut(root: Path) -> Path:
    """A colour config of the show's own, one space of which reads a LUT."""
    config = ocio.Config.CreateFromFile("ocio://cg-config-v4.0.0_aces-v2.0_ocio-v2.5")
    space = ocio.ColorSpace(name="Camera")
    move = ocio.GroupTransform([ocio.FileTransform("camera.cube")])
    space.setTransform(move, ocio.COLORSPACE_DIR_TO_REFERENCE)
    config.addColorSpace(space)
    config.setSearchPath("luts")
    (root / "luts").mkdir(exist_ok=True)
    (root / "luts" / "camera.cube").write_text(LUT)
    path = root / "config.ocio"
    path.write_text(config.serialize())
    return path
