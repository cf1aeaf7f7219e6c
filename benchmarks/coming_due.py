"""From the promised moment to the committed letter, among many follow-ups that wait."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from benchmarks import bulk
from benchmarks.timing import Times
from scheduler import reminders
from storage import due, members
from storage.database import Database, Session
from storage.models import Contact, Member, Reminder

PLATFORM = "bench-push"  # nobody serves it: the letters stay where they are


async def one_at_a_time(database: Database, count: int) -> Times:
    """Time the scan that finds one due follow-up and writes its letter."""
    await database.write(_reachable)
    times = Times()
    for _ in range(count):
        now = datetime.now(UTC)
        await database.write(partial(_book, count=1, now=now))
        with times:
            found = await reminders.deliver_due(database, now)
        if found != 1:
            raise RuntimeError(f"{found} follow-ups came due instead of one")
    return times


async def burst(database: Database, count: int) -> Times:
    """Let many come due at one moment; time each from there to the commit of its letter."""
    await database.write(_reachable)
    now = datetime.now(UTC)
    await database.write(partial(_book, count=count, now=now))
    began, times = time.perf_counter(), Times()
    left = count

    def written() -> None:
        nonlocal left
        batch = min(left, due.LIMIT)
        left -= batch
        times.all += [(time.perf_counter() - began) * 1000] * batch

    found = await reminders.deliver_due(database, now, poke=written)
    if found != count:
        raise RuntimeError(f"{found} follow-ups came due instead of {count}")
    return times


def _reachable(session: Session) -> None:
    """Give every member a chat."""
    now = datetime.now(UTC)
    for member in session.scalars(sa.select(Member)).all():
        members.link(session, member, PLATFORM, "bench", str(member.id), str(member.id), now)


def _book(session: Session, count: int, now: datetime) -> None:
    last = session.scalar(sa.select(sa.func.max(Reminder.id))) or 0
    people = session.scalars(sa.select(Member.id)).all()
    customers = session.scalar(sa.select(sa.func.max(Contact.id))) or 1
    bulk.load(session, Reminder, _due(range(last + 1, last + count + 1), people, customers, now))
    bulk.go_on_counting(session, Reminder)


def _due(ids: range, people: Any, customers: int, now: datetime) -> Iterator[dict[str, Any]]:
    for id in ids:
        yield {
            "id": id,
            "title": "send the offer",
            "contact_id": id % customers + 1,
            "assignee_id": people[id % len(people)],
            "due_local": now.replace(tzinfo=None),
            "occurrence_local": now.replace(tzinfo=None),
            "zone": "UTC",
            "due_at": now,
            "rings": True,
            "created_at": now,
        }
