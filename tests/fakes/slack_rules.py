"""What Slack refuses in a message, and what it would make of the text: mentions that come alive."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]

# Slack truncates a text at 40,000 characters; chat.update refuses more than 4,000.
TEXT_LIMIT = 40_000
UPDATE_LIMIT = 4_000
# Not documented, but enforced: all texts of all blocks together.
BLOCKS_TEXT_LIMIT = 12_000
OBJECT_LIMIT = 3_000
LIVE = re.compile(r"<(!(?:channel|here|everyone|subteam)|@[UW][A-Z0-9]+|#C[A-Z0-9]+|https?:)", re.IGNORECASE)
BARE_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")


class Refusal(Exception):
    """Slack's error string, and what it is about."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


def need(holds: object, detail: str, code: str = "invalid_blocks") -> None:
    if not holds:
        raise Refusal(code, detail)


def check_message(given: Json, *, limit: int = TEXT_LIMIT) -> None:
    """Refuse what Slack refuses in the arguments of a message."""
    text, blocks = given.get("text"), given.get("blocks") or []
    need(text or blocks, "neither text nor blocks", "no_text")
    need(text is None or isinstance(text, str), "text is no string", "invalid_arguments")
    need(len(text or "") <= limit, f"text has {len(text or '')} characters", "msg_too_long")
    need(isinstance(blocks, list) and all(isinstance(b, dict) for b in blocks), "no list", "invalid_blocks_format")
    check_blocks(blocks)
    check_metadata(given.get("metadata"))
    # No token, no surrogate, nothing that cannot be written as UTF-8.
    need(_is_unicode(json.dumps(given, ensure_ascii=False)), "lone surrogate", "invalid_json")


def check_blocks(blocks: list[Json]) -> None:
    need(len(blocks) <= 50, f"{len(blocks)} blocks")
    for block in blocks:
        need(block.get("type") in BLOCKS, f"block type {block.get('type')}")
        BLOCKS[block["type"]](block)
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    need(len(ids) == len(set(ids)), "block_id used twice")
    actions = [e["action_id"] for b in blocks if b["type"] == "actions" for e in b["elements"] if "action_id" in e]
    need(len(actions) == len(set(actions)), "action_id used twice")
    need(sum(map(len, texts(blocks))) <= BLOCKS_TEXT_LIMIT, "too much text", "msg_blocks_too_long")


def check_metadata(metadata: Any) -> None:
    if metadata is None:
        return
    code = "invalid_metadata_format"
    need(isinstance(metadata, dict) and set(metadata) == {"event_type", "event_payload"}, "shape", code)
    need(isinstance(metadata["event_type"], str) and metadata["event_type"], "event_type", code)
    payload = metadata["event_payload"]
    need(isinstance(payload, dict), "event_payload", code)
    need(all(isinstance(v, str | int | float | bool) for v in payload.values()), "nested payload", code)


def live_mentions(given: Json) -> list[str]:
    """Return what Slack would bring to life in these arguments: it must be nothing."""
    marked = [text["text"] for text in _objects(given.get("blocks") or []) if text.get("type") == "mrkdwn"]
    found = [hit for text in (str(given.get("text") or ""), *marked) for hit in LIVE.findall(text)]
    leaves = [leaf["type"] for leaf in _walk(given.get("blocks") or []) if leaf.get("type") in LIVING]
    named = ["link_names"] if given.get("link_names") or given.get("parse") == "full" else []
    bare = ["&"] if BARE_ENTITY.search(str(given.get("text") or "")) else []
    marks = ["mrkdwn"] if given.get("mrkdwn", True) and re.search(r"[*_~`]", str(given.get("text") or "")) else []
    return [*found, *leaves, *named, *bare, *marks]


LIVING = {"user", "usergroup", "broadcast", "channel", "link", "emoji"}


def shown_text(blocks: list[Json], fallback: str = "") -> str:
    """Return what a person reads: the blocks' text, or the fallback where there are none."""
    if not blocks:
        return fallback.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return "\n".join(part for block in blocks if (part := _read(block)))


def bold(blocks: list[Json]) -> list[str]:
    return [leaf["text"] for leaf in _walk(blocks) if leaf.get("type") == "text" and leaf.get("style", {}).get("bold")]


