"""The one door to the store: `write()` and `read()` are the only units of work, one thread hop each.

A unit is a plain function over a Session. It runs in a transaction that is committed when it returns and rolled back
when it raises; nothing else in the program commits. A unit may run more than once (a lost connection, a deadlock),
so it must have no effect outside its session.
"""

from __future__ import annotations

import asyncio
import logging
import random
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import QueuePool, StaticPool

from storage import changes
from storage.errors import StoreBusy, StoreError, StoreUnreachable

__all__ = ["Database", "Session", "Unit", "explain", "first_line", "normalise_url", "wants_another_try"]

log = logging.getLogger(__name__)
T = TypeVar("T")
Unit = Callable[[Session], T]

BUSY_TIMEOUT_MS = 5000
SQLITE_READERS = 4
POSTGRES_THREADS = 16
TRIES = 4
CONNECT_TIMEOUT_S = 5
UNIQUE_VIOLATION = "23505"
# Serialization failure, deadlock; the server is going away, starting up, or gone.
PASSING_STATES = ("40001", "40P01", "57P01", "57P02", "57P03", "08000", "08003", "08006", "08001", "25006")


def normalise_url(url: str) -> URL:
    """Return the address with its driver written out; accepts `sqlite:///` and a bare `postgres://`.

    Raises StoreError when it is no address of a database we know.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StoreError("it is no database address; write sqlite:///file.db or postgresql://user@host/name") from error
    kind = parsed.drivername.split("+")[0]
    if kind == "sqlite":
        return parsed.set(drivername="sqlite+pysqlite")
    if kind in {"postgres", "postgresql"}:
        return parsed.set(drivername="postgresql+psycopg")
    raise StoreError(f"“{kind}” is no database we know; use sqlite or postgresql")


class Database:
    """An engine, its worker threads, and the clock of the server. Make it once, in the composition root."""

    def __init__(self, url: str) -> None:
        self.url = normalise_url(url)
        self.dialect = self.url.get_backend_name()
        self._skew = timedelta()
        if self.dialect == "sqlite":
            self._writer, self._reader = _sqlite_engines(self.url)
            self._write_threads = ThreadPoolExecutor(1, thread_name_prefix="store-write")
            self._read_threads = ThreadPoolExecutor(SQLITE_READERS, thread_name_prefix="store-read")
        else:
            self._writer = self._reader = _postgres_engine(self.url)
            self._write_threads = ThreadPoolExecutor(POSTGRES_THREADS, thread_name_prefix="store")
            self._read_threads = self._write_threads

    @property
    def path(self) -> Path | None:
        """The SQLite file, None for a server (or for a store in memory)."""
        name = self.url.database
        return Path(name) if self.dialect == "sqlite" and name and name != ":memory:" else None

    @property
    def engine(self) -> Engine:
        """The writing engine, for migrations."""
        return self._writer

    @property
    def reader(self) -> Engine:
        """The reading engine; on PostgreSQL it is the writing one."""
        return self._reader

    def now(self) -> datetime:
        """Return the database's time (aware UTC): what leases and pacing go by, the same for every process."""
        return datetime.now(UTC) + self._skew

    async def measure_clock(self) -> timedelta:
        """Ask the server how far its clock is from ours, keep it for `now()`, and return it."""
        if self.dialect == "postgresql":
            self._skew = await self.read(_clock_skew)
        return self._skew

    async def write(self, unit: Unit[T]) -> T:
        """Run a unit that may change the store; committed (and synced) when this returns."""
        return await self._hop(self._write_threads, self._writer, unit)

    async def read(self, unit: Unit[T]) -> T:
        """Run a unit that only reads, over one snapshot on SQLite."""
        return await self._hop(self._read_threads, self._reader, unit)

    async def close(self) -> None:
        """Release threads and connections."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._write_threads.shutdown()
        self._read_threads.shutdown()
        self._reader.dispose()
        self._writer.dispose()

    async def _hop(self, threads: ThreadPoolExecutor, engine: Engine, unit: Unit[T]) -> T:
        loop = asyncio.get_running_loop()
        for attempt in range(1, TRIES + 1):
            is_last = attempt == TRIES
            try:
                return await loop.run_in_executor(threads, _run, engine, unit, is_last)
            except DBAPIError as error:
                if not (is_passing(error) or is_race(error)) or (is_last and is_race(error)):
                    raise
                if is_last or is_locked(error):
                    raise explain(error) from error
                log.warning("the database did not finish a unit of work (try %d): %s", attempt, first_line(error))
            await asyncio.sleep(random.uniform(0.05, 0.2) * 2**attempt)
        raise AssertionError("unreachable")


def _run(engine: Engine, unit: Unit[T], is_last: bool) -> T:
    with Session(engine, expire_on_commit=False, autoflush=False) as session, session.begin():
        session.info["is_last_try"] = is_last
        changes.watch(session)
        result = unit(session)
        changes.settle(session)
        return result


def first_line(error: BaseException) -> str:
    """Return the first line of an error: what may be logged or shown (no statement, no parameters, no password)."""
    text = str(getattr(error, "orig", None) or error).strip().partition("\n")[0]
    return re.sub(r"(password=|://[^:@/]*:)[^\s@]+", r"\1***", text)


def is_passing(error: DBAPIError) -> bool:
    """Tell whether running the same unit again can succeed."""
    if error.connection_invalidated or isinstance(error, InterfaceError):
        return True
    state = getattr(error.orig, "sqlstate", None)
    if state is not None:
        return state in PASSING_STATES
    return isinstance(error, OperationalError) and ("locked" in str(error.orig) or "connect" in str(error.orig).lower())


def is_locked(error: DBAPIError) -> bool:
    """Tell whether another program holds SQLite's lock; we have waited `BUSY_TIMEOUT_MS` for it already."""
    return "locked" in str(error.orig)


