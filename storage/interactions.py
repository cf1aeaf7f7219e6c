"""Interactions: what happened with a customer, and the timeline that it makes."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.models import Company, Contact, Deal, Interaction, Participant, Reminder, StageChange

# Contact with the customer; a note is not, and nor is an attempt.
TOUCHES = frozenset({"meeting", "call", "email", "visit", "demo", "message"})


def log(
    session: Session,
    *,
    kind: str,
    is_attempt: bool,
    contact: Contact | None,
    company: Company | None,
    deal: Deal | None,
    member_id: int | None,
    text: str,
    platform: str,
    at: datetime,
    now: datetime,
    took_part: tuple[Contact, ...] = (),
) -> Interaction:
    """Write down what happened; a touch also moves the `touched_at` of everything it is about."""
    interaction = Interaction(
        kind=kind,
        is_attempt=is_attempt,
        contact_id=contact.id if contact else None,
        company_id=company.id if company else None,
        deal_id=deal.id if deal else None,
        member_id=member_id,
        text=text,
        platform=platform,
        at=at,
        created_at=now,
    )
    session.add(interaction)
    session.flush()
    session.add_all(Participant(interaction_id=interaction.id, contact_id=other.id) for other in took_part)
    if kind in TOUCHES and not is_attempt:
        for subject in (contact, company, deal, *took_part):
            _touch(subject, at)
    return interaction


def _touch(subject: Contact | Company | Deal | None, at: datetime) -> None:
    if subject is not None and (subject.touched_at is None or subject.touched_at < at):
        subject.touched_at = at


def last(
    session: Session, *, contact_id: int | None = None, company_id: int | None = None, deal_id: int | None = None
) -> Interaction | None:
    """Return the newest interaction with a contact, a company or about a deal."""
    query = _about(sa.select(Interaction), Interaction, contact_id, company_id, deal_id)
    return session.scalar(query.order_by(Interaction.at.desc(), Interaction.id.desc()).limit(1))


def _about(
    query: sa.Select[Interaction],
    model: type[Interaction],
    contact_id: int | None,
    company_id: int | None,
    deal_id: int | None,
) -> sa.Select[Interaction]:
    for column, value in ((model.contact_id, contact_id), (model.company_id, company_id), (model.deal_id, deal_id)):
        if value is not None:
            query = query.where(column == value)
    return query


Event = Interaction | StageChange | Reminder


def timeline(
    session: Session, subject: Contact | Company | Deal, *, limit: int, before: datetime | None = None
) -> list[tuple[datetime, Event]]:
    """Return what happened with a subject and what is booked, newest first: (when, row), at most `limit`."""
    events: list[tuple[datetime, Event]] = []
    events += [(row.at, row) for row in _interactions(session, subject, limit, before)]
    events += [(row.at, row) for row in _stage_changes(session, subject, limit, before)]
    events += [(row.due_at, row) for row in _reminders(session, subject, limit, before)]
    return sorted(events, key=lambda event: (event[0], event[1].id), reverse=True)[:limit]


def _interactions(
    session: Session, subject: Contact | Company | Deal, limit: int, before: datetime | None
) -> list[Interaction]:
    column = {Contact: Interaction.contact_id, Company: Interaction.company_id, Deal: Interaction.deal_id}[
        type(subject)
    ]
    own = sa.select(Interaction).where(column == subject.id)
    if not isinstance(subject, Contact):
        return _newest(session, own, limit, before)
    # Two questions, not an OR: PostgreSQL answers that one by reading the whole table.
    took_part = sa.select(Interaction).join(Participant, Participant.interaction_id == Interaction.id)
    took_part = took_part.where(Participant.contact_id == subject.id)
    return [*_newest(session, own, limit, before), *_newest(session, took_part, limit, before)]


def _newest(session: Session, query: sa.Select[Interaction], limit: int, before: datetime | None) -> list[Interaction]:
    if before is not None:
        query = query.where(Interaction.at < before)
    return list(session.scalars(query.order_by(Interaction.at.desc(), Interaction.id.desc()).limit(limit)))


def _stage_changes(
    session: Session, subject: Contact | Company | Deal, limit: int, before: datetime | None
) -> list[StageChange]:
    query = sa.select(StageChange).join(Deal, Deal.id == StageChange.deal_id)
    column = {Contact: Deal.contact_id, Company: Deal.company_id, Deal: Deal.id}[type(subject)]
    query = query.where(column == subject.id)
    if before is not None:
        query = query.where(StageChange.at < before)
    return list(session.scalars(query.order_by(StageChange.at.desc()).limit(limit)))


def _reminders(
    session: Session, subject: Contact | Company | Deal, limit: int, before: datetime | None
) -> list[Reminder]:
    column = {Contact: Reminder.contact_id, Company: Reminder.company_id, Deal: Reminder.deal_id}[type(subject)]
    query = sa.select(Reminder).where(column == subject.id)
    if before is not None:
        query = query.where(Reminder.due_at < before)
    return list(session.scalars(query.order_by(Reminder.due_at.desc()).limit(limit)))
