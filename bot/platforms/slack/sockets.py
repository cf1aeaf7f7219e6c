"""Socket Mode: one line to Slack that never mends itself, and a keeper that opens another when it is lost or deaf.

slack_sdk's own reconnecting can end with an open socket that nobody reads (bolt-python issue 1529), or retry for ever
with an address that is good for one use. So a line is used once: whatever happens to it, a new client takes over.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp import WSMessage, WSMsgType
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from bot.platforms.slack import faults
from bot.platforms.slack.web import SDK_LOG, Web, goes_direct
from handlers.errors import DeliveryError

__all__ = ["Sockets", "Take", "patience"]

log = logging.getLogger(__name__)

PING_SECONDS = 10.0
DIAL_SECONDS = 10.0
# A line that lived this long was a good one: the next is opened at once.
GOOD_SECONDS = 10.0
LONGEST_WAIT = 30.0
ENDED = (WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR)
APP_TOKEN = "RECADO_SLACK_APP_TOKEN"  # noqa: S105 - the name of the setting
REMEDY = (
    "In the app's settings, under Basic Information, App-Level Tokens, make one with the scope connections:write "
    "(it begins with xapp-), set it and start again."
)

Acknowledge = Callable[[dict[str, Any] | None], Awaitable[None]]
Take = Callable[[dict[str, Any], Acknowledge], Awaitable[None]]


class Ear(aiohttp.ClientWebSocketResponse):
    """A socket that knows when it last heard Slack speak of its own accord; an echo of our own ping is no proof."""

    heard_at = 0.0
    on_end: Callable[[], None] = staticmethod(lambda: None)

    async def receive(self, timeout: float | None = None) -> WSMessage:  # noqa: ASYNC109 - aiohttp's signature
        message = await super().receive(timeout)
        if message.type in (WSMsgType.TEXT, WSMsgType.PING):
            self.heard_at = asyncio.get_running_loop().time()
        elif message.type in ENDED:
            self.on_end()
        return message


class Line(SocketModeClient):
    """One connection. Where slack_sdk would reconnect, it only says that it is lost."""

    def __init__(self, app_token: str, web: Web) -> None:
        super().__init__(app_token, logger=SDK_LOG, web_client=web.client, ping_interval=PING_SECONDS)
        self.lost = asyncio.Event()
        self.busy: set[asyncio.Task[None]] = set()

    async def dial(self, url: str) -> None:
        """Connect, or raise what aiohttp raises."""
        await self.aiohttp_client_session.close()
        self.aiohttp_client_session = aiohttp.ClientSession(ws_response_class=Ear)
        proxy = None if goes_direct(url) else self.proxy
        async with asyncio.timeout(DIAL_SECONDS):
            ear = await self.aiohttp_client_session.ws_connect(url, autoping=False, proxy=proxy)
        assert isinstance(ear, Ear)  # noqa: S101 - for mypy: the session was told so
        ear.heard_at, ear.on_end = asyncio.get_running_loop().time(), self.lost.set
        self.current_session = ear
        self.current_session_monitor = asyncio.ensure_future(self.monitor_current_session())
        self.message_receiver = asyncio.ensure_future(self.receive_messages())

    def silence(self) -> float:
        """Return for how many seconds Slack has said nothing."""
        ear = self.current_session
        return asyncio.get_running_loop().time() - ear.heard_at if isinstance(ear, Ear) else 0.0

    async def connect_to_new_endpoint(self, force: bool = False) -> None:
        self.lost.set()

    async def hang_up(self, grace: float = 0.0) -> None:
        """Close, once what came in by this line is acknowledged or `grace` seconds are over."""
        if self.busy and grace:
            await asyncio.wait(self.busy, timeout=grace)
        own = (self.message_processor, self.current_session_monitor, self.message_receiver)
        with contextlib.suppress(aiohttp.ClientError, OSError):
            await self.close()  # type: ignore[no-untyped-call]
        await asyncio.gather(*(task for task in own if task is not None), return_exceptions=True)


class Sockets:
    """Keeps one line open, hands each envelope to `take`, and acknowledges it when `take` says so."""

    def __init__(self, app_token: str, web: Web, take: Take, *, deaf_after: float) -> None:
        self._app_token = app_token
        self._web = web
        self._take = take
        self._deaf_after = deaf_after
        self._line: Line | None = None
        self._retired: set[asyncio.Task[None]] = set()

    async def keep(self) -> None:
        """Stay connected until cancelled; a SettingsError if Slack does not take the token."""
        wait = patience()
        while True:
            started = asyncio.get_running_loop().time()
            self._replace(await self._open())
            log.info("Slack: connected by Socket Mode")
            await self._watch()
            if asyncio.get_running_loop().time() - started >= GOOD_SECONDS:
                wait = patience()
            await asyncio.sleep(next(wait))

    async def close(self) -> None:
        if self._line is not None:
            await self._line.hang_up()
        await asyncio.gather(*self._retired, return_exceptions=True)

    async def _watch(self) -> None:
        """Return when the line is lost, or has been silent for so long that it must be deaf."""
        line = self._line
        while line is not None and not line.lost.is_set():
            left = self._deaf_after - line.silence()
            if left <= 0:
                log.warning("Slack: nothing heard for %.0f s, connecting anew", self._deaf_after)
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(line.lost.wait(), left)

    async def _open(self) -> Line:
        wait = patience()
        while True:
            line = Line(self._app_token, self._web)
            try:
                await line.dial(await self._web.open_socket(self._app_token))
            except (DeliveryError, aiohttp.ClientError, OSError, TimeoutError) as error:
                await line.hang_up()
                await self._after(error, next(wait))
            except BaseException:  # cancelled, or a fault of ours: no connection is left behind
                await line.hang_up()
                raise
            else:
                line.socket_mode_request_listeners.append(self._on_envelope)
                return line

    async def _after(self, error: Exception, pause: float) -> None:
        if isinstance(error, DeliveryError):
            if mistake := faults.settings_error(error, APP_TOKEN, REMEDY):
                raise mistake from error
            pause = error.retry_after.total_seconds() if error.retry_after else pause
        log.warning("Slack: no connection (%s), trying again", _reason(error))
        await asyncio.sleep(pause)

    def _replace(self, line: Line) -> None:
        """The new line first, then the old one goes: nothing is missed between them."""
        old, self._line = self._line, line
        if old is not None:
            task = asyncio.create_task(old.hang_up(grace=5.0))
            self._retired.add(task)
            task.add_done_callback(self._retired.discard)

    async def _on_envelope(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        task = asyncio.current_task()
        busy = client.busy if isinstance(client, Line) else set()
        if task is not None:
            busy.add(task)
            task.add_done_callback(busy.discard)

        async def acknowledge(body: dict[str, Any] | None) -> None:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, payload=body))

        await self._take(request.payload, acknowledge)


class patience:  # noqa: N801 - reads as what it is: `next(patience())`
    """Seconds to wait before each further try: none, then longer and longer."""

    def __init__(self) -> None:
        self._next = 0.0

    def __next__(self) -> float:
        now, self._next = self._next, min(max(0.5, self._next * 2), LONGEST_WAIT)
        return now


def _reason(error: Exception) -> str:
    # The address of a line is a key to it: only our own words may name what went wrong.
    return str(error) if isinstance(error, DeliveryError) else type(error).__name__
