"""A Reply as Telegram can show it: text pieces within its limits, the first line bold, rows of buttons.

Bold is an *entity* (a range beside the text), never HTML or Markdown: what people typed is sent as it is, so there is
nothing to escape and no escaping to forget. Telegram still finds mentions, hashtags and commands in plain text by
itself; an invisible word joiner after the sign that starts one keeps it from doing so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.message import Reply

LONGEST_TEXT = 4096  # UTF-16 units: the Bot API counts entities so, and never allows fewer characters than this
LONGEST_LABEL = 64
BUTTONS_IN_A_ROW = 3

JOINER = "\N{WORD JOINER}"
# A sign that starts a word. An address (ana@acme.com) and a path inside a link stay as they are.
STARTS_A_LINK = re.compile(r"(?<!\w)[@#](?=[\w\u200c])|(?<![\w/<>])/(?=\w)")
JOINED = re.compile(f"(?<=[@#/]){JOINER}")

POSSIBLE_REPEAT = {"en": "possible repeat", "pt": "possível repetição", "es": "posible repetición"}
WRITE_ME_FIRST = {
    "en": "I answered you in private: open a chat with me first, then ask again.",
    "pt": "Respondi para você em particular: abra uma conversa comigo e pergunte de novo.",
    "es": "Te respondí en privado: abre un chat conmigo y pregunta otra vez.",
}

Rows = tuple[tuple[tuple[str, str], ...], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """One Telegram message: `bold` is how many UTF-16 units from the start are, `rows` are (label, data)."""

    text: str
    bold: int = 0
    rows: Rows = ()


def pieces(reply: Reply, note: str = "") -> list[Piece]:
    """Lay a reply out in as many messages as it needs; the buttons are under the last."""
    text = _text(reply, note)
    texts = _split(text, LONGEST_TEXT)
    last = len(texts) - 1
    return [
        Piece(part, _heading(part) if n == 0 else 0, _rows(reply) if n == last else ()) for n, part in enumerate(texts)
    ]


def one_piece(reply: Reply) -> Piece:
    """Lay a reply out in one message, cut where it must be: an edit cannot grow into two."""
    text = _text(reply)
    if utf16_length(text) > LONGEST_TEXT:
        text = _split(text, LONGEST_TEXT - len("\n…"))[0] + "\n…"
    return Piece(text, _heading(text), _rows(reply))


def without_joiners(text: str) -> str:
    """Undo our own mark in text that was copied from one of our cards."""
    return JOINED.sub("", text)


def in_language(texts: dict[str, str], language: str | None) -> str:
    return texts.get(language or "en", texts["en"])


def utf16_length(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def _text(reply: Reply, note: str = "") -> str:
    """Telegram trims a text before it applies entities, so it is trimmed here first."""
    text = _unlinked(_whole_characters(reply.text)).strip()
    if not any(char.isprintable() for char in text):
        text = "…"  # an empty message is refused
    first, newline, rest = text.partition("\n")
    return f"{first} ({note}){newline}{rest}" if note else text


def _unlinked(text: str) -> str:
    return STARTS_A_LINK.sub(lambda sign: sign[0] + JOINER, text)


def _whole_characters(text: str) -> str:
    """Half a surrogate pair cannot be sent at all: it would stop the message for ever."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _heading(text: str) -> int:
    """How much is bold: the first line, unless it is all there is."""
    first, newline, _ = text.partition("\n")
    return utf16_length(first.rstrip()) if newline else 0


def _split(text: str, longest: int) -> list[str]:
    found = []
    while utf16_length(text) > longest:
        cut = _last_break(_fitting(text, longest - 1))
        found.append(text[:cut].rstrip())
        text = _unlinked(text[cut:].lstrip())  # the cut may have put a sign at the start of a word
    return [part for part in (*found, text) if part]


def _fitting(text: str, longest: int) -> str:
    """As many whole characters from the start as fit into so many UTF-16 units."""
    head = text[:longest]
    while utf16_length(head) > longest:
        head = head[: len(head) - max(1, (utf16_length(head) - longest) // 2)]
    return head


def _last_break(head: str) -> int:
    """Where to cut: after the last line, else after the last word, unless that leaves almost nothing."""
    for sign in ("\n", " "):
        cut = head.rfind(sign) + 1
        if head[:cut].strip():
            return cut
    return len(head)


def _rows(reply: Reply) -> Rows:
    buttons = [(_label(button.label), data) for data, button in reply.presses()]
    return tuple(tuple(buttons[n : n + BUTTONS_IN_A_ROW]) for n in range(0, len(buttons), BUTTONS_IN_A_ROW))


def _label(label: str) -> str:
    whole = _whole_characters(" ".join(label.split()))
    if utf16_length(whole) > LONGEST_LABEL:
        whole = _fitting(whole, LONGEST_LABEL - 1).rstrip() + "…"
    return whole or "…"
