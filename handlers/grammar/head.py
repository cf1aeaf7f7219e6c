"""The head of a line: [when] [kind] [when] [who] [when] up to its separator."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from handlers.grammar import atoms, companies, dates, kinds, names, tokens, vocabulary, who
from handlers.grammar.atoms import Page
from handlers.grammar.kinds import Form, KindWord
from handlers.grammar.slots import Slots
from handlers.grammar.tokens import Span, Word
from handlers.grammar.who import People, Who

__all__ = ["Head", "When", "language", "read"]

_MOST_WHENS = 4
_MOST_FILLERS = 6
_WINDOW = 240  # characters in which a kind and its fillers stand
_FIRST_WORDS = 6
_SEPARATOR = re.compile(r"[ \t]*(?:-(?=\s|$)|[,;]|\.(?=\s|$)|!(?=\s|$)|(?=\n))[ \t]*")
# What a list or a mood puts before a line: "- ", "1. ", an emoji; nothing that a slot begins with.
_BULLET = re.compile(r"[ \t]*(?:[0-9]{1,2}[.)]|[^\w\s\"'#>!@+$€£/(\\:.,]{1,6})[ \t]+(?=\S)")
_AFTER_DATE = re.compile(r"[,:][ \t]*|-[ \t]+")
_COLON = re.compile(r"[ \t]*:[ \t]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A date in the head, looked at both ways: the kind tells later which one was meant."""

    past: dates.Moment | dates.DateProblem | None
    future: dates.Moment | dates.DateProblem | None
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What stands before the note; `said` is the part of the note that stood inside ("sent the quote to Ana")."""

    kind: KindWord | None = None
    whens: tuple[When, ...] = ()
    who: tuple[Who, ...] = ()
    offers: tuple[str, ...] = ()
    said: Span | None = None
    closed: Span | None = None  # the sign that parts the head from the note
    end: int = 0
    is_separated: bool = False


@dataclass(slots=True)
class _Cursor:
    """The place reached, and the dates met on the way."""

    at: int
    whens: list[When] = field(default_factory=list)
    said: Span | None = None


def language(text: str, member: dates.Language, own: Sequence[str] = ()) -> dates.Language:
    """Say which language settles a word of two: that of the kind word near the start, else the member's."""
    said = list(tokens.words(text, 0, min(len(text), _WINDOW)))[: _FIRST_WORDS + 4]
    for start in range(min(len(said), _FIRST_WORDS)):
        found = kinds.read(said[start:], member)
        if found:
            return _LANGUAGES[found.language]
    return member


_LANGUAGES: dict[str, dates.Language] = {"en": "en", "pt": "pt", "es": "es"}


def read(page: Page, slots: Slots) -> Head:
    """Read the head; a line without kind and without known name has none, and all of it is the note."""
    bullet = _BULLET.match(page.text)
    cursor = _Cursor(_past_slots(page, slots, bullet.end() if bullet else 0))
    _whens(page, slots, cursor)
    kind = _kind(page, slots, cursor.at)
    if kind is None and cursor.whens:
        # "Yesterday, I met Ana", "ontem: liguei".
        sign = _AFTER_DATE.match(page.text, cursor.at)
        kind = _kind(page, slots, sign.end()) if sign else None
        cursor.at = sign.end() if sign and kind else cursor.at
    if kind is None:
        return _sent(page, slots, cursor) or _without_kind(page, slots, cursor)
    head = _with_kind(page, slots, _Cursor(cursor.at, list(cursor.whens)), kind)
    is_plan = any(isinstance(when.future, dates.Moment) for when in head.whens)
    # "follow up with Ana" is a plan or nothing: there is no such kind.
    return head if kind.kind or is_plan else _without_kind(page, slots, cursor)


def _kind(page: Page, slots: Slots, at: int) -> KindWord | None:
    return kinds.read(_said(page, slots, at), page.lexicon.clock.language, page.lexicon.kinds)


def _said(page: Page, slots: Slots, at: int) -> list[Word]:
    end = min(names.limit(page, slots, at), at + _WINDOW)
    return list(tokens.words(page.text, at, end))


