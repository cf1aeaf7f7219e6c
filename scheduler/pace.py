"""How fast, and how many at once: a limit for a whole platform, and a gate for letters that must go alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Rate:
    """At most so many a second, evenly spread, whatever chats they go to."""

    def __init__(self, per_second: float) -> None:
        self._interval = 1 / per_second
        self._next = 0.0

    async def wait(self) -> None:
        """Return when it is the caller's turn; turns are given in the order of asking."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._next)
        self._next = at + self._interval
        if at > now:
            await asyncio.sleep(at - now)


class Gate:
    """Many pass together, or one alone; who asks to be alone is not overtaken."""

    def __init__(self) -> None:
        self._changed = asyncio.Condition()
        self._passing = 0
        self._waiting = 0
        self._is_taken = False

    @asynccontextmanager
    async def together(self) -> AsyncIterator[None]:
        async with self._changed:
            await self._changed.wait_for(lambda: not self._waiting and not self._is_taken)
            self._passing += 1
        try:
            yield
        finally:
            async with self._changed:
                self._passing -= 1
                self._changed.notify_all()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        async with self._changed:
            self._waiting += 1
            try:
                await self._changed.wait_for(lambda: not self._passing and not self._is_taken)
                self._is_taken = True
            finally:
                self._waiting -= 1
                self._changed.notify_all()
        try:
            yield
        finally:
            async with self._changed:
                self._is_taken = False
                self._changed.notify_all()
