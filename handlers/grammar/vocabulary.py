"""The three word tables as one: every language is always understood, mixed in one line."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Final, Generic, TypeVar

from handlers.grammar import words_en, words_es, words_pt
from handlers.grammar.tokens import Word
from storage import keys

__all__ = ["LANGUAGES", "Phrases", "Said"]

LANGUAGES: Final[tuple[ModuleType, ...]] = (words_en, words_pt, words_es)
_T = TypeVar("_T")
_CLOSERS = frozenset(",;:!?")


class Phrases(Generic[_T]):
    """Folded phrases of one or more words, each with what it means; the longest one wins."""

    def __init__(self, entries: Iterable[tuple[str, _T]]) -> None:
        self._by_first: dict[str, dict[tuple[str, ...], list[_T]]] = {}
        for phrase, meaning in entries:
            parts = tuple(keys.fold(phrase).split())
            self._by_first.setdefault(parts[0], {}).setdefault(parts, []).append(meaning)
        self._lengths = {
            first: sorted({len(p) for p in parts}, reverse=True) for first, parts in self._by_first.items()
        }

    def __contains__(self, key: str) -> bool:
        return (key,) in self._by_first.get(key, ())

    @property
    def words(self) -> frozenset[str]:
        """The phrases that are one word."""
        return frozenset(key for key in self._by_first if key in self)

    def starts(self, key: str) -> bool:
        """Whether some phrase begins with this word."""
        return key in self._by_first

    def find(self, said: Sequence[Word], at: int = 0) -> tuple[tuple[_T, ...], int] | None:
        """Give every meaning of the longest phrase that starts at this word, and how many words it takes."""
        for length in self._lengths.get(said[at].key, ()) if at < len(said) else ():
            words = said[at : at + length]
            meanings = self._by_first[said[at].key].get(tuple(word.key for word in words))
            if meanings and not any(word.raw[-1] in _CLOSERS for word in words[:-1]):
                return tuple(meanings), len(words)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The meaning of a word of the grammar, and the language it was said in."""

    meaning: str
    language: str


def listed(text: str) -> list[str]:
    """Split a table of phrases at its commas, a table of words at its spaces."""
    return [" ".join(part.split()) for part in (text.split(",") if "," in text else text.split()) if part.strip()]


def _phrases(name: str) -> Phrases[str]:
    return Phrases((phrase, table.LANGUAGE) for table in LANGUAGES for phrase in listed(getattr(table, name)))


def _said(name: str) -> Phrases[Said]:
    return Phrases(
        (phrase, Said(meaning=meaning, language=table.LANGUAGE))
        for table in LANGUAGES
        for meaning, text in getattr(table, name).items()
        for phrase in listed(text)
    )


def _set(*names: str) -> frozenset[str]:
    return frozenset(
        keys.fold(word).strip(".") for table in LANGUAGES for name in names for word in listed(getattr(table, name))
    )


def remind_phrases() -> list[str]:
    """Give the first word of each remind phrase, as it is spelled."""
    return [
        phrase.split()[0].lower()
        for table in LANGUAGES
        for phrase in (*listed(table.REMIND), *listed(table.REMIND_BARE))
    ]


PAST: Final = _said("PAST")
PLAN: Final = _said("PLAN")
TRIED: Final = _said("TRIED")
HAD: Final = _phrases("HAD")
HAD_WHICH: Final = _set("HAD_WHICH")
SENT: Final = _phrases("SENT")
SEND: Final = _phrases("SEND")
SENT_TO: Final = _set("SENT_TO")
SENT_TO_LAST: Final = _set("SENT_TO_LAST")
OPENERS: Final = _phrases("OPENERS")
PLAN_OPENERS: Final = _phrases("PLAN_OPENERS")
AFTER_OPENERS: Final = _phrases("AFTER_OPENERS")
FILLERS: Final = _phrases("FILLERS")
ARTICLES: Final = _set("ARTICLES")
WHICH: Final = _set("WHICH")
PLACES: Final = _set("PLACES")
JOINS: Final = _set("JOINS") | {"+"}
WITH: Final = _set("WITH")
COMPANY_JOINS: Final = _set("COMPANY_JOINS")
COMPANY_JOINS_IF_KNOWN: Final = _set("COMPANY_JOINS_IF_KNOWN")
PARTICLES: Final = _set("PARTICLES")
HONORIFICS: Final = _set("HONORIFICS")
ATTEMPTS: Final = _phrases("ATTEMPTS")
ATTEMPT_LEADS: Final = _set("ATTEMPT_LEADS")
ATTEMPT_DENIED: Final = _set("ATTEMPT_DENIED")
FUNCTION_WORDS: Final = _set("FUNCTION_WORDS") | WHICH | PAST.words | PLAN.words
JOB_TITLES: Final = _set("JOB_TITLES")
MARKERS: Final = _set("COMPANY_MARKERS")
REMIND: Final = _phrases("REMIND")
REMIND_BARE: Final = _phrases("REMIND_BARE")
REMIND_LINKS: Final = _set("REMIND_LINKS")
VALUE: Final = _set("VALUE")
STAGE: Final = _set("STAGE")
TAG: Final = _set("TAG")
DEAL: Final = _set("DEAL")
TOTAL_BEFORE: Final = _set("TOTAL_BEFORE")
UNIT_BEFORE: Final = _set("UNIT_BEFORE")
UNIT_AFTER: Final = _phrases("UNIT_AFTER")
SIGNATURES: Final = _phrases("SIGNATURES")
QUOTE_HEADERS: Final = tuple(text for table in LANGUAGES for text in listed(table.QUOTE_HEADERS))
WROTE: Final = tuple(text for table in LANGUAGES for text in (table.WROTE, keys.fold(table.WROTE)))
PLAN_WORDS: Final[Mapping[str, Mapping[str, str]]] = {table.LANGUAGE: table.PLAN_WORDS for table in LANGUAGES}
TODAY: Final[Mapping[str, str]] = {table.LANGUAGE: table.TODAY for table in LANGUAGES}
DATE_WORDS: Final = {keys.fold(word): word for table in LANGUAGES for word in listed(table.DATE_WORDS)}