def pressable(blocks: list[Json]) -> Iterator[tuple[str, Json, Json | None]]:
    """Every label with the block's element, and the option if it is one of a menu."""
    for element in (
        e | {"block_id": b.get("block_id", "b")} for b in blocks if b["type"] == "actions" for e in b["elements"]
    ):
        if element["type"] == "button":
            yield element["text"]["text"], element, None
        for option in element.get("options", ()):
            yield option["text"]["text"], element, option


def texts(blocks: list[Json]) -> list[str]:
    leaves = (leaf.get("text") for leaf in _walk(blocks))
    return [leaf if isinstance(leaf, str) else leaf["text"] for leaf in leaves if leaf]


def _is_unicode(text: str) -> bool:
    try:
        return bool(text.encode())
    except UnicodeEncodeError:
        return False


def _read(block: Json) -> str:
    if block["type"] == "actions":
        return ""
    if block["type"] == "rich_text":
        return "".join(leaf["text"] for leaf in _walk([block]) if leaf.get("type") == "text")
    return "\n".join(text["text"] for text in _objects([block]))


def _walk(elements: list[Json]) -> Iterator[Json]:
    for element in elements:
        yield element
        yield from _walk(element.get("elements") or [])


def _objects(blocks: list[Json]) -> Iterator[Json]:
    for block in _walk(blocks):
        if isinstance(block.get("text"), dict):
            yield block["text"]
        yield from block.get("fields") or ()


def _text_object(text: Any, limit: int, *, only_plain: bool = False) -> None:
    need(isinstance(text, dict), "a text object is missing")
    kinds = ("plain_text",) if only_plain else ("plain_text", "mrkdwn")
    need(text.get("type") in kinds, f"text type {text.get('type')}")
    need(isinstance(text.get("text"), str) and 1 <= len(text["text"]) <= limit, f"text of {len(text['text'])}")
    need(text["type"] == "plain_text" or "emoji" not in text, "emoji in mrkdwn")


def _section(block: Json) -> None:
    need(block.get("text") or block.get("fields"), "a section without text")
    if block.get("text"):
        _text_object(block["text"], OBJECT_LIMIT)


def _header(block: Json) -> None:
    _text_object(block.get("text"), 150, only_plain=True)


def _context(block: Json) -> None:
    need(1 <= len(block.get("elements") or []) <= 10, "elements of a context")
    for element in block["elements"]:
        _text_object(element, OBJECT_LIMIT)


def _rich_text(block: Json) -> None:
    parts = block.get("elements")
    need(isinstance(parts, list) and parts, "an empty rich_text")
    for part in parts or []:
        need(str(part.get("type")).startswith("rich_text_"), f"in rich_text: {part.get('type')}")
        need(isinstance(part.get("elements"), list) and part["elements"], "an empty section")
        for leaf in part["elements"]:
            _leaf(leaf)


def _leaf(leaf: Json) -> None:
    if leaf.get("type") == "text":
        need(isinstance(leaf.get("text"), str) and 1 <= len(leaf["text"]) <= OBJECT_LIMIT, "text of a rich_text")
        style = leaf.get("style", {})
        need(set(style) <= {"bold", "italic", "strike", "code"}, f"style {style}")
        need(all(isinstance(value, bool) for value in style.values()), f"style {style}")


def _actions(block: Json) -> None:
    elements = block.get("elements")
    need(isinstance(elements, list) and 1 <= len(elements) <= 25, "elements of actions")
    for element in elements or []:
        need(1 <= len(element.get("action_id", "x")) <= 255, "action_id")
        need(element.get("type") in ("button", "overflow"), f"element {element.get('type')}")
        (_button if element["type"] == "button" else _overflow)(element)


def _button(element: Json) -> None:
    _text_object(element.get("text"), 75, only_plain=True)
    need(isinstance(element.get("value", ""), str) and len(element.get("value", "")) <= 2000, "value of a button")


def _overflow(element: Json) -> None:
    options = element.get("options")
    need(isinstance(options, list) and 2 <= len(options) <= 5, "options of an overflow menu")
    for option in options or []:
        _text_object(option.get("text"), 75, only_plain=True)
        need(isinstance(option.get("value"), str) and 1 <= len(option["value"]) <= 150, "value of an option")


def _divider(block: Json) -> None:
    need(set(block) <= {"type", "block_id"}, "a divider holds nothing")


BLOCKS: dict[str, Callable[[Json], None]] = {
    "rich_text": _rich_text,
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
}
