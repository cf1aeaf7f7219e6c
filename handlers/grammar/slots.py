"""Slots: every marked piece of a line, gathered with its place, and what each follow-up is about."""

import functools
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from typing import Generic, TypeVar

from handlers.grammar import atoms, currencies, dates, money, notes, number_words, reminders, tokens, vocabulary
from handlers.grammar.atoms import (
    Amount,
    Atom,
    Deal,
    Email,
    Escaped,
    Field,
    Happened,
    Mark,
    Page,
    Phone,
    Plain,
    Stage,
    Tag,
    Teammate,
    Trouble,
)
from handlers.grammar.lexicon import Lexicon, StageName
from handlers.grammar.problems import Problem, ProblemKind
from handlers.grammar.tokens import Source, Span, Word
from storage import keys

__all__ = ["FollowUp", "Slot", "Slots", "page", "read"]

T = TypeVar("T")
_A = TypeVar("_A", bound=Atom)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot(Generic[T]):
    """A value and where it was said."""

    value: T
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """A promise to oneself or a teammate; an empty title is "Follow up with <contact>", `nag` repeats until done."""

    moment: dates.Moment
    title: str
    assignee: int | None = None
    nag: bool = False
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Slots:
    """What was found; `cuts` is what the note goes without, `stops` where a name in the head must end."""

    tags: tuple[Slot[str], ...] = ()
    stages: tuple[Slot[StageName], ...] = ()
    amounts: tuple[Slot[money.Amount], ...] = ()
    sets_value: bool = False
    follow_ups: tuple[FollowUp, ...] = ()
    phones: tuple[Slot[str], ...] = ()
    emails: tuple[Slot[str], ...] = ()
    fields: tuple[Slot[tuple[str, str]], ...] = ()
    teammates: tuple[Slot[int], ...] = ()
    new_deals: tuple[Slot[str], ...] = ()
    happened: tuple[Slot[dates.Moment], ...] = ()
    problems: tuple[Problem, ...] = ()
    left_as_text: tuple[Span, ...] = ()
    cuts: tuple[Span, ...] = ()
    stops: tuple[Span, ...] = ()
    ends: Mapping[int, int] = field(default_factory=dict)  # of each cut, by its start


_OPENERS = "([{~≈"
_LONGEST_HEADER = 80
_MOST_WORDS_AFTER_REGARDS = 3
_MOST_OFFERS = 4
_TAG_WORD = re.compile(r"#?([^\W\d_][\w-]{0,63})")
_AROUND_TITLE = " \t,;:-"
_WORD = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]{3,20}")
_INNER_SIGN = re.compile(r"[@:$€£]")
_SIGNS = frozenset("#>!@+$0123456789")
_LINKS = ("www.", "WWW.", "Www.")
# Words in letters that may begin a slot: "remind me", "USD 500".
_STARTERS = frozenset(
    {word for phrase in vocabulary.remind_phrases() for word in (phrase, keys.fold(phrase))}
    | {code.lower() for code in currencies.CODES}
)


def page(source: Source, lexicon: Lexicon, language: dates.Language) -> Page:
    """Lay a normalised line out for reading; `language` is that of its kind word, else the member's."""
    text = source.text
    return Page(
        source=source,
        text=text,
        end_of_first=atoms.end_of_line(text, 0),
        lexicon=_asked_once(_spoken(lexicon, language)),
        quotes=tokens.protected(text),
        has_money_words=_has_money_words(text),
        is_shouted=_is_shouted(text),
        language=language,
    )


def _spoken(lexicon: Lexicon, language: dates.Language) -> Lexicon:
    """Let the kind word settle what "mar" is; English stays, for the order of day and month hangs on it."""
    member = lexicon.clock.language
    if language == member or "en" in {language, member}:
        return lexicon
    return replace(lexicon, clock=replace(lexicon.clock, language=language))


def _asked_once(lexicon: Lexicon) -> Lexicon:
    """Put each question about a name once: the store answers it, and several rules ask."""
    return replace(
        lexicon,
        knows_person=functools.cache(lexicon.knows_person),
        knows_company=functools.cache(lexicon.knows_company),
    )


def _has_money_words(text: str) -> bool:
    said = set(_LETTERS.findall(text.lower()))
    return any((word if word.isascii() else keys.fold(word)) in currencies.WORDS for word in said)


def _is_shouted(text: str) -> bool:
    first = text[: atoms.end_of_line(text, 0)]
    return first.isupper() and " " in first.strip()


def read(page: Page) -> Slots:
    """Read the first line, and each later one that begins with a slot."""
    form = _word_form(page)
    first = _in_stretch(page, form.span.end if form else 0, page.end_of_first)
    return _gathered(page, [*([form] if form else []), *first, *chain.from_iterable(_in_later_lines(page))])


