"""What a store can say about itself, for `recado doctor`."""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa
from sqlalchemy.orm import Session

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