def _past_slots(page: Page, slots: Slots, at: int) -> int:
    """Step over blanks and over slots, which may stand anywhere."""
    while True:
        at = names.skip(page.text, at)
        end = slots.ends.get(at)
        if end is None or end > page.end_of_first:
            return at
        at = end


# --- when ------------------------------------------------------------------------------------------------


def _whens(page: Page, slots: Slots, cursor: _Cursor) -> None:
    """Take the dates that stand here."""
    while len(cursor.whens) < _MOST_WHENS and (when := _when(page, slots, cursor.at)):
        if all(when.span.start != other.span.start for other in cursor.whens):
            cursor.whens.append(when)
        cursor.at = _past_slots(page, slots, when.span.end)
        if page.text.startswith(",", cursor.at):
            return


def _when(page: Page, slots: Slots, at: int) -> When | None:
    first = next(tokens.words(page.text, at, names.limit(page, slots, at)), None)
    if first and first.key == "for":
        # "book a demo with Ana for friday": after a name it leads to a date, and means nothing else.
        at = names.skip(page.text, first.end)
        first = next(tokens.words(page.text, at, names.limit(page, slots, at)), None)
    if first is None or not atoms.may_start_date(first.key) or names.is_key_at(slots, at):
        return None
    end = names.limit(page, slots, at)
    past = atoms.date_at(page, at, dates.Role.PAST, marked=False, end=end)
    future = atoms.date_at(page, at, dates.Role.FUTURE, marked=False, end=end)
    last = max(past[1] if past else 0, future[1] if future else 0)
    if not last or _is_in_name(page, slots, at):
        return None
    return When(past=past[0] if past else None, future=future[0] if future else None, span=Span(start=at, end=last))


def _is_in_name(page: Page, slots: Slots, at: int) -> bool:
    """Whether the date begins a name: "Domingo Pérez", or a known "Monday Consulting"."""
    name = names.unbroken(page, slots, at)
    if not name or not names.has_capital(name[0].raw):
        return False
    if len(name) > 1 and names.has_capital(name[1].raw) and not names.is_date(page, name[0]):
        return True
    return companies.is_anybody(page, page.text[at : name[-1].end])


# --- with a kind -----------------------------------------------------------------------------------------


def _with_kind(page: Page, slots: Slots, cursor: _Cursor, kind: KindWord) -> Head:
    cursor.at, cursor.said = kind.span.end, kind.which
    if names.is_separator(page.text, cursor.at):
        cursor.at += 1
    company = _fillers(page, slots, cursor)
    people = who.read(page, slots, cursor.at)
    if company:
        people = _at_company(people, company)
    if not people.who:
        return _given(page, slots, cursor, kind) or _nobody(page, slots, cursor, kind, people)
    return _after_people(page, slots, cursor, kind, people)


def _fillers(page: Page, slots: Slots, cursor: _Cursor) -> Who | None:
    """Step over "with", "pro", dates and articles; gives the company of "met at Acme with Ana"."""
    company: Who | None = None
    for _ in range(_MOST_FILLERS):
        cursor.at = _past_slots(page, slots, cursor.at)
        _whens(page, slots, cursor)
        said = _said(page, slots, cursor.at)
        if not said or (names.has_capital(said[0].raw) and not page.is_shouted):
            break
        if company is None and (found := _place(page, slots, said)):
            company, cursor.at = found
        elif filler := vocabulary.FILLERS.find(said):
            cursor.at = names.skip(page.text, said[filler[1] - 1].end)
        elif said[0].key in vocabulary.ARTICLES and len(said) > 1:
            cursor.at = names.skip(page.text, said[0].end)
        elif said[0].key in vocabulary.WHICH and cursor.said is None:
            cursor.said = Span(start=said[0].start, end=said[0].end)
            cursor.at = names.skip(page.text, said[0].end)
        else:
            break
    return company


