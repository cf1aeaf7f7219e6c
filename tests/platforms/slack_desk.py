"""What stands behind the channel in these tests: an inbox and an answer, in memory, that can be slow or broken."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from bot.platforms.slack import Slack
from handlers.errors import DeliveryError
from handlers.message import Button, Deliver, Message, Reply, Sent
from tests.fakes import slack as fakes
from tests.fakes.slack import FakeSlack

Said = Callable[[Message], Reply | None]


def echo(message: Message) -> Reply:
    return Reply(text=f"heard {message.text or message.pressed}")


def silence(message: Message) -> Reply | None:
    return None


def always(reply: Reply) -> Said:
    return lambda _: reply


def card(text: str = "✓ Met Ana\nI-1", *labels: str, key: str = "a1", **more: Any) -> Reply:
    buttons = tuple(Button(label=label, command=label.lower()) for label in labels)
    return Reply(text=text, buttons=buttons, key=key, **more)


class Desk:
    """Stores each message once, and answers as `says` tells."""

    def __init__(self, says: Said = echo) -> None:
        self.says = says
        self.messages: list[Message] = []
        self.sent: list[Sent | None] = []
        self.faults: list[DeliveryError] = []
        self.is_broken = False
        self.refused = 0
        self.may_store = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_store.set()
        self.may_answer.set()

    async def receive(self, messages: Sequence[Message]) -> list[int | None]:
        if self.is_broken:
            self.refused += 1
            raise ConnectionError("the store is away")
        await self.may_store.wait()
        return [self._store(message) for message in messages]

    async def answer(self, inbox_id: int, deliver: Deliver) -> None:
        await self.may_answer.wait()
        reply = self.says(self.messages[inbox_id])
        if reply is None:
            return
        try:
            self.sent.append(await deliver(reply))
        except DeliveryError as error:
            self.faults.append(error)

    @property
    def ids(self) -> list[str]:
        return [message.id for message in self.messages]

    def _store(self, message: Message) -> int | None:
        if message.id in self.ids:
            return None
        # What cannot be stored and read back would be lost at the next start.
        self.messages.append(Message.from_json(message.to_json()))
        return len(self.messages) - 1


def channel(fake: FakeSlack, **options: Any) -> Slack:
    given: dict[str, Any] = {"app_token": fakes.APP_TOKEN, "api_url": fake.api_url, "grace": 2.0, **options}
    return Slack(fakes.BOT_TOKEN, **given)


@contextlib.asynccontextmanager
async def running(fake: FakeSlack, desk: Desk, **options: Any) -> AsyncIterator[Slack]:
    """The channel, connected: by Socket Mode, and by HTTP too if there is a signing secret."""
    slack = channel(fake, **options)
    if slack.routes:
        fake.lines.webhook = slack.routes[0].handle
    before = fake.lines.connections
    task = asyncio.create_task(slack.run(desk.receive, desk.answer))
    try:
        if options.get("app_token", "x"):
            await fake.lines.connected(before + 1)
        else:
            await fake.until(lambda: fake.count("auth.test") or None, "a first sign")
        yield slack
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        await slack.close()
