"""Destinations: the chats that letters go to, and which of a member's chats to choose."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage import leases
from storage.models import Destination, Identity, Letter, Member
from storage.types import Instant

RECENT = timedelta(minutes=15)
CONSOLE = "console"


def destination_for(
    session: Session, platform: str, account: str, chat: str, *, thread: str | None = None, member_id: int | None = None
) -> Destination:
    """Return the row of a chat, made if need be. `member_id`: it is this member's private chat."""
    found = find(session, platform, account, chat, thread)
    if found is None:
        values = {"platform": platform, "account": account, "chat": chat, "thread": thread, "member_id": member_id}
        insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
        # Two processes may meet the chat at once: the second one takes the row of the first.
        session.execute(insert(Destination).values(values).on_conflict_do_nothing())
        found = find(session, platform, account, chat, thread)
    if found is None:
        raise LookupError("a destination that was just made is gone")
    if member_id is not None and found.member_id != member_id:
        found.member_id = member_id
        session.flush()
    return found


def find(session: Session, platform: str, account: str, chat: str, thread: str | None = None) -> Destination | None:
    """Return the row of a chat, if there is one."""
    query = sa.select(Destination).where(
        Destination.platform == platform,
        Destination.account == account,
        Destination.chat == chat,
        sa.func.coalesce(Destination.thread, "") == (thread or ""),
    )
    return session.scalar(query)


def address_for(
    session: Session, member_id: int, now: datetime, *, skip: Collection[int] = (), awake: bool = False
) -> Destination | None:
    """Return the chat in which to tell a member something, None if they have none that is open.

    `skip` are destinations that will not do. `awake` refuses a console that nobody has open.
    """
    chosen = choose(session, [member_id], now, skip=skip, awake=awake)[member_id]
    return None if chosen is None else session.get(Destination, chosen)


def choose(
    session: Session, member_ids: Iterable[int], now: datetime, *, skip: Collection[int] = (), awake: bool = False
) -> dict[int, int | None]:
    """Choose the chat of each of many members, in few statements; return the ids of the destinations."""
    wanted = sorted(set(member_ids))
    consoles = leases.live(session, leases.CONSOLES, now)
    ranked = _ranked(session, wanted, consoles, now)
    known = _of_members(session, wanted)
    if new := {one.key: one for rows in ranked.values() for one in rows if one.key not in known}:
        _add(session, new.values())
        known = _of_members(session, wanted)
    chosen: dict[int, int | None] = dict.fromkeys(wanted)
    for member_id, identities in ranked.items():
        for identity in identities:
            found, is_closed = known.get(identity.key, (None, False))
            if not (is_closed or found in skip or (awake and identity.sleeps)):
                chosen[member_id] = found
                break
    return chosen


_Key = tuple[str, str, str]  # platform, account, chat


@dataclass(frozen=True, slots=True)
class _Identity:
    """Where a member is on one platform. sleeps: it is a console that nobody has open."""

    member_id: int
    key: _Key
    sleeps: bool


def _of_members(session: Session, member_ids: list[int]) -> dict[_Key, tuple[int, bool]]:
    """Return the private chats of members: their ids, and whether they are closed."""
    row = Destination
    query = sa.select(row.id, row.platform, row.account, row.chat, row.closed_at.is_not(None))
    query = query.where(row.member_id.in_(member_ids), row.thread.is_(None))
    return {
        (platform, account, chat): (row_id, bool(is_closed))
        for row_id, platform, account, chat, is_closed in session.execute(query)
    }


