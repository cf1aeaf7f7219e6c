"""From a parsed phrase to a Moment: the day and the hour meet the clock, the role and the calendar."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from handlers.grammar import date_words as words
from handlers.grammar.dates import choices, recurring
from handlers.grammar.dates.moments import (
    Clock,
    DateProblem,
    Granularity,
    Moment,
    Note,
    Reason,
    Role,
    after_seconds,
    at_local,
)
from handlers.grammar.dates.specs import (
    BareM,
    BareNumber,
    Day,
    DayAndHour,
    Duration,
    Exact,
    Hour,
    HourOrDuration,
    Instant,
    MonthDay,
    Phrase,
    RelativeDay,
    Series,
    Slashed,
    Span,
    Vague,
    Weekday,
)
from storage import times

Result = Moment | DateProblem

_MOST_OTHERS = 3
_NOTICE = timedelta(minutes=5)  # less than this ahead, a bare time means tomorrow
_SOON = timedelta(minutes=30)  # "today" after the default time: the next full hour at least so far ahead
_ONE_DAY = timedelta(days=1)
_LAST_EARLY_HOUR, _NOON = 6, 12
_CLOCK_HOURS = range(7, 24)
_MOST_SECONDS = 400 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a phrase is read: which way, by whose clock, and its words."""

    role: Role
    clock: Clock
    typed: str

    @property
    def is_ahead(self) -> bool:
        return self.role is Role.FUTURE


def place(phrase: Phrase, role: Role, clock: Clock, typed: str) -> Result:
    """Find the moment a phrase names."""
    at = Place(role=role, clock=clock, typed=typed)
    try:
        return _placed(phrase, at)
    except (ValueError, OverflowError):
        return DateProblem(typed=typed, reason=Reason.TOO_FAR)


def _placed(phrase: Phrase, at: Place) -> Result:
    match phrase:
        case DayAndHour(None, Hour() as hour):
            return _hour_only(hour, at)
        case DayAndHour(day, hour) if day is not None:
            return _on_day(day, hour, at)
        case Duration(seconds, way):
            return _lasting(seconds, way, at)
        case HourOrDuration():
            return _hour_or_duration(phrase, at)
        case BareNumber():
            return _bare_number(phrase, at)
        case Vague(offers):
            return _vague(offers, at)
        case BareM():
            return _bare_m(phrase, at)
        case Instant(local):
            return _instant(local, at)
        case Series():
            return recurring.place(phrase, at.clock, at.typed) if at.is_ahead else _not_in_past(phrase, at)
        case _:
            return _now(at)


def _instant(typed: datetime, at: Place) -> Result:
    local = times.to_local(typed, at.clock.zone) if typed.tzinfo else typed
    granularity: Granularity = "second" if local.second else "minute"
    return _checked(at_local(local, at.clock, granularity, at.typed, rings=True), (), at)


def _not_in_past(series: Series, at: Place) -> Result:
    found = recurring.place(series, at.clock, at.typed)
    return DateProblem(typed=at.typed, reason=Reason.FUTURE, offers=(found,)) if isinstance(found, Moment) else found


def _now(at: Place) -> Result:
    moment = at_local(at.clock.local, at.clock, "minute", at.typed)
    return moment if not at.is_ahead else DateProblem(typed=at.typed, reason=Reason.PAST)


def _lasting(seconds: int, way: int, at: Place) -> Result:
    if seconds > _MOST_SECONDS:
        return DateProblem(typed=at.typed, reason=Reason.TOO_FAR)
    sign = way or (1 if at.is_ahead else -1)
    return _checked(after_seconds(sign * seconds, at.clock, at.typed), (), at)


def _checked(moment: Moment, others: Iterable[Moment], at: Place) -> Result:
    """Refuse what lies on the wrong side of now; keep only other readings that lie on the right one."""
    fitting = _distinct(other for other in others if _fits(other, at) and other.local != moment.local)
    if _fits(moment, at):
        return replace(moment, others=fitting)
    if at.is_ahead:
        return DateProblem(typed=at.typed, reason=Reason.PAST, offers=fitting)
    return DateProblem(typed=at.typed, reason=Reason.FUTURE, offers=(moment, *fitting))


def _fits(moment: Moment, at: Place) -> bool:
    return moment.instant > at.clock.now if at.is_ahead else moment.instant <= at.clock.now


def _distinct(moments: Iterable[Moment]) -> tuple[Moment, ...]:
    return tuple({moment.local: moment for moment in moments}.values())[:_MOST_OTHERS]


