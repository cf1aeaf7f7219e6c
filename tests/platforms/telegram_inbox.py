"""The two things a channel is given to run with, in few lines: a store that keeps each message once, and answers."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence

from bot.platforms.telegram import Patience, Telegram
from handlers.errors import DeliveryError
from handlers.message import Deliver, Message, Reply, Sent
from tests.fakes.telegram import FakeTelegram

QUICK = Patience(connect=2, read=0.4, poll=5, first_pause=0.01, longest_pause=0.05, stop=2)


def echo(message: Message) -> Reply | None:
    return Reply(text=f"heard: {message.text or message.pressed}")


class Inbox:
    """Stores what is received, answers it with `reply`, and remembers how that went."""

    def __init__(self, reply: Callable[[Message], Reply | None] = echo) -> None:
        self.reply = reply
        self.messages: list[Message] = []
        self.batches: list[list[str]] = []
        self.sent: list[Sent | None] = []
        self.faults: list[DeliveryError] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.broken = 0  # so many times receive fails before it works again

    async def receive(self, messages: Sequence[Message]) -> list[int | None]:
        self.batches.append([message.id for message in messages])
        if self.broken:
            self.broken -= 1
            raise OSError("the database is away")
        return [self._keep(message) for message in messages]

    async def answer(self, inbox_id: int, deliver: Deliver) -> None:
        await self.gate.wait()
        reply = self.reply(self.messages[inbox_id])
        if reply is None:
            return
        try:
            self.sent.append(await deliver(reply.keyed(f"a{inbox_id}")))
        except DeliveryError as fault:
            self.faults.append(fault)

    def texts(self) -> list[str]:
        return [message.text for message in self.messages]

    def _keep(self, message: Message) -> int | None:
        if any(kept.id == message.id for kept in self.messages):
            return None
        self.messages.append(message)
        return len(self.messages) - 1


def channel(fake: FakeTelegram, **options: object) -> Telegram:
    return Telegram(fake.token, api_url=fake.url, **({"patience": QUICK} | options))  # type: ignore[arg-type]


@contextlib.asynccontextmanager
async def running(telegram: Telegram, inbox: Inbox) -> AsyncIterator[asyncio.Task[None]]:
    """Run the channel inside the block."""
    task = asyncio.create_task(telegram.run(inbox.receive, inbox.answer))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await telegram.close()