def _place(page: Page, slots: Slots, said: Sequence[Word]) -> tuple[Who, int] | None:
    if said[0].key not in vocabulary.PLACES or len(said) < 2 or kinds.starts_attempt(said):  # noqa: PLR2004 - a place and its name
        return None
    start = said[1].start
    found = companies.named(page, slots, start)
    if found is None:
        return None
    company, end = found
    return Who(company=company, says_company=True, span=Span(start=start, end=end)), names.skip(page.text, end)


def _at_company(people: People, company: Who) -> People:
    """Put the people of "met at Acme with Ana" into their company, or take the company alone."""
    if not people.who:
        return People(who=(company,), end=company.span.end)
    first, *others = people.who
    if first.name and first.company is None:
        first = replace(first, company=company.company)
    return replace(people, who=(first, *others))


def _nobody(page: Page, slots: Slots, cursor: _Cursor, kind: KindWord, people: People) -> Head:
    """Keep what follows the kind as the note when it names nobody."""
    first = next((when for when in cursor.whens if when.span.start >= kind.span.end), None)
    # "call tomorrow 10h" in reply to a card says when, and the card says who.
    is_dated = first is not None and not page.text[kind.span.end : first.span.start].strip(" :")
    end, is_separated = _separator(page, cursor.whens[-1].span.end if is_dated else kind.span.end)
    offers = people.offers or _names_in(page, slots, cursor.at)
    whens = tuple(when for when in cursor.whens if is_dated or when.span.start < kind.span.start)
    return Head(kind=kind, whens=whens, end=end, is_separated=is_separated, offers=offers)


def _after_people(page: Page, slots: Slots, cursor: _Cursor, kind: KindWord | None, people: People) -> Head:
    cursor.at = _past_slots(page, slots, people.end)
    before = len(cursor.whens)
    at = cursor.at
    if page.text.startswith(",", at) and _when(page, slots, names.skip(page.text, at + 1)):
        cursor.at = names.skip(page.text, at + 1)
    _whens(page, slots, cursor)
    if kind is None and len(cursor.whens) > before and not isinstance(cursor.whens[-1].past, dates.Moment):
        # "Ana tomorrow 10h": without a kind a date ahead says nothing that could be trusted.
        del cursor.whens[before:]
        cursor.at = at
    people = _with_company_after(page, slots, cursor, people)
    at = _past_slots(page, slots, cursor.at)
    end, is_separated = _separator(page, at)
    closed = Span(start=at, end=end)
    return Head(
        kind=kind,
        whens=tuple(cursor.whens),
        who=people.who,
        said=cursor.said,
        closed=closed,
        end=end,
        is_separated=is_separated,
    )


def _with_company_after(page: Page, slots: Slots, cursor: _Cursor, people: People) -> People:
    """Read the company that a date parts from the person: "met Sue yesterday, Globex: ..."."""
    first = people.who[0]
    is_after_date = bool(cursor.whens) and cursor.whens[-1].span.start >= people.end
    if not (is_after_date and len(people.who) == 1 and first.name and not first.company):
        return people
    if not page.text.startswith(",", cursor.at):
        return people
    found = companies.after_comma(page, slots, names.skip(page.text, cursor.at + 1))
    if found is None:
        return people
    company, cursor.at = found
    return replace(people, who=(replace(first, company=company),))


def _separator(page: Page, at: int) -> tuple[int, bool]:
    """Step over what closes the head; only a colon, a dash and a new line are separators in earnest."""
    colon = _COLON.match(page.text, at)
    if colon and names.is_separator(page.text, colon.start() + colon[0].index(":")):
        return colon.end(), True
    match = _SEPARATOR.match(page.text, at)
    if match is None:
        return at, False
    sign = match[0].strip()
    return match.end(), sign in {"-", ""}


# --- without a kind --------------------------------------------------------------------------------------


def _given(page: Page, slots: Slots, cursor: _Cursor, kind: KindWord) -> Head | None:
    """Read "emailed the proposal to Ana", "mandei mensagem com o preço pro João"."""
    if kind.kind not in {kinds.Kind.EMAIL, kinds.Kind.MESSAGE} or kind.form is not Form.PAST:
        return None
    return _to_somebody(page, slots, cursor, kind, _beyond_slots(page, slots, kind.span.end))


