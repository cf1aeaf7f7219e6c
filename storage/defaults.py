"""What a new company starts with: one pipeline, and one member who speaks in the terminal.

Everything here can be changed by the company later; no other module may count on these names.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import members
from storage.models import Member, Pipeline, Stage

# name, Portuguese, Spanish, probability in percent, business days without a touch before it is stale, outcome
STAGES: tuple[tuple[str, str, str, int, int | None, str], ...] = (
    ("Lead", "Lead", "Lead", 10, 3, "open"),
    ("Qualified", "Qualificado", "Calificado", 25, 5, "open"),
    ("Proposal", "Proposta", "Propuesta", 50, 5, "open"),
    ("Negotiation", "Negociação", "Negociación", 75, 7, "open"),
    ("Won", "Ganho", "Ganado", 100, None, "won"),
    ("Lost", "Perdido", "Perdido", 0, None, "lost"),
)
FIRST_MEMBER = "Admin"


def ensure(session: Session, *, language: str, zone: str, now: datetime) -> None:
    """Give an empty store its pipeline and its first member; change nothing in any other."""
    if session.scalar(sa.select(Pipeline.id).limit(1)) is None:
        _make_pipeline(session)
    if session.scalar(sa.select(Member.id).limit(1)) is None:
        members.create(session, name=FIRST_MEMBER, role="admin", language=language, zone=zone, now=now)


def _make_pipeline(session: Session) -> None:
    pipeline = Pipeline(name="Sales", is_default=True)
    session.add(pipeline)
    session.flush()
    session.add_all(
        Stage(
            pipeline_id=pipeline.id,
            name=name,
            names={"pt": portuguese, "es": spanish},
            position=position,
            probability=probability,
            max_age=max_age,
            outcome=outcome,
        )
        for position, (name, portuguese, spanish, probability, max_age, outcome) in enumerate(STAGES)
    )
