"""A Bot API server over real HTTP on loopback, with people in it who type, press and wait for answers.

In a test: `async with FakeTelegram() as telegram: telegram.says(7, "hello"); await telegram.received(7, "Hello")`.
By hand: `python -m tests.fakes.telegram --port 8081`, then `POST /_says {"user": 7, "text": "hello"}` and
`GET /_messages?chat=7`; every verb in VERBS has such a path.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import itertools
import json
import socket
import struct
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Self, TypeVar, cast

from aiohttp import web

from tests.fakes import telegram_rules as rules
from tests.fakes.telegram_failures import FAILURES, Failure
from tests.fakes.telegram_rules import Refusal

T = TypeVar("T")

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
DEADLINE = 5.0  # seconds that a test waits for what must come; only a failing test sees the end of it
GLANCE = 0.02

VERBS = (
    *("says", "shares", "edits", "presses", "joins", "blocks", "unblocks", "sends_raw", "redeliver"),
    *("fail_next", "set_webhook"),
)


class Said(NamedTuple):
    """What a person did, by its numbers."""

    update_id: int
    message_id: int


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came in, its parameters unread."""

    method: str
    given: dict[str, Any]
    at: float


@dataclass(slots=True)
class Posted:
    """A message in a chat, as it stands there now; `versions` are all its texts."""

    message_id: int
    chat: int
    sender: int
    text: str
    date: int
    rows: list[list[dict[str, Any]]] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)
    reply_to: int | None = None
    thread: int | None = None
    versions: list[str] = field(default_factory=list)

    @property
    def buttons(self) -> list[str]:
        return [button["text"] for row in self.rows for button in row]

    @property
    def bold(self) -> list[str]:
        return [
            rules.utf16_slice(self.text, entity["offset"], entity["length"])
            for entity in self.entities
            if entity["type"] == "bold"
        ]

    @property
    def links(self) -> list[str]:
        """The mentions, hashtags and commands that Telegram makes of the text by itself."""
        return rules.detected(self.text)


