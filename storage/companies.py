"""Companies: found by name without legal suffixes, made once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import tags
from storage.keys import company_key
from storage.models import Company, Contact, Deal, Tagging


def named(session: Session, name: str) -> list[Company]:
    """Return the companies of exactly that name, whatever its case, accents and legal suffix."""
    query = sa.select(Company).where(Company.name_key == company_key(name)).order_by(Company.id)
    return list(session.scalars(query))


def create(
    session: Session,
    *,
    name: str,
    owner_id: int | None,
    now: datetime,
    twin: int = 0,
    touched_at: datetime | None = None,
) -> Company:
    company = Company(
        name=name,
        name_key=company_key(name),
        twin=twin,
        owner_id=owner_id,
        fields={},
        created_at=now,
        touched_at=touched_at,
    )
    session.add(company)
    session.flush()
    return company


def tag(session: Session, company: Company, names: tuple[str, ...]) -> None:
    """Put tags on a company; those it has already stay as they are."""
    has = set(session.scalars(sa.select(Tagging.tag_id).where(Tagging.company_id == company.id)))
    for found in tags.ensure(session, names):
        if found.id not in has:
            session.add(Tagging(tag_id=found.id, company_id=company.id))


def counts(session: Session, company_id: int) -> tuple[int, int]:
    """Return how many people and how many open deals a company has."""
    people = sa.select(sa.func.count()).select_from(Contact).where(Contact.company_id == company_id)
    deals = sa.select(sa.func.count()).select_from(Deal).where(Deal.company_id == company_id, Deal.is_open)
    return session.scalar(people) or 0, session.scalar(deals) or 0
