"""Waiting for a service that does not answer: longer each time, never in step with others, told once."""

from __future__ import annotations

import asyncio
import logging
import random
import time

from handlers.errors import DeliveryError

logger = logging.getLogger(__name__)


class Outage:
    """From the first failure to the next success."""

    def __init__(self, first_pause: float, longest_pause: float) -> None:
        self._pause = first_pause
        self._longest = longest_pause
        self._since: float | None = None

    async def wait(self, fault: DeliveryError) -> None:
        if self._since is None:
            self._since = time.monotonic()
            logger.warning("Telegram cannot be heard, trying on: %s", fault)
        asked = fault.retry_after.total_seconds() if fault.retry_after else 0.0
        await asyncio.sleep(max(asked, self._pause * random.uniform(1, 1.5)))
        self._pause = min(self._pause * 2, self._longest / 1.5)

    def over(self) -> None:
        if self._since is not None:
            logger.info("Telegram is heard again, after %.0f s", time.monotonic() - self._since)
