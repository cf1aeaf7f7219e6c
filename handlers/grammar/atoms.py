"""Atoms: one marked piece of a line, read at one place; `slots` gathers them and gives follow-ups their titles."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from rapidfuzz.distance import OSA

from handlers.grammar import currencies, date_words, dates, money, number_words, phones, scan, tokens, vocabulary
from handlers.grammar.lexicon import Lexicon, StageName, find_stage
from handlers.grammar.problems import Problem, ProblemKind
from handlers.grammar.tokens import Source, Span, Word
from storage import keys

__all__ = [
    "Amount",
    "Atom",
    "Deal",
    "Email",
    "Escaped",
    "Field",
    "Happened",
    "Mark",
    "Page",
    "Phone",
    "Plain",
    "Stage",
    "Tag",
    "Teammate",
    "Trouble",
    "at_place",
    "date_at",
    "date_problem",
    "end_of_line",
    "may_start_date",
    "stage_phrase",
    "typed_form",
]


DateFound = tuple[dates.Moment | dates.DateProblem, int] | None
_DateAsked = tuple[int, dates.Role, bool, int]


@dataclass(slots=True)
class Budget:
    """How often the dear readers may be asked, so that no text of 8,000 characters can take long.

    known: the dates that were read, for the head looks at a place more than once.
    """

    dates: int = 24
    amounts: int = 40
    phones: int = 12
    stages: int = 40
    reminders: int = 12
    words: int = 300
    known: dict[_DateAsked, DateFound] = field(default_factory=dict)

    def allows(self, what: str) -> bool:
        left: int = getattr(self, what)
        setattr(self, what, left - 1)
        return left > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A line being read; `text` is the normalised one."""

    source: Source
    text: str
    end_of_first: int
    lexicon: Lexicon
    quotes: tuple[Span, ...] = ()
    has_money_words: bool = False
    is_shouted: bool = False  # all in capitals: they tell nothing
    language: dates.Language = "en"
    budget: Budget = field(default_factory=Budget)


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag(Atom):
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Atom):
    stage: StageName


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount(Atom):
    amount: money.Amount
    is_value: bool = False  # said after "value"
    at: int  # where its figures begin: a word before them may be part of it


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark(Atom):
    """The date of a follow-up; its title comes after it. `before`: the part of it that stood before the date."""

    moment: dates.Moment
    nag: bool = False
    before: Span | None = None
    is_reminder: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened(Atom):
    moment: dates.Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Atom):
    key: str
    value: str
    runs: bool = False  # up to the next slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Teammate(Atom):
    member: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deal(Atom):
    """The sign of a new deal; its name comes after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone(Atom):
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Email(Atom):
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble(Atom):
    problem: Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Escaped(Atom):
    """A slot behind a backslash: text, and the backslash is no part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plain(Atom):
    """Looks like a slot and is none: it stays text, and the card says so."""


_DATE_WINDOW = 80
_AMOUNT_WINDOW = 80
_PHONE_WINDOW = 60
_MOST_TAG = 64
_LONGEST_STAGE = 4  # words

