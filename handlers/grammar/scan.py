"""Folded tokens of a phrase with their places: what the parsers of dates, money and number words step through."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from storage import keys

# A phrase ends where a character stands that no date or amount can hold. One quantifier each: linear on any text.
_TOKEN = re.compile(r"[0-9]+|(?:[^\W\d_]|[\u0300-\u036f])+|[-–−/.,:'’+@]")
_SPACES = re.compile(r"[^\S\n]*")
_MOST_TOKENS = 40
_LONGEST_WORD = 24
_CLOSING = frozenset('.,;:!?)]}"”»…')
_SIGNS = {"–": "-", "−": "-", "’": "'"}
_T = TypeVar("_T")


class Token(NamedTuple):
    """One run of digits, one run of letters (folded) or one sign."""

    text: str
    start: int
    end: int
    is_glued: bool  # nothing stands between it and the token before

    @property
    def is_number(self) -> bool:
        return self.text.isdecimal()

    @property
    def is_word(self) -> bool:
        return self.text.isalpha()


END = Token("", -1, -1, is_glued=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """A scanned phrase; asking beyond its end gives the empty token."""

    source: str
    items: tuple[Token, ...]

    def __getitem__(self, index: int) -> Token:
        return self.items[index] if 0 <= index < len(self.items) else END

    def __len__(self) -> int:
        return len(self.items)

    def number(self, index: int, most: int = 9999) -> int | None:
        """Give the value of a run of digits, or None if there is none or it is greater than `most`."""
        token = self[index]
        if not token.is_number or len(token.text) > len(str(most)):
            return None
        value = int(token.text)
        return value if value <= most else None

    def is_number_glued(self, index: int) -> bool:
        return self[index].is_number and self[index].is_glued

    def after(self, index: int, *texts: str) -> int:
        """Step over one token if it is one of these."""
        return index + 1 if self[index].text in texts else index

    def end_of(self, index: int) -> int:
        """Give the place in the source after the token before `index`."""
        return self.items[index - 1].end if index > 0 else 0

    def ends_at(self, index: int) -> bool:
        """Whether a phrase may end before this token: at a blank, the end or a closing sign."""
        return is_boundary(self.source, self.end_of(index))


class Phrases(Generic[_T]):
    """A table of folded phrases of one or more words; the longest one wins."""

    def __init__(self, *tables: Mapping[str, _T]) -> None:
        self._by_words = {tuple(phrase.split()): value for table in tables for phrase, value in table.items()}
        self._lengths: dict[str, list[int]] = {}
        for words in self._by_words:
            lengths = self._lengths.setdefault(words[0], [])
            if len(words) not in lengths:
                lengths.append(len(words))
                lengths.sort(reverse=True)

    def __contains__(self, word: str) -> bool:
        """Whether a phrase begins with the word."""
        return word in self._lengths

    def __iter__(self) -> Iterator[str]:
        return iter(self._lengths)

    def find(self, tokens: Tokens, index: int) -> tuple[_T, int] | None:
        """Give the value of the longest phrase at `index` and the index after it."""
        return next(self.find_all(tokens, index), None)

    def find_all(self, tokens: Tokens, index: int) -> Iterator[tuple[_T, int]]:
        """Give every phrase that begins at `index`, the longest first."""
        for length in self._lengths.get(tokens[index].text, ()):
            words = tuple(token.text for token in tokens.items[index : index + length])
            if words in self._by_words:
                yield self._by_words[words], index + len(words)


def is_boundary(text: str, place: int) -> bool:
    """Whether a phrase may end at this place; `fri/sat`, `10%` and `today's` do not end where they could be cut."""
    if place >= len(text) or text[place].isspace():
        return True
    if text[place] not in _CLOSING:
        return False
    return place + 1 >= len(text) or not text[place + 1].isalnum()


def scan(text: str, start: int = 0) -> Tokens:
    """Cut the beginning of a text into tokens, up to the first sign that no date or amount holds."""
    items: list[Token] = []
    place = _after_spaces(text, start)
    is_glued = False
    while len(items) < _MOST_TOKENS and (found := _TOKEN.match(text, place)):
        items.append(Token(_folded(found[0]), place, found.end(), is_glued))
        place = _after_spaces(text, found.end())
        is_glued = place == found.end()
    return Tokens(text, tuple(_without_inner_hyphens(items)))


def _after_spaces(text: str, place: int) -> int:
    found = _SPACES.match(text, place)
    return found.end() if found else place


def _folded(typed: str) -> str:
    if typed.isascii():
        return typed.lower()
    if typed in _SIGNS:
        return _SIGNS[typed]
    # Longer than any word of ours: folding a text without blanks would cost its whole length.
    return keys.fold(typed) if len(typed) <= _LONGEST_WORD else typed[:_LONGEST_WORD] + "…"


def _without_inner_hyphens(items: list[Token]) -> Iterator[Token]:
    """Read `terça-feira` and `twenty-one` as two words."""
    for index, token in enumerate(items):
        if token.text == "-" and 0 < index < len(items) - 1:
            before, after = items[index - 1], items[index + 1]
            if before.is_word and token.is_glued and after.is_word and after.is_glued:
                continue
        yield token
