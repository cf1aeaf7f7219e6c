"""Fold and match keys: when two spellings mean the same person, company, address or number."""

import re
import unicodedata

# Letters that NFKD leaves whole although people type them without their stroke.
_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ħ": "h"})
_DROPPED_CATEGORIES = frozenset({"Cf", "Cc", "Cs"})
_APOSTROPHES = re.compile("['\u2019\u2018`\u00b4\u02bc]")
_DOTTED = re.compile(r"(?<![^\W_])([^\W\d_])[./] ?(?=[^\W\d_](?![^\W_]))")

_HONORIFIC_WORDS = """
sr sra srta srs sres dr dra drs dras mr mrs ms miss mx mister sir madam rev prof profa eng enga ing lic arq adv dona seu
senhor senhora senhorita senor senora senorita doutor doutora doctor doctora professor professora exmo exma padre pe
"""
_HONORIFICS = frozenset(_HONORIFIC_WORDS.split())
# "Don Julio Pérez" is a courtesy, "Don Draper" a first name: it falls only when two names remain.
_HONORIFICS_BEFORE_TWO_NAMES = frozenset({"don"})

_LEGAL_WORDS = """
ltda ltd limitada limited sa inc incorporated corp corporation co company cia gmbh mbh ag kg ug llc llp lp plc pty pte
pvt bv nv oy oyj ab as asa aps srl spa sas sasu sarl sl slu sau sc scs eireli me mei epp ei kk cv rl sab sapi abp kft
zrt doo sro
"""
_LEGAL_SUFFIXES = frozenset(_LEGAL_WORDS.split())
# What joins two suffixes: "GmbH & Co. KG", "S. de R.L. de C.V.".
_LEGAL_JOINTS = frozenset({"de", "e", "y", "and", "et", "und"})
_CONNECTORS = frozenset({"e", "y", "and", "et", "und"})

_MAIL_PROVIDERS = """
gmail.com googlemail.com outlook.com outlook.com.br outlook.es outlook.pt hotmail.com hotmail.com.br hotmail.com.ar
hotmail.com.mx hotmail.es hotmail.co.uk hotmail.fr hotmail.it live.com live.com.br live.com.mx live.com.ar live.com.pt
live.co.uk msn.com yahoo.com yahoo.com.br yahoo.com.ar yahoo.com.mx yahoo.com.co yahoo.es yahoo.co.uk yahoo.fr yahoo.de
yahoo.it yahoo.co.in yahoo.co.jp ymail.com rocketmail.com icloud.com me.com mac.com aol.com proton.me protonmail.com
pm.me gmx.com gmx.net gmx.de gmx.at gmx.es web.de t-online.de mail.com mail.ru yandex.com yandex.ru zoho.com
zohomail.com tutanota.com tuta.io fastmail.com hey.com hushmail.com inbox.com qq.com 163.com 126.com sina.com naver.com
daum.net hanmail.net rediffmail.com uol.com.br bol.com.br terra.com.br ig.com.br globo.com globomail.com oi.com.br
r7.com zipmail.com.br superig.com.br sapo.pt clix.pt iol.pt netcabo.pt mail.pt telefonica.net terra.es ono.com
orange.es movistar.es wanadoo.es wanadoo.fr orange.fr free.fr laposte.net sfr.fr libero.it virgilio.it tin.it alice.it
fibertel.com.ar speedy.com.ar ciudad.com.ar arnet.com.ar prodigy.net.mx terra.com.mx une.net.co vtr.net terra.cl
adinet.com.uy btinternet.com sky.com ntlworld.com virginmedia.com comcast.net verizon.net att.net sbcglobal.net
bellsouth.net cox.net charter.net earthlink.net shaw.ca rogers.com bigpond.com
"""
PUBLIC_MAIL_DOMAINS: frozenset[str] = frozenset(_MAIL_PROVIDERS.split())

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"/]{3,253}")
_DOMAIN_LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")

_FEWEST_DIGITS = 7
_MOST_DIGITS = 20
_NON_DIGITS = re.compile(r"[^0-9]")


def fold(text: str) -> str:
    """Give the key for names and search: no case, no accents, no invisible characters, single spaces."""
    if text.isascii() and text.isprintable():
        return " ".join(text.lower().split())
    once = _without_marks(text).casefold()
    return " ".join(_without_marks(once).translate(_STROKES).split())


def _without_marks(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not _is_dropped(char))


def _is_dropped(char: str) -> bool:
    if unicodedata.combining(char) or "\ufe00" <= char <= "\ufe0f":
        return True
    return unicodedata.category(char) in _DROPPED_CATEGORIES and not char.isspace()


