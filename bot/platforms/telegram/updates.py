"""A raw update of the Bot API as a Message of ours. Pure: nothing is asked, nothing is sent.

The dicts are read as they come rather than through the SDK's classes: those refuse a whole update for a part that we
never look at, and one refused update must cost nothing but itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from bot.platforms.telegram.rendering import without_joiners
from handlers.message import Address, Attachment, Message, Sender, Sent

PLATFORM = "telegram"
KINDS = ("message", "edited_message", "callback_query")

COMMAND = re.compile(r"/(\w+)(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
LANGUAGES = {"pt": "pt", "es": "es"}

Raw = Mapping[str, Any]
T = TypeVar("T")


class MalformedUpdate(ValueError):
    """An update is not built as the Bot API builds them; the text names the field."""


@dataclass(frozen=True, slots=True)
class Me:
    """What the bot is called: its id (the account) and its user name, without the @."""

    account: str
    username: str


def read(update: Raw, me: Me, now: datetime) -> Message | None:
    """Return the message in an update, None if it is nothing for us; `now` dates presses, which carry no time."""
    update = _mended(update)
    event_id = str(_need(update, "update_id", int))
    if "callback_query" in update:
        return _press(_need(update, "callback_query", dict), event_id, me, now)
    for kind in ("message", "edited_message"):
        if kind in update:
            return _said(_need(update, kind, dict), event_id, me, is_edit=kind == "edited_message")
    return None


def _said(raw: Raw, event_id: str, me: Me, *, is_edit: bool) -> Message | None:
    sender = _sender(raw)
    heard = None if sender is None else _heard(raw, me)
    # A live location and a link preview edit a message too; only words can correct a record.
    attachments = () if is_edit else _attachments(raw)
    if sender is None or heard is None or not (heard or attachments):
        return None
    return Message(
        id=event_id,
        sender=sender,
        address=_address(raw, me),
        at=_time(raw, "edit_date" if is_edit else "date"),
        text=heard,
        message_id=str(_need(raw, "message_id", int)),
        in_reply_to=_reply_to_us(raw, me),
        is_private=_is_private(raw),
        is_edit=is_edit,
        attachments=attachments,
    )


def _press(raw: Raw, event_id: str, me: Me, now: datetime) -> Message | None:
    card = _maybe(raw, "message", dict)  # without one it stood in an inline result
    data = _maybe(raw, "data", str)
    sender = _sender(raw)
    if not card or not data or sender is None:
        return None
    return Message(
        id=event_id,
        sender=sender,
        address=_address(card, me),
        at=now,
        message_id=str(_need(card, "message_id", int)),
        pressed=data,
        is_private=_is_private(card),
        answer_to=_need(raw, "id", str),
    )


def _heard(raw: Raw, me: Me) -> str | None:
    """The line that was said to us; None for what people say to each other in a group."""
    words = without_joiners(_maybe(raw, "text", str) or _maybe(raw, "caption", str) or _sticker(raw)).strip()
    is_ours = _is_private(raw) or _reply_to_us(raw, me) is not None
    command = None if "forward_origin" in raw else COMMAND.fullmatch(words)
    if command is None:
        return words if is_ours else None
    word, bot, rest = (part.strip() for part in command.groups(default=""))
    is_ours = is_ours or word.lower() == "crm"
    is_another_bots = bot and bot.lower() != me.username.lower() and not _is_private(raw)
    return _line(word, rest) if is_ours and not is_another_bots else None


def _line(word: str, rest: str) -> str:
    """What a command says in our language: /crm carries a whole line, /start perhaps an invitation."""
    match word.lower():
        case "crm":
            return rest or "help"
        case "start" if rest:
            return f"join {rest}"
        case _:
            return f"{word} {rest}".rstrip()


def _sticker(raw: Raw) -> str:
    """A sticker says what its emoji says."""
    return _maybe(_maybe(raw, "sticker", dict) or {}, "emoji", str) or ""


def _sender(raw: Raw) -> Sender | None:
    """Who it was; None for bots, anonymous group admins among them, and for channels."""
    user = _maybe(raw, "from", dict)
    if not user or user.get("is_bot"):
        return None
    return Sender(
        user=str(_need(user, "id", int)),
        name=_name(user),
        language=_language(_maybe(user, "language_code", str)),
    )


def _name(user: Raw) -> str:
    names = [_maybe(user, key, str) for key in ("first_name", "last_name")]
    return " ".join(name for name in names if name) or _maybe(user, "username", str) or ""


def _language(code: str | None) -> str | None:
    return LANGUAGES.get(code[:2].lower(), "en") if code else None


def _address(raw: Raw, me: Me) -> Address:
    thread = _maybe(raw, "message_thread_id", int) if raw.get("is_topic_message") else None
    return Address(
        platform=PLATFORM,
        account=me.account,
        chat=str(_need(_need(raw, "chat", dict), "id", int)),
        thread=None if thread is None else str(thread),
    )


def _is_private(raw: Raw) -> bool:
    return _need(_need(raw, "chat", dict), "type", str) == "private"


def _reply_to_us(raw: Raw, me: Me) -> Sent | None:
    card = _maybe(raw, "reply_to_message", dict) or {}
    author = _maybe(card, "from", dict) or {}
    if str(author.get("id")) != me.account:
        return None
    return Sent(address=_address(raw, me), message_id=str(_need(card, "message_id", int)))


def _time(raw: Raw, key: str) -> datetime:
    try:
        return datetime.fromtimestamp(_need(raw, key, int), UTC)
    except (OverflowError, OSError, ValueError) as exc:
        raise MalformedUpdate(f"{key} is no time: {exc}") from exc


# Attachments: our own words for what came along; `file` is the id with which Telegram gives the bytes.


def _attachments(raw: Raw) -> tuple[Attachment, ...]:
    found = (_forward(raw), _contact(raw), _location(raw), _voice(raw), _photo(raw), _file(raw))
    return tuple(attachment for attachment in found if attachment)


def _forward(raw: Raw) -> Attachment | None:
    origin = _maybe(raw, "forward_origin", dict)
    if not origin:
        return None
    user = _maybe(origin, "sender_user", dict)
    chat = _maybe(origin, "sender_chat", dict) or _maybe(origin, "chat", dict) or {}
    hidden = _maybe(origin, "sender_user_name", str)
    name = _name(user) if user else hidden or _maybe(chat, "title", str)
    return _attachment(
        "forward",
        forwarded_from=name,
        user=str(user["id"]) if user and "id" in user else None,
        date=_time(origin, "date").isoformat(),
        hidden=hidden is not None or None,
    )


def _contact(raw: Raw) -> Attachment | None:
    card = _maybe(raw, "contact", dict)
    if not card:
        return None
    return _attachment("contact", name=_name(card), phone=_need(card, "phone_number", str), vcard=card.get("vcard"))


def _location(raw: Raw) -> Attachment | None:
    venue = _maybe(raw, "venue", dict) or {}
    place = _maybe(raw, "location", dict) or _maybe(venue, "location", dict)
    if not place:
        return None
    return _attachment(
        "location",
        latitude=float(_need(place, "latitude", (int, float))),
        longitude=float(_need(place, "longitude", (int, float))),
        title=venue.get("title"),
        address=venue.get("address"),
    )


def _voice(raw: Raw) -> Attachment | None:
    voice = _maybe(raw, "voice", dict)
    if not voice:
        return None
    return _attachment("voice", seconds=voice.get("duration"), **_file_facts(voice))


def _photo(raw: Raw) -> Attachment | None:
    sizes = _maybe(raw, "photo", list)
    if not sizes:
        return None
    largest = sizes[-1]  # they come smallest first
    if not isinstance(largest, dict):
        raise MalformedUpdate("photo is no list of sizes")
    return _attachment("photo", width=largest.get("width"), height=largest.get("height"), **_file_facts(largest))


def _file(raw: Raw) -> Attachment | None:
    for kind in ("document", "video", "audio", "video_note"):
        if found := _maybe(raw, kind, dict):
            return _attachment("file", name=found.get("file_name"), **_file_facts(found))
    return None


def _file_facts(found: Raw) -> dict[str, Any]:
    return {
        "file": _need(found, "file_id", str),
        "mime": found.get("mime_type"),
        "size": found.get("file_size"),
    }


def _attachment(kind: str, **data: Any) -> Attachment:
    return Attachment(kind=kind, data={key: value for key, value in data.items() if value is not None})


# Reading what may be missing or of the wrong type.


def _need(raw: Raw, key: str, kind: type[T] | tuple[type[T], ...]) -> T:
    value = raw.get(key)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise MalformedUpdate(f"{key} is {type(value).__name__}")
    return value


def _maybe(raw: Raw, key: str, kind: type[T]) -> T | None:
    return None if raw.get(key) is None else _need(raw, key, kind)


def _mended(value: Any) -> Any:
    """No database takes a NUL or half a surrogate pair: either would keep a whole batch from being stored."""
    if isinstance(value, str):
        return value.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_mended(item) for item in value]
    return value
