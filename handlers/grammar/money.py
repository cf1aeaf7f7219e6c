"""Amounts of money as people type them: a number is money only beside a sign, an ISO code or a currency word."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import NamedTuple

from handlers.grammar import currencies, figures, number_words, scan
from handlers.grammar.currencies import Language
from storage import keys

MOST_MINOR = 10**15
_MOST_OFFERS = 4
_LONGEST_PHRASE = 120
_BLANKS = re.compile("[ \u00a0\u202f\u2009]*")
_CODE = re.compile(r"[A-Za-z]{3}(?![^\W\d_])")
_LETTERS = re.compile(r"[^\W\d_]{1,12}(?![^\W\d_])")
_MINUS = re.compile("[-−–](?=[^ ])")
_MINUS_WORD = re.compile("(?:minus|menos) ", re.IGNORECASE)
_RANGE = re.compile("[-–][$€£]?[0-9]")

_MILLIONS = dict.fromkeys(number_words.MILLION, 10**6) | dict.fromkeys(number_words.BILLION, 10**9)
_SCALES = {"k": 1000, "mil": 1000, "thousand": 1000, "grand": 1000} | _MILLIONS
_GLUED_SCALES = _SCALES | {"m": 10**6, "mm": 10**6, "mi": 10**6, "mn": 10**6, "mln": 10**6, "bn": 10**9, "bi": 10**9}
_PORTUGUESE_SCALES = _SCALES | {"mi": 10**6, "bi": 10**9}
_MILLION_IN_SPANISH = 10**9  # mil millones
_HALVES = scan.Phrases(
    {
        "half a million": 500_000,
        "meio milhao": 500_000,
        "medio millon": 500_000,
        "a million and a half": 1_500_000,
        "um milhao e meio": 1_500_000,
        "un millon y medio": 1_500_000,
    },
)
_WEIGHTS = frozenset({"pounds", "libras"})


class Reason(StrEnum):
    AMBIGUOUS = "ambiguous"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    WHICH_CURRENCY = "which_currency"


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Integer minor units of one currency."""

    minor: int
    currency: str
    typed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyProblem:
    """An amount that must be asked about, with the readings to offer."""

    typed: str
    reason: Reason
    offers: tuple[Amount, ...] = ()


class _At(NamedTuple):
    """A part of an amount and the place after it."""

    value: str
    end: int


class _Times(NamedTuple):
    value: int
    end: int
    is_sure: bool = True


class _Found(NamedTuple):
    """An amount as far as the text tells: the numbers and currencies it may mean."""

    numbers: tuple[Decimal, ...]
    currencies: tuple[str, ...]
    end: int
    is_negative: bool = False


class _Setting(NamedTuple):
    dollar: str
    language: Language
    is_whole: bool


def read(phrase: str, *, dollar: str = "USD", language: Language = "en") -> Amount | MoneyProblem | None:
    """Read a phrase that is wholly an amount; None if it is not one."""
    plain = phrase.strip()
    if len(plain) > _LONGEST_PHRASE:
        return None
    found = _read_at_start(plain, _Setting(dollar, language, is_whole=True))
    return found[0] if found and not plain[found[1] :].rstrip(".,;+") else None


def read_prefix(
    text: str, *, dollar: str = "USD", language: Language = "en"
) -> tuple[Amount | MoneyProblem, int] | None:
    """Read the amount at the start of a text; the number tells how many characters it took."""
    return _read_at_start(text, _Setting(dollar, language, is_whole=False))


def typed_form(amount: Amount) -> str:
    """Write an amount so that reading it gives the same one."""
    return f"{amount.currency} {_in_units(amount):f}"


def _in_units(amount: Amount) -> Decimal:
    return Decimal(amount.minor).scaleb(-currencies.exponent(amount.currency))


def _read_at_start(text: str, setting: _Setting) -> tuple[Amount | MoneyProblem, int] | None:
    start = _skip_blanks(text, 0)
    found = _in_figures(text, start, setting) or _in_words(text, start, setting)
    if found is None:
        return None
    if _RANGE.match(text, found.end):
        found = _with_range(text, found, setting)
    elif not scan.is_boundary(text, found.end + text.startswith("+", found.end)):
        return None
    return _judged(text[start : found.end], found), found.end


