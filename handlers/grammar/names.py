"""Names: the words at one place that can be a name, and what ended them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers.grammar import atoms, dates, kinds, tokens, vocabulary
from handlers.grammar.atoms import Page
from handlers.grammar.slots import Slots
from handlers.grammar.tokens import Span, Word

__all__ = [
    "LONGEST",
    "Name",
    "Stop",
    "can_start",
    "has_capital",
    "is_date",
    "is_function",
    "is_key_at",
    "is_separator",
    "limit",
    "read",
    "segment",
    "skip",
    "unbroken",
    "word_at",
]


class Stop(StrEnum):
    """What ended a name."""

    END = "end"  # of the line, or a slot
    CLOSER = "closer"  # a colon or " - "
    COMMA = "comma"
    BRACKET = "bracket"
    OTHER = "other"  # another sign
    JOIN = "join"  # and, e, y, +
    COMPANY = "company"  # from, at
    DATE = "date"
    ATTEMPT = "attempt"
    PROSE = "prose"  # words that are no name


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """Words that may be a name, and what came after."""

    words: tuple[Word, ...]
    stop: Stop
    has_capitals: bool

    @property
    def end(self) -> int:
        return self.words[-1].end

    @property
    def span(self) -> Span:
        return Span(start=self.words[0].start, end=self.end)


MOST_WORDS = 10
_LETTERS_LOOKED_AT = 40
LONGEST = 200  # characters: nobody known has a longer name
_NAME_WORD = re.compile(r"[^\s,:;()\[\]{}\"<>!?#@=*|…]+")
_BLANKS = re.compile(r"[ \t]*")
_EMOTICON = re.compile(r":['’-]?[)(DPpOo3*/\\|\]\[](?!\w)|:[a-z_+-]{2,30}:")
# Days are written small in Portuguese and Spanish: with a capital it is Plácido Domingo.
_NAMES_OF_DAYS = frozenset({"domingo"})
# Even with a capital these end a name: "met Ana She wants it".
_STRONG_WORDS = frozenset({"i", "he", "she", "we", "they", "you", "it", "not", "no", "yes", "nao", "sim"}) | frozenset(
    {"ela", "ele", "elas", "eles", "eu", "ella", "ellos", "ellas", "yo", "usted"}
)


def skip(text: str, at: int) -> int:
    """Step over blanks."""
    match = _BLANKS.match(text, at)
    return match.end() if match else at


def is_separator(text: str, at: int) -> bool:
    """Whether the colon at this place closes the head: one of an emoji does not."""
    return text.startswith(":", at) and not _EMOTICON.match(text, at)


def limit(page: Page, slots: Slots, at: int) -> int:
    """Give the place that no name reaches beyond: the next slot, or the end of the first line."""
    return min([page.end_of_first, *(stop.start for stop in slots.stops if stop.start >= at)])


def is_key_at(slots: Slots, at: int) -> bool:
    """Whether a phone number or an address stands here."""
    return any(key.span.start <= at < key.span.end for key in (*slots.phones, *slots.emails))


def word_at(page: Page, slots: Slots, at: int) -> Word | None:
    """Give the word of a name at this place; a full stop belongs to it only in an abbreviation."""
    match = _NAME_WORD.match(page.text, at, max(at, limit(page, slots, at)))
    if match is None or is_key_at(slots, at):
        return None
    raw = match[0]
    if raw.endswith(".") and not _is_abbreviation(raw):
        raw = raw.rstrip(".")
    if not raw.strip("-"):
        return None
    return Word(at, at + len(raw), raw, tokens.word_key(raw))


def _is_abbreviation(raw: str) -> bool:
    key = tokens.word_key(raw)
    is_initials = all(len(part) <= 1 for part in raw.split("."))
    return not raw.endswith("..") and (is_initials or key in vocabulary.HONORIFICS or key in vocabulary.MARKERS)


def words_at(page: Page, slots: Slots, at: int) -> Iterator[Word]:
    """Give the words from this place on that only blanks part from each other."""
    for _ in range(MOST_WORDS + 1):
        word = word_at(page, slots, at)
        if word is None:
            return
        yield word
        at = skip(page.text, word.end)
        if at == word.end:
            return


def unbroken(page: Page, slots: Slots, at: int) -> list[Word]:
    """Give the words from this place on up to the first sign."""
    return list(words_at(page, slots, at))


def read(page: Page, slots: Slots, at: int) -> Name:
    """Collect the words at text[at:] that can name one person or company."""
    said = list(words_at(page, slots, at))
    has_capitals = bool(said) and has_capital(said[0].raw) and not page.is_shouted
    for count in range(min(len(said), MOST_WORDS)):
        stop = _stop_before(page, slots, said, count, has_capitals=has_capitals)
        if stop:
            return _trimmed(said[:count], stop, has_capitals=has_capitals)
    if len(said) > MOST_WORDS:
        return _trimmed(said[:MOST_WORDS], Stop.PROSE, has_capitals=has_capitals)
    return _trimmed(said, sign_after(page, slots, said[-1].end) if said else Stop.OTHER, has_capitals=has_capitals)


def segment(page: Page, slots: Slots, at: int) -> Name:
    """Collect every word up to a sign, a date or "no answer": what a company after a comma may be."""
    said = list(words_at(page, slots, at))
    has_capitals = bool(said) and has_capital(said[0].raw)
    for count, word in enumerate(said):
        if kinds.starts_attempt(said, count):
            return Name(words=tuple(said[:count]), stop=Stop.ATTEMPT, has_capitals=has_capitals)
        if is_date(page, word):
            return Name(words=tuple(said[:count]), stop=Stop.DATE, has_capitals=has_capitals)
    stop = sign_after(page, slots, said[-1].end) if said else Stop.OTHER
    is_long = len(said) > MOST_WORDS
    return Name(words=tuple(said), stop=Stop.PROSE if is_long else stop, has_capitals=has_capitals)


def has_capital(raw: str) -> bool:
    """Whether it is written like a name; scripts without capitals (Chinese, Arabic, Hebrew) name people too."""
    letters = [char for char in raw[:_LETTERS_LOOKED_AT] if char.isalpha()]
    return any(char.isupper() for char in letters) or (bool(letters) and not any(char.islower() for char in letters))


def is_function(word: Word) -> bool:
    return word.key in vocabulary.FUNCTION_WORDS and word.key not in vocabulary.PARTICLES


def can_start(word: Word) -> bool:
    """Whether a second person, or a company, may begin with this word."""
    return bool(word.key) and word.key not in vocabulary.FUNCTION_WORDS and not word.raw.isdecimal()


def is_date(page: Page, word: Word) -> bool:
    """Whether a date begins at this word."""
    if not atoms.may_start_date(word.key) or (word.key in _NAMES_OF_DAYS and has_capital(word.raw)):
        return False
    roles = (dates.Role.FUTURE, dates.Role.PAST)
    return any(atoms.date_at(page, word.start, role, marked=False, end=page.end_of_first) for role in roles)


def sign_after(page: Page, slots: Slots, end: int) -> Stop:
    """Say what stands after a name."""
    at = skip(page.text, end)
    if at >= limit(page, slots, end) or is_key_at(slots, at):
        return Stop.END
    if is_separator(page.text, at) or (page.text.startswith("- ", at) and at > end):
        return Stop.CLOSER
    return {",": Stop.COMMA, "(": Stop.BRACKET}.get(page.text[at], Stop.OTHER)


def _stop_before(page: Page, slots: Slots, said: Sequence[Word], count: int, *, has_capitals: bool) -> Stop | None:
    word = said[count]
    if kinds.starts_attempt(said, count):
        return Stop.ATTEMPT
    if count == 0:
        is_name = has_capitals or not is_function(word)
        return None if is_name and not word.raw.isdecimal() else Stop.PROSE
    is_small = not has_capitals or not has_capital(word.raw)
    if is_small and (word.key in vocabulary.JOINS or word.raw == "+"):
        return Stop.JOIN
    if is_date(page, word):
        return Stop.DATE
    if is_small and word.key in vocabulary.COMPANY_JOINS:
        return Stop.COMPANY
    if has_capitals:
        return _stop_after_capitals(page, slots, said, count)
    return Stop.PROSE if is_function(word) or word.raw.strip("x×").isdecimal() else None


def _stop_after_capitals(page: Page, slots: Slots, said: Sequence[Word], count: int) -> Stop | None:
    word = said[count]
    if word.raw.isdecimal() and count == len(said) - 1 and sign_after(page, slots, word.end) is Stop.CLOSER:
        return None  # Studio 54
    if has_capital(word.raw):
        return Stop.PROSE if word.key in _STRONG_WORDS else None
    following = said[count + 1 : count + 3]
    names_follow = any(has_capital(later.raw) for later in following[:1]) or (
        len(following) > 1 and following[0].key in vocabulary.PARTICLES and has_capital(following[1].raw)
    )
    is_between = word.key in vocabulary.PARTICLES or word.raw == "&"
    return None if is_between and names_follow else Stop.PROSE


def _trimmed(said: Sequence[Word], stop: Stop, *, has_capitals: bool) -> Name:
    """Drop the particles at the end: "Ana de" is Ana."""
    kept = list(said)
    while len(kept) > 1 and _only_joins(kept[-1]):
        kept.pop()
        stop = Stop.PROSE
    return Name(words=tuple(kept), stop=stop, has_capitals=has_capitals)


def _only_joins(word: Word) -> bool:
    return word.raw == "&" or (word.raw.islower() and word.key in vocabulary.PARTICLES)
