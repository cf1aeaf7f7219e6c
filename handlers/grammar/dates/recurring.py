"""From a recurrence as typed to its RRULE and its first occurrence."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from handlers.grammar import date_words as words
from handlers.grammar.dates import choices
from handlers.grammar.dates.moments import Clock, DateProblem, Granularity, Moment, Reason, Role, at_local
from handlers.grammar.dates.specs import Hour, Series
from storage import times

_DAY_NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES = {
    words.HOUR: "HOURLY",
    words.DAY: "DAILY",
    words.WEEK: "WEEKLY",
    words.MONTH: "MONTHLY",
    words.YEAR: "YEARLY",
}
_EARLY, _NOON = 7, 12
_SHORTEST_MONTH = 28
_FIRST_DAY = date(2024, 1, 1)  # of the month, so that only a typed day is looked at
_ONE_DAY = timedelta(days=1)  # to look from before the first occurrence: a second could lie in the same gap


def place(series: Series, clock: Clock, typed: str) -> Moment | DateProblem:
    """Make the moment of the first occurrence, with its rule."""
    if series.unit not in _FREQUENCIES:
        return DateProblem(typed=typed, reason=Reason.TOO_OFTEN)
    if series.hour is not None and not series.hour.is_valid:
        return DateProblem(typed=typed, reason=Reason.IMPOSSIBLE_TIME)
    if series.month and max(series.month_days, default=0) > _longest(series.month):
        return DateProblem(typed=typed, reason=Reason.IMPOSSIBLE, last_day=_longest(series.month), month=series.month)
    series = _with_own_day(series, clock)
    rule = rule_of(series)
    first = _first(series, rule, clock)
    if first is None:
        return DateProblem(typed=typed, reason=Reason.TOO_FAR)
    granularity: Granularity = "day" if series.hour is None and series.unit != words.HOUR else "minute"
    moment = at_local(first, clock, granularity, typed, rings=series.hour is not None)
    # The rule keeps the hour as typed, even if the first occurrence falls into a gap.
    return replace(moment, local=first, rule=rule)


def _with_own_day(series: Series, clock: Clock) -> Series:
    """Keep the 31st for "every month" typed on a 31st, though the next month may be shorter."""
    day = clock.local.day
    is_bare = series.unit == words.MONTH and not series.weekdays and not series.month_days and series.start is None
    return series._replace(month_days=(day,)) if is_bare and day > _SHORTEST_MONTH else series


def _longest(month: int) -> int:
    return times.month_length(2024, month)  # a leap year


def rule_of(series: Series) -> str:
    """Write the RRULE; a month without the day takes its last."""
    parts = [f"FREQ={_FREQUENCIES[series.unit]}"]
    if series.interval > 1:
        parts.append(f"INTERVAL={series.interval}")
    if series.weekdays:
        nth = "" if series.nth is None else str(series.nth)
        parts.append("BYDAY=" + ",".join(nth + _DAY_NAMES[day] for day in series.weekdays))
    if series.month:
        parts.append(f"BYMONTH={series.month}")
    if series.month_days:
        parts.append("BYMONTHDAY=" + ",".join(str(day) for day in series.month_days))
    return times.last_day_rule(";".join(parts), datetime.combine(_FIRST_DAY, time.min))


def _first(series: Series, rule: str, clock: Clock) -> datetime | None:
    """Find the first occurrence after now, or on or after a typed start."""
    at = _time(series.hour, clock)
    if series.start is not None:
        return _from_start(series, rule, clock, at)
    now = clock.local
    if series.unit == words.HOUR:
        return (now + timedelta(hours=series.interval)).replace(minute=0, second=0)
    start = datetime.combine(_start_day(series, now, at), at)
    return times.next_occurrence(rule, start, start - _ONE_DAY, clock.zone)


def _start_day(series: Series, now: datetime, at: time) -> date:
    """The day from which to look: "every 2 weeks" begins in two weeks, "every monday" on the next one."""
    today = now.date()
    if series.weekdays or series.month_days:
        is_today_open = series.hour is not None and at > now.time()
        return today if is_today_open and not series.weekdays else today + timedelta(days=1)
    if series.unit == words.DAY:
        is_today_open = series.interval == 1 and series.hour is not None and at > now.time()
        return today if is_today_open else today + timedelta(days=series.interval)
    if series.unit == words.WEEK:
        return today + timedelta(weeks=series.interval)
    months = series.interval * (12 if series.unit == words.YEAR else 1)
    return times.add_months(today, months)


def _from_start(series: Series, rule: str, clock: Clock, at: time) -> datetime | None:
    start = series.start
    if start is None or start.day is None:
        return None
    found = choices.resolve(start.day, Role.FUTURE, clock)
    if isinstance(found, choices.NoDay):
        return None
    local = datetime.combine(found.dates[0], at if start.hour is None else _time(start.hour, clock))
    first = times.next_occurrence(rule, local, local - _ONE_DAY, clock.zone)
    return first if first and times.resolve(first, clock.zone) > clock.now else None


def _time(hour: Hour | None, clock: Clock) -> time:
    if hour is None:
        return clock.default_time
    typed = time(hour.hour, hour.minute, hour.second)
    is_early = not hour.is_exact and 1 <= hour.hour < _EARLY
    is_quiet = times.in_quiet_hours(datetime.combine(clock.local.date(), typed), clock.quiet_start, clock.quiet_end)
    return typed.replace(hour=hour.hour + _NOON) if is_early and is_quiet else typed
