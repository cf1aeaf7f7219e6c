"""From a named day to dates of the calendar: the first is meant, the others are offered."""

from dataclasses import dataclass
from datetime import date, timedelta

from handlers.grammar import date_words as words
from handlers.grammar.dates.moments import Clock, Granularity, Reason, Role
from handlers.grammar.dates.specs import (
    Day,
    Exact,
    Impossible,
    MonthDay,
    Period,
    Quarter,
    RelativeDay,
    Shifted,
    Slashed,
    Span,
    TuesdayOrMarch,
    Weekday,
    Weekend,
    WholeMonth,
)
from storage import times

_WEEK = 7
_MOST_WORKING_DAYS = 260  # each is looked up in a calendar of holidays
_MONTHS = 12
_QUARTER = 3
_SATURDAY, _FRIDAY, _MONDAY, _TUESDAY = 5, 4, 0, 1
_MARCH = 3
_YEARS = range(1900, 2201)
# English writes the month first there.
_MONTH_FIRST = frozenset({"US", "PH", "GU", "PR", "AS", "VI", "MP", "FM", "MH", "PW"})
# Mixed usage: as good as no country.
_MIXED = frozenset({"CA"})


@dataclass(frozen=True, slots=True)
class Days:
    """Dates in order of likelihood; `is_typed` when the person named the day itself, so that a weekend is kept."""

    dates: tuple[date, ...]
    granularity: Granularity = "day"
    is_typed: bool = True


@dataclass(frozen=True, slots=True)
class NoDay:
    """Why there is no such day, and the dates to offer."""

    reason: Reason
    dates: tuple[date, ...] = ()
    last_day: int | None = None
    month: int | None = None


Result = Days | NoDay


def resolve(day: Day, role: Role, clock: Clock) -> Result:
    """Find the dates a named day may mean."""
    try:
        return _resolve(day, role, clock)
    except (ValueError, OverflowError):
        return NoDay(Reason.TOO_FAR)


def _resolve(day: Day, role: Role, clock: Clock) -> Result:  # noqa: C901, PLR0912 - one case a line
    today = clock.local.date()
    match day:
        case Shifted():
            return _shifted(day, role, clock)
        case RelativeDay(days):
            return Days((today + timedelta(days=days),))
        case Exact(exact):
            return _in_range(exact)
        case Impossible(year, month, number):
            return _impossible(year, month, number, clock)
        case Weekday():
            return _weekday(day, role, today)
        case MonthDay(month=None):
            return _day_of_month(day, role, clock)
        case MonthDay():
            return _month_day(day, role, clock)
        case Slashed():
            return _slashed(day, role, clock)
        case WholeMonth():
            return _whole_month(day, role, today)
        case Span():
            return _span(day, role, clock)
        case Period():
            return _period(day, clock)
        case Quarter():
            return _quarter(day, role, clock)
        case Weekend(away):
            return _weekend(away, role, today)
        case TuesdayOrMarch():
            return _tuesday_or_march(role, clock)


def _in_range(day: date) -> Result:
    return Days((day,)) if day.year in _YEARS else NoDay(Reason.TOO_FAR)


def _next_weekday(today: date, day: int) -> date:
    return today + timedelta(days=(day - today.weekday() - 1) % _WEEK + 1)


def _last_weekday(today: date, day: int) -> date:
    return today - timedelta(days=(today.weekday() - day - 1) % _WEEK + 1)


def _of_week(today: date, day: int, weeks: int) -> date:
    return today + timedelta(days=day - today.weekday() + weeks * _WEEK)


def _weekday(spec: Weekday, role: Role, today: date) -> Result:
    """A bare weekday is the nearest in the role's direction, never today; the ambiguous ones carry the other date."""
    ahead, behind = _next_weekday(today, spec.day), _last_weekday(today, spec.day)
    nearest = ahead if role is Role.FUTURE else behind
    chosen: tuple[date, ...]
    match spec.which:
        case words.THIS:
            chosen = (_of_week(today, spec.day, 0), nearest, _of_week(today, spec.day, 1))
        case words.NEXT:
            chosen = (_of_week(today, spec.day, 1), ahead)
        case words.COMING:
            chosen = (ahead, _of_week(today, spec.day, 1))
        case words.LAST:
            chosen = (behind, _of_week(today, spec.day, -1))
        case _ if spec.weeks:
            chosen = (_of_week(today, spec.day, spec.weeks),)
        case _:
            chosen = (nearest, today) if today.weekday() == spec.day else (nearest,)
    return Days(tuple(dict.fromkeys(chosen)))


def _nearest_year(month: int, day: int, role: Role, today: date) -> date | None:
    """The nearest such day in the role's direction, today included; None if neither year near has it."""
    step = 1 if role is Role.FUTURE else -1
    for year in (today.year, today.year + step):
        if day <= times.month_length(year, month):
            found = date(year, month, day)
            if (found - today).days * step >= 0:
                return found
    return None


