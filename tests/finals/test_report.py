"""The report: what its numbers are made of, and what it says where there are none."""

import csv
import sqlite3
from pathlib import Path

import pytest
from small_show import SmallShow

from lookdev.attest.keys import PrivateKey, new_key
from lookdev.errors import LedgerError, SpecError
from lookdev.explore.draft import Draft
from lookdev.finals.report import cost_plot, energy_plot, report, text, write_csv
from lookdev.finals.report.estimates import enter_estimate, enter_hours
from lookdev.finals.report.model import Report, ShotReport
from lookdev.spec import parameter
from lookdev.spec.digest import digest
from lookdev.spec.event import Delivered, Energy, Run
from lookdev.spec.folder import ShowFolder
from lookdev.spec.look import Look
from lookdev.store.ledger import Ledger

SHOT = "street/sh0010"
RATES = "rates: {currency: EUR, device_hour: 2.0, person_hour: 80.0}\n"


def show_says(show: SmallShow, yaml: str) -> ShowFolder:
    path = show.folder.root / "params" / "show.yaml"
    path.write_text(path.read_text() + yaml)
    return ShowFolder(show.folder.root)


def trusting(show: SmallShow, yaml: str = "") -> PrivateKey:
    key = new_key(show.folder.root.parent / "keys", "anna")
    show_says(show, f"{yaml}trusted_keys: [{{name: Anna, key: {key.public.text}}}]\n")
    return key


def run(of: Look | str, /, *, hours: float = 1.0, **other: object) -> Run:
    given = {
        "shot": SHOT,
        "what": "explore",
        "look_digest": of if isinstance(of, str) else digest(of),
        "models": {"mini": "a" * 64},
        "frames": (1001,),
        "evaluations": 4,
        "wall_seconds": 3600 * hours,
        "device_seconds": 3000 * hours,
        "device": "cpu",
        "energy": Energy(joules=234_000 * hours, method="estimate: 65 W assumed for a CPU"),
        "outcome": "done",
        "cached": False,
        "at": "2026-03-01 12:00:00",
        **other,
    }
    return Run.model_validate(given)


def entered(show: SmallShow, *events: Run | Delivered) -> None:
    ledger = Ledger.open(show.folder)
    for event in events:
        ledger.append(event)


def reported(show: SmallShow) -> Report:
    return report(ShowFolder(show.folder.root))


def of_shot(show: SmallShow) -> ShotReport:
    (shot,) = reported(show).shots
    return shot


def test_where_nothing_ran_it_says_so(small_show: SmallShow) -> None:
    made = reported(small_show)
    said = text(made)
    print(said)
    assert said.count("nothing has been run yet") == 3
    assert "not measured: nothing has been run yet" in said
    assert made.sum.runs == 0
    assert not (small_show.folder.root / "ledger").exists(), "a report makes no ledger"
    cost_plot(made), energy_plot(made)


def test_runs_are_added_up_by_look_and_by_what_became_of_it(small_show: SmallShow) -> None:
    shot_file, look = small_show.shot_file, small_show.look().look
    draft = Draft.open(shot_file, "toxic_v001", by="anna")
    tried = [parameter.replace(look, "snow.element.seed", str(n)) for n in range(3)]
    for number, one in enumerate(tried):
        draft.edit(one, f"edit {number}")
        draft.settle()
    takes = {digest(one.look): one.id for one in draft.takes.order}
    assert [digest(one) in takes for one in tried] == [True] * 3, "the desk's looks are its takes'"
    draft.reject(takes[digest(tried[0])])
    draft.star(takes[digest(tried[1])])
    draft.save()
    draft.close()
    entered(
        small_show,
        run(tried[0]),
        run(tried[0], hours=0.5, outcome="cancelled", evaluations=0),
        run(tried[1]),
        run(tried[2], outcome="failed: model mini: is gone"),
        run("f" * 64, hours=0.25),
        run(look, what="final", look="toxic_v001", hours=2, cached=True, evaluations=0),
    )
    shot = of_shot(small_show)
    print(text(reported(small_show)))
    rows = {(row.look, row.fate): row.sum for row in shot.looks}
    assert rows["toxic", "rejected take"].machine_hours == 1.5
    assert rows["toxic", "rejected take"].cancelled == 1
    assert rows["toxic", "starred take"].runs == 1
    assert rows["toxic", "take"].failed == 1
    assert rows["tried on the way", "not kept"].machine_hours == 0.25
    assert rows["toxic_v001", "version"].cached == 1
    assert shot.rejected.machine_hours == 1.5
    assert shot.sum.machine_hours == sum(row.sum.machine_hours for row in shot.looks) == 5.75
    assert shot.sum.hours_by_kind == {"explore": 3.75, "final": 2.0}
    assert shot.sum.joules == {"estimate: 65 W assumed for a CPU": 234_000 * 5.75}
    assert shot.money is None
    assert "show.yaml has no rates" in text(reported(small_show))


