"""A company in a test: `recado run` in a process of its own, and its people on Telegram, on Slack and at a terminal."""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from storage.database import Database, Session
from storage.models import Identity, Inbox
from tests import children
from tests.children import Child
from tests.databases import ZONE
from tests.fakes import slack as slack_fake
from tests.fakes.slack import FakeSlack
from tests.fakes.telegram import FakeTelegram

T = TypeVar("T")
Json = dict[str, Any]

SOON = 20.0  # seconds that a story waits for what must come; only a failing one sees the end of it


@dataclass
class Company:
    """One store; `opens()` starts the program that serves it."""

    database_url: str
    folder: Path
    telegram: FakeTelegram
    slack: FakeSlack
    child: Child | None = None
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    async def opens(self, *, on: Collection[str] = ("telegram", "slack"), wait: bool = True) -> None:
        """Start `recado run` on these platforms (telegram, slack, slack over http), and wait until it hears them."""
        settings = self._settings(on)
        polls, connections = self._polls(), self.slack.lines.connections
        surroundings = children.environment(self.folder, **settings)
        self.child = children.start(children.recado, self.folder / "run", surroundings, "run")
        if not wait:
            return
        if "telegram" in on:
            await self.until(lambda: self._polls() > polls or None, "a first poll")
        if "slack" in on:
            await self.slack.lines.connected(connections + 1, within=SOON)
        if "slack over http" in on:
            self.slack.lines.webhook = f"http://127.0.0.1:{settings['web_port']}/slack/events"
            await self.until(lambda: _answers(int(settings["web_port"])) or None, "the web")
            await self.until(lambda: self.slack.count("auth.test") or None, "a first sign")

    async def closes(self) -> int:
        """Stop it as systemd does; return its exit code."""
        assert self.child is not None
        code = await self.child.stop()
        self.child = None
        return code

    async def dies(self) -> None:
        if self.child is not None:
            await self.child.kill()
        self.child = None

    async def runs(self, *arguments: str, lines: Collection[str] = ()) -> str:
        """Run a short command (with these lines piped in) beside it; return what it printed."""
        folder = self.folder / f"command-{next(self._numbers)}"
        folder.mkdir()
        (folder / "stdin").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        child = children.start(children.recado, folder, children.environment(self.folder, **self._store()), *arguments)
        assert await child.ends() == 0, child.log
        return child.said

    async def invites(self, name: str) -> str:
        """Return a code with which somebody joins as `name`."""
        return (await self.runs("invite", "--role", "rep", "--name", name)).splitlines()[0]

    async def hires(self, name: str, *, telegram: int = 0, slack: str = "") -> None:
        """Let somebody join on the platforms where they have an account, Slack last."""
        if telegram:
            self.telegram.joins(telegram, await self.invites(name))
            await self.telegram.received(telegram, "you're in", timeout=SOON)
        if slack:
            self.slack.joins(slack, name)
            await self.slack.types_command(slack, f"join {await self.invites(name)}")
            await self.slack.received(slack, "you're in", within=SOON)

    async def exports(self) -> Json:
        found: Json = json.loads(await self.runs("export"))
        return found

    async def until(self, found: Callable[[], T | None], what: str) -> T:
        """Look again and again until there is something, or the program has ended."""
        now = asyncio.get_running_loop().time
        deadline = now() + SOON
        while (thing := found()) is None:
            assert self.child is not None
            assert await self.child.lives_for(0.02), f"it ended:\n{self.child.log}"
            assert now() < deadline, f"{what} did not come:\n{self.child.log}"
        return thing

    # What only the store can tell ---------------------------------------------------------------------------------

    async def looks(self, unit: Callable[[Session], T]) -> T:
        database = Database(self.database_url)
        try:
            return await database.write(unit)
        finally:
            await database.close()

    async def minutes_pass(self) -> None:
        """Let it seem long ago where people were seen last: that is noted once a minute."""
        rows = await self.looks(lambda session: list(session.scalars(sa.select(Identity))))
        values = [{"id": row.id, "last_seen_at": row.last_seen_at - timedelta(minutes=2)} for row in rows]
        await self.looks(lambda session: session.execute(sa.update(Identity), values))

    async def inbox(self) -> list[Inbox]:
        return await self.looks(lambda session: list(session.scalars(sa.select(Inbox).order_by(Inbox.id))))

    async def has_answered(self, count: int) -> None:
        """Wait until so many messages were taken in, and none is left."""
        deadline = asyncio.get_running_loop().time() + SOON
        while len(rows := await self.inbox()) < count or any(row.is_pending or row.is_unanswered for row in rows):
            assert asyncio.get_running_loop().time() < deadline, [(row.state, row.body["text"]) for row in rows]

    def _store(self) -> dict[str, str]:
        return {"database_url": self.database_url, "timezone": ZONE}

    def _settings(self, on: Collection[str]) -> dict[str, str]:
        settings = self._store()
        if "telegram" in on:
            settings |= {"telegram_token": self.telegram.token, "telegram_api_url": self.telegram.url}
        if {"slack", "slack over http"} & set(on):
            settings |= {"slack_bot_token": slack_fake.BOT_TOKEN, "slack_api_url": self.slack.api_url}
        if "slack" in on:
            settings |= {"slack_app_token": slack_fake.APP_TOKEN}
        if "slack over http" in on:
            settings |= {"slack_signing_secret": slack_fake.SIGNING_SECRET, "web_port": str(free_port())}
        return settings

    def _polls(self) -> int:
        return sum(call.method == "getUpdates" for call in self.telegram.calls)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


# What stands in a store, without what differs from day to day ---------------------------------------------------------

SECTIONS = ("contacts", "companies", "deals", "stage_changes", "interactions", "reminders", "drafts")
OF_THE_MOMENT = {"ref", "created_at", "touched_at", "at", "due_at", "platform"}


def records(export: Mapping[str, Any]) -> Json:
    """Return the records of an export by section: refs by the names behind them, no times, no platform."""
    sections = {**export, "members": export["members"]}
    names = {
        row["ref"]: row.get("name") or row.get("title") or row.get("text")
        for section in ("members", *SECTIONS)
        for row in sections[section]
        if "ref" in row
    }

    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(each) for each in value]
        return names.get(value, value) if isinstance(value, str) else value

    return {
        section: [
            {key: plain(value) for key, value in row.items() if key not in OF_THE_MOMENT} for row in export[section]
        ]
        for section in SECTIONS
    }
