"""Ticks come again and again, whatever becomes of one of them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from scheduler.clock import Clock, Tick

SECOND = timedelta(seconds=1)


class Monotonic:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


async def _spin() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def _tick(body: Callable[[], Awaitable[object]], *, every: timedelta = SECOND, name: str = "scan") -> Tick:
    return Tick(name=name, every=every, body=body)


async def test_a_tick_comes_again_though_it_failed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    beats: list[int] = []
    thrice = asyncio.Event()

    async def body() -> None:
        beats.append(1)
        if len(beats) == 3:
            thrice.set()
        raise ValueError("no luck")

    clock = Clock([_tick(body, every=timedelta(milliseconds=20))])
    running = asyncio.create_task(clock.run())
    async with asyncio.timeout(10):
        await thrice.wait()
    running.cancel()
    await asyncio.wait([running])
    assert "tick scan failed" in caplog.text
    assert clock.ages["scan"] < 10


async def test_a_tick_is_not_begun_while_it_runs() -> None:
    begun: list[int] = []
    go_on = asyncio.Event()

    async def body() -> None:
        begun.append(1)
        await go_on.wait()

    clock = Clock([_tick(body)])
    await clock.beat("scan")
    await clock.beat("scan")
    await _spin()
    assert begun == [1]
    go_on.set()
    await _spin()
    await clock.beat("scan")
    await _spin()
    assert begun == [1, 1]


async def test_the_watchdog_starts_a_tick_anew_whose_timer_was_lost(caplog: pytest.LogCaptureFixture) -> None:
    monotonic, begun = Monotonic(), list[float]()

    async def body() -> None:
        begun.append(monotonic.at)

    clock = Clock([_tick(body)], monotonic=monotonic)
    monotonic.at += 6
    clock.watch()
    assert "overdue" not in caplog.text
    monotonic.at += 0.1
    clock.watch()
    clock.watch()
    await _spin()
    assert begun == [106.1]
    assert caplog.text.count("overdue") == 1


async def test_the_watchdog_leaves_a_hung_tick_that_ignores_its_end() -> None:
    monotonic, begun = Monotonic(), list[float]()
    never = asyncio.Event()

    async def deaf() -> None:
        begun.append(monotonic.at)
        while not never.is_set():
            try:
                await never.wait()
            except asyncio.CancelledError:
                continue

    clock = Clock([_tick(deaf)], monotonic=monotonic)
    await clock.beat("scan")
    await _spin()
    monotonic.at += 34
    clock.watch()
    assert begun == [100.0], "its own timeout comes first"
    monotonic.at += 2
    clock.watch()
    await _spin()
    assert begun == [100.0, 136.0]
    never.set()
    await _spin()


async def test_a_stop_lets_a_running_tick_finish() -> None:
    begun, go_on, ended = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def body() -> None:
        begun.set()
        await go_on.wait()
        ended.set()

    clock = Clock([_tick(body)])
    running = asyncio.create_task(clock.run())
    async with asyncio.timeout(10):
        await begun.wait()
    running.cancel()
    await _spin()
    assert not running.done()
    go_on.set()
    await asyncio.wait([running], timeout=10)
    assert ended.is_set()


async def test_a_body_that_takes_too_long_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    async def body() -> None:
        await asyncio.Event().wait()

    clock = Clock([Tick(name="scan", every=SECOND, body=body, timeout=timedelta(milliseconds=1))])
    await clock.beat("scan")
    task = clock._hands["scan"].task
    assert task is not None
    await asyncio.wait([task], timeout=10)
    assert "was given up" in caplog.text
