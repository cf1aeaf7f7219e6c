"""The whole store as one JSON document, in the words that people use rather than in those of our tables.

Its keys are a contract (docs/reference/export.md): programs outside read them. References between records are refs.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import IO, Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.models import (
    Base,
    Change,
    Company,
    Contact,
    ContactKey,
    Deal,
    Destination,
    Draft,
    Identity,
    Interaction,
    Letter,
    Member,
    Participant,
    Pipeline,
    Reminder,
    Stage,
    StageChange,
    Tag,
    Tagging,
)

VERSION = 1
BATCH = 500
Record = dict[str, Any]
R = TypeVar("R", bound=Base)


def write(session: Session, out: IO[str], now: datetime) -> None:
    """Write the document to `out`, a batch at a time, as the store stood when the transaction began.

    A unit of work may run more than once: `out` is a file of its own, begun anew each time.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    out.seek(0)
    out.truncate()
    out.write(f'{{"version": {VERSION}, "exported_at": {json.dumps(_instant(now))}')
    for name, records in SECTIONS.items():
        out.write(f',\n"{name}": [')
        for position, record in enumerate(records(session)):
            out.write(",\n" if position else "\n")
            out.write(json.dumps(record, ensure_ascii=False))
        out.write("]")
    out.write("}\n")


# One function for each kind of record ----------------------------------------------------------------------------


def _contacts(session: Session) -> Iterator[Record]:
    for rows in _batches(session, Contact):
        keys, tags = _keys(session, rows), _tags(session, Tagging.contact_id, rows)
        for row in rows:
            yield _head(row) | {
                "name": row.name,
                "company": _ref(Company, row.company_id),
                "emails": keys[row.id, "email"],
                "phones": keys[row.id, "phone"],
                "tags": tags[row.id],
                "owner": _ref(Member, row.owner_id),
                "fields": row.fields,
                "touched_at": _instant(row.touched_at),
            }


def _companies(session: Session) -> Iterator[Record]:
    for rows in _batches(session, Company):
        tags = _tags(session, Tagging.company_id, rows)
        for row in rows:
            yield _head(row) | {
                "name": row.name,
                "tags": tags[row.id],
                "owner": _ref(Member, row.owner_id),
                "fields": row.fields,
                "touched_at": _instant(row.touched_at),
            }


def _deals(session: Session) -> Iterator[Record]:
    stages = {stage.id: stage for stage in session.scalars(sa.select(Stage))}
    pipelines = _names(session, Pipeline)
    for rows in _batches(session, Deal):
        next_steps = _next_steps(session, rows)
        for row in rows:
            stage = stages[row.stage_id]
            yield _head(row) | {
                "title": row.title,
                "contact": _ref(Contact, row.contact_id),
                "company": _ref(Company, row.company_id),
                "value": _value(row),
                "pipeline": pipelines[row.pipeline_id],
                "stage": stage.name,
                "owner": _ref(Member, row.owner_id),
                "status": stage.outcome,
                "expected_close": row.expected_close,
                "next_step": _ref(Reminder, next_steps.get(row.id)),
                "fields": row.fields,
                "closed_at": _instant(row.closed_at),
                "lost_reason": row.lost_reason,
            }


def _stage_changes(session: Session) -> Iterator[Record]:
    stages = _names(session, Stage)
    for rows in _batches(session, StageChange):
        for row in rows:
            yield _head(row) | {
                "deal": _ref(Deal, row.deal_id),
                "from": None if row.from_stage_id is None else stages[row.from_stage_id],
                "to": stages[row.to_stage_id],
                "at": _instant(row.at),
                "by": _ref(Member, row.member_id),
                "platform": row.platform,
            }


def _interactions(session: Session) -> Iterator[Record]:
    for rows in _batches(session, Interaction):
        others = _participants(session, rows)
        for row in rows:
            yield _head(row) | {
                "kind": row.kind,
                "attempt": row.is_attempt,
                "contact": _ref(Contact, row.contact_id),
                "with": others[row.id],
                "company": _ref(Company, row.company_id),
                "deal": _ref(Deal, row.deal_id),
                "text": row.text,
                "at": _instant(row.at),
                "by": _ref(Member, row.member_id),
                "platform": row.platform,
            }


def _reminders(session: Session) -> Iterator[Record]:
    for rows in _batches(session, Reminder):
        for row in rows:
            yield _head(row) | {
                "title": row.title,
                "contact": _ref(Contact, row.contact_id),
                "company": _ref(Company, row.company_id),
                "deal": _ref(Deal, row.deal_id),
                "assignee": _ref(Member, row.assignee_id),
                "due_local": row.due_local.replace(microsecond=0).isoformat(),
                "zone": row.zone,
                "due_at": _instant(row.due_at),
                "state": row.state,
                "nag": row.nag,
                "rule": row.rule,
                "done_at": _instant(row.done_at),
                "outcome": row.outcome,
            }


def _letters(session: Session) -> Iterator[Record]:
    platforms = sa.select(Destination.id, Destination.platform)
    for rows in _batches(session, Letter):
        wanted = platforms.where(Destination.id.in_({row.destination_id for row in rows}))
        platform = _pairs(session, wanted)
        for row in rows:
            yield _head(row) | {
                "kind": row.kind,
                "to": _ref(Member, row.member_id),
                "platform": platform.get(row.destination_id),
                "state": row.state,
                "planned_at": _instant(row.planned_at),
                "sent_at": _instant(row.sent_at),
                "attempts": row.attempts,
                "uncertain": row.uncertain,
                "reminder": _ref(Reminder, row.reminder_id),
                "text": row.body.get("text"),
                "error": row.last_error,
            }


