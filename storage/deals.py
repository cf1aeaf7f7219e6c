"""Deals and their stages: every move writes its stage change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.models import Deal, Pipeline, Reminder, Stage, StageChange
from storage.types import Money


def stages(session: Session) -> list[Stage]:
    """Return every stage, those of the default pipeline first, in the order of the funnel."""
    query = (
        sa.select(Stage)
        .join(Pipeline, Pipeline.id == Stage.pipeline_id)
        .order_by(Pipeline.is_default.desc(), Stage.pipeline_id, Stage.position)
    )
    return list(session.scalars(query))


def stage(session: Session, stage_id: int) -> Stage:
    return session.get_one(Stage, stage_id)


def first_stage(session: Session) -> Stage:
    """Return where a deal begins when nobody says."""
    return stages(session)[0]


def open_ones(session: Session, *, company_id: int | None, contact_id: int | None) -> list[Deal]:
    """Return the open deals of a company; of the contact when there is no company."""
    mine = Deal.company_id == company_id if company_id is not None else Deal.contact_id == contact_id
    return list(session.scalars(sa.select(Deal).where(mine, Deal.is_open).order_by(Deal.id)))


def create(
    session: Session,
    *,
    title: str,
    contact_id: int | None,
    company_id: int | None,
    owner_id: int | None,
    stage: Stage,
    value: Money | None,
    now: datetime,
    platform: str,
    touched_at: datetime | None = None,
) -> Deal:
    """Open a deal; its first stage change comes from nowhere."""
    deal = Deal(
        title=title,
        contact_id=contact_id,
        company_id=company_id,
        owner_id=owner_id,
        pipeline_id=stage.pipeline_id,
        stage_id=stage.id,
        stage_entered_at=now,
        value_minor=value.minor if value else None,
        value_currency=value.currency if value else None,
        is_open=stage.outcome == "open",
        closed_at=None if stage.outcome == "open" else now,
        touched_at=touched_at,
        fields={},
        created_at=now,
    )
    session.add(deal)
    session.flush()
    _record(session, deal, None, stage, owner_id, now, platform)
    return deal


def move(
    session: Session,
    deal: Deal,
    stage: Stage,
    *,
    member_id: int | None,
    now: datetime,
    platform: str,
    reason: str | None = None,
) -> StageChange | None:
    """Put a deal in a stage, closing or re-opening it as the stage says; None if it is there already."""
    if deal.stage_id == stage.id:
        return None
    before = deal.stage_id
    deal.stage_id, deal.pipeline_id, deal.stage_entered_at = stage.id, stage.pipeline_id, now
    deal.is_open = stage.outcome == "open"
    deal.closed_at = None if deal.is_open else now
    deal.lost_reason = reason if stage.outcome == "lost" else None
    return _record(session, deal, before, stage, member_id, now, platform)


def _record(
    session: Session, deal: Deal, before: int | None, stage: Stage, member_id: int | None, now: datetime, platform: str
) -> StageChange:
    change = StageChange(
        deal_id=deal.id,
        from_stage_id=before,
        to_stage_id=stage.id,
        at=now,
        member_id=member_id,
        platform=platform,
        created_at=now,
    )
    session.add(change)
    return change


def value(deal: Deal) -> Money | None:
    if deal.value_minor is None or deal.value_currency is None:
        return None
    return Money(deal.value_minor, deal.value_currency)


def set_value(deal: Deal, amount: Money) -> None:
    deal.value_minor, deal.value_currency = amount.minor, amount.currency


def next_step(session: Session, deal_id: int) -> Reminder | None:
    """Return the next open follow-up of a deal."""
    query = sa.select(Reminder).where(Reminder.deal_id == deal_id, Reminder.is_open).order_by(Reminder.due_at).limit(1)
    return session.scalar(query)


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTotal:
    """How many open deals stand in a stage, and what they are worth in one currency (None: without a value)."""

    stage_id: int
    currency: str | None
    count: int
    minor: int


def totals(session: Session, *, owner_id: int | None, stage_ids: Sequence[int] = ()) -> list[StageTotal]:
    """Add up the open deals by stage and currency; amounts of two currencies are never summed."""
    query = sa.select(
        Deal.stage_id, Deal.value_currency, sa.func.count(), sa.func.coalesce(sa.func.sum(Deal.value_minor), 0)
    ).where(Deal.is_open)
    if owner_id is not None:
        query = query.where(Deal.owner_id == owner_id)
    if stage_ids:
        query = query.where(Deal.stage_id.in_(stage_ids))
    rows = session.execute(query.group_by(Deal.stage_id, Deal.value_currency))
    return [StageTotal(stage_id=s, currency=c, count=n, minor=int(total or 0)) for s, c, n, total in rows]


def listed(
    session: Session, *, owner_id: int | None, stage_ids: Sequence[int] = (), limit: int = 50, offset: int = 0
) -> list[Deal]:
    """Return open deals, the furthest in the funnel first."""
    query = sa.select(Deal).join(Stage, Stage.id == Deal.stage_id).where(Deal.is_open)
    if owner_id is not None:
        query = query.where(Deal.owner_id == owner_id)
    if stage_ids:
        query = query.where(Deal.stage_id.in_(stage_ids))
    return list(session.scalars(query.order_by(Stage.position.desc(), Deal.id).limit(limit).offset(offset)))