# --- finding atoms ---------------------------------------------------------------------------------------


def _in_stretch(page: Page, start: int, end: int) -> list[Atom]:
    found: list[Atom] = []
    place = start
    for word in _promising(page, start, end):
        at = max(word.start, place)
        if at >= word.end:
            continue
        if quote := _quote_at(page, at):
            place = quote.end
            continue
        for atom in _in_word(page, word, at, place):
            found.append(atom)
            place = atom.span.end
    return found


def _promising(page: Page, start: int, end: int) -> Iterator[Word]:
    """Give the words a slot can begin with; most words of a note are none, and cost no more than this look."""
    for match in _WORD.finditer(page.text, start, end):
        raw = match[0]
        if raw[0].isalpha() and not _INNER_SIGN.search(raw) and not _is_starter(page, raw):
            continue
        if not page.budget.allows("words"):
            return
        if "://" not in raw and not raw.startswith(_LINKS):
            key = "" if raw[0] in _SIGNS else tokens.word_key(raw)
            yield Word(match.start(), match.end(), raw, key)


def _is_starter(page: Page, raw: str) -> bool:
    word = raw.lower()
    return word in _STARTERS or (page.has_money_words and number_words.starts(tokens.word_key(raw)))


def _quote_at(page: Page, at: int) -> Span | None:
    place = _after_openers(page.text, at)
    index = bisect_right(page.quotes, place, key=_start) - 1
    return page.quotes[index] if index >= 0 and place < page.quotes[index].end else None


def _start(span: Span) -> int:
    return span.start


def _after_openers(text: str, at: int) -> int:
    while at < len(text) - 1 and text[at] in _OPENERS:
        at += 1
    return at


def _in_word(page: Page, word: Word, at: int, place: int) -> Iterator[Atom]:
    """Read the atom at the start of a word, and those glued to it (#hot#new)."""
    if atom := reminders.read(page, word, at, place):
        yield atom
        return
    while at < word.end and (found := _atom(page, word, at)):
        yield found
        at = found.span.end
        if page.text[at : at + 1] not in {"#", ">"}:
            return


def _atom(page: Page, word: Word, at: int) -> Atom | None:
    for place in sorted({at, _after_openers(page.text, at)}):
        if page.text[place] == "\\" and place + 1 < word.end:
            inner = atoms.at_place(page, word, place + 1)
            return Escaped(span=Span(start=place, end=inner.span.end)) if inner else None
        if found := atoms.at_place(page, word, place):
            return found
    return None


def _in_later_lines(page: Page) -> Iterator[list[Atom]]:
    for start, end in _later_lines(page):
        if not _begins_with_slot(page, start, end):
            continue
        found = _in_stretch(page, start, end)
        if found and not _is_quotation(page, found, start, end):
            yield found


def _later_lines(page: Page) -> Iterator[tuple[int, int]]:
    """Give the later lines, up to a signature or a quoted mail: neither changes anything."""
    start = page.end_of_first + 1
    while start <= len(page.text):
        end = atoms.end_of_line(page.text, start)
        if _ends_reading(page.text[start:end]):
            return
        yield start, end
        start = end + 1


def _ends_reading(line: str) -> bool:
    plain = line.strip()[:_LONGEST_HEADER]
    if not plain:
        return False
    if plain in {"--", "__", "- -"} or ((":" in plain or plain.startswith("---")) and _heads_quotation(plain)):
        return True
    first = tokens.word_key(plain.split(None, 1)[0])
    if not vocabulary.SIGNATURES.starts(first):
        return False
    said = list(tokens.words(plain))
    signature = vocabulary.SIGNATURES.find(said)
    return signature is not None and len(said) - signature[1] <= _MOST_WORDS_AFTER_REGARDS


def _heads_quotation(line: str) -> bool:
    plain = line.lower()
    return plain.startswith(vocabulary.QUOTE_HEADERS) or plain.endswith(vocabulary.WROTE)


def _begins_with_slot(page: Page, start: int, end: int) -> bool:
    first = next(_promising(page, start, end), None)
    if first is None or page.text[start : first.start].strip() or _quote_at(page, first.start):
        return False
    atom = next(_in_word(page, first, first.start, 0), None)
    return atom is not None and not isinstance(atom, Plain | Escaped)


def _is_quotation(page: Page, found: Sequence[Atom], start: int, end: int) -> bool:
    """Whether a line that begins with `>` quotes somebody: all of it must be slots to be ours."""
    if not page.text[start:end].lstrip().startswith(">"):
        return False
    if any(isinstance(atom, Mark) for atom in found):
        return isinstance(found[0], Trouble)
    covered = sum(len(page.text[a.span.start : a.span.end].replace(" ", "")) for a in found)
    return isinstance(found[0], Trouble) or covered < len("".join(page.text[start:end].split()))


