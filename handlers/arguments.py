"""The kinds of arguments a command can have: each knows how to take its part of what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from handlers import cards, people, problems, rows
from handlers.command import N_
from handlers.context import Context
from handlers.errors import Ambiguous, BadArgument, NotFound
from handlers.grammar import dates, line as lines, money, tokens
from handlers.grammar.lexicon import find_stage
from handlers.message import Button
from storage import reminders
from storage.keys import fold
from storage.models import Company, Contact, Deal, Interaction, Reminder
from storage.records import Record
from storage.types import Money

LAST_PUSH = timedelta(hours=1)
LONGEST_NAME_WORDS = 8
MOST_DIGITS = 18  # of a key in the database
ROW_DIGITS = 2
DAY_DIGITS = 3
CODE_PARTS = 2
PREFERENCES = frozenset({"lang", "tz", "quiet", "digest", "on"})


def _leading_ref(context: Context, text: str) -> tuple[str, str] | None:
    """Take a ref, or the number of a row of this chat's last list, from the start of a text."""
    found = tokens.ref_prefix(text)
    if found is not None:
        return found[0], text[found[1] :].lstrip(" :,")
    first, _, rest = text.partition(" ")
    if first.isdecimal() and len(first) <= ROW_DIGITS:
        row = rows.ref_at(context, int(first))
        return None if row is None else (row, rest)
    return None


@dataclass(frozen=True, slots=True)
class Subject:
    """A contact, a company or a deal: by ref, row number or name."""

    label: ClassVar[str] = N_("who")
    row: Contact | Company | Deal

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[Subject, str] | None:
        if not text:
            return _subject_here(context)
        leading = _leading_ref(context, text)
        if leading is not None:
            return cls(_about(context, leading[0])), leading[1]
        found = people.look_up(context, text) if len(text.split()) <= LONGEST_NAME_WORDS else []
        row = one_of(context, text, found)
        return None if row is None else (cls(row), "")


def _subject_here(context: Context) -> tuple[Subject, str] | None:
    """Without a name, what the card in hand is about."""
    return (Subject(_about(context, context.about[0])), "") if context.about else None


def _about(context: Context, ref: str) -> Contact | Company | Deal:
    row = people.record(context, ref)
    if isinstance(row, Contact | Company | Deal):
        return row
    subject = people.of_ref(context, ref)
    about = subject.contact or subject.company or subject.deal
    if about is None:
        raise NotFound(context.gettext("{ref} is about nobody.").format(ref=ref), keeps_draft=False)
    return about


def one_of(context: Context, typed: str, found: Sequence[Record]) -> Contact | Company | Deal | None:
    """Return the one record a name means; None if none does. Raises Ambiguous with the choices as commands."""
    known = [row for row in found if isinstance(row, Contact | Company | Deal)]
    if len(known) <= 1:
        return known[0] if known else None
    lines = [f"{n} {headline(context, row)}" for n, row in enumerate(known, start=1)]
    start = context.text.rindex(typed) if typed in context.text else len(context.text)
    before, after = context.text[:start], context.text[start + len(typed) :]
    buttons = tuple(Button(label=str(n), command=f"{before}{row.ref}{after}") for n, row in enumerate(known, start=1))
    question = context.gettext("Which {name}?").format(name=cards.cut(typed, cards.NAME))
    raise Ambiguous("\n".join((question, *lines)), buttons=buttons, keeps_draft=True)