_TAG = re.compile(r"#([^\W\d_][\w-]{0,80})")
_STAGE_WORD = re.compile(r"[^\W\d_][\w'’/-]{0,40}")
_BANG = re.compile(r"(!{1,2})( ?)(?=[^\s!])")
_MENTION = re.compile(r"@ ?([^\W\d_][\w.'-]{0,60})(?: ([^\W\d_][\w'-]{0,40}))?")
_FIELD = re.compile(r"([^\W\d_][\w-]{0,40}):(?!//)")
_FIELD_VALUE = re.compile(r' ?("[^"\n]*"|[^\s"]\S*)')
_DEAL = re.compile(r"\+([^\W\d_]{3,10})(?=\s|$)")
_DIGITS = re.compile(r"[0-9]")
_LOOKS_LIKE_FIELD = re.compile(r"[^\W\d_]{2,20}:[\w$€£][\w.,-]{0,60}")
_AFTER_AMOUNT = re.compile(r" ?/ ?[^\W\d_]| ?p/")
_FEWEST_PHONE_DIGITS = 7
_STARTS_PHONE = re.compile(r"[+(0-9]")
_EMAIL_WINDOW = 330
_WORD_BEFORE = 24
_SHORTEST_NEAR = 5
_SHORTEST_CUT = 4  # letters of "sexta" that are meant for it
_BEHIND = re.compile(r"-[0-9]{1,4}[^\W\d_]{0,10}(?!\w)")  # "!-5m": nothing can be done in the past
_HALVES = frozenset({"half", "meio", "medio", "minus", "menos"})
_CODE_AFTER = re.compile(r"[0-9][0-9.,]* [A-Za-z]{3}")
_AMOUNT_FOLLOWS = re.compile(r" (?:[0-9]{4}|[0-9]+[.,][0-9]|[0-9]+ ?(?:k|m|mil|mi)\b)")
_STAGE_SIGN = re.compile(r"[ \t]*(?<![^\s])> ?(?=[^\W\d_])")
_MOST_SIGNS = 8
_LAST_WORD = re.compile(r"\S+(?=[ \t]*$)")
_ON = "on"
_DATE_STARTS = frozenset(
    {*date_words.MONTHS, *date_words.WEEKDAYS, *date_words.WEEKDAYS_PLURAL, date_words.CONTRACTED_LEAD}
    | {word for table in vars(date_words).values() if isinstance(table, scan.Phrases) for word in table}
)
_AMBIGUOUS = frozenset(
    {
        dates.Reason.AMBIGUOUS,
        dates.Reason.DAY_OR_HOUR,
        dates.Reason.DAY_OR_MONTH,
        dates.Reason.MINUTES_OR_MONTHS,
        dates.Reason.WRONG_WEEKDAY,
    }
)
_DATE_FIELDS = frozenset({"close"})
_RUNNING_FIELDS = frozenset({"next"})
_TRAILING = '.,;:!?)]}"'


def at_place(page: Page, word: Word, at: int) -> Atom | None:
    """Read the atom that starts at text[at], inside this word; a Plain is returned for what only looks like one."""
    reader = _BY_SIGN.get(page.text[at])
    if reader:
        return reader(page, at)
    if "@" in word.raw and (found := _email(page, at)):
        return found
    if ":" in word.raw and (field_found := _field(page, at)):
        return field_found
    return _amount(page, word, at) or _phone(page, at)


# --- tags, stages, teammates, deals ----------------------------------------------------------------------


def _tag(page: Page, at: int) -> Atom | None:
    match = _TAG.match(page.text, at)
    if match is None:
        return None
    name = match[1].rstrip("-")
    end = at + 1 + len(name)
    if len(name) > _MOST_TAG or not _ends(page.text, end):
        return None
    return Tag(span=Span(start=at, end=end), name=name)


def _ends(text: str, end: int) -> bool:
    return scan.is_boundary(text, end) or text[end] in "#>"


def _stage(page: Page, at: int) -> Atom | None:
    is_spaced = page.text.startswith(" ", at + 1)
    start = at + 1 + is_spaced
    first = _STAGE_WORD.match(page.text, start)
    if first is None or not page.budget.allows("stages"):
        return None
    if found := stage_phrase(page, start):
        stage, end = found
        return Stage(span=Span(start=at, end=end), stage=stage)
    if is_spaced or not page.lexicon.stages:
        return None
    span = Span(start=at, end=first.end())
    offers = tuple(f">{stage.name}" for stage in page.lexicon.stages)
    problem = Problem(kind=ProblemKind.UNKNOWN_STAGE, span=span, detail=first[0], offers=tuple(dict.fromkeys(offers)))
    return Trouble(span=span, problem=problem)


