"""Commands: a plain function whose annotations are its grammar, its usage line and its help.

    @command(en="done", pt="feito", es="hecho", replaces=True)
    def done(context: Context, follow_up: FollowUpHere, outcome: Text | None = None) -> Reply:
        "Close a follow-up, with what came of it if you like."

Each argument type takes its part of what was typed after the command's word. A first word that is a command's only
counts when the rest fits (`done deal with Acme` is a line), so `take` answers None where it does not.
"""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import NoneType, UnionType
from typing import Any, ClassVar, Protocol, get_args, get_type_hints

from rapidfuzz import fuzz, process

from handlers.context import Context
from handlers.message import Reply
from storage.keys import fold

LANGUAGES = ("en", "pt", "es")
N_ = str  # marks a text for translation; it is translated where it is shown
NEAR = 80  # of 100: how alike a word must be to a command to be offered for it


class Argument(Protocol):
    """A part of a command's line. `label` is what usage lines call it (translatable)."""

    label: ClassVar[str]

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[Any, str] | None:
        """Take what belongs to this argument from the start of `text`: (value, rest); None if it does not fit."""
        ...


class Text(str):
    """Whatever is left, at least one character."""

    __slots__ = ()
    label: ClassVar[str] = N_("text")

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[Text, str] | None:
        del context
        return (cls(text), "") if text else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One argument of a command."""

    name: str
    kind: type[Argument]
    is_optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command as registered. `words`: by language, the first is the one that is shown."""

    name: str
    words: Mapping[str, tuple[str, ...]]
    run: Callable[..., Reply]
    parameters: tuple[Parameter, ...]
    help: str
    examples: tuple[str, ...]
    writes: bool
    replaces: bool
    is_hidden: bool

    def word(self, language: str) -> str:
        return self.words[language][0]

    def bind(self, context: Context, text: str) -> dict[str, Any] | None:
        """Return the arguments that `text` gives; None if it does not fit the signature."""
        values: dict[str, Any] = {}
        for parameter in self.parameters:
            taken = parameter.kind.take(context, text)
            if taken is None and not parameter.is_optional:
                return None
            values[parameter.name], text = taken if taken is not None else (None, text)
            text = text.strip()
        return None if text else values

    def usage(self, context: Context) -> str:
        """Return how it is typed, such as `snooze <follow-up> <when>`."""
        shown = (
            f"[{context.gettext(p.kind.label)}]" if p.is_optional else f"<{context.gettext(p.kind.label)}>"
            for p in self.parameters
        )
        return " ".join((self.word(context.member.language), *shown))


_REGISTRY: dict[str, Command] = {}


def command(
    *,
    en: str,
    pt: str,
    es: str,
    writes: bool = True,
    replaces: bool = False,
    examples: tuple[str, ...] = (),
    hidden: bool = False,
) -> Callable[[Callable[..., Reply]], Callable[..., Reply]]:
    """Register a command under its words in three languages (`a|b` gives two; the first is shown).

    replaces: pressed as a button, its answer rewrites the card it stood on. Raises TypeError at import for a function
    whose signature cannot be a grammar.
    """
    words = {language: tuple(given.split("|")) for language, given in zip(LANGUAGES, (en, pt, es), strict=True)}

    def register(function: Callable[..., Reply]) -> Callable[..., Reply]:
        if not function.__doc__:
            raise TypeError(f"{function.__name__} has no docstring, which is its help")
        _REGISTRY[function.__name__] = Command(
            name=function.__name__,
            words=words,
            run=function,
            parameters=_parameters(function),
            help=inspect.cleandoc(function.__doc__),
            examples=examples,
            writes=writes,
            replaces=replaces,
            is_hidden=hidden,
        )
        return function

    return register


def _parameters(function: Callable[..., Reply]) -> tuple[Parameter, ...]:
    hints = get_type_hints(function)
    names = list(inspect.signature(function).parameters)[1:]
    return tuple(_parameter(function, name, hints[name]) for name in names)


def _parameter(function: Callable[..., Reply], name: str, hint: Any) -> Parameter:
    kinds = [kind for kind in get_args(hint) if kind is not NoneType] if isinstance(hint, UnionType) else [hint]
    if len(kinds) != 1 or not hasattr(kinds[0], "take"):
        raise TypeError(f"{function.__name__}: {name} must be one kind of argument, perhaps with None")
    return Parameter(name=name, kind=kinds[0], is_optional=kinds[0] is not hint)


@cache
def registry() -> Mapping[str, Command]:
    """Return every command by its function's name; importing each module of handlers.commands fills it."""
    package = import_module("handlers.commands")
    for module in pkgutil.iter_modules(package.__path__):
        import_module(f"handlers.commands.{module.name}")
    return _REGISTRY


@cache
def _by_word() -> Mapping[str, tuple[Command, ...]]:
    found: dict[str, list[Command]] = {}
    for each in registry().values():
        for words in each.words.values():
            for word in words:
                commands = found.setdefault(fold(word), [])
                if each not in commands:
                    commands.append(each)
    return {word: tuple(commands) for word, commands in found.items()}


def find(text: str) -> list[tuple[Command, str]]:
    """Return the commands that the first words of `text` may be, longest word first, each with the rest."""
    first_three = text.split(maxsplit=3)[:3]
    found: list[tuple[Command, str]] = []
    for count in range(len(first_three), 0, -1):
        word = fold(" ".join(first_three[:count])).lstrip("/")
        rest = text.split(maxsplit=count)[count] if len(text.split(maxsplit=count)) > count else ""
        found += [(each, rest.strip()) for each in _by_word().get(word, ())]
    return found


def nearest(word: str) -> Command | None:
    """Return the command whose word is most like a mistyped one; None if none is near."""
    choices = [known for known, commands in _by_word().items() if not commands[0].is_hidden]
    hit = process.extractOne(fold(word).lstrip("/"), choices, scorer=fuzz.ratio, score_cutoff=NEAR - 5)
    return _by_word()[hit[0]][0] if hit is not None else None
