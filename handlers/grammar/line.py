"""One typed line, understood: who, what happened, when, and every slot; pure, and it never raises."""

import re
from dataclasses import dataclass, replace

from handlers.grammar import atoms, dates, head, kinds, money, notes, slots, timing, tokens
from handlers.grammar.atoms import Page
from handlers.grammar.head import Head
from handlers.grammar.kinds import Form, Kind
from handlers.grammar.lexicon import Lexicon, StageName
from handlers.grammar.problems import Problem, ProblemKind
from handlers.grammar.slots import FollowUp, Slot, Slots
from handlers.grammar.tokens import Source, Span, normalise
from handlers.grammar.who import Who

__all__ = [
    "LONGEST_LINE",
    "FollowUp",
    "Kind",
    "Line",
    "Problem",
    "ProblemKind",
    "Slot",
    "Span",
    "Who",
    "normalise",
    "parse",
    "parse_batch",
    "parse_fragment",
]

LONGEST_LINE = 8000  # characters
_MOST_IN_BATCH = 50
_NOTE_WORDS = 240  # characters in which "no answer" is looked for
_PREVIEW = re.compile(r"(?<=\S)\s+\?\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a line says.

    text: the normalised line, to which every span points. typed: as typed, without the " ?" of a preview.
    logs: it tells of something that happened ("met Ana"); plans: it promises it (`call Ana tomorrow`), and then
    follow_ups[0], whose title is empty, is the plan and the note what it is about (it is not there yet while a
    problem asks for its date). who[0] is the contact, the others
    took part. sets_value: the amount is the deal's value even where there is one already. teammates: mentioned, and
    given nothing. left_as_text: looked like slots.
    """

    text: str
    typed: str
    is_preview: bool = False
    kind: Kind | None = None
    is_attempt: bool = False
    logs: bool = False
    plans: bool = False
    happened: Slot[dates.Moment] | None = None
    who: tuple[Who, ...] = ()
    note: str = ""
    tags: tuple[Slot[str], ...] = ()
    stages: tuple[Slot[StageName], ...] = ()
    amounts: tuple[Slot[money.Amount], ...] = ()
    sets_value: bool = False
    follow_ups: tuple[FollowUp, ...] = ()
    phones: tuple[Slot[str], ...] = ()
    emails: tuple[Slot[str], ...] = ()
    fields: tuple[Slot[tuple[str, str]], ...] = ()
    teammates: tuple[Slot[int], ...] = ()
    new_deal: Slot[str] | None = None
    problems: tuple[Problem, ...] = ()
    left_as_text: tuple[Span, ...] = ()


def parse(typed: str, lexicon: Lexicon) -> Line:
    """Read a line that stands for itself."""
    if len(typed) > LONGEST_LINE:
        return _too_long(typed)
    source, is_preview = _without_question(tokens.source(typed))
    page = slots.page(source, lexicon, head.language(source.text, lexicon.clock.language))
    found = slots.read(page)
    return replace(_line(page, found, head.read(page, found)), is_preview=is_preview)


def parse_fragment(typed: str, lexicon: Lexicon) -> Line:
    """Read a reply to a card: slots, a bare date, amount or reference, or a note; nobody need be named."""
    if len(typed) > LONGEST_LINE:
        return _too_long(typed)
    source, is_preview = _without_question(tokens.source(typed))
    page = slots.page(source, lexicon, head.language(source.text, lexicon.clock.language))
    return replace(_fragment(page, slots.read(page)), is_preview=is_preview)


def parse_batch(typed: str, lexicon: Lexicon) -> tuple[Line, ...] | None:
    """Read a paste in which every line starts with kind and who; None if it is anything else."""
    lines = [line for line in typed.splitlines() if line.strip()]
    if not 1 < len(lines) <= _MOST_IN_BATCH or len(typed) > LONGEST_LINE:
        return None
    found: list[Line] = []
    for line in lines:
        parsed = parse(line, lexicon)
        if parsed.kind is None or not parsed.who:
            return None
        found.append(parsed)
    return tuple(found)


def _too_long(typed: str) -> Line:
    source = tokens.source(typed[:LONGEST_LINE])
    whole = Span(start=0, end=len(source.text))
    problem = Problem(kind=ProblemKind.TOO_LONG, span=whole, detail=len(typed))
    return Line(text=source.text, typed=typed, note=source.verbatim(0, whole.end), problems=(problem,))


def _without_question(source: Source) -> tuple[Source, bool]:
    """Take off the " ?" that asks for a preview; "how much?" asks something else."""
    match = _PREVIEW.search(source.text, max(0, len(source.text) - 40))
    return (source.up_to(match.start()), True) if match else (source, False)


# --- a whole line ----------------------------------------------------------------------------------------


def _line(page: Page, found: Slots, start: Head) -> Line:
    note = _note(page, found, start)
    timed = timing.settle(page, start, found.happened, tells=bool(note) or start.is_separated)
    kind = start.kind.kind if start.kind else None
    follow_ups = found.follow_ups
    plans = timed.planned is not None or timed.asks_plan
    if timed.planned:
        follow_ups = (FollowUp(moment=timed.planned.value, title="", span=timed.planned.span), *follow_ups)
    line = _with_slots(page, found)
    problems = (*line.problems, *timed.problems, *_nobody(start, note))
    return replace(
        line,
        kind=kind,
        is_attempt=(start.kind is not None and start.kind.is_attempt)
        or kinds.is_attempt(kind, list(tokens.words(note[:_NOTE_WORDS]))),
        plans=plans,
        logs=not plans and _logs(start, found, note, timed),
        happened=timed.happened,
        who=start.who,
        note=note,
        follow_ups=follow_ups,
        phones=_later(found.phones, start),
        emails=_later(found.emails, start),
        problems=problems,
        left_as_text=tuple(span for span in found.left_as_text if span.start >= start.end),
    )


def _with_slots(page: Page, found: Slots) -> Line:
    return Line(
        text=page.text,
        typed=page.source.typed,
        happened=found.happened[0] if found.happened else None,
        tags=found.tags,
        stages=found.stages,
        amounts=found.amounts,
        sets_value=found.sets_value,
        follow_ups=found.follow_ups,
        phones=found.phones,
        emails=found.emails,
        fields=found.fields,
        teammates=found.teammates,
        new_deal=found.new_deals[0] if found.new_deals else None,
        problems=found.problems,
        left_as_text=found.left_as_text,
    )


def _note(page: Page, found: Slots, start: Head) -> str:
    rest = notes.between(page.source, start.end, len(page.text), found.cuts)
    if start.said is None:
        return rest
    said = notes.between(page.source, start.said.start, start.said.end, found.cuts)
    # "sent the quote to Ana: she liked it" keeps its colon: "the quote: she liked it".
    joint = page.source.verbatim(start.closed.start, start.closed.end) if start.closed else ""
    blank = page.source.verbatim(start.said.end - 1, start.said.end)
    return f"{said}{joint or blank}{rest}" if said and rest else said or rest


def _logs(start: Head, found: Slots, note: str, timed: timing.Timing) -> bool:
    if start.kind is None or start.kind.is_planned:
        return False
    says = bool(note) or start.is_separated or timed.happened is not None
    return start.kind.form is Form.PAST or says or bool(found.stages or found.amounts)


def _nobody(start: Head, note: str) -> tuple[Problem, ...]:
    if start.who or not (start.kind or note):
        return ()
    return (Problem(kind=ProblemKind.NO_WHO, span=Span(start=start.end, end=start.end), offers=start.offers),)


def _later(keys: tuple[Slot[str], ...], start: Head) -> tuple[Slot[str], ...]:
    """Leave out the numbers and addresses that said who."""
    return tuple(key for key in keys if not any(who.span.holds(key.span) for who in start.who))


# --- a reply ---------------------------------------------------------------------------------------------


def _fragment(page: Page, found: Slots) -> Line:
    line = _with_slots(page, found)
    mates = tuple(slot.span for slot in found.teammates)
    bare = notes.between(page.source, 0, len(page.text), sorted((*found.cuts, *mates), key=lambda span: span.start))
    if not bare:
        return replace(line, sets_value=found.sets_value or bool(found.amounts))
    if ref := tokens.ref(bare):
        return replace(line, who=(Who(ref=ref, span=_place(page, bare)),))
    if any(bare == slot.value for slot in (*found.phones, *found.emails)):
        return line
    return _bare_date(page, line, bare) or _said(page, found)


def _bare_date(page: Page, line: Line, bare: str) -> Line | None:
    """Take a reply that is wholly a date: it moves the follow-up, or makes one."""
    value = dates.read(bare, dates.Role.FUTURE, page.lexicon.clock)
    if value is None:
        return None
    span = _place(page, bare)
    if isinstance(value, dates.DateProblem):
        return replace(line, note=bare, problems=(*line.problems, atoms.date_problem(page, value, span)))
    assignee = line.teammates[0].value if line.teammates else None
    follow_up = FollowUp(moment=value, title="", assignee=assignee, span=span)
    return replace(line, follow_ups=(follow_up, *line.follow_ups), teammates=line.teammates[1:])


def _place(page: Page, bare: str) -> Span:
    start = max(page.text.find(bare), 0)
    return Span(start=start, end=min(start + len(bare), len(page.text)))


def _said(page: Page, found: Slots) -> Line:
    """Take a reply in words: a kind and what happened ("called, no answer"), or a note."""
    start = head.read(page, found)
    line = _line(page, found, start)
    if line.plans or (start.kind and start.kind.form is Form.PAST):
        return replace(line, problems=tuple(p for p in line.problems if p.kind is not ProblemKind.NO_WHO))
    note = notes.between(page.source, 0, len(page.text), found.cuts)
    return replace(_with_slots(page, found), note=note)