def _add(session: Session, new: Iterable[_Identity]) -> None:
    """Make the rows of private chats that nothing was sent to yet; one that another member had is this one's now."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(Destination.__table__)  # type: ignore[arg-type]
    statement = statement.on_conflict_do_update(
        index_elements=["platform", "account", "chat", sa.text("coalesce(thread, '')")],
        set_={"member_id": statement.excluded.member_id},
    )
    names = ("platform", "account", "chat")
    session.execute(
        statement, [dict(zip(names, one.key, strict=True), thread=None, member_id=one.member_id) for one in new]
    )


def _ranked(
    session: Session, member_ids: list[int], consoles: Collection[str], now: datetime
) -> dict[int, list[_Identity]]:
    """Return where each member is, the best first: just used, preferred, last used; a closed console last."""
    row = Identity
    query = (
        sa.select(
            row.member_id,
            row.platform,
            row.account,
            row.chat,
            row.last_seen_at,
            Member.preferred_platform == row.platform,
        )
        .join(Member, Member.id == row.member_id)
        .where(row.member_id.in_(member_ids))
    )
    ranked: dict[int, list[tuple[tuple[bool, int, float], _Identity]]] = {}
    for member_id, platform, account, chat, seen, is_preferred in session.execute(query):
        sleeps = platform == CONSOLE and leases.console(member_id) not in consoles
        wish = 0 if seen >= now - RECENT else 1 if is_preferred else 2
        found = _Identity(member_id, (platform, account, chat), sleeps)
        ranked.setdefault(member_id, []).append(((sleeps, wish, -seen.timestamp()), found))
    for rows in ranked.values():
        rows.sort(key=lambda pair: pair[0])
    return {member_id: [one for _, one in rows] for member_id, rows in ranked.items()}


def reopen(session: Session, platform: str, account: str, chat: str) -> None:
    """Somebody wrote to us from this chat: it takes letters again."""
    session.execute(
        sa.update(Destination)
        .where(Destination.platform == platform, Destination.account == account, Destination.chat == chat)
        .where(Destination.closed_at.is_not(None))
        .values(closed_at=None, closed_reason=None)
    )


def closed(session: Session, limit: int = 20) -> list[Destination]:
    """Return the chats that take nothing any more, the newest first: somebody must know."""
    query = sa.select(Destination).where(Destination.closed_at.is_not(None)).order_by(Destination.closed_at.desc())
    return list(session.scalars(query.limit(limit)))


# When a chat may have its next letter -----------------------------------------------------------------------------


def lock(session: Session, ids: Iterable[int]) -> None:
    """Lock rows, always in the same order, so that two processes cannot wait for each other."""
    query = sa.select(Destination.id).where(Destination.id.in_(sorted(set(ids)))).order_by(Destination.id)
    session.execute(query.with_for_update()).all()


def wake(session: Session, times: Mapping[int, datetime]) -> None:
    """Letters were written for these destinations: look there no later than at the given times.

    Never earlier than `free_at`: the letter that is in flight would be overtaken.
    """
    lock(session, times)
    by_time: dict[datetime, list[int]] = {}
    for destination_id, at in times.items():
        by_time.setdefault(at, []).append(destination_id)
    for at, ids in by_time.items():
        turn = sa.case((Destination.free_at > at, Destination.free_at), else_=sa.literal(at, Instant))
        is_later = sa.or_(Destination.next_send_at.is_(None), Destination.next_send_at > at)
        statement = sa.update(Destination).where(Destination.id.in_(ids), is_later).values(next_send_at=turn)
        session.execute(statement.execution_options(synchronize_session=False))


def settle(session: Session, free: Mapping[int, datetime], now: datetime) -> None:
    """Set when to look at destinations again, which may have a letter from `free` on.

    Their rows must be locked: in one statement with the look at the letters, PostgreSQL would wait for a writer and
    then still not see the letter it wrote, and that letter would wait for ever.
    """
    if not free:
        return
    turns: dict[int, datetime | None] = {row[0]: row[1] for row in session.execute(_turns(free, now))}
    rows = [
        {"id": row_id, "free_at": free[row_id], "next_send_at": None if turn is None else max(turn, free[row_id])}
        for row_id, turn in turns.items()
    ]
    if rows:
        session.execute(sa.update(Destination), rows)


def whose_turn(now: datetime) -> sa.ColumnElement[bool]:
    """Say which open letters of a chat come into question: the first of them has the turn.

    One that is being tried again holds those behind it, lest they overtake it, until it is deferred. One that only
    waits for the end of quiet hours holds nobody.
    """
    is_tried_again = sa.and_(Letter.attempts > 0, Letter.state == "planned")
    return sa.and_(Letter.is_open, sa.or_(Letter.not_before <= now, is_tried_again))


def _turns(ids: Iterable[int], now: datetime) -> sa.Select[int, datetime]:
    here = Letter.destination_id == Destination.id
    head = sa.select(Letter.not_before).where(here, whose_turn(now)).order_by(Letter.id).limit(1).scalar_subquery()
    first = sa.select(sa.func.min(Letter.not_before)).where(here, Letter.is_open).scalar_subquery()
    turn = sa.func.coalesce(head, first, type_=Letter.not_before.type)
    return sa.select(Destination.id, turn).where(Destination.id.in_(list(ids)))


def rearm(session: Session, now: datetime) -> int:
    """Wake destinations that have open letters and that nobody would look at; there should be none."""
    query = (
        sa.select(Letter.destination_id)
        .join(Destination, Destination.id == Letter.destination_id)
        .where(Letter.is_open, Destination.next_send_at.is_(None), Destination.closed_at.is_(None))
        .distinct()
    )
    forgotten = [found for found in session.scalars(query) if found is not None]
    lock(session, forgotten)
    settle(session, dict.fromkeys(forgotten, now), now)
    return len(forgotten)
