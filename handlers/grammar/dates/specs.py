"""What a phrase says before the clock is looked at: parts of a date as the parsers hand them on."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum
from typing import Generic, NamedTuple, TypeVar

from handlers.grammar import date_words as words
from handlers.grammar.dates.moments import Granularity
from handlers.grammar.scan import Tokens


class Trust(IntEnum):
    """How much a phrase looks like a date by itself."""

    MARKED = 0  # only where a date is expected: after `!`, `on:`, a remind phrase, or as a whole answer
    CLOSED = 1  # elsewhere only if the phrase ends there: "2/3 of the team" is none
    SURE = 2


@dataclass(frozen=True, slots=True)
class RelativeDay:
    days: int


@dataclass(frozen=True, slots=True)
class Weekday:
    day: int
    which: str | None = None
    weeks: int = 0  # with `which` None: of the calendar week so many weeks away


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day with or without month, year and weekday; without month the nearest such day."""

    day: int
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    months: int | None = None  # "5 of next month"


@dataclass(frozen=True, slots=True)
class Slashed:
    """Two numbers whose order the language and the country tell."""

    first: int
    second: int
    year: int | None = None
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class WholeMonth:
    month: int
    year: int | None = None
    which: str | None = None
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """So many days, weeks ...; `way` is -1 for ago, 1 for ahead, 0 for the role's direction."""

    count: int
    unit: str
    way: int = 0
    weekday: int | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """A week, month, quarter or year so many away, by its first working day or first day, or its end."""

    unit: Granularity
    away: int
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class Quarter:
    number: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Weekend:
    away: int


@dataclass(frozen=True, slots=True)
class Exact:
    day: date


@dataclass(frozen=True, slots=True)
class Impossible:
    """A year-month-day that does not exist."""

    year: int
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class TuesdayOrMarch:
    """The word `mar` alone."""


Day = (
    RelativeDay
    | Weekday
    | MonthDay
    | Slashed
    | WholeMonth
    | Span
    | Period
    | Quarter
    | Weekend
    | Exact
    | Impossible
    | TuesdayOrMarch
)


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of day; `is_exact` when am, pm, a part of day or the hour itself leaves no second reading."""

    hour: int
    minute: int = 0
    second: int = 0
    is_exact: bool = False
    granularity: Granularity = "minute"
    days: int | None = None  # "tonight" and "last night" bring their day
    is_end_of_day: bool = False

    @property
    def is_valid(self) -> bool:
        return self.hour < 24 and self.minute < 60 and self.second < 60  # noqa: PLR2004 - a clock


@dataclass(frozen=True, slots=True)
class Duration:
    seconds: int
    way: int = 0


@dataclass(frozen=True, slots=True)
class HourOrDuration:
    """`2h`, `10h30` alone: an hour of the clock or a length of time."""

    hour: int
    minute: int = 0


@dataclass(frozen=True, slots=True)
class BareNumber:
    """A number that may be an hour or a day; with a day before it, an hour or nothing."""

    number: int
    day: Day | None = None


@dataclass(frozen=True, slots=True)
class BareM:
    """`5m`: minutes or months?"""

    count: int
    way: int = 0


@dataclass(frozen=True, slots=True)
class Now:
    """Just now."""


@dataclass(frozen=True, slots=True)
class Instant:
    """A full ISO date and time, with its offset where one was typed."""

    local: datetime


@dataclass(frozen=True, slots=True)
class DayAndHour:
    day: Day | None
    hour: Hour | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A recurrence as typed: every so many units, on these days, at this hour, from that start."""

    unit: str
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    month_day: int | None = None  # -1 is the last
    month: int | None = None
    nth: int | None = None  # of the weekday in the month
    hour: Hour | None = None
    start: DayAndHour | None = None


Phrase = DayAndHour | Duration | HourOrDuration | BareNumber | BareM | Now | Instant | Series

_T_co = TypeVar("_T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Match(Generic[_T_co]):
    """A part of a phrase, the index after its last token, and how far it may be trusted."""

    spec: _T_co
    end: int
    trust: Trust = Trust.SURE


class Led(NamedTuple):
    """The place after the words that may stand before a date, and whether they settle a doubtful one."""

    place: int
    is_strong: bool = False
    is_marked_only: bool = False


def after_leads(tokens: Tokens, index: int) -> Led:
    """Step over `on`, `by`, `no dia`, `el` ..."""
    if found := words.STRONG_LEADS.find(tokens, index):
        return Led(found[1], is_strong=True)
    if found := words.WEAK_LEADS.find(tokens, index):
        return Led(found[1])
    if found := words.MARKED_LEADS.find(tokens, index):
        return Led(found[1], is_marked_only=True)
    if tokens[index].text == words.CONTRACTED_LEAD and tokens[index + 1].text in words.AFTER_CONTRACTED:
        return Led(index + 1)
    return Led(index)