# --- word forms ------------------------------------------------------------------------------------------


def _word_form(page: Page) -> Atom | None:
    """Read `stage proposal`, `etapa proposta`, `tag hot` at the start of the line."""
    said = list(tokens.words(page.text, 0, min(page.end_of_first, _LONGEST_HEADER)))
    if len(said) <= 1:
        return None
    first, second = said[0], said[1]
    if first.key in vocabulary.STAGE and (found := atoms.stage_phrase(page, second.start)):
        atom: Atom = Stage(span=Span(start=first.start, end=found[1]), stage=found[0])
        return atom if _is_followed_by_slot(page, found[1]) else None
    if first.key in vocabulary.TAG and (match := _TAG_WORD.match(page.text, second.start)):
        span = Span(start=first.start, end=match.end())
        return Tag(span=span, name=match[1]) if _is_followed_by_slot(page, match.end()) else None
    return None


def _is_followed_by_slot(page: Page, end: int) -> bool:
    rest = page.text[end : page.end_of_first].lstrip(" .,;")
    return not rest or rest[0] in "#>!@+$"


# --- gathering -------------------------------------------------------------------------------------------


def _gathered(page: Page, found: Sequence[Atom]) -> Slots:
    runs = _runs(page, found)
    taken = {id(run.teammate) for run in runs if run.teammate}
    amounts = _all(found, Amount)
    strangers = _given_to_strangers(page, found)
    cuts = _cuts(page, found, runs, taken)
    return Slots(
        tags=tuple(Slot(value=a.name, span=a.span) for a in _all(found, Tag)),
        stages=tuple(Slot(value=a.stage, span=a.span) for a in _all(found, Stage)),
        amounts=tuple(Slot(value=a.amount, span=a.span) for a in amounts),
        sets_value=bool(_all(found, Stage)) or any(a.is_value for a in amounts),
        follow_ups=tuple(_follow_up(page, run) for run in runs if isinstance(run.atom, Mark)),
        phones=tuple(Slot(value=a.number, span=a.span) for a in _all(found, Phone)),
        emails=tuple(Slot(value=a.address, span=a.span) for a in _all(found, Email)),
        fields=tuple(_field(page, run) for run in runs if isinstance(run.atom, Field)),
        teammates=tuple(Slot(value=a.member, span=a.span) for a in _all(found, Teammate) if id(a) not in taken),
        new_deals=tuple(Slot(value=_title(page, r), span=_span(page, r)) for r in runs if isinstance(r.atom, Deal)),
        happened=tuple(Slot(value=a.moment, span=a.span) for a in _all(found, Happened)),
        problems=(*(a.problem for a in _all(found, Trouble)), *_doubles(page, found), *_strangers(page, strangers)),
        left_as_text=tuple(a.span for a in _all(found, Plain) if a not in strangers),
        cuts=cuts,
        ends={cut.start: cut.end for cut in cuts},
        stops=tuple(a.span for a in found if not isinstance(a, Phone | Email | Plain | Escaped)),
    )


