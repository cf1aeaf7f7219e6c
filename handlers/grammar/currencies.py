"""Currencies: ISO codes, their minor units, and the signs and words people use for them."""

import re
from collections.abc import Iterable
from typing import Literal

from handlers.grammar.scan import Phrases

Language = Literal["en", "pt", "es"]

_ISO = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP
CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR
ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT
MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD
SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND
VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG UYI
"""
CODES: frozenset[str] = frozenset(_ISO.split())
_NO_MINOR_UNIT = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF"}
    | {"XPF"},
)
_THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})

# Read in any case; the other codes must stand in capitals, for many are words ("try 3", "2 cup", "12 cad licences").
EVERYDAY: frozenset[str] = frozenset(
    {"AED", "ARS", "AUD", "BRL", "CHF", "CLP", "CNY", "CRC", "CZK", "DKK", "EUR", "GBP", "GTQ", "HKD", "HUF", "INR"}
    | {"JPY", "KRW", "KWD", "MXN", "NOK", "NZD", "PLN", "PYG", "SEK", "SGD", "USD", "UYU", "ZAR"},
)
# Words even in capitals. Before a number ("BOB 12") none of these count inside a text, after it ("500 COP") most do.
WORDS_BEFORE: frozenset[str] = frozenset(
    {"ALL", "BAM", "BOB", "CAD", "COP", "CUP", "DOP", "GEL", "LAK", "MAD", "MOP", "PEN", "RON", "SOS", "TOP", "TRY"},
)
WORDS_AFTER: frozenset[str] = frozenset({"ALL", "CUP", "MAD", "SOS", "TOP"})
DOLLARS: frozenset[str] = frozenset(
    {"AUD", "BBD", "BMD", "BND", "BSD", "BZD", "CAD", "FJD", "GYD", "HKD", "JMD", "KYD", "LRD", "NAD", "NZD", "SBD"}
    | {"SGD", "SRD", "TTD", "TWD", "USD", "XCD"},
)
PESOS: frozenset[str] = frozenset({"ARS", "CLP", "COP", "CUP", "DOP", "MXN", "PHP", "UYU"})
# What "pesos" is offered as where the company's own money is none.
LIKELY_PESOS = ("MXN", "ARS", "COP", "CLP")


def _any_of(signs: Iterable[str]) -> str:
    """Write a pattern that tries the longest sign first."""
    return "|".join(re.escape(sign) for sign in sorted(signs, key=len, reverse=True))


# What only the company's own currency settles.
DOLLAR_SIGN, DOLLAR_WORD, PESO_WORD = "$", "dollar", "peso"
_SIGNS_WITH_DOLLAR = {
    "$": DOLLAR_SIGN,
    "us$": "USD",
    "u$s": "USD",
    "u$d": "USD",
    "u$": "USD",
    "r$": "BRL",
    "a$": "AUD",
    "au$": "AUD",
    "c$": "CAD",
    "ca$": "CAD",
    "nz$": "NZD",
    "hk$": "HKD",
    "s$": "SGD",
    "nt$": "TWD",
    "mx$": "MXN",
    "ar$": "ARS",
    "cl$": "CLP",
    "co$": "COP",
    "col$": "COP",
    "$u": "UYU",
    "rd$": "DOP",
}
# In this case only: "s/" is short for "sem" in Portuguese.
_SIGNS = {
    "S/": "PEN",
    "S/.": "PEN",
    "Bs.": "BOB",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₩": "KRW",
    "₪": "ILS",
    "₺": "TRY",
    "₽": "RUB",
    "₴": "UAH",
    "₫": "VND",
    "₱": "PHP",
    "₲": "PYG",
    "₡": "CRC",
    "₦": "NGN",
    "฿": "THB",
    "zł": "PLN",
    "kč": "CZK",
}
SYMBOLS: dict[str, str] = _SIGNS | _SIGNS_WITH_DOLLAR
SYMBOL: re.Pattern[str] = re.compile(f"(?i:{_any_of(_SIGNS_WITH_DOLLAR)})|{_any_of(_SIGNS)}")

WORDS = Phrases(
    {
        "dollar": DOLLAR_WORD,
        "dollars": DOLLAR_WORD,
        "dolar": DOLLAR_WORD,
        "dolares": DOLLAR_WORD,
        "bucks": DOLLAR_WORD,
        "us dollars": "USD",
        "american dollars": "USD",
        "dolares americanos": "USD",
        "canadian dollars": "CAD",
        "dolares canadenses": "CAD",
        "dolares canadienses": "CAD",
        "australian dollars": "AUD",
        "reais": "BRL",
        "euro": "EUR",
        "euros": "EUR",
        "pounds": "GBP",
        "libras": "GBP",
        "libras esterlinas": "GBP",
        "pounds sterling": "GBP",
        "peso": PESO_WORD,
        "pesos": PESO_WORD,
        "mexican pesos": "MXN",
        "pesos mexicanos": "MXN",
        "pesos argentinos": "ARS",
        "argentine pesos": "ARS",
        "pesos colombianos": "COP",
        "colombian pesos": "COP",
        "pesos chilenos": "CLP",
        "chilean pesos": "CLP",
        "pesos uruguayos": "UYU",
        "pesos dominicanos": "DOP",
        "soles": "PEN",
        "guaranies": "PYG",
        "bolivianos": "BOB",
        "quetzales": "GTQ",
        "lempiras": "HNL",
        "colones": "CRC",
        "cordobas": "NIO",
        "yen": "JPY",
        "ienes": "JPY",
        "yenes": "JPY",
        "yuan": "CNY",
        "yuanes": "CNY",
        "swiss francs": "CHF",
        "francos suicos": "CHF",
        "francos suizos": "CHF",
        "rupees": "INR",
        "rupias": "INR",
    },
)
# Singular, and an English adjective ("12 real leads"): money in a Portuguese line only.
PORTUGUESE_WORDS = Phrases({"real": "BRL"})
CENTS = frozenset({"cent", "cents", "centavo", "centavos", "centimo", "centimos"})


def exponent(code: str) -> int:
    """Give the number of decimals of a currency's minor unit."""
    if code in _THREE_DECIMALS:
        return 3
    return 0 if code in _NO_MINOR_UNIT else 2
