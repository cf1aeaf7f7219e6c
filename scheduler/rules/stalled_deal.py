"""A deal nobody touched for longer than its stage allows, with nothing booked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from handlers import cards
from handlers.message import Button, Reply
from handlers.wording import Wording
from scheduler.nudges import Nudge
from storage import pipeline_health, times
from storage.database import Session
from storage.pipeline_health import Waiting


def find(session: Session, now: datetime, country: str | None) -> Iterator[Nudge]:
    """One a week for each deal, to its owner."""
    for found in pipeline_health.stalled(session, now, country):
        year, week, _ = times.to_local(now, found.owner.zone).isocalendar()
        yield Nudge(
            rule="stalled_deal",
            subject=found.deal.ref,
            member=found.owner,
            period=f"{year}-W{week:02}",
            say=partial(_say, found=found),
            deal_id=found.deal.id,
        )


def _say(session: Session, wording: Wording, *, found: Waiting) -> Reply:
    _ = wording.gettext
    deal = found.deal
    head = wording.ngettext(
        "{deal}: {n} business day without a touch, {stage} allows {most}",
        "{deal}: {n} business days without a touch, {stage} allows {most}",
        found.age,
    ).format(
        deal=f"{deal.ref} {cards.cut(deal.title, cards.NAME)}",
        n=found.age,
        stage=cards.stage_name(wording, found.stage),
        most=found.stage.max_age,
    )
    last = cards.last_touch(session, wording, deal_id=deal.id)
    booked = cards.next_line(session, wording, deal_id=deal.id)
    return Reply(
        text=f"{head}\n{last}\n{booked}", refs=cards.deal(session, wording, deal).refs, buttons=_buttons(wording, found)
    )


def _buttons(wording: Wording, found: Waiting) -> tuple[Button, ...]:
    _ = wording.gettext
    deal = found.deal
    look = Button(label=_("Open"), command=f"open {deal.ref}")
    if deal.contact_id is not None:
        return (Button(label=_("Call tomorrow"), command=f"call P-{deal.contact_id} tomorrow"), look)
    if deal.company_id is not None:
        return (Button(label=_("Tomorrow"), command=f"follow up C-{deal.company_id} tomorrow"), look)
    return (look,)
