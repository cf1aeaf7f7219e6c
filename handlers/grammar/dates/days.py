"""Phrases that name a day: `tomorrow`, `próxima sexta`, `25 dez`, `2/3`, `dia 25`, `end of month`, `q1`."""

from collections.abc import Iterator
from datetime import date

from handlers.grammar import date_words as words, number_words
from handlers.grammar.dates import spans
from handlers.grammar.dates.moments import Granularity
from handlers.grammar.dates.specs import (
    Day,
    Exact,
    Impossible,
    Match,
    MonthDay,
    Period,
    Quarter,
    RelativeDay,
    Shifted,
    Slashed,
    Span,
    Trust,
    TuesdayOrMarch,
    Weekday,
    Weekend,
    WholeMonth,
)
from handlers.grammar.scan import Phrases, Tokens

_LONGEST_MONTH = 31
_MOST_DAY = 39  # "32 dez" is a slip to ask about, "40 dez" no date
_CENTURY = 2000
_MID_MONTH = 15
_YEARS = range(1900, 2200)
_YEAR_DIGITS = 4
_Found = Match[Day] | None


def read(tokens: Tokens, index: int) -> Iterator[Match[Day]]:
    """Give every reading of a day that begins at `index`."""
    for parser in _PARSERS:
        found = parser(tokens, index)
        if found is not None:
            yield found


def _relative(tokens: Tokens, index: int) -> _Found:
    found = words.RELATIVE_DAYS.find(tokens, index)
    return Match(RelativeDay(found[0]), found[1]) if found else None


def _iso(tokens: Tokens, index: int) -> _Found:
    """Read 2026-12-01 and 2026/12/01."""
    year, month, day = (tokens.number(index + step) for step in (0, 2, 4))
    if year is None or year not in _YEARS or month is None or day is None or not _are_glued(tokens, index, 5, "-/"):
        return None
    try:
        return Match(Exact(date(year, month, day)), index + 5)
    except ValueError:
        return Match(Impossible(year, month, day), index + 5)


def _are_glued(tokens: Tokens, index: int, count: int, signs: str) -> bool:
    """Whether the tokens stand without blanks, with the same sign between the numbers."""
    found = {tokens[place].text for place in range(index + 1, index + count, 2)}
    return (
        all(tokens[place].is_glued for place in range(index + 1, index + count))
        and len(found) == 1
        and found <= set(signs)
    )


def _slashed(tokens: Tokens, index: int) -> _Found:
    """Read 2/3, 2/3/27, 02.03.2027, 2-3-2027; with two parts only a slash makes it a date."""
    index = tokens.after(index, "dia")
    first, second = tokens.number(index), tokens.number(index + 2)
    if not first or not second or max(first, second) > _LONGEST_MONTH:
        return None
    if _are_glued(tokens, index, 5, "/.-"):
        year = _full_year(tokens[index + 4].text)
        return Match(Slashed(first, second, year), index + 5) if year is not None else None
    if _are_glued(tokens, index, 3, "/"):
        return Match(Slashed(first, second), index + 3, Trust.CLOSED)
    return None


def _full_year(typed: str) -> int | None:
    if not typed.isdecimal() or len(typed) not in {2, _YEAR_DIGITS}:
        return None
    return int(typed) if len(typed) == _YEAR_DIGITS else _CENTURY + int(typed)


