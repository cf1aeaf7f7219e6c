"""`recado run` in a child, and the company it serves, for tests that kill it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from storage import members, reminders, times
from storage.database import Database, Session
from storage.models import Inbox, Interaction, Letter
from tests import children
from tests.children import Child
from tests.databases import ZONE
from tests.fakes import slack as slack_fake, telegram as telegram_fake
from tests.fakes.slack import FakeSlack
from tests.fakes.telegram import FakeTelegram

# What a process had in hand is given up 30 s after its death, which is longer than a gate may take. Shorter here: an
# answer of a fake on loopback takes milliseconds, so nothing that a living process has in hand is given up either.
GRACE_S = 2.0
LEASE_S = 5.0
IDLE_S = 0.5  # a life that has nothing more to do is not waited for any longer
OF_A_START = {"getMe", "setMyCommands", "auth.test", "apps.connections.open"}


def serve(grace: float = GRACE_S, lease: float = LEASE_S) -> None:
    """Be `recado run`, less patient with the dead."""
    from bot import app, logs, settings

    found = settings.load()
    logs.configure(found.log_level, logs.Redaction(found.secrets), found.data_folder, to_stderr=True)
    patience = app.Patience(grace=timedelta(seconds=grace), lease=timedelta(seconds=lease))
    asyncio.run(app.run(found, None, patience=patience))


@dataclass
class Service:
    """A store, the environment of the children that serve it, and a seeded hand that kills them."""

    database_url: str
    folder: Path
    telegram: FakeTelegram | None = None
    slack: FakeSlack | None = None
    seed: int = 1
    kills: int = 0

    def __post_init__(self) -> None:
        self.database = Database(self.database_url)
        self.dice = random.Random(self.seed)

    @property
    def environment(self) -> dict[str, str]:
        found = {"database_url": self.database_url, "timezone": ZONE}
        if self.telegram is not None:
            found |= {"telegram_token": self.telegram.token, "telegram_api_url": self.telegram.url}
        if self.slack is not None:
            found |= {"slack_bot_token": slack_fake.BOT_TOKEN, "slack_app_token": slack_fake.APP_TOKEN}
            found |= {"slack_api_url": self.slack.api_url}
        return children.environment(self.folder, **found)

    @property
    def calls(self) -> int:
        """How often the platforms were called so far, but for what every life begins with."""
        fakes = [fake for fake in (self.telegram, self.slack) if fake is not None]
        return sum(call.method not in OF_A_START for fake in fakes for call in fake.calls)

    def start(self, program: Callable[..., None] = serve, *arguments: object) -> Child:
        return children.start(program, self.folder / "child", self.environment, *arguments)

    async def lives_and_dies(self, *, calls: int) -> None:
        """Start it, and kill it at some moment of its next few calls of a platform."""
        child = self.start()
        now = asyncio.get_running_loop().time
        first = seen = self.calls
        last = now()
        most = self.dice.randint(1, calls)
        while seen - first < most and now() - last < (IDLE_S if seen > first else children.DEADLINE):
            assert await child.lives_for(self.dice.uniform(0, 0.02)), f"it ended by itself:\n{child.log}"
            if self.calls > seen:
                seen, last = self.calls, now()
        await child.kill()
        self.kills += 1

    async def hires(self, platform: str, accounts: Sequence[str]) -> list[int]:
        """Make a member for each account on a platform; return their ids."""
        accounts_of_ours = {"telegram": telegram_fake.TOKEN.partition(":")[0], "slack": slack_fake.TEAM}
        account = accounts_of_ours.get(platform, "ours")

        def unit(session: Session) -> list[int]:
            now = datetime.now(UTC)
            ids = []
            for user in accounts:
                name = f"{platform.capitalize()} {user}"
                member = members.create(session, name=name, role="rep", language="en", zone=ZONE, now=now)
                members.link(session, member, platform, account, user, user, now)
                ids.append(member.id)
            return ids

        return await self.database.write(unit)

    async def books(self, member_ids: Sequence[int], titles: Sequence[str], due_at: Sequence[datetime]) -> None:
        """Book a follow-up for each of these members."""

        def unit(session: Session) -> None:
            for member_id, title, at in zip(member_ids, titles, due_at, strict=True):
                reminders.book(
                    session,
                    title=title,
                    assignee_id=member_id,
                    created_by_id=member_id,
                    due_local=times.to_local(at, ZONE),
                    zone=ZONE,
                    due_at=at,
                    now=at,
                    is_duration=True,
                    rings=True,
                )

        await self.database.write(unit)

    async def settles(self, child: Child, *, within: float = 90.0) -> None:
        """Wait until nothing is left to do."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within
        while left := await self.database.read(_left):
            assert await child.lives_for(0.1), f"it ended by itself:\n{child.log}"
            assert loop.time() < deadline, f"still open: {left}\n{child.log[-5000:]}"

    async def notes(self) -> Counter[str]:
        """Return how often each note stands in the store."""
        query = sa.select(Interaction.text)
        return Counter(await self.database.read(lambda session: list(session.scalars(query))))

    async def refused(self) -> list[tuple[str, int, str | None, str]]:
        """Return what was not simply logged: state, attempts and incident of its row, and what was answered."""
        rows = await self.database.read(lambda session: list(session.scalars(sa.select(Inbox).order_by(Inbox.id))))
        odd = [row for row in rows if row.state != "done" or (row.reply or {}).get("is_error")]
        return [(row.state, row.attempts, row.incident, str((row.reply or {}).get("text"))) for row in odd]

    async def held(self) -> int:
        """Return how many letters were put aside because processes died of them."""
        query = sa.select(sa.func.count()).select_from(Letter).where(Letter.state == "held")
        return await self.database.read(lambda session: session.scalar(query) or 0)

    async def close(self) -> None:
        await self.database.close()


def _left(session: Session) -> dict[str, int]:
    counts = {
        "pending": sa.select(sa.func.count()).select_from(Inbox).where(Inbox.is_pending),
        "unanswered": sa.select(sa.func.count()).select_from(Inbox).where(Inbox.is_unanswered),
        "letters": sa.select(sa.func.count()).select_from(Letter).where(Letter.is_open),
    }
    found = {name: session.scalar(query) or 0 for name, query in counts.items()}
    return {name: count for name, count in found.items() if count}
