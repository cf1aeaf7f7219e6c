"""Leases: who does a job that only one process may do, or when something last ran. All times are database time.

A holder renews long before the end; whoever finds a lease past its end takes it over. Nothing is tied to a
connection, so a pgbouncer may stand between.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.models import Lease

LIFE = timedelta(seconds=5)
RENEW = timedelta(seconds=2)
CONSOLES = "console:"


def take(session: Session, name: str, holder: str, now: datetime, *, life: timedelta = LIFE) -> bool:
    """Take or renew a lease; False while somebody else holds it."""
    statement = _upsert(session).values(name=name, holder=holder, until=now + life)
    statement = statement.on_conflict_do_update(
        index_elements=[Lease.name],
        set_={"holder": holder, "until": now + life},
        # In the statement itself: two processes that both saw it lapse must not both take it.
        where=sa.or_(Lease.holder == holder, Lease.until <= now),
    )
    return session.scalar(statement.returning(Lease.name)) is not None


def release(session: Session, name: str, holder: str) -> None:
    """Give a lease back, so that the next one need not wait for its end."""
    session.execute(sa.delete(Lease).where(Lease.name == name, Lease.holder == holder))


def note(session: Session, name: str, holder: str, now: datetime) -> None:
    """Write down that something ran just now, whoever ran it before."""
    statement = _upsert(session).values(name=name, holder=holder, until=now)
    session.execute(statement.on_conflict_do_update(index_elements=[Lease.name], set_={"holder": holder, "until": now}))


def get(session: Session, name: str) -> Lease | None:
    """Return a lease as it stands, lapsed or not; for one that `note` wrote, `until` is when it last ran."""
    return session.get(Lease, name, populate_existing=True)


def is_live(session: Session, name: str, now: datetime) -> bool:
    """Tell whether somebody holds it."""
    lease = get(session, name)
    return lease is not None and lease.until > now


def live(session: Session, prefix: str, now: datetime) -> set[str]:
    """Return the names of the held leases that begin so."""
    query = sa.select(Lease.name).where(Lease.name.startswith(prefix, autoescape=True), Lease.until > now)
    return set(session.scalars(query))


def console(member_id: int) -> str:
    """Return the name of the lease that a member's open console holds."""
    return f"{CONSOLES}{member_id}"


def _upsert(session: Session) -> postgresql.Insert | sqlite.Insert:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(Lease)
