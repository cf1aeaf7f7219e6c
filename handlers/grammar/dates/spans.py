"""Phrases that count: `20s`, `in half an hour`, `2bd`, `daqui a 2 semanas`, `3 days ago`."""

from typing import NamedTuple

from handlers.grammar import date_words as words, number_words
from handlers.grammar.dates.specs import BareM, Duration, HourOrDuration, Match, Span, Trust
from handlers.grammar.scan import Tokens

_MOST = 9999
_HALF_HOUR = 1800
_DAY = 24 * 3600
_TENTHS = {"5": 1800, "25": 900, "75": 2700}  # decimals of an hour people type, in seconds

Spec = Span | Duration | HourOrDuration | BareM


class _Count(NamedTuple):
    value: int
    end: int
    extra_seconds: int = 0  # 1.5h
    is_typed_in_figures: bool = True


def read(tokens: Tokens, index: int) -> Match[Spec] | None:
    """Read a span with what leads it (`in`, `há`) and what follows it (`ago`, `from now`)."""
    lead = words.SPAN_LEADS.find(tokens, index)
    found = _length(tokens, lead[1] if lead else index)
    if found is None:
        return None
    found = _with_rest(tokens, found)
    tail = _tail(tokens, found.end)
    way = lead[0] if lead else tail[0] if tail else 0
    end = tail[1] if tail and (lead is None or tail[0] == lead[0]) else found.end
    return _directed(found, end, way)


def _tail(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """Read `ago`, `from now`, `depois`; "2 dias depois da feira" counts from the fair."""
    tail = words.SPAN_TAILS.find(tokens, index)
    other = words.COUNTED_FROM.find(tokens, index)
    return tail if tail and (other is None or other[1] <= tail[1]) else None


def _with_rest(tokens: Tokens, found: Match[Spec]) -> Match[Spec]:
    """Add what follows: `1 week and 2 days`, `1w2d`, `2 dias e 3 horas`; "1d 2h" alone is a day and its hour."""
    place = tokens.after(found.end, "and", "e", "y", ",")
    is_joined = place > found.end or tokens[place].is_glued
    if not isinstance(found.spec, Span) or found.spec.unit not in words.DAYS_IN or not is_joined:
        return found
    rest = _length(tokens, place)
    days = found.spec.number * words.DAYS_IN[found.spec.unit]
    if rest is None:
        return found
    match rest.spec:
        case Span(number, unit) if unit in words.DAYS_IN:
            return Match(Span(days + number * words.DAYS_IN[unit], words.DAY), rest.end, found.trust)
        case HourOrDuration(hour, minute) if tokens[place - 1].text in {"and", "e", "y"}:
            seconds = hour * words.SECONDS_IN[words.HOUR] + minute * 60
            return Match(Duration(days * _DAY + seconds), rest.end, found.trust)
        case Duration(seconds):
            return Match(Duration(days * _DAY + seconds), rest.end, found.trust)
        case _:
            return found


def _directed(found: Match[Spec], end: int, way: int) -> Match[Spec]:
    if not way:
        return found
    match found.spec:
        case Span(count, unit):
            return Match(Span(count, unit, way), end)
        case Duration(seconds):
            return Match(Duration(seconds, way), end)
        case HourOrDuration(hour, minute):
            return Match(Duration(hour * words.SECONDS_IN[words.HOUR] + minute * 60, way), end)
        case BareM(count):
            return Match(BareM(count, way), end, found.trust)


def _length(tokens: Tokens, index: int) -> Match[Spec] | None:
    if fixed := words.LENGTHS.find(tokens, index):
        return Match(Duration(fixed[0]), fixed[1], Trust.CLOSED)
    if days := words.FORTNIGHTS.find(tokens, index):
        return Match(Span(days[0], words.DAY), days[1], Trust.CLOSED)
    count = _with_half(tokens, _count(tokens, index))
    unit = words.UNITS.find(tokens, count.end) if count else None
    if count is None or unit is None or not _is_unit(tokens, count.end):
        return None
    name, end = unit
    if name == words.BARE_M:
        return Match(BareM(count.value), end, Trust.MARKED)
    if name in words.SECONDS_IN:
        return _lasting(tokens, count, name, end)
    if count.extra_seconds:
        return None
    return Match(Span(count.value, name), end, _trust(tokens, count, end))


def _with_half(tokens: Tokens, count: _Count | None) -> _Count | None:
    """Read `2 and a half hours`."""
    half = words.HALF_MORE.find(tokens, count.end) if count else None
    if count is None or half is None or not words.UNITS.find(tokens, half[1]):
        return count
    return count._replace(end=half[1], extra_seconds=_HALF_HOUR)


def _is_unit(tokens: Tokens, place: int) -> bool:
    return tokens[place].is_glued or tokens[place].text not in words.GLUED_UNITS


def _trust(tokens: Tokens, count: _Count, end: int) -> Trust:
    """`2d` is a date by itself; "3 days on site" and "2 sem desconto" are not."""
    return Trust.SURE if tokens[end - 1].is_glued and count.is_typed_in_figures else Trust.CLOSED


def _count(tokens: Tokens, index: int) -> _Count | None:
    value = tokens.number(index, _MOST)
    if value is None:
        found = words.COUNTS.find(tokens, index) or number_words.below_hundred(tokens, index)
        return _Count(found[0], found[1], is_typed_in_figures=False) if found else None
    if tokens[index + 1].text in {".", ","} and tokens[index + 1].is_glued and tokens[index + 2].is_glued:
        extra = _TENTHS.get(tokens[index + 2].text)
        return _Count(value, index + 3, extra) if extra else None
    return _Count(value, index + 1)


def _lasting(tokens: Tokens, count: _Count, unit: str, end: int) -> Match[Spec] | None:
    """Read a length in seconds, minutes or hours; `2h` and `10h30` may be an hour of the clock."""
    if count.extra_seconds and unit != words.HOUR:
        return None
    seconds = count.value * words.SECONDS_IN[unit] + count.extra_seconds
    if unit != words.HOUR:
        return Match(Duration(seconds), end, _trust(tokens, count, end))
    more, after = _minutes(tokens, end)
    is_clock_like = count.is_typed_in_figures and not count.extra_seconds and more % 60 == 0
    if is_clock_like and tokens[count.end].text not in words.ENGLISH_HOURS:
        return Match(HourOrDuration(count.value, more // 60), after)
    return Match(Duration(seconds + more), after, _trust(tokens, count, after))


def _minutes(tokens: Tokens, index: int) -> tuple[int, int]:
    """Read what follows the hours: 1h30, 2h 30min, `duas horas e meia`; in seconds."""
    if half := words.HALF_MORE.find(tokens, index):
        return _HALF_HOUR, half[1]
    place = tokens.after(index, "e", "y", "and")
    minutes = tokens.number(place, 59)
    if minutes is None:
        return 0, index
    unit = words.UNITS.find(tokens, place + 1)
    if unit and unit[0] in {words.MINUTE, words.BARE_M}:
        return minutes * 60, unit[1]
    has_two_digits = len(tokens[place].text) == len("30")
    is_bare = tokens[place].is_glued if place == index else tokens[index].text in {"e", "y"}
    is_last = not unit and not tokens[place + 1].is_word
    return (minutes * 60, place + 1) if is_bare and has_two_digits and is_last else (0, index)
