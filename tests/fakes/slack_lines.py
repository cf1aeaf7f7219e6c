"""How Slack reaches an app: envelopes over WebSockets, or signed requests, and what the app acknowledged."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

Json = dict[str, Any]
Handle = Callable[[Mapping[str, str], bytes], Awaitable[tuple[int, str, bytes]]]
Acknowledged = Callable[["Delivery", Json | None], None]


@dataclass(slots=True, eq=False)
class Delivery:
    """One envelope or request on its way; `body` and `status` once there is an answer."""

    id: str
    kind: str
    payload: Json
    via: str
    attempt: int = 0
    status: int | None = None
    body: Json | None = None
    is_done: asyncio.Event = field(default_factory=asyncio.Event)

    async def acknowledged(self, *, within: float = 5.0) -> Json | None:
        """Wait for the acknowledgement, and return what came with it."""
        async with asyncio.timeout(within):
            await self.is_done.wait()
        return self.body

    @property
    def is_acknowledged(self) -> bool:
        return self.is_done.is_set() and self.status == 200


class Lines:
    """All the ways to one app. Over WebSockets an event that nobody acknowledged comes again with the next one."""

    def __init__(self, acknowledged: Acknowledged, *, secret: str, ping_seconds: float) -> None:
        self.webhook: Handle | str | None = None
        self.via = "socket"
        self.deliveries: list[Delivery] = []
        self.connections = 0  # that there ever were
        self.pings = 0
        self._acknowledged = acknowledged
        self._secret = secret
        self._ping_seconds = ping_seconds
        self._sockets: list[web.WebSocketResponse] = []
        self._deaf: set[web.WebSocketResponse] = set()
        self._pending: dict[str, Delivery] = {}
        self._tickets: set[str] = set()
        self._numbers = itertools.count(1)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._connected = asyncio.Condition()

    @property
    def open(self) -> int:
        return len(self._sockets)

    def ticket(self) -> str:
        """An address is good for one connection."""
        self._tickets.add(ticket := f"t{next(self._numbers)}")
        return ticket

    async def connect(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=401)
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": self.open + 1, "debug_info": {"host": "applink"}})
        self.connections += 1
        self._sockets.append(socket)
        pings = self._go(self._pings(socket))
        async with self._connected:
            self._connected.notify_all()
        await self._resend()
        try:
            async for message in socket:
                self._answered(json.loads(message.data))
        finally:
            pings.cancel()
            self._sockets.remove(socket)
            self._deaf.discard(socket)
        return socket

    async def connected(self, times: int = 1, *, within: float = 5.0) -> None:
        """Wait until there were so many connections in all."""
        async with asyncio.timeout(within), self._connected:
            await self._connected.wait_for(lambda: self.connections >= times)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        """Tell the app to connect anew."""
        for socket in self._sockets:
            await socket.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink"}})

    async def cut(self) -> None:
        """Close every connection without a word."""
        for socket in list(self._sockets):
            await socket.close(code=1011)

    def go_deaf(self) -> None:
        """Leave every connection open and send nothing by it any more; the next one is a good one."""
        self._deaf.update(self._sockets)

    async def deliver(self, kind: str, payload: Json, *, via: str = "", attempt: int = 0) -> Delivery:
        """Send; over a WebSocket or in a request of its own. Returns before there is an answer."""
        delivery = Delivery(f"e{next(self._numbers)}", kind, payload, via or self.via, attempt)
        self.deliveries.append(delivery)
        if delivery.via == "http":
            _ = self._go(self._post(delivery))
        else:
            self._pending[delivery.id] = delivery
            await self._send(delivery)
        return delivery

    def soon(self, kind: str, payload: Json) -> None:
        if self._sockets or self.via == "http":
            _ = self._go(self.deliver(kind, payload))

    async def request(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, str, bytes]:
        """Make any request at all to the app's address."""
        if isinstance(self.webhook, str):
            async with (
                aiohttp.ClientSession() as session,
                session.post(self.webhook, data=body, headers=headers) as got,
            ):
                return got.status, got.content_type, await got.read()
        assert self.webhook is not None, "set `lines.webhook` to the route's handle, or to an address"
        return await self.webhook(headers, body)

    def signed(self, body: bytes, *, at: float | None = None) -> dict[str, str]:
        """Return the headers that prove it is from Slack."""
        stamp = str(int(time.time() if at is None else at))
        seal = hmac.new(self._secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={seal}"}

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.cut()

    async def _send(self, delivery: Delivery) -> None:
        hearing = [socket for socket in self._sockets if socket not in self._deaf and not socket.closed]
        if hearing:
            envelope: Json = {"envelope_id": delivery.id, "type": delivery.kind, "payload": delivery.payload}
            envelope["accepts_response_payload"] = delivery.kind != "events_api"
            if delivery.attempt:
                envelope |= {"retry_attempt": delivery.attempt, "retry_reason": "timeout"}
            await hearing[-1].send_json(envelope)

    async def _resend(self) -> None:
        for delivery in [d for d in self._pending.values() if d.kind == "events_api"]:
            delivery.attempt += 1
            await self._send(delivery)

    def _answered(self, answer: Json) -> None:
        delivery = self._pending.pop(answer.get("envelope_id", ""), None)
        if delivery is not None:
            self._done(delivery, 200, answer.get("payload"))

    def _done(self, delivery: Delivery, status: int, body: Json | None) -> None:
        delivery.status, delivery.body = status, body
        self._acknowledged(delivery, body if status == 200 else None)
        delivery.is_done.set()

    async def _post(self, delivery: Delivery) -> None:
        body, kind = _written(delivery)
        headers = {"Content-Type": kind, **self.signed(body)}
        if delivery.attempt:
            headers |= {"X-Slack-Retry-Num": str(delivery.attempt), "X-Slack-Retry-Reason": "http_timeout"}
        status, _, answer = await self.request(body, headers)
        self._done(delivery, status, _read(answer))

    async def _pings(self, socket: web.WebSocketResponse) -> None:
        while not socket.closed:
            await asyncio.sleep(self._ping_seconds)
            if socket not in self._deaf:
                await socket.ping(b"Ping from applink")
                self.pings += 1

    def _go(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _written(delivery: Delivery) -> tuple[bytes, str]:
    if delivery.kind == "events_api":
        return json.dumps(delivery.payload).encode(), "application/json"
    form = delivery.payload if delivery.kind == "slash_commands" else {"payload": json.dumps(delivery.payload)}
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


def _read(answer: bytes) -> Json | None:
    try:
        found = json.loads(answer)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