def stage_phrase(page: Page, start: int) -> tuple[StageName, int] | None:
    """Read the longest stage name at text[start:]: several words only when exact, one also by prefix or with a typo."""
    ends: list[int] = []
    place = start
    for _ in range(_LONGEST_STAGE):
        match = _STAGE_WORD.match(page.text, place)
        if match is None:
            break
        ends.append(match.end())
        if not page.text.startswith(" ", match.end()):
            break
        place = match.end() + 1
    for end in reversed(ends[1:]):
        key = keys.fold(page.text[start:end])
        for stage in page.lexicon.stages:
            if any(key == keys.fold(name) for name in (stage.name, *stage.names)):
                return stage, end
    if not ends or not _ends(page.text, ends[0]):
        return None
    stage_found = find_stage(page.text[start : ends[0]], page.lexicon.stages)
    return (stage_found, ends[0]) if stage_found else None


def _teammate(page: Page, at: int) -> Atom | None:
    match = _MENTION.match(page.text, at)
    if match is None:
        return None
    first = match[1].rstrip(".'-")
    if match[2] and (member := page.lexicon.members.get(keys.fold(f"{first} {match[2]}"))) is not None:
        return Teammate(span=Span(start=at, end=match.end(2)), member=member)
    end = match.start(1) + len(first)
    member = page.lexicon.members.get(keys.fold(first))
    if member is not None and scan.is_boundary(page.text, end):
        return Teammate(span=Span(start=at, end=end), member=member)
    # "@ noon" is prose; "@bobb" was meant for somebody.
    return None if page.text.startswith(" ", at + 1) else Plain(span=Span(start=at, end=end))


def _plus(page: Page, at: int) -> Atom | None:
    match = _DEAL.match(page.text, at)
    if match and keys.fold(match[1]) in vocabulary.DEAL:
        return Deal(span=Span(start=at, end=match.end()))
    return _phone(page, at)


# --- dates -----------------------------------------------------------------------------------------------


def date_at(page: Page, at: int, role: dates.Role, *, marked: bool, end: int | None = None) -> DateFound:
    """Read the date at text[at:end], if any; gives the place after it."""
    limit = min(at + _DATE_WINDOW, len(page.text) if end is None else end)
    key = (at, role, marked, limit)
    if key not in page.budget.known:
        if not page.budget.allows("dates"):
            return None
        found = dates.read_prefix(page.text[at:limit], role, page.lexicon.clock, marked=marked)
        page.budget.known[key] = (found[0], at + found[1]) if found else None
    return page.budget.known[key]


def may_start_date(key: str) -> bool:
    """Whether a date can begin with this word: asked before the dear question what date it is."""
    return key[:1].isdigit() or key in _DATE_STARTS


def date_problem(page: Page, problem: dates.DateProblem, span: Span) -> Problem:
    """Make a question of a date that is none, or may be two."""
    kind = ProblemKind.AMBIGUOUS_DATE if problem.reason in _AMBIGUOUS else ProblemKind.BAD_DATE
    offers = tuple(dict.fromkeys(typed_form(moment, page.language) for moment in problem.offers))
    return Problem(kind=kind, span=span, detail=problem, offers=offers)


def typed_form(moment: dates.Moment, language: dates.Language) -> str:
    """Write a moment so that reading it gives the same one; a whole day stays one."""
    if moment.rule is None and moment.granularity == "day":
        return moment.local.date().isoformat()
    return dates.typed_form(moment, language)


def _bang(page: Page, at: int) -> Atom | None:
    match = _BANG.match(page.text, at)
    if match is None:
        return None
    start = match.end()
    found = date_at(page, start, dates.Role.FUTURE, marked=True, end=end_of_line(page.text, at))
    if found is None:
        return None if match[2] or page.budget.dates < 0 else _near_miss(page, at, start)
    value, end = found
    span = Span(start=at, end=end)
    if isinstance(value, dates.DateProblem):
        return Trouble(span=span, problem=date_problem(page, value, Span(start=start, end=end)))
    return Mark(span=span, moment=value, nag=match[1] == "!!")


