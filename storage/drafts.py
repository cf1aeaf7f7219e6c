"""Drafts: what was typed and could not be applied yet; with offers, a question."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.models import Draft

QUESTION_LIFE = timedelta(minutes=30)


def keep(
    session: Session,
    *,
    member_id: int,
    platform: str,
    chat: str,
    text: str,
    error: str,
    offers: list[dict[str, str]],
    now: datetime,
    inbox_id: int | None,
    expects: str | None = None,
    start: int | None = None,
    end: int | None = None,
) -> Draft:
    draft = Draft(
        member_id=member_id,
        platform=platform,
        chat=chat,
        text=text,
        error=error,
        offers=offers,
        expects=expects,
        start=start,
        end=end,
        inbox_id=inbox_id,
        created_at=now,
    )
    session.add(draft)
    session.flush()
    return draft


def question(session: Session, member_id: int, platform: str, chat: str, now: datetime) -> Draft | None:
    """Return the question that is open in this chat: the newest draft of the last half hour, if it offers anything."""
    query = (
        sa.select(Draft)
        .where(Draft.member_id == member_id, Draft.is_open, Draft.created_at > now - QUESTION_LIFE)
        .where(Draft.platform == platform, Draft.chat == chat)
        .order_by(Draft.created_at.desc(), Draft.id.desc())
        .limit(1)
    )
    return session.scalar(query)


def open_ones(session: Session, member_id: int) -> list[Draft]:
    """Return a member's drafts, newest first."""
    query = sa.select(Draft).where(Draft.member_id == member_id, Draft.is_open)
    return list(session.scalars(query.order_by(Draft.created_at.desc(), Draft.id.desc()).limit(100)))


def get(session: Session, draft_id: int) -> Draft | None:
    return session.get(Draft, draft_id)


def close(draft: Draft, now: datetime) -> None:
    """The draft was answered, or given up."""
    draft.is_open, draft.closed_at = False, now


def of_inbox(session: Session, inbox_id: int) -> Draft | None:
    """Return the draft that a message became, if it did."""
    return session.scalar(sa.select(Draft).where(Draft.inbox_id == inbox_id).order_by(Draft.id.desc()).limit(1))
