"""Destinations: the chats that letters go to, and which of a member's chats to choose."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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
    return addresses(session, [member_id], now, skip=skip, awake=awake)[member_id]


def addresses(
    session: Session, member_ids: Iterable[int], now: datetime, *, skip: Collection[int] = (), awake: bool = False
) -> dict[int, Destination | None]:
    """Choose the chat of each of many members, in few statements."""
    wanted = sorted(set(member_ids))
    consoles = leases.live(session, leases.CONSOLES, now)
    known = _of_members(session, wanted)
    chosen: dict[int, Destination | None] = dict.fromkeys(wanted)
    for member_id, identities in _ranked(session, wanted, consoles, now).items():
        for identity in identities:
            if awake and _sleeps(identity, consoles):
                continue
            key = (identity.platform, identity.account, identity.chat)
            found = known.get(key) or destination_for(session, *key, member_id=member_id)
            if found.closed_at is None and found.id not in skip:
                chosen[member_id] = found
                break
    return chosen


def _of_members(session: Session, member_ids: list[int]) -> dict[tuple[str, str, str], Destination]:
    query = sa.select(Destination).where(Destination.member_id.in_(member_ids), Destination.thread.is_(None))
    return {(row.platform, row.account, row.chat): row for row in session.scalars(query)}


def _ranked(
    session: Session, member_ids: list[int], consoles: Collection[str], now: datetime
) -> Mapping[int, list[Identity]]:
    """Return each member's identities, the best first: just used, preferred, last used; a closed console last."""
    query = (
        sa.select(Identity, Member.preferred_platform)
        .join(Member, Member.id == Identity.member_id)
        .where(Identity.member_id.in_(member_ids))
    )
    ranked: dict[int, list[tuple[tuple[bool, int, float], Identity]]] = {}
    for identity, preferred in session.execute(query):
        wish = 0 if identity.last_seen_at >= now - RECENT else 1 if identity.platform == preferred else 2
        rank = (_sleeps(identity, consoles), wish, -identity.last_seen_at.timestamp())
        ranked.setdefault(identity.member_id, []).append((rank, identity))
    return {member_id: [row for _, row in sorted(rows, key=lambda pair: pair[0])] for member_id, rows in ranked.items()}


def _sleeps(identity: Identity, consoles: Collection[str]) -> bool:
    return identity.platform == CONSOLE and leases.console(identity.member_id) not in consoles


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
