"""An approval holds through everything that changes no picture: a thousand times, no alarm."""

import json
import os
import shutil
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

import pytest
from approve.approved import ApprovedShow, approved_look, make_approvable
from approve.kinds_of_model import with_a_lut
from approve.spoil import refusal

from lookdev.spec import yaml_reader, yaml_writer
from lookdev.spec.event import Hours
from lookdev.spec.show import STUDIO_CONFIG
from lookdev.store.ledger import Ledger

CHECKS = 1000


class Harmless:
    """Changes that are none; each may be made any number of times."""

    def __init__(self, approved: ApprovedShow, patch: pytest.MonkeyPatch) -> None:
        self.approved, self.patch = approved, patch
        self.path, self.count = approved.path, 0

    @property
    def root(self) -> Path:
        """The show, wherever it is now."""
        return self.path.parents[5]

    @property
    def shot(self) -> Path:
        return self.path.parents[1]

    @property
    def specs(self) -> list[Path]:
        params = self.root / "params"
        shot = [self.shot / "shot.yaml", self.shot / "looks" / "toxic_v001.yaml"]
        return [params / "show.yaml", params / "models" / "mini.yaml", *shot]

    def all_kinds(self) -> list[Callable[[], None]]:
        """Every public change."""
        own = [name for name in vars(Harmless) if name.startswith("some_")]
        return [getattr(self, name) for name in own]

    def some_times_touched(self) -> None:
        for path in [*self.root.rglob("*.exr"), *self.root.rglob("*.safetensors"), *self.specs]:
            os.utime(path, (self.count * 1000, self.count * 2000))

    def some_comments_and_blank_lines(self) -> None:
        for path in self.specs:
            kept = [n for n in path.read_text().splitlines() if n.strip() and "said" not in n]
            path.write_text(f"# said {self.count}\n\n" + "\n".join(kept) + "   # said at the end\n")

    def some_keys_in_another_order(self) -> None:
        for path in self.specs:
            data, _ = yaml_reader.parse(path.read_text(), path)
            path.write_text(yaml_writer.dump(backwards(data)))

    def some_numbers_written_otherwise(self) -> None:
        path = self.shot / "shot.yaml"
        text = path.read_text()
        one, other = "pixel_aspect: 1.0\n", "pixel_aspect: 1\n"
        path.write_text(text.replace(one, other) if one in text else text.replace(other, one))

    def some_run_of_the_notebook(self) -> None:
        """As Jupyter saves it after a run: outputs, counts, times, new ids, joined sources."""
        path = self.root / "notebooks" / "final.ipynb"
        notebook = json.loads(path.read_text())
        for number, cell in enumerate(notebook["cells"]):
            cell["id"] = f"cell-{self.count}-{number}"
            cell["metadata"]["execution"] = {"iopub.status.busy": f"2026-11-25T{self.count}"}
            cell["metadata"]["collapsed"] = bool(self.count % 2)
            text = "".join(cell["source"])
            cell["source"] = text if self.count % 2 else text.splitlines(keepends=True)
            if cell["cell_type"] == "code":
                cell["execution_count"] = self.count
                said = {"name": "stdout", "output_type": "stream", "text": [f"{self.count}\n"]}
                cell["outputs"] = [said]
        notebook["metadata"]["kernelspec"]["display_name"] = f"Python {self.count}"
        notebook["metadata"]["papermill"] = {"duration": self.count}
        path.write_text(json.dumps(notebook, indent=self.count % 3))

    def some_drafts_takes_and_reviews(self) -> None:
        for place in ("drafts/toxic.yaml", "drafts/.takes/1.json", "reviews/toxic_v001.yaml"):
            path = self.shot / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"note: {self.count}\n")

    def some_other_version_of_the_look(self) -> None:
        look = (self.shot / "looks" / "toxic_v001.yaml").read_text()
        new = look.replace("light snow", f"heavy snow {self.count}")
        (self.shot / "looks" / f"toxic_v{2 + self.count:03d}.yaml").write_text(new)

    def some_other_shot_model_and_wedge(self) -> None:
        (self.root / "wedges" / str(self.count)).mkdir(parents=True)
        (self.root / "params" / "shots" / "street" / f"sh{self.count}").mkdir()
        card = (self.root / "params" / "models" / "mini.yaml").read_text()
        other = self.root / "params" / "models" / "other.yaml"
        other.write_text(card.replace("id: mini", f"id: other{self.count}"))

    def some_frame_that_is_not_in_the_shot(self) -> None:
        frame = 1007 + self.count
        shutil.copy(
            self.root / "plates" / "plate.1001.exr", self.root / f"plates/plate.{frame}.exr"
        )

    def some_cache_cleared(self) -> None:
        shutil.rmtree(self.root / ".lookdev" / "cache", ignore_errors=True)

    def some_ledger_growing(self) -> None:
        ledger = Ledger.at(self.root / "ledger" / "ledger.sqlite")
        ledger.append(Hours(shot="street/sh0010", hours=1.5, by="Ana", what="roto"))
        ledger.close()

    def some_package_that_lookdev_does_not_need(self) -> None:
        site = self.approved.root.parent / f"site-{self.count}"
        metadata = site / "unrelated-1.0.dist-info" / "METADATA"
        metadata.parent.mkdir(parents=True)
        metadata.write_text(f"Metadata-Version: 2.1\nName: unrelated\nVersion: {self.count}\n")
        self.patch.undo()
        self.patch.syspath_prepend(site)

    def some_files_of_python(self) -> None:
        """Byte code beside the sources is no source."""
        self.patch.setenv("PYTHONDONTWRITEBYTECODE", str(self.count))
        self.patch.setenv("OCIO", STUDIO_CONFIG)

    def some_other_place_of_the_show(self) -> None:
        moved = self.root.with_name(f"show-{self.count}")
        inside = self.path.relative_to(self.root)
        self.root.rename(moved)
        self.path = moved / inside

    def some_policy_of_the_show(self) -> None:
        path = self.root / "params" / "show.yaml"
        data, _ = yaml_reader.parse(path.read_text(), path)
        data["name"] = f"show{self.count}"
        data["compression"] = ("zip", "piz")[self.count % 2]
        data["naming"] = {"delivery": f"{{shot}}_{self.count}_{{delivery}}"}
        path.write_text(yaml_writer.dump(data))


