"""What is wrong in the funnel: deals nobody touched for too long, and deals without a next step."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import times
from storage.models import Deal, Interaction, Letter, Member, Reminder, Stage

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An open deal that waits for its owner; `age` counts business days since the last touch or stage change."""

    deal: Deal
    stage: Stage
    owner: Member
    age: int

    @property
    def is_stalled(self) -> bool:
        return self.stage.max_age is not None and self.age > self.stage.max_age


def stalled(
    session: Session, now: datetime, country: str | None = None, *, owner_id: int | None = None
) -> Iterator[Waiting]:
    """Yield deals that were not touched for longer than their stage allows, with nothing booked."""
    stages = session.scalars(sa.select(Stage).where(Stage.outcome == "open", Stage.max_age.is_not(None)))
    # So many business days are at least so many days: the index cuts, and only what is left is counted.
    too_old = [_is_untouched(now - (stage.max_age or 0) * ONE_DAY, stage) for stage in stages]
    if too_old:
        query = _unbooked(owner_id).where(sa.or_(*too_old))
        yield from (found for found in _waiting(session, query, now, country) if found.is_stalled)


def without_next_step(
    session: Session, now: datetime, country: str | None = None, *, days: int = 1, owner_id: int | None = None
) -> Iterator[Waiting]:
    """Yield deals with nothing booked for so many business days after the last activity; not the stalled ones."""
    before = now - days * ONE_DAY
    is_active = sa.exists().where(Interaction.deal_id == Deal.id, Interaction.at > before)
    query = _unbooked(owner_id).where(_is_untouched(before), sa.not_(is_active))
    for found in _waiting(session, query, now, country):
        if found.age >= days and not found.is_stalled:
            yield found


def _unbooked(owner_id: int | None) -> sa.Select[Deal, Stage, Member]:
    on_deal = sa.exists().where(Reminder.deal_id == Deal.id, Reminder.is_open)
    on_contact = sa.exists().where(Reminder.contact_id == Deal.contact_id, Reminder.is_open)
    query = (
        sa.select(Deal, Stage, Member)
        .join(Stage, Stage.id == Deal.stage_id)
        .join(Member, Member.id == Deal.owner_id)
        .where(Deal.is_open, Member.is_active, sa.not_(on_deal), sa.not_(on_contact))
        .order_by(Deal.stage_entered_at, Deal.id)
    )
    return query if owner_id is None else query.where(Deal.owner_id == owner_id)


def _is_untouched(since: datetime, stage: Stage | None = None) -> sa.ColumnElement[bool]:
    untouched = sa.and_(Deal.stage_entered_at <= since, sa.or_(Deal.touched_at.is_(None), Deal.touched_at <= since))
    return untouched if stage is None else sa.and_(Deal.stage_id == stage.id, untouched)


def _waiting(
    session: Session, query: sa.Select[Deal, Stage, Member], now: datetime, country: str | None
) -> Iterator[Waiting]:
    for deal, stage, owner in session.execute(query):
        today = times.to_local(now, owner.zone).date()
        if not is_held(deal, today):
            since = max(deal.stage_entered_at, deal.touched_at or deal.stage_entered_at)
            age = times.business_days_between(times.to_local(since, owner.zone).date(), today, country)
            yield Waiting(deal=deal, stage=stage, owner=owner, age=age)


def is_held(deal: Deal, today: date) -> bool:
    """Tell whether somebody put the deal to sleep until a later day."""
    return deal.held_until is not None and deal.held_until > today.isoformat()


# What members were told of it already -----------------------------------------------------------------------------


def told(session: Session, keys: Sequence[str]) -> set[str]:
    """Return those of the dedupe keys that a letter bears already."""
    found: set[str] = set()
    for start in range(0, len(keys), 500):
        found |= set(
            session.scalars(sa.select(Letter.dedupe_key).where(Letter.dedupe_key.in_(keys[start : start + 500])))
        )
    return found


def nudged_since(session: Session, member_id: int, since: datetime) -> int:
    """Count the nudges a member was given since an instant (database time)."""
    query = sa.select(sa.func.count()).where(
        Letter.member_id == member_id, Letter.planned_at >= since, Letter.kind == "nudge"
    )
    return session.scalar(query) or 0


def deals_nudged_since(session: Session, deal_ids: Collection[int], since: datetime) -> set[int]:
    """Return the deals that somebody was nudged about since an instant, for whatever reason."""
    query = sa.select(Letter.deal_id).where(
        Letter.deal_id.in_(sorted(deal_ids)), Letter.kind == "nudge", Letter.planned_at >= since
    )
    return {deal_id for deal_id in session.scalars(query) if deal_id is not None}


def active_members(session: Session) -> list[Member]:
    return list(session.scalars(sa.select(Member).where(Member.is_active).order_by(Member.id)))
