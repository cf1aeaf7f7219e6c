"""An office in a test: people on platforms that record what they are sent, and clocks that only move when told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa

from handlers.message import Channel, Reply
from scheduler import nudges, reminders as due_scan
from scheduler.post import Post
from storage import destinations, leases, letters, members, reminders, times
from storage.database import Database, Session
from storage.letters import Served
from storage.models import Base, Deal, Destination, Letter, Member, Reminder, Stage
from tests.databases import NOW, ZONE
from tests.fakes.channel import RecordingChannel

T = TypeVar("T")
Row = TypeVar("Row", bound=Base)


@dataclass
class Office:
    """One store and its post. `now` is both clocks: the process's and the database's."""

    database: Database
    now: datetime = NOW
    chat: RecordingChannel = field(default_factory=lambda: RecordingChannel(name="chat"))
    other: RecordingChannel = field(default_factory=lambda: RecordingChannel(name="other"))

    def __post_init__(self) -> None:
        self.post = self.another_post()

    def another_post(self, **options: Any) -> Post:
        channels: dict[Served, Channel] = {Served(platform="chat"): self.chat, Served(platform="other"): self.other}
        return Post(
            self.database,
            options.pop("channels", channels),
            now=lambda: self.now,
            per_second={},
            **options,
        )

    def advance(self, **length: float) -> None:
        self.now += timedelta(**length)

    def at(self, text: str) -> None:
        """Set the clocks to a wall-clock time in São Paulo, such as 2026-11-24 14:00."""
        self.now = times.resolve(datetime.fromisoformat(text), ZONE)

    async def write(self, unit: Callable[[Session], T]) -> T:
        return await self.database.write(unit)

    async def rows(self, model: type[Row]) -> list[Row]:
        return await self.database.read(lambda session: list(session.scalars(sa.select(model).order_by(model.id))))

    async def letter(self, number: int = 0) -> Letter:
        return (await self.rows(Letter))[number]

    async def destination(self, chat: str) -> Destination:
        [found] = [row for row in await self.rows(Destination) if row.chat == chat]
        return found

    async def set(self, row: Any, **values: Any) -> None:
        model = type(row)
        await self.write(lambda session: session.execute(sa.update(model).where(model.id == row.id).values(**values)))

    async def hires(self, name: str, *platforms: str, **columns: Any) -> Member:
        """Make a member; their chat on a platform is `<name>@<platform>`."""

        def unit(session: Session) -> Member:
            member = members.create(session, name=name, role="rep", language="en", zone=ZONE, now=self.now)
            for column, value in columns.items():
                setattr(member, column, value)
            for platform in platforms or ("chat",):
                chat = f"{name}@{platform}"
                members.link(session, member, platform, "acct", chat, chat, self.now)
            return member

        return await self.write(unit)

    async def books(self, member: Member, title: str, when: str, **columns: Any) -> Reminder:
        """Book a follow-up at a wall-clock time in São Paulo."""
        local = datetime.fromisoformat(when)

        def unit(session: Session) -> Reminder:
            return reminders.book(
                session,
                title=title,
                assignee_id=member.id,
                created_by_id=member.id,
                due_local=local,
                zone=columns.pop("zone", ZONE),
                due_at=times.resolve(local, ZONE),
                now=self.now,
                rings=columns.pop("rings", True),
                **columns,
            )

        return await self.write(unit)

    async def opens_deal(self, member: Member, title: str, stage: str = "Proposal", **columns: Any) -> Deal:
        """Open a deal that entered its stage just now."""
        return await self.write(lambda session: _deal(session, member, title, stage, self.now, columns))

    async def writes(self, member: Member, text: str, *, key: str | None = None, **how: Any) -> Letter | None:
        """Write a letter to a member."""

        def unit(session: Session) -> Letter | None:
            return letters.write(
                session,
                kind=how.pop("kind", "notice"),
                dedupe_key=key or text,
                destination=destinations.address_for(session, member.id, self.now),
                body=Reply(text=text).to_json(),
                due_at=self.now,
                now=self.now,
                member_id=member.id,
                **how,
            )

        return await self.write(unit)

    async def opens_console(self, member: Member) -> None:
        name = leases.console(member.id)
        await self.write(lambda session: leases.take(session, name, "here", self.now))

    async def scans(self) -> int:
        return await due_scan.deliver_due(self.database, self.now, database_now=lambda: self.now)

    async def nudges(self, country: str | None = None, **how: Any) -> int:
        return await nudges.run(self.database, self.now, country=country, database_now=lambda: self.now, **how)

    async def sends(self) -> int:
        return await self.post.send_pending()

    async def ticks(self) -> None:
        """Let happen what the clock brings."""
        await self.scans()
        await self.sends()


def _deal(session: Session, member: Member, title: str, stage: str, now: datetime, columns: dict[str, Any]) -> Deal:
    found = session.scalars(sa.select(Stage).where(Stage.name == stage)).one()
    deal = Deal(
        title=title,
        owner_id=member.id,
        pipeline_id=found.pipeline_id,
        stage_id=found.id,
        stage_entered_at=now,
        created_at=now,
        fields={},
        **columns,
    )
    session.add(deal)
    session.flush()
    return deal
