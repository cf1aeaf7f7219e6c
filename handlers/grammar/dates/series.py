"""Phrases that recur: `every mon 9h`, `every 2w`, `every month on 31`, `toda segunda 9h`, `cada lunes`."""

from handlers.grammar import date_words as words, number_words
from handlers.grammar.dates import days, hours
from handlers.grammar.dates.specs import DayAndHour, Hour, Match, MonthDay, Series, Trust
from handlers.grammar.scan import Tokens

_MOST_INTERVAL = 999
_LONGEST_MONTH = 31
_QUARTER = 3
_WORKING_WEEK = (0, 1, 2, 3, 4)
_Found = Match[Series] | None


def read(tokens: Tokens, index: int) -> _Found:
    """Read a recurrence; only where a date is expected, for "every" and "cada" are common words."""
    found = _adverb(tokens, index) or _plural_weekdays(tokens, index) or _of_every_month(tokens, index)
    if found is None and (every := words.EVERY.find(tokens, index)):
        found = _after_every(tokens, every[1], every[0])
    if found is None:
        return None
    found = _with_start(tokens, _with_hour(tokens, _with_day(tokens, _with_hour(tokens, found))))
    return Match(found.spec, found.end, Trust.MARKED)


def _adverb(tokens: Tokens, index: int) -> _Found:
    if adverb := words.ADVERBS.find(tokens, index):
        return Match(Series(unit=adverb[0]), adverb[1])
    adverb = words.TWICE_AS_RARE.find(tokens, index)
    return Match(Series(unit=adverb[0], interval=2), adverb[1]) if adverb else None


def _of_every_month(tokens: Tokens, index: int) -> _Found:
    """Read `dia 5 de cada mês`, `the 5th of every month`, `el último viernes de cada mes`."""
    place = tokens.after(index, "on", "no", "na", "o", "a")
    place = tokens.after(place, "the", "el", "dia")
    place = tokens.after(place, "dia")
    found = _nth_weekday(tokens, place) or _last_day(tokens, place)
    if found is None:
        month_days, end = _month_days(tokens, place)
        found = Match(Series(unit=words.MONTH, month_days=month_days), end) if month_days else None
    every = words.OF_EVERY_MONTH.find(tokens, found.end) if found else None
    return found._replace(end=every[1]) if found and every else None


def _plural_weekdays(tokens: Tokens, index: int) -> _Found:
    """Read `mondays 9h`, `los lunes`, `às segundas`, `de segunda a sexta`."""
    if week := words.MONDAY_TO_FRIDAY.find(tokens, index):
        return Match(Series(unit=words.WEEK, weekdays=_WORKING_WEEK), week[1])
    is_led = tokens[index].text in words.PLURAL_LEADS
    name = tokens[index + is_led].text
    if name not in words.WEEKDAYS_PLURAL or (not is_led and name in words.WEEKDAYS):
        return None
    return _weekdays(tokens, index + is_led)


def _after_every(tokens: Tokens, index: int, interval: int) -> _Found:
    for parser in (_working_days, _part, _weekdays, _nth_weekday, _yearly_date, _monthly_day, _interval):
        found = parser(tokens, index)
        if found is not None:
            return Match(found.spec._replace(interval=found.spec.interval * interval), found.end)
    return None


def _working_days(tokens: Tokens, index: int) -> _Found:
    found = words.WORKING_DAYS.find(tokens, index)
    return Match(Series(unit=words.WEEK, weekdays=_WORKING_WEEK), found[1]) if found else None


def _part(tokens: Tokens, index: int) -> _Found:
    """Read the morning of `every morning`, `todas as manhãs`."""
    found = words.PARTS_OF_EVERY_DAY.find(tokens, index)
    if found is None:
        return None
    part = Match(Hour(found[0], is_exact=True, granularity="part"), found[1])
    best = max((part, *hours.within_part(tokens, part)), key=lambda match: match.end)
    return Match(Series(unit=words.DAY, hour=best.spec), best.end)


def _weekdays(tokens: Tokens, index: int) -> _Found:
    """Read `mon`, `mon and thu`, `segunda, quarta e sexta`, `martes y jueves`."""
    chosen: list[int] = []
    end = index
    while (day := _weekday(tokens, index)) is not None:
        chosen.append(day)
        end = tokens.after(index + 1, *words.FEIRA)
        index = tokens.after(tokens.after(end, ","), "and", "e", "y")
        if index == end:
            break
    return Match(Series(unit=words.WEEK, weekdays=tuple(sorted(set(chosen)))), end) if chosen else None


def _weekday(tokens: Tokens, index: int) -> int | None:
    name = tokens[index].text
    return words.WEEKDAYS_PLURAL.get(name, words.WEEKDAYS.get(name))


def _nth_weekday(tokens: Tokens, index: int) -> _Found:
    """Read `first monday`, `last friday of the month`, `primeira segunda do mês`."""
    nth = words.NTH.find(tokens, index)
    day = _weekday(tokens, nth[1]) if nth else None
    if nth is None or day is None:
        return None
    end = tokens.after(nth[1] + 1, *words.FEIRA)
    if tokens[end].text in words.OF and tokens[end + 1].text not in {"cada", "every", "each"}:
        end = tokens.after(tokens.after(end + 1, "the"), "month", "mes")
    return Match(Series(unit=words.MONTH, weekdays=(day,), nth=nth[0]), end)


