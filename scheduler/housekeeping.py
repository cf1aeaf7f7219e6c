"""What must be done now and then, by one process: forget what is old, and mend what was lost sight of."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from storage import destinations, housekeeping, leases
from storage.database import Database

log = logging.getLogger(__name__)

LEASE = "housekeeping"
LIFE = timedelta(minutes=2)
MOST_CHUNKS = 50


async def run(database: Database, holder: str, *, database_now: Callable[[], datetime] | None = None) -> int:
    """Keep house, unless another process does; return how many rows were forgotten."""
    now = database_now or database.now
    if not await database.write(lambda session: leases.take(session, LEASE, holder, now(), life=LIFE)):
        return 0
    try:
        forgotten = await _prune(database, now)
        woken = await database.write(lambda session: destinations.rearm(session, now()))
        if woken:
            log.error("%d chats had letters that nobody looked at; they were woken", woken)
        await database.write(housekeeping.optimise)
        return forgotten
    finally:
        await database.write(lambda session: leases.release(session, LEASE, holder))


async def _prune(database: Database, now: Callable[[], datetime]) -> int:
    """Delete in small transactions, so that nobody who logs a call waits for it."""
    total = 0
    for _ in range(MOST_CHUNKS):
        counts = await database.write(lambda session: housekeeping.prune(session, now()))
        total += sum(counts.values())
        if max(counts.values()) < housekeeping.CHUNK:
            break
    return total
