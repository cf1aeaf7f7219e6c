"""The inbox: every message is stored before it is acknowledged, and its effect happens once.

A row is applied under its own lock and marked done in the transaction of its effect. A row whose process died stays
pending and is tried again; one that keeps killing is held, where people see it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import Inbox

GRACE = timedelta(seconds=30)
MOST_ATTEMPTS = 3


def store(session: Session, rows: Sequence[dict[str, Any]]) -> list[int | None]:
    """Store messages; return the id of each new row, None for each that was stored before."""
    return [_store(session, row) for row in rows]


def _store(session: Session, row: dict[str, Any]) -> int | None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = (
        insert(Inbox)
        .values(state="pending", is_pending=True, attempts=0, is_unanswered=False, **row)
        .on_conflict_do_nothing(index_elements=["platform", "account", "event_key"])
        .returning(Inbox.id)
    )
    return session.scalar(statement)


def lock(session: Session, inbox_id: int) -> Inbox | None:
    """Return the row to apply it now; None when it is done, or another process has it."""
    query = sa.select(Inbox).where(Inbox.id == inbox_id, Inbox.is_pending).with_for_update(skip_locked=True)
    return session.scalar(query)


def done(row: Inbox, reply: dict[str, Any] | None, *, member_id: int | None, now: datetime) -> None:
    """Mark a row applied, with its answer; in the transaction of its effect."""
    row.state, row.is_pending = "done", False
    row.reply, row.member_id, row.done_at = reply, member_id, now
    row.is_unanswered = reply is not None


def failed(row: Inbox, incident: str) -> None:
    row.state, row.incident = "failed", incident


def answered(session: Session, inbox_id: int, now: datetime) -> None:
    """The person has seen the answer."""
    session.execute(sa.update(Inbox).where(Inbox.id == inbox_id).values(is_unanswered=False, answered_at=now))


def pending(session: Session, platforms: Sequence[str], before: datetime, limit: int = 100) -> list[int]:
    """Return the ids of rows that nobody has applied for too long, oldest first in each chat.

    A chat whose first row was tried before goes last: were it always first, the next death would be put down to it
    again, and it would hold up all others.
    """
    query = (
        sa.select(Inbox.id, Inbox.platform, Inbox.account, Inbox.chat, Inbox.attempts)
        .where(Inbox.is_pending, Inbox.received_at < before, Inbox.platform.in_(platforms))
        .order_by(Inbox.received_at, Inbox.id)
        .limit(limit)
    )
    tried: dict[tuple[str, str, str], list[tuple[int, int]]] = {}
    for row_id, platform, account, chat, attempts in session.execute(query):
        tried.setdefault((platform, account, chat), []).append((row_id, attempts))
    by_chat = sorted(tried.values(), key=lambda rows: rows[0][1])
    return [row_id for rows in by_chat for row_id, _ in rows]


def try_again(session: Session, inbox_id: int, now: datetime) -> bool:
    """Count one more attempt at a row whose process died; False if it was one too many, and the row is held now.

    The count is committed before the attempt, so that a row that kills its process cannot do so for ever.
    """
    row = lock(session, inbox_id)
    if row is None:
        return False
    row.attempts += 1
    if row.attempts <= MOST_ATTEMPTS:
        return True
    row.state, row.is_pending, row.done_at = "held", False, now
    row.incident = row.incident or "died"
    return False


def unanswered(session: Session, platforms: Sequence[str], before: datetime, limit: int = 100) -> list[Inbox]:
    """Return rows that were applied, and whose answer nobody has seen for too long."""
    query = (
        sa.select(Inbox)
        .where(Inbox.is_unanswered, Inbox.done_at < before, Inbox.platform.in_(platforms))
        .order_by(Inbox.done_at, Inbox.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(query))


def get(session: Session, inbox_id: int) -> Inbox | None:
    return session.get(Inbox, inbox_id)


def recent_answers(
    session: Session, platform: str, account: str, chat: str, since: datetime, limit: int = 10
) -> list[Inbox]:
    """Return the newest answered rows of a chat, newest first: what `done 2` and a bare number refer to."""
    query = (
        sa.select(Inbox)
        .where(Inbox.platform == platform, Inbox.account == account, Inbox.chat == chat, Inbox.done_at > since)
        .order_by(Inbox.done_at.desc())
        .limit(limit)
    )
    return list(session.scalars(query))


def of_message(
    session: Session, platform: str, account: str, chat: str, message_id: str, *, before: int
) -> Inbox | None:
    """Return the newest row of a person's own message before row `before`: what an edit of it corrects."""
    query = (
        sa.select(Inbox)
        .where(Inbox.platform == platform, Inbox.account == account, Inbox.chat == chat)
        .where(Inbox.message_id == message_id, Inbox.id < before)
        .order_by(Inbox.id.desc())
    )
    return session.scalar(query.limit(1))
