"""The lock beside a SQLite file: one `run`, `migrate` or `restore` at a time.

The kernel holds it, so it ends with the process, however that ends; what stands in the file only names the holder.
Short commands and `chat` do not take it: SQLite itself keeps their writes apart.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from storage.errors import StoreHeld


@contextlib.contextmanager
def hold(database: Path | None, purpose: str) -> Iterator[None]:
    """Hold the lock of a SQLite file meanwhile; raises StoreHeld, naming the holder, if another process has it.

    `database` is None for a server, which needs no lock. `purpose` is what the holder is told to be.
    """
    if database is None:
        yield
        return
    with _open(path_of(database)) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreHeld(_told(database, file)) from None
        _sign(file, purpose)
        try:
            yield
        finally:
            _sign(file, None)


def is_free(database: Path) -> bool:
    """Tell whether nobody holds the lock at this moment."""
    with _open(path_of(database)) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def path_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.lock")


def _open(path: Path) -> TextIO:
    """Never deleted afterwards: a second process might then lock a file that nobody else sees."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+", encoding="utf-8")


def _sign(file: TextIO, purpose: str | None) -> None:
    since = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    holder = {"command": purpose, "pid": os.getpid(), "host": socket.gethostname(), "since": since}
    file.seek(0)
    file.truncate()
    file.write(json.dumps(holder) + "\n" if purpose else "")
    file.flush()


def _told(database: Path, file: TextIO) -> str:
    """A holder that has only just begun has not signed yet."""
    file.seek(0)
    try:
        holder = json.loads(file.read())
        who = f"`recado {holder['command']}`, process {holder['pid']} on {holder['host']} since {holder['since']}"
    except (ValueError, KeyError, TypeError):
        who = "another `recado` that has just started"
    return (
        f"{database} is in use by {who}. Stop that one first; "
        "for several processes on one store set RECADO_DATABASE_URL to a PostgreSQL."
    )
