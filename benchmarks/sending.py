"""From the letter to the platform: how many a second in a burst, beside the bare SDK, and how late each is if paced."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from benchmarks import platforms
from benchmarks.timing import Times
from handlers.message import Address, Channel, Reply, Sent
from scheduler import reminders
from scheduler.post import Post
from storage import members
from storage.database import Database, Session
from storage.letters import Served
from storage.models import Contact, Reminder
from tests.fakes import slack as fake_slack, telegram as fake_telegram

AT_ONCE = 50
PER_SECOND = 20
TEXT = "⏰ send the offer: Ana Souza, Acme\nlast: called Tue 24 Nov “wants to see the offer”\nF-31, due 10:00"
PATIENCE = 60.0  # seconds that a burst may take before we give up


@dataclass(frozen=True, slots=True)
class Sending:
    """What one platform took: letters a second in a burst, of us and of its SDK alone; and the delay of a paced one."""

    platform: str
    ours: float
    bare: float
    paced: Times


class Watched:
    """A channel, and when it had sent the letter to each chat."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.name = channel.name
        self.routes = channel.routes
        self.sent: dict[str, float] = {}

    async def send(
        self, address: Address, reply: Reply, *, letter: int | None = None, repeat: bool = False
    ) -> Sent | None:
        sent = await self._channel.send(address, reply, letter=letter, repeat=repeat)
        self.sent[address.chat] = time.perf_counter()
        return sent

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)


async def telegram(database: Database, people: int, paced: int) -> Sending:
    from bot.platforms.telegram import Telegram

    async with platforms.serving(platforms.TELEGRAM, people) as url:
        channel = Telegram(fake_telegram.TOKEN, api_url=url)
        users = [platforms.telegram_user(number) for number in range(people)]
        account = fake_telegram.TOKEN.partition(":")[0]
        bare = await _bare_telegram(url, users)
        found = await _measure(database, channel, platforms.TELEGRAM, account, users, paced)
        await channel.close()
    return Sending(platforms.TELEGRAM, found[0], bare, found[1])


async def slack(database: Database, people: int, paced: int) -> Sending:
    from bot.platforms.slack import Slack

    async with platforms.serving(platforms.SLACK, people) as url:
        channel: Any = Slack(fake_slack.BOT_TOKEN, signing_secret=fake_slack.SIGNING_SECRET, api_url=url)
        users = [platforms.slack_user(number) for number in range(people)]
        bare = await _bare_slack(url, users)
        found = await _measure(database, channel, platforms.SLACK, fake_slack.TEAM, users, paced)
        await channel.close()
    return Sending(platforms.SLACK, found[0], bare, found[1])


# The SDKs alone -------------------------------------------------------------------------------------------------------


async def _bare_telegram(url: str, users: list[str]) -> float:
    from telegram import Bot
    from telegram.request import HTTPXRequest

    request = HTTPXRequest(connection_pool_size=AT_ONCE)
    async with Bot(fake_telegram.TOKEN, base_url=f"{url}/bot", request=request) as bot:
        return await _rate(users, lambda user: bot.send_message(chat_id=user, text=TEXT))


async def _bare_slack(url: str, users: list[str]) -> float:
    from aiohttp import ClientSession
    from slack_sdk.web.async_client import AsyncWebClient

    # One session for all posts: without it the SDK opens a connection for each, and is three times as slow.
    async with ClientSession() as session:
        client = AsyncWebClient(fake_slack.BOT_TOKEN, base_url=url, session=session, retry_handlers=[])
        return await _rate(users, lambda user: client.chat_postMessage(channel=f"D{user[1:]}", text=TEXT))


async def _rate(users: list[str], send: Callable[[str], Coroutine[Any, Any, Any]]) -> float:
    room = asyncio.Semaphore(AT_ONCE)

    async def one(user: str) -> None:
        async with room:
            await send(user)

    await asyncio.gather(*(one(user) for user in users[:AT_ONCE]))  # connections stand, code is warm
    began = time.perf_counter()
    await asyncio.gather(*(one(user) for user in users))
    return len(users) / (time.perf_counter() - began)


# Ours -----------------------------------------------------------------------------------------------------------------


async def _measure(
    database: Database, channel: Channel, platform: str, account: str, users: list[str], paced: int
) -> tuple[float, Times]:
    people = await database.write(partial(_reachable, platform=platform, account=account, users=users))
    watched = Watched(channel)
    async with _posting(database, watched, platform) as post:
        await _burst(database, post, watched, people)  # Slack's chats are opened once for each person, ever
        ours = await _burst(database, post, watched, people)
        delays = await _paced(database, post, watched, people[:paced])
    return ours, delays


@contextlib.asynccontextmanager
async def _posting(database: Database, channel: Watched, platform: str) -> AsyncIterator[Post]:
    """Run the post without the platform's own limit: the fake has none."""
    served: dict[Served, Channel] = {Served(platform=platform): channel}
    post = Post(database, served, per_second={})
    task = asyncio.create_task(post.run())
    try:
        yield post
    finally:
        task.cancel()
        await asyncio.wait([task])


Person = tuple[int, str]  # member, chat


async def _burst(database: Database, post: Post, channel: Watched, people: list[Person]) -> float:
    """Let a follow-up of each come due at once; return how many a second went out."""
    await asyncio.sleep(1.1)  # a chat takes one message a second
    channel.sent = {}
    now = datetime.now(UTC)
    await database.write(partial(_book, people=people, now=now))
    began = time.perf_counter()
    await reminders.deliver_due(database, now, poke=post.poke)
    await _until(lambda: len(channel.sent) >= len(people))
    return len(people) / (max(channel.sent.values()) - began)


async def _paced(database: Database, post: Post, channel: Watched, people: list[Person]) -> Times:
    """Let twenty a second come due; time each from the commit of its letter to the platform's answer."""
    await asyncio.sleep(1.1)
    channel.sent, times, planned = {}, Times(), {}
    began = time.perf_counter()
    for number, person in enumerate(people):
        await asyncio.sleep(max(0.0, began + number / PER_SECOND - time.perf_counter()))
        now = datetime.now(UTC)
        await database.write(partial(_book, people=[person], now=now))
        await reminders.deliver_due(database, now, poke=post.poke)
        planned[person[1]] = time.perf_counter()
    await _until(lambda: len(channel.sent) >= len(people))
    times.all = [(channel.sent[chat] - at) * 1000 for chat, at in planned.items()]
    return times


async def _until(is_done: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not is_done():  # noqa: ASYNC110 - the channel that we wait for knows nothing of us
            await asyncio.sleep(0.01)


def _reachable(session: Session, platform: str, account: str, users: list[str]) -> list[Person]:
    """Make a member for each user of the platform."""
    now = datetime.now(UTC)
    found: list[Person] = []
    for user in users:
        member = members.create(session, name=f"{platform} {user}", role="rep", language="en", zone="UTC", now=now)
        members.link(session, member, platform, account, user, user, now)
        found.append((member.id, user))
    return found


def _book(session: Session, people: list[Person], now: datetime) -> None:
    customers = session.scalar(sa.select(sa.func.max(Contact.id))) or 1
    local = now.replace(tzinfo=None)
    session.add_all(
        Reminder(
            title="send the offer",
            contact_id=member_id % customers + 1,
            assignee_id=member_id,
            due_local=local,
            occurrence_local=local,
            zone="UTC",
            due_at=now,
            rings=True,
            created_at=now,
        )
        for member_id, _ in people
    )
