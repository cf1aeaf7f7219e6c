"""Stores full of customers of three languages: companies, people, deals, talks and follow-ups; the same each time."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks import bulk, names
from storage import deals, members, search
from storage.keys import company_key, fold, name_key
from storage.models import Company, Contact, ContactKey, Deal, Interaction, Reminder, StageChange

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
MEMBERS = 20
PEOPLE_A_COMPANY = 5
CONTACTS_A_DEAL = 4
FIRST_DUE = timedelta(days=30)  # nothing comes due while we measure
SPREAD = timedelta(days=300)


@dataclass
class Town:
    """The customers being made: what later rows must know of earlier ones."""

    size: int
    chance: random.Random
    owners: list[int]
    stages: list[tuple[int, int]]  # id, pipeline
    languages: list[str] = field(default_factory=list)  # of each company
    employers: list[int] = field(default_factory=list)  # of each contact
    twins: Counter[tuple[int, str]] = field(default_factory=Counter)
    moments: list[datetime] = field(default_factory=list)

    @property
    def firms(self) -> int:
        return max(1, self.size // PEOPLE_A_COMPANY)

    def twin(self, company_id: int, key: str) -> int:
        self.twins[company_id, key] += 1
        return self.twins[company_id, key] - 1


def fill(session: Session, size: int) -> None:
    """Add `size` contacts, and what belongs to them, to a store that has its pipeline; then index it all."""
    chance = random.Random(size)
    town = Town(size, chance, _people(session), [(stage.id, stage.pipeline_id) for stage in deals.stages(session)])
    town.moments = [NOW - SPREAD * chance.random() for _ in range(1000)]
    with bulk.without_indexes(session):
        _load(session, town)
    search.rebuild(session)
    session.execute(sa.text("ANALYZE"))


def _load(session: Session, town: Town) -> None:
    for model, rows in (
        (Company, _companies(town)),
        (Contact, _contacts(town)),
        (ContactKey, _keys(town)),
        (Deal, _deals(town)),
        (StageChange, _stage_changes(town)),
        (Interaction, _interactions(town)),
        (Reminder, _reminders(town)),
    ):
        bulk.load(session, model, rows)
        bulk.go_on_counting(session, model)


def _people(session: Session) -> list[int]:
    rows = [
        members.create(session, name=f"Rep {n}", role="rep", language="en", zone="America/Sao_Paulo", now=NOW)
        for n in range(MEMBERS)
    ]
    return [row.id for row in rows]


def _companies(town: Town) -> Iterator[dict[str, Any]]:
    for id in range(1, town.firms + 1):
        language = town.chance.choice(names.LANGUAGES)
        town.languages.append(language)
        name = names.company(town.chance, language)
        key = company_key(name)
        yield {
            "id": id,
            "name": name,
            "name_key": key,
            "twin": town.twin(0, key),
            "owner_id": town.chance.choice(town.owners),
            "created_at": NOW,
            "touched_at": town.chance.choice(town.moments),
        }


def _contacts(town: Town) -> Iterator[dict[str, Any]]:
    for id in range(1, town.size + 1):
        company_id = town.chance.randint(1, town.firms)
        town.employers.append(company_id)
        name = names.person(town.chance, town.languages[company_id - 1])
        key = " ".join(map(_name_key, name.split()))
        yield {
            "id": id,
            "name": name,
            "name_key": key,
            "twin": town.twin(company_id, key),
            "company_id": company_id,
            "owner_id": town.chance.choice(town.owners),
            "created_at": NOW,
            "touched_at": town.chance.choice(town.moments),
        }


_name_key = cache(name_key)  # word by word: none of our names has a courtesy title


def _keys(town: Town) -> Iterator[dict[str, Any]]:
    """A phone or an e-mail for everybody."""
    for id in range(1, town.size + 1):
        if id % 2:
            number = f"9{id:08}"
            yield _key(id, "phone", f"+55 11 {number[:5]}-{number[5:]}", f"+5511{number}")
        else:
            mail = f"mail{id}@{fold(names.given(town.chance))}.example"
            yield _key(id, "email", mail, mail)


def _key(contact_id: int, kind: str, value: str, match_key: str) -> dict[str, Any]:
    return {"id": contact_id, "contact_id": contact_id, "kind": kind, "value": value, "match_key": match_key}


def _deals(town: Town) -> Iterator[dict[str, Any]]:
    for id in range(1, town.size // CONTACTS_A_DEAL + 1):
        contact_id = id * CONTACTS_A_DEAL
        stage_id, pipeline_id = town.chance.choice(town.stages[:4])
        yield {
            "id": id,
            "title": f"{town.chance.randint(5, 500)} seats",
            "contact_id": contact_id,
            "company_id": town.employers[contact_id - 1],
            "owner_id": town.chance.choice(town.owners),
            "pipeline_id": pipeline_id,
            "stage_id": stage_id,
            "stage_entered_at": NOW,
            "value_minor": town.chance.randint(10, 900) * 10_000,
            "value_currency": "USD",
            "touched_at": town.chance.choice(town.moments),
            "created_at": NOW,
        }


def _stage_changes(town: Town) -> Iterator[dict[str, Any]]:
    stage_id, _ = town.stages[0]
    for id in range(1, town.size // CONTACTS_A_DEAL + 1):
        yield {"id": id, "deal_id": id, "to_stage_id": stage_id, "at": NOW, "platform": "console", "created_at": NOW}


def _interactions(town: Town) -> Iterator[dict[str, Any]]:
    for id in range(1, town.size + 1):
        yield {
            "id": id,
            "kind": "call",
            "contact_id": id,
            "company_id": town.employers[id - 1],
            "member_id": town.chance.choice(town.owners),
            "text": "wants to see the offer again before the holidays",
            "platform": "console",
            "at": town.chance.choice(town.moments),
            "created_at": NOW,
        }


def _reminders(town: Town) -> Iterator[dict[str, Any]]:
    """One for everybody, all of them to come: what the due scan must not stumble over."""
    moments = [NOW + FIRST_DUE + SPREAD * town.chance.random() for _ in range(5000)]
    for id in range(1, town.size + 1):
        due_at = town.chance.choice(moments)
        yield {
            "id": id,
            "title": "send the offer",
            "contact_id": id,
            "company_id": town.employers[id - 1],
            "assignee_id": town.chance.choice(town.owners),
            "due_local": due_at.replace(tzinfo=None),
            "occurrence_local": due_at.replace(tzinfo=None),
            "zone": "UTC",
            "due_at": due_at,
            "created_at": NOW,
        }
