"""The audit and the undo: every row that people's lines change is kept whole, before and after.

A session watches its own flushes, so that no verb can forget to record. Rows are recorded only inside an operation
(`begin`); what the machine does for itself (letters, leases, the inbox) is not undoable and not recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, inspect
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import get_history
from sqlalchemy.types import TypeDecorator

from storage import search
from storage.models import (
    Alias,
    Attachment,
    Base,
    Change,
    Company,
    Contact,
    ContactKey,
    Deal,
    Interaction,
    Member,
    Operation,
    Participant,
    Redirect,
    Reminder,
    StageChange,
    Tag,
    Tagging,
)
from storage.types import Instant, WallTime

# In the order in which they refer to each other: put back from first to last, taken away from last to first.
RECORDED: tuple[type[Base], ...] = (
    Member,
    Tag,
    Company,
    Contact,
    ContactKey,
    Tagging,
    Alias,
    Deal,
    StageChange,
    Interaction,
    Participant,
    Attachment,
    Reminder,
    Redirect,
)
_BY_TABLE: dict[str, type[Base]] = {model.__tablename__: model for model in RECORDED}
_ORDER = {model.__tablename__: position for position, model in enumerate(RECORDED)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who does an operation, from where, and when."""

    member_id: int | None
    platform: str
    chat: str | None
    at: datetime


def begin(
    session: Session,
    author: Author,
    line: str,
    *,
    kind: str = "line",
    inbox_id: int | None = None,
    undoes: int | None = None,
) -> Operation:
    """Open an operation: from here on, every recorded row that this session flushes belongs to it."""
    operation = Operation(
        member_id=author.member_id,
        platform=author.platform,
        chat=author.chat,
        kind=kind,
        line=line,
        line_key=" ".join(line.casefold().split())[:500],
        inbox_id=inbox_id,
        undoes_id=undoes,
        at=author.at,
    )
    session.info["operation"] = operation
    session.info["author"] = author
    return operation


def end(session: Session) -> Operation | None:
    """Close the operation; return it if it changed something, else None (and it leaves no row)."""
    settle(session)
    operation: Operation | None = session.info.pop("operation", None)
    session.info.pop("author", None)
    return operation if operation is not None and operation.id is not None else None


def forget(session: Session) -> None:
    """A savepoint was rolled back: what was done since never happened."""
    for name in ("operation", "author", "touched"):
        session.info.pop(name, None)


@dataclass(slots=True)
class Touched:
    """A row that changed since the last `settle`: what was done to it in all, and what it was before."""

    action: str
    row: Base
    old: dict[str, Any] | None


def watch(session: Session) -> None:
    """Follow what this session flushes."""
    event.listen(session, "before_flush", _before_flush)
    event.listen(session, "after_flush", _after_flush)


def _before_flush(session: Session, context: Any, instances: Any) -> None:
    """The operation gets its row with the first change: a line that only reads leaves none."""
    del context, instances
    operation = session.info.get("operation")
    if operation is not None and operation not in session and any(_pending(session)):
        session.add(operation)


def _after_flush(session: Session, context: Any) -> None:
    del context
    touched: dict[tuple[str, int], Touched] = session.info.setdefault("touched", {})
    for action, row, old in _changed(session):
        key = (row.__tablename__, row.id)
        before = touched.pop(key, None)
        after = Touched(action, row, old) if before is None else _together(before, action, row)
        if after is not None:
            touched[key] = after


def _together(before: Touched, action: str, row: Base) -> Touched | None:
    """Two changes of one row are one: made and changed is made, made and deleted is nothing."""
    if before.action == "insert":
        return None if action == "delete" else Touched("insert", row, None)
    if before.action == "delete":
        return Touched("update", row, before.old)
    return Touched(action, row, before.old)


def settle(session: Session) -> None:
    """Write the audit and bring the search index up to date: once for all that a line flushed."""
    session.flush()
    touched: dict[tuple[str, int], Touched] = session.info.pop("touched", {})
    if not touched:
        return
    search.follow(session, [(each.action, each.row, each.old) for each in touched.values()])
    author: Author | None = session.info.get("author")
    if author is not None:
        operation: Operation = session.info["operation"]
        session.execute(sa.insert(Change), [_change(operation, author, each) for each in touched.values()])


def _change(operation: Operation, author: Author, touched: Touched) -> dict[str, Any]:
    return {
        "operation_id": operation.id,
        "table_name": touched.row.__tablename__,
        "row_id": touched.row.id,
        "action": touched.action,
        "old": touched.old,
        "new": None if touched.action == "delete" else snapshot(touched.row),
        "member_id": author.member_id,
        "platform": author.platform,
        "chat": author.chat,
        "at": author.at,
    }


def _pending(session: Session) -> Iterator[Base]:
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, RECORDED):
            yield row