def test_rates_turn_hours_into_money(small_show: SmallShow) -> None:
    show_says(small_show, RATES)
    enter_hours(small_show.shot_file, hours=1.5, by="Anna", what="roto")
    entered(small_show, run("f" * 64, hours=3))
    made = reported(small_show)
    assert made.money is not None
    assert (made.money.machine, made.money.people, made.money.total) == (6.0, 120.0, 126.0)
    assert "EUR 126.00: machine 6.00, people 120.00" in text(made)


def test_energy_keeps_every_method_apart(small_show: SmallShow) -> None:
    counted = Energy(joules=3.6e6, method="NVML total energy counter (GPU board)")
    entered(small_show, run("f" * 64), run("f" * 64, energy=counted))
    said = text(reported(small_show))
    assert "1.00 kWh, NVML total energy counter (GPU board)" in said
    assert "65.00 Wh, estimate: 65 W assumed for a CPU" in said


def test_iterations_are_looks_tried_by_the_hours_of_their_sittings(small_show: SmallShow) -> None:
    entered(
        small_show,
        run("a" * 64, hours=0.1, at="2026-03-01 12:06:00"),
        run("a" * 64, hours=0.1, at="2026-03-01 12:18:00"),  # its element, after its draft
        run("b" * 64, hours=0.1, at="2026-03-01 12:30:00"),
        run("c" * 64, hours=0.1, at="2026-03-01 15:06:00"),  # another sitting
        run("d" * 64, hours=0.1, at="2026-03-01 15:06:00", outcome="cancelled"),
        run("e" * 64, hours=5, what="final", look="toxic_v001", at="2026-03-02 12:00:00"),
    )
    found = of_shot(small_show).iterations
    assert found.looks == 3
    assert found.hours == pytest.approx(0.5 + 0.1)
    assert found.an_hour == pytest.approx(5.0)


def test_iterations_of_a_moment_are_not_measured(small_show: SmallShow) -> None:
    entered(small_show, run("a" * 64, hours=0.001))
    assert of_shot(small_show).iterations.an_hour is None
    assert "iterations  not measured: 1 looks were tried" in text(reported(small_show))


def test_speed_up_is_a_range_by_whether_a_person_waits_for_the_machine(
    small_show: SmallShow,
) -> None:
    key = trusting(small_show)
    enter_estimate(
        small_show.shot_file, hours=40, by="Anna", scope="matte painting and comp", key=key
    )
    entered(small_show, run("f" * 64, hours=3))
    enter_hours(small_show.shot_file, hours=4, by="Bo", what="look")
    enter_hours(small_show.shot_file, hours=1, by="Bo", what="clean-up")
    found = of_shot(small_show).speed_up
    print(found.why)
    assert (found.low, found.high) == (40 / 8, 40 / 5)
    assert "5.0 to 8.0 times" in text(reported(small_show))
    assert "before the first run" in found.why