def _near_miss(page: Page, at: int, start: int) -> Atom | None:
    """Ask about `!frday`; `!urgent` and `!1x` stay text."""
    match = _STAGE_WORD.match(page.text, start)
    if match is None:
        behind = _BEHIND.match(page.text, start)
        return Plain(span=Span(start=at, end=behind.end())) if behind else None
    span = Span(start=at, end=match.end())
    key = keys.fold(match[0])
    near = tuple(word for folded, word in vocabulary.DATE_WORDS.items() if _is_near(key, folded))
    if not near:
        return Plain(span=span)
    problem = Problem(kind=ProblemKind.BAD_DATE, span=Span(start=start, end=match.end()), offers=near)
    return Trouble(span=span, problem=problem)


def _is_near(key: str, word: str) -> bool:
    is_cut_short = _SHORTEST_CUT <= len(key) < len(word) and word.startswith(key)
    return is_cut_short or (len(key) >= _SHORTEST_NEAR and OSA.distance(key, word, score_cutoff=1) <= 1)


def end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


# --- fields ----------------------------------------------------------------------------------------------


def _field(page: Page, at: int) -> Atom | None:
    match = _FIELD.match(page.text, at)
    if match is None:
        return None
    key = keys.fold(match[1])
    if key == _ON:
        return _happened(page, at, match.end())
    if key not in page.lexicon.fields and key not in vocabulary.VALUE:
        is_like_one = match[1].islower() and _LOOKS_LIKE_FIELD.match(page.text, at)
        return Plain(span=Span(start=at, end=is_like_one.end())) if is_like_one else None
    if key in vocabulary.VALUE and (amount := _value(page, at, match.end())):
        return amount
    return _field_value(page, at, match.end(), key) if key in page.lexicon.fields else None


def _happened(page: Page, at: int, start: int) -> Atom | None:
    found = date_at(page, start, dates.Role.PAST, marked=True, end=end_of_line(page.text, at))
    if found is None:
        return None
    value, end = found
    span = Span(start=at, end=end)
    if isinstance(value, dates.DateProblem):
        return Trouble(span=span, problem=date_problem(page, value, Span(start=start, end=end)))
    return Happened(span=span, moment=value)


def _value(page: Page, at: int, start: int) -> Atom | None:
    start += page.text.startswith(" ", start)
    found = _money(page, start)
    if found is None or not isinstance(found[0], money.Amount):
        return None
    return Amount(span=Span(start=at, end=found[1]), amount=found[0], is_value=True, at=at)


def _field_value(page: Page, at: int, start: int, key: str) -> Atom | None:
    if key in _RUNNING_FIELDS:
        return Field(span=Span(start=at, end=start), key=key, value="", runs=True)
    if key in _DATE_FIELDS:
        found = date_at(page, start, dates.Role.FUTURE, marked=True, end=end_of_line(page.text, at))
        if found and isinstance(found[0], dates.Moment):
            return Field(span=Span(start=at, end=found[1]), key=key, value=page.text[start : found[1]].strip())
    match = _FIELD_VALUE.match(page.text, start)
    if match is None:
        return None
    value = match[1][1:-1] if match[1].startswith('"') else match[1].rstrip(_TRAILING)
    end = match.end() if match[1].startswith('"') else match.start(1) + len(value)
    return Field(span=Span(start=at, end=end), key=key, value=value) if value else None


# --- amounts, phones, addresses --------------------------------------------------------------------------


def _amount(page: Page, word: Word, at: int) -> Atom | None:
    if not _may_be_amount(page, word, at):
        return None
    found = _money(page, at)
    if found is None:
        return None
    value, end = found
    if _CODE_AFTER.fullmatch(page.text, at, end) and _AMOUNT_FOLLOWS.match(page.text, end):
        return None  # in "wants 40 USD 12000" the code belongs to what follows
    before = _word_before(page.text, at)
    is_total = before in vocabulary.TOTAL_BEFORE and _is_by_stage(page, end) and not _is_each(page.text, end)
    is_value = before in vocabulary.VALUE
    start = _start_of_value(page.text, at) if is_value else at
    span = Span(start=_start_of_word(page.text, at) if is_total else start, end=end)
    if not is_total and _is_unit_price(page.text, before, end):
        return Plain(span=span)
    if isinstance(value, money.MoneyProblem):
        offers = tuple(money.typed_form(offer) for offer in value.offers)
        return Trouble(span=span, problem=Problem(kind=ProblemKind.BAD_MONEY, span=span, detail=value, offers=offers))
    return Amount(span=span, amount=value, is_value=is_value, at=at)


