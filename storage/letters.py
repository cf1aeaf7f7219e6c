"""Letters: what we say to somebody who did not just ask. Written in the transaction of their cause, sent later.

Claimed by destination, not by letter: whoever has the row of a chat has its order and its pace. A claim is committed
before anything is sent, so a process that dies leaves a letter `sending`, and the next one knows that it may have been
seen. Their ends are in storage/outcomes.py. All times here are database time.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage import destinations, leases, times
from storage.models import Base, Company, Contact, Deal, Destination, Letter, Member, Reminder, Stage
from storage.types import Json

LEASE = timedelta(seconds=30)
AT_ONCE = 50
LATE = timedelta(minutes=15)  # what comes later than this says so
MOST_DEATHS = 3


# Writing ----------------------------------------------------------------------------------------------------------


def write(
    session: Session,
    *,
    kind: str,
    dedupe_key: str,
    destination: Destination | None,
    body: Json,
    due_at: datetime,
    now: datetime,
    member_id: int | None = None,
    reminder_id: int | None = None,
    reminder_version: int | None = None,
    deal_id: int | None = None,
    edits: Json | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    rings: bool = True,
    uncertain: bool = False,
) -> Letter | None:
    """Write one letter; None if one with this `dedupe_key` was written before. `body` is a Reply as JSON.

    kind: reminder, nudge, agenda, answer, notice, digest, edit. due_at: when it was promised. No destination: it waits
    until the member has a chat. not_before: database time. uncertain: it may have been seen already, as an answer.
    """
    row = {
        "kind": kind,
        "dedupe_key": dedupe_key,
        "destination_id": destination.id if destination else None,
        "member_id": member_id,
        "reminder_id": reminder_id,
        "reminder_version": reminder_version,
        "deal_id": deal_id,
        "body": body,
        "edits": edits,
        "due_at": due_at,
        "not_before": not_before or now,
        "expires_at": expires_at,
        "rings": rings,
        "uncertain": uncertain,
    }
    written = write_many(session, [row], now)
    return session.get_one(Letter, written[dedupe_key]) if written else None


def write_many(session: Session, rows: Sequence[Mapping[str, Any]], now: datetime) -> dict[str, int]:
    """Write letters in two statements; return the ids of the new ones by `dedupe_key`.

    Rows may be written twice (two scans, a unit that was run again): the unique key keeps the first.
    """
    if not rows:
        return {}
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Letter.__table__).on_conflict_do_nothing(index_elements=["dedupe_key"])  # type: ignore[arg-type]
    columns = Letter.__table__.c
    full = [{"planned_at": now, "created_at": now, "not_before": now} | dict(row) for row in rows]
    written = session.execute(statement.returning(columns.dedupe_key, columns.id), full)
    ids: dict[str, int] = {row.dedupe_key: row.id for row in written}
    destinations.wake(session, _earliest(row for row in full if row["dedupe_key"] in ids))
    return ids


def _earliest(rows: Iterable[Mapping[str, Any]]) -> dict[int, datetime]:
    first: dict[int, datetime] = {}
    for row in rows:
        destination_id = row["destination_id"]
        if destination_id is not None:
            first[destination_id] = min(first.get(destination_id, row["not_before"]), row["not_before"])
    return first


def fill(session: Session, bodies: Mapping[int, Json]) -> None:
    """Keep what letters say; the buttons of their messages are looked up in it."""
    if bodies:
        session.execute(sa.update(Letter), [{"id": letter_id, "body": body} for letter_id, body in bodies.items()])


def cancel_for_reminder(session: Session, reminder_id: int, *, version: int | None = None) -> None:
    """A follow-up was done, moved or dropped: what is not on its way yet need not go. `version`: only older ones."""
    statement = sa.update(Letter).where(Letter.reminder_id == reminder_id, Letter.is_open, Letter.state != "sending")
    if version is not None:
        statement = statement.where(Letter.reminder_version < version)
    session.execute(statement.where(Letter.kind != "edit").values(state="cancelled", is_open=False))


# Claiming ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What a process can send: a platform, or one account of it, or (a console) only to one member."""

    platform: str
    account: str | None = None
    member_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A letter that is ours to send until the lease ends.

    is_suspect: a process died while sending it; it is tried alone, and not `sending` before `start_sending`.
    """

    id: int
    token: str
    kind: str
    body: Json
    edits: Json | None
    destination_id: int
    platform: str
    account: str
    chat: str
    thread: str | None
    member_id: int | None
    reminder_id: int | None
    uncertain: bool
    is_suspect: bool
    attempts: int
    due_at: datetime
    planned_at: datetime


def claim(
    session: Session, served: Served, now: datetime, *, lease: timedelta = LEASE, limit: int = AT_ONCE
) -> list[Claimed]:
    """Take the next letter of up to `limit` chats whose turn it is; they are `sending` once this is committed.

    Letters that need not go any more are closed on the way.
    """
    while True:
        chats = _lock_chats(session, served, now, limit)
        heads = _heads(session, chats, now)
        ready = [head for head in heads if _may_go(*head, now)]
        claimed = _lease(session, {chat.id: chat for chat in chats}, [letter for letter, _, _ in ready], now, lease)
        taken = {one.destination_id for one in claimed}
        destinations.settle(session, _free(chats, heads, taken, now), now)
        if claimed or not chats:
            return claimed


def _lock_chats(session: Session, served: Served, now: datetime, limit: int) -> Sequence[Destination]:
    query = sa.select(Destination).where(Destination.platform == served.platform, Destination.next_send_at <= now)
    if served.account is not None:
        query = query.where(Destination.account == served.account)
    if served.member_id is not None:
        query = query.where(Destination.member_id == served.member_id)
    # SKIP LOCKED: another process is claiming that chat this moment; waiting for it would gain nothing.
    query = query.order_by(Destination.next_send_at).limit(limit).with_for_update(skip_locked=True)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def _free(
    chats: Sequence[Destination], heads: Sequence[_Head], taken: Collection[int], now: datetime
) -> dict[int, datetime]:
    """Say from when on each chat that was not taken is free; a letter still in flight elsewhere holds its chat."""
    in_flight = {letter.destination_id: letter.leased_until for letter, _, _ in heads if letter.leased_until}
    return {chat.id: max(in_flight.get(chat.id) or now, chat.free_at or now) for chat in chats if chat.id not in taken}


_Head = tuple[Letter, Member | None, Reminder | None]


def _heads(session: Session, chats: Sequence[Destination], now: datetime) -> list[_Head]:
    """Return the letter of each chat whose turn it is, with its member and follow-up, and lock it.

    The lock is against a person who presses Done this moment: either the letter is cancelled, or it is sent.
    """
    first = (
        sa.select(Letter.id)
        .where(Letter.destination_id == Destination.id, destinations.whose_turn(now))
        .order_by(Letter.id)
        .limit(1)
        .correlate(Destination)
        .scalar_subquery()
    )
    heads = sa.select(first).where(Destination.id.in_([chat.id for chat in chats]))
    query = (
        sa.select(Letter, Member, Reminder)
        .outerjoin(Member, Member.id == Letter.member_id)
        .outerjoin(Reminder, Reminder.id == Letter.reminder_id)
        .where(Letter.id.in_(heads))
        .order_by(Letter.id)
        .with_for_update(of=Letter)
        .execution_options(populate_existing=True)
    )
    return [(letter, member, reminder) for letter, member, reminder in session.execute(query)] if chats else []


def _may_go(letter: Letter, member: Member | None, reminder: Reminder | None, now: datetime) -> bool:
    """Look again before sending: much can have happened since it was written."""
    if letter.not_before > now or (letter.leased_until is not None and letter.leased_until > now):
        return False
    if letter.state == "sending" and _has_killed(letter):
        return False
    if letter.expires_at is not None and letter.expires_at <= now:
        return _close(letter, "expired", "nobody could be told in time")
    if letter.kind == "reminder" and not _is_current(letter, reminder):
        return _close(letter, "cancelled", "the follow-up was done, moved or dropped")
    if member is not None and not member.is_active:
        return _close(letter, "failed", "the member has left")
    return letter.rings or member is None or _is_loud(letter, member, now)


def _has_killed(letter: Letter) -> bool:
    """Note that the process that was sending it died: it may have been seen. Tell whether it is held for that."""
    letter.deaths += 1
    letter.attempts += 1
    letter.uncertain = True
    letter.last_class, letter.last_error = "died", "the process ended while sending it"
    if letter.deaths >= MOST_DEATHS:
        _close(letter, "held", f"{letter.deaths} processes ended while sending it")
    return not letter.is_open


def _close(letter: Letter, state: str, reason: str) -> bool:
    letter.state, letter.is_open, letter.last_error = state, False, reason
    letter.lease_token = letter.leased_until = None
    return False


def _is_current(letter: Letter, reminder: Reminder | None) -> bool:
    return reminder is not None and reminder.is_open and reminder.version == letter.reminder_version


def _is_loud(letter: Letter, member: Member, now: datetime) -> bool:
    """Tell whether the member may be disturbed now, else put the letter off; deferred, so that it holds no other."""
    allowed = after_quiet(member, now)
    if allowed > now:
        letter.not_before = allowed
        letter.state = "deferred" if letter.attempts else "planned"
    return allowed == now


def after_quiet(member: Member, now: datetime) -> datetime:
    """Return the first instant from `now` on that is not in the member's quiet hours."""
    local = times.to_local(now, member.zone)
    start, end = time.fromisoformat(member.quiet_start), time.fromisoformat(member.quiet_end)
    allowed = times.next_allowed(local, start, end, frozenset(member.quiet_days or ()))
    return now if allowed == local else times.resolve(allowed, member.zone)


