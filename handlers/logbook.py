"""A line becomes records: interaction, contact, company, deal, follow-ups; all of them in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers import cards, outgoing, people, problems
from handlers.context import Context
from handlers.errors import BadArgument, Conflict, Expectation
from handlers.grammar import line as lines
from handlers.grammar.dates import Moment
from handlers.grammar.line import FollowUp, Kind, Line
from handlers.grammar.money import Amount
from handlers.message import Button, Reply
from handlers.people import Subject
from storage import companies, contacts, deals, interactions, reminders
from storage.models import Contact, Deal, Interaction, Reminder, Stage
from storage.types import Money


def log(context: Context, line: Line, *, is_other: bool = False, takes_over: bool = False) -> Reply:
    """Write what a line says and show it. Raises UserError with the line kept as a draft.

    is_other: its person is new even if the name is known. takes_over: its person moved to the line's company.
    """
    problems.refuse(context, line)
    if not line.who:
        raise BadArgument(
            context.gettext("Not logged yet: a note about whom? Type a name."),
            expects=Expectation(kind="name", start=0, end=0),
        )
    if line.kind is not None and line.kind.value in interactions.TOUCHES and not (line.is_attempt or line.plans):
        context.touched_at = _happened(context, line)
    subject = _subject(context, line, is_other=is_other, takes_over=takes_over)
    others = _others(context, line)
    return _write(context, line, subject, others)


def remind(context: Context, line: Line) -> Reply:
    """Book what a line about nobody asks to be reminded of; whom its title names, it is about."""
    named = lines.parse(line.follow_ups[0].title, context.lexicon)
    subject = Subject()
    if named.kind is not None and len(named.who) == 1 and not named.problems:
        subject = people.resolve(context, named, named.who[0])
    return _write(context, replace(line, plans=True), subject, [])


def log_about(context: Context, line: Line, subject: Subject) -> Reply:
    """Write what a reply to a card says, about what the card shows."""
    problems.refuse(context, line)
    return _write(context, line, subject, [])


def _subject(context: Context, line: Line, *, is_other: bool, takes_over: bool) -> Subject:
    who = line.who[0]
    if takes_over and who.name is not None and who.company is not None:
        return _moved(context, line)
    return people.resolve(context, line, who, is_other=is_other)


def _moved(context: Context, line: Line) -> Subject:
    """The person changed companies: the one contact of that name goes to the line's company."""
    who = line.who[0]
    found = contacts.named(context.session, who.name or "")
    if len(found) != 1:
        return people.resolve(context, line, who)
    company, new = people.company_named(context, who.company)
    found[0].company_id = company.id if company else None
    return Subject(contact=found[0], company=company, new=new)


def _others(context: Context, line: Line) -> list[Subject]:
    return [people.resolve(context, line, who) for who in line.who[1:]]


def _write(context: Context, line: Line, subject: Subject, others: list[Subject]) -> Reply:
    people.hold(context, [subject, *others])
    took_part = tuple(other.contact for other in others if other.contact is not None)
    new = subject.new.union(*(other.new for other in others))
    remarks = [*subject.remarks]
    _add_keys(context, line, subject, remarks)
    _tag(context, line, subject)
    change = DealChange(context, line, subject)
    deal = change.apply()
    interaction = _interaction(context, change.line, subject, deal, took_part)
    booked = tuple(_book(context, line, follow_up, subject, deal, interaction) for follow_up in line.follow_ups)
    context.session.flush()
    for reminder in booked:
        outgoing.tell_assignee(context, reminder)
    remarks += change.remarks + _left_as_text(context, line) + _moments(context, line)
    shown = cards.Logged(
        interaction=interaction,
        contact=subject.contact,
        company=subject.company,
        deal=deal,
        took_part=took_part,
        reminders=booked,
        tags=tuple(tag.value for tag in line.tags),
        new=new | change.new,
        moved=change.moved,
        remarks=tuple(remarks),
        buttons=(*subject.buttons, *change.buttons, *_other_times(context, line, booked)),
    )
    return cards.logged(context.session, context.wording, shown)


# Keys and tags --------------------------------------------------------------------------------------------------------