def headline(context: Context, row: Contact | Company | Deal) -> str:
    """Return a record as a row of a list."""
    if isinstance(row, Contact):
        return f"{people.describe(context, row)} · {row.ref}"
    if isinstance(row, Deal):
        return cards.deal_line(context.session, context.wording, row)
    return f"{cards.cut(row.name, cards.NAME)} · {row.ref}"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up: by ref, by row number, or the one in hand (the card replied to, or this hour's last push)."""

    label: ClassVar[str] = N_("follow-up")
    row: Reminder

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[FollowUp, str] | None:
        leading = _leading_ref(context, text)
        if leading is not None and leading[0].startswith("F-"):
            row = people.record(context, leading[0])
            return (cls(row), leading[1]) if isinstance(row, Reminder) else None
        in_hand = [ref for ref in context.about if ref.startswith("F-")]
        if in_hand:
            row = people.record(context, in_hand[0])
            return (cls(row), text) if isinstance(row, Reminder) else None
        if not text:
            return cls(_last_push(context)), ""
        return cls._of_name(context, text)

    @classmethod
    def _of_name(cls, context: Context, text: str) -> tuple[FollowUp, str] | None:
        """A name that has exactly one open follow-up of this member means that one."""
        found = people.look_up(context, text, kinds=("contact", "company"))[:1]
        booked = reminders.of_subject(context.session, **_column(found[0])) if found else []
        mine = [row for row in booked if row.assignee_id == context.member.id]
        return (cls(mine[0]), "") if len(mine) == 1 else None


def _column(row: Record) -> dict[str, int]:
    return {"contact_id": row.id} if isinstance(row, Contact) else {"company_id": row.id}


def _last_push(context: Context) -> Reminder:
    found = reminders.recently_pushed(context.session, context.member.id, context.now, LAST_PUSH)
    if len(found) == 1:
        return found[0]
    _ = context.gettext
    if not found:
        raise BadArgument(_("Which follow-up? Type its number, as in: done F-31"), keeps_draft=False)
    lines = [f"{n} {row.ref} {cards.cut(row.title, cards.NAME)}" for n, row in enumerate(found, start=1)]
    buttons = tuple(Button(label=str(n), command=f"{context.text} {row.ref}") for n, row in enumerate(found, start=1))
    raise Ambiguous("\n".join((_("Which follow-up?"), *lines)), buttons=buttons[:4], keeps_draft=False)


@dataclass(frozen=True, slots=True)
class Logged:
    """An interaction, by ref."""

    label: ClassVar[str] = N_("I-ref")
    row: Interaction

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[Logged, str] | None:
        leading = _leading_ref(context, text)
        if leading is None or not leading[0].startswith("I-"):
            return None
        row = people.record(context, leading[0])
        return (cls(row), leading[1]) if isinstance(row, Interaction) else None


@dataclass(frozen=True, slots=True)
class Anything:
    """Any record that has a card: by ref, row number or name."""

    label: ClassVar[str] = N_("ref or name")
    row: Record

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[Anything, str] | None:
        leading = _leading_ref(context, text)
        if leading is not None:
            return cls(people.record(context, leading[0])), leading[1]
        named = Subject.take(context, text) if text else None
        return None if named is None else (cls(named[0].row), named[1])


@dataclass(frozen=True, slots=True)
class Before:
    """`before` and an instant: where the page of a timeline goes on."""

    label: ClassVar[str] = N_("before")
    instant: datetime

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[Before, str] | None:
        del context
        word, _, rest = text.partition(" ")
        try:
            return (cls(datetime.fromisoformat(rest)), "") if word == "before" else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class SubjectRef:
    """A contact, a company or a deal, by ref or row number: more can follow it than after a name."""

    label: ClassVar[str] = N_("ref")
    row: Contact | Company | Deal

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[SubjectRef, str] | None:
        leading = _leading_ref(context, text)
        return None if leading is None else (cls(_about(context, leading[0])), leading[1])


class All:
    """The word that asks for everything."""

    label: ClassVar[str] = N_("all")

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[All, str] | None:
        del context
        return (cls(), "") if fold(text) in {"all", "tudo", "todos", "todo"} else None


class Anyway:
    """The word that confirms what would be lost."""

    label: ClassVar[str] = N_("anyway")

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[Anyway, str] | None:
        del context
        return (cls(), "") if fold(text) in {"anyway", "mesmo assim", "igual"} else None


class Into:
    """The word between the two of a merge."""

    label: ClassVar[str] = N_("into")

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[Into, str] | None:
        del context
        word, _, rest = text.partition(" ")
        return (cls(), rest) if fold(word) in {"into", "em", "no", "na", "con", "en"} else None


@dataclass(frozen=True, slots=True)
class Gift:
    """A record and a teammate, in either order."""

    label: ClassVar[str] = N_("ref @name")
    row: Record
    member_id: int

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[Gift, str] | None:
        known = context.lexicon.members
        mates = [word for word in text.split() if word.startswith("@") and fold(word[1:]) in known]
        rest = " ".join(word for word in text.split() if word not in mates)
        if len(mates) != 1:
            return None
        found = Anything.take(context, rest) if rest else _in_hand(context)
        return None if found is None or found[1] else (cls(found[0].row, known[fold(mates[0][1:])]), "")


def _in_hand(context: Context) -> tuple[Anything, str] | None:
    return (Anything(people.record(context, context.about[0])), "") if context.about else None


@dataclass(frozen=True, slots=True)
class LogLine:
    """A whole line that logs something about somebody."""

    label: ClassVar[str] = N_("line")
    line: lines.Line

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[LogLine, str] | None:
        parsed = lines.parse(text, context.lexicon)
        return (cls(parsed), "") if parsed.who and (parsed.kind or parsed.follow_ups) else None


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A line about one person or company that we know: `acme $12k`, `acme: price`. `text` names it by ref."""

    label: ClassVar[str] = N_("who")
    text: str

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[KnownLine, str] | None:
        parsed = lines.parse(text, context.lexicon)
        if len(parsed.who) != 1 or parsed.kind is not None:
            return None
        who = parsed.who[0]
        ref = who.ref or _known_ref(context, parsed.text[who.span.start : who.span.end])
        if ref is None:
            return None
        return cls(parsed.text[: who.span.start] + ref + parsed.text[who.span.end :]), ""


def _known_ref(context: Context, name: str) -> str | None:
    found = people.look_up(context, name)
    return found[0].ref if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class When:
    """A moment to come, with an optional `!` before it; whatever follows the date is left."""

    label: ClassVar[str] = N_("when")
    moment: dates.Moment

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[When, str] | None:
        bare = text.removeprefix("!").lstrip()
        taken = dates.read_prefix(bare, dates.Role.FUTURE, context.clock, marked=True)
        if taken is None:
            return None
        moment, length = taken
        if isinstance(moment, dates.DateProblem):
            raise problems.bad_date(context, moment, context.text, bare[:length])
        return cls(moment), bare[length:].lstrip(" ,:")


@dataclass(frozen=True, slots=True)
class Days:
    """A number of days or weeks to look ahead: 7d, 2w, 10."""

    label: ClassVar[str] = N_("7d")
    count: int

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[Days, str] | None:
        del context
        first, _, rest = text.partition(" ")
        number = first.rstrip("dDwWsS")
        unit = first[len(number) :].casefold()
        if not number.isdecimal() or len(number) > DAY_DIGITS or unit not in {"", "d", "w", "s"}:
            return None
        return cls(min(int(number) * (7 if unit in {"w", "s"} else 1), 366)), rest


@dataclass(frozen=True, slots=True)
class Value:
    """An amount of money."""

    label: ClassVar[str] = N_("amount")
    amount: Money

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[Value, str] | None:
        amount = money.read(text, dollar=context.dollar, language=context.language)
        if isinstance(amount, money.MoneyProblem):
            raise problems.bad_money(context, amount)
        return None if amount is None else (cls(Money(amount.minor, amount.currency)), "")


@dataclass(frozen=True, slots=True)
class Filters:
    """Which deals: `@bob`, `team`, `mine`, `>proposal`, in any order."""

    label: ClassVar[str] = N_("filters")
    owner_id: int | None = None
    is_team: bool = False
    stage_ids: tuple[int, ...] = ()

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[Filters, str] | None:
        if not text:
            return None
        owner, is_team, stages = None, False, []
        for word in text.split():
            if word.startswith("@") and fold(word[1:]) in context.lexicon.members:
                owner = context.lexicon.members[fold(word[1:])]
            elif fold(word) in {"team", "equipe", "equipo", "all", "todos"}:
                is_team = True
            elif fold(word) in {"mine", "meus", "mios"}:
                owner = context.member.id
            elif word.startswith(">"):
                stages.append(_stage(context, word[1:]))
            else:
                return None
        return cls(owner, is_team, tuple(stages)), ""


def _stage(context: Context, word: str) -> int:
    stage = find_stage(word, context.lexicon.stages)
    if stage is None:
        raise problems.unknown_stage(context, word, context.text)
    return stage.id


@dataclass(frozen=True, slots=True)
class Preference:
    """One thing a member sets for themselves, and its value."""

    label: ClassVar[str] = N_("lang|tz|quiet|digest|on value")
    name: str
    value: str

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[Preference, str] | None:
        del context
        name, _, value = text.partition(" ")
        return (cls(fold(name), value.strip()), "") if fold(name) in PREFERENCES and value.strip() else None


@dataclass(frozen=True, slots=True)
class DraftNumber:
    """The number of a draft."""

    label: ClassVar[str] = N_("number")
    value: int

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[DraftNumber, str] | None:
        del context
        return (cls(int(text)), "") if text.isdecimal() and 0 < len(text) < MOST_DIGITS else None


class Code(str):
    """A code with which somebody joins."""

    __slots__ = ()
    label: ClassVar[str] = N_("code")

    @classmethod
    def take(cls, context: Context, text: str) -> tuple[Code, str] | None:
        del context
        bare = "".join(text.split()).replace("-", "")
        return (cls(bare), "") if bare.isalnum() and len(text.split()) <= CODE_PARTS else None
