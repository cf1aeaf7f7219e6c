"""What answers look like: one function for each card, in the layout every platform shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.message import Button, Reply
from handlers.wording import Wording
from storage import companies, contacts, deals, interactions, reminders, tags, times
from storage.database import Session
from storage.models import Company, Contact, Deal, Interaction, Member, Reminder, Stage

LABEL = 16
QUOTE = 160
NAME = 60


def cut(text: str, most: int) -> str:
    """Shorten people's text to one line of at most `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def quote(text: str) -> str:
    return f"“{cut(text, QUOTE)}”"


def stage_name(wording: Wording, stage: Stage) -> str:
    return stage.names.get(wording.language, stage.name)


def did(wording: Wording, interaction: Interaction, who: str) -> str:
    """Return “Met Ana”, as a head line or a last touch says it."""
    _ = wording.gettext
    if interaction.is_attempt:
        phrases = {
            "call": _("Tried to call {who}"),
            "visit": _("Tried to visit {who}"),
            "meeting": _("Tried to meet {who}"),
        }
        return phrases.get(interaction.kind, _("Tried to reach {who}")).format(who=who)
    phrases = {
        "meeting": _("Met {who}"),
        "call": _("Called {who}"),
        "email": _("Emailed {who}"),
        "visit": _("Visited {who}"),
        "demo": _("Demo with {who}"),
        "message": _("Message with {who}"),
        "note": _("Note about {who}"),
    }
    return phrases[interaction.kind].format(who=who)