def _in_figures(text: str, start: int, setting: _Setting) -> _Found | None:
    """Read `$12k`, `R$ 8.500`, `12k EUR`, `-€5`."""
    place = _after_minus(text, start)
    before = _currency_before(text, place, setting)
    after_sign = _after_minus(text, _skip_blanks(text, before.end)) if before else place
    number = figures.take(text, after_sign, has_currency=before is not None)
    if number is None:
        return None
    times = _scale(text, number.end, setting)
    after = _currency_after(text, times.end, setting)
    if before is None and after is None:
        return None
    end = after.end if after else times.end
    is_negative = place > start or (before is not None and after_sign > _skip_blanks(text, before.end))
    codes = _settled(before.value if before else None, after.value if after else None, setting.dollar)
    numbers = _numbers(number.text, times, codes)
    if after is None and figures.may_be_two(number.text):
        numbers += _numbers(number.text.partition(" ")[0], _Times(1, 0), codes)
    return _Found(numbers, codes, end, is_negative)


def _numbers(typed: str, times: _Times, codes: tuple[str, ...]) -> tuple[Decimal, ...]:
    decimals = max(currencies.exponent(code) for code in codes)
    plain = figures.readings(typed, has_three_decimals=decimals == figures.GROUP, is_rupee=codes == ("INR",))
    if times.value > 1 and figures.has_one_group(typed):
        plain = figures.both_readings(typed)  # $1.250k: thousands of thousands, or a quarter?
    scaled = tuple(number * times.value for number in plain)
    return scaled if times.is_sure else scaled + plain


def _in_words(text: str, start: int, setting: _Setting) -> _Found | None:
    """Read `twelve thousand dollars`, `meio milhão de reais`, `mil e duzentos euros`."""
    minus = _MINUS_WORD.match(text, start)
    start = minus.end() if minus else start
    tokens = scan.scan(text, start)
    if minus and (in_figures := _in_figures(text, start, setting)):
        return in_figures._replace(is_negative=True)
    if not number_words.starts(tokens[0].text) and tokens[0].text not in _HALVES:
        return None
    number = _HALVES.find(tokens, 0) or number_words.read(tokens, 0)
    if number is None:
        return None
    after = _currency_after(text, tokens.end_of(number[1]), setting)
    if after is None:
        return None
    codes = _settled(None, after.value, setting.dollar)
    return _Found((Decimal(number[0]),), codes, after.end, is_negative=minus is not None)


def _skip_blanks(text: str, place: int) -> int:
    found = _BLANKS.match(text, place)
    return found.end() if found else place


def _after_minus(text: str, place: int) -> int:
    found = _MINUS.match(text, place)
    return found.end() if found else place


def _currency_before(text: str, place: int, setting: _Setting) -> _At | None:
    if found := currencies.SYMBOL.match(text, place):
        return _At(_symbol(found[0]), found.end())
    code = _code(text, place)
    if code and (setting.is_whole or code.value not in currencies.WORDS_BEFORE):
        return code
    return None


def _symbol(typed: str) -> str:
    return currencies.SYMBOLS.get(typed) or currencies.SYMBOLS[typed.lower()]


def _code(text: str, place: int) -> _At | None:
    found = _CODE.match(text, place)
    if found is None:
        return None
    code = found[0].upper()
    is_code = code in currencies.CODES and (found[0].isupper() or code in currencies.EVERYDAY)
    return _At(code, found.end()) if is_code else None


def _currency_after(text: str, end: int, setting: _Setting) -> _At | None:
    place = _skip_blanks(text, end)
    if found := currencies.SYMBOL.match(text, place):
        # "12 $5": the sign belongs to the number after it.
        is_next_amount = place > end and text[_skip_blanks(text, found.end()) :][:1].isdigit()
        return None if is_next_amount else _At(_symbol(found[0]), found.end())
    code = _code(text, place)
    if code and (setting.is_whole or code.value not in currencies.WORDS_AFTER):
        return code
    return _currency_word(text, place, setting)


def _currency_word(text: str, place: int, setting: _Setting) -> _At | None:
    tokens = scan.scan(text[place : place + _LONGEST_PHRASE])
    index = tokens.after(0, "de", "of")
    found = currencies.WORDS.find(tokens, index)
    if found is None and setting.language == "pt":
        found = currencies.PORTUGUESE_WORDS.find(tokens, index)
    if found is None or (tokens[index].text in _WEIGHTS and tokens[found[1]].text in {"of", "de"}):
        return None
    return _At(found[0], place + tokens.end_of(found[1]))