def _beyond_slots(page: Page, slots: Slots, at: int) -> list[Word]:
    """Give the words after the verb, the slots between them left out: "sent quote $12k to Ana"."""
    said = tokens.words(page.text, at, min(page.end_of_first, at + _WINDOW))
    return [word for word in said if not any(cut.start <= word.start < cut.end for cut in slots.cuts)]


def _sent(page: Page, slots: Slots, cursor: _Cursor) -> Head | None:
    """Read "sent the quote to Ana", "mandei a proposta para o João", "sent Ana the quote"."""
    said = _said(page, slots, cursor.at)
    found = vocabulary.SENT.find(said[_opener(said) :])
    if found is None:
        return _to_send(page, slots, cursor, said)
    verb = said[_opener(said)]
    span = Span(start=cursor.at, end=verb.end)
    kind = KindWord(kind=kinds.Kind.EMAIL, form=Form.PAST, language=_spoken(found[0], page), span=span)
    found_to = _to_somebody(page, slots, cursor, kind, _beyond_slots(page, slots, verb.end))
    return found_to or _sent_directly(page, slots, cursor, kind)


def _to_send(page: Page, slots: Slots, cursor: _Cursor, said: Sequence[Word]) -> Head | None:
    """Read "send quote to Ana friday" as a plan; its note is what to do."""
    found = vocabulary.SEND.find(said)
    if found is None:
        return None
    span = Span(start=said[0].start, end=said[0].end)
    kind = KindWord(kind=kinds.Kind.EMAIL, form=Form.PLAN, language=_spoken(found[0], page), span=span)
    head = _to_somebody(page, slots, cursor, kind, _beyond_slots(page, slots, span.end))
    if head is None or head.said is None or not any(isinstance(when.future, dates.Moment) for when in head.whens):
        return None
    return replace(head, said=Span(start=span.start, end=head.said.end))


def _to_somebody(page: Page, slots: Slots, cursor: _Cursor, kind: KindWord, rest: Sequence[Word]) -> Head | None:
    for table in (vocabulary.SENT_TO, vocabulary.SENT_TO_LAST):
        for place, word in enumerate(rest):
            if word.key in table and (head := _sent_to(page, slots, cursor, kind, word, is_first=place == 0)):
                return head
    return None


def _opener(said: Sequence[Word]) -> int:
    found = vocabulary.OPENERS.find(said)
    return found[1] if found else 0


def _spoken(languages: Sequence[str], page: Page) -> str:
    member = page.lexicon.clock.language
    return member if member in languages else languages[0]


def _sent_to(page: Page, slots: Slots, cursor: _Cursor, kind: KindWord, to: Word, *, is_first: bool) -> Head | None:
    inner = _Cursor(names.skip(page.text, to.end), list(cursor.whens))
    _fillers(page, slots, inner)
    if not _may_be_somebody(page, slots, inner.at):
        return None
    people = who.read(page, slots, inner.at)
    if not people.who:
        return None
    head = _after_people(page, slots, inner, kind, people)
    return head if is_first else replace(head, said=Span(start=kind.span.end, end=to.start))


def _may_be_somebody(page: Page, slots: Slots, at: int) -> bool:
    if names.is_key_at(slots, at) or tokens.ref_prefix(page.text, at):
        return True
    word = names.word_at(page, slots, at)
    if word is None or not names.can_start(word):
        return False
    return names.has_capital(word.raw) or page.text[: page.end_of_first].islower() or page.is_shouted


def _sent_directly(page: Page, slots: Slots, cursor: _Cursor, kind: KindWord) -> Head | None:
    at = names.skip(page.text, kind.span.end)
    word = names.word_at(page, slots, at)
    if word is None or not names.has_capital(word.raw) or page.is_shouted or not names.can_start(word):
        return None
    people = who.read(page, slots, at)
    inner = _Cursor(at, list(cursor.whens))
    return _after_people(page, slots, inner, kind, people) if people.who else None


