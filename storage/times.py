"""Wall-clock time, recurrence, business days and quiet hours: pure functions, used by the grammar and the scheduler."""

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from storage.keys import fold

if TYPE_CHECKING:
    from dateutil.rrule import rrule

WEEKEND: frozenset[int] = frozenset({5, 6})
MIDNIGHT = time(0)
_ONE_DAY = timedelta(days=1)
_DAYS_A_WEEK = 7
_NEW_YEAR = (1, 1)
# A rule that matches nothing (31 February) would be searched up to the year 9999.
_HORIZON = timedelta(days=50 * 366)
_MONTH_DAY = re.compile(r"(?<=BYMONTHDAY=)(29|30|31)(?=;|$)")
_FREQUENCY = re.compile(r"FREQ=([A-Z]+)")
_INTERVAL = re.compile(r"INTERVAL=([0-9]+)")
_SHORT_STEPS = {"HOURLY": timedelta(hours=1), "MINUTELY": timedelta(minutes=1), "SECONDLY": timedelta(seconds=1)}
_SHORT_BY_PARTS = ("COUNT", "BYSETPOS")
_LAST_DAYS = {29: "28,29;BYSETPOS=-1", 30: "28,29,30;BYSETPOS=-1", 31: "-1"}


def is_zone(name: str) -> bool:
    """Whether the time zone database knows the name."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def resolve(local: datetime, zone: str) -> datetime:
    """Give the UTC instant of a wall-clock time.

    A time that does not exist is the first instant after the gap; a doubled one is the first, unless `fold` is set.
    """
    there = ZoneInfo(zone)
    instant = _as_utc(local, there)
    if instant.astimezone(there).replace(tzinfo=None) == local:
        return instant
    return _after_gap(local, there)


def _as_utc(local: datetime, there: ZoneInfo) -> datetime:
    return local.replace(tzinfo=there).astimezone(UTC)


def _after_gap(local: datetime, there: ZoneInfo) -> datetime:
    """Search the instant at which the clock jumped over `local`, to the second."""
    first, second = sorted((_as_utc(local.replace(fold=0), there), _as_utc(local.replace(fold=1), there)))
    low, high = int(first.timestamp()), int(second.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        wall = datetime.fromtimestamp(middle, there).replace(tzinfo=None)
        low, high = (low, middle) if wall >= local else (middle, high)
    return datetime.fromtimestamp(high, UTC)


def to_local(instant: datetime, zone: str) -> datetime:
    """Give the naive wall-clock time of an instant; `fold` tells the second of two equal times."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def add_months(day: date, months: int) -> date:
    """Move by calendar months; a day the month does not have becomes its last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, month_length(year, month + 1)))


def month_length(year: int, month: int) -> int:
    """Count the days of a month."""
    return calendar.monthrange(year, month)[1]


def next_occurrence(rule: str, start_local: datetime, after_local: datetime, zone: str) -> datetime | None:
    """Give the first wall-clock occurrence whose instant is later than that of `after_local`, or None at the end.

    `start_local` is the first occurrence: it gives the time of day and aligns the intervals.
    """
    occurrences = _occurrences(rule, start_local.replace(fold=0), after_local)
    after = resolve(after_local, zone)
    # In the hour a clock is set back, wall time alone would give an occurrence that has passed.
    candidate: datetime | None = occurrences.after(after_local.replace(fold=0) - _ONE_DAY)
    while candidate is not None and resolve(candidate, zone) <= after:
        candidate = occurrences.after(candidate)
    return candidate


def _occurrences(rule: str, start: datetime, after: datetime) -> "rrule":
    from dateutil.rrule import rrule, rrulestr  # lazily: 27 ms at start, needed by series only

    text = last_day_rule(rule, start)
    try:
        parsed = rrulestr(text, dtstart=_aligned_start(text, start, after))
    except (ValueError, KeyError) as error:
        raise ValueError(f"not a recurrence rule: {rule!r}") from error
    if not isinstance(parsed, rrule):
        raise ValueError(f"not a single recurrence rule: {rule!r}")  # noqa: TRY004 - the text is wrong, not its type
    is_endless = "UNTIL" not in text and "COUNT" not in text
    return parsed.replace(until=max(start, after) + _HORIZON) if is_endless else parsed


def last_day_rule(rule: str, start: datetime) -> str:
    """Write a monthly or yearly rule so that a day the month lacks becomes its last day instead of being skipped."""
    text = rule.upper().removeprefix("RRULE:")
    frequency = _FREQUENCY.search(text)
    if frequency is None or frequency[1] not in {"MONTHLY", "YEARLY"}:
        return text
    is_february = "BYMONTH=2;" in f"{text};"
    if "BYMONTHDAY" in text:
        if frequency[1] == "YEARLY" and not is_february:
            return text
        return _MONTH_DAY.sub(lambda found: _LAST_DAYS[int(found[1])], text)
    if "BYDAY" in text or start.day not in _LAST_DAYS:
        return text
    if frequency[1] == "MONTHLY":
        return f"{text};BYMONTHDAY={_LAST_DAYS[start.day]}"
    return f"{text};BYMONTH=2;BYMONTHDAY={_LAST_DAYS[29]}" if (start.month, start.day) == (2, 29) else text


def _aligned_start(text: str, start: datetime, after: datetime) -> datetime:
    """Skip the past of an hourly series in one step: iterating years of hours took seconds."""
    frequency, interval = _FREQUENCY.search(text), _INTERVAL.search(text)
    step = _SHORT_STEPS.get(frequency[1]) if frequency else None
    if step is None or any(part in text for part in _SHORT_BY_PARTS):
        return start
    step *= max(1, int(interval[1])) if interval else 1
    return start + step * max(0, (after - 2 * _ONE_DAY - start) // step)


def is_working_day(day: date, country: str | None = None, weekend: frozenset[int] = WEEKEND) -> bool:
    """Whether business goes on that day: no weekend, no public holiday of the country."""
    return (day.weekday() not in weekend or len(weekend) >= _DAYS_A_WEEK) and not is_holiday(day, country)


def is_holiday(day: date, country: str | None) -> bool:
    """Whether the day is a public holiday in the whole country (ISO 3166 code); New Year's Day is one everywhere."""
    return (day.month, day.day) == _NEW_YEAR or (country is not None and day in _holidays(country.upper(), day.year))


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[date]:
    import holidays  # lazily: 120 ms and 10 MiB, needed only where a country is set

    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except (NotImplementedError, KeyError):
        return frozenset()