def _yearly_date(tokens: Tokens, index: int) -> _Found:
    """Read `25 dez`, `Dec 25`."""
    for match in days.read(tokens, index):
        if isinstance(match.spec, MonthDay) and match.spec.month and match.spec.year is None:
            spec = Series(unit=words.YEAR, month=match.spec.month, month_days=(match.spec.day,))
            return Match(spec, match.end)
    return None


def _monthly_day(tokens: Tokens, index: int) -> _Found:
    """Read `dia 5`, `31st`, `día 5`, `last day of the month`."""
    if found := _last_day(tokens, index):
        return found
    has_name = tokens[index].text in {"dia", "day"}
    days, end = _month_days(tokens, index + has_name)
    has_ordinal = tokens[index + 1].is_glued and tokens[index + 1].text in words.ORDINALS
    is_hour = tokens[end].text in {":", "am", "pm"} | words.HOURS
    if not days or is_hour or not (has_name or has_ordinal):
        return None
    return Match(Series(unit=words.MONTH, month_days=days), end)


def _month_days(tokens: Tokens, index: int) -> tuple[tuple[int, ...], int]:
    """Read `5`, `5th`, `5 e 20`."""
    chosen: list[int] = []
    end = place = index
    while day := tokens.number(place, _LONGEST_MONTH):
        chosen.append(day)
        end = place + 1 + (tokens[place + 1].is_glued and tokens[place + 1].text in words.ORDINALS)
        place = tokens.after(end, ",", "and", "e", "y")
        if place == end:
            break
    return tuple(sorted(set(chosen))), end


def _last_day(tokens: Tokens, index: int) -> _Found:
    found = words.LAST_DAY.find(tokens, index)
    return Match(Series(unit=words.MONTH, month_days=(found[0],)), found[1]) if found else None


def _interval(tokens: Tokens, index: int) -> _Found:
    """Read `2w`, `day`, `3 months`, `quarter`, `duas semanas`."""
    count, place = _count(tokens, index)
    if tokens[place].text in words.QUARTER_WORDS:
        return Match(Series(unit=words.MONTH, interval=_QUARTER * count), place + 1)
    unit = words.UNITS.find(tokens, place)
    if unit is None or (place == index and len(tokens[place].text) == 1) or not count:
        return None
    if unit[0] in {words.WORKING_DAY, words.BARE_M}:
        return None  # no calendar rule counts business days
    return Match(Series(unit=unit[0], interval=count), unit[1])


def _count(tokens: Tokens, index: int) -> tuple[int, int]:
    value = tokens.number(index, _MOST_INTERVAL)
    if value is not None:
        return value, index + 1
    found = number_words.below_hundred(tokens, index)
    return (found.value, found.end) if found else (1, index)


def _with_day(tokens: Tokens, found: Match[Series]) -> Match[Series]:
    """Read what follows the unit: `month on 31`, `week on fri`, `year on 25 dec`, `mes el primer lunes`."""
    spec = found.spec
    if spec.weekdays or spec.month_days:
        return found
    lead = words.ON_DAY.find(tokens, found.end)
    place = lead[1] if lead else tokens.after(found.end, ",")
    if spec.unit == words.WEEK and (named := _weekdays(tokens, place)):
        return Match(spec._replace(weekdays=named.spec.weekdays), named.end)
    if spec.unit == words.MONTH:
        return _with_month_day(tokens, found, place, has_lead=lead is not None)
    if spec.unit == words.YEAR and (dated := _yearly_date(tokens, place)):
        return Match(dated.spec._replace(interval=spec.interval), dated.end)
    return found


def _with_month_day(tokens: Tokens, found: Match[Series], place: int, *, has_lead: bool) -> Match[Series]:
    if named := _nth_weekday(tokens, place) or _last_day(tokens, place):
        return Match(named.spec._replace(interval=found.spec.interval), named.end)
    days, end = _month_days(tokens, place)
    if not days or not has_lead:
        return found
    return Match(found.spec._replace(month_days=days), end)


def _with_hour(tokens: Tokens, found: Match[Series]) -> Match[Series]:
    if found.spec.hour is not None:
        return found
    times = hours.read(tokens, tokens.after(found.end, ","))
    if not times:
        return found
    best = max(times, key=lambda match: match.end)
    return Match(found.spec._replace(hour=best.spec), best.end)


def _with_start(tokens: Tokens, found: Match[Series]) -> Match[Series]:
    """Read `from 2026-12-01 09:00`, `a partir de segunda`: how buttons write a series."""
    lead = words.STARTING.find(tokens, found.end)
    if lead is None:
        return found
    starts = list(days.read(tokens, lead[1]))
    if not starts:
        return found
    day = max(starts, key=lambda match: match.end)
    times = hours.read(tokens, day.end)
    hour = max(times, key=lambda match: match.end) if times else None
    spec = DayAndHour(day.spec, hour.spec if hour else None)
    return Match(found.spec._replace(start=spec), hour.end if hour else day.end)
