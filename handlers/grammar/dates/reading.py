"""Reading a date phrase: all its readings, the longest that may end where it ends, and its place in time."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta, timezone

from handlers.grammar import date_words as words, number_words, scan
from handlers.grammar.dates import days, hours, placing, series, spans
from handlers.grammar.dates.moments import Clock, DateProblem, Moment, Reason, Role
from handlers.grammar.dates.specs import (
    BareNumber,
    Day,
    DayAndHour,
    Duration,
    Exact,
    Hour,
    Instant,
    Led,
    Match,
    MonthDay,
    Now,
    Period,
    Phrase,
    RelativeDay,
    Shifted,
    Span,
    Trust,
    Vague,
    Weekday,
    leads,
)
from handlers.grammar.scan import Tokens

_LONGEST_PHRASE = 160
_MOST_DAY, _MOST_HOUR, _NOON = 31, 23, 12
_TRAILING = ".,;!"
_LONGEST_SHORT_NAME = 5

Result = Moment | DateProblem


def read(phrase: str, role: Role, clock: Clock, *, marked: bool = True) -> Result | None:
    """Read a phrase that is wholly a date; None if it is not one at all."""
    plain = phrase.strip()
    if len(plain) > _LONGEST_PHRASE:
        return None
    found = read_prefix(plain, role, clock, marked=marked)
    return found[0] if found and not plain[found[1] :].strip(_TRAILING) else None


def read_prefix(text: str, role: Role, clock: Clock, *, marked: bool = False) -> tuple[Result, int] | None:
    """Read the longest date phrase at the start of a text; the number tells how many characters it took.

    `marked` is for the places where a date is expected: there `seg`, `sex`, `may` alone are dates.
    """
    tokens = _tokens(text)
    if not may_begin(tokens[0].text) or words.NO_DATES.find(tokens, 0):
        return None
    found = _best(tokens, marked=marked)
    if found is None:
        return None
    if second := _second_date(tokens, found, marked=marked):
        return _either(tokens, found, second, role, clock)
    return _placed(tokens, found, role, clock)


def _placed(tokens: Tokens, found: Match[Phrase], role: Role, clock: Clock) -> tuple[Result, int]:
    start, end = tokens[0].start, tokens.end_of(found.end)
    return placing.place(found.spec, role, clock, tokens.source[start:end]), end


def _second_date(tokens: Tokens, found: Match[Phrase], *, marked: bool) -> Match[Phrase] | None:
    """Notice a date right after the date: `sat or sun`, `fri and mon`; taking the first alone would be a guess."""
    if isinstance(found.spec, BareNumber | Vague):
        return None
    place = tokens.after(found.end, "or", "and", "ou", "o", "e", "y", "/")
    least = Trust.CLOSED if marked else Trust.SURE
    after = [place, *(led.place for led in leads(tokens, place))] if place > found.end else [place]
    seconds = (
        Match(DayAndHour(day.spec, None), day.end, day.trust)
        for index in after
        for day in days.read(tokens, index)
        if not isinstance(day.spec, Span) and _is_second(day, place > found.end, least) and tokens.ends_at(day.end)
    )
    return max(seconds, key=lambda match: match.end, default=None)


def _is_second(day: Match[Day], is_joined: bool, least: Trust) -> bool:
    return day.trust >= least or (is_joined and isinstance(day.spec, Weekday) and least is Trust.CLOSED)


def _either(
    tokens: Tokens, first: Match[Phrase], second: Match[Phrase], role: Role, clock: Clock
) -> tuple[Result, int]:
    start, end = tokens[0].start, tokens.end_of(second.end)
    typed = tokens.source[start:end]
    found = [placing.place(match.spec, role, clock, typed) for match in (first, second)]
    offers = tuple(moment for moment in found if isinstance(moment, Moment))
    return DateProblem(typed=typed, reason=Reason.AMBIGUOUS, offers=offers), end


def _tokens(text: str) -> Tokens:
    """Scan, and read `seg.` and `Dec.` without their dots."""
    found = scan.scan(text)
    kept = (token for index, token in enumerate(found.items) if not _is_dot_of_name(found, index))
    return Tokens(text, tuple(kept))


def _is_dot_of_name(tokens: Tokens, index: int) -> bool:
    name = tokens[index - 1].text
    return (
        tokens[index].text == "."
        and tokens[index].is_glued
        and not tokens[index + 1].is_glued
        and len(name) < _LONGEST_SHORT_NAME
        and (name in words.MONTHS or name in words.WEEKDAYS)
    )


def may_begin(word: str) -> bool:
    """Whether a date phrase can begin with this folded word: asked before the dear question what date it is."""
    return word[:1].isdecimal() or word in _BEGINNINGS


def _best(tokens: Tokens, *, marked: bool) -> Match[Phrase] | None:
    found = sorted(_readings(tokens), key=lambda match: -match.end)
    return next((match for match in found if _may_end(tokens, match, marked=marked)), None)


def _may_end(tokens: Tokens, match: Match[Phrase], *, marked: bool) -> bool:
    if not tokens.ends_at(match.end):
        return False
    if marked or match.trust is Trust.SURE:
        return True
    return match.trust is Trust.CLOSED and _is_closed(tokens, match.end)


def _is_closed(tokens: Tokens, index: int) -> bool:
    """Whether nothing goes on after the phrase but a sign, a verb or a name: "2/3 of the team" goes on."""
    following = tokens[index]
    if not following.is_word:
        return not following.is_number
    return following.text in words.VERBS or tokens.source[following.start].isupper()


def _readings(tokens: Tokens) -> Iterator[Match[Phrase]]:
    yield from _phrases(tokens, 0)
    yield from _bare_number(tokens, 0)
    if words.STRONG_LEADS.find(tokens, 0) and not tokens[2].is_word:
        yield from _bare_number(tokens, 1)
    yield from _vague(tokens, 0)
    if found := series.read(tokens, 0):
        yield Match(found.spec, found.end, found.trust)
    for led in leads(tokens, 0):
        for match in _phrases(tokens, led.place):
            yield match._replace(trust=_led_trust(match.trust, led))


def _led_trust(trust: Trust, led: Led) -> Trust:
    if led.is_marked_only:
        return Trust.MARKED
    return Trust.SURE if led.is_strong and trust is Trust.CLOSED else trust


def _phrases(tokens: Tokens, index: int) -> Iterator[Match[Phrase]]:
    """Give every reading that begins at `index`; of two that end together the first counts."""
    if now := words.NOW.find(tokens, index):
        yield Match(Now(), now[1], Trust.CLOSED if now[0] else Trust.MARKED)
    span = spans.read(tokens, index)
    if span and not isinstance(span.spec, Span):
        yield Match(span.spec, span.end, span.trust)
    for day in days.read(tokens, index):
        yield Match(DayAndHour(day.spec, None), day.end, day.trust)
        yield from _hours_after(tokens, day)
        yield from _number_after(tokens, day)
    for hour in hours.read(tokens, index):
        yield Match(DayAndHour(None, hour.spec), hour.end, hour.trust)
        yield from _days_after(tokens, hour)


def _hours_after(tokens: Tokens, day: Match[Day]) -> Iterator[Match[Phrase]]:
    """Read `fri 10h`, `tomorrow morning`, `25 dez, às 10`, `2026-12-01T09:00Z`."""
    if isinstance(day.spec, Exact) and (instant := _iso_time(tokens, day.spec, day.end)):
        yield instant
        return
    for hour in hours.read_after_day(tokens, tokens.after(day.end, ",")):
        if hour.spec.days is None:
            yield Match(DayAndHour(day.spec, hour.spec), hour.end, _joint_trust(day.trust, hour.trust))
            yield from _number_after_part(tokens, day.spec, hour)


def _number_after_part(tokens: Tokens, day: Day, part: Match[Hour]) -> Iterator[Match[Phrase]]:
    """Ask about `tomorrow evening 8 call Ana`: eight o'clock, or eight of something?"""
    number = tokens.number(part.end, _NOON)
    is_counted = tokens[part.end + 1].is_word
    if not number or not is_counted or part.spec.granularity != "part" or part.spec.is_end_of_day:
        return
    settle = hours.in_morning if part.spec.hour < _NOON else hours.after_noon
    offers = (DayAndHour(day, settle(Hour(number))), DayAndHour(day, part.spec))
    yield Match(Vague(offers), part.end + 1, Trust.MARKED)


