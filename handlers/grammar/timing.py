"""When it happened, or when it is to: the dates of the head, read the way its kind looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from handlers.grammar import atoms, dates, vocabulary
from handlers.grammar.atoms import Page
from handlers.grammar.head import Head, When
from handlers.grammar.kinds import Form, KindWord
from handlers.grammar.problems import Problem, ProblemKind
from handlers.grammar.slots import Slot
from handlers.grammar.tokens import Span

__all__ = ["Timing", "settle"]

_FAR_AHEAD = timedelta(days=180)  # "meeting 12nov", said on the 24th, is last week's and not next year's


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """At most one of `happened` and `planned`, or what must be asked."""

    happened: Slot[dates.Moment] | None = None
    planned: Slot[dates.Moment] | None = None
    problems: tuple[Problem, ...] = ()
    asks_plan: bool = False  # a plan was meant, and which day it is for must be asked


def settle(page: Page, head: Head, said_on: Sequence[Slot[dates.Moment]], *, tells: bool) -> Timing:
    """Choose the one moment of a line; `said_on` are its `on:` slots, `tells` whether it says what happened."""
    whens = _joined(page, head.whens)
    spans = [*(slot.span for slot in said_on), *(when.span for when in whens)]
    if len(spans) > 1:
        return Timing(problems=(_two(page, spans),))
    if said_on:
        return Timing(happened=said_on[0])
    if not whens:
        return Timing()
    return _of(page, head.kind, whens[0], tells=tells)


def _joined(page: Page, whens: Sequence[When]) -> Sequence[When]:
    """Read "yesterday met Ana 10h" as one time; the same date said twice is one too."""
    if len(whens) != 2:  # noqa: PLR2004 - a day and its hour
        return whens
    first, second = (page.text[when.span.start : when.span.end] for when in whens)
    span = Span(start=whens[0].span.start, end=whens[1].span.end)
    for phrase in (f"{first} {second}", f"{second} {first}"):
        past, future = (
            dates.read(phrase, role, page.lexicon.clock, marked=False) for role in (dates.Role.PAST, dates.Role.FUTURE)
        )
        if isinstance(past, dates.Moment) or isinstance(future, dates.Moment):
            return [When(past=past, future=future, span=span)]
    return whens


def _two(page: Page, spans: Sequence[Span]) -> Problem:
    ordered = sorted(spans, key=lambda span: span.start)
    whole = Span(start=ordered[0].start, end=ordered[-1].end)
    offers = tuple(_without_others(page.text, whole, ordered, kept) for kept in ordered)
    detail = tuple(page.text[span.start : span.end] for span in ordered)
    return Problem(kind=ProblemKind.TWO_DATES, span=whole, detail=detail, offers=offers)


def _without_others(text: str, whole: Span, spans: Sequence[Span], kept: Span) -> str:
    parts: list[str] = []
    place = whole.start
    for span in spans:
        end = span.end if span is kept else span.start
        parts.append(text[place:end])
        place = span.end
    return " ".join("".join([*parts, text[place : whole.end]]).split())


def _of(page: Page, kind: KindWord | None, when: When, *, tells: bool) -> Timing:
    if kind and kind.form is Form.PLAN and (moment := _planned(page, kind, when, tells=tells)):
        return Timing(planned=Slot(value=moment, span=when.span))
    if isinstance(when.past, dates.Moment):
        return Timing(happened=Slot(value=when.past, span=when.span))
    if isinstance(when.future, dates.Moment):
        return Timing(problems=(_ahead(page, kind, when, when.future),))
    is_plan = kind is not None and kind.form is Form.PLAN and when.future is not None
    problem = when.future if is_plan else when.past or when.future
    if not isinstance(problem, dates.DateProblem):
        return Timing()
    return Timing(problems=(atoms.date_problem(page, problem, when.span),), asks_plan=is_plan)


def _planned(page: Page, kind: KindWord, when: When, *, tells: bool) -> dates.Moment | None:
    """Give the moment ahead, unless the line plainly tells of something behind."""
    if not isinstance(when.future, dates.Moment):
        return None
    if not isinstance(when.past, dates.Moment) or kind.is_planned:
        return when.future
    now = page.lexicon.clock.local
    if tells and when.past.local.date() == now.date():
        return None
    is_nearer_behind = when.future.local - now > _FAR_AHEAD and now - when.past.local < _FAR_AHEAD
    return None if is_nearer_behind else when.future


def _ahead(page: Page, kind: KindWord | None, when: When, moment: dates.Moment) -> Problem:
    """Ask about "met Ana tomorrow": offer the same words as a plan, and as a log of today."""
    if kind is None or kind.kind is None:
        return Problem(kind=ProblemKind.FUTURE_DATE_FOR_LOG, span=when.span, detail=moment)
    whole = Span(start=min(kind.span.start, when.span.start), end=max(kind.span.end, when.span.end))
    noun = vocabulary.PLAN_WORDS[kind.language][kind.kind]
    today = vocabulary.TODAY[kind.language]
    offers = (_replaced(page.text, whole, kind.span, noun), _replaced(page.text, whole, when.span, today))
    return Problem(kind=ProblemKind.FUTURE_DATE_FOR_LOG, span=whole, detail=moment, offers=offers)


def _replaced(text: str, whole: Span, part: Span, new: str) -> str:
    return f"{text[whole.start : part.start]}{new}{text[part.end : whole.end]}"