def _start_of_value(text: str, at: int) -> int:
    """Take the word "value" along where a clause begins with it; in "the value $14k is fine" it stays."""
    match = _LAST_WORD.search(text, max(0, at - _WORD_BEFORE), at)
    before = text[: match.start()].rstrip(" \t") if match else "x"
    return match.start() if match and (not before or before[-1] in ":,;.\n-") else at


def _start_of_word(text: str, at: int) -> int:
    match = _LAST_WORD.search(text, max(0, at - _WORD_BEFORE), at)
    return match.start() if match else at


def _is_by_stage(page: Page, end: int) -> bool:
    """Whether a stage follows, or stands in a line that ends here: then a price is that of the whole deal."""
    after = _STAGE_SIGN.match(page.text, end)
    if after:
        return stage_phrase(page, after.end()) is not None
    if page.text[end : page.end_of_first].strip(" .!;)"):
        return False
    signs = _STAGE_SIGN.finditer(page.text, 0, min(end, page.end_of_first))
    return any(stage_phrase(page, sign.end()) for sign in islice(signs, _MOST_SIGNS))


def _money(page: Page, at: int) -> tuple[money.Amount | money.MoneyProblem, int] | None:
    if not page.budget.allows("amounts"):
        return None
    window = page.text[at : at + _AMOUNT_WINDOW]
    found = money.read_prefix(window, dollar=page.lexicon.dollar, language=page.language)
    return (found[0], at + found[1]) if found else None


def _may_be_amount(page: Page, word: Word, at: int) -> bool:
    sign = page.text[at]
    if sign.isdigit():
        return True
    if sign in "-−":
        return not page.text[at + 1 : at + 2].isspace()
    if page.has_money_words and (number_words.starts(word.key) or word.key in _HALVES):
        return True
    return bool(currencies.SYMBOL.match(page.text, at)) or word.key[:3].upper() in currencies.CODES


def _word_before(text: str, at: int) -> str:
    before = text[max(0, at - _WORD_BEFORE) : at].split()
    return tokens.word_key(before[-1]) or before[-1] if before else ""


def _is_unit_price(text: str, before: str, end: int) -> bool:
    return before in vocabulary.UNIT_BEFORE or before == "@" or _is_each(text, end)


def _is_each(text: str, end: int) -> bool:
    """Whether "/seat", "each", "por mês" follows."""
    if _AFTER_AMOUNT.match(text, end):
        return True
    after = list(tokens.words(text, end, min(end + _WORD_BEFORE, end_of_line(text, end))))
    return bool(after) and text[end : end + 1] == " " and vocabulary.UNIT_AFTER.find(after) is not None


def _phone(page: Page, at: int) -> Atom | None:
    window = page.text[at : min(at + _PHONE_WINDOW, end_of_line(page.text, at))]
    if not _STARTS_PHONE.match(window) or len(_DIGITS.findall(window)) < _FEWEST_PHONE_DIGITS:
        return None
    if not page.budget.allows("phones"):
        return None
    found = phones.read_prefix(window, page.lexicon.region)
    return Phone(span=Span(start=at, end=at + found[1]), number=found[0]) if found else None


def _email(page: Page, at: int) -> Atom | None:
    found = phones.email_prefix(page.text[at : at + _EMAIL_WINDOW])
    return Email(span=Span(start=at, end=at + found[1]), address=found[0]) if found else None


_BY_SIGN: dict[str, Callable[[Page, int], Atom | None]] = {
    "#": _tag,
    ">": _stage,
    "!": _bang,
    "@": _teammate,
    "+": _plus,
    "(": _phone,
}
