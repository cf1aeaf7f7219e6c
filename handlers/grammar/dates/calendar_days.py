"""Days of the calendar: `2026-12-01`, `2/3`, `25 dez`, `Dec 25th`, `dia 25`, `5 of next month`."""

from datetime import date

from handlers.grammar import date_words as words, number_words
from handlers.grammar.dates.specs import Day, Exact, Impossible, Match, MonthDay, Slashed, Trust
from handlers.grammar.scan import Tokens

_LONGEST_MONTH = 31
_MOST_DAY = 39  # "32 dez" is a slip to ask about, "40 dez" no date
_CENTURY = 2000
_YEARS = range(1900, 2200)
_SHORT_YEARS = range(24, 40)  # "5 dez 26", if nothing is counted
_YEAR_DIGITS = 4
Found = Match[Day] | None


def iso(tokens: Tokens, index: int) -> Found:
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


def slashed(tokens: Tokens, index: int) -> Found:
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


def day_then_month(tokens: Tokens, index: int) -> Found:
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
    found_year, end = year(tokens, place + 1)
    is_doubtful = name in words.DOUBTFUL_MONTHS and found_year is None and place == day[1]
    return Match(MonthDay(day[0], month, found_year), end, Trust.CLOSED if is_doubtful else Trust.SURE)


def _after_article(tokens: Tokens, index: int) -> int:
    found = words.DAY_OF_MONTH.find(tokens, index)
    return found[1] if found else index


def fixed(tokens: Tokens, index: int) -> Found:
    """Read christmas, natal, año nuevo: names only where a date is expected, for Natal is a city too."""
    found = words.FIXED_DAYS.find(tokens, index)
    if found is None:
        return None
    month, day = found[0]
    return Match(MonthDay(day, month), found[1], Trust.MARKED)


def year(tokens: Tokens, index: int) -> tuple[int | None, int]:
    place = tokens.after(index, *words.OF, ",", "-", "/")
    if tokens[place].text == "'" and len(tokens[place + 1].text) == 2 and tokens.is_number_glued(place + 1):  # noqa: PLR2004
        return _CENTURY + int(tokens[place + 1].text), place + 2  # Dec '26
    typed = tokens.number(place)
    if typed in _YEARS and tokens[place + 1].text != ":":
        return typed, place + 1
    is_last = not (tokens[place + 1].is_word or tokens[place + 1].is_glued)
    if typed in _SHORT_YEARS and is_last and tokens[place - 1].text in {"de", *words.MONTHS}:
        return _CENTURY + int(tokens[place].text), place + 1
    return None, index


def month_then_day(tokens: Tokens, index: int) -> Found:
    """Read Dec 25, march 15th 2027."""
    month = words.MONTHS.get(tokens[index].text)
    day = _day_number(tokens, tokens.after(index + 1, "the")) if month else None
    if day is None or _is_hour(tokens, day[1]):
        return None
    found_year, end = year(tokens, day[1])
    return Match(MonthDay(day[0], month, found_year), end, Trust.CLOSED if found_year is None else Trust.SURE)


def _is_hour(tokens: Tokens, index: int) -> bool:
    """Whether the number before is no day: `mar 10h`, `dez 10:30`."""
    is_colon = tokens[index].text == ":" and tokens[index].is_glued and tokens.is_number_glued(index + 1)
    return is_colon or tokens[index].text in {"am", "pm", *words.HOURS}


def day_of_month(tokens: Tokens, index: int) -> Found:
    """Read dia 25, day 10, el 25, the 25th, 25th, `dia 5 do mês que vem`."""
    place = _after_article(tokens, index)
    article = tokens[place - 1].text if place > index else ""
    day = _day_number(tokens, place)
    if day is None and article in words.SURE_DAY_OF_MONTH:
        day = number_words.below_hundred(tokens, place, _LONGEST_MONTH)
    if day is None or day[0] > _LONGEST_MONTH or _is_hour(tokens, day[1]):
        return None
    has_th = day[1] == place + 2 and tokens[place + 1].text in {"st", "nd", "rd", "th"}
    is_named = article in words.SURE_DAY_OF_MONTH or article not in {"", "the"}
    if not has_th and not is_named:
        return None
    if found := words.OF_NEXT_MONTH.find(tokens, day[1]):
        return Match(MonthDay(day[0], months=found[0]), found[1])
    is_sure = article in words.SURE_DAY_OF_MONTH
    return Match(MonthDay(day[0]), day[1], Trust.SURE if is_sure else Trust.CLOSED)
