from pathlib import Path

from small_show import SmallShow

from lookdev.explore.estimates import Estimates
from lookdev.explore.wedge import run, wedge
from lookdev.explore.wedge_plan import COMPOSITING, about, plan
from lookdev.explore.wedge_sheet import write_sheet
from lookdev.image.sheet import read_png

SEEDS, OPACITIES = "snow.element.seed=1..3", "dust.blend.opacity=0.0,0.5,1.0"


def test_elements_that_cells_share_are_counted_once(small_show: SmallShow, tmp_path: Path) -> None:
    planned = plan(small_show.look(), [SEEDS, OPACITIES], frame=1004, out=tmp_path / "w")
    assert len(planned.cells) == len(planned.missing) == 9
    assert planned.widths == (3, 3, 3)
    assert planned.evaluations == 3 * 2 + 2  # three kinds of snow and one dust, two steps each
    assert planned.cells[4].settings == {"snow.element.seed": "2", "dust.blend.opacity": 0.5}
    guided = plan(small_show.look(), ["snow.element.guidance=1,3"], frame=1004, out=tmp_path / "w")
    assert guided.evaluations == 2 + 4 + 2
    muted = plan(small_show.look(), ["dust.mute=true,false"], frame=1004, out=tmp_path / "w")
    assert muted.evaluations == 4
    assert not (tmp_path / "w").exists(), "a plan wrote something"


def test_finished_cells_cost_nothing_and_keep_their_name(
    small_show: SmallShow, tmp_path: Path
) -> None:
    out, look = tmp_path / "w", str(small_show.look_path)
    wedge(look, axes=["snow.element.seed=1..2", "dust.blend.opacity=1.0"], frame=1004, out=out)
    planned = plan(small_show.look(), [SEEDS, OPACITIES], frame=1004, out=out)
    assert [cell.id for cell in planned.cells if cell.finished] == [
        planned.cells[2].id,
        planned.cells[5].id,
    ]
    assert planned.evaluations == 2  # only the third seed
    seeds_only = plan(small_show.look(), [SEEDS], frame=1004, out=out)
    assert len({cell.id for cell in (*planned.cells, *seeds_only.cells)}) == 12
    other_frame = plan(small_show.look(), [SEEDS, OPACITIES], frame=1005, out=out)
    assert [cell.id for cell in other_frame.cells] == [cell.id for cell in planned.cells]
    assert len(other_frame.missing) == 9


def test_the_time_is_unknown_until_it_was_measured(small_show: SmallShow, tmp_path: Path) -> None:
    estimates = Estimates.open(small_show.folder)
    planned = plan(small_show.look(), [SEEDS], frame=1004, out=tmp_path / "w")
    assert planned.seconds(estimates) is None
    assert planned.said(estimates) == (
        "3 cells: 8 evaluations, time not measured yet on this machine"
    )
    run(planned)
    again = plan(small_show.look(), [SEEDS], frame=1005, out=tmp_path / "w")
    seconds = again.seconds(estimates)
    assert seconds is not None
    assert 0 < seconds < 30
    assert estimates.of(COMPOSITING, (128, 72), 3) is not None
    done = plan(small_show.look(), [SEEDS], frame=1004, out=tmp_path / "w")
    assert done.seconds(estimates) == 0
    assert done.said(estimates) == "3 cells, all finished"


def test_an_estimate_is_what_was_measured_by_size_and_steps(small_show: SmallShow) -> None:
    estimates = Estimates.open(small_show.folder)
    estimates.learn("mini", (1000, 1000), 10, 20.0)
    look = small_show.look().look
    expected = 2.0 * 2 * 2 * 64 * 36 / 1e6  # seconds, layers, steps, megapixels
    seconds = estimates.seconds(look, frames=3)
    assert seconds is not None
    assert abs(seconds - 3 * expected) < 1e-9
    (small_show.folder.cache_folder / "estimates.json").write_text("{")
    assert estimates.seconds(look) is None


def test_a_span_of_time_as_people_say_it() -> None:
    said = [about(seconds) for seconds in (0.2, 40.4, 89, 100, 3500, 7800)]
    assert said == [
        "about 1 s",
        "about 40 s",
        "about 89 s",
        "about 2 min",
        "about 58 min",
        "about 2 h 10 min",
    ]


def test_a_sheet_of_a_half_finished_wedge_shows_what_is_missing(
    small_show: SmallShow, tmp_path: Path
) -> None:
    out = tmp_path / "w"
    empty = plan(small_show.look(), [SEEDS], frame=1004, out=out)
    wedge(str(small_show.look_path), axes=["snow.element.seed=1..2"], frame=1004, out=out)
    half = empty.refreshed()
    assert [cell.finished is not None for cell in half.cells] == [True, True, False]
    sheet = read_png(write_sheet(out / "half.png", half, starred={half.cells[0].id}))
    third = sheet[sheet.shape[0] // 2, -100]
    assert third.tolist() == [40, 40, 40]
    assert sheet.shape != read_png(out / "sheet.png").shape
