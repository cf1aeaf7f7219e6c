"""`recado run`, made of the same parts by hand, with a bomb between any two steps of them."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine

CRASHED = 70

# What is written in a transaction tells whose it is: its name, what must be in it, and what must not.
COMMITS = {
    "before the message is stored": ({"insert into inbox"}, set[str]()),
    "before its effect is stored": ({"insert into interaction"}, set[str]()),
    "before it is marked answered": ({"update inbox"}, {"insert into interaction", "insert into letter"}),
    "before an answer is made a letter": ({"insert into letter", "update inbox"}, set[str]()),
    "before what is due is made a letter": ({"insert into letter", "update reminder"}, set[str]()),
    "before the letter is claimed": ({"update letter", "update destination"}, {"insert into posting"}),
    "before it is marked sent": ({"update letter", "insert into posting"}, set[str]()),
}
STATEMENTS = {"in the middle of its effect": "insert into interaction"}


@dataclass
class Bomb:
    """Ends the process at the one point it is set to."""

    point: str
    written: dict[int, set[str]] = field(default_factory=dict)

    def reached(self, point: str) -> None:
        if point == self.point:
            os._exit(CRASHED)

    def watch(self, engine: Engine) -> None:
        """Look at every statement and every commit, before it happens."""
        event.listen(engine, "begin", self._begun)
        event.listen(engine, "before_cursor_execute", self._executing)
        event.listen(engine, "commit", self._committing)

    def _begun(self, connection: Connection) -> None:
        self.written[id(connection)] = set()

    def _executing(self, connection: Connection, cursor: Any, statement: str, *_: Any) -> None:
        words = " ".join(statement.lower().replace('"', "").split()[:3])
        verb = words if words.startswith("insert into") else " ".join(words.split()[:2])
        if verb == STATEMENTS.get(self.point):
            os._exit(CRASHED)
        self.written.setdefault(id(connection), set()).add(verb)

    def _committing(self, connection: Connection) -> None:
        written = self.written.pop(id(connection), set())
        needed, forbidden = COMMITS.get(self.point, ({"nothing"}, set()))
        if needed <= written and not forbidden & written:
            os._exit(CRASHED)


class Mined:
    """A channel with the bomb at each of its seams."""

    def __init__(self, channel: Any, bomb: Bomb) -> None:
        self.name, self.routes = channel.name, channel.routes
        self._channel, self._bomb = channel, bomb

    async def run(self, receive: Any, answer: Any) -> None:
        reached = self._bomb.reached
        taken: list[Any] = []

        async def mined_receive(messages: Sequence[Any]) -> Any:
            reached("before it is taken")
            if taken:
                reached("after it is acknowledged")  # the next message shows that this one was
            taken.extend(messages)
            found = await receive(messages)
            reached("after it is stored")
            return found

        async def mined_answer(inbox_id: int, deliver: Any) -> None:
            if self._bomb.point == "after it is acknowledged":
                await asyncio.Event().wait()
            reached("before it is applied")
            await answer(inbox_id, mined(deliver))
            reached("after it is marked answered")

        def mined(deliver: Any) -> Any:
            async def act(reply: Any) -> Any:
                reached("after its effect is stored")
                sent = await deliver(reply)
                reached("after it is answered")
                return sent

            return act

        await self._channel.run(mined_receive, mined_answer)

    async def send(self, address: Any, reply: Any, *, letter: int | None = None, repeat: bool = False) -> Any:
        self._bomb.reached("after the letter is claimed")
        sent = await self._channel.send(address, reply, letter=letter, repeat=repeat)
        self._bomb.reached("after it is sent")
        return sent

    async def find(self, address: Any, letter: int, since: datetime) -> Any:
        return await self._channel.find(address, letter, since)

    async def edit(self, sent: Any, reply: Any) -> None:
        await self._channel.edit(sent, reply)

    async def check(self) -> str:
        return str(await self._channel.check())

    async def close(self) -> None:
        await self._channel.close()


def serve_until(point: str, grace: float, lease: float) -> None:
    """Serve until that point is reached, and end there without another word."""
    asyncio.run(_serve(Bomb(point), timedelta(seconds=grace), timedelta(seconds=lease)))


async def _serve(bomb: Bomb, grace: timedelta, lease: timedelta) -> None:
    from bot import app, settings, store
    from handlers.dispatch import Dispatcher
    from scheduler import reminders
    from scheduler.clock import Clock, Tick
    from scheduler.post import Post
    from storage.letters import Served

    found = settings.load()
    async with store.opened(found, "run", alone=True) as opened:
        database = opened.database
        bomb.watch(database.engine)
        channels = [Mined(channel, bomb) for channel in app.build(found, None)]
        alone_since = store.now() if database.path is not None else None
        dispatcher = Dispatcher(database, app.house(found), grace=grace, alone_since=alone_since)
        post = Post(database, {Served(platform=channel.name): channel for channel in channels}, lease=lease)
        poke = _then(partial(bomb.reached, "after what is due is made a letter"), post.poke)
        quick = timedelta(seconds=0.2)
        ticks = [
            Tick(name="due", every=quick, body=lambda: reminders.tick(database, store.now, poke)),
            Tick(name="inbox", every=quick, body=partial(dispatcher.recover, [channel.name for channel in channels])),
        ]
        hearing = [channel.run(dispatcher.receive, dispatcher.answer) for channel in channels]
        await asyncio.gather(*hearing, post.run(), Clock(ticks).run())


def _then(first: Callable[[], None], second: Callable[[], None]) -> Callable[[], None]:
    def both() -> None:
        first()
        second()

    return both