def test_an_estimate_that_came_after_the_first_run_does_not_count(small_show: SmallShow) -> None:
    key = trusting(small_show)
    entered(small_show, run("f" * 64))
    enter_estimate(small_show.shot_file, hours=400, by="Anna", scope="comp", key=key)
    enter_hours(small_show.shot_file, hours=1, by="Bo", what="look")
    found = of_shot(small_show).speed_up
    assert not found.is_measured
    assert found.why == "no estimate counts"
    assert "came after the shot's first run" in found.ignored[0]
    said = text(reported(small_show))
    assert "not measured: no estimate counts" in said
    assert "400 h by Anna" in said


def test_a_clock_that_was_set_back_makes_no_estimate_older(small_show: SmallShow) -> None:
    key = trusting(small_show)
    entered(small_show, run("f" * 64, at="2099-01-01 00:00:00"))
    enter_estimate(small_show.shot_file, hours=400, by="Anna", scope="comp", key=key)
    assert "came after the shot's first run" in of_shot(small_show).speed_up.ignored[0]


@pytest.mark.parametrize("whose", ["nobody's", "another's"])
def test_an_estimate_of_a_key_that_is_not_trusted_does_not_count(
    small_show: SmallShow, tmp_path: Path, whose: str
) -> None:
    if whose == "another's":
        trusting(small_show)
    stranger = new_key(tmp_path / "strange", "stranger")
    enter_estimate(small_show.shot_file, hours=400, by="Anna", scope="comp", key=stranger)
    entered(small_show, run("f" * 64))
    found = of_shot(small_show).speed_up
    assert found.why == "no estimate counts"
    assert "trusted_keys" in found.ignored[0]


def test_an_estimate_whose_hours_were_changed_does_not_count(small_show: SmallShow) -> None:
    key = trusting(small_show)
    made = enter_estimate(small_show.shot_file, hours=40, by="Anna", scope="comp", key=key)
    Ledger.open(small_show.folder).append(made.model_copy(update={"hours": 400.0}))
    entered(small_show, run("f" * 64))
    enter_hours(small_show.shot_file, hours=5, by="Bo", what="look")
    found = of_shot(small_show).speed_up
    assert found.estimate_hours == 40
    assert "over something else" in found.ignored[0]


def test_without_an_estimate_or_human_hours_it_is_not_measured(small_show: SmallShow) -> None:
    entered(small_show, run("f" * 64))
    assert "no estimate before the first run" in of_shot(small_show).speed_up.why


def test_without_human_hours_it_is_not_measured(small_show: SmallShow) -> None:
    key = trusting(small_show)
    enter_estimate(small_show.shot_file, hours=40, by="Anna", scope="comp", key=key)
    entered(small_show, run("f" * 64))
    assert "no human hours were entered" in of_shot(small_show).speed_up.why


@pytest.mark.parametrize("hours", [0.0, -1.0, float("nan"), float("inf"), 1e9])
def test_hours_that_are_none_are_refused_and_nothing_is_entered(
    small_show: SmallShow, hours: float
) -> None:
    with pytest.raises(SpecError, match="hours is"):
        enter_hours(small_show.shot_file, hours=hours, by="Bo", what="look")
    with pytest.raises(SpecError, match="by is"):
        enter_hours(small_show.shot_file, hours=1, by="Bo\nand Co", what="look")
    assert Ledger.open(small_show.folder).head().events == 0


def test_rights_approvals_and_deliveries_are_seen_at_a_glance(small_show: SmallShow) -> None:
    approved = small_show.shot_file.path.parent / "approved"
    approved.mkdir()
    (approved / "toxic_v001_a001.dsse").write_text("{}")
    entered(
        small_show,
        Delivered(
            shot=SHOT, name="sh0010_toxic_v001_v001", look="toxic_v001", approval=None, frames=6
        ),
    )
    shot = of_shot(small_show)
    assert shot.approvals == ("toxic_v001_a001.dsse",)
    assert shot.deliveries == ("sh0010_toxic_v001_v001",)
    assert [one.look for one in shot.rights] == ["toxic_v001"]
    said = text(reported(small_show))
    print(said)
    assert "rights      toxic_v001:" in said