def words(text: str) -> tuple[str, ...]:
    """Split into the folded runs of letters and digits that search indexes."""
    return tuple("".join(char if _is_word_char(char) else " " for char in fold(text)).split())


def _is_word_char(char: str) -> bool:
    # Vowel signs of Indic scripts are marks, yet a word falls apart without them.
    return char.isalnum() or unicodedata.category(char).startswith("M")


def name_key(name: str) -> str:
    """Give the key under which a person's name is the same: courtesy titles, dots and apostrophes do not count."""
    parts = list(words(_APOSTROPHES.sub("", name)))
    while len(parts) > 1 and _is_honorific(parts):
        del parts[0]
    return " ".join(parts) or fold(name)


def _is_honorific(parts: list[str]) -> bool:
    return parts[0] in _HONORIFICS or (parts[0] in _HONORIFICS_BEFORE_TWO_NAMES and len(parts) > 2)  # noqa: PLR2004


def company_key(name: str) -> str:
    """Give the key under which a company is the same, whatever its legal form; never empty unless the name is."""
    plain = _DOTTED.sub(r"\1", _APOSTROPHES.sub("", fold(name)))
    parts = list(words(plain))
    while len(parts) > 1 and parts[-1] in _LEGAL_SUFFIXES:
        del parts[-1]
        _drop_joint(parts)
    inner = [part for part in parts[1:] if part not in _CONNECTORS]
    return " ".join(parts[:1] + inner) or fold(name)


def _drop_joint(parts: list[str]) -> None:
    if parts[-2:] == ["s", "de"] and len(parts) > 2:  # noqa: PLR2004
        del parts[-2:]
    while len(parts) > 1 and parts[-1] in _LEGAL_JOINTS:
        del parts[-1]


def email_key(email: str) -> str | None:
    """Normalise an e-mail address for matching, or None when it is not one."""
    # Accents stay: they are letters of another mailbox.
    visible = "".join(char for char in email if unicodedata.category(char) not in _DROPPED_CATEGORIES)
    plain = unicodedata.normalize("NFKC", visible).casefold().strip().removeprefix("mailto:").rstrip(".")
    if not _EMAIL.fullmatch(plain):
        return None
    local, _, domain = plain.rpartition("@")
    if local.startswith(".") or local.endswith(".") or ".." in local:
        return None
    return plain if _is_domain(domain) else None


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    has_shape = len(labels) > 1 and all(_DOMAIN_LABEL.fullmatch(label) for label in labels)
    return has_shape and len(labels[-1]) > 1 and not labels[-1].isdigit()


def phone_key(number: str, region: str | None) -> str | None:
    """Give the match key of a phone number: `+` and E.164 digits, mobile spellings unified; None if it is no number.

    Without a `+` and without a region the country is unknown, and the bare digits are the key.
    """
    plain = unicodedata.normalize("NFKC", number).strip()
    digits = _NON_DIGITS.sub("", plain)
    if not _FEWEST_DIGITS <= len(digits) <= _MOST_DIGITS:
        return None
    return _international_key(plain, region) or (digits if not plain.startswith("+") else "+" + digits)


def _international_key(plain: str, region: str | None) -> str | None:
    import phonenumbers  # lazily: 50 ms, and most lines hold no phone

    if plain.startswith("00"):
        plain = "+" + plain[2:]
    try:
        parsed = phonenumbers.parse(plain, region.upper() if region else None)
    except phonenumbers.NumberParseException:
        return None
    code = parsed.country_code or 0
    national = phonenumbers.national_significant_number(parsed)
    extension = f"x{parsed.extension}" if parsed.extension else ""
    return f"+{code}{_unified(code, national)}{extension}"


def _unified(code: int, national: str) -> str:
    """Write a mobile number in one way for the countries that have two; landlines pass untouched."""
    match code:
        case 55:
            return _with_ninth_digit(national)
        case 54:
            return national[1:] if len(national) == 11 and national.startswith("9") else national  # noqa: PLR2004
        case 52:
            return _without_mexican_prefix(national)
        case _:
            return national


def _with_ninth_digit(national: str) -> str:
    # Old mobiles had eight digits starting 6 to 9; landlines start 2 to 5. Adding the 9 cannot meet a
    # landline, taking it away could (11 9 3xxx-xxxx).
    area, local = national[:-8], national[-8:]
    return f"{area}9{local}" if len(area) in {0, 2} and local[:1] in "6789" else national


def _without_mexican_prefix(national: str) -> str:
    for prefix in ("044", "045", "01", "1"):
        if national.startswith(prefix) and len(national) == 10 + len(prefix):
            return national[len(prefix) :]
    return national
