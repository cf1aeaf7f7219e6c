"""Records by what people and indexes call them: a ref such as P-12, or a kind and a key."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.keys import company_key, name_key
from storage.models import Company, Contact, Deal, Interaction, Redirect, Reminder

Customer = Contact | Company | Deal
Record = Customer | Interaction | Reminder

MOST_DIGITS = 18  # of a key in the database
_KINDS = {"contact": "P", "company": "C", "deal": "D"}


def by_ref(session: Session, ref: str) -> Record | None:
    """Return the row of a ref, or the one it was merged into; None if there is none."""
    letter, _, number = ref.partition("-")
    if not number.isdecimal() or len(number) > MOST_DIGITS:
        return None
    row = _get(session, letter, int(number))
    if row is not None:
        return row
    to_ref = session.scalar(sa.select(Redirect.to_ref).where(Redirect.from_ref == ref))
    return by_ref(session, to_ref) if to_ref is not None else None


def _get(session: Session, letter: str, key: int) -> Record | None:
    match letter:
        case "P":
            return session.get(Contact, key)
        case "C":
            return session.get(Company, key)
        case "D":
            return session.get(Deal, key)
        case "I":
            return session.get(Interaction, key)
        case "F":
            return session.get(Reminder, key)
        case _:
            return None


def customers(session: Session, found: Iterable[tuple[str, int]]) -> list[Customer]:
    """Return the contacts, companies and deals that an index names by (kind, key), in its order."""
    rows = (_get(session, _KINDS[kind], key) for kind, key in found)
    return [row for row in rows if isinstance(row, Contact | Company | Deal)]


def named(session: Session, name: str) -> tuple[list[Contact], list[Company]]:
    """Return the contacts and the companies of exactly that name (case, accents, honorifics, legal suffix aside).

    One question for both, for most names on a line are nobody's yet; rows are read only where there are any.
    """
    contacts = sa.select(sa.literal("P"), Contact.id).where(Contact.name_key == name_key(name))
    companies = sa.select(sa.literal("C"), Company.id).where(Company.name_key == company_key(name))
    keys = [(letter, key) for letter, key in session.execute(sa.union_all(contacts, companies))]
    rows = [_get(session, letter, key) for letter, key in sorted(keys)]
    return [row for row in rows if isinstance(row, Contact)], [row for row in rows if isinstance(row, Company)]