def _scale(text: str, end: int, setting: _Setting) -> _Times:
    """Read what multiplies the number: `k`, `mil`, `million`; `m` only glued to it."""
    place = _skip_blanks(text, end)
    found = _LETTERS.match(text, place)
    if found is None:
        return _Times(1, end)
    word = keys.fold(found[0])
    if place == end:
        return _glued_scale(text, found, word)
    if word == "m" or (word == "mi" and setting.language != "pt" and "R$" in text[:place].upper()):
        return _Times(10**6, found.end(), is_sure=False)
    table = _PORTUGUESE_SCALES if setting.language == "pt" else _SCALES
    return _with_thousand(text, _Times(table[word], found.end())) if word in table else _Times(1, end)


def _glued_scale(text: str, found: re.Match[str], word: str) -> _Times:
    if word in _GLUED_SCALES:
        return _with_thousand(text, _Times(_GLUED_SCALES[word], found.end()))
    if word[:1] in {"k", "m"} and word[1:].upper() in currencies.EVERYDAY:
        return _Times(_GLUED_SCALES[word[0]], found.start() + 1)
    return _Times(1, found.start())


def _with_thousand(text: str, times: _Times) -> _Times:
    """Read the second word of the Spanish `mil millones`."""
    found = _LETTERS.match(text, _skip_blanks(text, times.end)) if times.value == 1000 else None  # noqa: PLR2004
    if found and keys.fold(found[0]) in number_words.MILLION:
        return _Times(_MILLION_IN_SPANISH, found.end())
    return times


def _settled(before: str | None, after: str | None, dollar: str) -> tuple[str, ...]:
    """Say which currencies the signs may mean; `$12k CAD` is one, `$12k EUR` two."""
    if before == currencies.DOLLAR_SIGN and after in currencies.DOLLARS | currencies.PESOS | {currencies.PESO_WORD}:
        return _meant(after, dollar)
    both = [code for sign in (before, after) if sign for code in _meant(sign, dollar)]
    return tuple(dict.fromkeys(both))


def _meant(sign: str, dollar: str) -> tuple[str, ...]:
    match sign:
        case currencies.DOLLAR_SIGN:
            return (dollar,)
        case currencies.DOLLAR_WORD:
            return (dollar if dollar in currencies.DOLLARS else "USD",)
        case currencies.PESO_WORD:
            return (dollar,) if dollar in currencies.PESOS else currencies.LIKELY_PESOS
        case _:
            return (sign,)


def _with_range(text: str, found: _Found, setting: _Setting) -> _Found:
    """Read `$10-12k` as two readings, so that it is asked about instead of cut."""
    upper = _in_figures(text, found.end + 1, setting)
    if upper:
        return upper._replace(numbers=found.numbers + upper.numbers)
    number = figures.take(text, found.end + 1, has_currency=True)
    if number is None:
        return found
    times = _scale(text, number.end, setting)
    high = _numbers(number.text, times, found.currencies)
    shares_scale = times.value > 1 and all(value * times.value <= most for value in found.numbers for most in high)
    low = tuple(value * times.value for value in found.numbers) if shares_scale else found.numbers
    return _Found(low + high, found.currencies, times.end, found.is_negative)


def _judged(typed: str, found: _Found) -> Amount | MoneyProblem:
    if found.is_negative:
        return MoneyProblem(typed=typed, reason=Reason.NEGATIVE)
    offers = [_amount(typed, number, code) for code in found.currencies for number in found.numbers]
    if any(offer.minor > MOST_MINOR for offer in offers):
        return MoneyProblem(typed=typed, reason=Reason.TOO_LARGE)
    distinct = tuple(dict.fromkeys(offers))
    if len(distinct) == 1 and _is_exact(found):
        return distinct[0]
    is_sure_number = len(found.numbers) == 1 and len(found.currencies) > 1
    reason = Reason.WHICH_CURRENCY if is_sure_number else Reason.AMBIGUOUS
    return MoneyProblem(typed=typed, reason=reason, offers=distinct[:_MOST_OFFERS])


def _amount(typed: str, number: Decimal, code: str) -> Amount:
    minor = number.scaleb(currencies.exponent(code)).to_integral_value(ROUND_HALF_UP)
    return Amount(minor=int(minor), currency=code, typed=typed)


def _is_exact(found: _Found) -> bool:
    """Whether the number has no more decimals than the currency: half a cent is asked about."""
    scaled = found.numbers[0].scaleb(currencies.exponent(found.currencies[0]))
    return scaled == scaled.to_integral_value()