def _all(found: Iterable[Atom], kind: type[_A]) -> list[_A]:
    return [atom for atom in found if isinstance(atom, kind)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """An atom with the text that belongs to it: a follow-up's title, the name of a deal."""

    atom: Atom
    start: int
    end: int
    teammate: Teammate | None = None


def _runs(page: Page, found: Sequence[Atom]) -> list[_Run]:
    walls = [atom for atom in found if not isinstance(atom, Phone | Email | Plain | Escaped)]
    return [
        _run(page, atom, walls[n + 1 : n + 3]) for n, atom in enumerate(walls) if isinstance(atom, Mark | Deal | Field)
    ]


def _run(page: Page, atom: Atom, later: Sequence[Atom]) -> _Run:
    start = atom.span.end
    line_end = atoms.end_of_line(page.text, start)
    if isinstance(atom, Field) and not atom.runs:
        return _Run(atom=atom, start=start, end=start)
    end = min(later[0].span.start, line_end) if later else line_end
    if isinstance(atom, Mark) and _closes_head(page.text, atom.span.start, start):
        return _Run(atom=atom, start=start, end=start)
    mate = later[0] if later and isinstance(later[0], Teammate) and later[0].span.start < line_end else None
    if mate is None or not isinstance(atom, Mark):
        return _Run(atom=atom, start=start, end=end)
    if page.text[start:end].strip():
        return _Run(atom=atom, start=start, end=end, teammate=mate)
    end = min(later[1].span.start, line_end) if len(later) > 1 else line_end
    return _Run(atom=atom, start=mate.span.end, end=end, teammate=mate)


def _closes_head(text: str, start: int, end: int) -> bool:
    """Whether a colon after the date is the line's own separator: `called Ana !fri: wants 40 seats`."""
    first = text.rfind("\n", 0, start) < 0
    return first and text[end:].lstrip(" ").startswith(":") and ":" not in text[:start] and bool(text[:start].strip())


def _title(page: Page, run: _Run) -> str:
    start, end = _trimmed(page.text, run.start, run.end)
    if isinstance(run.atom, Mark) and run.atom.is_reminder:
        start = reminders.after_link(page.text, start, end)
    after = notes.between(page.source, start, end, ())
    if isinstance(run.atom, Mark) and run.atom.before:
        before = notes.between(page.source, run.atom.before.start, run.atom.before.end, ())
        return f"{before} {after}".strip()
    return after


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _AROUND_TITLE:
        start += 1
    while start < end and text[end - 1] in _AROUND_TITLE:
        end -= 1
    return start, end


def _span(page: Page, run: _Run) -> Span:
    _, end = _trimmed(page.text, run.start, run.end)
    end = max(end, run.atom.span.end, run.teammate.span.end if run.teammate else 0)
    return Span(start=run.atom.span.start, end=end)


def _follow_up(page: Page, run: _Run) -> FollowUp:
    atom = run.atom
    if not isinstance(atom, Mark):
        raise TypeError(atom)
    member = run.teammate.member if run.teammate else None
    return FollowUp(moment=atom.moment, title=_title(page, run), assignee=member, nag=atom.nag, span=_span(page, run))


def _field(page: Page, run: _Run) -> Slot[tuple[str, str]]:
    atom = run.atom
    if not isinstance(atom, Field):
        raise TypeError(atom)
    value = _title(page, run) if atom.runs else atom.value
    return Slot(value=(atom.key, value), span=_span(page, run))


def _cuts(page: Page, found: Sequence[Atom], runs: Sequence[_Run], attached: set[int]) -> tuple[Span, ...]:
    """What the note goes without: never a phone or an address, which would leave a hole, nor what must be asked."""
    whole = [atom.span for atom in found if isinstance(atom, Tag | Stage | Amount | Happened)]
    held = [_span(page, run) for run in runs]
    signs = [Span(start=atom.span.start, end=atom.span.start + 1) for atom in _all(found, Escaped)]
    mates = [atom.span for atom in _all(found, Teammate) if id(atom) in attached]
    return tuple(sorted([*whole, *held, *signs, *mates], key=lambda span: (span.start, span.end)))


# --- contradictions --------------------------------------------------------------------------------------


def _doubles(page: Page, found: Sequence[Atom]) -> list[Problem]:
    amounts = _all(found, Amount)
    stages = _all(found, Stage)
    problems = []
    if len({atom.amount for atom in amounts}) > 1:
        values = tuple(atom.amount for atom in amounts)
        problems.append(
            _one_of(page, ProblemKind.TWO_AMOUNTS, [Span(start=a.at, end=a.span.end) for a in amounts], values)
        )
    if len({atom.stage.id for atom in stages}) > 1:
        names = tuple(atom.stage for atom in stages)
        problems.append(_one_of(page, ProblemKind.TWO_STAGES, [a.span for a in stages], names))
    return problems


def _given_to_strangers(page: Page, found: Sequence[Atom]) -> list[Plain]:
    """Find the "@name" right after the date of a follow-up that is no member's: it was to be theirs."""
    return [
        atom
        for before, atom in pairwise(found)
        if isinstance(before, Mark) and isinstance(atom, Plain) and page.text.startswith("@", atom.span.start)
        if not page.text[before.span.end : atom.span.start].strip(_AROUND_TITLE)
    ]


def _strangers(page: Page, found: Iterable[Plain]) -> Iterator[Problem]:
    for atom in found:
        name = page.text[atom.span.start + 1 : atom.span.end]
        yield Problem(kind=ProblemKind.UNKNOWN_MEMBER, span=atom.span, detail=name)


def _one_of(page: Page, kind: ProblemKind, spans: Sequence[Span], values: tuple[object, ...]) -> Problem:
    """Offer each value alone: the same text with the others behind a backslash."""
    whole = Span(start=spans[0].start, end=spans[-1].end)
    offers = tuple(_with_only(page.text, whole, spans, n) for n in range(min(len(spans), _MOST_OFFERS)))
    return Problem(kind=kind, span=whole, detail=values, offers=offers)


def _with_only(text: str, whole: Span, spans: Sequence[Span], chosen: int) -> str:
    parts: list[str] = []
    place = whole.start
    for n, span in enumerate(spans):
        parts += [text[place : span.start], "" if n == chosen else "\\"]
        place = span.start
    return "".join([*parts, text[place : whole.end]])
