import asyncio
import threading
from typing import Any

from lookdev.desk.loop import MainLoop


async def until(said: list[Any], count: int) -> None:
    for _ in range(1000):
        if len(said) >= count:
            return
        await asyncio.sleep(0.005)
    raise AssertionError(said)


def test_without_a_loop_calls_are_direct_and_timers_never_fire() -> None:
    loop, said = MainLoop(), []
    loop.post(said.append, 1)
    loop.later(0, lambda: said.append(2)).cancel()
    loop.every(0, lambda: said.append(3))
    loop.away(lambda: 4, said.append, said.append)
    assert said == [1, 4]
    assert not loop.runs


def test_what_threads_post_is_called_on_the_main_thread_in_order() -> None:
    said: list[Any] = []

    async def main() -> None:
        loop = MainLoop()

        def work() -> None:
            for n in range(50):
                loop.post(lambda n: said.append((n, threading.current_thread())), n)

        thread = threading.Thread(target=work)
        thread.start()
        await until(said, 50)
        thread.join()

    asyncio.run(main())
    assert [n for n, _ in said] == list(range(50))
    assert {thread for _, thread in said} == {threading.main_thread()}


def test_work_away_leaves_the_loop_free_and_hands_on_what_it_raised() -> None:
    said: list[Any] = []

    def fail() -> None:
        said.append(threading.current_thread() is threading.main_thread())
        raise ValueError("no")

    async def main() -> None:
        MainLoop().away(fail, said.append, lambda error: said.append(str(error)))
        await until(said, 2)

    asyncio.run(main())
    assert said == [False, "no"]


def test_a_repeated_call_stops_when_it_is_cancelled() -> None:
    said: list[int] = []

    async def main() -> None:
        timer = MainLoop().every(0.01, lambda: said.append(1))
        await until(said, 3)
        timer.cancel()
        before = len(said)  # on a loop that was held up, a fourth call may have come first
        await asyncio.sleep(0.05)
        assert len(said) == before

    asyncio.run(main())
