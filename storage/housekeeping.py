"""What may be forgotten, and what a store needs now and then."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.models import Draft, Inbox, Invite, Posting, Stranger

CHUNK = 1000
INBOX_LIFE = timedelta(days=30)
POSTING_LIFE = timedelta(days=180)
INVITE_LIFE = timedelta(days=90)
STRANGER_LIFE = timedelta(days=90)
DRAFT_LIFE = timedelta(days=365)


def prune(session: Session, now: datetime, *, chunk: int = CHUNK) -> dict[str, int]:
    """Delete one chunk of what nobody needs any more; return how many rows of each table that were.

    Letters, changes and what they are about stay. So does every message that failed or is held: somebody must see it.
    """
    dead = {
        "inbox": sa.select(Inbox.id).where(
            Inbox.received_at < now - INBOX_LIFE, Inbox.state == "done", sa.not_(Inbox.is_unanswered)
        ),
        "posting": sa.select(Posting.id).where(Posting.at < now - POSTING_LIFE),
        "invite": sa.select(Invite.id).where(Invite.expires_at < now - INVITE_LIFE),
        "stranger": sa.select(Stranger.id).where(Stranger.refused_at < now - STRANGER_LIFE),
        "draft": sa.select(Draft.id).where(sa.not_(Draft.is_open), Draft.closed_at < now - DRAFT_LIFE),
    }
    models: dict[str, Any] = {
        "inbox": Inbox,
        "posting": Posting,
        "invite": Invite,
        "stranger": Stranger,
        "draft": Draft,
    }
    return {name: _delete(session, models[name], query.limit(chunk)) for name, query in dead.items()}


def _delete(session: Session, model: Any, query: sa.Select[int]) -> int:
    ids = list(session.scalars(query))
    if ids:
        session.execute(sa.delete(model).where(model.id.in_(ids)).execution_options(synchronize_session=False))
    return len(ids)


def optimise(session: Session) -> None:
    """Let SQLite look after its statistics; PostgreSQL does so itself."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text("PRAGMA optimize"))
