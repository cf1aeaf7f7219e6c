"""How the house is, in one look: what waits, what failed, and when something last happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import leases, letters
from storage.models import Inbox

TICK_LATE = timedelta(minutes=1)
RECENT = timedelta(days=7)  # of what could not be applied


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How many of each: messages not applied yet, and those that could not be; letters not sent yet, and those that
    failed or are held.
    """

    pending: int
    broken: int
    waiting: int
    troubled: int
    ticked_at: datetime | None
    received_at: datetime | None
    is_well: bool


def of(session: Session, now: datetime, *, asked_in: int | None = None) -> Health:
    """Look at everything once; the message that asks does not count."""
    post = letters.health(session, now)
    pending = (
        session.scalar(
            sa.select(sa.func.count()).select_from(Inbox).where(Inbox.is_pending, Inbox.id != (asked_in or 0))
        )
        or 0
    )
    incidents = sa.select(sa.func.count()).select_from(Inbox).where(Inbox.incident.is_not(None))
    broken = session.scalar(incidents.where(Inbox.received_at > now - RECENT)) or 0
    tick = leases.get(session, "tick")
    troubled = post.failed + post.held
    return Health(
        pending=pending,
        broken=broken,
        waiting=post.waiting,
        troubled=troubled,
        ticked_at=tick.until if tick else None,
        received_at=session.scalar(sa.select(sa.func.max(Inbox.received_at))),
        is_well=troubled == 0 and broken == 0 and (tick is None or now - tick.until < TICK_LATE),
    )
