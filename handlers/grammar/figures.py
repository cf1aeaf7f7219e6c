"""Numbers in figures: which separator groups and which is decimal."""

import re
from decimal import Decimal
from typing import NamedTuple

GROUP = 3  # digits between two thousands separators
_LONGEST = 40
# A blank groups only if it cannot break a line; the plain one is looked at apart.
_FIGURES = re.compile("[0-9][0-9.,'’\u00a0\u202f\u2009]{0,40}")
_BARE_DECIMAL = re.compile("[.,][0-9]{1,2}(?![0-9.,])")
_BLANK_GROUP = re.compile("[ \u00a0][0-9]{3}(?![0-9])")
_BLANKS = re.compile("['’\u00a0\u202f\u2009 ]")
_SIGNS = re.compile("[^0-9]")


class Figures(NamedTuple):
    text: str
    end: int


def take(text: str, place: int, *, has_currency: bool) -> Figures | None:
    """Take the number at a place; after a currency sign `.50` is one too."""
    found = _FIGURES.match(text, place)
    if found is None:
        bare = _BARE_DECIMAL.match(text, place) if has_currency else None
        return Figures("0" + bare[0], bare.end()) if bare else None
    typed = found[0].rstrip(".,'’\u00a0\u202f\u2009")
    return _with_blank_groups(text, place, place + len(typed))


def _with_blank_groups(text: str, place: int, end: int) -> Figures:
    """Go on over `12 000`: three digits after a blank, where the number before could be its thousands."""
    while _SIGNS.sub("", text[place:end]) == text[place:end].replace(" ", "") and end - place < _LONGEST:
        found = _BLANK_GROUP.match(text, end)
        if found is None or (text.find(" ", place, end) < 0 and end - place > GROUP):
            break
        end = found.end()
    tail = _BARE_DECIMAL.match(text, end) if " " in text[place:end] else None
    end = tail.end() if tail else end
    return Figures(text[place:end], end)


def may_be_two(typed: str) -> bool:
    """Whether `$12 300` may be 12 and 300 of something else; no count begins with a zero, so `$12 000` is one."""
    return any(group[:1] not in {"", "0"} for group in typed.split(" ")[1:])


def has_one_group(typed: str) -> bool:
    """Whether it is like 1.500: one separator, three digits after it."""
    signs = _SIGNS.findall(typed)
    return len(signs) == 1 and signs[0] in ".," and len(typed) - typed.index(signs[0]) - 1 == GROUP


def both_readings(typed: str) -> tuple[Decimal, ...]:
    """Read one separator as grouping and as decimal."""
    sign = _SIGNS.findall(typed)[0]
    return Decimal(typed.replace(sign, "")), Decimal(typed.replace(sign, "."))


def readings(typed: str, *, has_three_decimals: bool = False, is_rupee: bool = False) -> tuple[Decimal, ...]:
    """Give the number, or several that it may mean, or none if no rule reads it."""
    plain = _BLANKS.sub(" ", typed)
    signs = _SIGNS.findall(plain)
    kinds = set(signs)
    if not kinds:
        return (Decimal(plain),)
    if len(kinds) > 1:
        return _with_decimal_sign(plain, signs)
    if signs == [" "] or len(signs) > 1:
        is_grouped = _is_grouped(plain, signs[0]) or (is_rupee and _is_grouped_in_lakhs(plain, signs[0]))
        return (Decimal(plain.replace(signs[0], "")),) if is_grouped else ()
    return _with_one_sign(plain, signs[0], has_three_decimals=has_three_decimals)


def _with_one_sign(plain: str, sign: str, *, has_three_decimals: bool) -> tuple[Decimal, ...]:
    decimals = len(plain.partition(sign)[2])
    grouped, decimal = both_readings(plain)
    if decimals < GROUP or (decimals == GROUP and has_three_decimals):
        return (decimal,)
    return (grouped,) if _is_grouped(plain, sign) else (grouped, decimal)


def _with_decimal_sign(plain: str, signs: list[str]) -> tuple[Decimal, ...]:
    """Read two kinds of separator: the last is decimal, the others group."""
    last = signs[-1]
    whole, _, decimals = plain.rpartition(last)
    groups = set(signs[:-1])
    if len(groups) != 1 or last in groups or not _is_grouped(whole, signs[0]):
        return ()
    return (Decimal(f"{whole.replace(signs[0], '')}.{decimals}"),)


def _is_grouped(plain: str, sign: str) -> bool:
    first, *rest = plain.split(sign)
    has_first = 0 < len(first) <= GROUP and not first.startswith("0")
    return has_first and all(len(group) == GROUP for group in rest)


def _is_grouped_in_lakhs(plain: str, sign: str) -> bool:
    *groups, last = plain.split(sign)
    return len(last) == GROUP and all(0 < len(group) <= GROUP - 1 for group in groups)