def test_a_damaged_chain_stands_above_every_number(small_show: SmallShow) -> None:
    entered(small_show, run("f" * 64), run("f" * 64))
    path = Ledger.open(small_show.folder).path
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER never_updated")
    connection.execute("UPDATE events SET json = replace(json, '3600', '36') WHERE seq = 1")
    connection.commit()
    connection.close()
    made = reported(small_show)
    assert any("event 1 was altered" in problem for problem in made.problems)
    assert "LEDGER DAMAGED" in text(made).splitlines()[1]
    assert "no number below can be relied on" in text(made)


def test_an_event_that_is_none_any_more_is_told_as_damage(small_show: SmallShow) -> None:
    entered(small_show, run("f" * 64))
    connection = sqlite3.connect(Ledger.open(small_show.folder).path)
    connection.execute("DROP TRIGGER never_updated")
    connection.execute("UPDATE events SET json = '{}'")
    connection.commit()
    connection.close()
    with pytest.raises(LedgerError, match="event 1 was altered"):
        reported(small_show)


def test_one_shot_or_sequence_is_chosen_and_an_unknown_one_refused(small_show: SmallShow) -> None:
    entered(small_show, run("f" * 64), run("f" * 64, shot="street/sh0020", hours=7))
    folder = small_show.folder
    assert [shot.shot for shot in report(folder, "street").shots] == [SHOT, "street/sh0020"]
    one = report(folder, "street", "sh0020")
    assert one.sum.machine_hours == one.shots[0].sum.machine_hours == 7
    assert [run.shot for run in one.runs] == ["street/sh0020"]
    with pytest.raises(SpecError, match=r"no street/sh0099; the shots are street/sh0010, street"):
        report(folder, "street", "sh0099")
    with pytest.raises(SpecError, match="without its sequence"):
        report(folder, shot="sh0010")


def test_tables_hold_every_run_and_start_no_formula(small_show: SmallShow, tmp_path: Path) -> None:
    show_says(small_show, RATES)
    entered(small_show, run("f" * 64), run("e" * 64, what="final", look="toxic_v001"))
    enter_hours(small_show.shot_file, hours=1, by="=HYPERLINK(1)", what="look")
    paths = write_csv(reported(small_show), tmp_path / "csv")
    assert [path.name for path in paths] == ["shots.csv", "looks.csv", "runs.csv", "people.csv"]
    tables = {path.stem: list(csv.DictReader(path.open())) for path in paths}
    assert [row["what"] for row in tables["runs"]] == ["explore", "final"]
    assert {row["joules_method"] for row in tables["looks"]} == {"estimate: 65 W assumed for a CPU"}
    assert float(tables["shots"][0]["machine_cost"]) == 4.0
    assert tables["shots"][0]["speed_up_why"].startswith("not measured")
    assert tables["people"][0]["by"] == "'=HYPERLINK(1)"


def test_json_reads_back_as_the_report(small_show: SmallShow) -> None:
    entered(small_show, run("f" * 64))
    made = reported(small_show)
    assert Report.model_validate_json(made.model_dump_json()) == made


def test_plots_are_drawn_of_many_shots(small_show: SmallShow, tmp_path: Path) -> None:
    kinds = ("explore", "wedge", "still", "draft", "approve", "rebuild", "final")
    entered(
        small_show,
        *(
            run("f" * 64, shot=f"street/sh{n:04d}", what=kinds[n % 7], hours=n / 9, look=look)
            for n in range(10, 40)
            for look in (None, "toxic_v001")
        ),
    )
    made = reported(small_show)
    for name, draw in (("cost", cost_plot), ("energy", energy_plot)):
        figure = draw(made)
        figure.savefig(tmp_path / f"{name}.png")
        print(tmp_path / f"{name}.png")
        labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
        assert len(labels) == 20
        assert "others: " in figure.axes[0].get_xlabel()


def test_the_report_imports_no_torch() -> None:
    import subprocess
    import sys

    script = "import sys, lookdev.finals.report; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
