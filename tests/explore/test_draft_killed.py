import subprocess
import sys
import time

import pytest
from small_show import SmallShow

from lookdev.explore.draft import Draft
from lookdev.generate.check import check
from lookdev.spec.folder import LookFile

WORKS_ON = """
import itertools, sys
from pathlib import Path
from lookdev.explore.draft import Draft
from lookdev.spec import parameter
from lookdev.spec.folder import ShotFile, ShowFolder

draft = Draft.open(ShotFile.open(ShowFolder(Path(sys.argv[1])), "street", "sh0010"), by="anna")
for n in itertools.count(int(sys.argv[2])):
    draft.edit(parameter.replace(draft.look, "snow.element.seed", str(n)), "snow.element.seed")
    if n % 2:
        draft.settle()
        draft.star(draft.state.current)
    draft.save()
    print(n, flush=True)
"""


@pytest.mark.parametrize("after", [0.0, 0.03, 0.11])
def test_kill_9_at_any_moment_loses_nothing_that_was_saved(
    small_show: SmallShow, after: float
) -> None:
    first = 100
    for _ in range(3):
        process = subprocess.Popen(
            [sys.executable, "-c", WORKS_ON, str(small_show.folder.root), str(first)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        said = process.stdout.readline()
        time.sleep(after)
        process.kill()
        said += process.stdout.read()
        process.wait()
        saved = int(said.split()[-1])
        draft = Draft.open(small_show.shot_file, by="bo")
        assert draft.held_by is None
        assert draft.conflict is None
        seed = int(draft.look.layers[0].element.seed)
        print(f"killed after {saved} was saved: {seed} is on the desk, {len(draft.takes)} takes")
        assert saved <= seed <= saved + 1
        starred = {take for take, mark in draft.state.marks.items() if mark.starred}
        seeds = {take.look.layers[0].element.seed: take.id for take in draft.takes.order}
        rested = [str(n) for n in range(first, saved + 1) if n % 2]
        assert all(seeds[n] in starred for n in rested)
        assert LookFile.open(str(draft.path)).look == draft.look
        draft.close()
        first = seed + 1
    whole = [path for path in small_show.folder.root.rglob("*.yaml") if path.name[0] != "."]
    assert check(whole, plates=False)[1] == []