def _changed(session: Session) -> Iterator[tuple[str, Base, dict[str, Any] | None]]:
    """Yield each recorded row of this flush with what was done to it and what it was before."""
    for row in session.new:
        if isinstance(row, RECORDED):
            yield "insert", row, None
    for row in session.dirty:
        if isinstance(row, RECORDED) and session.is_modified(row):
            yield "update", row, _before(row)
    for row in session.deleted:
        if isinstance(row, RECORDED):
            yield "delete", row, snapshot(row)


def snapshot(row: Base) -> dict[str, Any]:
    """Return a row as plain JSON values, by column."""
    return {column.key: _plain(getattr(row, column.key)) for column in inspect(type(row)).column_attrs}


def _before(row: Base) -> dict[str, Any]:
    old = snapshot(row)
    for key in old:
        history = get_history(row, key)
        if history.deleted:
            old[key] = _plain(history.deleted[0])
    return old


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _typed(model: type[Base], values: dict[str, Any]) -> dict[str, Any]:
    """Turn a snapshot back into values of its columns."""
    return {
        column.key: _read(column.columns[0].type, values[column.key])
        for column in inspect(model).column_attrs
        if column.key in values
    }


def _read(kind: Any, value: Any) -> Any:
    if value is None or not isinstance(kind, TypeDecorator):
        return value
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value).astimezone(UTC)
    return datetime.fromisoformat(value) if isinstance(kind, WallTime) else value


# Undo ------------------------------------------------------------------------------------------------------------


def of_operation(session: Session, operation_id: int) -> list[Change]:
    """Return what an operation changed, in the order it did."""
    query = sa.select(Change).where(Change.operation_id == operation_id).order_by(Change.id)
    return list(session.scalars(query))


def newer(session: Session, rows: list[Change]) -> list[Operation]:
    """Return the later operations, not undone, that changed the same rows or rows that hang on new ones."""
    if not rows:
        return []
    touched = {(row.table_name, row.row_id) for row in rows}
    query = (
        sa.select(Change.operation_id)
        .where(sa.tuple_(Change.table_name, Change.row_id).in_(sorted(touched)))
        .where(Change.id > rows[-1].id, Change.operation_id.is_not(None))
    )
    ids = set(session.scalars(query)) | _dependants(session, rows)
    ids.discard(rows[0].operation_id)
    later = sa.select(Operation).where(Operation.id.in_(ids), Operation.undone_by_id.is_(None))
    return list(session.scalars(later.where(Operation.kind == "line").order_by(Operation.id)))


def _dependants(session: Session, rows: list[Change]) -> set[int]:
    """Operations that made rows which refer to rows this one made."""
    created = {(row.table_name, row.row_id) for row in rows if row.action == "insert"}
    found: set[int] = set()
    for model in RECORDED:
        for column in inspect(model).columns:
            for key in column.foreign_keys:
                ids = [row_id for table, row_id in created if table == key.column.table.name]
                if ids:
                    found |= _makers(session, model, column, ids, after=rows[-1].id)
    return found


def _makers(session: Session, model: type[Base], column: sa.Column[Any], ids: list[int], *, after: int) -> set[int]:
    referring = sa.select(inspect(model).columns["id"]).where(column.in_(ids))
    query = sa.select(Change.operation_id).where(
        Change.table_name == model.__tablename__,
        Change.action == "insert",
        Change.row_id.in_(referring),
        Change.id > after,
    )
    return {operation for operation in session.scalars(query) if operation is not None}


def revert(session: Session, operation: Operation, author: Author, line: str, *, kind: str) -> Operation:
    """Put every row back as it was before `operation`, as an operation of its own."""
    own = begin(session, author, line, kind=kind, undoes=operation.id)
    rows = of_operation(session, operation.id)
    for change in sorted(rows, key=_undo_order):
        _revert(session, change)
        session.flush()
    session.add(own)
    session.flush()
    operation.undone_by_id = own.id
    end(session)
    return own


def _undo_order(change: Change) -> tuple[int, int, int]:
    """Rows to put back come first, those they refer to before them; then updates; then new rows, dependants first."""
    position = _ORDER.get(change.table_name, 0)
    if change.action == "delete":
        return (0, position, change.id)
    return (1, 0, -change.id) if change.action == "update" else (2, -position, -change.id)


def _revert(session: Session, change: Change) -> None:
    model = _BY_TABLE[change.table_name]
    row = session.get(model, change.row_id)
    if change.action == "insert":
        if row is not None:
            session.delete(row)
    elif change.action == "delete":
        if row is None and change.old is not None:
            session.add(model(**_typed(model, change.old)))
    elif row is not None and change.old is not None and change.new is not None:
        for key, value in _typed(model, change.old).items():
            if change.old[key] != change.new.get(key):
                setattr(row, key, value)
