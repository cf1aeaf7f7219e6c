"""What a phrase says before the clock is looked at: parts of a date as the parsers hand them on."""

from collections.abc import Iterator
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


class RelativeDay(NamedTuple):
    days: int


class Weekday(NamedTuple):
    day: int
    which: str | None = None
    weeks: int = 0  # with `which` None: of the calendar week so many weeks away


class MonthDay(NamedTuple):
    """A day with or without month, year and weekday; without month the nearest such day."""

    day: int
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    months: int | None = None  # "5 of next month"


class Slashed(NamedTuple):
    """Two numbers whose order the language and the country tell."""

    first: int
    second: int
    year: int | None = None
    weekday: int | None = None


class WholeMonth(NamedTuple):
    month: int
    year: int | None = None
    which: str | None = None
    is_end: bool = False


class Span(NamedTuple):
    """So many days, weeks ...; `way` is -1 for ago, 1 for ahead, 0 for the role's direction."""

    number: int
    unit: str
    way: int = 0
    weekday: int | None = None


class Period(NamedTuple):
    """A week, month, quarter or year so many away, by its first working day or first day, or its end."""

    unit: Granularity
    away: int
    is_end: bool = False


class Quarter(NamedTuple):
    number: int
    year: int | None = None
    is_end: bool = False


class Weekend(NamedTuple):
    away: int


class Exact(NamedTuple):
    day: date


class Impossible(NamedTuple):
    """A year-month-day that does not exist."""

    year: int
    month: int
    day: int


class TuesdayOrMarch(NamedTuple):
    """The word `mar` alone."""


class Shifted(NamedTuple):
    """So many weeks from another day."""

    day: "Weekday | RelativeDay | MonthDay"
    span: Span


Day = (
    Shifted
    | RelativeDay
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


class Hour(NamedTuple):
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


class Duration(NamedTuple):
    seconds: int
    way: int = 0


class HourOrDuration(NamedTuple):
    """`2h`, `10h30` alone: an hour of the clock or a length of time."""

    hour: int
    minute: int = 0


class BareNumber(NamedTuple):
    """A number that may be an hour or a day; with a day before it, an hour or nothing."""

    number: int
    day: Day | None = None


class BareM(NamedTuple):
    """`5m`: minutes or months?"""

    number: int
    way: int = 0


class Vague(NamedTuple):
    """A time that names no day: `this week`, `in a few days`; asked, with these to offer."""

    offers: "tuple[DayAndHour | Duration, ...]"


class Now(NamedTuple):
    """Just now."""


class Instant(NamedTuple):
    """A full ISO date and time, with its offset where one was typed."""

    local: datetime


class DayAndHour(NamedTuple):
    day: Day | None
    hour: Hour | None


class Series(NamedTuple):
    """A recurrence as typed: every so many units, on these days, at this hour, from that start."""

    unit: str
    interval: int = 1
    weekdays: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()  # -1 is the last
    month: int | None = None
    nth: int | None = None  # of the weekday in the month
    hour: Hour | None = None
    start: DayAndHour | None = None


Phrase = Vague | DayAndHour | Duration | HourOrDuration | BareNumber | BareM | Now | Instant | Series

_T_co = TypeVar("_T_co", covariant=True)


class Match(NamedTuple, Generic[_T_co]):
    """A part of a phrase, the index after its last token, and how far it may be trusted."""

    spec: _T_co
    end: int
    trust: Trust = Trust.SURE


class Led(NamedTuple):
    """The place after the words that may stand before a date, and whether they settle a doubtful one."""

    place: int
    is_strong: bool = False
    is_marked_only: bool = False


def leads(tokens: Tokens, index: int) -> Iterator[Led]:
    """Give each way to step over `on`, `by`, `hasta el` ...; "hasta el 25" needs its article."""
    for _, place in words.STRONG_LEADS.find_all(tokens, index):
        yield Led(place, is_strong=True)
    for _, place in words.WEAK_LEADS.find_all(tokens, index):
        yield Led(place)
    for _, place in words.MARKED_LEADS.find_all(tokens, index):
        yield Led(place, is_marked_only=True)
    if tokens[index].text == words.CONTRACTED_LEAD and tokens[index + 1].text in words.AFTER_CONTRACTED:
        yield Led(index + 1)