def _readings(hour: Hour, clock: Clock) -> tuple[time, ...]:
    """Give the times an hour may mean: 1 to 6 without am or pm, in quiet hours, is afternoon first."""
    typed = time(hour.hour, hour.minute, hour.second)
    if hour.is_exact or not 1 <= hour.hour <= _LAST_EARLY_HOUR or not _is_quiet(typed, clock):
        return (typed,)
    return typed.replace(hour=hour.hour + _NOON), typed


def _is_quiet(typed: time, clock: Clock) -> bool:
    return times.in_quiet_hours(datetime.combine(clock.local.date(), typed), clock.quiet_start, clock.quiet_end)


def _hour_only(hour: Hour, at: Place) -> Result:
    """A time alone is today if at least five minutes ahead, else tomorrow; looking back, today or yesterday."""
    if not hour.is_valid:
        return DateProblem(typed=at.typed, reason=Reason.IMPOSSIBLE_TIME)
    if hour.is_end_of_day:
        return _end_of_day(hour, at)
    if hour.days is not None:
        return _on_day(RelativeDay(hour.days), hour, at)
    moments = [_nearest(clock, hour, at) for clock in _readings(hour, at.clock)]
    return _noted_afternoon(_checked(moments[0], moments[1:], at), moments)


def _noted_afternoon(found: Result, moments: list[Moment]) -> Result:
    is_shifted = isinstance(found, Moment) and len(moments) > 1
    return replace(found, note=found.note or Note.AFTERNOON) if is_shifted and isinstance(found, Moment) else found


def _nearest(clock: time, hour: Hour, at: Place) -> Moment:
    today = at.clock.local.date()
    moment = _moment(today, clock, hour, at)
    if at.is_ahead and moment.instant < at.clock.now + _NOTICE:
        return _moment(today + _ONE_DAY, clock, hour, at)
    if not at.is_ahead and moment.instant > at.clock.now:
        return _moment(today - _ONE_DAY, clock, hour, at)
    return moment


def _moment(day: date, clock: time, hour: Hour, at: Place) -> Moment:
    granularity = "second" if clock.second else hour.granularity
    return at_local(datetime.combine(day, clock), at.clock, granularity, at.typed, rings=True)


def _end_of_day(hour: Hour, at: Place) -> Result:
    """18:00 today, or of the next working day when past or not one."""
    clock, today = time(hour.hour), at.clock.local.date()
    moment = _moment(today, clock, hour, at)
    if not at.is_ahead:
        return _checked(moment, (), at)
    is_over = moment.instant < at.clock.now + _NOTICE
    day = times.next_working_day(today + _ONE_DAY if is_over else today, at.clock.country)
    return _moment(day, clock, hour, at)


def _on_day(day: Day, hour: Hour | None, at: Place) -> Result:
    if hour is not None and not hour.is_valid:
        return DateProblem(typed=at.typed, reason=Reason.IMPOSSIBLE_TIME)
    found = choices.resolve(day, at.role, at.clock)
    moments = _moments(found, hour, at)
    if isinstance(found, choices.NoDay):
        offers = _distinct(moment for moment in moments if _fits(moment, at))
        return DateProblem(
            typed=at.typed, reason=found.reason, offers=offers, last_day=found.last_day, month=found.month
        )
    checked = _checked(moments[0], [*moments[1:], *_next_offers(found, moments[0], at)], at)
    if not isinstance(checked, Moment):
        return _with_later(checked, day, found, hour, at)
    return _noted(checked, found, hour, at)


def _moments(found: choices.Result, hour: Hour | None, at: Place) -> list[Moment]:
    """Pair the dates with the times: the likeliest of both first, then one changed at a time."""
    if hour is None:
        return [_date_only(day, found, at) for day in found.dates]
    clocks = _readings(hour, at.clock)
    first = [_moment(day, clocks[0], hour, at) for day in found.dates]
    early = [_moment(day, clock, hour, at) for day in found.dates[:1] for clock in clocks[1:]]
    return first + early


def _date_only(day: date, found: choices.Result, at: Place) -> Moment:
    granularity = found.granularity if isinstance(found, choices.Days) else "day"
    if day == at.clock.local.date():
        return _sometime_today(granularity, at)
    return at_local(datetime.combine(day, at.clock.default_time), at.clock, granularity, at.typed)


def _sometime_today(granularity: Granularity, at: Place) -> Moment:
    """Today without a time: the default time while it is ahead, then the next full hour; looking back, now."""
    now = at.clock.local
    if not at.is_ahead:
        return at_local(now, at.clock, granularity, at.typed)
    default = datetime.combine(now.date(), at.clock.default_time)
    if default >= now + _NOTICE:
        return at_local(default, at.clock, granularity, at.typed)
    full_hour = (now + _SOON + timedelta(minutes=59, seconds=59)).replace(minute=0, second=0)
    return at_local(full_hour, at.clock, granularity, at.typed, rings=True)