def _members(session: Session) -> Iterator[Record]:
    for rows in _batches(session, Member):
        accounts = _accounts(session, rows)
        for row in rows:
            yield _head(row) | {
                "name": row.name,
                "role": row.role,
                "language": row.language,
                "zone": row.zone,
                "is_active": row.is_active,
                "platforms": accounts[row.id],
            }


def _drafts(session: Session) -> Iterator[Record]:
    for rows in _batches(session, Draft):
        for row in rows:
            yield _head(row) | {
                "member": _ref(Member, row.member_id),
                "text": row.text,
                "error": row.error,
                "platform": row.platform,
                "is_open": row.is_open,
                "closed_at": _instant(row.closed_at),
            }


def _changes(session: Session) -> Iterator[Record]:
    for rows in _batches(session, Change):
        for row in rows:
            yield {
                "ref": _name("change", row.id),
                "created_at": _instant(row.at),
                "record": _name(row.table_name, row.row_id),
                "action": row.action,
                "old": row.old,
                "new": row.new,
                "by": _ref(Member, row.member_id),
                "platform": row.platform,
                "operation": row.operation_id,
                "seal": row.seal,
            }


SECTIONS: Mapping[str, Callable[[Session], Iterator[Record]]] = {
    "contacts": _contacts,
    "companies": _companies,
    "deals": _deals,
    "stage_changes": _stage_changes,
    "interactions": _interactions,
    "reminders": _reminders,
    "letters": _letters,
    "members": _members,
    "drafts": _drafts,
    "changes": _changes,
}


# What the records are made of ------------------------------------------------------------------------------------


def _batches(session: Session, model: type[R]) -> Iterator[Sequence[R]]:
    """Walk a table by its key: no cursor is held, and the oldest come first whatever the database."""
    last = 0
    while rows := session.scalars(sa.select(model).where(model.id > last).order_by(model.id).limit(BATCH)).all():
        yield rows
        last = rows[-1].id


def _head(row: Any) -> Record:
    return {"ref": _name(row.__tablename__, row.id), "created_at": _instant(row.created_at)}


def _ref(model: type[Base], key: int | None) -> str | None:
    return None if key is None else f"{model.letter}-{key}"


def _instant(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _value(row: Deal) -> Record | None:
    return None if row.value_minor is None else {"minor": row.value_minor, "currency": row.value_currency}


def _names(session: Session, model: type[Pipeline | Stage]) -> dict[int, str]:
    return _pairs(session, sa.select(model.id, model.name))


def _pairs(session: Session, query: sa.Select[*tuple[Any, ...]]) -> dict[Any, Any]:
    return {key: value for key, value in session.execute(query)}  # noqa: C416 - a row is no tuple for the type checker


def _keys(session: Session, rows: Sequence[Contact]) -> dict[tuple[int, str], list[str]]:
    """Return e-mails and phones as typed, by contact and kind."""
    columns = sa.select(ContactKey.contact_id, ContactKey.kind, ContactKey.value)
    query = columns.where(ContactKey.contact_id.in_([row.id for row in rows])).order_by(ContactKey.id)
    found = defaultdict[tuple[int, str], list[str]](list)
    for contact_id, kind, value in session.execute(query):
        found[contact_id, kind].append(value)
    return found


def _tags(session: Session, subject: Any, rows: Sequence[Contact] | Sequence[Company]) -> dict[int, list[str]]:
    """Return tags by what they are on; `subject` is the column of Tagging that says it."""
    query = sa.select(subject, Tag.name).join(Tag, Tag.id == Tagging.tag_id).order_by(Tag.name_key)
    return _grouped(session, query.where(subject.in_([row.id for row in rows])))


def _participants(session: Session, rows: Sequence[Interaction]) -> dict[int, list[str]]:
    query = sa.select(Participant.interaction_id, Participant.contact_id).order_by(Participant.id)
    found = _grouped(session, query.where(Participant.interaction_id.in_([row.id for row in rows])))
    return defaultdict(list, {key: [f"{Contact.letter}-{one}" for one in ids] for key, ids in found.items()})


def _accounts(session: Session, rows: Sequence[Member]) -> dict[int, list[str]]:
    query = sa.select(Identity.member_id, Identity.platform).distinct().order_by(Identity.platform)
    return _grouped(session, query.where(Identity.member_id.in_([row.id for row in rows])))


def _grouped(session: Session, query: sa.Select[*tuple[Any, ...]]) -> dict[int, list[Any]]:
    found = defaultdict[int, list[Any]](list)
    for key, value in session.execute(query):
        found[key].append(value)
    return found


def _next_steps(session: Session, rows: Sequence[Deal]) -> dict[int | None, int]:
    """Return the follow-up that is due first, by deal."""
    query = sa.select(Reminder.deal_id, Reminder.id).where(Reminder.is_open)
    query = query.where(Reminder.deal_id.in_([row.id for row in rows])).order_by(Reminder.due_at, Reminder.id)
    found: dict[int | None, int] = {}
    for deal_id, reminder_id in session.execute(query):
        found.setdefault(deal_id, reminder_id)
    return found


def _name(table: str, key: int) -> str:
    """Name a row: by its ref, or by its table where people have no letter for it."""
    return f"{_LETTERS[table] or table}-{key}"


_LETTERS = {mapper.class_.__tablename__: mapper.class_.letter for mapper in Base.registry.mappers}
