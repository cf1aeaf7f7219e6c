"""A platform's stand-in: keeps what it is sent, and fails when told to."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from handlers.message import Address, Answer, Receive, Reply, Route, Sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One message as people see it."""

    address: Address
    reply: Reply
    letter: int | None
    repeat: bool
    message_id: str

    @property
    def text(self) -> str:
        return self.reply.text


@dataclass
class RecordingChannel:
    """Shows messages in `shown`, in order. `failures` are raised by the next sends, one each, before showing.

    loses_answers: the next sends are shown, and then raise this. can_find: it can be asked for a letter, as Slack can.
    on_send is awaited before a message is shown.
    """

    name: str = "chat"
    routes: Sequence[Route] = ()
    failures: list[Exception] = field(default_factory=list)
    loses_answers: list[Exception] = field(default_factory=list)
    can_find: bool = False
    on_send: Callable[[Address, int | None], Awaitable[None]] | None = None
    shown: list[Shown] = field(default_factory=list)
    edited: list[tuple[Sent, Reply]] = field(default_factory=list)
    sends: int = 0
    at_once: int = 0
    most_at_once: int = 0
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.shown]

    def to(self, chat: str) -> list[Shown]:
        return [message for message in self.shown if message.address.chat == chat]

    async def check(self) -> str:
        return f"{self.name}, a stand-in"

    async def run(self, receive: Receive, answer: Answer) -> None:
        await asyncio.Event().wait()

    async def send(
        self, address: Address, reply: Reply, *, letter: int | None = None, repeat: bool = False
    ) -> Sent | None:
        self.sends += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.on_send is not None:
                await self.on_send(address, letter)
            if self.failures:
                raise self.failures.pop(0)
            message = Shown(address=address, reply=reply, letter=letter, repeat=repeat, message_id=str(next(self._ids)))
            self.shown.append(message)
            if self.loses_answers:
                raise self.loses_answers.pop(0)
            return Sent(address=replace(address), message_id=message.message_id)
        finally:
            self.at_once -= 1

    async def edit(self, sent: Sent, reply: Reply) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.edited.append((sent, reply))

    async def find(self, address: Address, letter: int, since: datetime) -> Sent | None:
        if not self.can_find:
            return None
        found = [one for one in self.shown if one.letter == letter and one.address == address]
        return Sent(address=address, message_id=found[0].message_id) if found else None

    async def close(self) -> None:
        return
