"""Phrases that name a time of day: `10:30`, `3pm`, `às dez e meia`, `a las 11`, `tonight`, `eod`."""

from handlers.grammar import date_words as words, number_words
from handlers.grammar.dates.moments import Granularity
from handlers.grammar.dates.specs import Hour, Match, Trust
from handlers.grammar.scan import Phrases, Tokens

_LAST_HOUR = 23
_NOON = 12
_HOUR_MINUTES = 60
_Found = Match[Hour] | None


def read(tokens: Tokens, index: int) -> list[Match[Hour]]:
    """Give every reading of a time of day that begins at `index`."""
    named = _named(tokens, index)
    found = [named, *within_part(tokens, named)] if named else _clock_times(tokens, index)
    return [match._replace(end=_after_sharp(tokens, match.end)) for match in found]


def read_after_day(tokens: Tokens, index: int) -> list[Match[Hour]]:
    """Give the readings after a day, where `by 5` can only be an hour."""
    lead = words.HOUR_LEADS_AFTER_DAY.find(tokens, index)
    return [*read(tokens, index), *(_led_times(tokens, lead[1]) if lead else ())]


def _after_sharp(tokens: Tokens, index: int) -> int:
    found = words.SHARP.find(tokens, index)
    return found[1] if found else index


def _clock_times(tokens: Tokens, index: int) -> list[Match[Hour]]:
    parsers = (_range, _colon, _with_h, _with_half, _words_with_half, _minutes_before_or_after)
    found = [match for parser in parsers if (match := parser(tokens, index))]
    if lead := words.HOUR_LEADS.find(tokens, index):
        found += _led_times(tokens, lead[1])
    return [_with_end(tokens, match) for match in found]


def _led_times(tokens: Tokens, index: int) -> list[Match[Hour]]:
    parsers = (_colon, _with_h, _with_half, _minutes_before_or_after, _led_number, _led_four_digits, _led_words)
    return [match for parser in parsers if (match := parser(tokens, index))]


def within_part(tokens: Tokens, part: Match[Hour]) -> list[Match[Hour]]:
    """Read `tonight at 8`, `de manhã às 10`, `tomorrow evening 7`: the part tells the half of the day."""
    if part.spec.is_end_of_day or part.spec.hour in {_NOON, words.MIDNIGHT}:
        return []
    settle = in_morning if part.spec.hour < _NOON else after_noon
    place = tokens.after(part.end, ",")
    times = _clock_times(tokens, place) or _last_number(tokens, place)
    return [
        Match((time.spec if time.spec.is_exact else settle(time.spec))._replace(days=part.spec.days), time.end)
        for time in times
    ]


def _last_number(tokens: Tokens, index: int) -> list[Match[Hour]]:
    """Take a bare number for the hour if nothing is counted by it."""
    hour = tokens.number(index, _NOON)
    return [Match(Hour(hour), index + 1)] if hour and not tokens[index + 1].is_word else []


def _with_end(tokens: Tokens, start: Match[Hour]) -> Match[Hour]:
    """Step over the end of `10h às 11h`, `10:00-11:00`: the beginning is when to be there."""
    if tokens[start.end].text not in words.RANGE_JOINTS or start.trust is not Trust.SURE:
        return start
    parsers = (_colon, _with_h, _with_half)
    ends = [match for parser in parsers if (match := parser(tokens, start.end + 1))]
    return start._replace(end=max(match.end for match in ends)) if ends else start


def _range(tokens: Tokens, index: int) -> _Found:
    """Read `10-11am`, `das 10 às 11`, `between 10 and 11`: the first, in the half of the day of the second."""
    lead = words.RANGE_LEADS.find(tokens, index)
    place = lead[1] if lead else index
    first = tokens.number(place, _LAST_HOUR)
    if first is None or tokens[place + 1].text not in words.RANGE_JOINTS:
        return None
    ends = [match for parser in (_colon, _with_h, _with_half) if (match := parser(tokens, place + 2))]
    if ends:
        last = max(ends, key=lambda match: match.end)
        is_afternoon = last.spec.is_exact and last.spec.hour >= _NOON and first + _NOON <= last.spec.hour
        hour = after_noon(Hour(first)) if is_afternoon else Hour(first, is_exact=last.spec.is_exact)
        return Match(hour, last.end, Trust.SURE if lead or tokens[place + 1].is_glued else Trust.MARKED)
    last_number = tokens.number(place + 2, _LAST_HOUR)
    if lead is None or last_number is None or tokens[place + 3].is_word:
        return None
    return Match(Hour(first), place + 3, Trust.CLOSED)


