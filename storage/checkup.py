"""What a store can say about itself, for `recado doctor`."""

from __future__ import annotations

import sqlite3
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import leases
from storage.models import Inbox

TICK = "tick"
SAFE_SQLITE = (3, 51, 3)  # older ones can, rarely, damage a file when its log is begun anew while others write
OLDEST_POSTGRESQL = 14


def engine_version(session: Session) -> tuple[int, ...]:
    """Return the version of the library, or of the server."""
    if session.get_bind().dialect.name == "sqlite":
        return sqlite3.sqlite_version_info
    number = int(session.scalar(sa.text("SHOW server_version_num")) or 0)
    return number // 10000, number % 10000


def has_full_text(session: Session) -> bool:
    """Tell whether searches can work: FTS5 is left out of some builds of SQLite."""
    if session.get_bind().dialect.name != "sqlite":
        return True
    return "ENABLE_FTS5" in set(session.scalars(sa.text("PRAGMA compile_options")))


def last_tick(session: Session) -> datetime | None:
    """Return when the clock last ticked, in whichever process (database time)."""
    lease = leases.get(session, TICK)
    return None if lease is None else lease.until


def last_inbound(session: Session) -> tuple[datetime, str] | None:
    """Return when the newest message came in, and from which platform."""
    query = sa.select(Inbox.received_at, Inbox.platform).order_by(Inbox.received_at.desc()).limit(1)
    row = session.execute(query).one_or_none()
    return None if row is None else (row[0], row[1])