def _lease(
    session: Session, chats: Mapping[int, Destination], ready: list[Letter], now: datetime, lease: timedelta
) -> list[Claimed]:
    token, until = secrets.token_hex(8), now + lease
    claimed = []
    # What processes died of goes last: were it always first, the next death would be put down to it again.
    for letter in sorted(ready, key=lambda letter: letter.deaths):
        chat = chats[letter.destination_id or 0]
        letter.state = "leased" if letter.deaths else "sending"
        letter.lease_token, letter.leased_until = token, until
        letter.tried_at = letter.tried_at or now
        chat.next_send_at = chat.free_at = until
        claimed.append(_claimed(letter, chat, token))
    session.flush()
    return claimed


def _claimed(letter: Letter, chat: Destination, token: str) -> Claimed:
    return Claimed(
        id=letter.id,
        token=token,
        kind=letter.kind,
        body=letter.body,
        edits=letter.edits,
        destination_id=chat.id,
        platform=chat.platform,
        account=chat.account,
        chat=chat.chat,
        thread=chat.thread,
        member_id=letter.member_id,
        reminder_id=letter.reminder_id,
        uncertain=letter.uncertain,
        is_suspect=letter.deaths > 0,
        attempts=letter.attempts,
        due_at=letter.due_at,
        planned_at=letter.planned_at,
    )


