"""Remind phrases: "remind me friday 10h to send the quote", "me lembra amanhã de ligar", "recuérdame el lunes"."""

import re

from handlers.grammar import atoms, dates, tokens, vocabulary
from handlers.grammar.atoms import Atom, Mark, Page, Plain, Trouble
from handlers.grammar.tokens import Span, Word

__all__ = ["after_link", "read"]

_CLAUSE_ENDS = ",.;:!?\n-"
_CLAUSE = re.compile(r"[.;](?=\s|$)|\n|\s[#>!@]\w")
_LONGEST = 300
_MOST_WORDS = 16


def read(page: Page, word: Word, at: int, place: int) -> Atom | None:
    """Read the remind phrase at text[at:], if a clause begins there; `place` is where the slot before it ended."""
    is_first = not page.text[:at].strip()
    is_bare = is_first and vocabulary.REMIND_BARE.starts(word.key)
    if not (is_bare or vocabulary.REMIND.starts(word.key)) or not _begins_clause(page.text, at, place):
        return None
    if not page.budget.allows("reminders"):
        return None
    said = list(tokens.words(page.text, at, min(at + _LONGEST, atoms.end_of_line(page.text, at))))
    phrase = vocabulary.REMIND.find(said) or (vocabulary.REMIND_BARE.find(said) if is_first else None)
    if phrase is None or phrase[1] >= len(said):
        return None
    rest = said[phrase[1] :]
    return _date_first(page, at, rest) or _title_first(page, at, rest) or _left(phrase[1], said, is_bare=is_bare)


def after_link(text: str, start: int, end: int) -> int:
    """Step over the "to" of "to send the quote"."""
    first = next(tokens.words(text, start, end), None)
    if first is None or first.key not in vocabulary.REMIND_LINKS or first.end >= end:
        return start
    return end - len(text[first.end : end].lstrip())


def _begins_clause(text: str, at: int, place: int) -> bool:
    before = text[:at].rstrip(" \t")
    return not before or before[-1] in _CLAUSE_ENDS or (place > 0 and not text[place:at].strip())


def _date_first(page: Page, at: int, rest: list[Word]) -> Atom | None:
    end = atoms.end_of_line(page.text, at)
    found = atoms.date_at(page, rest[0].start, dates.Role.FUTURE, marked=True, end=end)
    if found is None:
        return None
    value, date_end = found
    span = Span(start=at, end=date_end)
    if isinstance(value, dates.DateProblem):
        problem = atoms.date_problem(page, value, Span(start=rest[0].start, end=date_end))
        return Trouble(span=span, problem=problem)
    return Mark(span=span, moment=value, is_reminder=True)


def _title_first(page: Page, at: int, rest: list[Word]) -> Atom | None:
    """Read "remind me to send the quote friday 10h": the date closes the clause, or stands inside it."""
    if len(rest) < 2 or rest[0].key not in vocabulary.REMIND_LINKS:  # noqa: PLR2004 - a link and a word
        return None
    start = rest[1].start
    end = _clause_end(page.text, start)
    for word in rest[2:_MOST_WORDS]:
        if word.start >= end or not atoms.may_start_date(word.key):
            continue
        found = atoms.date_at(page, word.start, dates.Role.FUTURE, marked=False, end=end)
        if found and isinstance(found[0], dates.Moment):
            before = Span(
                start=start, end=word.start - len(page.text[: word.start]) + len(page.text[: word.start].rstrip())
            )
            return Mark(span=Span(start=at, end=found[1]), moment=found[0], before=before, is_reminder=True)
    return None


def _clause_end(text: str, start: int) -> int:
    end = min(start + _LONGEST, len(text))
    match = _CLAUSE.search(text, start, end)
    return match.start() if match else end


def _left(count: int, said: list[Word], *, is_bare: bool) -> Atom | None:
    """Leave "remind me" without a date in the text, and say so."""
    return None if is_bare else Plain(span=Span(start=said[0].start, end=said[count - 1].end))
