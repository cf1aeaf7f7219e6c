"""What comes in from Slack: stored first, acknowledged second, answered third, in order for each person and chat.

Bolt finds the listener; the acknowledgement waits for it (`process_before_response`), for Bolt would acknowledge an
event before anything is stored. It is the same for Socket Mode and for HTTP.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.platforms.slack import incoming, rendering, turns
from bot.platforms.slack.incoming import Identity, IsLine
from bot.platforms.slack.people import People
from bot.platforms.slack.turns import Turn
from bot.platforms.slack.web import SDK_LOG, Web
from handlers.errors import DeliveryError
from handlers.message import Address, Answer, Message, Receive, Reply, Sender, Sent

__all__ = ["Intake"]

log = logging.getLogger(__name__)

T = TypeVar("T")
Json = dict[str, Any]
Send = Callable[[BoltResponse], Awaitable[None]]
OK = 200
EVERY = re.compile(".*", re.DOTALL)
PRESSED = re.compile(r"command_\d+")
# What a payload that is not as Slack documents it raises while it is read.
UNREADABLE = (KeyError, IndexError, TypeError, ValueError, AttributeError, OverflowError)


class Intake:
    """The listeners, from the moment we know who we are until the program stops."""

    def __init__(
        self,
        web: Web,
        me: Identity,
        receive: Receive,
        answer: Answer,
        *,
        hold: float,
        language: str,
        is_line: IsLine,
    ) -> None:
        self._web = web
        self._me = me
        self._receive = receive
        self._answer = answer
        self._hold = hold
        self._language = language
        self._is_line = is_line
        self._people = People(web)
        self._work: set[asyncio.Task[Any]] = set()
        self._is_closed = False
        self._entering = _Queues()
        self._answering = _Queues()
        self._app = self._listening()

    async def take(self, payload: Json, send: Send) -> bool:
        """Handle one payload; `send` gives Slack the acknowledgement. False: we are stopping, and did nothing.

        Goes on if the connection it came by closes.
        """
        if self._is_closed:
            return False
        await asyncio.shield(self._track(self._take(payload, send)))
        return True

    async def land(self, seconds: float) -> None:
        """Take in nothing more and finish what has begun, within so many seconds; the rest is in the inbox."""
        self._is_closed = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._work:
                    await asyncio.wait(self._work)
        for task in self._work:
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    async def _take(self, payload: Json, send: Send) -> None:
        request = AsyncBoltRequest(body=payload, mode="socket_mode")
        response = await self._app.async_dispatch(request)
        turn: Turn | None = request.context.get("turn")
        is_sent = False
        try:
            await send(response)
            is_sent = response.status == OK
        except (OSError, aiohttp.ClientError) as error:
            log.warning("Slack: an acknowledgement was lost (%s)", type(error).__name__)
        finally:
            if turn is not None:
                turn.sent(is_sent)

    def _listening(self) -> AsyncApp:
        app = AsyncApp(
            name="recado",
            logger=SDK_LOG,
            # Never used: all calls are ours. Without one Bolt would make its own, with retries.
            client=AsyncWebClient(base_url=self._web.client.base_url, retry_handlers=[], logger=SDK_LOG),
            authorize=_Known(self._me),
            process_before_response=True,
            # The signature is checked before a payload gets here, by slack_sdk's verifier (see signed.py).
            request_verification_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        app.event("message")(self._on_event)
        app.event("app_mention")(self._on_event)
        app.command(EVERY)(self._on_command)
        app.action(PRESSED)(self._on_press)
        # Whatever else Slack may send is taken note of, lest it be sent again for an hour.
        for every in (app.event, app.action, app.shortcut, app.view, app.options):
            every(EVERY)(_acknowledge)
        return app

    async def _on_event(self, ack: AsyncAck, body: Json) -> None:
        """A message: never acknowledged before the commit, so that Slack sends again what we could not store."""
        event = body["event"]
        if self._concerns_us(body):
            async with self._entering.of(event["channel"], incoming.author(event)):
                message = await self._message(event)
                (inbox_id,) = await self._receive([message])
            if inbox_id is not None:
                self._start(self._answer_in_turn(message, inbox_id, partial(self._show, message)))
        await ack()

    def _concerns_us(self, body: Json) -> bool:
        event = body["event"]
        try:
            if not incoming.is_for_us(event, self._me, self._is_line):
                return False
            incoming.event(event, self._me, Sender(user=incoming.author(event)), {})
            return True
        except UNREADABLE:
            # Sent again it would be no better: it is put aside, once, with its id.
            log.exception("Slack: event %s is not as Slack documents it", body.get("event_id"))
            return False

    async def _on_command(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        turn = context["turn"] = Turn()
        work = self._track(self._run_command(body, turn))
        # Asked only when it is late: by then the person's language is known.
        shown = await turn.acknowledgement(work, self._hold, lambda: self._working(body["user_id"]))
        await ack(shown or "")

    async def _on_press(self, ack: AsyncAck, body: Json) -> None:
        turn = Turn()
        work = self._track(self._run_press(body, turn))
        self._start(self._warn(work, body))
        await turn.acknowledgement(work, self._hold, lambda: None)
        await ack()

    async def _run_command(self, body: Json, turn: Turn) -> None:
        user, channel, url = body["user_id"], body["channel_id"], body["response_url"]

        async def show(reply: Reply) -> Sent | None:
            shown = rendering.ephemeral(reply)
            if not await turn.show(shown):
                await self._web.respond(url, shown)
            return None

        async with self._entering.of(channel, user):
            sender, names = await asyncio.gather(
                self._people.sender(user), self._people.names(incoming.mentioned(body) - {self._me.user})
            )
            message = incoming.command(body, self._me, sender, names, at=datetime.now(UTC))
            inbox_id = await self._store(message, lambda sorry: self._say(turn, url, sorry))
        if inbox_id is not None:
            await self._answer_in_turn(message, inbox_id, show)

    async def _run_press(self, body: Json, turn: Turn) -> None:
        user, url = body["user"]["id"], body.get("response_url")
        async with self._entering.of(body["container"].get("channel_id"), user):
            message = incoming.press(body, self._me, await self._people.sender(user))
            inbox_id = await self._store(message, lambda sorry: self._say(None, url, sorry))
        turn.release()
        if inbox_id is not None:
            await self._answer_in_turn(message, inbox_id, partial(self._show_after_press, message))

    async def _store(self, message: Message, sorry: Callable[[Json], Awaitable[None]]) -> int | None:
        try:
            (inbox_id,) = await self._receive([message])
        except Exception:  # whatever keeps the store away: Slack never repeats a command, so the person must know
            log.exception("Slack: a command could not be stored")
            await sorry(turns.unsaved(message.sender.language or self._language, message.text))
            return None
        return inbox_id

    async def _message(self, event: Json) -> Message:
        sender, names = await asyncio.gather(
            self._people.sender(incoming.author(event)), self._people.names(incoming.mentioned(event) - {self._me.user})
        )
        return incoming.event(event, self._me, sender, names)

    async def _answer_in_turn(
        self, message: Message, inbox_id: int, show: Callable[[Reply], Awaitable[Sent | None]]
    ) -> None:
        async with self._answering.of(message.address.chat, message.sender.user):
            await self._answer(inbox_id, show)

    async def _show(self, message: Message, reply: Reply) -> Sent | None:
        """Answer a line: in the chat itself if that is private, else to the asker alone."""
        address = message.address
        shown = {**rendering.message(reply), "channel": address.chat}
        if address.thread:
            shown["thread_ts"] = address.thread
        if not message.is_private:
            await self._web.call("chat.postEphemeral", user=message.sender.user, **shown)
            return None
        return await self._post(address, shown)

    async def _show_after_press(self, message: Message, reply: Reply) -> Sent | None:
        """Rewrite the card if the reply stands in its place; an ephemeral card has only its response_url."""
        card = message.in_reply_to
        if card is None and message.answer_to:
            replaces = {"replace_original": reply.replaces}
            await self._web.respond(message.answer_to, {**rendering.ephemeral(reply), **replaces})
            return None
        if card is not None and reply.replaces:
            shown = rendering.message(reply)
            await self._web.call("chat.update", channel=card.address.chat, ts=card.message_id, **shown)
            return card
        return await self._show(message, reply)

    async def _post(self, address: Address, shown: Json) -> Sent:
        answer = await self._web.call("chat.postMessage", **shown)
        return Sent(address=address, message_id=str(answer["ts"]))

    async def _warn(self, work: asyncio.Task[None], body: Json) -> None:
        """A press shows nothing by itself: say that it is being worked on if it takes long."""
        done, _ = await asyncio.wait({work}, timeout=self._hold)
        if not done:
            await self._say(None, body.get("response_url"), self._working(body["user"]["id"]))

    async def _say(self, turn: Turn | None, url: str | None, body: Json) -> None:
        if turn is not None and await turn.show(body):
            return
        if url:
            try:
                await self._web.respond(url, {**body, "replace_original": False})
            except DeliveryError as error:
                log.warning("%s", error)

    def _working(self, user: str) -> Json:
        return turns.working(self._people.language(user) or self._language)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        _ = self._track(work)

    def _track(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._work.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("Slack: an incoming message ended in an error", exc_info=error)


class _Known(AsyncAuthorize):
    """Who the app is. Bolt's own asks auth.test, and acknowledges what comes while that does not answer."""

    def __init__(self, me: Identity) -> None:
        self._result = AuthorizeResult(enterprise_id=None, team_id=me.account, bot_user_id=me.user, bot_id=me.bot)

    async def __call__(self, **_: Any) -> AuthorizeResult:
        return self._result


class _Queues:
    """One lock for each person in each chat; forgotten when nobody holds it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[tuple[str, ...], asyncio.Lock] = WeakValueDictionary()

    def of(self, *key: str) -> asyncio.Lock:
        return self._locks.setdefault(key, asyncio.Lock())


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()
