"""Numbers written in words, in English, Portuguese and Spanish."""

from typing import NamedTuple

from handlers.grammar.scan import Tokens

_SMALL = {
    1: "one um uma un una uno",
    2: "two dois duas dos",
    3: "three tres",
    4: "four quatro cuatro",
    5: "five cinco",
    6: "six seis",
    7: "seven sete siete",
    8: "eight oito ocho",
    9: "nine nove nueve",
    10: "ten dez diez",
    11: "eleven onze once",
    12: "twelve doze doce",
    13: "thirteen treze trece",
    14: "fourteen quatorze catorze catorce",
    15: "fifteen quinze quince",
    16: "sixteen dezesseis dieciseis",
    17: "seventeen dezessete diecisiete",
    18: "eighteen dezoito dieciocho",
    19: "nineteen dezenove diecinueve",
    20: "twenty vinte veinte",
    21: "veintiuno veintiuna veintiun",
    22: "veintidos",
    23: "veintitres",
    24: "veinticuatro",
    25: "veinticinco",
    26: "veintiseis",
    27: "veintisiete",
    28: "veintiocho",
    29: "veintinueve",
    30: "thirty trinta treinta",
    40: "forty quarenta cuarenta",
    50: "fifty cinquenta cincuenta",
    60: "sixty sessenta sesenta",
    70: "seventy setenta",
    80: "eighty oitenta ochenta",
    90: "ninety noventa",
}
_HUNDREDS = {
    100: "cem cento cien ciento",
    200: "duzentos duzentas doscientos doscientas",
    300: "trezentos trezentas trescientos trescientas",
    400: "quatrocentos quatrocentas cuatrocientos cuatrocientas",
    500: "quinhentos quinhentas quinientos quinientas",
    600: "seiscentos seiscentas seiscientos seiscientas",
    700: "setecentos setecentas setecientos setecientas",
    800: "oitocentos oitocentas ochocientos ochocientas",
    900: "novecentos novecentas novecientos novecientas",
}
SMALL: dict[str, int] = {word: value for value, words in _SMALL.items() for word in words.split()}
HUNDREDS: dict[str, int] = {word: value for value, words in _HUNDREDS.items() for word in words.split()}
THOUSAND = frozenset({"thousand", "mil"})
MILLION = frozenset({"million", "millions", "milhao", "milhoes", "millon", "millones"})
BILLION = frozenset({"billion", "billions", "bilhao", "bilhoes"})
_CONNECTORS = ("and", "e", "y")
# English articles count only before "hundred", "thousand" or "million".
_ONES = frozenset({"a", "an"})


class Found(NamedTuple):
    value: int
    end: int


def starts(word: str) -> bool:
    """Whether a number in words can begin with this word."""
    return word in SMALL or word in HUNDREDS or word == "mil" or word in _ONES


def below_hundred(tokens: Tokens, index: int, most: int = 99) -> Found | None:
    """Read `ten`, `vinte e um`, `treinta y uno`: tens take a unit only, so `dez e quinze` is ten."""
    value = SMALL.get(tokens[index].text)
    if value is None or value > most:
        return None
    if value % 10 == 0 and value > 10:  # noqa: PLR2004
        after = tokens.after(index + 1, "e", "y", "and")
        unit = SMALL.get(tokens[after].text, 0)
        if 0 < unit < 10 and value + unit <= most:  # noqa: PLR2004
            return Found(value + unit, after + 1)
    return Found(value, index + 1)


def read(tokens: Tokens, index: int) -> Found | None:
    """Read the longest number in words: `twelve thousand`, `mil e duzentos`, `dos millones`."""
    total, place = 0, index
    for names, scale in ((BILLION, 1_000_000_000), (MILLION, 1_000_000)):
        group = _below_million(tokens, place) or _article(tokens, place)
        if group and tokens[group.end].text in names:
            total += group.value * scale
            place = group.end + 1
    rest_at = tokens.after(place, *_CONNECTORS) if total else place
    rest = _below_million(tokens, rest_at)
    if rest:
        return Found(total + rest.value, rest.end)
    return Found(total, place) if total else None


def _below_million(tokens: Tokens, index: int) -> Found | None:
    group = _below_thousand(tokens, index)
    coefficient = group or _article(tokens, index)
    if coefficient and tokens[coefficient.end].text in THOUSAND:
        thousands = Found(coefficient.value * 1000, coefficient.end + 1)
    elif tokens[index].text == "mil":
        thousands = Found(1000, index + 1)
    else:
        return group
    rest = _below_thousand(tokens, tokens.after(thousands.end, *_CONNECTORS))
    return Found(thousands.value + rest.value, rest.end) if rest else thousands


def _article(tokens: Tokens, index: int) -> Found | None:
    return Found(1, index + 1) if tokens[index].text in _ONES else None


def _below_thousand(tokens: Tokens, index: int) -> Found | None:
    hundreds = _hundreds(tokens, index)
    if hundreds is None:
        return below_hundred(tokens, index)
    rest = below_hundred(tokens, tokens.after(hundreds.end, *_CONNECTORS))
    return Found(hundreds.value + rest.value, rest.end) if rest else hundreds


def _hundreds(tokens: Tokens, index: int) -> Found | None:
    if (value := HUNDREDS.get(tokens[index].text)) is not None:
        return Found(value, index + 1)
    count = 1 if tokens[index].text in _ONES else SMALL.get(tokens[index].text, 10)
    if count < 10 and tokens[index + 1].text in {"hundred", "hundreds"}:  # noqa: PLR2004
        return Found(count * 100, index + 2)
    return None
