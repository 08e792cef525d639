import hashlib
import logging
import multiprocessing
import os
from pathlib import Path

import pytest

from lookdev.store.cache import Cache


def key(n: int) -> str:
    return hashlib.sha256(str(n).encode()).hexdigest()


def test_gives_back_what_was_put_also_to_another_process(tmp_path: Path) -> None:
    Cache(tmp_path, max_bytes=10**6).put(key(1), b"one")
    again = Cache(tmp_path, max_bytes=10**6)
    assert again.get(key(1)) == b"one"
    assert again.get(key(2)) is None


@pytest.mark.parametrize("damage", ["flip", "cut", "empty"])
def test_a_damaged_entry_is_a_miss_and_says_so(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    cache = Cache(tmp_path, max_bytes=10**6)
    cache.put(key(1), b"x" * 1000)
    (path,) = cache.entries()
    whole = bytearray(path.read_bytes())
    whole[500] ^= 1
    path.write_bytes({"flip": bytes(whole), "cut": bytes(whole[:700]), "empty": b""}[damage])
    with caplog.at_level(logging.WARNING):
        assert cache.get(key(1)) is None
    assert "is damaged" in caplog.text
    assert cache.entries() == []


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path, max_bytes=10_000)
    for n in range(8):
        cache.put(key(n), bytes(1000))
    for age, path in enumerate(reversed(cache.entries())):
        os.utime(path, ns=(10**18 - age * 10**9,) * 2)
    oldest = cache.entries()[0]
    used = next(n for n in range(8) if oldest == cache._path(key(n)))
    assert cache.get(key(used)) is not None
    for n in range(8, 12):
        cache.put(key(n), bytes(1000))
    left = sum(p.stat().st_size for p in cache.entries())
    print(f"{left} bytes are kept of at most 10000")
    assert left <= 10_000
    assert cache.get(key(used)) is not None
    assert cache.get(key(11)) is not None


def _work(folder: Path, seed: int) -> None:
    cache = Cache(folder, max_bytes=60_000)
    for n in range(150):
        number = (n * 7 + seed) % 100
        wanted = str(number).encode() * 500
        got = cache.get(key(number))
        assert got in (None, wanted)
        cache.put(key(number), wanted)


def test_processes_share_it_without_a_wrong_answer(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_work, args=(tmp_path, n)) for n in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    assert not list(tmp_path.rglob(".new-*"))


def test_other_files_in_the_folder_are_never_cleared(tmp_path: Path) -> None:
    (tmp_path / "ab").mkdir()
    note = tmp_path / "ab" / "notes.txt"
    note.write_text("mine")
    cache = Cache(tmp_path, max_bytes=10)
    for n in range(4):
        cache.put(key(n), bytes(1000))
    assert note.read_text() == "mine"


def test_a_cache_that_cannot_be_written_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    cache = Cache(tmp_path / "file", max_bytes=1000)
    cache.put(key(1), b"x")
    cache.put(key(2), b"x")
    assert cache.get(key(1)) is None
    assert caplog.text.count("the cache cannot be written") == 1
