"""What happened or is meant to: the kind of a line, read from its first words in any of the three languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from handlers.grammar import vocabulary
from handlers.grammar.tokens import Span, Word
from handlers.grammar.vocabulary import Phrases, Said

__all__ = ["Form", "Kind", "KindWord", "is_attempt", "read", "starts_attempt"]


class Kind(StrEnum):
    MEETING = "meeting"
    CALL = "call"
    EMAIL = "email"
    VISIT = "visit"
    DEMO = "demo"
    MESSAGE = "message"
    NOTE = "note"


class Form(StrEnum):
    PAST = "past"  # "met", "liguei": it happened
    PLAN = "plan"  # "call", "reunión": it happened if something follows, it is planned if a future date does


# The kinds somebody can fail to answer; "no answer" in a note about anything else is prose.
_CAN_FAIL = frozenset({Kind.CALL, Kind.MESSAGE, Kind.EMAIL, Kind.VISIT, Kind.DEMO, Kind.MEETING})
_CLAUSE_ENDS = ",;.:!?"
_LONGEST_CLAUSE = 12
_FOLLOW_UP = "follow-up"
_MOST_OPENERS = 4
_MOST_BEFORE_NOUN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class KindWord:
    """A kind as it was said; without one it is a follow-up ("check in with Ana friday").

    is_planned: words before it say so ("need to call"). is_attempt: it says that nobody was reached.
    which: the words that say more of it ("a great meeting"); they are the note's.
    """

    kind: Kind | None
    form: Form
    language: str
    span: Span
    is_planned: bool = False
    is_attempt: bool = False
    which: Span | None = None


class _Found(NamedTuple):
    said: Said
    form: Form
    length: int
    is_attempt: bool = False
    which: Span | None = None


class _Openers(NamedTuple):
    """The words before the kind, and what they make of it."""

    length: int = 0
    is_after: bool = False
    is_planned: bool = False


def read(said: Sequence[Word], language: str, own: Mapping[str, Kind] | None = None) -> KindWord | None:
    """Read the kind at the start of these words; `own` are the company's words for kinds, `language` settles ties."""
    openers = _openers(said)
    found = _found(said, openers.length, language, own or {})
    if found is None and openers.length:
        # "to" alone, or a name such as Will: the openers were none.
        openers = _Openers()
        found = _found(said, 0, language, own or {})
    if found is None or (openers.is_planned and found.form is Form.PAST):
        return None
    kind = None if found.said.meaning == _FOLLOW_UP else Kind(found.said.meaning)
    return KindWord(
        kind=kind,
        # Nobody plans a note.
        form=Form.PAST if openers.is_after or kind is Kind.NOTE else found.form,
        language=found.said.language,
        span=Span(start=said[0].start, end=_end_of(said[openers.length + found.length - 1])),
        is_planned=openers.is_planned,
        is_attempt=found.is_attempt,
        which=found.which,
    )


def _openers(said: Sequence[Word]) -> _Openers:
    at, is_after, is_planned = 0, False, False
    for _ in range(_MOST_OPENERS):
        if after := vocabulary.AFTER_OPENERS.find(said, at):
            at, is_after = at + after[1], True
        elif plan := vocabulary.PLAN_OPENERS.find(said, at):
            at, is_planned = at + plan[1], True
        elif opener := vocabulary.OPENERS.find(said, at):
            at += opener[1]
        else:
            break
    return _Openers(at, is_after, is_planned)


def _found(said: Sequence[Word], at: int, language: str, own: Mapping[str, Kind]) -> _Found | None:
    """Give the longest kind phrase that starts at this word."""
    if at >= len(said):
        return None
    if kind := own.get(said[at].key):
        return _Found(Said(meaning=kind, language=language), Form.PAST, 1)
    best: _Found | None = None
    for table, form, is_attempt in _TABLES:
        found = table.find(said, at)
        if found and (best is None or found[1] > best.length):
            best = _Found(_in_language(found[0], language), form, found[1], is_attempt)
    return best or _had(said, at, language) or _which(said, at, language)


def _had(said: Sequence[Word], at: int, language: str) -> _Found | None:
    """Read "had a great meeting", "tive uma ótima reunião": a noun soon after makes it a log."""
    had = vocabulary.HAD.find(said, at)
    if had is None:
        return None
    first = at + had[1]
    has_article = first < len(said) and said[first].key in vocabulary.HAD_WHICH
    return _noun(said, at, first + has_article, _MOST_BEFORE_NOUN if has_article else 0, (Form.PAST, language))


def _which(said: Sequence[Word], at: int, language: str) -> _Found | None:
    """Read "quick call with Ana"."""
    if said[at].key not in vocabulary.WHICH:
        return None
    return _noun(said, at, at, _MOST_BEFORE_NOUN, (Form.PLAN, language))


def _noun(said: Sequence[Word], at: int, first: int, most: int, reading: tuple[Form, str]) -> _Found | None:
    form, language = reading
    for place in range(first, min(first + most + 1, len(said))):
        found = vocabulary.PLAN.find(said, place)
        if found and found[0][0].meaning != _FOLLOW_UP:
            which = Span(start=said[first].start, end=said[place - 1].end) if place > first else None
            return _Found(_in_language(found[0], language), form, place - at + found[1], which=which)
    return None


def _in_language(meanings: Sequence[Said], language: str) -> Said:
    return next((meaning for meaning in meanings if meaning.language == language), meanings[0])


def _end_of(word: Word) -> int:
    return word.start + len(word.raw.rstrip(_CLAUSE_ENDS))


_TABLES: tuple[tuple[Phrases[Said], Form, bool], ...] = (
    (vocabulary.PAST, Form.PAST, False),
    (vocabulary.TRIED, Form.PAST, True),
    (vocabulary.PLAN, Form.PLAN, False),
)


# --- attempts --------------------------------------------------------------------------------------------


def starts_attempt(said: Sequence[Word], at: int = 0) -> bool:
    """Whether "no answer", "caixa postal" and the like begin at this word, as a statement of their own."""
    found = vocabulary.ATTEMPTS.find(said, at)
    if found is None:
        return False
    last = at + found[1]
    if last >= len(said) or said[last - 1].raw[-1] in _CLAUSE_ENDS:
        return True
    return said[last].key not in vocabulary.ATTEMPT_DENIED


def is_attempt(kind: Kind | None, note: Sequence[Word]) -> bool:
    """Whether the note says that nobody was reached: at its start, after words such as "twice, " or "mas"."""
    if kind not in _CAN_FAIL:
        return False
    for at, word in enumerate(note[:_LONGEST_CLAUSE]):
        if starts_attempt(note, at):
            return True
        if any(map(str.isalnum, word.key)) and word.key not in vocabulary.ATTEMPT_LEADS:
            return False
    return False
