"""Which ticks the program has, and how often: the one list that the composition root hands to the clock."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from scheduler import housekeeping, nudges, reminders
from scheduler.clock import Tick
from scheduler.post import Post
from storage import leases, letters
from storage.database import Database

TICK = "tick"  # the lease row that says when a clock last ticked
BEAT = timedelta(seconds=5)


def all_ticks(
    database: Database,
    post: Post,
    now: Callable[[], datetime],
    *,
    holder: str,
    country: str | None = None,
    recover: Callable[[], Awaitable[object]] | None = None,
) -> list[Tick]:
    """Return every tick of a process that runs the scheduler. `recover` looks after the inbox; `holder` names us."""
    ticks = [
        due_scan(database, post, now),
        Tick(name="beat", every=BEAT, body=partial(_beat, database, holder)),
        Tick(name="skew", every=timedelta(minutes=1), body=database.measure_clock),
        Tick(name="reroute", every=timedelta(seconds=10), body=partial(_reroute, database, post)),
        Tick(
            name="nudges",
            every=timedelta(minutes=1),
            body=lambda: nudges.run(database, now(), country=country, poke=post.poke),
        ),
        Tick(
            name="housekeeping",
            every=timedelta(hours=1),
            body=lambda: housekeeping.run(database, holder),
            timeout=timedelta(minutes=5),
        ),
    ]
    if recover is not None:
        ticks.append(Tick(name="inbox", every=timedelta(seconds=5), body=recover))
    return ticks


def due_scan(database: Database, post: Post, now: Callable[[], datetime]) -> Tick:
    """Return the tick that a lone console needs too."""
    return Tick(name="due", every=timedelta(seconds=1), body=lambda: reminders.tick(database, now, post.poke))


async def _beat(database: Database, holder: str) -> None:
    await database.write(lambda session: leases.note(session, TICK, holder, database.now()))


async def _reroute(database: Database, post: Post) -> None:
    if await database.write(lambda session: letters.reroute(session, database.now())):
        post.poke()