def _month_day(spec: MonthDay, role: Role, clock: Clock) -> Result:
    today, month = clock.local.date(), spec.month or clock.local.month
    if spec.year is not None:
        if spec.year not in _YEARS:
            return NoDay(Reason.TOO_FAR)
        if spec.day > times.month_length(spec.year, month):
            return _impossible(spec.year, month, spec.day, clock)
        found: date | None = date(spec.year, month, spec.day)
    else:
        found = _nearest_year(month, spec.day, role, today)
    if found is None:
        return _no_such_day(month, spec.day, role, clock)
    return _agreeing(found, spec.weekday, role, today)


def _no_such_day(month: int, day: int, role: Role, clock: Clock) -> NoDay:
    """Explain 31 Feb, and 29 Feb of a year that has none."""
    today = clock.local.date()
    day_before = min(day, times.month_length(today.year, month))
    near = _nearest_year(month, min(day_before, 28), role, today)
    year = near.year if near else today.year
    return _impossible(year, month, day, clock)


def _impossible(year: int, month: int, day: int, clock: Clock) -> NoDay:
    """Offer the last working day of the month meant and the first of the next one."""
    if not 1 <= month <= _MONTHS or year not in _YEARS:
        return NoDay(Reason.IMPOSSIBLE)
    last = date(year, month, times.month_length(year, month))
    before = times.previous_working_day(last, clock.country)
    after = times.next_working_day(last + timedelta(days=1), clock.country)
    return NoDay(Reason.IMPOSSIBLE, (before, after), last_day=last.day, month=month)


def _agreeing(found: date, weekday: int | None, role: Role, today: date) -> Result:
    """Check `Fri 4 Dec`: where they disagree both are offered."""
    if weekday is None or found.weekday() == weekday:
        return _in_range(found)
    near = min((_next_weekday(found, weekday), _last_weekday(found, weekday)), key=lambda day: abs(day - found))
    return NoDay(Reason.WRONG_WEEKDAY, (found, near))


def _day_of_month(spec: MonthDay, role: Role, clock: Clock) -> Result:
    """The nearest such day; where the month meant is too short, its last day and the next such day are offered."""
    today = clock.local.date()
    if spec.months is not None:
        first = times.add_months(today.replace(day=1), spec.months)
    else:
        is_over = today.day > spec.day if role is Role.FUTURE else today.day < spec.day
        step = 1 if role is Role.FUTURE else -1
        first = times.add_months(today.replace(day=1), step if is_over else 0)
    length = times.month_length(first.year, first.month)
    if spec.day <= length:
        return _agreeing(first.replace(day=spec.day), spec.weekday, role, today)
    later = _with_day_from(times.add_months(first, 1 if role is Role.FUTURE else -1), spec.day, role)
    return NoDay(Reason.IMPOSSIBLE, (first.replace(day=length), later), last_day=length, month=first.month)


def _with_day_from(first: date, day: int, role: Role) -> date:
    while day > times.month_length(first.year, first.month):
        first = times.add_months(first, 1 if role is Role.FUTURE else -1)
    return first.replace(day=day)


def _slashed(spec: Slashed, role: Role, clock: Clock) -> Result:
    """Read two numbers in the order of the language or the country; only English without a country asks."""
    is_day_first = _is_day_first(clock)
    readings = ((spec.first, spec.second), (spec.second, spec.first))
    valid = tuple(dict.fromkeys((day, month) for day, month in readings if month <= _MONTHS))
    if not valid:
        return NoDay(Reason.IMPOSSIBLE)
    if is_day_first is None:
        return _either_order(spec, valid, role, clock)
    chosen = readings[0] if is_day_first else readings[1]
    if chosen in valid:
        return _month_day(MonthDay(*chosen, spec.year, spec.weekday), role, clock)
    other = _month_day(MonthDay(*valid[0], spec.year, spec.weekday), role, clock)
    return NoDay(Reason.IMPOSSIBLE, other.dates)


def _is_day_first(clock: Clock) -> bool | None:
    if clock.language != "en":
        return True
    if clock.country is None or clock.country.upper() in _MIXED:
        return None
    return clock.country.upper() not in _MONTH_FIRST


def _either_order(spec: Slashed, valid: tuple[tuple[int, int], ...], role: Role, clock: Clock) -> Result:
    found = [_month_day(MonthDay(*pair, spec.year, spec.weekday), role, clock) for pair in valid]
    dates = tuple(result.dates[0] for result in found if isinstance(result, Days))
    if len(valid) == 1 or not dates:
        return found[0]
    if len(dates) == 1 and spec.weekday is not None:
        return Days(dates)  # the weekday settles it
    return NoDay(Reason.DAY_OR_MONTH, dates)


def _whole_month(spec: WholeMonth, role: Role, today: date) -> Result:
    """The first of the month, or its end."""
    year = spec.year or _year_of(spec, role, today)
    if year not in _YEARS:
        return NoDay(Reason.TOO_FAR)
    day = times.month_length(year, spec.month) if spec.is_end else 1
    return Days((date(year, spec.month, day),), "month")


