"""Two records that are one: everything that hangs on the one hangs on the other, and its ref leads there.

Each row that moves is changed through the session, so that the audit keeps it and an undo puts every one back.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from storage import contacts
from storage.models import (
    Alias,
    Base,
    Company,
    Contact,
    ContactKey,
    Deal,
    Interaction,
    Participant,
    Redirect,
    Reminder,
    Tagging,
)

OF_CONTACT: tuple[InstrumentedAttribute[int | None] | InstrumentedAttribute[int], ...] = (
    ContactKey.contact_id,
    Alias.contact_id,
    Deal.contact_id,
    Interaction.contact_id,
    Reminder.contact_id,
)
OF_COMPANY: tuple[InstrumentedAttribute[int | None], ...] = (
    Alias.company_id,
    Deal.company_id,
    Interaction.company_id,
    Reminder.company_id,
)


def contact(session: Session, gone: Contact, kept: Contact) -> int:
    """Merge one contact into another; return how many rows moved."""
    moved = sum(_move(session, column, gone.id, kept.id) for column in OF_CONTACT)
    moved += _move_tags(session, Tagging.contact_id, gone.id, kept.id)
    moved += _move_participants(session, gone.id, kept.id)
    kept.company_id = kept.company_id or gone.company_id
    _fill(kept, gone)
    _remove(session, gone, kept)
    return moved


def company(session: Session, gone: Company, kept: Company) -> int:
    """Merge one company into another, with its people; return how many rows moved."""
    moved = sum(_move(session, column, gone.id, kept.id) for column in OF_COMPANY)
    moved += _move_tags(session, Tagging.company_id, gone.id, kept.id)
    for person in session.scalars(sa.select(Contact).where(Contact.company_id == gone.id)):
        person.twin = contacts.next_twin(session, person.name, kept.id)
        person.company_id = kept.id
        session.flush()
        moved += 1
    _fill(kept, gone)
    _remove(session, gone, kept)
    return moved


def _move(
    session: Session,
    column: InstrumentedAttribute[int | None] | InstrumentedAttribute[int],
    gone_id: int,
    kept_id: int,
) -> int:
    rows: Iterable[Base] = session.scalars(sa.select(column.class_).where(column == gone_id)).all()
    count = 0
    for row in rows:
        setattr(row, column.key, kept_id)
        count += 1
    return count


def _move_tags(session: Session, column: InstrumentedAttribute[int | None], gone_id: int, kept_id: int) -> int:
    has = set(session.scalars(sa.select(Tagging.tag_id).where(column == kept_id)))
    rows = session.scalars(sa.select(Tagging).where(column == gone_id)).all()
    for row in rows:
        if row.tag_id in has:
            session.delete(row)
        else:
            setattr(row, column.key, kept_id)
    return len(rows)


def _move_participants(session: Session, gone_id: int, kept_id: int) -> int:
    """Nobody takes part twice, nor beside themselves."""
    session.flush()
    there = set(session.scalars(sa.select(Participant.interaction_id).where(Participant.contact_id == kept_id)))
    rows = session.scalars(sa.select(Participant).where(Participant.contact_id == gone_id)).all()
    for row in rows:
        is_main = session.get_one(Interaction, row.interaction_id).contact_id == kept_id
        if row.interaction_id in there or is_main:
            session.delete(row)
        else:
            row.contact_id = kept_id
    return len(rows)


def _fill(kept: Contact | Company, gone: Contact | Company) -> None:
    """What only the one knew, the other knows now."""
    kept.fields = {**gone.fields, **kept.fields}
    kept.owner_id = kept.owner_id or gone.owner_id
    kept.created_at = min(kept.created_at, gone.created_at)
    touches = [at for at in (kept.touched_at, gone.touched_at) if at is not None]
    kept.touched_at = max(touches, default=None)


def _remove(session: Session, gone: Contact | Company, kept: Contact | Company) -> None:
    session.flush()
    for redirect in session.scalars(sa.select(Redirect).where(Redirect.to_ref == gone.ref)):
        redirect.to_ref = kept.ref
    session.add(Redirect(from_ref=gone.ref, to_ref=kept.ref))
    session.delete(gone)
    session.flush()