def _colon(tokens: Tokens, index: int) -> _Found:
    """Read 10:30, 10:30:20, 3:30 pm, 10.30am."""
    hour, minute = tokens.number(index, 99), tokens.number(index + 2, 99)
    if hour is None or minute is None or len(tokens[index + 2].text) != 2:  # noqa: PLR2004 - two digits
        return None
    has_half = words.BEFORE_NOON.find(tokens, index + 3) or words.AFTER_NOON.find(tokens, index + 3)
    if tokens[index + 1].text != ":" and not (tokens[index + 1].text == "." and has_half):
        return None
    if not (tokens[index + 1].is_glued and tokens[index + 2].is_glued):
        return None
    second = tokens.number(index + 4, 99) if tokens[index + 3].text == ":" and tokens[index + 4].is_glued else None
    end = index + (3 if second is None else 5)
    granularity: Granularity = "minute" if second is None else "second"
    end = tokens.after(end, *words.HOURS, "horas")
    return _in_half(tokens, Hour(hour, minute, second or 0, granularity=granularity), end, Trust.SURE)


def _with_h(tokens: Tokens, index: int) -> _Found:
    """Read 10h, 10h30, 10 horas, 10h30min."""
    hour = tokens.number(index, 99)
    if hour is None or tokens[index + 1].text not in words.HOURS | words.LONG_HOURS:
        return None
    minute = tokens.number(index + 2, 59)
    if minute is None or not tokens[index + 2].is_glued or len(tokens[index + 2].text) != 2:  # noqa: PLR2004
        half = words.HALF_PAST.find(tokens, index + 2)
        minute, end = half or (0, index + 2)
    else:
        end = tokens.after(index + 3, "min", "m")
    return _in_half(tokens, Hour(hour, minute), end, Trust.SURE)


def _with_half(tokens: Tokens, index: int) -> _Found:
    """Read 3pm, 3 p.m., 10 da manhã, 8 de la noche, 10 o'clock."""
    hour = tokens.number(index, 99)
    if hour is None:
        return None
    if tuple(tokens[index + step].text for step in (1, 2, 3)) == ("o", "'", "clock"):
        return _in_half(tokens, Hour(hour), index + 4, Trust.SURE)
    if tokens[index + 1].text == "oclock":
        return _in_half(tokens, Hour(hour), index + 2, Trust.SURE)
    found = _in_half(tokens, Hour(hour), index + 1, Trust.SURE)
    return found if found.end > index + 1 else None


def _words_with_half(tokens: Tokens, index: int) -> _Found:
    """Read `três da tarde`, `las tres de la tarde`, `three o'clock`."""
    place = tokens.after(index, "las", "la")
    hour = number_words.below_hundred(tokens, place, _LAST_HOUR)
    number = tokens.number(place, _LAST_HOUR) if place > index else None
    if hour is None and number is None:
        return None
    value, end = hour or (number or 0, place + 1)
    if tuple(tokens[end + step].text for step in range(3)) == ("o", "'", "clock"):
        return _in_half(tokens, Hour(value), end + 3, Trust.SURE)
    half = words.HALF_PAST.find(tokens, end)
    found = _in_half(tokens, Hour(value, half[0] if half else 0), half[1] if half else end, Trust.CLOSED)
    return found if found.spec.is_exact else None


def _in_half(tokens: Tokens, hour: Hour, end: int, trust: Trust) -> Match[Hour]:
    """Apply am, pm or a part of the day that follows."""
    if found := words.BEFORE_NOON.find(tokens, end):
        return Match(in_morning(hour), found[1], Trust.SURE)
    if found := words.AFTER_NOON.find(tokens, end):
        return Match(after_noon(hour), found[1], Trust.SURE)
    return Match(hour, end, trust)


def in_morning(hour: Hour) -> Hour:
    """Read the hour as before noon; 12 am is midnight, 13 am no time."""
    if hour.hour > _NOON:
        return _exact(hour, 99)
    return _exact(hour, hour.hour % _NOON)


def after_noon(hour: Hour) -> Hour:
    """Read the hour as after noon; 15 pm is 15."""
    return _exact(hour, hour.hour + _NOON if hour.hour < _NOON else hour.hour)


def _exact(hour: Hour, value: int) -> Hour:
    return Hour(value, hour.minute, hour.second, is_exact=True, granularity=hour.granularity)


