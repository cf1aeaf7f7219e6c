"""The language of the edges: what comes in, what goes out, and what a platform must be able to do.

Nothing here knows Slack, Telegram or a terminal; each platform translates its own payloads to and from these types.
All of them can be stored: `to_json` gives plain JSON values and `from_json` takes them back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

__all__ = [
    "Address",
    "Answer",
    "Attachment",
    "Button",
    "Channel",
    "Deliver",
    "Message",
    "Receive",
    "Reply",
    "Route",
    "Sender",
    "Sent",
    "Table",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a message can be sent: a chat (or a thread of it) of one account on one platform.

    `account` is what our bot is there: the bot's id on Telegram, the workspace (team) id on Slack, "local" in a
    terminal. `chat` is the platform's own chat id; on Slack a user id stands for that user's direct messages.
    """

    platform: str
    account: str
    chat: str
    thread: str | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Address:
        return cls(**data)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message of ours as the platform knows it: enough to edit it, or to recognise a reply to it."""

    address: Address
    message_id: str

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Sent:
        return cls(address=Address.from_json(data["address"]), message_id=data["message_id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who typed, as the platform knows them. `language` (en, pt, es) and `zone` (IANA) only if it tells."""

    user: str
    name: str = ""
    language: str | None = None
    zone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """Something that came with a message. `kind`: contact, location, voice, photo or file; `data` is plain JSON."""

    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One thing a person did: a line, a press, an edit.

    id: the platform's own key of the event, so that a re-delivery is recognised.
    text: as typed, without platform markup (the platform undoes its own); empty for a press.
    at: when the event happened (aware UTC), which is not when it reached us.
    in_reply_to: the message of ours it answers. pressed: the data of the button (`a<inbox id>.<n>`).
    is_private: only the sender and we read this chat. is_edit: `text` replaces an earlier message of `message_id`.
    answer_to: opaque to all but the platform (a response_url, a callback id).
    """

    id: str
    sender: Sender
    address: Address
    at: datetime
    text: str = ""
    message_id: str | None = None
    in_reply_to: Sent | None = None
    pressed: str | None = None
    is_private: bool = True
    is_edit: bool = False
    answer_to: str | None = None
    attachments: tuple[Attachment, ...] = ()

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        data["at"] = self.at.isoformat()
        data["attachments"] = [asdict(attachment) for attachment in self.attachments]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Message:
        reply = data["in_reply_to"]
        return cls(
            **{
                **data,
                "sender": Sender(**data["sender"]),
                "address": Address.from_json(data["address"]),
                "at": datetime.fromisoformat(data["at"]),
                "in_reply_to": None if reply is None else Sent.from_json(reply),
                "attachments": tuple(Attachment(**attachment) for attachment in data["attachments"]),
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A command in disguise: pressing it equals typing `command`, as the person who pressed."""

    label: str
    command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows for programs and for terminals; chats read the text."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What is said to a person, without any markup; `text` alone is always complete.

    text: lines; the first is complete by itself (it is the notification) and platforms may embolden it.
    facts: for programs. refs: the records shown, the main one first; a reply to this message is about them.
    rows: the refs of a numbered list, by number: `done 2` and `open 3` mean these for half an hour.
    key: `a<inbox id>` or `l<letter id>`; the data of button n (from 0) is `<key>.<n>`. Empty: nothing can be pressed.
    ask: the id of the draft whose question this is. replaces: a press rewrites the card it stood on with this.
    is_error: what was asked for did not happen.
    """

    text: str
    facts: Mapping[str, str] = field(default_factory=dict)
    table: Table | None = None
    buttons: tuple[Button, ...] = ()
    refs: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    key: str = ""
    ask: int | None = None
    replaces: bool = False
    is_error: bool = False

    def to_json(self) -> dict[str, Any]:
        data = asdict(self)
        data["buttons"] = [asdict(button) for button in self.buttons]
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Reply:
        table = data["table"]
        return cls(
            **{
                **data,
                "table": None
                if table is None
                else Table(columns=tuple(table["columns"]), rows=tuple(map(tuple, table["rows"]))),
                "buttons": tuple(Button(**button) for button in data["buttons"]),
                "refs": tuple(data["refs"]),
                "rows": tuple(data["rows"]),
            }
        )

    def keyed(self, key: str) -> Reply:
        """Return the same reply whose buttons can be pressed: their data begins with `key`."""
        return replace(self, key=key)

    def presses(self) -> tuple[tuple[str, Button], ...]:
        """Return each button with its callback data; none when the reply has no key."""
        return tuple((f"{self.key}.{n}", button) for n, button in enumerate(self.buttons)) if self.key else ()


class Receive(Protocol):
    """Stores messages in the inbox and commits; only then may the platform acknowledge.

    Returns one inbox id for each message, None for one that was stored before (a re-delivery).
    """

    def __call__(self, messages: Sequence[Message], /) -> Awaitable[list[int | None]]: ...


Deliver = Callable[[Reply], Awaitable[Sent | None]]
"""Shows the answer to the person who asked; raises DeliveryError. None: shown, but it cannot be edited later."""


class Answer(Protocol):
    """Applies one stored message and hands the answer (if there is one) to `deliver`, once."""

    def __call__(self, inbox_id: int, deliver: Deliver, /) -> Awaitable[None]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One HTTP path a platform wants served. `handle(headers, body)` gives (status, content type, body)."""

    method: str
    path: str
    handle: Callable[[Mapping[str, str], bytes], Awaitable[tuple[int, str, bytes]]]


class Channel(Protocol):
    """One outside platform. Every method is asyncio; all but `run` raise DeliveryError."""

    name: str

    @property
    def routes(self) -> Sequence[Route]:
        """The HTTP paths to serve; none for a platform that is polled."""
        ...

    async def check(self) -> str:
        """Ask the platform who we are there; return it in words."""
        ...

    async def run(self, receive: Receive, answer: Answer) -> None:
        """Take in messages until cancelled; finish what is in flight before returning."""
        ...

    async def send(
        self, address: Address, reply: Reply, *, letter: int | None = None, repeat: bool = False
    ) -> Sent | None:
        """Send once, never retrying inside. `letter` lets `find` see it later; `repeat` labels a possible copy."""
        ...

    async def edit(self, sent: Sent, reply: Reply) -> None:
        """Rewrite a message of ours."""
        ...

    async def find(self, address: Address, letter: int, since: datetime) -> Sent | None:
        """Look for the message that carries this letter id; None where it is not there, or cannot be looked up."""
        ...

    async def close(self) -> None:
        """Release connections."""
        ...
