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
    if named is None:
        return _clock_times(tokens, index)
    return [named, *_within_part(tokens, named)]


def _clock_times(tokens: Tokens, index: int) -> list[Match[Hour]]:
    found = [parser(tokens, index) for parser in (_colon, _with_h, _with_half, _minutes_before_or_after)]
    if lead := words.HOUR_LEADS.find(tokens, index):
        parsers = (_colon, _with_h, _with_half, _minutes_before_or_after, _led_number, _led_words)
        found += [parser(tokens, lead[1]) for parser in parsers]
    return [match for match in found if match is not None]


def _within_part(tokens: Tokens, part: Match[Hour]) -> list[Match[Hour]]:
    """Read `tonight at 8`, `de manhã às 10`: the part tells the half of the day."""
    if part.spec.is_end_of_day or part.spec.hour in {_NOON, words.MIDNIGHT}:
        return []
    settle = in_morning if part.spec.hour < _NOON else after_noon
    times = _clock_times(tokens, tokens.after(part.end, ","))
    return [
        Match((time.spec if time.spec.is_exact else settle(time.spec))._replace(days=part.spec.days), time.end)
        for time in times
    ]


def _colon(tokens: Tokens, index: int) -> _Found:
    """Read 10:30, 10:30:20, 3:30 pm."""
    hour, minute = tokens.number(index, 99), tokens.number(index + 2, 99)
    if hour is None or minute is None or tokens[index + 1].text != ":" or len(tokens[index + 2].text) != 2:  # noqa: PLR2004
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
    (words.LED_PARTS, Trust.CLOSED),
    (words.PARTS, Trust.MARKED),
)
