"""Tags: one row for each word, whatever its case and accents."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.keys import fold
from storage.models import Tag, Tagging


def ensure(session: Session, names: tuple[str, ...]) -> list[Tag]:
    """Return the tags of those names, made where they were missing."""
    by_key = {fold(name): name for name in names}
    found = {tag.name_key: tag for tag in session.scalars(sa.select(Tag).where(Tag.name_key.in_(list(by_key))))}
    for key, name in by_key.items():
        if key not in found:
            found[key] = Tag(name=name, name_key=key)
            session.add(found[key])
    session.flush()
    return list(found.values())


def of_contact(session: Session, contact_id: int) -> list[str]:
    return _names(session, Tagging.contact_id == contact_id)


def of_company(session: Session, company_id: int) -> list[str]:
    return _names(session, Tagging.company_id == company_id)


def _names(session: Session, condition: sa.ColumnElement[bool]) -> list[str]:
    query = sa.select(Tag.name).join(Tagging, Tagging.tag_id == Tag.id).where(condition).order_by(Tag.name_key)
    return list(session.scalars(query))
