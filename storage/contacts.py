"""Contacts: found by name, phone or e-mail, made once, and given keys that identify them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import tags
from storage.keys import email_key, name_key, phone_key
from storage.models import Contact, ContactKey, Tagging


def named(session: Session, name: str) -> list[Contact]:
    """Return the contacts of exactly that name, whatever its case, accents and honorifics."""
    query = sa.select(Contact).where(Contact.name_key == name_key(name)).order_by(Contact.id)
    return list(session.scalars(query))


def with_key(session: Session, kind: str, value: str, region: str | None) -> Contact | None:
    """Return the contact that a phone or an e-mail identifies; None if nobody has it."""
    query = (
        sa.select(Contact)
        .join(ContactKey, ContactKey.contact_id == Contact.id)
        .where(ContactKey.kind == kind, ContactKey.match_key == match_key(kind, value, region))
    )
    return session.scalar(query)


def match_key(kind: str, value: str, region: str | None) -> str:
    """Return what two spellings of one phone or e-mail have in common."""
    key = email_key(value) if kind == "email" else phone_key(value, region)
    return key or "".join(value.casefold().split())


def create(
    session: Session,
    *,
    name: str,
    company_id: int | None,
    owner_id: int | None,
    now: datetime,
    twin: int = 0,
    touched_at: datetime | None = None,
) -> Contact:
    contact = Contact(
        name=name,
        name_key=name_key(name),
        twin=twin,
        company_id=company_id,
        owner_id=owner_id,
        fields={},
        created_at=now,
        touched_at=touched_at,
    )
    session.add(contact)
    session.flush()
    return contact


def next_twin(session: Session, name: str, company_id: int | None) -> int:
    """Return the number that tells a namesake at the same company apart."""
    query = sa.select(sa.func.max(Contact.twin)).where(
        Contact.name_key == name_key(name), sa.func.coalesce(Contact.company_id, 0) == (company_id or 0)
    )
    last = session.scalar(query)
    return 0 if last is None else last + 1


def add_key(session: Session, contact: Contact, kind: str, value: str, region: str | None) -> ContactKey:
    """Give a contact a phone or an e-mail that nobody else has; `value` is kept as typed."""
    key = ContactKey(contact_id=contact.id, kind=kind, value=value, match_key=match_key(kind, value, region))
    session.add(key)
    return key


def keys(session: Session, contact_id: int) -> list[ContactKey]:
    query = sa.select(ContactKey).where(ContactKey.contact_id == contact_id).order_by(ContactKey.id)
    return list(session.scalars(query))


def tag(session: Session, contact: Contact, names: tuple[str, ...], *, is_new: bool = False) -> None:
    """Put tags on a contact; those it has already stay as they are."""
    has: set[int] = set()
    if not is_new:
        has.update(session.scalars(sa.select(Tagging.tag_id).where(Tagging.contact_id == contact.id)))
    for found in tags.ensure(session, names):
        if found.id not in has:
            session.add(Tagging(tag_id=found.id, contact_id=contact.id))