def _joint_trust(day: Trust, hour: Trust) -> Trust:
    """A day and an hour settle each other: "2/3 10h", "friday at 3 with Ana", "sexta às 10 com Ana"."""
    return day if Trust.MARKED in {day, hour} else Trust.SURE


def _iso_time(tokens: Tokens, day: Exact, index: int) -> Match[Phrase] | None:
    """Read the time after an ISO date to the letter: 03:00 is three in the morning."""
    place = tokens.after(index, "t")
    hour, minute = tokens.number(place, 23), tokens.number(place + 2, 59)
    if hour is None or minute is None or tokens[place + 1].text != ":":
        return None
    second = tokens.number(place + 4, 59) if tokens[place + 3].text == ":" else None
    local = datetime.combine(day.day, time(hour, minute, second or 0))
    end = place + (3 if second is None else 5)
    offset = _offset(tokens, end)
    if offset is None:
        return Match(Instant(local), end)
    return Match(Instant(local.replace(tzinfo=timezone(offset[0]))), offset[1])


def _offset(tokens: Tokens, index: int) -> tuple[timedelta, int] | None:
    """Read Z, +00:00, -03:00, -0300 right after a time."""
    sign = tokens[index]
    if sign.text == "z" and sign.is_glued:
        return timedelta(0), index + 1
    hour, minute = tokens.number(index + 1, 14), tokens.number(index + 3, 59)
    if sign.text not in {"+", "-"} or not sign.is_glued or hour is None or minute is None:
        return None
    if tokens[index + 2].text != ":":
        return None
    length = timedelta(hours=hour, minutes=minute)
    return (length if sign.text == "+" else -length), index + 4


