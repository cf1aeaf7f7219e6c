"""An open deal after whose last activity nothing was booked."""

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

DAYS = 1  # business days after the last activity


def find(session: Session, now: datetime, country: str | None) -> Iterator[Nudge]:
    """One a week for each deal, to its owner."""
    for found in pipeline_health.without_next_step(session, now, country, days=DAYS):
        local = times.to_local(now, found.owner.zone)
        year, week, _ = local.isocalendar()
        yield Nudge(
            rule="no_next_step",
            subject=found.deal.ref,
            member=found.owner,
            period=f"{year}-W{week:02}",
            say=partial(_say, found=found),
            deal_id=found.deal.id,
        )


def _say(session: Session, wording: Wording, *, found: Waiting) -> Reply:
    deal = found.deal
    head = wording.gettext("{deal} has no next step. When?").format(
        deal=f"{deal.ref} {cards.cut(deal.title, cards.NAME)}"
    )
    about = f"{cards.deal_state(session, wording, deal)} · {cards.last_touch(session, wording, deal_id=deal.id)}"
    refs = cards.deal(session, wording, deal).refs
    return Reply(text=f"{head}\n{about}", refs=refs, buttons=_buttons(wording, found))


def _buttons(wording: Wording, found: Waiting) -> tuple[Button, ...]:
    """Offer two working days by name: the second from today, and the fifth."""
    deal = found.deal
    look = Button(label=wording.gettext("Open"), command=f"open {deal.ref}")
    subject = f"P-{deal.contact_id}" if deal.contact_id else f"C-{deal.company_id}" if deal.company_id else None
    if subject is None:
        return (look,)
    days = (times.add_business_days(wording.today, count) for count in (2, 5))
    booked = (
        Button(label=cards.cut(wording.day(day), cards.LABEL), command=f"follow up {subject} {day.isoformat()}")
        for day in days
    )
    return (*booked, look)
