"""How this program opens its store: the folder, the lock of a SQLite file, the schema."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.settings import Settings
from handlers.errors import SettingsError
from storage import lock, schema
from storage.database import Database
from storage.errors import StoreIsOlder, StoreUnreachable

__all__ = ["Store", "now", "opened"]


@dataclass(frozen=True, slots=True)
class Store:
    """An open store at this program's schema. was_migrated: it was not, before we came."""

    database: Database
    was_migrated: bool


def now() -> datetime:
    """Return the process clock (aware UTC)."""
    return datetime.now(UTC)


@contextlib.asynccontextmanager
async def opened(
    settings: Settings, command: str, *, alone: bool = False, migrates: bool = True
) -> AsyncIterator[Store]:
    """Open the store and bring its schema up to date.

    alone: hold the lock of a SQLite file meanwhile. migrates: else an old schema is a StoreIsOlder.
    """
    database = Database(settings.database_url.reveal())
    try:
        _make_folder(database.path, settings.data_folder)
        with lock.hold(database.path if alone else None, command):
            try:
                was_migrated = await _prepare(database, settings, command, alone=alone, migrates=migrates)
            except StoreUnreachable as error:
                raise StoreUnreachable(f"{error}. Is RECADO_DATABASE_URL right, and the database running?") from error
            yield Store(database, was_migrated)
    finally:
        await database.close()


def _make_folder(path: Path | None, data_folder: Path) -> None:
    """Our own folder is made when first needed; any other one that is missing is more likely a slip."""
    if path is None or path.parent.is_dir():
        return
    try:
        if path.parent == data_folder:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            return
        problem = f"there is no folder {path.parent}."
    except OSError as error:
        problem = f"the folder {path.parent} cannot be made ({error.strerror})."
    raise SettingsError("RECADO_DATABASE_URL", problem, "Make it, or name another place.")


async def _prepare(database: Database, settings: Settings, command: str, *, alone: bool, migrates: bool) -> bool:
    """An old schema is not changed under the feet of a program that is running on it."""
    is_old = await schema.is_old(database)
    if is_old and not migrates:
        raise StoreIsOlder("The database is older than this program. Run `recado migrate` first.")
    with lock.hold(database.path if is_old and not alone else None, command):
        return await schema.prepare(database, language=settings.language, zone=settings.timezone, now=now())
