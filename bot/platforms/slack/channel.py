"""The Slack channel: what `recado run` keeps connected, and the scheduler sends through."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from slack_bolt.response import BoltResponse

from bot.platforms.slack import faults, rendering, sockets
from bot.platforms.slack.incoming import Identity, IsLine
from bot.platforms.slack.intake import Intake
from bot.platforms.slack.signed import Seal, payload_of
from bot.platforms.slack.sockets import Acknowledge, Sockets, patience
from bot.platforms.slack.web import Web
from handlers.errors import DeliveryError
from handlers.message import Address, Answer, Receive, Reply, Route, Sent

__all__ = ["Slack"]

log = logging.getLogger(__name__)

PUBLIC_API = "https://slack.com/api/"
LETTER = "recado_letter"
# Slack's clock and ours may differ by this much when a lost message is looked up.
CLOCKS_APART = timedelta(minutes=5)
PAGE = 200
PAGES = 10
BOT_TOKEN = "RECADO_SLACK_BOT_TOKEN"  # noqa: S105 - the name of the setting
REMEDY = (
    "Copy the Bot User OAuth Token (it begins with xoxb-) anew from the app's page OAuth & Permissions, "
    "or install the app again, and start again."
)
REPEATED = {"en": "(possible repeat)", "pt": "(possível repetição)", "es": "(posible repetición)"}

Json = dict[str, Any]
HttpAnswer = tuple[int, str, bytes]


class Slack:
    """One workspace. Socket Mode with `app_token`, signed HTTP with `signing_secret`, both with both.

    hold: after so many seconds a command is acknowledged without its answer (Slack gives up after three).
    deaf_after: a connection on which Slack has said nothing for so long is replaced.
    grace: what is in flight when the program stops has so many seconds to finish. timeout: of one call to Slack.
    is_line: tells whether a reply in a channel's thread reads as a line; what does not is left alone.
    """

    name = "slack"

    def __init__(
        self,
        bot_token: str,
        *,
        app_token: str | None = None,
        signing_secret: str | None = None,
        api_url: str = PUBLIC_API,
        language: str = "en",
        is_line: IsLine | None = None,
        hold: float = 2.0,
        deaf_after: float = 90.0,
        grace: float = 10.0,
        timeout: float = 15.0,
    ) -> None:
        self._web = Web(bot_token, api_url, timeout=timeout)
        self._app_token = app_token
        self._seal = Seal(signing_secret) if signing_secret else None
        self._language = language[:2].lower()
        self._is_line = is_line or _never
        self._hold = hold
        self._deaf_after = deaf_after
        self._grace = grace
        self._intake: Intake | None = None
        self._chats: dict[str, str] = {}

    @property
    def routes(self) -> tuple[Route, ...]:
        """What the web serves for us: all of Slack comes by one path."""
        return (Route(method="POST", path="/slack/events", handle=self._on_request),) if self._seal else ()

    async def check(self) -> str:
        """Return who we are at Slack (`@recado in Acme`); raises DeliveryError, or SettingsError for the app token."""
        me = await self._who()
        if self._app_token:
            await self._try_app_token(self._app_token)
        return f"@{me.name} in {me.team}"

    async def run(self, receive: Receive, answer: Answer) -> None:
        """Take in messages until cancelled; a SettingsError if Slack does not take a token."""
        me = await self._identify()
        self._intake = intake = Intake(
            self._web, me, receive, answer, hold=self._hold, language=self._language, is_line=self._is_line
        )
        log.info("Slack: @%s in %s", me.name, me.team)
        lines = Sockets(self._app_token or "", self._web, self._on_envelope, deaf_after=self._deaf_after)
        try:
            await (lines.keep() if self._app_token else asyncio.get_running_loop().create_future())
        finally:
            # The connection stays open until the last acknowledgement has left by it.
            await intake.land(self._grace)
            self._intake = None
            await lines.close()

    async def send(
        self, address: Address, reply: Reply, *, letter: int | None = None, repeat: bool = False
    ) -> Sent | None:
        """Post once; `letter` goes along unseen, so that `find` knows the message again."""
        chat = await self._chat(address)
        note = REPEATED.get(self._language, REPEATED["en"]) if repeat else ""
        shown: Json = {**rendering.message(reply, note=note), "channel": chat}
        if letter is not None:
            shown["metadata"] = {"event_type": LETTER, "event_payload": {"letter": letter}}
        if address.thread:
            shown["thread_ts"] = address.thread
        answer = await self._web.call("chat.postMessage", **shown)
        return Sent(address=_in_chat(address, chat), message_id=str(answer["ts"]))

    async def edit(self, sent: Sent, reply: Reply) -> None:
        """Rewrite a message of ours."""
        chat = await self._chat(sent.address)
        await self._web.call("chat.update", channel=chat, ts=sent.message_id, **rendering.message(reply))

    async def find(self, address: Address, letter: int, since: datetime) -> Sent | None:
        """Look through what was posted since then for the message that carries this letter."""
        chat = await self._chat(address)
        method = "conversations.replies" if address.thread else "conversations.history"
        wanted = {"channel": chat, "include_all_metadata": "true", "limit": PAGE}
        wanted["oldest"] = f"{(since - CLOCKS_APART).timestamp():.6f}"
        if address.thread:
            wanted["ts"] = address.thread
        for _ in range(PAGES):
            page = await self._web.ask(method, **wanted)
            if ts := _carrying(letter, page):
                return Sent(address=_in_chat(address, chat), message_id=ts)
            wanted["cursor"] = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not wanted["cursor"]:
                return None
        return None

    async def close(self) -> None:
        """Release connections."""
        await self._web.close()

    async def _try_app_token(self, token: str) -> None:
        """Ask for a connection, which nobody then uses: all that this token is good for."""
        try:
            await self._web.open_socket(token)
        except DeliveryError as error:
            if mistake := faults.settings_error(error, sockets.APP_TOKEN, sockets.REMEDY):
                raise mistake from error
            raise

    async def _who(self) -> Identity:
        found = await self._web.ask("auth.test")
        return Identity(
            account=str(found.get("team_id") or ""),
            user=str(found.get("user_id") or ""),
            bot=str(found.get("bot_id") or ""),
            name=str(found.get("user") or "recado"),
            team=str(found.get("team") or ""),
        )

    async def _identify(self) -> Identity:
        """Ask who we are until Slack answers: until then nothing is taken in."""
        wait = patience()
        while True:
            try:
                return await self._who()
            except DeliveryError as error:
                if mistake := faults.settings_error(error, BOT_TOKEN, REMEDY):
                    raise mistake from error
                log.warning("%s, trying again", error)
                pause = error.retry_after.total_seconds() if error.retry_after else 0.0
                await asyncio.sleep(max(next(wait), pause))

    async def _chat(self, address: Address) -> str:
        """A user id stands for the direct messages with them; Slack wants those opened once."""
        user = address.chat
        if not user.startswith(("U", "W")):
            return user
        if user not in self._chats:
            opened = await self._web.ask("conversations.open", users=user)
            self._chats[user] = str(opened["channel"]["id"])
        return self._chats[user]

    async def _on_envelope(self, payload: Json, acknowledge: Acknowledge) -> None:
        async def send(response: BoltResponse) -> None:
            # No acknowledgement is the only way to say no here: Slack then sends an event again.
            if response.status == 200:  # noqa: PLR2004 - HTTP's own
                await acknowledge(json.loads(response.body) if response.body else None)

        if self._intake is not None:
            await self._intake.take(payload, send)

    async def _on_request(self, headers: Mapping[str, str], body: bytes) -> HttpAnswer:
        if self._seal is None or not self._seal.is_on(headers, body):
            return _said(401, "the signature is not Slack's")
        payload = payload_of(headers, body)
        if payload is None:
            return _said(400, "neither JSON nor a form")
        answers: list[BoltResponse] = []

        async def send(response: BoltResponse) -> None:
            answers.append(response)

        if self._intake is None or not await self._intake.take(payload, send):
            return _said(503, "not connected to Slack just now")
        return _http(answers[0])


def _never(text: str) -> bool:
    return False


def _in_chat(address: Address, chat: str) -> Address:
    return Address(platform=address.platform, account=address.account, chat=chat, thread=address.thread)


def _carrying(letter: int, page: Json) -> str | None:
    for message in page.get("messages") or ():
        metadata = message.get("metadata") or {}
        if metadata.get("event_type") == LETTER and metadata.get("event_payload", {}).get("letter") == letter:
            return str(message["ts"])
    return None


def _said(status: int, text: str) -> HttpAnswer:
    return status, "text/plain; charset=utf-8", text.encode()


def _http(response: BoltResponse) -> HttpAnswer:
    kind = str(response.first_headers().get("content-type", "text/plain; charset=utf-8"))
    return response.status, kind, response.body.encode()