def _without_kind(page: Page, slots: Slots, cursor: _Cursor) -> Head:
    """Read a line that begins with somebody known: `Ana ligou: ...`, `P-12: asked for a discount`."""
    at = cursor.at
    if page.text.startswith(",", at):
        at = names.skip(page.text, at + 1)
    article = names.word_at(page, slots, at)
    if article and article.key in vocabulary.ARTICLES | _ARTICLE_A and _is_before_name(page, slots, article):
        at = names.skip(page.text, article.end)  # "o João ligou"
    people = who.read(page, slots, at)
    kind = _verb(page, slots, _past_slots(page, slots, people.end)) if people.who else None
    if kind is None and (before := _before_verb(page, slots, at)):
        people, kind = before, _verb(page, slots, _past_slots(page, slots, before.end))
    is_ahead = kind is None and not all(isinstance(when.past, dates.Moment) for when in cursor.whens)
    if not people.who or is_ahead or not _is_trusted(page, people.who[0]):
        offers = _candidate(page, people, is_sure=kind is not None) or _names_in(page, slots, at)
        return Head(offers=offers)
    cursor.at = _past_slots(page, slots, people.end)
    if kind:
        cursor.at = kind.span.end
        end = names.skip(page.text, cursor.at)
        return _after_people(page, slots, cursor, kind, replace(people, end=end))
    return _after_people(page, slots, cursor, None, people)


_ARTICLE_A = frozenset({"a"})


def _is_before_name(page: Page, slots: Slots, article: Word) -> bool:
    following = names.word_at(page, slots, names.skip(page.text, article.end))
    return following is not None and names.has_capital(following.raw) and not page.is_shouted


def _verb(page: Page, slots: Slots, at: int) -> KindWord | None:
    kind = _kind(page, slots, at)
    return kind if kind and kind.form is Form.PAST else None


def _before_verb(page: Page, slots: Slots, at: int) -> People | None:
    """Take the words before a verb of the kinds as the name: "ana souza ligou"."""
    said = [] if tokens.ref_prefix(page.text, at) else names.unbroken(page, slots, at)
    for count in range(1, min(len(said), 5)):
        kind = kinds.read(said[count:], page.lexicon.clock.language, page.lexicon.kinds)
        if kind and kind.form is Form.PAST:
            span = Span(start=at, end=said[count - 1].end)
            found = Who(name=page.text[span.start : span.end], span=span)
            return People(who=(found,), end=span.end)
    return None


def _is_trusted(page: Page, first: Who) -> bool:
    """Whether a line without a kind is about somebody at all."""
    if first.ref or first.phone or first.email:
        return True
    return companies.is_anybody(page, first.name or first.company or "")


def _candidate(page: Page, people: People, *, is_sure: bool) -> tuple[str, ...]:
    """Offer the name that a separator or a verb follows: "Carlos: likes blue" with no Carlos known."""
    if not people.who:
        return ()
    is_whole = not page.text[people.end :].strip() and page.text[people.who[0].span.start].isupper()
    if not is_sure and not is_whole and not _separator(page, people.end)[1]:
        return ()
    name = people.who[0].name or people.who[0].company
    return (name,) if name else ()


def _names_in(page: Page, slots: Slots, at: int) -> tuple[str, ...]:
    """Offer the known names in the first words of a line that begins with none: "late reply from Ana"."""
    offers: list[str] = []
    full: list[str] = []
    asked = 0
    place = at
    while asked < _MOST_WHENS and (
        match := _CAPITALISED.search(page.text, place, min(page.end_of_first, at + _WINDOW))
    ):
        name = names.read(page, slots, match.start())
        place = max(match.end(), name.end if name.words else 0)
        if not name.words:
            continue
        asked += 1
        text = page.text[name.span.start : name.end]
        if companies.is_anybody(page, text):
            offers.append(text)
        elif len(name.words) > 1:
            full.append(text)
    return tuple(dict.fromkeys(offers or full))


_CAPITALISED = re.compile(r"(?<!\w)[^\W\d_a-z]\w*")
