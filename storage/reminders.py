"""Follow-ups as people handle them: booked, moved, done, dropped. What is due is found in storage/due.py."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import due
from storage.models import Reminder


def book(
    session: Session,
    *,
    title: str,
    assignee_id: int,
    created_by_id: int | None,
    due_local: datetime,
    zone: str,
    due_at: datetime,
    now: datetime,
    is_duration: bool = False,
    rings: bool = False,
    granularity: str = "minute",
    typed: str = "",
    rule: str | None = None,
    nag: bool = False,
    contact_id: int | None = None,
    company_id: int | None = None,
    deal_id: int | None = None,
    interaction_id: int | None = None,
) -> Reminder:
    """Book a follow-up. `due_local` is naive wall time in `zone`; `due_at` the instant (aware UTC) it means now."""
    reminder = Reminder(
        title=title,
        assignee_id=assignee_id,
        created_by_id=created_by_id,
        due_local=due_local,
        occurrence_local=due_local,
        fold=due_local.fold,
        zone=zone,
        due_at=due_at,
        is_duration=is_duration,
        rings=rings,
        granularity=granularity,
        typed=typed,
        rule=rule,
        nag=nag,
        contact_id=contact_id,
        company_id=company_id,
        deal_id=deal_id,
        interaction_id=interaction_id,
        created_at=now,
    )
    session.add(reminder)
    return reminder


def get(session: Session, reminder_id: int) -> Reminder | None:
    return session.get(Reminder, reminder_id)


def done(session: Session, reminder: Reminder, *, member_id: int, outcome: str | None, now: datetime) -> None:
    """Close a follow-up: it was done. One of a series that was done before its time books the next."""
    if reminder.is_waiting and reminder.rule is not None:
        due.next_in_series(session, reminder, now)
    reminder.state, reminder.is_open, reminder.is_waiting = "done", False, False
    reminder.done_at, reminder.done_by_id = now, member_id
    if outcome:
        reminder.outcome = outcome


def drop(reminder: Reminder) -> None:
    """Close a follow-up that will not be done; a series ends with it."""
    reminder.state, reminder.is_open, reminder.is_waiting = "cancelled", False, False


def give(reminder: Reminder, member_id: int) -> None:
    """Make it somebody else's; a letter to whoever had it is not sent."""
    reminder.assignee_id = member_id
    reminder.version += 1


def snooze(
    reminder: Reminder, *, due_local: datetime, zone: str, due_at: datetime, is_duration: bool, rings: bool, typed: str
) -> None:
    """Move this occurrence to another time; the series keeps its own. A letter of the old time is not sent."""
    reminder.due_local, reminder.fold, reminder.zone, reminder.due_at = due_local, due_local.fold, zone, due_at
    reminder.is_duration, reminder.rings, reminder.typed = is_duration, rings, typed
    reminder.state, reminder.is_waiting, reminder.is_open = "scheduled", True, True
    reminder.done_at = reminder.done_by_id = None
    reminder.version += 1


def open_until(session: Session, assignee_id: int, until: datetime, *, since: datetime | None = None) -> list[Reminder]:
    """Return a member's open follow-ups that are due before `until` (and not before `since`), oldest first."""
    query = sa.select(Reminder).where(Reminder.assignee_id == assignee_id, Reminder.is_open, Reminder.due_at < until)
    if since is not None:
        query = query.where(Reminder.due_at >= since)
    return list(session.scalars(query.order_by(Reminder.due_at, Reminder.id)))


def of_subject(session: Session, **subject: int) -> list[Reminder]:
    """Return the open follow-ups of a contact_id, company_id or deal_id, the next one first."""
    query = sa.select(Reminder).filter_by(**subject).where(Reminder.is_open)
    return list(session.scalars(query.order_by(Reminder.due_at).limit(20)))


def recently_pushed(session: Session, assignee_id: int, now: datetime, window: timedelta) -> list[Reminder]:
    """Return the member's follow-ups that came due within the window and are still open, newest first."""
    query = sa.select(Reminder).where(
        Reminder.assignee_id == assignee_id,
        Reminder.is_open,
        Reminder.is_waiting.is_(False),
        Reminder.due_at >= now - window,
        Reminder.due_at <= now,
    )
    return list(session.scalars(query.order_by(Reminder.due_at.desc(), Reminder.id.desc()).limit(5)))
