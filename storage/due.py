"""The due scan: which follow-ups have come due, and the next occurrence of a series.

What people do with follow-ups is in storage/reminders.py. `now` is the process clock: what is due is decided by it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import times
from storage.models import Reminder

LIMIT = 500
STUCK = timedelta(hours=1)


def claim_due(session: Session, now: datetime, *, limit: int = LIMIT, only: int | None = None) -> list[Reminder]:
    """Lock the follow-ups whose moment has come, oldest first; those another process has are left to it.

    `only`: this one, if it is due.
    """
    query = sa.select(Reminder).where(*_is_due(now)).order_by(Reminder.due_at).limit(limit)
    if only is not None:
        query = query.where(Reminder.id == only)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def due_ids(session: Session, now: datetime, *, limit: int = LIMIT) -> list[int]:
    """Return what is due without reading the rows, for one of them may be unreadable."""
    return list(session.scalars(sa.select(Reminder.id).where(*_is_due(now)).order_by(Reminder.due_at).limit(limit)))


def claim_rest(session: Session, assignee_ids: Collection[int], now: datetime) -> list[Reminder]:
    """Lock everything that is due for these members: what they missed is told at once, not in parts."""
    query = sa.select(Reminder).where(Reminder.assignee_id.in_(sorted(assignee_ids)), Reminder.is_open, *_is_due(now))
    return list(session.scalars(query.order_by(Reminder.due_at).with_for_update(skip_locked=True)))


def _is_due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return Reminder.is_waiting.expression, Reminder.due_at <= now, _is_free(now)


def _is_free(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(Reminder.stuck_until.is_(None), Reminder.stuck_until <= now)


def mark_due(session: Session, reminders: Sequence[Reminder], now: datetime) -> None:
    """Their moment has come: they wait no more, and each series gets its next occurrence in the same transaction."""
    ids = [reminder.id for reminder in reminders]
    session.execute(
        sa.update(Reminder)
        .where(Reminder.id.in_(ids))
        .values(state="due", is_waiting=False, stuck_until=None, stuck_why=None)
        .execution_options(synchronize_session=False)
    )
    for reminder in reminders:
        if reminder.rule is not None:
            next_in_series(session, reminder, now)


def next_in_series(session: Session, reminder: Reminder, now: datetime) -> Reminder | None:
    """Book the next occurrence of a series after `now`; None if there is none, or it was booked before.

    Computed on the wall clock from the series' own time, which a snooze does not move. Occurrences that were missed
    meanwhile are left out: the late one stands for them.
    """
    following = _following(session, reminder, now)
    if reminder.rule is None or following is None or _is_booked(session, reminder, following):
        return None
    occurrence = Reminder(
        title=reminder.title,
        contact_id=reminder.contact_id,
        company_id=reminder.company_id,
        deal_id=reminder.deal_id,
        interaction_id=reminder.interaction_id,
        assignee_id=reminder.assignee_id,
        created_by_id=reminder.created_by_id,
        due_local=following,
        occurrence_local=following,
        fold=0,
        zone=_zone(session, reminder),
        due_at=times.resolve(following, _zone(session, reminder)),
        granularity=reminder.granularity,
        typed=reminder.typed,
        rings=_first(session, reminder).rings,
        nag=reminder.nag,
        rule=reminder.rule,
        series_id=reminder.series_id or reminder.id,
        created_at=now,
    )
    session.add(occurrence)
    session.flush()
    return occurrence


def _first(session: Session, reminder: Reminder) -> Reminder:
    if reminder.series_id is None:
        return reminder
    return session.get(Reminder, reminder.series_id) or reminder


def _zone(session: Session, reminder: Reminder) -> str:
    """Return the zone of the series; a snooze elsewhere moves only its own occurrence."""
    return _first(session, reminder).zone


def _following(session: Session, reminder: Reminder, now: datetime) -> datetime | None:
    start, zone = _first(session, reminder).occurrence_local, _zone(session, reminder)
    after = max(reminder.occurrence_local, times.to_local(now, zone))
    return times.next_occurrence(reminder.rule, start, after, zone) if reminder.rule else None


def _is_booked(session: Session, reminder: Reminder, following: datetime) -> bool:
    """Tell whether the series has gone on already: a snoozed occurrence comes due a second time."""
    query = sa.select(Reminder.id).where(
        Reminder.series_id == (reminder.series_id or reminder.id), Reminder.occurrence_local > reminder.occurrence_local
    )
    return session.scalar(query.limit(1)) is not None


def push_ahead(session: Session, reminder_id: int, why: str, now: datetime) -> bool:
    """Put one aside that could not be made into a letter: try again in an hour, and let people see it meanwhile.

    Return whether that is news.
    """
    is_known = sa.select(Reminder.stuck_why).where(Reminder.id == reminder_id)
    is_news = session.scalar(is_known) is None
    session.execute(
        sa.update(Reminder)
        .where(Reminder.id == reminder_id)
        .values(stuck_until=now + STUCK, stuck_why=why[:500])
        .execution_options(synchronize_session=False)
    )
    return is_news


def first_due_at(session: Session, now: datetime, until: datetime) -> datetime | None:
    """Return when the first follow-up is due that the scan must see to before `until`; None if there is none."""
    query = sa.select(Reminder.due_at).where(Reminder.is_waiting, Reminder.due_at <= until, _is_free(now))
    return session.scalar(query.order_by(Reminder.due_at).limit(1))


def next_due_at(session: Session, now: datetime) -> datetime | None:
    """Return when the next follow-up comes due that is not due yet."""
    query = sa.select(Reminder.due_at).where(Reminder.is_waiting, Reminder.due_at > now)
    return session.scalar(query.order_by(Reminder.due_at).limit(1))
