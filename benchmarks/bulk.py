"""Many rows at once, by the quickest way that each database has."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from itertools import chain, islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from storage.models import Base

BATCH = 20_000
Row = Mapping[str, Any]


def load(session: Session, model: type[Base], rows: Iterable[Row]) -> None:
    """Insert rows that all have the same keys; what they leave out takes its plain default, or NULL."""
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    given = {**_defaults(model), **first}
    tuples = _tuples(chain([first], rows), given)
    if session.get_bind().dialect.name == "postgresql":
        _copy(session, model.__tablename__, list(given), tuples)
    else:
        _insert(session, model.__tablename__, list(given), tuples)


def _defaults(model: type[Base]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in sa.inspect(model).columns:
        if isinstance(column.default, ScalarElementColumnDefault):
            found[column.key] = column.default.arg
        elif column.default is not None:  # the only others are empty JSON objects
            found[column.key] = {}
    return found


def _tuples(rows: Iterable[Row], given: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the values in order; what no row gives is written once."""
    values = {key: _plain(value) for key, value in given.items()}
    for row in rows:
        values.update(row)
        yield tuple(_written(value) if type(value) is datetime else value for value in values.values())


def _plain(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict) else value


@cache
def _written(moment: datetime) -> str:
    """Write a moment as SQLAlchemy writes it for SQLite; PostgreSQL, whose session is in UTC, reads it as well."""
    plain = moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    return plain.strftime("%Y-%m-%d %H:%M:%S.%f")


def _insert(session: Session, table: str, columns: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    marks = ", ".join("?" * len(columns))
    statement = f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({marks})'
    connection = session.connection()
    while batch := list(islice(rows, BATCH)):
        connection.exec_driver_sql(statement, batch)


def _copy(session: Session, table: str, columns: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f'COPY "{table}" ({", ".join(columns)}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)


def go_on_counting(session: Session, *models: type[Base]) -> None:
    """Let PostgreSQL give ids after those that were loaded; SQLite looks by itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for model in models:
        table = model.__tablename__
        session.execute(
            sa.text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM \"{table}\"))")
        )


# Indexes are several times as quick to build over all rows as to keep up with each --------------------------------

_FIND = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    "postgresql": """
        SELECT indexname, indexdef FROM pg_indexes JOIN pg_class ON relname = indexname
        WHERE schemaname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = pg_class.oid)
    """,
}


@contextmanager
def without_indexes(session: Session) -> Iterator[None]:
    """Take away every index that is no constraint, and on PostgreSQL the checks of foreign keys, for a while."""
    dialect = session.get_bind().dialect.name
    found = session.execute(sa.text(_FIND[dialect])).all()
    for name, _ in found:
        session.execute(sa.text(f'DROP INDEX "{name}"'))
    if dialect == "postgresql":
        session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    yield
    for _, statement in found:
        session.connection().exec_driver_sql(statement)
