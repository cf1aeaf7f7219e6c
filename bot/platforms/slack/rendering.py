"""A Reply as Slack's blocks: people's words stand only where no character has a meaning.

Slack ships no escaper, and escaping is not enough: `<!channel>` in a contact's name would call everyone. So the text
goes into `rich_text` and `plain_text`, which Slack never parses, and the fallback (notifications, old clients) is
escaped and sent with mrkdwn off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from handlers.message import Button, Reply

__all__ = ["ephemeral", "message", "plain"]

TEXT_LIMIT = 3000  # of one text object
# Slack documents 40,000, but refuses blocks of more than about 12,000 characters in all (msg_blocks_too_long).
MESSAGE_LIMIT = 10_000
FALLBACK_LIMIT = 3900  # chat.update refuses a `text` of more than 4,000
LABEL_LIMIT = 75  # of a button, or of an option of a menu
ROW = 4  # buttons beside each other; the rest goes into a menu
MENU = 5  # options of one overflow menu; it needs at least two
CUT = "…"

Json = dict[str, Any]
Press = tuple[str, Button]

# Tabs and new lines stay. The others format (bidi overrides), break JSON (lone surrogates) or are refused (NUL).
_DROPPED = dict.fromkeys(
    [*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000)]
)
_KEPT = {"\n": "\n", "\t": "\t"}
_TABLE = {code: _KEPT.get(chr(code)) for code in _DROPPED}
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_LITERALLY = {"mrkdwn": False, "parse": "none", "link_names": False, "unfurl_links": False, "unfurl_media": False}


def message(reply: Reply, *, note: str = "") -> Json:
    """Return the arguments of chat.postMessage and chat.update that show this reply; `note` is a line after it."""
    text = _printable(reply.text) or CUT
    return {**_words(f"{text}\n{note}" if note else text, _buttons(reply.presses())), **_LITERALLY}


def ephemeral(reply: Reply) -> Json:
    """Return the body that shows this reply to one person only, as an acknowledgement or through a response_url."""
    return {"response_type": "ephemeral", **message(reply)}


def plain(text: str) -> Json:
    """Return the body that shows a text without buttons to one person only."""
    return ephemeral(Reply(text=text))


def _words(text: str, buttons: list[Json]) -> Json:
    return {"text": _fallback(text), "blocks": [*_paragraphs(_cut(text)), *buttons]}


def _printable(text: str) -> str:
    return text.translate(_TABLE).strip("\n")


def _cut(text: str) -> str:
    if len(text) <= MESSAGE_LIMIT:
        return text
    kept = text[: MESSAGE_LIMIT - 2]
    whole = kept.rpartition("\n")[0]
    return f"{whole if len(whole) > len(kept) // 2 else kept}\n{CUT}"


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + CUT


def _fallback(text: str) -> str:
    escaped = "".join(_ENTITIES.get(character, character) for character in text[:FALLBACK_LIMIT])
    if len(escaped) <= FALLBACK_LIMIT:
        return escaped
    whole = escaped[:FALLBACK_LIMIT]
    # Never half an entity.
    return whole[: whole.rindex("&")] if whole.rfind("&") > whole.rfind(";") else whole


def _paragraphs(text: str) -> Iterator[Json]:
    """One rich_text block for each piece of at most 3,000 characters; the first line, the notification, is bold."""
    first, *others = _pieces(text)
    head = first.partition("\n")[0]
    rest = first[len(head) :]
    yield _rich(_bold(head), *([_text(rest)] if rest else []))
    yield from (_rich(_text(piece)) for piece in others if piece)


def _pieces(text: str) -> list[str]:
    """Split at line ends where there are any, so that no block is over the limit."""
    pieces = [""]
    for line in (piece for whole in text.split("\n") for piece in _slices(whole)):
        joined = f"{pieces[-1]}\n{line}" if pieces[-1] else line
        pieces[-1:] = [joined] if len(joined) <= TEXT_LIMIT else [pieces[-1], line]
    return pieces


def _slices(line: str) -> list[str]:
    return [line[start : start + TEXT_LIMIT] for start in range(0, len(line), TEXT_LIMIT)] or [""]


def _rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def _text(text: str) -> Json:
    return {"type": "text", "text": text}


def _bold(text: str) -> Json:
    return {"type": "text", "text": text, "style": {"bold": True}}


def _buttons(presses: Sequence[Press]) -> list[Json]:
    """One row of buttons, and what does not fit beside them in menus."""
    if not presses:
        return []
    beside = _beside(len(presses))
    row = [_button(number, press) for number, press in enumerate(presses[:beside])]
    menus = [_menu(start, presses[start:end]) for start, end in _menus(beside, len(presses))]
    return [{"type": "actions", "elements": [*row, *menus]}]


def _beside(count: int) -> int:
    # A menu of one option is none: of five buttons, two go into it.
    return count if count <= ROW else ROW - 1 if (count - ROW) % MENU == 1 else ROW


def _menus(start: int, count: int) -> Iterator[tuple[int, int]]:
    while start < count:
        end = min(start + MENU, count)
        if count - end == 1:
            end -= 1
        yield start, end
        start = end


def _button(number: int, press: Press) -> Json:
    data, button = press
    return {"type": "button", "action_id": f"command_{number}", "text": _label(button), "value": data}


def _menu(number: int, presses: Sequence[Press]) -> Json:
    options = [{"text": _label(button), "value": data} for data, button in presses]
    return {"type": "overflow", "action_id": f"command_{number}", "options": options}


def _label(button: Button) -> Json:
    text = _shorten(" ".join(_printable(button.label).split()) or CUT, LABEL_LIMIT)
    return {"type": "plain_text", "text": text, "emoji": False}