def is_race(error: BaseException) -> bool:
    """Tell whether two units made the same thing at once: tried again, the second finds what the first made."""
    if not isinstance(error, IntegrityError):
        return False
    return getattr(error.orig, "sqlstate", None) == UNIQUE_VIOLATION or "UNIQUE" in str(error.orig)


def wants_another_try(session: Session, error: BaseException) -> bool:
    """Tell whether the whole unit should be run again, so that an error is no business of the code inside it."""
    if is_race(error):
        return not session.info["is_last_try"]
    return isinstance(error, DBAPIError) and is_passing(error)


def explain(error: DBAPIError) -> StoreError:
    """Say what is wrong with the store in words for a person."""
    if is_locked(error):
        return StoreBusy("Another program keeps the database locked. Close it and try again.")
    return StoreUnreachable(f"The database does not answer: {first_line(error)}")


def _clock_skew(session: Session) -> timedelta:
    before = datetime.now(UTC)
    server = session.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    after = datetime.now(UTC)
    skew: timedelta = server - (before + (after - before) / 2)
    return skew


# SQLite: the driver's own transaction handling is switched off, or a SAVEPOINT survives a rollback (measured) ---------


def _sqlite_engines(url: URL) -> tuple[Engine, Engine]:
    """One connection that writes, and a few that read beside it (WAL)."""
    in_memory = not url.database or url.database == ":memory:"
    writer = _sqlite_engine(url, StaticPool, begin="BEGIN IMMEDIATE")
    if in_memory:
        return writer, writer
    return writer, _sqlite_engine(url, QueuePool, begin="BEGIN", pool_size=SQLITE_READERS, max_overflow=0)


def _sqlite_engine(url: URL, pool: type[Any], *, begin: str, **options: Any) -> Engine:
    connect_args = {"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000}
    engine = sa.create_engine(url, poolclass=pool, connect_args=connect_args, **options)
    event.listen(engine, "connect", _set_pragmas)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _set_pragmas(connection: Any, record: Any) -> None:
    del record
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-16000",
        "mmap_size=268435456",
    ):
        connection.execute(f"PRAGMA {pragma}")


# PostgreSQL ----------------------------------------------------------------------------------------------------


def _postgres_engine(url: URL) -> Engine:
    """Prepared statements are off, so that a pgbouncer may stand between."""
    return sa.create_engine(
        url,
        pool_size=POSTGRES_THREADS,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={
            "prepare_threshold": None,
            "connect_timeout": CONNECT_TIMEOUT_S,
            "options": "-c timezone=UTC -c synchronous_commit=on",
        },
    )
