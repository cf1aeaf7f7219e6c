"""What happened or is meant to: the kind of a line, read from its first words in any of the three languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True, slots=True, kw_only=True)
class KindWord:
    """A kind as it was said; `is_planned` when words before it say so ("need to call")."""

    kind: Kind
    form: Form
    language: str
    span: Span
    is_planned: bool = False


def read(said: Sequence[Word], language: str, own: Mapping[str, Kind] | None = None) -> KindWord | None:
    """Read the kind at the start of these words; `own` are the company's words for kinds, `language` settles ties."""
    at, is_after, is_planned = _openers(said)
    found = _kind_at(said, at, language, own or {})
    if found is None and at:
        # "to" alone, or a name such as Will: the openers were none.
        at, is_after, is_planned = 0, False, False
        found = _kind_at(said, 0, language, own or {})
    if found is None:
        return None
    word, count = found
    if is_planned and word.form is Form.PAST:
        return None
    # Nobody plans a note.
    form = Form.PAST if is_after or word.kind is Kind.NOTE else word.form
    span = Span(start=said[0].start, end=_end_of(said[at + count - 1]))
    return KindWord(kind=word.kind, form=form, language=word.language, span=span, is_planned=is_planned)


def _openers(said: Sequence[Word]) -> tuple[int, bool, bool]:
    at, is_after, is_planned = 0, False, False
    for _ in range(4):
        if after := vocabulary.AFTER_OPENERS.find(said, at):
            at, is_after = at + after[1], True
        elif plan := vocabulary.PLAN_OPENERS.find(said, at):
            at, is_planned = at + plan[1], True
        elif opener := vocabulary.OPENERS.find(said, at):
            at += opener[1]
        else:
            break
    return at, is_after, is_planned


def _kind_at(said: Sequence[Word], at: int, language: str, own: Mapping[str, Kind]) -> tuple[KindWord, int] | None:
    if at >= len(said):
        return None
    if kind := own.get(said[at].key):
        return _word(said, at, 1, kind, Form.PAST, language), 1
    tables: tuple[tuple[Form, Phrases[Said]], ...] = ((Form.PAST, vocabulary.PAST), (Form.PLAN, vocabulary.PLAN))
    best: tuple[KindWord, int] | None = None
    for form, table in tables:
        found = table.find(said, at)
        if found and (best is None or found[1] > best[1]):
            meaning = _in_language(found[0], language)
            best = _word(said, at, found[1], Kind(meaning.meaning), form, meaning.language), found[1]
    return best


def _word(said: Sequence[Word], at: int, count: int, kind: Kind, form: Form, language: str) -> KindWord:
    span = Span(start=said[at].start, end=_end_of(said[at + count - 1]))
    return KindWord(kind=kind, form=form, language=language, span=span)


def _in_language(meanings: Sequence[Said], language: str) -> Said:
    return next((meaning for meaning in meanings if meaning.language == language), meanings[0])


def _end_of(word: Word) -> int:
    return word.start + len(word.raw.rstrip(_CLAUSE_ENDS))


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
        if word.key and word.key not in vocabulary.ATTEMPT_LEADS:
            return False
    return False