def _with_later(problem: DateProblem, day: Day, found: choices.Days, hour: Hour | None, at: Place) -> DateProblem:
    """Offer tomorrow at that time for `today 9h` typed at ten, and the same date next year for an old one."""
    today = at.clock.local.date()
    is_today = found.dates[0] == today
    if not at.is_ahead or problem.offers or not (is_today or isinstance(day, Exact | MonthDay | Slashed)):
        return problem
    later = today + _ONE_DAY if is_today else _next_year(found.dates[0], today)
    offers = _moments(choices.Days((later,)), hour, at)
    return replace(problem, offers=tuple(offer for offer in offers if _fits(offer, at)))


def _next_year(day: date, today: date) -> date:
    moved = times.add_months(day, _NOON * (today.year - day.year))
    return moved if moved > today else times.add_months(moved, _NOON)


def _next_offers(found: choices.Days, moment: Moment, at: Place) -> list[Moment]:
    """Offer the next working day for a typed date that is none."""
    if not at.is_ahead or _day_off(moment, found, at) is None:
        return []
    day = times.next_working_day(moment.local.date(), at.clock.country)
    local = datetime.combine(day, moment.local.time())
    return [at_local(local, at.clock, moment.granularity, at.typed, rings=moment.rings)]


def _day_off(moment: Moment, found: choices.Days, at: Place) -> Note | None:
    day = moment.local.date()
    if not found.is_typed or times.is_working_day(day, at.clock.country):
        return None
    return Note.HOLIDAY if times.is_holiday(day, at.clock.country) else Note.WEEKEND


def _noted(moment: Moment, found: choices.Days, hour: Hour | None, at: Place) -> Moment:
    note = moment.note or (_day_off(moment, found, at) if at.is_ahead else None)
    if note is None and hour is not None and len(_readings(hour, at.clock)) > 1:
        note = Note.AFTERNOON
    return replace(moment, note=note)


def _hour_or_duration(phrase: HourOrDuration, at: Place) -> Result:
    """7h to 23h is a clock time, 1h to 6h a length, the other reading one tap away."""
    lasting = _lasting(phrase.hour * 3600 + phrase.minute * 60, 0, at)
    hour = Hour(phrase.hour, phrase.minute)
    clock = _hour_only(hour, at) if hour.is_valid else None
    if clock is None:
        return lasting
    is_clock = phrase.hour in _CLOCK_HOURS or phrase.hour == 0
    first, second = (clock, lasting) if is_clock else (lasting, clock)
    if isinstance(first, Moment) and isinstance(second, Moment):
        rest = (replace(second, others=()), *second.others, *first.others)
        return replace(first, others=_distinct(other for other in rest if other.local != first.local))
    return first


def _bare_number(phrase: BareNumber, at: Place) -> Result:
    """Ask whether `10` is an hour or a day, and whether `fri 10` has an hour at all."""
    day = phrase.day
    hours = [_hour_reading(phrase.number, day, at)] if phrase.number in range(1, 24) else []
    named = DayAndHour(MonthDay(phrase.number) if day is None else day, None)
    if day is None and not hours:
        return _placed(named, at)
    offers = _offered([*hours, _placed(named, at), *_day_reading(phrase, at)])
    if day is not None and len(offers) == 1:
        return offers[0]  # "9 tomorrow", where 9 is the default time too
    return DateProblem(typed=at.typed, reason=Reason.DAY_OR_HOUR, offers=offers)


def _offered(results: Iterable[Result]) -> tuple[Moment, ...]:
    return _distinct(replace(found, others=()) for found in results if isinstance(found, Moment))


def _day_reading(phrase: BareNumber, at: Place) -> list[Result]:
    """Read `fri 4` as a date too, where the next 4th is a Friday."""
    if not isinstance(phrase.day, Weekday):
        return []
    return [_placed(DayAndHour(MonthDay(phrase.number, weekday=phrase.day.day), None), at)]


def _vague(readings: Iterable[Phrase], at: Place) -> Result:
    offers = _offered(_placed(reading, at) for reading in readings)
    return DateProblem(typed=at.typed, reason=Reason.VAGUE, offers=offers)


def _hour_reading(number: int, day: Day | None, at: Place) -> Result:
    return _placed(DayAndHour(day, Hour(number)), at)


def _bare_m(phrase: BareM, at: Place) -> Result:
    readings = (
        Duration(phrase.number * 60, phrase.way),
        DayAndHour(Span(phrase.number, words.MONTH, phrase.way), None),
    )
    offers = _offered(_placed(reading, at) for reading in readings)
    return DateProblem(typed=at.typed, reason=Reason.MINUTES_OR_MONTHS, offers=offers)
