"""Commands about follow-ups: what is booked, done, moved, dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from handlers import cards, logbook, outgoing, people
from handlers.arguments import All, Days, FollowUp, SubjectRef, When
from handlers.command import Text, command
from handlers.context import Context
from handlers.errors import BadArgument
from handlers.grammar import line as lines
from handlers.message import Button, Reply
from storage import reminders, times
from storage.models import Deal, Reminder

ROWS = 5
MOST_ROWS = 200


@command(en="today", pt="hoje", es="hoy", writes=False, examples=("today",))
def today(context: Context, everything: All | None = None) -> Reply:
    """What is booked for today, and what is late."""
    _start, end = _bounds(context, 1)
    late_ones = reminders.open_until(context.session, context.member.id, context.now)
    booked = reminders.open_until(context.session, context.member.id, end, since=context.now)
    _ = context.gettext
    if not late_ones and not booked:
        return Reply(text=_("Nothing for today. Coming up: next 7d"))
    today_said = _("{n} today").format(n=len(booked))
    late_said = context.ngettext("{n} late", "{n} late", len(late_ones)).format(n=len(late_ones))
    head = f"{context.wording.on(context.now)}: {today_said}, {late_said}"
    return _list(context, head, [*late_ones, *booked], None if everything else "today all")


@command(en="late", pt="atrasados", es="atrasados", writes=False, examples=("late",))
def late(context: Context, everything: All | None = None) -> Reply:
    """Follow-ups whose time has passed."""
    found = reminders.open_until(context.session, context.member.id, context.now)
    if not found:
        return Reply(text=context.gettext("Nothing is late."))
    head = context.ngettext("{n} late", "{n} late", len(found)).format(n=len(found))
    return _list(context, head, found, None if everything else "late all")


@command(en="next", pt="próximos", es="próximos", writes=False, examples=("next 7d",))
def next_ones(context: Context, days: Days | None = None, everything: All | None = None) -> Reply:
    """What is booked for the next 7 days, or as many as you say."""
    count = days.count if days is not None else 7
    _start, end = _bounds(context, count)
    found = reminders.open_until(context.session, context.member.id, end, since=context.now)
    if not found:
        text = context.ngettext("Nothing booked in the next day.", "Nothing booked in the next {n} days.", count)
        return Reply(text=text.format(n=count))
    head = context.ngettext("{n} in the next {days} d", "{n} in the next {days} d", len(found))
    return _list(context, head.format(n=len(found), days=count), found, None if everything else f"next {count}d all")


def _bounds(context: Context, days: int) -> tuple[datetime, datetime]:
    """Return the instants at which the member's today begins, and the day after the last of `days` days."""
    zone = context.member.zone
    midnight = times.to_local(context.now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return times.resolve(midnight, zone), times.resolve(midnight + timedelta(days=days), zone)


def _list(context: Context, head: str, found: Sequence[Reminder], more: str | None) -> Reply:
    shown = found if more is None else found[:ROWS]
    shown = shown[:MOST_ROWS]
    rows = [f"{n} {_row(context, row)}" for n, row in enumerate(shown, start=1)]
    buttons: tuple[Button, ...] = ()
    if len(shown) < len(found) and more is not None:
        label = context.gettext("All {n}").format(n=len(found))
        buttons = (Button(label=label, command=more),)
    refs = tuple(row.ref for row in found[:MOST_ROWS])
    return Reply(text="\n".join((head, *rows)), refs=refs[: len(shown)], rows=refs, buttons=buttons)


def _row(context: Context, row: Reminder) -> str:
    """Return “late, Mon 23 Nov: contract, Globex” or “10:00 send quote, Ana Souza”."""
    wording = context.wording
    local = times.to_local(row.due_at, wording.zone)
    who = cards.subject_name(context.session, row.contact_id, row.company_id).partition(",")[0]
    title = cards.cut(row.title, 80)
    what = f"{title}, {who}" if who and who not in title else title
    if row.due_at < context.now:
        return context.gettext("late, {day}: {what}").format(day=wording.day(local.date()), what=what)
    if local.date() == wording.today:
        return f"{wording.clock(local)} {what}"
    return f"{wording.at(row.due_at)} {what}"


@command(en="done", pt="feito", es="hecho", replaces=True, examples=("done F-31", "done F-31 left voicemail !mon"))
def done(context: Context, follow_up: FollowUp, outcome: Text | None = None) -> Reply:
    """Close a follow-up, with what came of it if you like."""
    row = follow_up.row
    _must_be_open(context, row)
    reminders.done(context.session, row, member_id=context.member.id, outcome=outcome, now=context.now)
    context.session.flush()
    booked = _log_outcome(context, row, outcome) if outcome else None
    reply = cards.done(context.session, context.wording, row, context.now)
    outgoing.edit_elsewhere(context, row, replace(reply, buttons=()))
    return reply if booked is None else replace(reply, text=f"{reply.text.splitlines()[0]}\n{booked}")


def _log_outcome(context: Context, row: Reminder, outcome: str) -> str | None:
    """What came of it is a line like any other: its slots count. Return what it wrote, in words."""
    about = _about(context, row)
    if about is None:
        return None
    fragment = lines.parse_fragment(outcome, context.lexicon)
    return logbook.log_about(context, fragment, about).text.removeprefix("✓ ")


def _about(context: Context, row: Reminder) -> people.Subject | None:
    if row.contact_id is None and row.company_id is None and row.deal_id is None:
        return None
    return people.of_ref(context, row.ref)


def _must_be_open(context: Context, row: Reminder) -> None:
    if not row.is_open:
        state = context.gettext("done") if row.state == "done" else context.gettext("dropped")
        raise BadArgument(
            context.gettext("{ref} is {state} already.").format(ref=row.ref, state=state), keeps_draft=False
        )


@command(en="snooze", pt="adiar", es="posponer", replaces=True, examples=("snooze F-31 tue 9h", "snooze F-31 in 2h"))
def snooze(context: Context, follow_up: FollowUp, when: When) -> Reply:
    """Move a follow-up to another time; a series keeps its own."""
    row, moment = follow_up.row, when.moment
    reminders.snooze(
        row,
        due_local=moment.local,
        zone=moment.zone,
        due_at=moment.instant,
        is_duration=moment.is_duration,
        rings=moment.rings,
        typed=moment.typed,
    )
    context.session.flush()
    reply = cards.moved(context.session, context.wording, row)
    outgoing.edit_elsewhere(context, row, replace(reply, buttons=()))
    return reply


@command(en="drop", pt="descartar", es="descartar", replaces=True, examples=("drop F-31",))
def drop(context: Context, follow_up: FollowUp) -> Reply:
    """Close a follow-up that will not be done."""
    row = follow_up.row
    _must_be_open(context, row)
    reminders.drop(row)
    context.session.flush()
    reply = cards.dropped(context.session, context.wording, row)
    outgoing.edit_elsewhere(context, row, replace(reply, buttons=()))
    return reply


@command(en="follow up", pt="retomar", es="retomar", replaces=False, examples=("follow up P-12 fri 10h send quote",))
def follow_up(context: Context, who: SubjectRef, when: When, title: Text | None = None) -> Reply:
    """Book a follow-up with somebody."""
    row = who.row
    about = people.of_ref(context, row.ref)
    deal = row if isinstance(row, Deal) else _only_deal(context, about)
    subject = replace(about, deal=deal)
    booked = logbook.book(context, when.moment, title=title or logbook.default_title(context, subject), subject=subject)
    context.session.flush()
    line = cards.follow_up_line(context.session, context.wording, booked)
    undo = Button(label=context.gettext("Undo"), command="undo")
    return Reply(text=f"✓ {line}", refs=(booked.ref, row.ref), buttons=(undo,))


def _only_deal(context: Context, about: people.Subject) -> Deal | None:
    found = people.open_deals(context, about)
    return found[0] if len(found) == 1 else None
