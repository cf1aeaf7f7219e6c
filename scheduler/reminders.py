"""Due follow-ups become letters: each at its minute, and what was missed while we were down told once.

A batch is one transaction: letters, the new state and the next occurrence of a series stand or fall together. There
is no leader: any number of processes scan, and each row is taken by one.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handlers import cards
from handlers.message import Button, Reply
from handlers.wording import Wording
from storage import destinations, due, letters
from storage.database import Database, Session
from storage.errors import StoreError
from storage.models import Member, Reminder

log = logging.getLogger(__name__)

MOST_LATE = 3  # more than these for one person become one digest
ROWS = 10
SOON = timedelta(seconds=1)

Row = Mapping[str, Any]


async def tick(database: Database, clock: Callable[[], datetime], poke: Callable[[], None]) -> None:
    """Deliver what is due now or within the second; one read when nothing is."""
    now = clock()
    first = await database.read(lambda session: due.first_due_at(session, now, now + SOON))
    if first is None:
        return
    if first > now:
        await asyncio.sleep((first - now).total_seconds())
    await deliver_due(database, max(clock(), first), poke=poke)


async def deliver_due(
    database: Database,
    now: datetime,
    *,
    poke: Callable[[], None] | None = None,
    database_now: Callable[[], datetime] | None = None,
) -> int:
    """Make letters of all that is due at `now` (process clock); return how many follow-ups that were."""
    total = 0
    while True:
        count = await _deliver_batch(database, now, (database_now or database.now)())
        total += count
        if poke is not None and count:
            poke()
        if count < due.LIMIT:
            return total


async def _deliver_batch(database: Database, now: datetime, database_now: datetime) -> int:
    try:
        return await database.write(lambda session: write_letters(session, now, database_now))
    except StoreError:
        raise
    except Exception:  # one bad row must not stop the others: they are tried one by one
        log.warning("a batch of due follow-ups failed; trying each alone", exc_info=True)
    ids = await database.read(lambda session: due.due_ids(session, now))
    for reminder_id in ids:
        await _deliver_alone(database, reminder_id, now, database_now)
    return len(ids)


async def _deliver_alone(database: Database, reminder_id: int, now: datetime, database_now: datetime) -> None:
    try:
        await database.write(lambda session: write_letters(session, now, database_now, only=reminder_id))
    except StoreError:
        raise
    except Exception as error:  # the row is put aside where people see it, and the tick goes on
        why = f"{type(error).__name__}: {error}"
        if await database.write(lambda session: due.push_ahead(session, reminder_id, why, now)):
            log.exception("F-%d cannot be delivered; trying again in an hour", reminder_id)


def write_letters(session: Session, now: datetime, database_now: datetime, *, only: int | None = None) -> int:
    """Make one batch of due follow-ups into letters; return how many follow-ups it were."""
    reminders = due.claim_due(session, now, only=only)
    if not reminders:
        return 0
    scan = _look_up(session, reminders, now, database_now)
    by_assignee = _by_assignee(reminders)
    missed = [member_id for member_id, group in by_assignee.items() if _is_flood(scan, group)]
    if missed and only is None:
        by_assignee |= _by_assignee(due.claim_rest(session, missed, now))
    rows = [row for group in by_assignee.values() for row in _rows(session, scan, group)]
    letters.write_many(session, rows, database_now)
    due.mark_due(session, [reminder for group in by_assignee.values() for reminder in group], now)
    return len(reminders)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scan:
    """What the letters of one batch need: who they are for, where they live, and the two clocks."""

    now: datetime
    database_now: datetime
    members: Mapping[int, Member]
    addresses: Mapping[int, int | None]


def _look_up(session: Session, reminders: Iterable[Reminder], now: datetime, database_now: datetime) -> _Scan:
    """Look up in bulk. Members only where quiet hours or a digest need them: a burst has hundreds in one batch."""
    groups = _by_assignee(reminders)
    needed = [who for who, group in groups.items() if len(group) > MOST_LATE or not all(one.rings for one in group)]
    return _Scan(
        now=now,
        database_now=database_now,
        members=letters.members(session, needed),
        addresses=destinations.choose(session, groups, database_now),
    )


def _by_assignee(reminders: Iterable[Reminder]) -> dict[int, list[Reminder]]:
    groups: dict[int, list[Reminder]] = {}
    for reminder in reminders:
        groups.setdefault(reminder.assignee_id, []).append(reminder)
    return groups


def _is_flood(scan: _Scan, group: Sequence[Reminder]) -> bool:
    return len(group) > MOST_LATE and sum(_is_late(scan, reminder) for reminder in group) > MOST_LATE


def _is_late(scan: _Scan, reminder: Reminder) -> bool:
    return scan.now - _promised(scan, reminder) > letters.LATE


def _promised(scan: _Scan, reminder: Reminder) -> datetime:
    """Return when it should have been told: at its minute, or when quiet hours end if it does not ring in them."""
    if reminder.rings:
        return reminder.due_at
    return letters.after_quiet(scan.members[reminder.assignee_id], reminder.due_at)


def _rows(session: Session, scan: _Scan, group: Sequence[Reminder]) -> list[Row]:
    """Return the letters for one person: one each, but one digest for a flood of late ones."""
    if not _is_flood(scan, group):
        return [_row(scan, reminder) for reminder in group]
    late = [reminder for reminder in group if _is_late(scan, reminder)]
    on_time = [_row(scan, reminder) for reminder in group if not _is_late(scan, reminder)]
    return [_digest_row(session, scan, late), *on_time]


def _row(scan: _Scan, reminder: Reminder) -> Row:
    """Its text is written when it is sent: it is fresher then, and a burst of due rows is not held up by it."""
    return _letter(scan, reminder.assignee_id, rings=reminder.rings) | {
        "kind": "reminder",
        "dedupe_key": f"reminder:{reminder.id}:{reminder.version}:{reminder.assignee_id}",
        "reminder_id": reminder.id,
        "reminder_version": reminder.version,
        "deal_id": reminder.deal_id,
        "body": {},
        "due_at": _promised(scan, reminder),
    }


def _digest_row(session: Session, scan: _Scan, late: Sequence[Reminder]) -> Row:
    first, member_id = min(late, key=lambda reminder: reminder.id), late[0].assignee_id
    wording = Wording.of(scan.members[member_id], scan.now)
    return _letter(scan, member_id, rings=any(reminder.rings for reminder in late)) | {
        "kind": "digest",
        # Each version of a follow-up comes due once, so it stands in one digest at most.
        "dedupe_key": f"digest:{first.id}:{first.version}:{member_id}",
        "reminder_id": None,
        "reminder_version": None,
        "deal_id": None,
        "body": catch_up(session, wording, late).to_json(),
        "due_at": min(_promised(scan, reminder) for reminder in late),
    }


def _letter(scan: _Scan, member_id: int, *, rings: bool) -> dict[str, Any]:
    wait = timedelta() if rings else letters.after_quiet(scan.members[member_id], scan.now) - scan.now
    return {
        "destination_id": scan.addresses[member_id],
        "member_id": member_id,
        "not_before": scan.database_now + wait,
        "rings": rings,
    }


def catch_up(session: Session, wording: Wording, late: Sequence[Reminder]) -> Reply:
    """Say at once what came due while we were down, each with its own time."""
    _ = wording.gettext
    count = len(late)
    head = "⏰ " + wording.ngettext(
        "I was down: {n} follow-up came due", "I was down: {n} follow-ups came due", count
    ).format(n=count)
    ordered = sorted(late, key=lambda reminder: (reminder.due_at, reminder.id))
    lines = [_line(session, wording, number, one) for number, one in enumerate(ordered[:ROWS], start=1)]
    if count > ROWS:
        lines.append(_("and {n} more: late").format(n=count - ROWS))
    buttons = (Button(label=_("Late"), command="late"), Button(label=_("Today"), command="today"))
    refs = tuple(one.ref for one in ordered)
    return Reply(text="\n".join([head, *lines]), refs=refs, rows=refs, buttons=buttons)


def _line(session: Session, wording: Wording, number: int, reminder: Reminder) -> str:
    when = wording.moment(reminder.due_local, reminder.zone)
    who = cards.subject_name(session, reminder.contact_id, reminder.company_id)
    title = cards.cut(reminder.title, cards.NAME)
    said = f"{title}, {who}" if who and who.partition(",")[0] not in title else title
    return f"{number} {when}: {said} · {reminder.ref}"
