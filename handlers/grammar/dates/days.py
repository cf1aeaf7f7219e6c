"""Phrases that name a day: `tomorrow`, `próxima sexta`, `25 dez`, `2/3`, `dia 25`, `end of month`, `q1`."""

from collections.abc import Iterator

from handlers.grammar.dates import calendar_days, periods, weekdays
from handlers.grammar.dates.specs import Day, Match
from handlers.grammar.scan import Tokens


def read(tokens: Tokens, index: int) -> Iterator[Match[Day]]:
    """Give every reading of a day that begins at `index`."""
    for parser in _PARSERS:
        found = parser(tokens, index)
        if found is not None:
            yield found


_PARSERS = (
    weekdays.relative,
    calendar_days.iso,
    calendar_days.slashed,
    calendar_days.day_then_month,
    calendar_days.month_then_day,
    calendar_days.day_of_month,
    calendar_days.fixed,
    weekdays.weekday,
    weekdays.weekday_of_week,
    weekdays.weekday_with_date,
    weekdays.weekday_with_number,
    periods.month_only,
    periods.part_of_month,
    periods.part_of_quarter,
    periods.day_of_month_away,
    periods.period,
    periods.weekend,
    periods.quarter,
    periods.span,
)