def start_sending(session: Session, letter_id: int, token: str, now: datetime) -> bool:
    """Commit that a leased letter is about to be sent; False when the lease was lost, or the letter cancelled."""
    statement = (
        sa.update(Letter)
        .where(Letter.id == letter_id, Letter.lease_token == token, Letter.is_open, Letter.leased_until > now)
        .values(state="sending")
    )
    return session.scalar(statement.returning(Letter.id)) is not None


def next_send_at(session: Session, served: Served) -> datetime | None:
    """Return when to look again for a letter that can be sent here."""
    query = sa.select(sa.func.min(Destination.next_send_at)).where(
        Destination.platform == served.platform, Destination.next_send_at.is_not(None)
    )
    if served.member_id is not None:
        query = query.where(Destination.member_id == served.member_id)
    return session.scalar(query)


def look_ahead(session: Session, claimed: Sequence[Claimed]) -> list[Base]:
    """Read what the wording of these letters will ask for, in one statement for each table instead of each letter.

    The session forgets rows that nobody holds: keep what is returned until the letters are worded.
    """
    found: list[Base] = _rows(session, Member, [one.member_id for one in claimed])
    due = _rows(session, Reminder, [one.reminder_id for one in claimed])
    contacts = _rows(session, Contact, [one.contact_id for one in due])
    deals = _rows(session, Deal, [one.deal_id for one in due])
    companies = _rows(session, Company, [one.company_id for one in (*due, *contacts)])
    return [*found, *due, *contacts, *companies, *deals, *_rows(session, Stage, [one.stage_id for one in deals])]


def _rows(session: Session, model: Any, ids: Iterable[int | None]) -> list[Any]:
    wanted = sorted({one for one in ids if one is not None})
    return list(session.scalars(sa.select(model).where(model.id.in_(wanted)))) if wanted else []


# Addresses that changed ---------------------------------------------------------------------------------------------


def reroute(session: Session, now: datetime, limit: int = 500) -> int:
    """Send letters on that wait where nobody looks: without an address, or at a console that was closed."""
    lost = _waiting_nowhere(session, limit) + _at_closed_consoles(session, now, limit)
    found = destinations.choose(session, (letter.member_id for letter in lost if letter.member_id is not None), now)
    moved = [letter for letter in lost if _readdress(letter, found.get(letter.member_id or 0))]
    session.flush()
    destinations.wake(
        session, {letter.destination_id: letter.not_before for letter in moved if letter.destination_id is not None}
    )
    return len(moved)


