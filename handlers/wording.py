"""How we say things to one person: their language, their clock, their way to write dates and money."""

from __future__ import annotations

import gettext as gnu
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, get_timezone_location
from babel.numbers import format_decimal, get_currency_precision

from storage import times
from storage.keys import fold
from storage.models import Member
from storage.types import Money

LOCALES = {"en": "en_US", "pt": "pt_BR", "es": "es"}
HOME_SYMBOLS = {("pt", "BRL"): "R$"}  # the one symbol that nobody there can take for another currency
CATALOGUES = Path(__file__).parent / "locale"


@cache
def _catalogue(language: str) -> gnu.NullTranslations:
    return gnu.translation("recado", CATALOGUES, languages=[LOCALES[language]], fallback=language == "en")


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(LOCALES[language])


@cache
def city(zone: str, language: str) -> str:
    """Return the city a zone is named for, as the language writes it; UTC stays UTC."""
    if "/" not in zone:
        return zone
    name, *others = (
        get_timezone_location(zone, locale=_locale(each), return_city=True) for each in (language, *LOCALES)
    )
    # English tables leave accents out that the city itself writes: São Paulo, Bogotá.
    return next((other for other in others if not other.isascii() and fold(other) == fold(name)), name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Speaks `language` (en, pt, es) to somebody whose wall clock is that of `zone` (IANA).

    `today` is their date: what is of this year is said without the year.
    """

    language: str
    zone: str
    today: date

    @classmethod
    def of(cls, member: Member, now: datetime) -> Wording:
        """Return how to speak to a member at the instant `now`."""
        return cls(language=member.language, zone=member.zone, today=times.to_local(now, member.zone).date())

    @property
    def locale(self) -> Locale:
        return _locale(self.language)

    def gettext(self, message: str) -> str:
        return _catalogue(self.language).gettext(message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return _catalogue(self.language).ngettext(one, many, count)

    def pgettext(self, about: str, message: str) -> str:
        """Translate a message that reads differently about different things."""
        return _catalogue(self.language).pgettext(about, message)

    def day(self, when: date, *, with_year: bool | None = None) -> str:
        """Return a date such as “Fri 27 Nov”; the year only if it is another one, unless told."""
        shows_year = when.year != self.today.year if with_year is None else with_year
        pattern = "EEE d MMM y" if shows_year else "EEE d MMM"
        return format_date(when, pattern, locale=_locale(self.language)).replace(".", "")

    def clock(self, local: datetime) -> str:
        """Return a wall-clock time such as 10:00; seconds only if there are any."""
        return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"

    def moment(self, local: datetime, zone: str, *, in_full: bool = False) -> str:
        """Return “Fri 27 Nov 10:00”; year and city too when it sets a date (`in_full`) or the zone is another."""
        said = f"{self.day(local, with_year=True if in_full else None)} {self.clock(local)}"
        return f"{said} {city(zone, self.language)}" if in_full or zone != self.zone else said

    def at(self, instant: datetime) -> str:
        """Return an instant (aware) as the person's own wall clock shows it."""
        return self.moment(times.to_local(instant, self.zone).replace(second=0), self.zone)

    def on(self, instant: datetime) -> str:
        """Return the person's own date of an instant (aware)."""
        return self.day(times.to_local(instant, self.zone).date())

    def money(self, amount: Money) -> str:
        """Return “USD 12,000”: the ISO code, for a dollar sign means too many things; cents only if there are any."""
        digits = get_currency_precision(amount.currency)
        value = Decimal(amount.minor).scaleb(-digits)
        pattern = "#,##0" if value == value.to_integral_value() else "#,##0." + "0" * digits
        symbol = HOME_SYMBOLS.get((self.language, amount.currency), amount.currency)
        return f"{symbol} {format_decimal(value, pattern, locale=_locale(self.language))}"

    def span(self, wait: timedelta) -> str:
        """Return a length of time in its largest unit: 2 h, 3 d, 20 s."""
        seconds = int(wait.total_seconds())
        for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
            if seconds >= size:
                return f"{seconds // size} {unit}"
        return f"{seconds} s"