def _add_keys(context: Context, line: Line, subject: Subject, remarks: list[str]) -> None:
    """A phone or e-mail in the text is the contact's if they have none and nobody else has it."""
    if subject.contact is None or not (line.phones or line.emails):
        return
    has = {key.kind for key in contacts.keys(context.session, subject.contact.id)}
    for kind, slots in (("phone", line.phones), ("email", line.emails)):
        for slot in slots:
            if kind in has or contacts.with_key(context.session, kind, slot.value, context.region) is not None:
                continue
            contacts.add_key(context.session, subject.contact, kind, slot.value, context.region)
            remarks.append(
                context.gettext("{value} saved for {name}").format(value=slot.value, name=subject.contact.name)
            )
            has.add(kind)


def _tag(context: Context, line: Line, subject: Subject) -> None:
    names = tuple(tag.value for tag in line.tags)
    if not names:
        return
    if subject.contact is not None:
        is_new = subject.contact.ref in subject.new
        contacts.tag(context.session, subject.contact, names, is_new=is_new)
    elif subject.company is not None:
        companies.tag(context.session, subject.company, names)


# The deal -------------------------------------------------------------------------------------------------------------


class DealChange:
    """What a line does to a deal: which one it means, and whether it is made, moved or valued."""

    def __init__(self, context: Context, line: Line, subject: Subject) -> None:
        self.context, self.line, self.subject = context, line, subject
        self.new: frozenset[str] = frozenset()
        self.moved = False
        self.remarks: list[str] = []
        self.buttons: list[Button] = []

    def apply(self) -> Deal | None:
        stage = self._stage()
        amount = self.line.amounts[0].value if self.line.amounts else None
        found = [] if self.line.new_deal else people.open_deals(self.context, self.subject)
        if stage is None and amount is None and self.line.new_deal is None:
            return found[0] if len(found) == 1 else None
        if len(found) > 1:
            self._ask(found)
        if not found:
            return self._create(stage, amount)
        self._move(found[0], stage)
        if amount is not None:
            self._value(found[0], amount, is_meant=stage is not None or self.line.sets_value)
        return found[0]

    def _stage(self) -> Stage | None:
        return self.context.stage(self.line.stages[0].value.id) if self.line.stages else None

    def _create(self, stage: Stage | None, amount: Amount | None) -> Deal:
        context, subject = self.context, self.subject
        named = self.line.new_deal.value if self.line.new_deal else ""
        about = subject.company or subject.contact
        deal = deals.create(
            context.session,
            title=named or (about.name if about is not None else ""),
            contact_id=subject.contact.id if subject.contact else None,
            company_id=subject.company.id if subject.company else None,
            owner_id=context.member.id,
            stage=stage or context.stages[0],
            value=_money(amount) if amount else None,
            now=context.now,
            platform=context.platform,
            touched_at=context.touched_at,
        )
        self.new = frozenset({deal.ref})
        return deal

    def _move(self, deal: Deal, stage: Stage | None) -> None:
        if stage is None:
            return
        self.moved = True
        context = self.context
        reason = self.line.note if stage.outcome == "lost" else None
        deals.move(
            context.session,
            deal,
            stage,
            member_id=context.member.id,
            now=context.now,
            platform=context.platform,
            reason=reason,
        )

    def _value(self, deal: Deal, amount: Amount, *, is_meant: bool) -> None:
        """Prose never changes records: over a value that stands, an amount is only offered."""
        context = self.context
        before, after = deals.value(deal), _money(amount)
        if before == after:
            return
        if before is None or is_meant or not self.line.note:
            deals.set_value(deal, after)
            self.moved = True
            if before is not None:
                self.remarks.append(f"{context.wording.money(before)} → {context.wording.money(after)}")
            return
        self.line = _with_amount_in_note(context, self.line)
        label = cards.cut(context.wording.money(after), cards.LABEL)
        self.buttons.append(Button(label=label, command=f"value {deal.ref} {amount.typed}"))
        self.remarks.append(
            context.gettext("{deal} stays at {before}. Set it to {after}?").format(
                deal=deal.ref, before=context.wording.money(before), after=context.wording.money(after)
            )
        )

    def _ask(self, found: list[Deal]) -> None:
        context = self.context
        rows = [
            f"{n} {cards.deal_line(context.session, context.wording, deal)}"
            for n, deal in enumerate(found[:5], start=1)
        ]
        who = self.line.who[0].span if self.line.who else None
        buttons = [
            Button(label=str(n), command=self.line.text[: who.start] + deal.ref + self.line.text[who.end :])
            for n, deal in enumerate(found[:3], start=1)
            if who is not None
        ]
        raise Conflict("\n".join((context.gettext("Which deal? Your text is kept."), *rows)), buttons=tuple(buttons))


