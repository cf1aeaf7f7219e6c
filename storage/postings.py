"""Postings: our messages as the platforms show them. What a reply to one is about, and what can be edited."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import Posting


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Where a message of ours can be seen (a `Sent`, in the store's words)."""

    platform: str
    account: str
    chat: str
    thread: str | None
    message_id: str


def remember(
    session: Session,
    shown: Shown,
    *,
    refs: Sequence[str],
    now: datetime,
    letter_id: int | None = None,
    inbox_id: int | None = None,
    reminder_id: int | None = None,
) -> None:
    """Keep what a message of ours shows; one that was rewritten stays the letter of its follow-up."""
    origin = {"letter_id": letter_id, "inbox_id": inbox_id, "reminder_id": reminder_id}
    remember_many(session, [row(shown, refs, now) | origin])


def row(shown: Shown, refs: Sequence[str], now: datetime) -> dict[str, Any]:
    """Return one row for `remember_many`, but for where it came from: letter_id, inbox_id, reminder_id."""
    return {
        "platform": shown.platform,
        "account": shown.account,
        "chat": shown.chat,
        "thread": shown.thread,
        "message_id": shown.message_id,
        "refs": list(refs),
        "at": now,
    }


def remember_many(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what many messages show, in one statement."""
    if not rows:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Posting.__table__)  # type: ignore[arg-type]
    new, old = statement.excluded, Posting.__table__.c
    kept = {name: sa.func.coalesce(old[name], new[name]) for name in ("letter_id", "inbox_id", "reminder_id")}
    statement = statement.on_conflict_do_update(
        index_elements=["platform", "account", "chat", "message_id"], set_={"refs": new.refs, "at": new.at} | kept
    )
    session.execute(statement, rows)


def find(session: Session, platform: str, account: str, chat: str, message_id: str) -> Posting | None:
    """Return what we know of a message of ours."""
    query = sa.select(Posting).where(
        Posting.platform == platform,
        Posting.account == account,
        Posting.chat == chat,
        Posting.message_id == message_id,
    )
    return session.scalar(query)


def of_reminder(session: Session, reminder_id: int) -> list[Posting]:
    """Return every place where a follow-up was pushed, so that all can be edited when it is done."""
    query = sa.select(Posting).where(Posting.reminder_id == reminder_id).order_by(Posting.id)
    return list(session.scalars(query))


def last_in_chat(session: Session, platform: str, account: str, chat: str, since: datetime) -> Posting | None:
    """Return our newest message in a chat: what a bare `done` may be about."""
    query = (
        sa.select(Posting)
        .where(Posting.platform == platform, Posting.account == account, Posting.chat == chat, Posting.at >= since)
        .order_by(Posting.at.desc(), Posting.id.desc())
    )
    return session.scalar(query.limit(1))


def prune(session: Session, before: datetime, limit: int) -> int:
    """Forget the oldest; a reply to them will no longer be understood as one."""
    old = sa.select(Posting.id).where(Posting.at < before).order_by(Posting.id).limit(limit)
    return len(session.scalars(sa.delete(Posting).where(Posting.id.in_(old)).returning(Posting.id)).all())
