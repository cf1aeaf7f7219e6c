"""Longer stretches, by one of their days: `next week`, `end of month`, `march`, `q1`, `weekend`, `in 2 weeks`."""

from handlers.grammar import date_words as words
from handlers.grammar.dates import calendar_days, spans, weekdays
from handlers.grammar.dates.calendar_days import Found
from handlers.grammar.dates.moments import Granularity
from handlers.grammar.dates.specs import (
    Match,
    MonthDay,
    Period,
    Quarter,
    RelativeDay,
    Shifted,
    Span,
    Trust,
    Weekday,
    Weekend,
    WholeMonth,
)
from handlers.grammar.scan import Phrases, Tokens

_MID_MONTH = 15
_STARTS = (
    weekdays.weekday,
    weekdays.relative,
    calendar_days.day_then_month,
    calendar_days.month_then_day,
    calendar_days.fixed,
)

_PERIODS: tuple[tuple[Phrases[int], Granularity, bool], ...] = (
    (words.WEEKS, "week", False),
    (words.MONTHS_AWAY, "month", False),
    (words.QUARTERS_AWAY, "quarter", False),
    (words.YEARS_AWAY, "year", False),
    (words.ENDS_OF_WEEK, "week", True),
    (words.ENDS_OF_MONTH, "month", True),
    (words.ENDS_OF_QUARTER, "quarter", True),
    (words.ENDS_OF_YEAR, "year", True),
)


def month_only(tokens: Tokens, index: int) -> Found:
    """Read `march`, `next march`, `março que vem`, `Dec 2026`."""
    before = words.BEFORE_WEEKDAY.find(tokens, index)
    place = before[1] if before else index
    month = words.MONTHS.get(tokens[place].text)
    if month is None or tokens[place].text == words.TUESDAY_OR_MARCH:
        return None
    after = words.AFTER_WEEKDAY.find(tokens, place + 1)
    which = before[0] if before else after[0] if after else None
    year, end = calendar_days.year(tokens, after[1] if after else place + 1)
    return Match(WholeMonth(month, year, which), end, Trust.SURE if year or which else Trust.MARKED)


def part_of_month(tokens: Tokens, index: int) -> Found:
    """Read `end of november`, `meados de janeiro`, `a principios de marzo`."""
    for table in (words.ENDS_OF, words.STARTS_OF, words.MIDDLES_OF, words.SECOND_HALVES_OF):
        found = table.find(tokens, index)
        month = words.MONTHS.get(tokens[found[1]].text) if found else None
        if found and month:
            year, end = calendar_days.year(tokens, found[1] + 1)
            if table is words.MIDDLES_OF or table is words.SECOND_HALVES_OF:
                day = _MID_MONTH + (table is words.SECOND_HALVES_OF)
                return Match(MonthDay(day, month, year), end)
            return Match(WholeMonth(month, year, is_end=table is words.ENDS_OF), end)
    return None


def period(tokens: Tokens, index: int) -> Found:
    """Read next week, mês que vem, end of month, fin de año."""
    for table, unit, is_end in _PERIODS:
        if found := table.find(tokens, index):
            return Match(Period(unit, found[0], is_end), found[1])
    return None


def weekend(tokens: Tokens, index: int) -> Found:
    found = words.WEEKENDS.find(tokens, index)
    return Match(Weekend(found[0]), found[1], Trust.CLOSED) if found else None


def part_of_quarter(tokens: Tokens, index: int) -> Found:
    """Read `end of q1`, `fim do primeiro trimestre`."""
    found = words.ENDS_OF.find(tokens, index)
    named = quarter(tokens, found[1]) if found else None
    if named is None or not isinstance(named.spec, Quarter):
        return None
    return Match(named.spec._replace(is_end=True), named.end)


def day_of_month_away(tokens: Tokens, index: int) -> Found:
    """Read `mês que vem dia 5`, `next month on the 5th`, `el mes que viene el 5`."""
    month = words.MONTHS_AWAY.find(tokens, index)
    if month is None:
        return None
    day = calendar_days.day_of_month(tokens, tokens.after(tokens.after(month[1], ","), "on", "no"))
    if day is None or not isinstance(day.spec, MonthDay):
        return None
    return Match(day.spec._replace(months=month[0]), day.end)


def quarter(tokens: Tokens, index: int) -> Found:
    """Read q1, q1 2027, `primeiro trimestre`."""
    found = words.QUARTERS.find(tokens, index)
    if found is None or (tokens[index].text in {"q", "t"} and not tokens[index + 1].is_glued):
        return None
    year, end = calendar_days.year(tokens, found[1])
    return Match(Quarter(found[0], year), end, Trust.SURE if year else Trust.CLOSED)


def span(tokens: Tokens, index: int) -> Found:
    """Read 2bd, in 3 days, 2 weeks ago; with a weekday it is that day of the week reached."""
    found = spans.read(tokens, index)
    if found is None or not isinstance(found.spec, Span):
        return None
    if shifted := _shifted(tokens, found.spec, found.end):
        return shifted
    if words.COUNTED_FROM.find(tokens, found.end):
        return None  # "2 days before the fair" is not two days from now
    place = tokens.after(found.end, "on", "na", "no", "el")
    weekday = words.WEEKDAYS.get(tokens[place].text)
    if found.spec.unit == words.WEEK and weekday is not None:
        return Match(found.spec._replace(weekday=weekday), weekdays.after_feira(tokens, place + 1))
    return Match(found.spec, found.end, found.trust)


def _shifted(tokens: Tokens, span: Span, index: int) -> Found:
    """Read `a week from friday`, `2 weeks after 15 jan`, `2 dias antes do natal`."""
    origin = words.FROM_DAY.find(tokens, index)
    if origin is None:
        return None
    for parser in _STARTS:
        found = parser(tokens, origin[1])
        if found and isinstance(found.spec, Weekday | RelativeDay | MonthDay):
            return Match(Shifted(found.spec, span._replace(number=origin[0] * span.number)), found.end)
    return None