def kind_word(wording: Wording, interaction: Interaction) -> str:
    """Return the kind as a row of a list shows it: met, called, tried to call."""
    _ = wording.gettext
    if interaction.is_attempt:
        return _("no answer")
    return {
        "meeting": _("met"),
        "call": _("called"),
        "email": _("emailed"),
        "visit": _("visited"),
        "demo": _("demo"),
        "message": _("message"),
        "note": _("note"),
    }[interaction.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """What one line wrote; `is_new` of each record, for the card says so."""

    interaction: Interaction | None = None
    contact: Contact | None = None
    company: Company | None = None
    deal: Deal | None = None
    took_part: tuple[Contact, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    tags: tuple[str, ...] = ()
    new: frozenset[str] = frozenset()  # refs
    remarks: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    moved: bool = False  # the deal changed: stage or value

    @property
    def refs(self) -> tuple[str, ...]:
        rows = (self.interaction, self.contact, self.company, self.deal, *self.reminders, *self.took_part)
        return tuple(row.ref for row in rows if row is not None)


def logged(session: Session, wording: Wording, log: Logged) -> Reply:
    """Layout 1: what was understood, in absolute terms."""
    lines = [_head(wording, log), *_said(log), *_deal_lines(session, wording, log)]
    lines += [follow_up_line(session, wording, reminder) for reminder in log.reminders]
    lines += log.remarks
    return Reply(
        text="\n".join(line for line in lines if line),
        facts=_facts(log),
        refs=log.refs,
        buttons=(*log.buttons, *_log_buttons(wording, log)),
    )


def _head(wording: Wording, log: Logged) -> str:
    who = _who(wording, log)
    if log.interaction is not None:
        happened = times.to_local(log.interaction.at, wording.zone).date()
        when = "" if happened == wording.today else f" · {wording.day(happened)}"
        return f"✓ {did(wording, log.interaction, who)}{when} · {log.interaction.ref}"
    if log.reminders:
        return "✓ " + wording.gettext("Planned with {who}").format(who=who)
    return f"✓ {who}"


def _who(wording: Wording, log: Logged) -> str:
    marked = {
        "P": wording.pgettext("contact", "{name} (new)"),
        "C": wording.pgettext("company", "{name} (new)"),
    }
    rows = (log.contact, *log.took_part, log.company)
    return ", ".join(
        marked[row.letter].format(name=cut(row.name, NAME)) if row.ref in log.new else cut(row.name, NAME)
        for row in rows
        if row is not None
    )


def _said(log: Logged) -> list[str]:
    parts = [quote(log.interaction.text)] if log.interaction is not None and log.interaction.text else []
    parts += [f"#{tag}" for tag in log.tags]
    return [" ".join(parts)] if parts else []


def _deal_lines(session: Session, wording: Wording, log: Logged) -> list[str]:
    if log.deal is None or not (log.moved or log.deal.ref in log.new):
        return []
    said = deal_line(session, wording, log.deal)
    return [wording.pgettext("deal", "{name} (new)").format(name=said) if log.deal.ref in log.new else said]


def deal_line(session: Session, wording: Wording, deal: Deal) -> str:
    """Return “D-57 Acme: Proposal, USD 12,000”."""
    return f"{deal.ref} {cut(deal.title, NAME)}: {deal_state(session, wording, deal)}"


def deal_state(session: Session, wording: Wording, deal: Deal) -> str:
    """Return “Proposal, USD 12,000”."""
    value = deals.value(deal)
    state = stage_name(wording, deals.stage(session, deal.stage_id))
    return f"{state}, {wording.money(value)}" if value is not None else state


def follow_up_line(session: Session, wording: Wording, reminder: Reminder) -> str:
    """Return “F-31 Fri 27 Nov 2026 10:00 São Paulo: send quote”."""
    when = wording.moment(reminder.due_local, reminder.zone, in_full=True)
    line = f"{reminder.ref} {when}{' ↻' if reminder.rule else ''}: {cut(reminder.title, QUOTE)}"
    if reminder.assignee_id != reminder.created_by_id:
        line += f" → {session.get_one(Member, reminder.assignee_id).name}"
    return line


def _facts(log: Logged) -> dict[str, str]:
    rows = {
        "interaction": log.interaction,
        "contact": log.contact,
        "company": log.company,
        "deal": log.deal,
        "follow_up": log.reminders[0] if log.reminders else None,
    }
    facts = {name: row.ref for name, row in rows.items() if row is not None}
    if log.reminders:
        facts["follow_up_at"] = log.reminders[0].due_at.isoformat()
    return facts


def _log_buttons(wording: Wording, log: Logged) -> tuple[Button, ...]:
    _ = wording.gettext
    undo = Button(label=_("Undo"), command=f"undo {log.interaction.ref}" if log.interaction else "undo")
    subject = log.contact or log.company
    if log.interaction is not None and log.interaction.is_attempt and not log.reminders and subject is not None:
        return (
            Button(label=_("Again 2 h"), command=f"call {subject.ref} in 2h"),
            Button(label=_("Tomorrow"), command=f"call {subject.ref} tomorrow"),
            undo,
        )
    return (undo,)


# A follow-up, pushed and handled ----------------------------------------------------------------------------------


def subject_name(session: Session, contact_id: int | None, company_id: int | None) -> str:
    """Return “Ana Souza, Acme”, or what there is of it."""
    contact = session.get(Contact, contact_id) if contact_id else None
    company_id = company_id or (contact.company_id if contact else None)
    company = session.get(Company, company_id) if company_id else None
    return ", ".join(cut(row.name, NAME) for row in (contact, company) if row is not None)


def push(
    session: Session, wording: Wording, reminder: Reminder, now: datetime, *, late_by: timedelta | None = None
) -> Reply:
    """Layout 3: a follow-up whose time has come."""
    _ = wording.gettext
    said = _titled(session, reminder)
    head = f"⏰ {said}"
    if late_by is not None:
        head = "⏰ " + _("{late} late, I was down: {what}").format(late=wording.span(late_by), what=said)
    due = wording.clock(times.to_local(reminder.due_at, wording.zone))
    foot = _("{ref}, due {time} · reply with a note or a new time").format(ref=reminder.ref, time=due)
    lines = [head, background(session, wording, reminder), foot]
    return Reply(
        text="\n".join(line for line in lines if line),
        facts={"follow_up": reminder.ref, "due_at": reminder.due_at.isoformat()},
        refs=_reminder_refs(reminder),
        buttons=(
            Button(label=_("Done"), command=f"done {reminder.ref}"),
            Button(label=_("1 h"), command=f"snooze {reminder.ref} in 1h"),
            Button(label=_("Tomorrow"), command=f"snooze {reminder.ref} tomorrow"),
            Button(label=_("Drop"), command=f"drop {reminder.ref}"),
        ),
    )


def _titled(session: Session, reminder: Reminder) -> str:
    """Return “Send quote: Ana Souza, Acme”; the name once only."""
    who = subject_name(session, reminder.contact_id, reminder.company_id)
    title = cut(reminder.title, QUOTE)
    title = title[:1].upper() + title[1:]
    first = who.partition(",")[0]
    return f"{title}: {who}" if who and first not in title else title


def _reminder_refs(reminder: Reminder) -> tuple[str, ...]:
    about = (("P", reminder.contact_id), ("C", reminder.company_id), ("D", reminder.deal_id))
    return (reminder.ref, *(f"{letter}-{number}" for letter, number in about if number))


def background(session: Session, wording: Wording, reminder: Reminder) -> str:
    """Return “D-57 Proposal, USD 12,000 · last: met Tue 24 Nov “wants 40 seats””."""
    parts = []
    deal = session.get(Deal, reminder.deal_id) if reminder.deal_id else None
    if deal is not None:
        parts.append(f"{deal.ref} {deal_state(session, wording, deal)}")
    last = _last_of(session, reminder)
    if last is not None:
        said = f"{kind_word(wording, last)} {wording.on(last.at)}"
        said += f" {quote(last.text)}" if last.text else ""
        parts.append(wording.gettext("last: {what}").format(what=said))
    return " · ".join(parts)


def _last_of(session: Session, reminder: Reminder) -> Interaction | None:
    if reminder.contact_id:
        return interactions.last(session, contact_id=reminder.contact_id)
    if reminder.company_id:
        return interactions.last(session, company_id=reminder.company_id)
    return interactions.last(session, deal_id=reminder.deal_id) if reminder.deal_id else None


def done(session: Session, wording: Wording, reminder: Reminder, now: datetime) -> Reply:
    """Layout 4: a follow-up that was done; asks for the next step only where a deal is left without one."""
    _ = wording.gettext
    text = "✓ " + _("Done {when}: {what}").format(when=wording.at(now), what=_plain_title(session, reminder))
    deal = session.get(Deal, reminder.deal_id) if reminder.deal_id else None
    if deal is None or not deal.is_open or deals.next_step(session, deal.id) is not None:
        return Reply(text=text, refs=_reminder_refs(reminder), buttons=(_undo(wording),))
    question = _("{deal} has no next step. When?").format(deal=f"{deal.ref} {cut(deal.title, NAME)}")
    return Reply(
        text=f"{text}\n{question}",
        refs=_reminder_refs(reminder),
        buttons=(*_next_days(wording, deal, now), _undo(wording)),
    )


def _plain_title(session: Session, reminder: Reminder) -> str:
    who = subject_name(session, reminder.contact_id, None).partition(",")[0]
    title = cut(reminder.title, QUOTE)
    return f"{title}, {who}" if who and who not in title else title


def _next_days(wording: Wording, deal: Deal, now: datetime) -> tuple[Button, ...]:
    """Offer two working days by name: the second from today, and the fifth."""
    today = times.to_local(now, wording.zone).date()
    days = (times.add_business_days(today, count) for count in (2, 5))
    subject = f"P-{deal.contact_id}" if deal.contact_id else f"C-{deal.company_id}"
    return tuple(
        Button(label=cut(wording.day(day), LABEL), command=f"follow up {subject} {day.isoformat()}") for day in days
    )


def _undo(wording: Wording) -> Button:
    return Button(label=wording.gettext("Undo"), command="undo")


def moved(session: Session, wording: Wording, reminder: Reminder) -> Reply:
    """A follow-up that has another time now."""
    text = "✓ " + wording.gettext("Moved: {what}").format(what=follow_up_line(session, wording, reminder))
    return Reply(
        text=text,
        facts={"follow_up": reminder.ref, "due_at": reminder.due_at.isoformat()},
        refs=_reminder_refs(reminder),
        buttons=(_undo(wording),),
    )


def dropped(session: Session, wording: Wording, reminder: Reminder) -> Reply:
    text = "✓ " + wording.gettext("Dropped: {what}").format(what=_plain_title(session, reminder))
    return Reply(text=text, refs=_reminder_refs(reminder), buttons=(_undo(wording),))


# Records --------------------------------------------------------------------------------------------------------


def contact(session: Session, wording: Wording, row: Contact) -> Reply:
    """A contact at a glance: keys, tags, deal, last touch, next step."""
    company = session.get(Company, row.company_id) if row.company_id else None
    keys = [key.value for key in contacts.keys(session, row.id)]
    marks = [f"#{tag}" for tag in tags.of_contact(session, row.id)]
    head = f"{subject_name(session, row.id, row.company_id)} · {row.ref}"
    found = deals.open_ones(session, company_id=row.company_id, contact_id=row.id)
    lines = [
        head,
        " · ".join(keys),
        " ".join(marks),
        *(deal_line(session, wording, deal) for deal in found[:3]),
        last_touch(session, wording, contact_id=row.id),
        next_line(session, wording, contact_id=row.id),
    ]
    refs = (row.ref, *((company.ref,) if company else ()), *(deal.ref for deal in found[:3]))
    return _record(wording, lines, refs, row.ref)


def company(session: Session, wording: Wording, row: Company) -> Reply:
    """A company at a glance: its people, deals, last touch and next step."""
    people, open_deals = companies.counts(session, row.id)
    found = deals.open_ones(session, company_id=row.id, contact_id=None)
    lines = [
        f"{cut(row.name, NAME)} · {row.ref}",
        company_counts(wording, people, open_deals),
        " ".join(f"#{tag}" for tag in tags.of_company(session, row.id)),
        *(deal_line(session, wording, deal) for deal in found[:3]),
        last_touch(session, wording, company_id=row.id),
        next_line(session, wording, company_id=row.id),
    ]
    return _record(wording, lines, (row.ref, *(deal.ref for deal in found[:3])), row.ref)


def company_counts(wording: Wording, people: int, open_deals: int) -> str:
    said_people = wording.ngettext("{n} person", "{n} people", people).format(n=people)
    said_deals = wording.ngettext("{n} open deal", "{n} open deals", open_deals).format(n=open_deals)
    return f"{said_people}, {said_deals}"


def deal(session: Session, wording: Wording, row: Deal) -> Reply:
    """A deal at a glance: who, stage, value, age, last touch and next step."""
    _ = wording.gettext
    who = subject_name(session, row.contact_id, row.company_id)
    since = _("{stage} since {day}").format(
        stage=stage_name(wording, deals.stage(session, row.stage_id)), day=wording.on(row.stage_entered_at)
    )
    lines = [
        deal_line(session, wording, row),
        f"{who} · {since}" if who else since,
        last_touch(session, wording, deal_id=row.id),
        next_line(session, wording, deal_id=row.id),
    ]
    about = (("P", row.contact_id), ("C", row.company_id))
    refs = (row.ref, *(f"{letter}-{number}" for letter, number in about if number))
    return _record(wording, lines, refs, row.ref)


def interaction(session: Session, wording: Wording, row: Interaction) -> Reply:
    """An interaction, with all of what was written."""
    who = subject_name(session, row.contact_id, row.company_id)
    by = session.get(Member, row.member_id) if row.member_id else None
    lines = [
        f"{did(wording, row, who)} · {row.ref}",
        " · ".join(part for part in (wording.at(row.at), by.name if by else "") if part),
        row.text[:3000],
    ]
    about = (("P", row.contact_id), ("C", row.company_id), ("D", row.deal_id))
    refs = (row.ref, *(f"{letter}-{number}" for letter, number in about if number))
    return Reply(text="\n".join(line for line in lines if line), refs=refs)


def reminder(session: Session, wording: Wording, row: Reminder) -> Reply:
    """A follow-up, with what can be done about it."""
    _ = wording.gettext
    states = {"done": _("done"), "cancelled": _("dropped"), "due": _("due"), "scheduled": _("booked")}
    who = subject_name(session, row.contact_id, row.company_id)
    lines = [follow_up_line(session, wording, row), " · ".join(part for part in (who, states[row.state]) if part)]
    buttons: tuple[Button, ...] = ()
    if row.is_open:
        buttons = (
            Button(label=_("Done"), command=f"done {row.ref}"),
            Button(label=_("Tomorrow"), command=f"snooze {row.ref} tomorrow"),
            Button(label=_("Drop"), command=f"drop {row.ref}"),
        )
    return Reply(text="\n".join(lines), refs=_reminder_refs(row), buttons=buttons)


def last_touch(session: Session, wording: Wording, **subject: int) -> str:
    """Return “Last: met Tue 24 Nov “wants 40 seats””."""
    last = interactions.last(session, **subject)
    if last is None:
        return wording.gettext("No talk yet.")
    said = f"{kind_word(wording, last)} {wording.on(last.at)}" + (f" {quote(last.text)}" if last.text else "")
    return wording.gettext("Last: {what}").format(what=said)


def next_line(session: Session, wording: Wording, **subject: int) -> str:
    booked = reminders.of_subject(session, **subject)
    if not booked:
        return wording.gettext("Nothing booked.")
    when = wording.moment(booked[0].due_local, booked[0].zone)
    said = f"{booked[0].ref} {when}: {cut(booked[0].title, QUOTE)}"
    return wording.gettext("Next: {what}").format(what=said)


def _record(wording: Wording, lines: Sequence[str], refs: tuple[str, ...], ref: str) -> Reply:
    timeline = Button(label=wording.gettext("Timeline"), command=f"timeline {ref}")
    return Reply(text="\n".join(line for line in lines if line), refs=refs, buttons=(timeline,))
