"""A company in a test: people who type on a platform of no kind, a clock that only moves when told, a real store."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from handlers.context import House
from handlers.dispatch import Dispatcher
from handlers.errors import DeliveryError
from handlers.message import Address, Message, Reply, Sender, Sent
from storage import members
from storage.database import Database, Session
from storage.models import Base, Member
from tests.databases import NOW, ZONE


@dataclass
class Clock:
    """A clock that stands still until it is advanced."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at

    def advance(self, **length: float) -> None:
        self.at += timedelta(**length)


@dataclass
class World:
    """One store, its dispatcher and its people."""

    database: Database
    clock: Clock = field(default_factory=Clock)
    house: House = field(default_factory=lambda: House(zone=ZONE))
    ids: Any = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.dispatcher = Dispatcher(self.database, self.house, now=self.clock)

    async def hires(self, name: str, *, role: str = "rep", language: str = "en", platform: str = "chat") -> Person:
        """Make a member who can be heard on a platform."""
        person = Person(world=self, name=name, platform=platform)

        def unit(session: Session) -> int:
            member = members.create(session, name=name, role=role, language=language, zone=ZONE, now=self.clock())
            members.link(session, member, platform, "acct", person.user, person.user, self.clock())
            return int(member.id)

        person.member_id = await self.database.write(unit)
        return person

    def stranger(self, name: str = "Mallory", platform: str = "chat") -> Person:
        return Person(world=self, name=name, platform=platform)

    async def count(self, model: type[Base]) -> int:
        """Return how many rows a table has."""
        return await self.database.read(
            lambda session: session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
        )

    async def rows(self, model: type[Any]) -> list[Any]:
        """Return all rows of a table, oldest first."""
        return await self.database.read(lambda session: list(session.scalars(sa.select(model).order_by(model.id))))

    async def change(self, member_id: int, **values: Any) -> None:
        """Set columns of a member."""
        await self.database.write(
            lambda session: session.execute(sa.update(Member).where(Member.id == member_id).values(**values))
        )


@dataclass
class Person:
    """Somebody with an account on one platform."""

    world: World
    name: str
    platform: str = "chat"
    member_id: int = 0
    answers: list[Reply] = field(default_factory=list)
    cannot_be_reached: bool = False

    @property
    def user(self) -> str:
        return f"u-{self.name.casefold().replace(' ', '-')}"

    @property
    def address(self) -> Address:
        return Address(platform=self.platform, account="acct", chat=self.user)

    async def says(self, text: str, **how: Any) -> Reply:
        """Type a line and return the answer; fails the test if there is none."""
        reply = await self.sends(self.message(text=text, **how))
        assert reply is not None, f"no answer to {text!r}"
        return reply

    async def presses(self, label: str, *, on: Reply | None = None) -> Reply:
        """Press a button of the last answer (or of `on`)."""
        card = on or self.answers[-1]
        data = [data for data, button in card.presses() if button.label == label]
        assert data, f"no button {label!r} on {[button.label for button in card.buttons]}"
        reply = await self.sends(self.message(pressed=data[0], message_id=f"card-{card.key}"))
        assert reply is not None
        return reply

    async def replies(self, text: str, *, to: Reply | None = None) -> Reply:
        """Answer one of our cards."""
        card = to or self.answers[-1]
        return await self.says(text, in_reply_to=Sent(address=self.address, message_id=f"card-{card.key}"))

    async def edits(self, text: str, message_id: str) -> Reply | None:
        return await self.sends(self.message(text=text, message_id=message_id, is_edit=True))

    def message(self, **how: Any) -> Message:
        number = next(self.world.ids)
        plain = Message(
            id=f"event-{number}",
            sender=Sender(user=self.user, name=self.name),
            address=self.address,
            at=self.world.clock(),
            message_id=f"m-{number}",
        )
        return replace(plain, **how)

    async def sends(self, message: Message) -> Reply | None:
        """Send a message; return what was shown for it."""
        [inbox_id] = await self.world.dispatcher.receive([message])
        if inbox_id is None:
            return None
        shown: list[Reply] = []

        async def deliver(reply: Reply) -> Sent:
            if self.cannot_be_reached:
                raise DeliveryError("nobody is there", permanent=False)
            shown.append(reply)
            return Sent(address=self.address, message_id=f"card-{reply.key}")

        await self.world.dispatcher.answer(inbox_id, deliver)
        self.answers += shown
        return shown[0] if shown else None


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
async def carla(world: World) -> Person:
    """A sales rep who types English."""
    return await world.hires("Carla")
