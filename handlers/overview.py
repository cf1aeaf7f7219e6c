"""What platforms may know of the language without a store: its menu, and whether a text reads as a line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from handlers import command
from handlers.grammar import dates, line as lines
from handlers.grammar.lexicon import Lexicon
from handlers.wording import LOCALES, Wording

MENU = ("today", "late", "next_ones", "find", "pipe", "inbox", "undo", "help_")
SIGILS = ("!", "#", ">", "$", "+", "@")


def menu() -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Return the commands a menu should offer: (word, what it does by language)."""
    known = command.registry()
    return tuple((known[name].word("en"), _told(known[name].help)) for name in MENU)


def _told(text: str) -> dict[str, str]:
    today = datetime.now(UTC).date()
    return {each: Wording(language=each, zone="UTC", today=today).gettext(text) for each in LOCALES}


def reads_as_line(text: str) -> bool:
    """Tell whether a text begins with a command, a kind, a slot or a date: then it is for us, in a thread too."""
    if text.startswith(SIGILS) or command.find(text):
        return True
    clock = dates.Clock(now=datetime.now(UTC), zone="UTC")
    parsed = lines.parse(text, Lexicon(clock=clock))
    return parsed.kind is not None or dates.read_prefix(text, dates.Role.FUTURE, clock) is not None