def _number_after(tokens: Tokens, day: Match[Day]) -> Iterator[Match[Phrase]]:
    """Notice `fri 10` and `tomorrow 3`: an hour without its sign; `fri 27` can only be the 27th."""
    number = tokens.number(day.end, _MOST_DAY)
    if not number or tokens[day.end].is_glued or not isinstance(day.spec, RelativeDay | Weekday):
        return
    if number <= _MOST_HOUR and tokens[day.end + 1].text not in {"/", ":"}:
        yield Match(BareNumber(number, day.spec), _after_range(tokens, day.end + 1), Trust.MARKED)
    elif isinstance(day.spec, Weekday) and day.spec.which is None and _is_closed(tokens, day.end + 1):
        spec = MonthDay(number, weekday=day.spec.day)
        yield Match(DayAndHour(spec, None), day.end + 1, day.trust)


def _after_range(tokens: Tokens, index: int) -> int:
    """Step over the end of `fri 10-11`."""
    has_end = tokens[index].text in {"-", "to"} and tokens.number(index + 1, _MOST_HOUR)
    return index + 2 if has_end else index


def _days_after(tokens: Tokens, hour: Match[Hour]) -> Iterator[Match[Phrase]]:
    """Read `10h fri`, `3pm on friday`, `às 10 do dia 25`."""
    if hour.spec.days is not None:
        return
    place = tokens.after(hour.end, *words.BETWEEN_HOUR_AND_DAY)
    for index in (place, *(led.place for led in leads(tokens, place))):
        for day in days.read(tokens, index):
            if not isinstance(day.spec, Span) or day.spec.way:
                trust = _joint_trust(day.trust, hour.trust)
                yield Match(DayAndHour(day.spec, hour.spec), day.end, trust)
                yield from _part_after(tokens, day, hour.spec, trust)


