"""The version of the schema: read at every start, brought up to date when it is old.

A start that has nothing to do reads one row. Only one that has something to change imports Alembic (0.4 s, 9 MiB): a
new store is made from the models, which a test holds to be the same.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, SessionTransaction

from storage import defaults, documents
from storage.database import Database, explain
from storage.errors import StoreError, StoreIsNewer
from storage.models import Base

FOLDER = Path(__file__).parent / "migrations"
VERSIONS = FOLDER / "versions"
KNOWN = tuple(sorted(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py")))
HEAD = KNOWN[-1] if KNOWN else ""
# Alembic's own, word for word.
VERSION_TABLE = sa.Table(
    "alembic_version",
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
# Any number, as long as it is always the same one: two processes that migrate at once meet at it.
LOCK = 7_236_230


async def prepare(database: Database, *, language: str, zone: str, now: datetime) -> bool:
    """Bring the store to this program's schema; return whether anything had to be done.

    A new store gets what a company starts with: `language` and `zone` are those of its first member. Raises
    StoreIsNewer, or StoreError if the database belongs to another program.
    """
    try:
        if await database.read(version) == HEAD:
            return False
        return await database.write(partial(_bring_up, language=language, zone=zone, now=now))
    except DBAPIError as error:
        raise explain(error) from error


async def is_old(database: Database) -> bool:
    """Tell whether the store was made by an older program; a new, empty one was not."""
    try:
        return await database.read(version) not in {None, HEAD}
    except DBAPIError as error:
        raise explain(error) from error


def told(error: Exception) -> str:
    """Say in a sentence what a store failed with."""
    return str(explain(error)) if isinstance(error, DBAPIError) else str(error)


def version(session: Session) -> str | None:
    """Return the schema's version, None for an empty database; raises StoreIsNewer if we do not know it."""
    inspector = sa.inspect(session.connection())
    if not inspector.has_table("alembic_version"):
        return None
    found = session.scalar(sa.select(VERSION_TABLE.c.version_num))
    if found is not None and found not in KNOWN:
        raise StoreIsNewer(
            f"The database has schema {found}; this program knows none after {HEAD}. "
            "It was used with a newer Recado: install that one, or name another database in RECADO_DATABASE_URL."
        )
    return found


def _bring_up(session: Session, *, language: str, zone: str, now: datetime) -> bool:
    """One transaction: whoever comes second waits at its first statement, and then finds nothing to do."""
    _switch_off_foreign_keys(session)
    _wait_for_turn(session)
    found = version(session)
    if found == HEAD:
        return False
    if found is None:
        _refuse_foreign_tables(session.connection())
        make(session.connection())
    else:
        upgrade(session)
        _check_foreign_keys(session)
    defaults.ensure(session, language=language, zone=zone, now=now)
    return True


def _wait_for_turn(session: Session) -> None:
    """On SQLite the transaction itself begins with BEGIN IMMEDIATE."""
    if _is_sqlite(session):
        session.connection()
    else:
        session.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def make(connection: Connection) -> None:
    """Make every table of an empty store at once, and write down that it is at HEAD."""
    Base.metadata.create_all(connection, checkfirst=False)
    documents.create_index(connection)
    VERSION_TABLE.create(connection)
    connection.execute(VERSION_TABLE.insert().values(version_num=HEAD))


def upgrade(session: Session, to: str = "head") -> None:
    """Run the migrations that are missing, in the session's own transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = session.connection()
    command.upgrade(config, to)


def _refuse_foreign_tables(connection: Connection) -> None:
    """Tables without a version were made by somebody else; ours must not be mixed in among them."""
    clash = sorted(set(sa.inspect(connection).get_table_names()) & set(Base.metadata.tables))
    if clash:
        raise StoreError(
            f"The database has a table “{clash[0]}” that Recado did not make. "
            "Name an empty database in RECADO_DATABASE_URL."
        )


def _switch_off_foreign_keys(session: Session) -> None:
    """Switch them off until this transaction has ended, where changing a table needs it.

    SQLite changes a table by making it anew: dropping the old one would delete every row that refers to it. The
    switch does nothing inside a transaction, so it is thrown on the bare connection before one begins.
    """
    if not _is_sqlite(session):
        return
    connection: Any = session.get_bind().engine.raw_connection().driver_connection
    connection.execute("PRAGMA foreign_keys=OFF")

    @event.listens_for(session, "after_transaction_end")
    def _back_on(session: Session, transaction: SessionTransaction) -> None:
        if transaction.parent is None:
            connection.execute("PRAGMA foreign_keys=ON")


def _check_foreign_keys(session: Session) -> None:
    if _is_sqlite(session) and (broken := session.execute(sa.text("PRAGMA foreign_key_check")).first()):
        raise StoreError(f"The migration would leave a row of “{broken[0]}” without what it refers to.")


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
