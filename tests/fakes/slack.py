"""A Slack workspace over real HTTP and WebSockets on loopback, with people in it who type, press and wait for answers.

In a test: `async with FakeSlack() as slack: await slack.types_command("U1", "today"); await slack.received("U1", "0 today")`.
By hand: `python -m tests.fakes.slack --port 8090`, set RECADO_SLACK_API_URL to the address it prints, then
`POST /_command {"user": "U1", "text": "today"}`, `POST /_says`, `POST /_presses`, and `GET /_messages?who=U1`.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from aiohttp import web

from tests.fakes import slack_failures, slack_rules
from tests.fakes.slack_failures import Failure
from tests.fakes.slack_lines import Delivery, Lines
from tests.fakes.slack_rules import Refusal

Json = dict[str, Any]
T = TypeVar("T")

BOT_TOKEN = "xoxb-110201543-recado-fake"
APP_TOKEN = "xapp-1-A0RECADO-fake"
SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TEAM = "T0RECADO"
BOT = "U0BOT"
BOT_ID = "B0BOT"
DEADLINE = 5.0  # seconds that a test waits for what must come; only a failing test sees the end of it
HOOK_USES = 5  # of one response_url


@dataclass(slots=True)
class Shown:
    """A message as it stands there now; `to` is who alone sees it, `versions` are all its texts."""

    ts: str
    chat: str
    text: str
    blocks: list[Json]
    how: str  # post, ephemeral, ack, response_url
    to: str | None = None
    thread: str | None = None
    fallback: str = ""
    metadata: Json | None = None
    raw: Json = field(default_factory=dict)
    versions: list[str] = field(default_factory=list)

    @property
    def buttons(self) -> list[str]:
        return [label for label, _, _ in slack_rules.pressable(self.blocks)]

    @property
    def bold(self) -> list[str]:
        return slack_rules.bold(self.blocks)


@dataclass(slots=True)
class Hook:
    """A response_url: where it writes, whose it is, and the message it may replace."""

    chat: str
    user: str
    message: Shown | None
    uses: int = 0


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it came in."""

    method: str
    given: Json


@dataclass(frozen=True, slots=True)
class Said:
    """A person's message, with how its event fared."""

    chat: str
    ts: str
    delivery: Delivery


