"""The statements that a piece of work needs, and the same ones again without the work around them: its floor."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from benchmarks.timing import Times
from storage.database import Database

ENDS = ("BEGIN",)  # the engine begins by itself, in a replay too


@dataclass(slots=True)
class Transaction:
    """What one transaction asked the database, as the driver was given it."""

    engine: str
    statements: list[tuple[str, Any]] = field(default_factory=list)


class Recorder:
    """Writes down the transactions of a database, in the order in which they ended."""

    def __init__(self, database: Database) -> None:
        self.done: list[Transaction] = []
        self._open: dict[int, Transaction] = {}
        self._engines = engines(database)

    def _begun(self, name: str, connection: Connection) -> None:
        self._open[id(connection.connection.driver_connection)] = Transaction(name)

    def _asked(self, connection: Connection, cursor: Any, statement: str, parameters: Any, *others: Any) -> None:
        transaction = self._open.get(id(connection.connection.driver_connection))
        if transaction is not None and not statement.startswith(ENDS):
            transaction.statements.append((statement, parameters))

    def _ended(self, connection: Connection) -> None:
        transaction = self._open.pop(id(connection.connection.driver_connection), None)
        if transaction is not None and transaction.statements:
            self.done.append(transaction)

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        hooks = [(engine, *hook) for name, engine in self._engines.items() for hook in self._hooks(name)]
        for engine, what, how in hooks:
            event.listen(engine, what, how)
        try:
            yield
        finally:
            for engine, what, how in hooks:
                event.remove(engine, what, how)

    def _hooks(self, name: str) -> list[tuple[str, Any]]:
        def begun(connection: Connection) -> None:
            self._begun(name, connection)

        return [
            ("begin", begun),
            ("before_cursor_execute", self._asked),
            ("commit", self._ended),
            ("rollback", self._ended),
        ]


def engines(database: Database) -> dict[str, Engine]:
    """Return what writes and what reads; on PostgreSQL they are one."""
    reader = database._reader  # noqa: SLF001 - a unit of work would add what we measure without
    return {"write": database.engine} | ({} if reader is database.engine else {"read": reader})


def replay(database: Database, transactions: list[Transaction], times: Times) -> None:
    """Ask a copy of the store the same, each transaction in a bare Session."""
    found = engines(database)
    with times:
        for transaction in transactions:
            with Session(found.get(transaction.engine, database.engine)) as session, session.begin():
                connection = session.connection()
                for statement, parameters in transaction.statements:
                    _ask(connection, statement, parameters)


def _ask(connection: Connection, statement: str, parameters: Any) -> None:
    found: sa.CursorResult[Any] = connection.exec_driver_sql(statement, parameters or None)
    if found.returns_rows:
        found.all()
