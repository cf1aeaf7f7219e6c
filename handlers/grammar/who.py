"""Who a line is about: people, their company, a reference, a phone number or an address."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.grammar import companies, names, tokens, vocabulary
from handlers.grammar.atoms import Page
from handlers.grammar.names import Name, Stop
from handlers.grammar.slots import Slots
from handlers.grammar.tokens import Span, Word

__all__ = ["People", "Who", "read"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """One person or company as named; `says_company`: the words themselves tell that this is a company alone."""

    name: str | None = None
    company: str | None = None
    ref: str | None = None
    phone: str | None = None
    email: str | None = None
    span: Span
    says_company: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody named at one place, and where the naming ends; or nobody, and the names that it may be."""

    who: tuple[Who, ...] = ()
    end: int
    offers: tuple[str, ...] = ()


_MOST_IN_SMALL = 5  # words of a name in small letters: longer, and it is a sentence
_MOST_BEFORE_PROSE = 3
_MOST_IN_KNOWN_COMPANY = 2  # words looked up at the end of a name, or at its start
_MOST_IN_KNOWN_PERSON = 2
_MOST_PEOPLE = 8
_REFS_WITHOUT_DASH = "PCD"
_NUMBER = re.compile(r"\+?[0-9][0-9 .()-]{5,18}[0-9](?=[\s,:;]|$)")


def read(page: Page, slots: Slots, at: int) -> People:
    """Read the people named at text[at:], joined by and, e, y or +, each with their company."""
    found: list[Who] = []
    end = at
    while len(found) < _MOST_PEOPLE:
        one = _one(page, slots, at, is_first=not found)
        if not one.who:
            return People(who=_with_shared_company(found), end=end, offers=() if found else one.offers)
        found += one.who
        end = one.end
        after = _after_join(page, slots, end, is_small=_is_small(one.who[-1]))
        if after is None:
            break
        at = after
    return People(who=_with_shared_company(found), end=end)


def _with_shared_company(found: Sequence[Who]) -> tuple[Who, ...]:
    """In "Ana and Bob from Acme" both are from Acme; in "Padaria Sol with João" he is."""
    if len(found) > 1 and found[0].says_company and found[1].name and not found[1].company:
        span = Span(start=found[0].span.start, end=found[1].span.end)
        found = [replace(found[1], company=found[0].company, span=span), *found[2:]]
    shared: str | None = None
    people: list[Who] = []
    for who in reversed(found):
        if who.company is None and who.name and shared:
            people.append(replace(who, company=shared))
        else:
            people.append(who)
            shared = None if who.says_company else who.company
    return tuple(reversed(people))


def _is_small(who: Who) -> bool:
    return who.name is not None and not names.has_capital(who.name)


def _after_join(page: Page, slots: Slots, end: int, *, is_small: bool) -> int | None:
    """Give the place after "and", if somebody can be named there."""
    at = names.skip(page.text, end)
    if page.text.startswith(",", at):
        second = names.read(page, slots, names.skip(page.text, at + 1))
        return second.span.start if companies.is_person(page, second) else None
    word = names.word_at(page, slots, at)
    if word is None or not (word.key in vocabulary.JOINS or word.raw == "+"):
        return None
    if names.has_capital(word.raw) and not page.is_shouted:
        return None
    after = _after_article(page, slots, names.skip(page.text, word.end))
    if names.is_key_at(slots, after):
        return after
    following = names.word_at(page, slots, after)
    if following is None or not names.can_start(following):
        return None
    has_article = after > names.skip(page.text, word.end)
    if (has_article or not is_small) and word.key in vocabulary.WITH and not names.has_capital(following.raw):
        # "sent it to Ana com o anexo" says what came along; only somebody known is a person there.
        name = names.read(page, slots, after)
        return after if name.words and companies.is_anybody(page, page.text[after : name.end]) else None
    return after


def _after_article(page: Page, slots: Slots, at: int) -> int:
    word = names.word_at(page, slots, at)
    is_article = word is not None and word.raw.islower() and word.key in vocabulary.ARTICLES
    return names.skip(page.text, word.end) if word and is_article else at


def _one(page: Page, slots: Slots, at: int, *, is_first: bool) -> People:
    if found := _reference(page, at) or _key(slots, at):
        return _with_contacts(page, slots, found)
    if quoted := _quoted(page, at):
        return _with_contacts(page, slots, _with_company(page, slots, quoted))
    if number := _NUMBER.match(page.text, at, page.end_of_first):
        # Too short for its country, or of no country: it is still a number to somebody.
        return People(who=(Who(phone=number[0], span=Span(start=at, end=number.end())),), end=number.end())
    name = names.read(page, slots, at)
    if not name.words:
        return People(end=at)
    return _named(page, slots, name, is_first=is_first)