class FakeTelegram:
    """The server and the people. A private chat's id is its user's; groups have negative ids."""

    def __init__(self, *, token: str = TOKEN, username: str = "recado_bot", port: int = 0) -> None:
        self.token = token
        self.bot: dict[str, Any] = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Recado",
            "username": username,
        }
        self.url = ""
        self.calls: list[Call] = []
        self.complaints: list[str] = []
        self.confirmed = 0  # the highest offset that was asked for: all below is forgotten
        self.webhook = ""
        self.menus: dict[str, list[dict[str, str]]] = {}  # by language code, "" for all others
        self.acknowledged: list[str] = []  # presses whose spinner was stopped
        self._port = port
        self._waiting: list[dict[str, Any]] = []  # updates that nobody confirmed
        self._history: dict[int, dict[str, Any]] = {}
        self._again: list[int] = []
        self._chats: dict[int, list[Posted]] = {}
        self._blocked: set[int] = set()
        self._people: set[int] = set()
        self._presses: set[str] = set()
        self._failures: dict[str, deque[Failure]] = defaultdict(deque)
        self._update_ids = itertools.count(1001)
        self._message_ids = itertools.count(1)
        self._poll = object()  # the one getUpdates that may go on
        self._news = asyncio.Event()
        self._end = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._api)
        app.router.add_post("/_{verb}", self._control)
        app.router.add_get("/_{list}", self._show)
        # A client that has gone ends its long poll, or its ghost would conflict with the next one's.
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._end.set()
        self._changed()
        await self._runner.cleanup()

    # What people do

    def says(
        self,
        user: int,
        text: str,
        *,
        chat: int | None = None,
        reply_to: int | None = None,
        name: str = "Carla",
        language: str | None = "en",
        at: datetime | None = None,
    ) -> Said:
        return self.shares(user, chat=chat, reply_to=reply_to, name=name, language=language, at=at, text=text)

    def shares(
        self,
        user: int,
        *,
        chat: int | None = None,
        reply_to: int | None = None,
        name: str = "Carla",
        language: str | None = "en",
        at: datetime | None = None,
        **fields: Any,
    ) -> Said:
        """Send a message with any fields of the Bot API: contact={...}, location={...}, forward_origin={...}."""
        chat = chat or user
        date = int(at.timestamp() if at else time.time())
        posted = Posted(next(self._message_ids), chat, user, fields.get("text", ""), date, reply_to=reply_to)
        self._enter(user, chat)
        message = self._message(posted) | {"from": _person(user, name, language)} | fields
        if reply_to is not None:
            message["reply_to_message"] = self._message(self._find(chat, reply_to))
        self._chats[chat].append(posted)
        return Said(self._queue(message=message), posted.message_id)

    def edits(self, user: int, message_id: int, text: str, *, chat: int | None = None) -> Said:
        posted = self._find(chat or user, message_id)
        posted.text = text
        message = self._message(posted) | {
            "from": _person(user, "Carla", "en"),
            "text": text,
            "edit_date": int(time.time()),
        }
        return Said(self._queue(edited_message=message), message_id)

    def presses(
        self, user: int, button: str, *, message_id: int | None = None, chat: int | None = None, language: str = "en"
    ) -> Said:
        """Press a button, by its label or its data, on the newest card of ours that has it."""
        card, data = self._button(chat or user, button, message_id)
        query_id = str(10**15 + next(self._message_ids))
        self._presses.add(query_id)
        query = {
            "id": query_id,
            "from": _person(user, "Carla", language),
            "message": self._message(card),
            "chat_instance": "1",
            "data": data,
        }
        return Said(self._queue(callback_query=query), card.message_id)

    def joins(self, user: int, code: str, *, language: str = "en") -> Said:
        return self.says(user, f"/start {code}", language=language)

    def blocks(self, user: int) -> None:
        self._blocked.add(user)

    def unblocks(self, user: int) -> None:
        self._blocked.discard(user)

    def sends_raw(self, **fields: Any) -> int:
        """Queue an update that need not make sense."""
        return self._queue(**fields)

    def redeliver(self, update_id: int) -> None:
        """Give an update again, confirmed or not, as happens after a fail-over at Telegram."""
        self._again.append(update_id)
        self._changed()

    def set_webhook(self, url: str) -> None:
        self.webhook = url

    # What goes wrong

    def fail_next(self, method: str, failure: Failure | str, times: int = 1) -> None:
        """Let the next calls of a method fail; a string names one of FAILURES."""
        found = FAILURES[failure] if isinstance(failure, str) else failure
        self._failures[method].extend([found] * times)

    # What they see

    def messages(self, chat: int) -> list[Posted]:
        """Our messages in a chat, oldest first."""
        return [posted for posted in self._chats.get(chat, []) if posted.sender == self.bot["id"]]

    async def received(self, chat: int, part: str, *, timeout: float = DEADLINE) -> Posted:  # noqa: ASYNC109 - a deadline
        """Wait for a message of ours that contains `part`; the newest one, if there are several."""

        def newest() -> Posted | None:
            return next((posted for posted in reversed(self.messages(chat)) if part in posted.text), None)

        def instead() -> str:
            return f"nothing with {part!r} in chat {chat}, only {[posted.text for posted in self.messages(chat)]}"

        return await self.until(newest, instead, timeout)

    async def called(self, method: str, times: int = 1) -> list[Call]:
        """Wait until a method has been called so often; returns its calls."""

        def calls() -> list[Call] | None:
            found = [call for call in self.calls if call.method == method]
            return found if len(found) >= times else None

        return await self.until(calls, lambda: f"{method} was not called {times} times")

    async def until(
        self,
        found: Callable[[], T | None],
        otherwise: Callable[[], str],
        timeout: float = DEADLINE,  # noqa: ASYNC109 - a deadline
    ) -> T:
        """Look at each change, and now and then (not all that is waited for happens here), until there is something."""
        now = asyncio.get_running_loop().time
        deadline = now() + timeout
        while (thing := found()) is None:
            if now() > deadline:
                raise AssertionError(f"{otherwise()}; complaints: {self.complaints}")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(GLANCE):
                    await self._news.wait()
        return thing

    # The server

    async def _api(self, request: web.Request) -> web.StreamResponse:
        given = await _given(request)
        method = rules.method_named(request.match_info["method"])
        try:
            self._check_token(request.match_info["token"])
            if method is None:
                raise Refusal(404, "Not Found: method not found")
            self.calls.append(Call(method, given, time.time()))
            self._changed()
            if self._failures[method]:
                return await self._fail(request, method, given, self._failures[method].popleft())
            return _answer(await self._do(method, given))
        except Refusal as refusal:
            if refusal.status == 400 and "not modified" not in refusal.description:
                self.complaints.append(f"{method}: {refusal.description}")
            return _refuse(refusal)

    def _check_token(self, token: str) -> None:
        if not token.partition(":")[0].isdecimal():
            raise Refusal(404, "Not Found")
        if token != self.token:
            raise Refusal(401, "Unauthorized")

    async def _fail(
        self, request: web.Request, method: str, given: dict[str, Any], failure: Failure
    ) -> web.StreamResponse:
        await asyncio.sleep(failure.delay)
        result = await self._do(method, given) if failure.takes_effect else None
        match failure.ends:
            case "reset":
                return _reset(request)
            case "hang":
                await self._end.wait()
            case "garbage":
                return web.Response(body=b'{"ok":true,"resu', content_type="application/json")
            case "wrong_shape":
                return _answer("yes")
            case "html":
                return web.Response(status=failure.status, text="<h1>Sign in</h1>", content_type="text/html")
        if failure.status != 200:
            return _refuse(Refusal(failure.status, failure.description, **failure.parameters))
        return _answer(result)

    async def _do(self, method: str, given: dict[str, Any]) -> Any:
        self.complaints += rules.unknown_parameters(method, given)
        read = rules.checked(method, given)
        match method:
            case "getMe":
                return self.bot
            case "getUpdates":
                return await self._get_updates(read)
            case "sendMessage":
                return self._send(read)
            case "editMessageText":
                return self._edit(read)
            case "answerCallbackQuery":
                return self._acknowledge(read["callback_query_id"])
            case "setMyCommands":
                rules.check_commands(read["commands"])
                self.menus[read.get("language_code", "")] = read["commands"]
            case "setWebhook" | "deleteWebhook":
                self.webhook = read.get("url", "")
            case "getWebhookInfo":
                return {
                    "url": self.webhook,
                    "has_custom_certificate": False,
                    "pending_update_count": len(self._waiting),
                }
        return True

    async def _get_updates(self, read: dict[str, Any]) -> list[dict[str, Any]]:
        allowed = read.get("allowed_updates")
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
        self.complaints += [f"no update kind {kind!r}" for kind in set(allowed or ()) - rules.UPDATE_KINDS]
        self._confirm(read.get("offset", 0))
        mine = self._poll = object()
        self._changed()  # the poll before this one, if it still waits, is told to end
        deadline = asyncio.get_running_loop().time() + read.get("timeout", 0)
        while not (found := self._due(allowed, read.get("limit", 100))):
            if self._poll is not mine:
                raise Refusal(409, FAILURES["conflict"].description)
            try:
                async with asyncio.timeout_at(deadline):
                    await self._news.wait()
            except TimeoutError:
                return []
            if self._end.is_set():
                return []
        return found

    def _confirm(self, offset: int) -> None:
        self.confirmed = max(self.confirmed, offset)
        self._waiting = [update for update in self._waiting if update["update_id"] >= offset]

    def _due(self, allowed: list[str] | None, limit: int) -> list[dict[str, Any]]:
        again = [self._history[update_id] for update_id in self._again]
        self._again.clear()
        waiting = [update for update in self._waiting if not allowed or any(kind in update for kind in allowed)]
        # One that makes no sense is of no kind either.
        odd = [update for update in self._waiting if not set(update) & rules.UPDATE_KINDS]
        found = again + sorted(waiting + odd, key=lambda update: update["update_id"])
        return found[:limit]

    def _send(self, read: dict[str, Any]) -> dict[str, Any]:
        chat = self._writable(read["chat_id"])
        posted = Posted(
            next(self._message_ids),
            chat,
            self.bot["id"],
            rules.check_text("sendMessage", read),
            int(time.time()),
            rows=rules.keyboard(read["reply_markup"]) if "reply_markup" in read else [],
            entities=read.get("entities", []),
            reply_to=self._replied_to(chat, read.get("reply_parameters")),
            thread=read.get("message_thread_id"),
        )
        posted.versions.append(posted.text)
        self._chats[chat].append(posted)
        self._changed()
        return self._message(posted)

    def _edit(self, read: dict[str, Any]) -> dict[str, Any]:
        posted = self._ours(self._writable(read["chat_id"]), read["message_id"])
        text = rules.check_text("editMessageText", read)
        rows = rules.keyboard(read["reply_markup"]) if "reply_markup" in read else []
        entities = read.get("entities", [])
        if (text, rows, entities) == (posted.text, posted.rows, posted.entities):
            raise rules.bad_request(
                "message is not modified: specified new message content and reply markup are exactly the same as a "
                "current content and reply markup of the message"
            )
        posted.text, posted.rows, posted.entities = text, rows, entities
        posted.versions.append(text)
        self._changed()
        return self._message(posted) | {"edit_date": int(time.time())}

    def _acknowledge(self, query_id: str) -> bool:
        if query_id not in self._presses:
            raise rules.bad_request("query is too old and response timeout expired or query ID is invalid")
        self.acknowledged.append(query_id)
        self._changed()
        return True

    def _writable(self, chat: int | str) -> int:
        if not isinstance(chat, int):
            raise rules.bad_request("chat not found")
        if chat in self._blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat not in self._chats:
            if chat in self._people:
                raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
            raise rules.bad_request("chat not found")
        return chat

    def _replied_to(self, chat: int, reply: dict[str, Any] | None) -> int | None:
        if reply is None:
            return None
        known = any(posted.message_id == reply.get("message_id") for posted in self._chats[chat])
        if not known and not reply.get("allow_sending_without_reply"):
            raise rules.bad_request("message to be replied not found")
        return int(reply["message_id"]) if known else None

    def _ours(self, chat: int, message_id: int) -> Posted:
        for posted in self._chats[chat]:
            if posted.message_id == message_id:
                if posted.sender != self.bot["id"]:
                    raise rules.bad_request("message can't be edited")
                return posted
        raise rules.bad_request("message to edit not found")

    # Bookkeeping

    def _enter(self, user: int, chat: int) -> None:
        """Writing to the bot opens that chat to it, and only that."""
        self._people.add(user)
        self._blocked.discard(chat)
        self._chats.setdefault(chat, [])

    def _queue(self, **fields: Any) -> int:
        update = {"update_id": next(self._update_ids), **fields}
        self._history[update["update_id"]] = update
        self._waiting.append(update)
        self._changed()
        return int(update["update_id"])

    def _find(self, chat: int, message_id: int) -> Posted:
        return next(posted for posted in self._chats[chat] if posted.message_id == message_id)

    def _button(self, chat: int, wanted: str, message_id: int | None) -> tuple[Posted, str]:
        for posted in reversed(self.messages(chat)):
            for button in itertools.chain.from_iterable(posted.rows):
                is_it = wanted in (button["text"], button.get("callback_data"))
                if is_it and message_id in (None, posted.message_id):
                    return posted, button["callback_data"]
        raise AssertionError(f"no button {wanted!r} in chat {chat}")

    def _message(self, posted: Posted) -> dict[str, Any]:
        """As the Bot API describes a message."""
        message: dict[str, Any] = {
            "message_id": posted.message_id,
            "chat": _chat(posted.chat),
            "date": posted.date,
            "from": self.bot if posted.sender == self.bot["id"] else _person(posted.sender, "Carla", "en"),
        }
        optional: dict[str, Any] = {
            "text": posted.text,
            "entities": posted.entities,
            "message_thread_id": posted.thread,
        }
        if posted.rows:
            optional["reply_markup"] = {"inline_keyboard": posted.rows}
        return message | {key: value for key, value in optional.items() if value}

    def _changed(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    # By hand, or from a test in another process

    async def _control(self, request: web.Request) -> web.Response:
        verb = request.match_info["verb"]
        if verb not in VERBS:
            return web.json_response({"error": f"no such verb; there are {', '.join(VERBS)}"}, status=404)
        try:
            return web.json_response({"result": getattr(self, verb)(**await request.json())})
        except (AssertionError, KeyError, StopIteration, TypeError, ValueError) as exc:
            return web.json_response({"error": f"{type(exc).__name__}: {exc}"}, status=400)

    async def _show(self, request: web.Request) -> web.Response:
        match request.match_info["list"]:
            case "messages":
                chats = [int(request.query["chat"])] if "chat" in request.query else list(self._chats)
                return web.json_response([asdict(posted) for chat in chats for posted in self.messages(chat)])
            case "calls":
                return web.json_response([asdict(call) for call in self.calls])
            case "state":
                waiting = [update["update_id"] for update in self._waiting]
                return web.json_response(
                    {"complaints": self.complaints, "confirmed": self.confirmed, "waiting": waiting}
                )
        return web.json_response({"error": "there are /_messages, /_calls, /_state"}, status=404)


def _person(user: int, name: str, language: str | None) -> dict[str, Any]:
    person = {"id": user, "is_bot": False, "first_name": name}
    return person | ({"language_code": language} if language else {})


def _chat(chat: int) -> dict[str, Any]:
    if chat < 0:
        return {"id": chat, "type": "supergroup", "title": "Sales"}
    return {"id": chat, "type": "private", "first_name": "Carla"}


async def _given(request: web.Request) -> dict[str, Any]:
    given: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        return given | cast("dict[str, Any]", json.loads(await request.text() or "{}"))
    return given | dict(await request.post())


def _answer(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refuse(refusal: Refusal) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": refusal.status, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return web.json_response(body, status=refusal.status)


def _reset(request: web.Request) -> web.StreamResponse:
    """Cut the connection the hard way: the client reads a reset, not an end."""
    if request.transport is not None:
        connection = request.transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()


async def _serve(port: int, token: str) -> None:
    async with FakeTelegram(port=port, token=token) as telegram:
        print(f"RECADO_TELEGRAM_API_URL={telegram.url}\nRECADO_TELEGRAM_TOKEN={telegram.token}", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    arguments = parser.parse_args()
    try:
        asyncio.run(_serve(arguments.port, arguments.token))
    except KeyboardInterrupt:
        print("stopped")


if __name__ == "__main__":
    main()
