"""`recado doctor`: everything that must be right, one line each, with how to mend what is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import app, logs, settings as reading
from bot.settings import Settings
from bot.store import now
from handlers.errors import CrmError, SettingsError
from storage import checkup, health, schema
from storage.database import Database

__all__ = ["examine"]

MOST_SKEW = timedelta(seconds=2)
STALE_TICK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    is_well: bool
    what: str

    def __str__(self) -> str:
        return f"{'✓' if self.is_well else '✗'} {self.what}"


async def examine(say: Callable[[str], None]) -> int:
    """Say each finding as it is made; return the exit code."""
    code = 0
    async for finding in _findings():
        say(str(finding))
        code = code if finding.is_well else 1
    return code


async def _findings() -> AsyncIterator[Finding]:
    try:
        settings = reading.load()
    except CrmError as error:
        yield Finding(False, str(error))
        return
    logs.configure(settings.log_level, logs.Redaction(settings.secrets), settings.data_folder, to_stderr=False)
    yield Finding(True, f"settings: {settings.language}, {settings.timezone}, {settings.currency}")
    yield _folder(settings)
    database = Database(settings.database_url.reveal())
    try:
        async for finding in _store(database, settings):
            yield finding
    finally:
        await database.close()
    for finding in await _platforms(settings):
        yield finding


def _folder(settings: Settings) -> Finding:
    path = settings.data_folder
    if not path.exists():
        return Finding(True, f"data folder: {path} (made when first needed)")
    probe = path / ".recado-probe"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Finding(False, f"data folder: {path} cannot be written ({error.strerror}). Mend its permissions.")
    return Finding(True, f"data folder: {path}")


async def _store(database: Database, settings: Settings) -> AsyncIterator[Finding]:
    where = database.url.render_as_string(hide_password=True)
    if database.path is not None and not database.path.exists():
        yield Finding(True, f"database: {where} (made at the first start)")
        return
    try:
        version = await database.read(schema.version)
        yield Finding(True, f"database: {where}")
        yield _schema(version)
        yield _engine(database.dialect, await database.read(checkup.engine_version))
        yield _full_text(await database.read(checkup.has_full_text))
        yield _clock(await database.measure_clock())
        if version == schema.HEAD:
            found = await database.read(lambda session: health.of(session, now()))
            yield _tick(found.ticked_at, settings)
            yield _inbound(found.received_at)
            yield _letters(found.troubled)
    # Whatever a broken store answers with: it is this command's business to say it, not to fail of it.
    except Exception as error:
        yield Finding(False, f"database: {where}: {schema.told(error).rstrip('.')}. Is RECADO_DATABASE_URL right?")


def _schema(version: str | None) -> Finding:
    if version is None:
        return Finding(True, "schema: none yet (made at the first start)")
    if version != schema.HEAD:
        return Finding(False, f"schema: {version}; this program wants {schema.HEAD}. Run `recado migrate`.")
    return Finding(True, f"schema: {version}, up to date")


def _engine(dialect: str, version: tuple[int, ...]) -> Finding:
    shown = ".".join(map(str, version))
    if dialect == "postgresql":
        is_well = version[0] >= checkup.OLDEST_POSTGRESQL
        mend = "" if is_well else f". Recado needs {checkup.OLDEST_POSTGRESQL} or newer."
        return Finding(is_well, f"PostgreSQL {shown}{mend}")
    if version < checkup.SAFE_SQLITE:
        safe = ".".join(map(str, checkup.SAFE_SQLITE))
        return Finding(
            True, f"SQLite {shown}: works, but {safe} mends a rare fault; take a newer Python, or PostgreSQL"
        )
    return Finding(True, f"SQLite {shown}")


def _full_text(is_there: bool) -> Finding:
    if is_there:
        return Finding(True, "full-text search")
    return Finding(False, "full-text search: this SQLite is built without FTS5. Use another Python, or PostgreSQL.")


def _clock(skew: timedelta) -> Finding:
    seconds = skew.total_seconds()
    if abs(skew) <= MOST_SKEW:
        return Finding(True, f"clock: {abs(seconds):.1f} s from the database's")
    return Finding(False, f"clock: {abs(seconds):.0f} s from the database's. Set it by NTP on both machines.")


def _tick(last: datetime | None, settings: Settings) -> Finding:
    if last is None:
        return Finding(True, "last tick: none yet")
    age = now() - last
    is_well = age < STALE_TICK or not settings.has_platform
    mend = "" if is_well else ": nobody sends what is due. Start `recado run`."
    return Finding(is_well, f"last tick: {_ago(age)}{mend}")


def _inbound(last: datetime | None) -> Finding:
    return Finding(True, f"last message: {_ago(now() - last) if last else 'none yet'}")


def _letters(troubled: int) -> Finding:
    if not troubled:
        return Finding(True, "letters: none failed")
    return Finding(False, f"letters: {troubled} failed or held. Ask the bot: letters")


def _ago(age: timedelta) -> str:
    seconds = max(int(age.total_seconds()), 0)
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


async def _platforms(settings: Settings) -> list[Finding]:
    """Ask every platform at once whether it takes its token."""
    channels = app.build(settings, None)
    if not channels:
        return [Finding(True, "platforms: none has a token, so `recado run` talks in the terminal")]
    return await asyncio.gather(*map(_platform, channels))


async def _platform(channel: app.Platform) -> Finding:
    try:
        return Finding(True, f"{channel.name}: {await channel.check()}")
    except SettingsError as error:
        return Finding(False, f"{channel.name}: {error}")
    except CrmError as error:
        return Finding(False, f"{channel.name}: {error}. Is its token right, and the network up?")
    finally:
        await channel.close()