class FakeSlack:
    """The server and the people. `U...` are people, `C...` channels, and `dm(user)` their chat with the bot."""

    def __init__(self, *, port: int = 0, ping_seconds: float = 5.0, has_echo: bool = True) -> None:
        self.api_url = ""
        self.tokens = {"bot": BOT_TOKEN, "app": APP_TOKEN}
        self.calls: list[Call] = []
        self.shown: list[Shown] = []
        self.complaints: list[str] = []
        self.mentions: list[str] = []
        self.people: dict[str, Json] = {}
        self.channels: set[str] = {"C0SALES"}
        self.archived: set[str] = set()
        self.lines = Lines(self._acknowledged, secret=SIGNING_SECRET, ping_seconds=ping_seconds)
        self._has_echo = has_echo
        self._port = port
        self._hooks: dict[str, Hook] = {}
        self._typed: dict[tuple[str, str], Json] = {}
        self._failures: dict[str, deque[Failure]] = defaultdict(deque)
        self._numbers = itertools.count(1)
        self._last = 0
        self._news = asyncio.Event()
        self._end = asyncio.Event()

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/hook/{id}", self._hook)
        app.router.add_get("/socket", self.lines.connect)
        app.router.add_post("/_{verb}", self._control)
        app.router.add_get("/_messages", self._list)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"
        self.api_url = f"{self.url}/api/"
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._end.set()
        await self.lines.close()
        await self._runner.cleanup()

    # --- what people do ---------------------------------------------------------------------------------

    def joins(self, user: str, name: str = "", *, tz: str = "", locale: str = "") -> str:
        """Make a person known, and return the id of their chat with the bot."""
        self.people[user] = {"name": name or user.lower(), "tz": tz, "locale": locale}
        return self.dm(user)

    def dm(self, user: str) -> str:
        self.people.setdefault(user, {"name": user.lower(), "tz": "", "locale": ""})
        return f"D{user[1:]}"

    async def types_command(self, user: str, text: str, *, channel: str = "", via: str = "") -> Delivery:
        """Type `/crm text`; returns as soon as it is on its way."""
        channel = channel or self.dm(user)
        payload = {
            "token": "gone",
            "team_id": TEAM,
            "team_domain": "recado",
            "channel_id": channel,
            "channel_name": "directmessage" if channel.startswith("D") else "sales",
            "user_id": user,
            "user_name": self._person(user)["name"],
            "command": "/crm",
            "text": escaped(text),
            "api_app_id": "A0RECADO",
            "is_enterprise_install": "false",
            "response_url": self._new_hook(channel, user),
            "trigger_id": self._trigger(),
        }
        return await self.lines.deliver("slash_commands", payload, via=via)

    async def says(self, user: str, text: str, *, thread: str = "", via: str = "", **more: Any) -> Said:
        """Write to the bot; `thread` is the ts of the message that is answered, `more` changes the event."""
        return await self._say(user, self.dm(user), text, thread, via, "im", more)

    async def talks(self, user: str, text: str, *, channel: str = "C0SALES", thread: str = "", via: str = "") -> Said:
        """Write in a channel, to whomever."""
        return await self._say(user, channel, text, thread, via, "channel", {})

    async def mentions_bot(self, user: str, text: str, *, channel: str = "C0SALES", thread: str = "") -> Said:
        """Write `@recado text`: Slack sends two events for it."""
        said = await self._say(user, channel, text, thread, "", "channel", {"mention": True})
        event = {**self._typed[channel, said.ts], "type": "app_mention"}
        _ = await self.lines.deliver("events_api", self._event(event))
        return said

    async def edits(self, said: Said, text: str) -> Delivery:
        """Change what was said; with the text it had, it is as if Slack had added a preview."""
        before = self._typed[said.chat, said.ts]
        now = {**before, "text": escaped(text), "blocks": rich(text)}
        if text_of(before) != text:
            now["edited"] = {"user": before["user"], "ts": self._ts()}
        self._typed[said.chat, said.ts] = now
        return await self.lines.deliver("events_api", self._event(_changed(now, before, self._ts())))

    async def presses(self, user: str, label: str, *, message: Shown | None = None, via: str = "") -> Delivery:
        """Press a button, or choose from a menu, on the last message that has it before this person's eyes."""
        seen = [message] if message else [m for m in reversed(self.shown) if self._sees(user, m)]
        found = ((m, e, o) for m in seen for text, e, o in slack_rules.pressable(m.blocks) if text == label)
        card, element, option = next(found, (None, {}, None))
        assert card is not None, f"no button {label!r}: {[m.buttons for m in seen]}"
        return await self.lines.deliver("interactive", self._press(user, card, element, option), via=via)

    async def redelivers(self, delivery: Delivery) -> Delivery:
        """Send an event once more, as Slack does when it has seen no acknowledgement."""
        return await self.lines.deliver(delivery.kind, delivery.payload, via=delivery.via, attempt=delivery.attempt + 1)

    async def sends_raw(self, kind: str, payload: Json, *, via: str = "") -> Delivery:
        """Send any payload at all."""
        return await self.lines.deliver(kind, payload, via=via)

    async def sends_event(self, event: Json, *, via: str = "") -> Delivery:
        """Send any event in its envelope."""
        return await self.lines.deliver("events_api", self._event(event), via=via)

    def fail_next(self, method: str, how: str | Failure, times: int = 1) -> None:
        """Let the next calls of a method (`response_url` too) go wrong; see slack_failures."""
        self._failures[method].extend([slack_failures.named(how)] * times)

    # --- what people see --------------------------------------------------------------------------------

    def visible(self, who: str) -> list[Shown]:
        """What a person (`U...`) sees, or what stands in a channel (ephemeral messages too)."""
        return [m for m in self.shown if (self._sees(who, m) if who[0] in "UW" else m.chat == who)]

    async def received(self, who: str, part: str = "", *, within: float = DEADLINE) -> Shown:
        """Wait until a text stands before someone, and return the newest message that has it."""

        def find() -> Shown | None:
            return next((m for m in reversed(self.visible(who)) if part in m.text), None)

        return await self.until(find, f"{part!r} for {who}", within=within)

    async def until(self, find: Callable[[], T | None], what: str, *, within: float = DEADLINE) -> T:
        """Wait until something is found: looked for again whenever anything happens here."""
        end = time.monotonic() + within
        while (found := find()) is None:
            self._news.clear()
            try:
                async with asyncio.timeout(max(0.0, min(end - time.monotonic(), 0.05))):
                    await self._news.wait()
            except TimeoutError:
                assert time.monotonic() < end, f"{what} did not come. There is: {self._told()}"
        return found

    def count(self, method: str) -> int:
        return sum(call.method == method for call in self.calls)

    # --- the Web API ------------------------------------------------------------------------------------

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        given = await _given(request)
        self.calls.append(Call(method, given))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(given.get("token") or "")
        return await self._fallible(request, method, lambda: self._answer(method, given, token))

    async def _fallible(self, request: web.Request, method: str, effect: Callable[[], Any]) -> web.StreamResponse:
        failures = self._failures[method]
        failure = failures.popleft() if failures else Failure(takes_effect=True)
        body = effect() if failure.takes_effect else None
        self._changed()
        if failure.delay:
            await self._pause(failure.delay)
        if failure.ends == "hang":
            await self._end.wait()
        if failure.ends in ("hang", "reset"):
            assert request.transport is not None
            request.transport.abort()
        return _response(failure, body)

    def _answer(self, method: str, given: Json, token: str) -> Json:
        try:
            self._check_token(method, token)
            act = getattr(self, f"_do_{method.replace('.', '_')}", None)
            if act is None:
                raise Refusal("unknown_method", method)
            return {"ok": True, **act(given)}
        except Refusal as refusal:
            self.complaints.append(f"{method}: {refusal}")
            return {"ok": False, "error": refusal.code}

    def _check_token(self, method: str, token: str) -> None:
        if not token:
            raise Refusal("not_authed")
        if token != self.tokens["app" if method.startswith("apps.") else "bot"]:
            raise Refusal("invalid_auth")

    def _do_auth_test(self, given: Json) -> Json:
        return {"url": self.url, "team": "Acme", "user": "recado", "team_id": TEAM, "user_id": BOT, "bot_id": BOT_ID}

    def _do_apps_connections_open(self, given: Json) -> Json:
        return {"url": f"{self.url.replace('http', 'ws', 1)}/socket?ticket={self.lines.ticket()}"}

    def _do_users_info(self, given: Json) -> Json:
        person = self.people.get(str(given.get("user")))
        if person is None:
            raise Refusal("user_not_found")
        profile = {"display_name": person["name"], "real_name": f"{person['name']} Full"}
        has_locale = {"locale": person["locale"]} if given.get("include_locale") else {}
        return {"user": {"id": given["user"], "name": "handle", "tz": person["tz"], "profile": profile, **has_locale}}

    def _do_conversations_open(self, given: Json) -> Json:
        users = str(given.get("users") or "")
        if users not in self.people:
            raise Refusal("user_not_found", users)
        return {"channel": {"id": self.dm(users)}}

    def _do_chat_postMessage(self, given: Json) -> Json:  # noqa: N802 - Slack's name
        shown = self._show(given, "post")
        self._echo({"type": "message", **self._own(shown)})
        return {"channel": shown.chat, "ts": shown.ts, "message": self._own(shown)}

    def _do_chat_postEphemeral(self, given: Json) -> Json:  # noqa: N802 - Slack's name
        if str(given.get("user")) not in self.people:
            raise Refusal("user_not_in_channel", str(given.get("user")))
        return {"message_ts": self._show(given, "ephemeral", to=str(given["user"])).ts}

    def _do_chat_update(self, given: Json) -> Json:
        self._check_channel(given)
        ts = str(given.get("ts"))
        shown = next((m for m in self.shown if m.ts == ts and m.chat == given["channel"] and m.to is None), None)
        if shown is None:
            raise Refusal("message_not_found", ts)
        slack_rules.check_message(given, limit=slack_rules.UPDATE_LIMIT)
        before = self._own(shown)
        self._rewrite(shown, given)
        self._echo(_changed(self._own(shown), before, self._ts()))
        return {"channel": shown.chat, "ts": shown.ts, "text": shown.fallback}

    def _do_conversations_history(self, given: Json) -> Json:
        self._check_channel(given)
        return self._page(given, [m for m in self.shown if m.chat == given["channel"]])

    def _do_conversations_replies(self, given: Json) -> Json:
        self._check_channel(given)
        return self._page(given, [m for m in self.shown if m.chat == given["channel"] and m.thread == given["ts"]])

    def _page(self, given: Json, messages: list[Shown]) -> Json:
        found = [m for m in reversed(messages) if m.to is None and float(m.ts) >= float(given.get("oldest") or 0)]
        start, limit = int(given.get("cursor") or 0), int(given.get("limit") or 100)
        has_metadata = str(given.get("include_all_metadata")).lower() in ("true", "1")
        page = [self._own(m, has_metadata=has_metadata) for m in found[start : start + limit]]
        cursor = str(start + limit) if start + limit < len(found) else ""
        return {"messages": page, "has_more": bool(cursor), "response_metadata": {"next_cursor": cursor}}

    async def _hook(self, request: web.Request) -> web.StreamResponse:
        hook, given = self._hooks[request.match_info["id"]], json.loads(await request.text())
        self.calls.append(Call("response_url", given))
        answer: list[Json] = []

        def effect() -> Json:
            answer.append(self._respond(hook, given))
            return answer[0]

        response = await self._fallible(request, "response_url", effect)
        if answer and answer[0]["ok"]:
            return (
                web.Response(text="ok") if response.status == 200 and isinstance(response, web.Response) else response
            )
        return web.Response(status=404, text=answer[0]["error"]) if answer else response

    def _respond(self, hook: Hook, given: Json) -> Json:
        try:
            hook.uses += 1
            if hook.uses > HOOK_USES:
                raise Refusal("used_url")
            if given.get("replace_original") and hook.message is not None:
                slack_rules.check_message(given)
                self._rewrite(hook.message, given)
            else:
                to = None if given.get("response_type") == "in_channel" else hook.user
                self._show({**given, "channel": hook.chat}, "response_url", to=to)
            return {"ok": True}
        except Refusal as refusal:
            self.complaints.append(f"response_url: {refusal}")
            return {"ok": False, "error": refusal.code}

    # --- inside -----------------------------------------------------------------------------------------

    def _acknowledged(self, delivery: Delivery, body: Json | None) -> None:
        """An acknowledgement with words is an ephemeral answer to a command."""
        if body and delivery.kind == "slash_commands":
            given = {**body, "channel": delivery.payload["channel_id"]}
            try:
                self._show(given, "ack", to=delivery.payload["user_id"])
            except Refusal as refusal:
                self.complaints.append(f"acknowledgement: {refusal}")
        self._changed()

    def _show(self, given: Json, how: str, to: str | None = None) -> Shown:
        self._check_channel(given)
        slack_rules.check_message(given)
        shown = Shown(
            self._ts(), given["channel"], "", [], how, to, given.get("thread_ts"), metadata=given.get("metadata")
        )
        self._rewrite(shown, given)
        self.shown.append(shown)
        return shown

    def _rewrite(self, shown: Shown, given: Json) -> None:
        self.mentions += slack_rules.live_mentions(given)
        shown.raw, shown.fallback = given, str(given.get("text") or "")
        shown.blocks = list(given.get("blocks") or [])
        shown.text = slack_rules.shown_text(shown.blocks, shown.fallback)
        shown.versions.append(shown.text)
        self._changed()

    def _check_channel(self, given: Json) -> None:
        channel = str(given.get("channel") or "")
        known = {*self.channels, *(self.dm(user) for user in self.people)}
        if channel not in known:
            raise Refusal("channel_not_found", channel)
        if channel in self.archived:
            raise Refusal("is_archived", channel)

    def _own(self, shown: Shown, *, has_metadata: bool = False) -> Json:
        own = {"user": BOT, "bot_id": BOT_ID, "ts": shown.ts, "text": shown.fallback, "blocks": shown.blocks}
        own |= {"channel": shown.chat, "channel_type": "im", "team": TEAM}
        return own | ({"metadata": shown.metadata} if has_metadata and shown.metadata else {})

    def _echo(self, event: Json) -> None:
        """What the bot itself says in a direct message comes back to it."""
        if self._has_echo and event["channel"].startswith("D"):
            self.lines.soon("events_api", self._event(event))

    async def _say(self, user: str, chat: str, text: str, thread: str, via: str, kind: str, more: Json) -> Said:
        ts = self._ts()
        event: Json = {"type": "message", "user": user, "team": TEAM, "channel": chat, "channel_type": kind}
        mention = more.pop("mention", False)
        event |= {"ts": ts, "event_ts": ts, "text": (f"<@{BOT}> " if mention else "") + escaped(text)}
        event["blocks"] = rich(text, mention=mention)
        if thread:
            is_ours = any(m.ts == thread for m in self.shown)
            event |= {"thread_ts": thread, "parent_user_id": BOT if is_ours else user}
        event |= more
        self._typed[chat, ts] = event
        return Said(chat, ts, await self.lines.deliver("events_api", self._event(event), via=via))

    def _event(self, event: Json) -> Json:
        return {
            "token": "gone",
            "team_id": TEAM,
            "api_app_id": "A0RECADO",
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{next(self._numbers)}",
            "event_time": int(time.time()),
            "authorizations": [{"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True}],
            "is_ext_shared_channel": False,
        }

    def _press(self, user: str, card: Shown, element: Json, option: Json | None) -> Json:
        action = {key: value for key, value in element.items() if key not in ("options", "value") or not option}
        action |= {"action_ts": self._ts()} | ({"selected_option": option} if option else {})
        container = {"type": "message", "message_ts": card.ts, "channel_id": card.chat, "is_ephemeral": bool(card.to)}
        has_message = {} if card.to else {"message": self._own(card)}
        return {
            "type": "block_actions",
            "user": {"id": user, "username": self._person(user)["name"], "team_id": TEAM},
            "api_app_id": "A0RECADO",
            "token": "gone",
            "container": container | ({"thread_ts": card.thread} if card.thread else {}),
            "trigger_id": self._trigger(),
            "team": {"id": TEAM, "domain": "recado"},
            "channel": {"id": card.chat, "name": "sales"},
            "response_url": self._new_hook(card.chat, user, card),
            "actions": [action],
            **has_message,
        }

    def _sees(self, user: str, message: Shown) -> bool:
        return message.to == user if message.to else message.chat == self.dm(user) or message.chat.startswith("C")

    def _person(self, user: str) -> Json:
        self.dm(user)
        return self.people[user]

    def _new_hook(self, chat: str, user: str, message: Shown | None = None) -> str:
        number = str(next(self._numbers))
        self._hooks[number] = Hook(chat, user, message)
        return f"{self.url}/hook/{number}"

    def _trigger(self) -> str:
        return f"{next(self._numbers)}.98765.trigger"

    def _ts(self) -> str:
        """No two messages have the same."""
        self._last = max(self._last + 1, int(time.time() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def _changed(self) -> None:
        self._news.set()

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._end.wait()
        except TimeoutError:
            return

    def _told(self) -> str:
        return json.dumps([(m.how, m.chat, m.to, m.text) for m in self.shown], ensure_ascii=False, indent=1) + "".join(
            f"\n{complaint}" for complaint in self.complaints
        )

    # --- by hand ----------------------------------------------------------------------------------------

    async def _control(self, request: web.Request) -> web.Response:
        verbs: dict[str, Callable[..., Any]] = {
            "command": self.types_command,
            "says": self.says,
            "talks": self.talks,
            "mentions": self.mentions_bot,
            "presses": self.presses,
            "event": self.sends_event,
            "joins": self.joins,
            "fail_next": self.fail_next,
        }
        result = verbs[request.match_info["verb"]](**json.loads(await request.text() or "{}"))
        result = await result if asyncio.iscoroutine(result) else result
        return web.json_response({"done": request.match_info["verb"], "ts": getattr(result, "ts", None)})

    async def _list(self, request: web.Request) -> web.Response:
        seen = self.visible(request.query["who"]) if "who" in request.query else self.shown
        told = [
            {"ts": m.ts, "chat": m.chat, "to": m.to, "how": m.how, "text": m.text, "buttons": m.buttons} for m in seen
        ]
        return web.json_response({"messages": told, "complaints": self.complaints, "mentions": self.mentions})


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def rich(text: str, *, mention: bool = False) -> list[Json]:
    said = [{"type": "text", "text": text}] if text else []
    called = [{"type": "user", "user_id": BOT}, {"type": "text", "text": " "}] if mention else []
    section = {"type": "rich_text_section", "elements": [*called, *said]}
    return [{"type": "rich_text", "block_id": "x1", "elements": [section]}]


def text_of(event: Json) -> str:
    return str(event["text"]).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _changed(now: Json, before: Json, ts: str) -> Json:
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": now["channel"],
        "channel_type": "im",
        "ts": ts,
        "event_ts": ts,
        "message": {key: value for key, value in now.items() if key != "channel"},
        "previous_message": {key: value for key, value in before.items() if key != "channel"},
    }


async def _given(request: web.Request) -> Json:
    if request.content_type == "application/json":
        return dict(json.loads(await request.text()))
    return {**dict(request.query), **dict(await request.post())}


def _response(failure: Failure, body: Json | None) -> web.StreamResponse:
    headers = {"Retry-After": str(failure.retry_after)} if failure.retry_after is not None else {}
    if failure.ends == "garbage":
        return web.Response(text='{"ok": tr', content_type="application/json")
    if failure.ends == "list":
        return web.json_response([body])
    if failure.ends == "html":
        return web.Response(status=failure.status, text="<html>no</html>", content_type="text/html", headers=headers)
    if failure.error:
        return web.json_response({"ok": False, "error": failure.error}, status=failure.status, headers=headers)
    return web.json_response(body or {"ok": False, "error": "fatal_error"}, status=failure.status)


async def main() -> None:
    """Serve until stopped, for trying by hand and for tests that kill the program."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--port", type=int, default=8090)
    arguments.add_argument("--webhook", default="", help="address of /slack/events; without it only Socket Mode")
    given = arguments.parse_args()
    async with FakeSlack(port=given.port) as slack:
        slack.lines.webhook = given.webhook or None
        if given.webhook:
            slack.lines.via = "http"
        print(f"RECADO_SLACK_API_URL={slack.api_url}")
        print(f"RECADO_SLACK_BOT_TOKEN={BOT_TOKEN}\nRECADO_SLACK_APP_TOKEN={APP_TOKEN}")
        print(f"RECADO_SLACK_SIGNING_SECRET={SIGNING_SECRET}", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