def backwards(data: object) -> object:
    if isinstance(data, dict):
        return {key: backwards(data[key]) for key in reversed(data)}
    return [backwards(one) for one in data] if isinstance(data, list) else data


@pytest.mark.slow
def test_a_thousand_checks_give_no_alarm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    harmless = Harmless(approved_look(tmp_path / "made").copy(tmp_path / "copy"), monkeypatch)
    kinds, spent = harmless.all_kinds(), 0.0
    for count, change in zip(range(CHECKS), cycle(kinds), strict=False):
        harmless.count = count
        change()
        started = time.process_time()
        sentence = refusal(harmless.path)
        spent += time.process_time() - started
        assert sentence is None, f"{change.__name__}: {sentence}"
    each = 1000 * spent / CHECKS
    print(
        f"{CHECKS} checks after {len(kinds)} kinds of harmless change: 0 alarms; {each:.0f} ms each"
    )


def test_a_colour_config_of_the_shows_own_holds_when_touched_moved_and_commented(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_approvable(tmp_path / "made")
    with_a_lut(made.root)
    show = made.root / "params" / "show.yaml"
    show.write_text(f"ocio: config.ocio\n{show.read_text()}")
    made.again(1001)
    copy = made.copy(tmp_path / "copy")
    config = copy.root / "config.ocio"
    config.write_text(f"# bought in 2019\n{config.read_text()}")
    os.utime(copy.root / "luts" / "camera.cube", (1, 1))
    monkeypatch.setenv("UNRELATED", "1")
    assert refusal(copy.path) is None
    lut = copy.root / "luts" / "camera.cube"
    lut.write_text(lut.read_text().replace("1 1 1", "1 1 2"))
    assert "colour config" in (refusal(copy.path) or "")
