"""What the Bot API accepts: each rule refuses as the real server does, in its words."""

import json
import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from typing import Any

LONGEST_TEXT = 4096
LONGEST_DATA = 64  # bytes
ENTITY_KINDS = {
    *("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic", "underline"),
    *("strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre", "text_link", "text_mention"),
    "custom_emoji",
}
HTML_TAGS = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "a", "code", "pre", "blockquote", "span"}
UPDATE_KINDS = {
    *("message", "edited_message", "channel_post", "edited_channel_post", "inline_query", "chosen_inline_result"),
    *("callback_query", "my_chat_member", "chat_member", "message_reaction"),
}

# Per method: the parameters it knows and their types; "!" marks those it cannot do without.
METHODS: dict[str, dict[str, str]] = {
    "getMe": {},
    "getUpdates": {"offset": "int", "limit": "int", "timeout": "int", "allowed_updates": "list"},
    "sendMessage": {
        "chat_id": "chat!",
        "text": "str!",
        "message_thread_id": "int",
        "parse_mode": "str",
        "entities": "list",
        "link_preview_options": "dict",
        "disable_notification": "bool",
        "protect_content": "bool",
        "reply_parameters": "dict",
        "reply_markup": "dict",
    },
    "editMessageText": {
        "chat_id": "chat!",
        "message_id": "int!",
        "text": "str!",
        "parse_mode": "str",
        "entities": "list",
        "link_preview_options": "dict",
        "reply_markup": "dict",
    },
    "answerCallbackQuery": {
        "callback_query_id": "str!",
        "text": "str",
        "show_alert": "bool",
        "url": "str",
        "cache_time": "int",
    },
    "setMyCommands": {"commands": "list!", "scope": "dict", "language_code": "str"},
    "setWebhook": {
        "url": "str!",
        "secret_token": "str",
        "allowed_updates": "list",
        "max_connections": "int",
        "drop_pending_updates": "bool",
    },
    "deleteWebhook": {"drop_pending_updates": "bool"},
    "getWebhookInfo": {},
}

# What the real server makes a link of by itself: a mention, a hashtag, a command.
DETECTED = re.compile(
    r"(?<!\w)@[A-Za-z0-9_]{2,32}|(?<!\w)#[\w\u200c]*[^\W\d_][\w\u200c]*|(?<![\w/<>])/[A-Za-z0-9_]{1,64}\b"
)


class Refusal(Exception):
    """What the server answers instead of a result."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


def bad_request(description: str) -> Refusal:
    return Refusal(400, f"Bad Request: {description}")


def method_named(name: str) -> str | None:
    """Methods are case-insensitive."""
    return next((known for known in METHODS if known.lower() == name.lower()), None)


def unknown_parameters(method: str, given: Mapping[str, Any]) -> list[str]:
    """The server passes over these without a word; a test should not."""
    return [f"{method}: no parameter {name!r}" for name in given if name not in METHODS[method]]


def checked(method: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Read the parameters as the types they must have, or refuse."""
    read: dict[str, Any] = {}
    for name, kind in METHODS[method].items():
        if name in given:
            read[name] = _READERS[kind.removesuffix("!")](name, given[name])
        elif kind == "str!" and name == "text":
            raise bad_request("message text is empty")
        elif kind.endswith("!"):
            raise bad_request(f"parameter {name!r} is required")
    return read


def check_text(method: str, read: Mapping[str, Any]) -> str:
    """The text as the server keeps it: trimmed, not empty, not too long."""
    if "parse_mode" in read:
        return _visible(_formatted(read["text"], read["parse_mode"]), method)
    text = _visible(read["text"], method)
    for entity in read.get("entities", []):
        _check_entity(entity, utf16_length(text))
    return text


def keyboard(markup: Mapping[str, Any]) -> list[list[dict[str, Any]]]:
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request("object expected as reply markup")
    for row in rows:
        for button in row:
            _check_button(button)
    return rows


def check_commands(commands: list[Any]) -> None:
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", str(command.get("command", ""))):
            raise bad_request("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command.get("description", ""))) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")


def detected(text: str) -> list[str]:
    """The mentions, hashtags and commands that people would see as links."""
    return DETECTED.findall(text)


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def utf16_slice(text: str, offset: int, length: int) -> str:
    return text.encode("utf-16-le")[offset * 2 : (offset + length) * 2].decode("utf-16-le", "replace")


def _visible(text: str, method: str) -> str:
    text = text.strip()
    if not text.strip("\u2060\u200b\u200c\u200d\ufeff \n"):
        raise bad_request("message text is empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise bad_request("message is too long" if method == "sendMessage" else "MESSAGE_TOO_LONG")
    return text


def _check_entity(entity: Any, length: int) -> None:
    if not isinstance(entity, dict) or entity.get("type") not in ENTITY_KINDS:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    offset, size = entity.get("offset"), entity.get("length")
    if not isinstance(offset, int) or not 0 <= offset < length:
        raise bad_request(f"Receive an entity with incorrect offset {offset}")
    if not isinstance(size, int) or not 0 < size <= length - offset:
        raise bad_request(f"Receive an entity with incorrect length {size}")


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in HTML_TAGS:
            raise bad_request(f'can\'t parse entities: Unsupported start tag "{tag}" at byte offset 0')
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            raise bad_request(f'can\'t parse entities: Unexpected end tag "{tag}"')

    def handle_data(self, data: str) -> None:
        self.text += data


def _formatted(text: str, mode: str) -> str:
    if mode.lower() != "html":
        raise bad_request("unsupported parse_mode")
    parser = _Html()
    parser.feed(text)
    parser.close()
    if parser.open:
        raise bad_request(f"can't parse entities: Can't find end tag corresponding to start tag \"{parser.open[-1]}\"")
    return parser.text


def _check_button(button: Any) -> None:
    trouble = "can't parse inline keyboard button: "
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request(trouble + 'Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request(trouble + "Text buttons are unallowed in the inline keyboard")
    if "url" in button:
        _check_url(button["url"])
    elif "callback_data" not in button:
        raise bad_request(trouble + "Text buttons are unallowed in the inline keyboard")
    elif not 1 <= len(str(button["callback_data"]).encode()) <= LONGEST_DATA:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(url: Any) -> None:
    if not isinstance(url, str) or not re.match(r"(https?|tg|ton)://", url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")


def _int(name: str, value: Any) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise bad_request(f"parameter {name!r} must be an integer, not {value!r}") from None


def _bool(name: str, value: Any) -> bool:
    if str(value).lower() not in ("true", "false"):
        raise bad_request(f"parameter {name!r} must be a boolean, not {value!r}")
    return str(value).lower() == "true"


def _text(name: str, value: Any) -> str:
    return value if isinstance(value, str) else str(value)


def _chat(name: str, value: Any) -> int | str:
    if not str(value):
        raise bad_request("chat_id is empty")
    return str(value) if str(value).startswith("@") else _int(name, value)


def _object(kind: type) -> Callable[[str, Any], Any]:
    def read(name: str, value: Any) -> Any:
        try:
            value = json.loads(value) if isinstance(value, str) else value
        except ValueError:
            raise bad_request(f"can't parse {name} JSON object") from None
        if not isinstance(value, kind):
            raise bad_request(f"object expected as {name.replace('_', ' ')}")
        return value

    return read


_READERS: dict[str, Callable[[str, Any], Any]] = {
    "int": _int,
    "bool": _bool,
    "str": _text,
    "chat": _chat,
    "list": _object(list),
    "dict": _object(dict),
}