def _with_amount_in_note(context: Context, line: Line) -> Line:
    """An amount that is not the deal's is part of what was said."""
    at = line.amounts[0].span.start
    said = lines.parse(f"{line.text[:at]}\\{line.text[at:]}", context.lexicon)
    return replace(line, note=said.note) if said.who == line.who else line


def _money(amount: Amount) -> Money:
    return Money(amount.minor, amount.currency)


# The interaction ------------------------------------------------------------------------------------------------------


def _interaction(
    context: Context, line: Line, subject: Subject, deal: Deal | None, took_part: tuple[Contact, ...]
) -> Interaction | None:
    """A plan is no interaction, and nor is a line that only sets slots."""
    if line.plans or (line.kind is None and not line.note and _has_slots(line)):
        return None
    kind = line.kind or Kind.NOTE
    return interactions.log(
        context.session,
        kind=kind.value,
        is_attempt=line.is_attempt,
        contact=subject.contact,
        company=subject.company,
        deal=deal,
        member_id=context.member.id,
        text=line.note,
        platform=context.platform,
        at=_happened(context, line),
        now=context.now,
        took_part=took_part,
    )


def _happened(context: Context, line: Line) -> datetime:
    """Return when it happened: as typed, else when the message was sent."""
    return line.happened.value.instant if line.happened else context.message.at


def _has_slots(line: Line) -> bool:
    return bool(line.stages or line.amounts or line.follow_ups or line.tags or line.fields or line.new_deal)


# Follow-ups -----------------------------------------------------------------------------------------------------------


def _book(
    context: Context,
    line: Line,
    follow_up: FollowUp,
    subject: Subject,
    deal: Deal | None,
    interaction: Interaction | None,
) -> Reminder:
    return book(
        context,
        follow_up.moment,
        title=follow_up.title or _default_title(context, line, subject),
        subject=Subject(contact=subject.contact, company=subject.company, deal=deal),
        assignee_id=follow_up.assignee,
        nag=follow_up.nag,
        interaction=interaction,
    )


def book(
    context: Context,
    moment: Moment,
    *,
    title: str,
    subject: Subject,
    assignee_id: int | None = None,
    nag: bool = False,
    interaction: Interaction | None = None,
) -> Reminder:
    """Book a follow-up about a subject at a moment."""
    return reminders.book(
        context.session,
        title=title,
        assignee_id=assignee_id or context.member.id,
        created_by_id=context.member.id,
        due_local=moment.local,
        zone=moment.zone,
        due_at=moment.instant,
        now=context.now,
        is_duration=moment.is_duration,
        rings=moment.rings,
        granularity=moment.granularity,
        typed=moment.typed,
        rule=moment.rule,
        nag=nag,
        contact_id=subject.contact.id if subject.contact else None,
        company_id=subject.company.id if subject.company else None,
        deal_id=subject.deal.id if subject.deal else None,
        interaction_id=interaction.id if interaction else None,
    )


def default_title(context: Context, subject: Subject) -> str:
    about = subject.contact or subject.company
    if about is None:
        return context.gettext("Follow up")
    return context.gettext("Follow up with {name}").format(name=cards.cut(about.name, cards.NAME))


def _default_title(context: Context, line: Line, subject: Subject) -> str:
    """A plan is titled by what is planned: its note, or “Call Ana”."""
    if line.plans and line.note:
        return line.note
    if line.plans and line.kind is Kind.CALL and subject.contact is not None:
        return context.gettext("Call {name}").format(name=cards.cut(subject.contact.name, cards.NAME))
    return default_title(context, subject)


# What the card adds ---------------------------------------------------------------------------------------------------


def _left_as_text(context: Context, line: Line) -> list[str]:
    """Name what looked like a slot and was taken as text, so that nobody finds out too late."""
    said = [cards.cut(line.text[span.start : span.end], 40) for span in line.left_as_text]
    return [context.gettext("Taken as text: {what}").format(what=", ".join(said))] if said else []


def _moments(context: Context, line: Line) -> list[str]:
    return [said for follow_up in line.follow_ups for said in [problems.remark(context, follow_up.moment)] if said]


def _other_times(context: Context, line: Line, booked: tuple[Reminder, ...]) -> tuple[Button, ...]:
    """Offer the other reading of a date by name, one tap away."""
    if len(booked) != 1:
        return ()
    return tuple(
        Button(
            label=problems.date_label(context, other),
            command=f"snooze {booked[0].ref} {problems.date_text(context, other)}",
        )
        for other in line.follow_ups[0].moment.others[:1]
    )
