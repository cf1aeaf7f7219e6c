"""Worker processes that make letters of what is due and send them, and a kind that goes about it wrongly."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from handlers.message import Address, Reply, Sent
from scheduler import reminders
from scheduler.post import Post
from storage.database import Database
from storage.letters import Served
from storage.models import Letter, Reminder

PLATFORM = "paper"
GATE = 20_000  # the advisory lock at which all workers wait for each other
NAIVE_BATCH = 50


class Paper:
    """A channel that prints the title of what it sends, for the parent to count."""

    name = PLATFORM
    routes = ()

    async def send(
        self, address: Address, reply: Reply, *, letter: int | None = None, repeat: bool = False
    ) -> Sent | None:
        print(f"told {reply.text.splitlines()[0]}", flush=True)
        return Sent(address=address, message_id=str(letter))


def work(url: str) -> None:
    """Do what a scheduler does, until there is nothing left."""
    asyncio.run(_work(url))


async def _work(url: str) -> None:
    database = Database(url)
    channel: Any = Paper()
    post = Post(database, {Served(platform=PLATFORM): channel})
    await database.read(_wait)
    now = datetime.now(UTC)
    while await database.read(_is_something_left):
        await reminders.deliver_due(database, now)
        await post.send_pending()
    await database.close()


def work_naively(url: str) -> None:
    """Select what is due, then mark it: as one writes it who has not thought of the others."""
    asyncio.run(_work_naively(url))


async def _work_naively(url: str) -> None:
    database = Database(url)
    await database.read(_wait)
    now = datetime.now(UTC)
    while found := await database.write(lambda session: _claim_naively(session, now)):
        for title in found:
            print(f"told {title}", flush=True)
    await database.close()


def _claim_naively(session: Session, now: datetime) -> list[str]:
    due = sa.select(Reminder).where(Reminder.is_waiting, Reminder.due_at <= now).order_by(Reminder.id)
    found = list(session.scalars(due.limit(NAIVE_BATCH)))
    for reminder in found:  # one after the other: locks taken in any order would end in deadlocks, not in duplicates
        mark = sa.update(Reminder).where(Reminder.id == reminder.id)
        session.execute(mark.values(state="due", is_waiting=False))
    return [reminder.title for reminder in found]


def _is_something_left(session: Session) -> bool:
    waiting, unsent = sa.select(Reminder.id).where(Reminder.is_waiting), sa.select(Letter.id).where(Letter.is_open)
    return bool(session.scalar(sa.select(sa.or_(waiting.exists(), unsent.exists()))))


def _wait(session: Session) -> None:
    session.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(GATE)))