# --- references, numbers, addresses ----------------------------------------------------------------------


def _reference(page: Page, at: int) -> Who | None:
    found = tokens.ref_prefix(page.text, at)
    if found is None or found[1] > page.end_of_first:
        return None
    ref, end = found
    typed = page.text[at:end].removeprefix("/")
    has_dash = not typed.replace(" ", "").isalnum()
    is_sure = has_dash or (typed[0].upper() in _REFS_WITHOUT_DASH and " " not in typed)
    if not is_sure and not (typed[0].isupper() and _is_closed(page, end)):
        return None
    return Who(ref=ref, span=Span(start=at, end=end))


def _is_closed(page: Page, end: int) -> bool:
    rest = page.text[end : page.end_of_first].lstrip()
    return not rest or rest[0] in ":,-"


def _key(slots: Slots, at: int) -> Who | None:
    for phone in slots.phones:
        if phone.span.start == at:
            return Who(phone=phone.value, span=phone.span)
    for email in slots.emails:
        if email.span.start == at:
            return Who(email=email.value, span=email.span)
    return None


def _with_contacts(page: Page, slots: Slots, who: Who) -> People:
    """Add the numbers and addresses that stand right after: "Ana Souza, Acme +55 11 98888-7777"."""
    end = who.span.end
    for _ in range(2):
        at = names.skip(page.text, end)
        while page.text[at : at + 1] in {",", "("}:
            at = names.skip(page.text, at + 1)
        key = _key(slots, at)
        if key is None or at >= page.end_of_first:
            break
        end = key.span.end + page.text.startswith(")", key.span.end)
        who = replace(who, phone=who.phone or key.phone, email=who.email or key.email)
    return People(who=(replace(who, span=Span(start=who.span.start, end=end)),), end=end)


# --- names -----------------------------------------------------------------------------------------------


def _quoted(page: Page, at: int) -> Who | None:
    quote = next((quote for quote in page.quotes if quote.start == at), None)
    name = page.text[quote.start + 1 : quote.end - 1].strip() if quote else ""
    return Who(name=name, span=quote) if quote and name else None


def _named(page: Page, slots: Slots, name: Name, *, is_first: bool) -> People:
    if joined := _whole_with_join(page, slots, name):
        return _with_contacts(page, slots, _with_company(page, slots, joined))
    if name.stop is Stop.PROSE and name.words[-1].raw.endswith("'s"):
        # "Ana's boss" is not Ana.
        return People(end=name.span.start, offers=(page.text[name.span.start : name.end - 2],))
    split = _split_at_particle(page, name) or _split_at_known(page, name)
    if split is None and not name.has_capitals:
        fitting = _in_small_letters(page, name, is_first=is_first)
        if fitting is None:
            start = name.words[0].start
            return People(end=start, offers=tuple(page.text[start : word.end] for word in name.words[:2]))
        name = fitting
    who = split or Who(name=page.text[name.span.start : name.end], span=name.span)
    if companies.is_marked(name.words) and who.company is None:
        who = replace(who, name=None, company=who.name, says_company=True)
    return _with_contacts(page, slots, _with_company(page, slots, who))


def _in_small_letters(page: Page, name: Name, *, is_first: bool) -> Name | None:
    """Cut a name typed without capitals at whoever is known; else it must be short, and no sentence."""
    count = len(name.words)
    most = _MOST_BEFORE_PROSE if name.stop in {Stop.PROSE, Stop.END} else _MOST_IN_SMALL
    is_open = name.stop in {Stop.END, Stop.PROSE, Stop.OTHER} and count > 1
    if is_open or count > most:
        for length in range(min(count, most), 0, -1):
            if companies.is_anybody(page, page.text[name.span.start : name.words[length - 1].end]):
                return replace(name, words=name.words[:length], stop=name.stop if length == count else Stop.PROSE)
    if not is_first and name.stop is Stop.PROSE:
        return None
    return name if count <= most else None


def _whole_with_join(page: Page, slots: Slots, name: Name) -> Who | None:
    """Take "Silva e Filhos", "Johnson and Johnson" as one name if it is known, or if its last word is a marker."""
    if name.stop is not Stop.JOIN:
        return None
    join = names.word_at(page, slots, names.skip(page.text, name.end))
    rest = names.read(page, slots, names.skip(page.text, join.end)) if join and join.raw != "+" else None
    if rest is None or not rest.words or rest.has_capitals != name.has_capitals:
        return None
    whole = page.text[name.span.start : rest.end]
    span = Span(start=name.span.start, end=rest.end)
    if companies.is_marked(rest.words[:1]) and names.can_start(rest.words[0]):
        return Who(company=whole, says_company=True, span=span)
    if len(whole) <= names.LONGEST and page.lexicon.knows_person(whole):
        return Who(name=whole, span=span)
    return Who(company=whole, says_company=True, span=span) if companies.is_known(page, whole) else None


