"""What a date phrase is read with and what it becomes: Clock in, Moment or DateProblem out."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Literal

from storage import times

Language = Literal["en", "pt", "es"]
Granularity = Literal["second", "minute", "part", "day", "week", "month", "quarter", "year"]


class Role(StrEnum):
    """Which way a phrase looks: an interaction back, a follow-up ahead."""

    PAST = "past"
    FUTURE = "future"


class Note(StrEnum):
    """Why the card says more than the date."""

    WEEKEND = "weekend"  # kept; the next working day is offered
    HOLIDAY = "holiday"  # likewise
    AFTERNOON = "afternoon"  # an hour from 1 to 6 was read as afternoon; the early one is offered
    GAP = "gap"  # the clock jumps over that time; the first valid one was taken


class Reason(StrEnum):
    """Why a phrase that looks like a date is asked about."""

    IMPOSSIBLE = "impossible"  # no such day; `last_day` and `month` say why
    IMPOSSIBLE_TIME = "impossible_time"
    AMBIGUOUS = "ambiguous"
    DAY_OR_HOUR = "day_or_hour"  # a bare number
    DAY_OR_MONTH = "day_or_month"  # 5/6
    MINUTES_OR_MONTHS = "minutes_or_months"  # a bare m
    WRONG_WEEKDAY = "wrong_weekday"  # that date is another weekday
    PAST = "past"  # a follow-up that lies in the past
    FUTURE = "future"  # an interaction that lies in the future
    VAGUE = "vague"  # this week, in a few days
    TOO_FAR = "too_far"
    TOO_OFTEN = "too_often"


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The moment and the habits of the person who types."""

    now: datetime  # aware UTC
    zone: str
    language: Language = "en"
    country: str | None = None
    default_time: time = time(9)
    quiet_start: time = time(20)
    quiet_end: time = time(8)
    quiet_days: frozenset[int] = frozenset()

    @property
    def local(self) -> datetime:
        """The wall clock now, naive, to the second."""
        return times.to_local(self.now, self.zone).replace(microsecond=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A point in time as a person named it: the wall clock is the truth, for durations the instant is."""

    local: datetime  # naive
    zone: str
    instant: datetime  # aware UTC
    granularity: Granularity
    typed: str
    is_duration: bool = False
    rings: bool = False  # a typed clock time, part of day or duration rings in quiet hours
    others: tuple["Moment", ...] = ()
    note: Note | None = None
    rule: str | None = None  # RRULE; `local` is its first occurrence


@dataclass(frozen=True, slots=True, kw_only=True)
class DateProblem:
    """A phrase that is a date and cannot be taken as one, with what to offer instead."""

    typed: str
    reason: Reason
    offers: tuple[Moment, ...] = ()
    last_day: int | None = None  # of `month`, where the day is past it
    month: int | None = None


def at_local(local: datetime, clock: Clock, granularity: Granularity, typed: str, *, rings: bool = False) -> Moment:
    """Make the moment of a wall-clock time; one that does not exist becomes the first that does."""
    instant = times.resolve(local, clock.zone)
    shown = times.to_local(instant, clock.zone)
    return Moment(
        local=shown,
        zone=clock.zone,
        instant=instant,
        granularity=granularity,
        typed=typed,
        rings=rings,
        note=None if shown == local else Note.GAP,
    )


def after_seconds(seconds: int, clock: Clock, typed: str) -> Moment:
    """Make the moment some seconds from now; never earlier than promised, so a part of a second counts as one."""
    whole = clock.now.astimezone(UTC).replace(microsecond=0)
    now = whole + timedelta(seconds=1) if clock.now.microsecond and seconds > 0 else whole
    instant = now + timedelta(seconds=seconds)
    return Moment(
        local=times.to_local(instant, clock.zone),
        zone=clock.zone,
        instant=instant,
        granularity="minute" if seconds % 60 == 0 else "second",
        typed=typed,
        is_duration=True,
        rings=True,
    )
