"""Records by what people and indexes call them: a ref such as P-12, or a kind and a key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.keys import company_key, fold, name_key
from storage.models import Alias, Company, Contact, Deal, Interaction, Redirect, Reminder

Customer = Contact | Company | Deal
Record = Customer | Interaction | Reminder

T = TypeVar("T", Contact, Company)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Who bears a name: exactly (case, accents, honorifics and legal suffix aside), or as this member calls them."""

    contacts: list[Contact]
    companies: list[Company]
    aliased: list[Contact]


def named(session: Session, name: str, member_id: int) -> Named:
    """Return everybody of that name.

    One question for all, for most names on a line are nobody's yet; rows are read only where there are any.
    """
    contacts = sa.select(sa.literal("P"), Contact.id).where(Contact.name_key == name_key(name))
    companies = sa.select(sa.literal("C"), Company.id).where(Company.name_key == company_key(name))
    aliases = sa.select(sa.literal("alias"), Alias.contact_id).where(
        Alias.member_id == member_id, Alias.alias_key == fold(name), Alias.contact_id.is_not(None)
    )
    found: dict[str, list[int]] = {"P": [], "C": [], "alias": []}
    rows: Iterable[Any] = session.execute(sa.union_all(contacts, companies, aliases))
    for kind, key in rows:
        found[kind].append(key)
    return Named(
        contacts=_rows(session, Contact, found["P"]),
        companies=_rows(session, Company, found["C"]),
        aliased=_rows(session, Contact, found["alias"]),
    )


def _rows(session: Session, model: type[T], keys: list[int]) -> list[T]:
    return [row for key in sorted(keys) if (row := session.get(model, key)) is not None]


def remember_alias(session: Session, member_id: int, name: str, contact_id: int) -> None:
    """From now on this member means this contact by that name."""
    query = sa.select(Alias).where(Alias.member_id == member_id, Alias.alias_key == fold(name))
    alias = session.scalar(query)
    if alias is None:
        alias = Alias(member_id=member_id, alias_key=fold(name))
        session.add(alias)
    alias.contact_id, alias.company_id = contact_id, None


def lock(session: Session, company_ids: Iterable[int], contact_ids: Iterable[int]) -> None:
    """Hold companies, then contacts, until the line is committed: two lines at once must not open one deal twice.

    Always in this order, or two lines would wait for each other; and before anything is written about them. SQLite
    has one writer, and needs none of this.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    for model, ids in ((Company, company_ids), (Contact, contact_ids)):
        wanted = sorted(set(ids))
        if wanted:
            query = sa.select(model.id).where(model.id.in_(wanted)).order_by(model.id)
            session.execute(query.with_for_update(key_share=True))