def next_working_day(day: date, country: str | None = None, weekend: frozenset[int] = WEEKEND) -> date:
    """Give the day itself if it is a working day, else the first one after it."""
    while not is_working_day(day, country, weekend):
        day += _ONE_DAY
    return day


def previous_working_day(day: date, country: str | None = None, weekend: frozenset[int] = WEEKEND) -> date:
    """Give the day itself if it is a working day, else the last one before it."""
    while not is_working_day(day, country, weekend):
        day -= _ONE_DAY
    return day


def add_business_days(day: date, count: int, country: str | None = None, weekend: frozenset[int] = WEEKEND) -> date:
    """Move by working days, forwards or backwards; the day itself does not count."""
    step = _ONE_DAY if count >= 0 else -_ONE_DAY
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, country, weekend):
            day += step
    return day


def business_days_between(
    first: date, last: date, country: str | None = None, weekend: frozenset[int] = WEEKEND
) -> int:
    """Count the working days after `first` up to and with `last`; negative when `last` is earlier."""
    if last < first:
        return -business_days_between(last, first, country, weekend)
    full_weeks, rest = divmod((last - first).days, _DAYS_A_WEEK)
    off = weekend if len(weekend) < _DAYS_A_WEEK else frozenset()
    count = full_weeks * (_DAYS_A_WEEK - len(off))
    count += sum((first.weekday() + step) % _DAYS_A_WEEK not in off for step in range(1, rest + 1))
    return count - _holidays_between(first, last, country, off)


def _holidays_between(first: date, last: date, country: str | None, off: frozenset[int]) -> int:
    years = range(first.year, last.year + 1)
    days = (day for year in years for day in _days_off(country, year))
    return sum(first < day <= last and day.weekday() not in off for day in days)


def _days_off(country: str | None, year: int) -> frozenset[date]:
    new_year = frozenset({date(year, *_NEW_YEAR)})
    return new_year | _holidays(country.upper(), year) if country else new_year


def in_quiet_hours(
    local: datetime, quiet_start: time, quiet_end: time, quiet_days: frozenset[int] = frozenset()
) -> bool:
    """Whether nothing may ring at that wall-clock time; equal start and end mean no quiet hours."""
    if _is_quiet_day(local.date(), quiet_days):
        return True
    clock = local.time()
    if quiet_start <= quiet_end:
        return quiet_start <= clock < quiet_end
    return clock >= quiet_start or clock < quiet_end


def _is_quiet_day(day: date, quiet_days: frozenset[int]) -> bool:
    return day.weekday() in quiet_days and len(quiet_days) < _DAYS_A_WEEK


def next_allowed(
    local: datetime, quiet_start: time, quiet_end: time, quiet_days: frozenset[int] = frozenset()
) -> datetime:
    """Give the first wall-clock time from `local` on that is not quiet."""
    while in_quiet_hours(local, quiet_start, quiet_end, quiet_days):
        is_before_end = not _is_quiet_day(local.date(), quiet_days) and local.time() < quiet_end
        clock, day = (quiet_end, local.date()) if is_before_end else (MIDNIGHT, local.date() + _ONE_DAY)
        local = datetime.combine(day, clock)
    return local


@cache
def zone_names() -> frozenset[str]:
    """List the time zones the machine knows."""
    import zoneinfo  # lazily: reads a directory tree, wanted only to check or offer a zone

    return frozenset(zoneinfo.available_timezones())


def zone_of(text: str) -> str | None:
    """Return the zone of a name (America/Sao_Paulo, UTC) or of its city (são paulo); None for any other text."""
    wanted = fold(text).replace("_", " ")
    names = [name for name in zone_names() if wanted in {_spoken(name), _spoken(name.rpartition("/")[2])}]
    return min(names, key=lambda name: (name.count("/") != 1, name), default=None)


def _spoken(name: str) -> str:
    return fold(name).replace("_", " ")