def _part_after(tokens: Tokens, day: Match[Day], hour: Hour, trust: Trust) -> Iterator[Match[Phrase]]:
    """Read the last word of `at 9 tomorrow morning`."""
    part = words.PARTS.find(tokens, day.end) or words.LED_PARTS.find(tokens, day.end)
    if part and not hour.is_exact:
        settled = hours.in_morning(hour) if part[0] == words.MORNING else hours.after_noon(hour)
        yield Match(DayAndHour(day.spec, settled), part[1], trust)


def _bare_number(tokens: Tokens, index: int) -> Iterator[Match[Phrase]]:
    """Notice `10`: an hour or a day? Above 23 it is a day, if nothing is counted."""
    number = tokens.number(index, _MOST_DAY)
    if not number:
        return
    if number <= _MOST_HOUR or _is_closed(tokens, index + 1):
        yield Match(BareNumber(number), index + 1, Trust.MARKED)
    for day in days.read(tokens, index + 1) if number <= _MOST_HOUR else ():
        if isinstance(day.spec, RelativeDay | Weekday):
            yield Match(BareNumber(number, day.spec), day.end, Trust.MARKED)  # "9 tomorrow"


def _vague(tokens: Tokens, index: int) -> Iterator[Match[Phrase]]:
    """Notice `this week`, `in a few days`, `later`: worth a question with days to offer."""
    span = spans.read(tokens, index)
    if span and (counted := words.COUNTED_FROM.find(tokens, span.end)):
        yield Match(Vague(()), counted[1], Trust.MARKED)  # "2 days before the fair"
    if before := words.BEFORE.find(tokens, index):
        yield from _before(tokens, before[1])
    for table, offers in _VAGUE:
        if found := table.find(tokens, index):
            yield Match(Vague(offers), found[1], Trust.MARKED)


def _before(tokens: Tokens, index: int) -> Iterator[Match[Phrase]]:
    """Ask about `before friday`: the working day before, or the day itself."""
    for day in days.read(tokens, index):
        if isinstance(day.spec, Weekday | RelativeDay | MonthDay):
            earlier = Shifted(day.spec, Span(-1, words.WORKING_DAY))
            yield Match(Vague((DayAndHour(earlier, None), DayAndHour(day.spec, None))), day.end, Trust.MARKED)


_VAGUE: tuple[tuple[scan.Phrases[bool], tuple[DayAndHour | Duration, ...]], ...] = (
    (words.FEW_DAYS, tuple(DayAndHour(Span(days, words.DAY, 1), None) for days in (2, 3, 5))),
    (words.THIS_WEEK, (DayAndHour(RelativeDay(1), None), DayAndHour(Period("week", 0, is_end=True), None))),
    (words.LATER, (Duration(3600, 1), Duration(3 * 3600, 1), DayAndHour(RelativeDay(1), None))),
)


def _beginnings() -> frozenset[str]:
    """List every word a date phrase may begin with, so that most words of a text are refused at once."""
    tables = [table for table in vars(words).values() if isinstance(table, scan.Phrases)]
    phrases = frozenset(word for table in tables for word in table)
    names = words.MONTHS.keys() | words.WEEKDAYS.keys() | words.ORDINAL_WORDS.keys()
    return (
        phrases
        | names
        | words.WEEKDAYS_PLURAL.keys()
        | words.PLURAL_LEADS
        | {"las"}
        | number_words.SMALL.keys()
        | {words.CONTRACTED_LEAD}
    )


_BEGINNINGS = _beginnings()
