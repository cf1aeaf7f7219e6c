"""The short commands: each opens the store, does one thing and is done."""

from __future__ import annotations

import tempfile
import unicodedata
from functools import partial
from typing import TextIO

from bot.output import printing
from bot.settings import Settings
from bot.store import now, opened
from handlers.errors import SettingsError
from storage import export as document, members, schema
from storage.database import Session

__all__ = ["export", "invite", "migrate"]

LONGEST_NAME = 80
SPOOLED_BYTES = 16_000_000
CHUNK = 1 << 16


async def migrate(settings: Settings) -> str:
    """Migrate the store; return what was done."""
    async with opened(settings, "migrate", alone=True) as store:
        return f"{'Migrated to' if store.was_migrated else 'Nothing to do: the database has'} schema {schema.HEAD}."


async def invite(settings: Settings, name: str, role: str | None) -> str:
    """Return a code alone on line 1, and how to use it; the member is made if there is none of that name."""
    name = _checked(name)
    async with opened(settings, "invite") as store:
        code, name, role = await store.database.write(
            partial(_invite, name=name, role=role, language=settings.language, zone=settings.timezone)
        )
    return (
        f"{code}\n"
        f"{name} ({role}) joins with it within 7 days, once: "
        f"/start {code} to the bot on Telegram, or /crm join {code} in Slack."
    )


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or any(unicodedata.category(char).startswith("C") for char in name):
        raise SettingsError("--name", "it is no name.", f"Write 1 to {LONGEST_NAME} visible characters.")
    return name


def _invite(session: Session, *, name: str, role: str | None, language: str, zone: str) -> tuple[str, str, str]:
    moment = now()
    member = members.named(session, name)
    if member is None:
        member = members.create(session, name=name, role=role or "rep", language=language, zone=zone, now=moment)
    elif role is not None and role != member.role:
        raise SettingsError("--role", f"{member.name} is {member.role} already.", "Leave it out for another code.")
    return members.invite(session, member, moment), member.name, member.role


async def export(settings: Settings, out: TextIO) -> None:
    """Print the store as it stood at one moment; into a file first, so that a slow reader holds up nobody."""
    async with opened(settings, "export", migrates=False) as store:
        with tempfile.SpooledTemporaryFile(
            SPOOLED_BYTES, mode="w+", encoding="utf-8", newline="\n", dir=_folder(settings)
        ) as file:
            await store.database.read(partial(document.write, out=file, now=now()))
            file.seek(0)
            while chunk := file.read(CHUNK):
                with printing():
                    out.write(chunk)


def _folder(settings: Settings) -> str | None:
    """Customers' data stays in the data folder, if there is one."""
    return str(settings.data_folder) if settings.data_folder.is_dir() else None