def _split_at_particle(page: Page, name: Name) -> Who | None:
    """Read "Ana da Acme" as Ana from Acme only if Acme is known or marked: "João da Silva" is a name."""
    for place, word in enumerate(name.words[1:-1], start=1):
        if word.key not in vocabulary.COMPANY_JOINS_IF_KNOWN or not word.raw.islower():
            continue
        after = place + 1 + (name.words[place + 1].key in vocabulary.ARTICLES and place + 2 < len(name.words))
        company = page.text[name.words[after].start : name.end]
        if companies.is_marker(name.words[after]) and not companies.is_marked(name.words[:place]):
            first = page.text[name.span.start : name.words[place - 1].end]
            return Who(name=first, company=company, span=name.span)
        if companies.is_known(page, company):
            whole = page.text[name.span.start : name.end]
            first = page.text[name.span.start : name.words[place - 1].end]
            return None if page.lexicon.knows_person(whole) else Who(name=first, company=company, span=name.span)
    return None


def _split_at_known(page: Page, name: Name) -> Who | None:
    """Read "Ana Souza Acme" as two if Acme is known: nobody closes the name when typing fast."""
    words, count = name.words, len(name.words)
    whole = page.text[name.span.start : name.end]
    if not name.has_capitals or count < 2 or companies.is_marked(words) or companies.is_anybody(page, whole):  # noqa: PLR2004 - a person and a company
        return None
    for place in range(max(1, count - _MOST_IN_KNOWN_COMPANY), count):
        if _may_part(words, place) and companies.is_known(page, page.text[words[place].start : name.end]):
            return _parted(page, words, place, count)
    for place in range(min(count - 1, _MOST_IN_KNOWN_PERSON), 0, -1):
        # Somebody known, a company known, and more capitals: "Ana Souza Acme Big meeting".
        if place + 1 < count and page.lexicon.knows_person(page.text[name.span.start : words[place - 1].end]):
            for end in range(count - 1, place, -1):
                if companies.is_known(page, page.text[words[place].start : words[end - 1].end]):
                    return _parted(page, words, place, end)
            return None
    return None


def _may_part(words: Sequence[Word], place: int) -> bool:
    """Whether a company may begin at this word: not in "Ana da Acme", which the particle tells."""
    return names.has_capital(words[place].raw) and names.has_capital(words[place - 1].raw)


def _parted(page: Page, words: Sequence[Word], place: int, end: int) -> Who:
    span = Span(start=words[0].start, end=words[end - 1].end)
    company = page.text[words[place].start : span.end]
    return Who(name=page.text[span.start : words[place - 1].end], company=company, span=span)


# --- with their company ----------------------------------------------------------------------------------


def _with_company(page: Page, slots: Slots, who: Who) -> Who:
    """Read the company after a person: `, Acme`, `(Acme)`, `from Acme`, `da Acme`; or the person after a company."""
    if who.company and not who.says_company:
        return who
    end = who.span.end
    at = names.skip(page.text, end)
    if page.text.startswith(",", at):
        found = companies.after_comma(page, slots, names.skip(page.text, at + 1))
    elif page.text.startswith("(", at):
        found = companies.in_brackets(page, slots, at)
    else:
        found = companies.after_word(page, slots, at)
    if found is None:
        return _company_alone(page, slots, who)
    return _in_order(page, who, *found)


def _company_alone(page: Page, slots: Slots, who: Who) -> Who:
    if who.company:
        company, end = companies.with_legal_suffix(page, slots, (who.company, who.span.end))
        return replace(who, company=company, span=Span(start=who.span.start, end=end))
    if who.name and not page.lexicon.knows_person(who.name[: names.LONGEST]) and companies.is_known(page, who.name):
        return replace(who, name=None, company=who.name, says_company=True)
    return who


def _in_order(page: Page, who: Who, second: str, end: int) -> Who:
    """Put person and company in their places: "Padaria Sol, João" tells by its words, "Acme, Ana" if Acme is known."""
    span = Span(start=who.span.start, end=end)
    is_suffix = second.rstrip(".").casefold() in companies.LEGAL
    first = who.name or who.company or ""
    if is_suffix:
        whole = page.text[span.start : end]
        return replace(who, name=None, company=whole, says_company=True, span=span)
    is_second_company = companies.is_marked(list(tokens.words(second))) or companies.is_known(page, second)
    if is_second_company and who.name:
        return replace(who, company=second, span=span)
    if who.says_company:
        return who if is_second_company else replace(who, name=second, says_company=False, span=span)
    if companies.is_known(page, first) and not page.lexicon.knows_person(first):
        return replace(who, name=second, company=first, span=span)
    return replace(who, company=second, span=span)
