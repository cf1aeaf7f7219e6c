"""Answers in progress: in order within a chat, a bounded number at once, finished before we stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any
from weakref import WeakValueDictionary

from handlers.message import Answer, Deliver

logger = logging.getLogger(__name__)

SEATS = 16  # answers worked on at once; the store has one writer, or a pool of about this size
CROWD = 200  # answers waiting, at which no more messages are fetched: two full batches


class Desk:
    """Answers stored messages. What it leaves undone stays pending in the inbox, and is found there."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._tasks: set[asyncio.Task[None]] = set()
        self._seats = asyncio.Semaphore(SEATS)
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def answer(self, inbox_id: int, chat: str, deliver: Deliver) -> None:
        """Answer one stored message after those of its chat that came before."""
        self.start(self._in_turn(inbox_id, chat, deliver))

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def room(self) -> None:
        """Wait while too many are waiting: a flood stays with Telegram rather than in our memory."""
        while len(self._tasks) >= CROWD:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def close(self, grace: float) -> None:
        """Finish what is in progress within `grace` seconds, then leave the rest to the inbox."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=grace)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)

    async def _in_turn(self, inbox_id: int, chat: str, deliver: Deliver) -> None:
        lock = self._locks.setdefault(chat, asyncio.Lock())
        async with lock, self._seats:
            try:
                await self._answer(inbox_id, deliver)
            except Exception:  # one that fails must not end the others; its row stays pending and is tried again
                logger.exception("inbox %s was not answered", inbox_id)