def _year_of(spec: WholeMonth, role: Role, today: date) -> int:
    is_ahead = role is Role.FUTURE and spec.which != words.LAST
    if is_ahead:
        has_passed = spec.month < today.month if spec.is_end else spec.month <= today.month
        return today.year + has_passed
    return today.year - (spec.month > today.month)


def _shifted(spec: Shifted, role: Role, clock: Clock) -> Result:
    found = _resolve(spec.day, role, clock)
    return _from_day(found.dates[0], spec.span, 1, clock) if isinstance(found, Days) else found


def _span(spec: Span, role: Role, clock: Clock) -> Result:
    way = spec.way or (1 if role is Role.FUTURE else -1)
    return _from_day(clock.local.date(), spec, way, clock)


def _from_day(today: date, spec: Span, way: int, clock: Clock) -> Result:
    count = way * spec.number
    if spec.unit == words.WORKING_DAY and spec.number > _MOST_WORKING_DAYS:
        return NoDay(Reason.TOO_FAR)
    match spec.unit:
        case words.DAY:
            found = today + timedelta(days=count)
        case words.WORKING_DAY:
            return Days((times.add_business_days(today, count, clock.country),), is_typed=False)
        case words.WEEK:
            found = today + timedelta(weeks=count)
        case words.MONTH:
            found = times.add_months(today, count)
        case _:
            found = times.add_months(today, count * _MONTHS)
    if spec.weekday is not None:
        found = _of_week(found, spec.weekday, 0)
    return _in_range(found)


def _period(spec: Period, clock: Clock) -> Result:
    today = clock.local.date()
    if spec.is_end:
        return _end_of(spec, clock)
    match spec.unit:
        case "week":
            monday = _of_week(today, _MONDAY, spec.away)
            first = times.next_working_day(monday, clock.country) if spec.away > 0 else monday
            return Days((first,), "week", is_typed=False)
        case "month":
            same_day = times.add_months(today, spec.away)
            return Days((same_day.replace(day=1), same_day), "month")
        case "quarter":
            first = _quarter_start(today, spec.away)
            return Days((times.next_working_day(first, clock.country),), "quarter", is_typed=False)
        case _:
            same_day = times.add_months(today, spec.away * _MONTHS)
            return Days((same_day.replace(month=1, day=1), same_day), "year")


def _quarter_start(day: date, away: int) -> date:
    return times.add_months(date(day.year, (day.month - 1) // _QUARTER * _QUARTER + 1, 1), away * _QUARTER)


def _end_of(spec: Period, clock: Clock) -> Result:
    """The last day, with the last working day to offer; a week ends on Friday."""
    today = clock.local.date()
    match spec.unit:
        case "week":
            is_over = today.weekday() > _FRIDAY and spec.away == 0
            return Days((_of_week(today, _FRIDAY, spec.away + is_over),), "week")
        case "month":
            following = times.add_months(today.replace(day=1), spec.away + 1)
        case "quarter":
            following = _quarter_start(today, spec.away + 1)
        case _:
            following = date(today.year + spec.away + 1, 1, 1)
    last = following - timedelta(days=1)
    working = times.previous_working_day(last, clock.country)
    return Days(tuple(dict.fromkeys((last, working))), spec.unit)


def _quarter(spec: Quarter, role: Role, clock: Clock) -> Result:
    today = clock.local.date()
    month = (spec.number - 1) * _QUARTER + 1
    step = 1 if role is Role.FUTURE else -1
    year = spec.year or today.year
    edge = date(year, month, 1) if not spec.is_end else _quarter_start(date(year, month, 1), 1) - timedelta(days=1)
    if spec.year is None and (edge - today).days * step < 0:
        year += step
    if spec.is_end:
        last = _quarter_start(date(year, month, 1), 1) - timedelta(days=1)
        return Days(tuple(dict.fromkeys((last, times.previous_working_day(last, clock.country)))), "quarter")
    return Days((times.next_working_day(date(year, month, 1), clock.country),), "quarter", is_typed=False)


def _weekend(away: int, role: Role, today: date) -> Result:
    saturday = _of_week(today, _SATURDAY, away)
    if role is Role.PAST and saturday > today and away == 0:
        saturday -= timedelta(days=_WEEK)
    return Days((saturday, saturday + timedelta(days=1)), "day")


def _tuesday_or_march(role: Role, clock: Clock) -> Result:
    """`mar` alone is Tuesday in Spanish, else asked."""
    today = clock.local.date()
    tuesday = _next_weekday(today, _TUESDAY) if role is Role.FUTURE else _last_weekday(today, _TUESDAY)
    march = date(_year_of(WholeMonth(_MARCH), role, today), _MARCH, 1)
    if clock.language == "es":
        return Days((tuesday, march))
    return NoDay(Reason.AMBIGUOUS, (tuesday, march))
