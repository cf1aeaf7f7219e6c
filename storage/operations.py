"""Operations as people speak of them: my last line, the line that wrote I-412, what I undid last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.models import Change, Company, Contact, Deal, Interaction, Operation, Reminder

# The order in which a line's records are named.
SHOWN = (Interaction, Contact, Company, Deal, Reminder)


def last_of(session: Session, member_id: int, since: datetime) -> Operation | None:
    """Return the member's newest line that still stands."""
    query = _of(member_id, since).where(Operation.kind == "line", Operation.undone_by_id.is_(None))
    return session.scalar(query)


def last_undo_of(session: Session, member_id: int, since: datetime) -> Operation | None:
    """Return the member's newest undo that was not taken back."""
    query = _of(member_id, since).where(Operation.kind == "undo", Operation.undone_by_id.is_(None))
    return session.scalar(query)


def _of(member_id: int, since: datetime) -> sa.Select[Operation]:
    query = sa.select(Operation).where(Operation.member_id == member_id, Operation.at >= since)
    return query.order_by(Operation.at.desc(), Operation.id.desc()).limit(1)


def that_made(session: Session, table: str, row_id: int) -> Operation | None:
    """Return the line that first wrote a row."""
    query = (
        sa.select(Operation)
        .join(Change, Change.operation_id == Operation.id)
        .where(Change.table_name == table, Change.row_id == row_id, Change.action == "insert")
        .order_by(Change.id)
        .limit(1)
    )
    return session.scalar(query)


def stands_again(session: Session, undo: Operation) -> None:
    """The line that `undo` took back is in force again, and can be undone again."""
    if undo.undoes_id is not None:
        session.get_one(Operation, undo.undoes_id).undone_by_id = None


def refs(rows: Sequence[Change]) -> list[str]:
    """Return the refs of the records that changes are about, the interaction first."""
    order = {model.__tablename__: (position, model.letter) for position, model in enumerate(SHOWN)}
    named = {(*order[row.table_name], row.row_id) for row in rows if row.table_name in order}
    return [f"{letter}-{row_id}" for _position, letter, row_id in sorted(named)]
