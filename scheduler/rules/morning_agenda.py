"""The day at a glance, at the time each member set, on working days; nothing when there is nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from itertools import chain

from handlers import cards
from handlers.message import Button, Reply
from handlers.wording import Wording
from scheduler.nudges import Nudge
from storage import drafts, pipeline_health, reminders, times
from storage.database import Session
from storage.models import Draft, Member, Reminder
from storage.pipeline_health import Waiting

LATEST = timedelta(hours=4)  # after an outage: later than this it is no morning any more


def find(session: Session, now: datetime, country: str | None) -> Iterator[Nudge]:
    """One a day for each member."""
    for member in pipeline_health.active_members(session):
        local = times.to_local(now, member.zone)
        if _is_morning(member, local, country):
            yield Nudge(
                rule="morning_agenda",
                subject=member.ref,
                member=member,
                period=local.date().isoformat(),
                say=partial(_say, member=member, now=now, country=country),
                kind="agenda",
                asked_for=True,
            )


def _is_morning(member: Member, local: datetime, country: str | None) -> bool:
    begins = datetime.combine(local.date(), time.fromisoformat(member.digest_time))
    is_member = times.to_local(member.created_at, member.zone) < begins  # nobody is greeted with an agenda
    is_off = local.weekday() in (member.quiet_days or ()) or not times.is_working_day(local.date(), country)
    return begins <= local < begins + LATEST and is_member and not is_off


def _say(session: Session, wording: Wording, *, member: Member, now: datetime, country: str | None) -> Reply | None:
    midnight = datetime.combine(wording.today, time(0))
    start, end = (times.resolve(midnight + timedelta(days=days), member.zone) for days in (0, 1))
    late = reminders.open_until(session, member.id, start)
    booked = reminders.open_until(session, member.id, end, since=start)
    waiting = drafts.open_ones(session, member.id)
    bare = _worst(session, now, country, member)
    if not (late or booked or waiting or bare):
        return None
    lines = [
        _head(wording, booked, late, waiting),
        _first(session, wording, booked, late),
        _bare(wording, bare),
    ]
    refs = tuple(row.ref for row in (*late, *booked)) + ((bare.deal.ref,) if bare else ())
    text = "\n".join(line for line in lines if line)
    return Reply(text=text, refs=refs, buttons=_buttons(wording, booked, late, waiting, bare))


def _worst(session: Session, now: datetime, country: str | None, member: Member) -> Waiting | None:
    """Return one deal for which nothing is booked, a stalled one first."""
    stalled = pipeline_health.stalled(session, now, country, owner_id=member.id)
    return next(chain(stalled, pipeline_health.without_next_step(session, now, country, owner_id=member.id)), None)


def _head(wording: Wording, booked: Sequence[Reminder], late: Sequence[Reminder], waiting: Sequence[Draft]) -> str:
    _ = wording.gettext
    late_said = wording.ngettext("{n} late", "{n} late", len(late)).format(n=len(late))
    parts = [_("{n} today").format(n=len(booked)), late_said]
    if waiting:
        parts.append(wording.ngettext("{n} draft", "{n} drafts", len(waiting)).format(n=len(waiting)))
    return f"{wording.day(wording.today)}: {', '.join(parts)}"


def _first(session: Session, wording: Wording, booked: Sequence[Reminder], late: Sequence[Reminder]) -> str:
    _ = wording.gettext
    parts = []
    if booked:
        when = wording.clock(times.to_local(booked[0].due_at, wording.zone))
        parts.append(_("First {time} {what}").format(time=when, what=_what(session, booked[0])))
    if late:
        when = wording.day(late[0].due_local.date())
        parts.append(_("oldest late {day} {what}").format(day=when, what=_what(session, late[0])))
    line = " · ".join(parts)
    return line[:1].upper() + line[1:]


def _what(session: Session, reminder: Reminder) -> str:
    who = cards.subject_name(session, reminder.contact_id, reminder.company_id).partition(",")[0]
    title = cards.cut(reminder.title, cards.NAME)
    return f"{title}, {who}" if who and who not in title else title


def _bare(wording: Wording, bare: Waiting | None) -> str:
    if bare is None:
        return ""
    named = f"{bare.deal.ref} {cards.cut(bare.deal.title, cards.NAME)}"
    return wording.gettext("No next step: {deal}").format(deal=named)


def _buttons(
    wording: Wording,
    booked: Sequence[Reminder],
    late: Sequence[Reminder],
    waiting: Sequence[Draft],
    bare: Waiting | None,
) -> tuple[Button, ...]:
    _ = wording.gettext
    buttons = []
    if booked:
        buttons.append(Button(label=_("Today"), command="today"))
    if late:
        buttons.append(Button(label=_("Late"), command="late"))
    if bare is not None:
        label = _("Fix {ref}").format(ref=bare.deal.ref)
        buttons.append(Button(label=cards.cut(label, cards.LABEL), command=f"open {bare.deal.ref}"))
    if waiting:
        buttons.append(Button(label=_("Draft"), command="inbox"))
    return tuple(buttons)