def _day_number(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """Read 25, 25th, 1º, `primeiro`."""
    if number := tokens.number(index, _MOST_DAY):
        return number, index + 1 + _has_ordinal(tokens, index)
    first = words.ORDINAL_WORDS.get(tokens[index].text)
    return (first, index + 1) if first else None


def _has_ordinal(tokens: Tokens, index: int) -> bool:
    return tokens[index + 1].is_glued and tokens[index + 1].text in words.ORDINALS


def _day_then_month(tokens: Tokens, index: int) -> _Found:
    """Read 25 dez, 25th of December, 12nov, 25-dez-2026, `quinze de março`."""
    start = _after_article(tokens, index)
    day = _day_number(tokens, start) or number_words.below_hundred(tokens, start, _LONGEST_MONTH)
    if day is None:
        return None
    place = tokens.after(day[1], *words.OF, "/", "-")
    name = tokens[place].text
    month = words.MONTHS.get(name)
    if month is None or (not tokens[start].is_number and place == day[1]):
        return None
    year, end = _year(tokens, place + 1)
    is_doubtful = name in words.DOUBTFUL_MONTHS and year is None and place == day[1]
    return Match(MonthDay(day[0], month, year), end, Trust.CLOSED if is_doubtful else Trust.SURE)


def _after_article(tokens: Tokens, index: int) -> int:
    found = words.DAY_OF_MONTH.find(tokens, index)
    return found[1] if found else index


def _year(tokens: Tokens, index: int) -> tuple[int | None, int]:
    place = tokens.after(index, *words.OF, ",", "-", "/")
    year = tokens.number(place)
    if year in _YEARS and len(tokens[place].text) == _YEAR_DIGITS and tokens[place + 1].text != ":":
        return year, place + 1
    return None, index


def _month_then_day(tokens: Tokens, index: int) -> _Found:
    """Read Dec 25, march 15th 2027."""
    month = words.MONTHS.get(tokens[index].text)
    day = _day_number(tokens, tokens.after(index + 1, "the")) if month else None
    if day is None or _is_hour(tokens, day[1]):
        return None
    year, end = _year(tokens, day[1])
    return Match(MonthDay(day[0], month, year), end, Trust.CLOSED if year is None else Trust.SURE)


def _is_hour(tokens: Tokens, index: int) -> bool:
    """Whether the number before is no day: `mar 10h`, `dez 10:30`."""
    is_colon = tokens[index].text == ":" and tokens[index].is_glued and tokens.is_number_glued(index + 1)
    return is_colon or tokens[index].text in {"am", "pm", *words.HOURS}


def _day_of_month(tokens: Tokens, index: int) -> _Found:
    """Read dia 25, day 10, el 25, the 25th, 25th, `dia 5 do mês que vem`."""
    place = _after_article(tokens, index)
    day = _day_number(tokens, place)
    if day is None or day[0] > _LONGEST_MONTH or _is_hour(tokens, day[1]):
        return None
    article = tokens[place - 1].text if place > index else ""
    has_th = day[1] == place + 2 and tokens[place + 1].text in {"st", "nd", "rd", "th"}
    is_named = article in words.SURE_DAY_OF_MONTH or (article not in {"", "the"} and tokens[place].is_number)
    if not has_th and not is_named:
        return None
    if found := words.OF_NEXT_MONTH.find(tokens, day[1]):
        return Match(MonthDay(day[0], months=found[0]), found[1])
    is_sure = article in words.SURE_DAY_OF_MONTH
    return Match(MonthDay(day[0]), day[1], Trust.SURE if is_sure else Trust.CLOSED)


def _weekday(tokens: Tokens, index: int) -> _Found:
    """Read fri, next fri, sexta que vem, el viernes pasado, friday next week."""
    if numbered := words.NUMBERED_WEEKDAYS.find(tokens, index):
        return Match(Weekday(numbered[0]), numbered[1])
    before = words.BEFORE_WEEKDAY.find(tokens, index)
    place = before[1] if before else index
    day = words.WEEKDAYS.get(tokens[place].text)
    if day is None:
        return None
    has_feira = tokens[place + 1].text == words.FEIRA
    end = place + 1 + has_feira
    which = before[0] if before else None
    if last_week := words.LAST_WEEK_AFTER.find(tokens, end):
        return Match(Weekday(day, weeks=-1), last_week[1])
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


def _weekday_of_week(tokens: Tokens, index: int) -> _Found:
    """Read `next week on friday`, `semana que vem na quinta`."""
    week = words.WEEKS.find(tokens, index)
    if week is None:
        return None
    place = tokens.after(tokens.after(week[1], ","), "on", "na", "no", "el", "en")
    day = words.WEEKDAYS.get(tokens[place].text)
    if day is None:
        return None
    end = tokens.after(place + 1, words.FEIRA)
    return Match(Weekday(day, weeks=week[0]), end)


def _weekday_with_date(tokens: Tokens, index: int) -> _Found:
    """Read `Fri 4 Dec`, `sexta, 4 de dezembro`, `sex 10/12`: the date counts, the weekday must agree."""
    weekday = words.WEEKDAYS.get(tokens[index].text)
    if weekday is None:
        return None
    place = tokens.after(tokens.after(index + 1, words.FEIRA), ",")
    for parser in (_slashed, _day_then_month, _month_then_day, _day_of_month):
        found = parser(tokens, place)
        if found and isinstance(found.spec, MonthDay | Slashed):
            return Match(found.spec._replace(weekday=weekday), found.end)
    return None


def _month_only(tokens: Tokens, index: int) -> _Found:
    """Read `march`, `next march`, `março que vem`, `Dec 2026`."""
    before = words.BEFORE_WEEKDAY.find(tokens, index)
    place = before[1] if before else index
    month = words.MONTHS.get(tokens[place].text)
    if month is None or tokens[place].text == words.TUESDAY_OR_MARCH:
        return None
    after = words.AFTER_WEEKDAY.find(tokens, place + 1)
    which = before[0] if before else after[0] if after else None
    year, end = _year(tokens, after[1] if after else place + 1)
    return Match(WholeMonth(month, year, which), end, Trust.SURE if year or which else Trust.MARKED)


def _part_of_month(tokens: Tokens, index: int) -> _Found:
    """Read `end of november`, `meados de janeiro`, `a principios de marzo`."""
    for table in (words.ENDS_OF, words.STARTS_OF, words.MIDDLES_OF):
        found = table.find(tokens, index)
        month = words.MONTHS.get(tokens[found[1]].text) if found else None
        if found and month:
            year, end = _year(tokens, found[1] + 1)
            if table is words.MIDDLES_OF:
                return Match(MonthDay(_MID_MONTH, month, year), end)
            return Match(WholeMonth(month, year, is_end=table is words.ENDS_OF), end)
    return None


def _period(tokens: Tokens, index: int) -> _Found:
    """Read next week, mês que vem, end of month, fin de año."""
    for table, unit, is_end in _PERIODS:
        if found := table.find(tokens, index):
            return Match(Period(unit, found[0], is_end), found[1])
    return None


def _weekend(tokens: Tokens, index: int) -> _Found:
    found = words.WEEKENDS.find(tokens, index)
    return Match(Weekend(found[0]), found[1], Trust.CLOSED) if found else None


def _quarter(tokens: Tokens, index: int) -> _Found:
    """Read q1, q1 2027, `primeiro trimestre`."""
    found = words.QUARTERS.find(tokens, index)
    if found is None or (tokens[index].text in {"q", "t"} and not tokens[index + 1].is_glued):
        return None
    year, end = _year(tokens, found[1])
    return Match(Quarter(found[0], year), end, Trust.SURE if year else Trust.CLOSED)


def _span(tokens: Tokens, index: int) -> _Found:
    """Read 2bd, in 3 days, 2 weeks ago; with a weekday it is that day of the week reached."""
    found = spans.read(tokens, index)
    if found is None or not isinstance(found.spec, Span):
        return None
    if shifted := _shifted(tokens, found.spec, found.end):
        return shifted
    place = tokens.after(found.end, "on", "na", "no", "el")
    weekday = words.WEEKDAYS.get(tokens[place].text)
    if found.spec.unit == words.WEEK and weekday is not None and place > found.end:
        return Match(found.spec._replace(weekday=weekday), tokens.after(place + 1, words.FEIRA))
    return Match(found.spec, found.end, found.trust)


def _shifted(tokens: Tokens, span: Span, index: int) -> _Found:
    """Read `a week from friday`, `2 weeks after 15 jan`."""
    if tokens[index].text not in words.FROM_DAY:
        return None
    for parser in (_weekday, _relative, _day_then_month, _month_then_day):
        found = parser(tokens, index + 1)
        if found and isinstance(found.spec, Weekday | RelativeDay | MonthDay):
            return Match(Shifted(found.spec, span), found.end)
    return None


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
_PARSERS = (
    _relative,
    _iso,
    _slashed,
    _day_then_month,
    _month_then_day,
    _day_of_month,
    _weekday,
    _weekday_of_week,
    _weekday_with_date,
    _month_only,
    _part_of_month,
    _period,
    _weekend,
    _quarter,
    _span,
)
