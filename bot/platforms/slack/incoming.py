"""Slack's payloads as Messages: whose they are, what was said without Slack's markup, and what is none of our business.

Pure: names of people that are mentioned are looked up before and handed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.platforms.slack.markup import ME, mentioned_in, text_of, undone
from handlers.message import Address, Attachment, Message, Sender, Sent

__all__ = ["Identity", "author", "command", "event", "is_for_us", "is_private", "mentioned", "press"]

PLATFORM = "slack"
# What people do; the other thirty subtypes are joins, topics, bots and Slack itself.
PEOPLES = (None, "file_share", "me_message", "thread_broadcast")
KINDS = {"image": "photo", "audio": "voice", "video": "file"}

Json = Mapping[str, Any]
IsLine = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who our bot is in this workspace."""

    account: str
    user: str
    bot: str
    name: str
    team: str


def is_private(chat: str) -> bool:
    return chat.startswith("D")


def is_for_us(event: Json, me: Identity, is_line: IsLine) -> bool:
    """Tell whether a message event is a line for us: everything else is neither stored nor answered.

    In channels that is a mention, or a reply to a card of ours that reads as a line.
    """
    if event.get("subtype") == "message_changed":
        return is_private(_chat(event)) and _is_edited_by_a_person(event, me)
    if event.get("subtype") not in PEOPLES or not _is_a_persons(event, me):
        return False
    if event.get("type") == "app_mention" or is_private(_chat(event)):
        return True
    if me.user in mentioned_in(event):
        return True
    return _is_reply_to_us(event, me) and is_line(_said(event, me, {}))


def author(event: Json) -> str:
    """Return the user id of who wrote (or edited) it."""
    return str((event.get("message") or event)["user"])


def mentioned(event: Json) -> frozenset[str]:
    """Return the ids of the people it mentions."""
    return mentioned_in(event.get("message") or event)


def event(event: Json, me: Identity, sender: Sender, names: Mapping[str, str]) -> Message:
    """Translate a message event that is for us: a line, or the edit of one."""
    written: Json = event.get("message") or event
    chat, ts = _chat(event), str(written["ts"])
    is_edit = event.get("subtype") == "message_changed"
    at = str(written.get("edited", {}).get("ts") or event["ts"]) if is_edit else ts
    return Message(
        id=f"message:{chat}:{ts}:{at}" if is_edit else f"message:{chat}:{ts}",
        sender=sender,
        address=Address(platform=PLATFORM, account=me.account, chat=chat, thread=_thread(written)),
        at=_time(at),
        text=_said(written, me, names),
        message_id=ts,
        in_reply_to=_answered(written, chat, me),
        is_private=is_private(chat),
        is_edit=is_edit,
        attachments=tuple(_attachments(written)),
    )


def command(body: Json, me: Identity, sender: Sender, names: Mapping[str, str], *, at: datetime) -> Message:
    """Translate a slash command; Slack does not say when it was typed."""
    chat = str(body["channel_id"])
    return Message(
        id=f"command:{body['trigger_id']}",
        sender=sender,
        address=Address(platform=PLATFORM, account=me.account, chat=chat),
        at=at,
        text=_named(undone(str(body.get("text") or ""), {**names, me.user: ME}), me),
        is_private=is_private(chat),
        answer_to=body.get("response_url"),
    )


def press(body: Json, me: Identity, sender: Sender) -> Message:
    """Translate the press of a button, or the choice of an option in a card's menu."""
    action = body["actions"][0]
    container = body["container"]
    chat = str(container["channel_id"])
    ts = str(container["message_ts"])
    address = Address(platform=PLATFORM, account=me.account, chat=chat, thread=container.get("thread_ts"))
    return Message(
        id=f"press:{body['trigger_id']}",
        sender=sender,
        address=address,
        at=_time(str(action["action_ts"])),
        message_id=ts,
        in_reply_to=None if container.get("is_ephemeral") else Sent(address=address, message_id=ts),
        pressed=str(action["selected_option"]["value"] if "selected_option" in action else action["value"]),
        is_private=is_private(chat),
        answer_to=body.get("response_url"),
    )


def _chat(event: Json) -> str:
    return str(event["channel"])


def _is_a_persons(written: Json, me: Identity) -> bool:
    user = written.get("user")
    return bool(user) and user != me.user and not written.get("bot_id") and not written.get("hidden")


def _is_edited_by_a_person(event: Json, me: Identity) -> bool:
    """Slack also reports a message as changed when it adds a link preview: the words are the same then."""
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    if now.get("subtype") not in PEOPLES or not _is_a_persons(now, me):
        return False
    return _said(now, me, {}) != _said(before, me, {})


def _is_reply_to_us(written: Json, me: Identity) -> bool:
    return _thread(written) not in (None, written.get("ts")) and written.get("parent_user_id") == me.user


def _answered(written: Json, chat: str, me: Identity) -> Sent | None:
    if not _is_reply_to_us(written, me):
        return None
    # The card began the thread, so it stands in none itself.
    address = Address(platform=PLATFORM, account=me.account, chat=chat)
    return Sent(address=address, message_id=str(written["thread_ts"]))


def _thread(written: Json) -> str | None:
    thread = written.get("thread_ts")
    return str(thread) if thread else None


def _said(written: Json, me: Identity, names: Mapping[str, str]) -> str:
    return _named(text_of(written, {**names, me.user: ME}), me)


def _named(text: str, me: Identity) -> str:
    """`@recado: met Ana` is `met Ana`; a mention of the bot further on is text."""
    text = text.strip()
    mention = f"@{ME}"
    if text.startswith(mention):
        text = text.removeprefix(mention).lstrip(" \n,:")
    return re.sub(re.escape(mention), f"@{me.name}", text)


def _time(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)


def _attachments(written: Json) -> Iterator[Attachment]:
    for file in written.get("files") or ():
        kind = KINDS.get(str(file.get("mimetype") or "").partition("/")[0], "file")
        wanted = ("id", "name", "mimetype", "size", "url_private")
        yield Attachment(kind=kind, data={key: file[key] for key in wanted if file.get(key) is not None})
