"""Phone numbers and e-mail addresses at the start of a text, as typed."""

import contextlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from handlers.grammar import scan
from storage import keys

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

_FEWEST_DIGITS = 8
_FEWEST_WITH_PLUS = 7
_MOST_DIGITS = 15
_LONGEST = 40
_CANDIDATE = re.compile(r"(?:\+|00|\()?[ ]?[0-9][0-9 ().\u00a0-]{5,40}")
_EXTENSION = re.compile(r"[ ,]{0,2}(?:ext|ramal|x|int)\.? ?[0-9]{1,6}(?![^\W_])", re.IGNORECASE)
_NON_DIGITS = re.compile(r"[^0-9]")
_LAST_GROUP = re.compile(r"[ ().\u00a0-]+[0-9]*$")
_EMAIL = re.compile(r"(?:mailto:)?([^\s@<>()\[\],;:\"]{1,64}@[^\s@<>()\[\],;:\"/!?]{3,253})", re.IGNORECASE)

# Shapes of other things: 2026-12-01, 01-12-2026, 1.500.000, 123.456.789-09 (CPF), 10 20 30 40.
_DATE = re.compile(
    r"(?:19|20)[0-9]{6}\b|[0-9]{4}[-. ][0-9]{1,2}[-. ][0-9]{1,2}\b|[0-9]{1,2}[-.][0-9]{1,2}[-.][0-9]{2,4}\b"
)
_GROUPED = re.compile(r"[0-9]{1,3}\.[0-9]{3}(?:\.[0-9]{3})?(?:\.[0-9]{3})?(?:-[0-9]{2})?$")
# With an area code in brackets it is unmistakable even where the country is unknown.
_BRACKETED = re.compile(r"\([0-9]{2,4}\) ?[0-9]{3,5}[- .]?[0-9]{4}$")


def read_prefix(text: str, region: str | None) -> tuple[str, int] | None:
    """Take the phone number at the start of a text; the number tells how many characters it took.

    Without a `+` it must be a valid number of the region: "40 seats", "PO 4512", dates and money are none.
    """
    start = len(text[:_LONGEST]) - len(text[:_LONGEST].lstrip())
    found = _CANDIDATE.match(text, start)
    if found is None or _is_something_else(found[0]):
        return None
    candidate = found[0].rstrip(" (.-\u00a0")
    while _digits(candidate) >= _FEWEST_WITH_PLUS:
        end = start + len(candidate)
        if scan.is_boundary(text, end) and _is_phone(candidate, region):
            end = _after_extension(text, end)
            return text[start:end], end
        candidate = _LAST_GROUP.sub("", candidate)
        if end == start + len(candidate):
            return None
    return None


def _is_something_else(typed: str) -> bool:
    return bool(_DATE.match(typed) or _GROUPED.match(typed.strip()))


def _digits(typed: str) -> int:
    return len(_NON_DIGITS.sub("", typed))


def _is_phone(typed: str, region: str | None) -> bool:
    if _digits(typed) > _MOST_DIGITS or typed.count("(") != typed.count(")"):
        return False
    if typed.startswith("+"):
        return _is_possible(typed)
    if typed.startswith("00"):
        return _is_possible("+" + typed[2:])
    if region is None:
        return _BRACKETED.match(typed) is not None
    return _digits(typed) >= _FEWEST_DIGITS and _is_valid(typed, region)


def _is_possible(typed: str) -> bool:
    import phonenumbers  # lazily: 50 ms, and most lines hold no phone

    return any(phonenumbers.is_possible_number(number) for number in _spellings(typed, None))


def _is_valid(typed: str, region: str) -> bool:
    import phonenumbers  # lazily: 50 ms, and most lines hold no phone

    return any(phonenumbers.is_valid_number(number) for number in _spellings(typed, region))


def _spellings(typed: str, region: str | None) -> "Iterator[PhoneNumber]":
    """Give the number as typed and as it is dialled today: old mobile spellings are no longer valid ones."""
    import phonenumbers  # lazily: 50 ms, and most lines hold no phone

    for spelling in (typed, keys.phone_key(typed, region)):
        with contextlib.suppress(phonenumbers.NumberParseException):
            yield phonenumbers.parse(spelling or "", region.upper() if region else None)


def _after_extension(text: str, end: int) -> int:
    found = _EXTENSION.match(text, end)
    return found.end() if found else end


def email_prefix(text: str) -> tuple[str, int] | None:
    """Take the e-mail address at the start of a text, without `mailto:`, and the number of characters it took."""
    start = len(text[:_LONGEST]) - len(text[:_LONGEST].lstrip())
    found = _EMAIL.match(text, start)
    if found is None:
        return None
    typed = found[1].rstrip(".'’”»}…")
    return (typed, found.start(1) + len(typed)) if keys.email_key(typed) else None
