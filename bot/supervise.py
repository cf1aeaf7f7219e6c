"""Keeps each part of the program going by itself: what fails is started again, and can be looked at."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot import logs
from handlers.errors import SettingsError

__all__ = ["Part", "Parts", "supervise"]

log = logging.getLogger(__name__)

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
# Whoever ran this long has started well: its next failure is a new one.
STEADY = 60.0


@dataclass(slots=True)
class Part:
    """How one part is doing. state: starting, running, waiting (for its next try) or stopped."""

    name: str
    state: str = "starting"
    since: datetime = field(default_factory=lambda: datetime.now(UTC))
    failures: int = 0
    last_error: str = ""

    def becomes(self, state: str) -> None:
        self.state, self.since = state, datetime.now(UTC)

    @property
    def is_well(self) -> bool:
        return self.state in {"starting", "running"}


class Parts:
    """Every part of this process, for `health`."""

    def __init__(self) -> None:
        self._parts: dict[str, Part] = {}

    def __iter__(self) -> Iterator[Part]:
        return iter(self._parts.values())

    def named(self, name: str) -> Part:
        return self._parts.setdefault(name, Part(name))


async def supervise(part: Part, run: Callable[[], Awaitable[None]], *, pause: float = FIRST_PAUSE) -> None:
    """Run a part until it ends or is cancelled, beginning again whenever it fails; first after `pause` seconds.

    Raises SettingsError only if that is how the first start ends: a program that cannot work should say so at once,
    one that has worked should go on trying.
    """
    clock = asyncio.get_running_loop().time
    pauses = _pauses(pause)
    while True:
        began = clock()
        part.becomes("running")
        try:
            await run()
            part.becomes("stopped")
            return
        except Exception as error:  # the edge of a part: its failure must not take the others along
            if isinstance(error, SettingsError) and not part.failures and clock() - began < STEADY:
                raise
            _note(part, error)
        if clock() - began > STEADY:
            pauses = _pauses(pause)
        part.becomes("waiting")
        await asyncio.sleep(next(pauses))


def _note(part: Part, error: Exception) -> None:
    part.failures += 1
    part.last_error = f"{type(error).__name__}: {error}"
    log.error("%s failed and is started again", part.name, exc_info=error, extra={"incident": logs.incident()})


def _pauses(pause: float) -> Iterator[float]:
    while True:
        yield pause
        pause = min(2 * pause, LONGEST_PAUSE)
