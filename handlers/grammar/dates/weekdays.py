"""Weekdays: `fri`, `next fri`, `sexta que vem`, `friday next week`, `Fri 4 Dec`."""

from handlers.grammar import date_words as words
from handlers.grammar.dates import calendar_days, hours
from handlers.grammar.dates.calendar_days import Found
from handlers.grammar.dates.specs import (
    Match,
    MonthDay,
    RelativeDay,
    Shifted,
    Slashed,
    Span,
    Trust,
    TuesdayOrMarch,
    Weekday,
)
from handlers.grammar.scan import Tokens

_LONGEST_MONTH = 31


def relative(tokens: Tokens, index: int) -> Found:
    """Read tomorrow, ontem, pasado mañana."""
    found = words.RELATIVE_DAYS.find(tokens, index)
    return Match(RelativeDay(found[0]), found[1]) if found else None


def weekday(tokens: Tokens, index: int) -> Found:
    """Read fri, next fri, sexta que vem, el viernes pasado, friday next week."""
    if numbered := words.NUMBERED_WEEKDAYS.find(tokens, index):
        return Match(Weekday(numbered[0]), numbered[1])
    before = words.BEFORE_WEEKDAY.find(tokens, index)
    place = before[1] if before else index
    day = words.WEEKDAYS.get(tokens[place].text)
    if day is None:
        return None
    end = after_feira(tokens, place + 1)
    has_feira = end > place + 1
    which = before[0] if before else None
    if away := words.WEEKS_AFTER_WEEKDAY.find(tokens, end):
        return Match(Weekday(day, weeks=away[0]), away[1])
    if tokens[end].text == "week" and which is None:
        return Match(Shifted(Weekday(day), Span(1, words.WEEK)), end + 1, Trust.MARKED)  # "monday week"
    if after := words.AFTER_WEEKDAY.find(tokens, end):
        which, end = which or after[0], after[1]
    if tokens[place].text == words.TUESDAY_OR_MARCH and which is None:
        return Match(TuesdayOrMarch(), end, Trust.MARKED)
    trust = Trust.SURE if has_feira else _weekday_trust(tokens[place].text, has_which=which is not None)
    return Match(Weekday(day, which), end, trust)


def _weekday_trust(name: str, *, has_which: bool) -> Trust:
    if name in words.MARKED_WEEKDAYS:
        return Trust.CLOSED if has_which else Trust.MARKED
    return Trust.CLOSED if name in words.DOUBTFUL_WEEKDAYS else Trust.SURE


def weekday_of_week(tokens: Tokens, index: int) -> Found:
    """Read `next week on friday`, `semana que vem na quinta`."""
    week = words.WEEKS.find(tokens, index)
    if week is None:
        return None
    place = tokens.after(tokens.after(week[1], ","), "on", "na", "no", "el", "en")
    day = words.WEEKDAYS.get(tokens[place].text)
    if day is None:
        return None
    return Match(Weekday(day, weeks=week[0]), after_feira(tokens, place + 1))


_DATED = (
    calendar_days.slashed,
    calendar_days.day_then_month,
    calendar_days.month_then_day,
    calendar_days.day_of_month,
)


def weekday_with_date(tokens: Tokens, index: int) -> Found:
    """Read `Fri 4 Dec`, `sexta, 4 de dezembro`, `sex 10/12`: the date counts, the weekday must agree."""
    weekday = words.WEEKDAYS.get(tokens[index].text)
    if weekday is None:
        return None
    place = tokens.after(after_feira(tokens, index + 1), ",")
    for parser in _DATED:
        found = parser(tokens, place)
        if found and isinstance(found.spec, MonthDay | Slashed):
            return Match(found.spec._replace(weekday=weekday), found.end)
    return None


def weekday_with_number(tokens: Tokens, index: int) -> Found:
    """Read the day in `lunes 30 a las 10`: a number between a weekday and an hour can only be a day."""
    weekday = words.WEEKDAYS.get(tokens[index].text)
    place = after_feira(tokens, index + 1)
    number = tokens.number(place, _LONGEST_MONTH) if weekday is not None else None
    if not number or tokens[place + 1].text in {":", "-", "/"} or not hours.read(tokens, place + 1):
        return None
    if words.BEFORE_NOON.find(tokens, place + 1) or words.AFTER_NOON.find(tokens, place + 1):
        return None
    return Match(MonthDay(number, weekday=weekday), place + 1)


def after_feira(tokens: Tokens, index: int) -> int:
    """Step over the second half of `segunda-feira`."""
    return tokens.after(index, *words.FEIRA)
