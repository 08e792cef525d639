# ruff: noqa: S608 (the statements are these tests' own)
"""The ledger holds what it acknowledged, and shows whatever was done to it afterwards."""

import shutil
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_show import SmallShow

from lookdev.errors import LedgerError
from lookdev.spec.event import Hours
from lookdev.store import chain
from lookdev.store.chain import START, Head, Row
from lookdev.store.ledger import Ledger

SHOT = "street/sh0010"

WRITER = """
import sys
from pathlib import Path
from lookdev.spec.event import Hours
from lookdev.store.ledger import Ledger

ledger, name = Ledger.at(Path(sys.argv[1])), sys.argv[2]
for n in range(100_000):
    ledger.append(Hours(shot="street/sh0010", hours=n + 1, by=name, what="killed"))
    print(n + 1, flush=True)
"""


def hours(number: float, by: str = "Ada") -> Hours:
    return Hours(shot=SHOT, hours=number, by=by, what="roto")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Twelve events, and closed."""
    made = Ledger.at(tmp_path / "ledger" / "ledger.sqlite")
    for n in range(12):
        made.append(hours(n + 1))
    made.close()
    return made


def altered(ledger: Ledger, *statements: str) -> None:
    """As somebody does who knows SQLite, and takes the triggers away first."""
    connection = sqlite3.connect(ledger.path)
    triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    kept = triggers.fetchall()
    for name, _ in kept:
        connection.execute(f"DROP TRIGGER {name}")
    for statement in statements:
        connection.execute(statement)
    for _, sql in kept:
        connection.execute(sql)
    connection.commit()
    connection.close()


def test_it_gives_back_what_it_was_given_in_order(ledger: Ledger) -> None:
    events = list(ledger.events())
    assert [event.hours for event in events if isinstance(event, Hours)] == list(range(1, 13))
    assert all(event.who and event.host and event.at for event in events)
    assert ledger.check() == []
    head = ledger.head()
    assert head.events == 12
    assert ledger.holds(head.hash, 12) is None
    assert ledger.append(hours(13)) == ledger.head().hash
    assert ledger.holds(head.hash, 12) is None, "a signed head stays true as the chain grows"


def test_a_show_s_ledger_lies_where_the_show_says(small_show: SmallShow) -> None:
    show = small_show.folder.root / "params" / "show.yaml"
    show.write_text(show.read_text() + "ledger: {path: books/show.sqlite}\n")
    Ledger.open(type(small_show.folder)(small_show.folder.root)).append(hours(1))
    assert (small_show.folder.root / "books" / "show.sqlite").is_file()


def test_reading_an_absent_ledger_makes_none(tmp_path: Path) -> None:
    ledger = Ledger.at(tmp_path / "ledger" / "ledger.sqlite")
    assert ledger.head() == Head(START, 0)
    assert list(ledger.events()) == ledger.check() == []
    assert ledger.holds(START, 0) is None
    assert "the newest 3 are missing" in str(ledger.holds("0" * 64, 3))
    assert list(tmp_path.iterdir()) == []


def test_reading_makes_no_file_and_needs_no_right_to_write(ledger: Ledger) -> None:
    folder = ledger.path.parent
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    folder.chmod(0o555)
    ledger.path.chmod(0o444)
    try:
        assert ledger.check() == []
        assert len(list(ledger.events())) == 12
        assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    finally:
        folder.chmod(0o755)


def test_a_log_that_was_copied_without_its_index_is_read(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append(hours(13))  # stays open: the event is in the log alone
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in ("ledger.sqlite", "ledger.sqlite-wal"):
        shutil.copy(ledger.path.with_name(name), copy / name)
    copied = Ledger.at(copy / "ledger.sqlite")
    assert copied.head() == ledger.head()
    assert sorted(path.name for path in copy.iterdir()) == ["ledger.sqlite", "ledger.sqlite-wal"]


def test_rows_are_neither_changed_nor_removed_nor_replaced(ledger: Ledger) -> None:
    connection = sqlite3.connect(ledger.path)
    for statement in (
        "UPDATE events SET json = '{}' WHERE seq = 3",
        "DELETE FROM events WHERE seq = 12",
        "INSERT OR REPLACE INTO events VALUES (12, '', '{}', '')",
        "INSERT INTO events VALUES (14, '', '{}', '')",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.close()
    assert ledger.check() == []


@pytest.mark.parametrize("seq", range(1, 13))
def test_an_altered_row_is_named(ledger: Ledger, seq: int) -> None:
    altered(ledger, f"UPDATE events SET json = replace(json, 'Ada', 'Bob') WHERE seq = {seq}")
    (said,) = ledger.check()
    assert f"event {seq} was altered" in said
    assert f"event {seq} was altered" in str(ledger.holds(ledger.head().hash, 12))


def test_an_altered_row_with_a_new_hash_breaks_the_next_link(ledger: Ledger) -> None:
    connection = sqlite3.connect(ledger.path)
    row = Row(*connection.execute("SELECT * FROM events WHERE seq = 5").fetchone())
    connection.close()
    json = row.json.replace("Ada", "Bob")
    hash_ = chain.link(row.previous, json)
    altered(ledger, f"UPDATE events SET json = '{json}', hash = '{hash_}' WHERE seq = 5")
    (said,) = ledger.check()
    assert "event 6 does not follow" in said


def test_missing_newest_rows_are_found_by_a_head_that_is_known(ledger: Ledger) -> None:
    head = ledger.head()
    altered(ledger, "DELETE FROM events WHERE seq > 10")
    assert ledger.check() == [], "the chain alone cannot know"
    said = ledger.holds(head.hash, head.events)
    assert said is not None
    assert "holds 10 events, and held 12" in said
    assert "the newest 2 are missing" in said


def test_a_row_missing_in_the_middle_is_named(ledger: Ledger) -> None:
    altered(ledger, "DELETE FROM events WHERE seq IN (5, 6)")
    assert "events 5-6 are missing before event 7" in ledger.check()[0]


def test_rows_that_were_numbered_anew_over_a_gap_break_the_link(ledger: Ledger) -> None:
    renumbered = [f"UPDATE events SET seq = {n - 1} WHERE seq = {n}" for n in range(6, 13)]
    altered(ledger, "DELETE FROM events WHERE seq = 5", *renumbered)
    assert "event 5 does not follow the one before it" in ledger.check()[0]


def test_rows_that_changed_places_are_found(ledger: Ledger) -> None:
    swap = [(4, 99), (7, 4), (99, 7)]
    altered(ledger, *(f"UPDATE events SET seq = {new} WHERE seq = {old}" for old, new in swap))
    assert "event 4 does not follow" in ledger.check()[0]


def test_another_ledger_in_its_place_is_found(ledger: Ledger, tmp_path: Path) -> None:
    head = ledger.head()
    other = Ledger.at(tmp_path / "other.sqlite")
    for n in range(12):
        other.append(hours(n + 1, by="Bob"))
    other.close()
    shutil.copy(other.path, ledger.path)
    assert ledger.check() == []
    assert "another ledger" in str(ledger.holds(head.hash, head.events))


def test_triggers_that_are_gone_are_told(ledger: Ledger) -> None:
    connection = sqlite3.connect(ledger.path)
    connection.execute("DROP TRIGGER never_deleted")
    connection.commit()
    connection.close()
    assert "lacks never_deleted" in ledger.check()[0]


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda path: path.write_bytes(b"no database" * 400), "is damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:5000]), "is damaged"),
        (lambda path: (path.unlink(), path.mkdir()), "is no file"),
    ],
)
def test_a_damaged_file_is_one_sentence(
    ledger: Ledger, harm: Callable[[Path], object], said: str
) -> None:
    harm(ledger.path)
    with pytest.raises(LedgerError, match=said):
        ledger.check()
    with pytest.raises(LedgerError, match=r"ledger\.sqlite"):
        Ledger.at(ledger.path).append(hours(1))


def test_a_flipped_bit_anywhere_in_the_rows_is_found_or_harmless(ledger: Ledger) -> None:
    whole, found = ledger.path.read_bytes(), 0
    events, head = list(ledger.events()), ledger.head()
    for at in range(4096, len(whole), 97):
        ledger.path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        try:
            problem = ledger.check() or ledger.holds(head.hash, head.events)
        except LedgerError as error:
            problem = str(error)
        assert "\n" not in str(problem)
        assert problem or list(ledger.events()) == events, at
        found += bool(problem)
    print(
        f"{found} of {len(range(4096, len(whole), 97))} flipped bits lay in something that counts"
    )
    assert found


def test_an_unknown_version_is_named_with_what_this_one_reads(ledger: Ledger) -> None:
    connection = sqlite3.connect(ledger.path)
    connection.execute("PRAGMA user_version = 7")
    connection.close()
    for act in (ledger.check, lambda: ledger.append(hours(1))):
        with pytest.raises(LedgerError, match="version 7, and this lookdev reads version 1"):
            act()


def test_an_event_of_an_unknown_format_is_named_with_what_this_one_reads(ledger: Ledger) -> None:
    altered(ledger, "UPDATE events SET json = replace(json, 'event/1', 'event/9') WHERE seq = 4")
    with pytest.raises(LedgerError, match="event 4 is 'event/9', and this lookdev reads event/1"):
        list(ledger.events())


def test_another_program_s_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs(a)")
    connection.commit()
    connection.close()
    before = path.read_bytes()
    ledger = Ledger.at(path)
    for act in (ledger.head, lambda: ledger.append(hours(1))):
        with pytest.raises(LedgerError, match="database of something else"):
            act()
    assert path.read_bytes() == before


def test_a_ledger_that_was_replaced_while_it_was_open_gets_what_comes_next(
    ledger: Ledger, tmp_path: Path
) -> None:
    other = Ledger.at(tmp_path / "other.sqlite")
    other.append(hours(1, by="Bob"))
    other.close()
    ledger.append(hours(13))  # open from here on
    for end in ("", "-wal", "-shm"):
        ledger.path.with_name(ledger.path.name + end).unlink()
    shutil.copy(other.path, ledger.path)
    theirs = Ledger.at(ledger.path)
    theirs.append(hours(2, by="Bob"))  # in its own log, which the first one must leave alone
    assert ledger.append(hours(3, by="Ada")) == theirs.head().hash
    assert theirs.append(hours(4, by="Bob")) == ledger.head().hash
    assert [event.hours for event in ledger.events() if isinstance(event, Hours)] == [1, 2, 3, 4]
    assert ledger.check() == []


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerError, match="cannot be made"):
        Ledger.at(tmp_path / "file" / "ledger.sqlite").append(hours(1))


def test_many_threads_append_to_one_ledger_that_is_not_there_yet(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    shared = Ledger.at(path)

    def work(ledger: Ledger, name: str) -> None:
        for n in range(20):
            ledger.append(hours(n + 1, by=name))

    threads = [
        threading.Thread(target=work, args=(shared if n % 2 else Ledger.at(path), f"t{n}"))
        for n in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shared.head().events == 120
    assert shared.check() == []


def test_what_was_acknowledged_survives_kills(tmp_path: Path) -> None:
    """Two writers, killed six times each at moments of their own: kill -9, as the system does."""
    path, acknowledged = tmp_path / "ledger.sqlite", 0
    told: dict[str, int] = {}
    for round_ in range(6):
        writers = {
            name: subprocess.Popen(
                [sys.executable, "-c", WRITER, str(path), name], stdout=subprocess.PIPE, text=True
            )
            for name in (f"a{round_}", f"b{round_}")
        }
        for name, writer in writers.items():
            assert writer.stdout is not None
            assert writer.stdout.readline() == "1\n", name
        time.sleep(0.05 + 0.02 * round_)
        for writer in writers.values():
            writer.kill()
        for name, writer in writers.items():
            rest = writer.communicate()[0].split("\n")[:-1]  # what has no end was not told whole
            told[name] = int(rest[-1]) if rest else 1
        acknowledged += sum(told[name] for name in writers)
    ledger = Ledger.at(path)
    assert ledger.check() == []
    kept: dict[str, list[float]] = {}
    for event in ledger.events():
        assert isinstance(event, Hours)
        kept.setdefault(event.by, []).append(event.hours)
    for name, count in told.items():
        assert kept[name] == list(range(1, len(kept[name]) + 1)), name
        assert len(kept[name]) >= count, name
    print(f"12 writers killed: {acknowledged} acknowledged, {ledger.head().events} kept, 0 lost")
    assert ledger.append(hours(1)) == ledger.head().hash


def test_an_event_takes_little_time(ledger: Ledger) -> None:
    took = []
    for n in range(200):
        started = time.perf_counter()
        ledger.append(hours(n + 1))
        took.append(1e3 * (time.perf_counter() - started))
    took.sort()
    print(f"an event: median {took[100]:.2f} ms, 95% below {took[190]:.2f} ms (bar 5 ms)")


ROWS = st.lists(st.text(max_size=40), min_size=1, max_size=8)


def chained(texts: list[str]) -> list[Row]:
    rows, previous = [], START
    for seq, text in enumerate(texts, start=1):
        rows.append(Row(seq, previous, text, chain.link(previous, text)))
        previous = rows[-1].hash
    return rows


@given(ROWS)
def test_any_chain_is_whole_and_holds_every_head_it_had(texts: list[str]) -> None:
    rows = chained(texts)
    assert list(chain.problems(rows)) == []
    for row in rows:
        assert chain.shortfall(rows, Head(row.hash, row.seq)) is None


@settings(max_examples=300)
@given(ROWS, st.data())
def test_any_change_of_a_chain_is_found(texts: list[str], data: st.DataObject) -> None:
    rows = chained(texts)
    head = Head(rows[-1].hash, len(rows))
    at = data.draw(st.integers(0, len(rows) - 1))
    way = data.draw(st.sampled_from(["json", "hash", "previous", "seq", "drop", "twice", "swap"]))
    changed = list(rows)
    if way == "drop":
        del changed[at]
    elif way == "twice":
        changed.insert(at, changed[at])
    elif way == "swap":
        other = data.draw(st.integers(0, len(rows) - 1).filter(lambda n: n != at or len(rows) == 1))
        if other == at:
            return
        changed[at], changed[other] = changed[other], changed[at]
    else:
        old = rows[at].__dict__
        new = {
            "json": st.text(max_size=40),
            "hash": st.one_of(st.just(""), st.just(START), st.text(max_size=5)),
            "previous": st.one_of(st.just("f" * 64), st.text(max_size=5)),
            "seq": st.integers(-5, 50),
        }[way]
        value = data.draw(new.filter(lambda one: one != old[way]))
        changed[at] = Row(**{**old, way: value})
    assert list(chain.problems(changed)) or chain.shortfall(changed, head)
