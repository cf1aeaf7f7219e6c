"""The clock: a few ticks at even intervals. The only file that knows APScheduler, and that only ticks.

APScheduler goes by the wall clock: after a step back its next run may be hours away, and a timer can be lost. So a
watchdog on the monotonic clock looks after every tick, and arms it anew when it is overdue. Nothing that must not be
lost is ever kept here: the database is the only memory.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

OVERDUE_S = 5.0
WATCH_S = 1.0
TO_FINISH_S = 8.0
TIMEOUT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """Something to do again and again: `body`, `every` so often, given up after `timeout`."""

    name: str
    every: timedelta
    body: Callable[[], Awaitable[object]]
    timeout: timedelta = TIMEOUT


@dataclass(kw_only=True)
class _Hand:
    """One tick as it runs: when it last began (monotonic), what runs now, and how often it was armed."""

    tick: Tick
    began: float
    task: asyncio.Task[None] | None = None
    arms: int = 0
    abandoned: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def is_running(self) -> bool:
        return self.task is not None and not self.task.done()

    @property
    def allowed_s(self) -> float:
        """How long after its last beginning it must begin again."""
        length = self.tick.timeout if self.is_running else self.tick.every
        return length.total_seconds() + OVERDUE_S


class Clock:
    """Runs ticks until cancelled; one that hangs or whose timer is lost is started anew."""

    def __init__(self, ticks: Sequence[Tick], *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._hands = {tick.name: _Hand(tick=tick, began=monotonic()) for tick in ticks}
        self._timer = AsyncIOScheduler(timezone=UTC)

    @property
    def ages(self) -> dict[str, float]:
        """How many seconds ago each tick last began."""
        return {name: self._monotonic() - hand.began for name, hand in self._hands.items()}

    async def run(self) -> None:
        self._timer.start()
        try:
            for hand in self._hands.values():
                self._arm(hand)
            while True:
                await asyncio.sleep(WATCH_S)
                self.watch()
        finally:
            await self._stop()

    def watch(self) -> None:
        """Start anew what is overdue: its timer was lost, the clock was stepped, or its body ignores its end."""
        for hand in self._hands.values():
            if self._monotonic() - hand.began <= hand.allowed_s:
                continue
            log.error("tick %s is overdue by more than %d s; it is started anew", hand.tick.name, OVERDUE_S)
            if hand.is_running and hand.task is not None:
                hand.task.cancel()
                hand.abandoned.add(hand.task)
                hand.task.add_done_callback(hand.abandoned.discard)
                hand.task = None
            self._arm(hand)

    def _arm(self, hand: _Hand) -> None:
        """Set the timer and begin at once; a new id each time, for the old job may count as running."""
        old, hand.arms = f"{hand.tick.name}#{hand.arms}", hand.arms + 1
        if self._timer.get_job(old) is not None:
            self._timer.remove_job(old)
        self._timer.add_job(
            self.beat,
            "interval",
            seconds=hand.tick.every.total_seconds(),
            args=[hand.tick.name],
            id=f"{hand.tick.name}#{hand.arms}",
            # The defaults drop what is late, and run twice what is slow.
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC) + hand.tick.every,
        )
        self._begin(hand)

    async def beat(self, name: str) -> None:
        """Begin a tick, unless the last one still runs. A coroutine, or APScheduler would call it in a thread."""
        self._begin(self._hands[name])

    def _begin(self, hand: _Hand) -> None:
        if not hand.is_running:
            hand.began = self._monotonic()
            hand.task = asyncio.create_task(_once(hand.tick))

    async def _stop(self) -> None:
        """Let what runs come to its end first: APScheduler's own shutdown would cancel it half-way."""
        self._timer.pause()
        running = {hand.task for hand in self._hands.values() if hand.task is not None and not hand.task.done()}
        if running:
            await asyncio.wait(running, timeout=TO_FINISH_S)
        for task in running.union(*(hand.abandoned for hand in self._hands.values())):
            task.cancel()
        self._timer.shutdown(wait=False)


async def _once(tick: Tick) -> None:
    try:
        async with asyncio.timeout(tick.timeout.total_seconds()):
            await tick.body()
    except TimeoutError:
        log.error("tick %s took longer than %s and was given up", tick.name, tick.timeout)  # noqa: TRY400 - says all
    except Exception:  # the edge of the scheduler: whatever it is, the next tick must come
        log.exception("incident %s: tick %s failed", secrets.token_hex(3), tick.name)