def _led_number(tokens: Tokens, index: int) -> _Found:
    """Read `at 10`, `às 10 e meia`, `a las 10 y cuarto`, `at 10.30`."""
    hour = tokens.number(index, 99)
    if hour is None or len(tokens[index].text) > 2:  # noqa: PLR2004 - two digits
        return None
    minute = tokens.number(index + 2, 59)
    has_dot = tokens[index + 1].text == "." and tokens[index + 1].is_glued and tokens[index + 2].is_glued
    if has_dot and minute is not None and len(tokens[index + 2].text) == 2:  # noqa: PLR2004
        return _in_half(tokens, Hour(hour, minute), index + 3, Trust.CLOSED)
    return _with_quarters(tokens, hour, index + 1)


def _led_four_digits(tokens: Tokens, index: int) -> _Found:
    """Read `at 1730`, where a date is expected: "at 1500" may be a price."""
    typed = tokens[index].text
    if not typed.isdecimal() or len(typed) != 4:  # noqa: PLR2004 - HHMM
        return None
    hour = Hour(int(typed[:2]), int(typed[2:]), is_exact=True)
    return Match(hour, index + 1, Trust.MARKED) if hour.is_valid else None


def _led_words(tokens: Tokens, index: int) -> _Found:
    """Read `às dez e meia`, `a las once`, `at ten thirty`."""
    hour = number_words.below_hundred(tokens, index, _LAST_HOUR)
    if hour is None:
        return None
    minute = _minute_words(tokens, hour.end)
    if minute:
        return _in_half(tokens, Hour(hour.value, minute.value), minute.end, Trust.SURE)
    return _with_quarters(tokens, hour.value, tokens.after(hour.end, "horas", "em"))


def _minute_words(tokens: Tokens, index: int) -> number_words.Found | None:
    """Read `thirty`, `e quinze`, `y veinte`."""
    place = tokens.after(index, "e", "y")
    found = number_words.below_hundred(tokens, place, 59)
    return found if found and found.value >= 5 else None  # noqa: PLR2004 - "at ten two people"


def _with_quarters(tokens: Tokens, hour: int, end: int) -> Match[Hour]:
    if found := words.HALF_PAST.find(tokens, end):
        return _in_half(tokens, Hour(hour, found[0]), found[1], Trust.SURE)
    if found := words.BEFORE_THE_HOUR.find(tokens, end):
        return _in_half(tokens, _before(hour, found[0]), found[1], Trust.SURE)
    return _in_half(tokens, Hour(hour), end, Trust.CLOSED)


def _before(hour: int, minutes: int) -> Hour:
    return Hour((hour - 1) % 24, _HOUR_MINUTES - minutes)


def _minutes_before_or_after(tokens: Tokens, index: int) -> _Found:
    """Read `quarter to five`, `half past ten`, `quinze para as dez`."""
    before = words.MINUTES_BEFORE.find(tokens, index)
    found = before or words.MINUTES_AFTER.find(tokens, index)
    if found is None:
        return None
    hour = tokens.number(found[1], 23)
    end = found[1] + 1
    if hour is None:
        named = number_words.below_hundred(tokens, found[1], _LAST_HOUR)
        if named is None:
            return None
        hour, end = named
    time = _before(hour, found[0]) if before else Hour(hour, found[0])
    return _in_half(tokens, time, end, Trust.SURE)


def _named(tokens: Tokens, index: int) -> _Found:
    """Read noon, midnight, tonight, in the morning, evening, eod."""
    for table, trust in _NAMED:
        if found := table.find(tokens, index):
            return _named_hour(tokens, table, Match(found[0], found[1], trust))
    return None


def _named_hour(tokens: Tokens, table: Phrases[int], found: Match[int]) -> Match[Hour]:
    if table is words.ENDS_OF_DAY:
        return Match(Hour(found.spec, is_exact=True, granularity="part", is_end_of_day=True), found.end)
    days = {id(words.PARTS_OF_TODAY): 0, id(words.PARTS_OF_YESTERDAY): -1}.get(id(table))
    if table is words.NOONS and (half := words.HALF_PAST.find(tokens, found.end)):
        return Match(Hour(_NOON, half[0], is_exact=True), half[1])
    part = Hour(found.spec, is_exact=True, granularity="part", days=days)
    return Match(part, found.end, found.trust)


_NAMED: tuple[tuple[Phrases[int], Trust], ...] = (
    (words.PARTS_OF_TODAY, Trust.SURE),
    (words.PARTS_OF_YESTERDAY, Trust.SURE),
    (words.ENDS_OF_DAY, Trust.SURE),
    (words.NOONS, Trust.CLOSED),
    (words.AFTER_LUNCH, Trust.CLOSED),
    (words.MIDNIGHTS, Trust.CLOSED),
    (words.LATE_PARTS, Trust.CLOSED),
    (words.LED_PARTS, Trust.CLOSED),
    (words.PARTS, Trust.MARKED),
)
