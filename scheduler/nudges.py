"""Nudges: what the bot says unasked. Runs every rule; one letter per rule, subject and period.

A rule is one file in scheduler/rules with one function, `find(session, now, country)`: a query, and a `Nudge` for each
thing it finds. Whether it is the moment for it, and whether the member heard enough today, is decided here.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType
from typing import Protocol

from handlers.message import Reply
from handlers.wording import Wording
from scheduler import rules
from storage import destinations, letters, pipeline_health, times
from storage.database import Database, Session
from storage.errors import StoreError
from storage.models import Member

log = logging.getLogger(__name__)

BUDGET = 3  # a day
LIFE = timedelta(hours=24)
SAME_DEAL = timedelta(days=5)  # one deal, one reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudge:
    """Something a member may want to hear. `say` words it, only if it is sent; None: there is nothing to say.

    subject: a ref. period: it is said once in each. asked_for: the member set its time, so neither budget nor quiet
    hours hold it.
    """

    rule: str
    subject: str
    member: Member
    period: str
    say: Callable[[Session, Wording], Reply | None]
    kind: str = "nudge"
    deal_id: int | None = None
    asked_for: bool = False

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.rule}:{self.subject}:{self.period}:{self.member.id}"


class Rule(Protocol):
    """What a module in scheduler/rules must have."""

    def find(self, session: Session, now: datetime, country: str | None) -> Iterator[Nudge]: ...


def found_rules(package: ModuleType = rules) -> list[Rule]:
    """Return every rule there is: a file dropped into the folder is one."""
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]


async def run(
    database: Database,
    now: datetime,
    *,
    country: str | None = None,
    poke: Callable[[], None] | None = None,
    database_now: Callable[[], datetime] | None = None,
    among: Sequence[Rule] | None = None,
) -> int:
    """Run every rule at `now` (process clock); return how many letters were written."""
    written = 0
    for rule in found_rules() if among is None else among:
        written += await _run_one(database, rule, now, (database_now or database.now)(), country)
    if written and poke is not None:
        poke()
    return written


async def _run_one(database: Database, rule: Rule, now: datetime, database_now: datetime, country: str | None) -> int:
    try:
        return await database.write(lambda session: _write(session, rule, now, database_now, country))
    except StoreError:
        raise
    except Exception:  # a rule that fails silences only itself
        log.exception("the rule %s failed", getattr(rule, "__name__", rule))
        return 0


def _write(session: Session, rule: Rule, now: datetime, database_now: datetime, country: str | None) -> int:
    timely = [nudge for nudge in rule.find(session, now, country) if _is_time(nudge, now, country)]
    known = pipeline_health.told(session, [nudge.key for nudge in timely])
    fresh = [nudge for nudge in timely if nudge.key not in known]
    rows = [_row(session, nudge, now, database_now) for nudge in _affordable(session, fresh, now, database_now)]
    return len(letters.write_many(session, [row for row in rows if row is not None], database_now))


def _is_time(nudge: Nudge, now: datetime, country: str | None) -> bool:
    """Only in the member's working hours, unless they asked for it at another."""
    if nudge.asked_for:
        return True
    today = times.to_local(now, nudge.member.zone).date()
    return times.is_working_day(today, country) and letters.after_quiet(nudge.member, now) == now


def _affordable(session: Session, nudges: Sequence[Nudge], now: datetime, database_now: datetime) -> Iterator[Nudge]:
    """Keep to the budget of each member's day, and to one reason for each deal."""
    deals = {nudge.deal_id for nudge in nudges if nudge.deal_id is not None}
    heard = pipeline_health.deals_nudged_since(session, deals, database_now - SAME_DEAL) if deals else set()
    spent = _spent(session, nudges, now, database_now)
    for nudge in nudges:
        if nudge.asked_for:
            yield nudge
        elif nudge.deal_id not in heard and spent[nudge.member.id] < BUDGET:
            spent[nudge.member.id] += 1
            yield nudge


def _spent(session: Session, nudges: Iterable[Nudge], now: datetime, database_now: datetime) -> Counter[int]:
    members = {nudge.member.id: nudge.member for nudge in nudges if not nudge.asked_for}
    spent: Counter[int] = Counter()
    for member in members.values():
        local = times.to_local(now, member.zone)
        since_midnight = now - times.resolve(local.replace(hour=0, minute=0, second=0, microsecond=0), member.zone)
        spent[member.id] = pipeline_health.nudged_since(session, member.id, database_now - since_midnight)
    return spent


def _row(session: Session, nudge: Nudge, now: datetime, database_now: datetime) -> dict[str, object] | None:
    reply = nudge.say(session, Wording.of(nudge.member, now))
    if reply is None:
        return None
    return {
        "kind": nudge.kind,
        "dedupe_key": nudge.key,
        "destination_id": destinations.choose(session, [nudge.member.id], database_now)[nudge.member.id],
        "member_id": nudge.member.id,
        "deal_id": nudge.deal_id,
        "body": reply.to_json(),
        "due_at": now,
        "expires_at": database_now + LIFE,
        "rings": nudge.asked_for,
    }