def _readdress(letter: Letter, to: int | None) -> bool:
    if to is None or to == letter.destination_id:
        return False
    letter.destination_id = to
    return True


def _waiting_nowhere(session: Session, limit: int) -> list[Letter]:
    query = sa.select(Letter).where(Letter.destination_id.is_(None), Letter.is_open, Letter.state != "sending")
    return list(session.scalars(query.order_by(Letter.id).limit(limit).with_for_update(skip_locked=True)))


def _at_closed_consoles(session: Session, now: datetime, limit: int) -> list[Letter]:
    consoles = leases.live(session, leases.CONSOLES, now)
    at_consoles = sa.select(Destination.id, Destination.member_id).where(
        Destination.platform == destinations.CONSOLE, Destination.next_send_at.is_not(None)
    )
    closed = [row.id for row in session.execute(at_consoles) if leases.console(row.member_id or 0) not in consoles]
    query = sa.select(Letter).where(Letter.destination_id.in_(closed), Letter.is_open, Letter.kind != "edit")
    query = query.where(Letter.state.in_(["planned", "deferred"])).order_by(Letter.id).limit(limit)
    return list(session.scalars(query.with_for_update(skip_locked=True))) if closed else []


# For people to see ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How the post is doing. Letters at closed consoles, and those without an address, only wait."""

    waiting: int
    oldest_due_at: datetime | None
    unaddressed: int
    asleep: int
    failed: int
    held: int
    closed: tuple[Destination, ...]
    stuck: tuple[Reminder, ...]


def health(session: Session, now: datetime) -> Health:
    """Count what is open and what went wrong."""
    awake = _awake(session, now)
    is_due = sa.and_(Letter.is_open, Letter.due_at <= now)
    joined = sa.select(sa.func.count(Letter.id)).join(Destination, Destination.id == Letter.destination_id)
    troubled = sa.select(Letter.state, sa.func.count()).where(_is_troubled()).group_by(Letter.state)
    troubles: dict[str, int] = {row[0]: row[1] for row in session.execute(troubled)}
    unaddressed = sa.select(sa.func.count()).where(Letter.destination_id.is_(None), Letter.is_open)
    return Health(
        waiting=session.scalar(joined.where(Letter.is_open, awake)) or 0,
        oldest_due_at=oldest_open(session, now),
        unaddressed=session.scalar(unaddressed) or 0,
        asleep=session.scalar(joined.where(is_due, sa.not_(awake))) or 0,
        failed=troubles.get("failed", 0),
        held=troubles.get("held", 0),
        closed=tuple(destinations.closed(session)),
        stuck=tuple(session.scalars(sa.select(Reminder).where(Reminder.stuck_until.is_not(None)).limit(20))),
    )


def oldest_open(session: Session, now: datetime) -> datetime | None:
    """Return since when the oldest letter is due that somebody could send; None when all are on time."""
    query = (
        sa.select(sa.func.min(Letter.due_at))
        .join(Destination, Destination.id == Letter.destination_id)
        .where(Letter.is_open, Letter.due_at <= now, _awake(session, now))
    )
    return session.scalar(query)


def troubled(session: Session, limit: int = 20) -> list[Letter]:
    """Return the letters that were given up, the newest first: a person must see them."""
    query = sa.select(Letter).where(_is_troubled()).order_by(Letter.id.desc())
    return list(session.scalars(query.limit(limit)))


def _is_troubled() -> sa.TextClause:
    return sa.text("letter.state in ('failed', 'held')")  # word for word as in the index, or SQLite scans the table


def _awake(session: Session, now: datetime) -> sa.ColumnElement[bool]:
    consoles = leases.live(session, leases.CONSOLES, now)
    members = [int(name.removeprefix(leases.CONSOLES)) for name in consoles]
    return sa.or_(Destination.platform != destinations.CONSOLE, Destination.member_id.in_(members))


def send_again(session: Session, letter: Letter, destination: Destination, now: datetime) -> None:
    """Give a letter that was given up another day; it still says that it may be a repeat."""
    letter.state, letter.is_open, letter.destination_id = "planned", True, destination.id
    letter.attempts = letter.deaths = 0
    letter.tried_at, letter.not_before = None, now
    session.flush()
    destinations.wake(session, {destination.id: now})


def get(session: Session, letter_id: int) -> Letter | None:
    return session.get(Letter, letter_id)


def members(session: Session, ids: Iterable[int]) -> dict[int, Member]:
    """Return the members that letters are for."""
    return {row.id: row for row in session.scalars(sa.select(Member).where(Member.id.in_(sorted(set(ids)))))}
