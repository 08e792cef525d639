"""A notebook's call, again and again: nothing is lost, and nothing piles up."""

import errno
import gc
import os
import resource
import tempfile
import threading
import weakref
from collections.abc import Iterator

import ipywidgets as widgets
import pytest
from slow_model import PATIENCE
from small_show import SmallShow

from lookdev.desk import tree
from lookdev.desk.entry import entered
from lookdev.desk.exploring.bench import ExploreDesk
from lookdev.explore.draft import Draft
from lookdev.spec import strict_yaml
from lookdev.spec.folder import ShotFile
from lookdev.spec.look import Look


class Cell:
    """A cell that opens the explore desk, and is run again and again."""

    def __init__(self, show: SmallShow) -> None:
        self.show, self.desks = show, list[ExploreDesk]()
        self.run = entered(self.opened)

    def opened(self) -> ExploreDesk:
        shot_file = ShotFile.open(self.show.folder, "street", "sh0010")
        self.desks.append(ExploreDesk(shot_file, Draft.open(shot_file, by="anna")))
        return self.desks[-1]

    def end(self) -> None:
        for desk in self.desks:
            desk.watch.close()
            desk.stage.close()
            desk.stage.engine.join(PATIENCE)


@pytest.fixture
def cell(small_show: SmallShow) -> Iterator[Cell]:
    made = Cell(small_show)
    yield made
    made.end()


def full(*_args: object, **_named: object) -> tuple[int, str]:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_on_a_full_disk_the_desk_stays_and_nothing_is_lost(
    cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = cell.run()
    (desk,) = cell.desks
    desk.set_value("snow.element.seed", "12")
    with monkeypatch.context() as disk:
        disk.setattr(tempfile, "mkstemp", full)
        for _ in range(2):
            assert cell.run() is first
            assert "No space left on device" in desk.banner.text
            assert "\n" not in desk.banner.text
    assert cell.desks == [desk]
    assert desk.stage.engine._models._thread.is_alive(), "it is still at work"
    desk.set_value("snow.element.guidance", 2.5)
    assert desk.draft.look.layers[0].element.seed == "12"
    again = cell.run()
    assert again is not first
    on_disk = strict_yaml.read(desk.draft.path, Look).layers[0].element
    assert (on_disk.seed, on_disk.guidance) == ("12", 2.5)
    assert cell.desks[1].draft.look.layers[0].element.seed == "12"
    assert len(cell.desks[1].draft.takes) == 3


def test_a_cell_that_is_run_again_takes_the_old_widgets_away(cell: Cell) -> None:
    old = cell.run()
    button = cell.desks[0].toolbar.undo
    shared = cell.desks[0].inspector._sections["blend"].controls["opacity"].lock.layout
    new = cell.run()
    assert old.comm is None
    assert button.comm is None
    assert new.comm is not None
    assert cell.desks[1].toolbar.undo.comm is not None
    assert shared.comm is not None, "a layout that the new desk uses too"


def test_running_a_cell_again_leaves_no_desk_no_thread_and_no_widget(cell: Cell) -> None:
    counts: list[tuple[int, int, int]] = []
    gone: list[weakref.ref[ExploreDesk]] = []
    for _ in range(6):
        cell.run()
        desk = cell.desks.pop()
        desk.notice.ask("a sentence that is there when the cell is run again")
        desk.set_value("snow.blend.opacity", {"1001": 0.0, "1004": 0.8})
        desk.layers._do.move("snow", 1)
        desk.toolbar._act("undo")
        gone.append(weakref.ref(desk))
        del desk
        gc.collect()
        alive = sum(
            issubclass(type(one), widgets.Widget) and one.comm is not None
            for one in gc.get_objects()
        )
        counts.append(
            (
                alive,
                threading.active_count(),
                resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            )
        )
    print("widgets, threads and MB after each run:", counts)
    assert counts[-1][0] == counts[1][0]
    assert counts[-1][1] <= counts[1][1]
    assert [ref() for ref in gone[:-1]] == [None] * 5
    last = gone[-1]()
    assert last is not None
    cell.desks.append(last)


def test_a_desk_that_cannot_open_leaves_no_widget() -> None:
    made: list[widgets.Widget] = []

    def broken() -> None:
        made.append(widgets.Button())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        tree.made_by(broken)
    assert made[0].comm is None
    assert widgets.Button().comm is not None
