"""Every table on one page.

Rows that people see carry a ref (P-12): their key never comes back once it was given (`sqlite_autoincrement`).
Instants are aware UTC; wall-clock times stand beside their zone. Money is minor units beside an ISO code.
What a hot query filters on is a boolean (`is_open`), never a list of states, so that partial indexes serve it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity as IdentityColumn,
    Index,
    Integer,
    MetaData,
    String,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.types import Instant, WallTime, json_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
BIG = BigInteger().with_variant(Integer, "sqlite")  # SQLite only auto-increments INTEGER
PLAIN = String().with_variant(String(collation="C"), "postgresql")  # compared byte by byte, in every locale


class Base(DeclarativeBase):
    """Rows are plain: no relationship loads by itself, no attribute expires behind the reader's back."""

    metadata = MetaData(naming_convention=NAMING)
    letter: ClassVar[str] = ""  # of the ref
    id: Any

    @property
    def ref(self) -> str:
        """How people call the row, such as P-12."""
        return f"{self.letter}-{self.id}"

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: Instant}


def _key() -> Mapped[int]:
    return mapped_column(BIG, IdentityColumn(always=False), primary_key=True)


def _ref(target: str, *, index: bool = False, cascade: bool = False, forgets: bool = False) -> Mapped[Any]:
    """Refer to a row; when that is deleted, the row goes too (`cascade`) or stays without it (`forgets`)."""
    rule = "CASCADE" if cascade else "SET NULL" if forgets else None
    return mapped_column(BIG, ForeignKey(target, ondelete=rule), index=index)


def _partial(name: str, *columns: Any, where: str) -> Index:
    """Make an index over the few rows a hot query reads.

    SQLite uses it only for a query that repeats the condition word for word, and there SQLAlchemy writes `is_open = 1`
    for `Letter.is_open`: with `where is_open` the due scan reads the whole table.
    """
    on_sqlite = f"{where} = 1" if where.isidentifier() else where
    return Index(name, *columns, sqlite_where=text(on_sqlite), postgresql_where=text(where))


KEPT = {"sqlite_autoincrement": True}
CLUSTERED = {"sqlite_with_rowid": False}


# People of the company ------------------------------------------------------------------------------------------


class Team(Base):
    """A group of members; `visibility` team means one of these."""

    __tablename__ = "team"
    id: Mapped[int] = _key()
    name: Mapped[str] = mapped_column(unique=True)


class Member(Base):
    """Somebody who works here. Ref M-. `quiet_*` are local hours; `preferences` holds what `me` sets beside them."""

    __tablename__ = "member"
    letter = "M"
    __table_args__ = KEPT
    id: Mapped[int] = _key()
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)
    role: Mapped[str] = mapped_column(String(10))  # admin, manager, rep, viewer
    team_id: Mapped[int | None] = _ref("team.id")
    language: Mapped[str] = mapped_column(String(2))
    zone: Mapped[str]
    default_time: Mapped[str] = mapped_column(String(5), default="09:00")
    quiet_start: Mapped[str] = mapped_column(String(5), default="20:00")
    quiet_end: Mapped[str] = mapped_column(String(5), default="08:00")
    quiet_days: Mapped[list[int]] = mapped_column(json_column(), default=list)  # 0 = Monday
    digest_time: Mapped[str] = mapped_column(String(5), default="08:30")
    preferred_platform: Mapped[str | None]
    preferences: Mapped[dict[str, Any]] = mapped_column(json_column(), default=dict)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Identity(Base):
    """A member's account on a platform."""

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("platform", "account", "user"),)
    id: Mapped[int] = _key()
    member_id: Mapped[int] = _ref("member.id", index=True)
    platform: Mapped[str]
    account: Mapped[str]
    user: Mapped[str]
    chat: Mapped[str]  # where this person is reached in private
    last_seen_at: Mapped[datetime]
    created_at: Mapped[datetime]


class Invite(Base):
    """A code with which a person joins as a member; only its hash is kept. `tries` counts refusals to strangers."""

    __tablename__ = "invite"
    id: Mapped[int] = _key()
    member_id: Mapped[int] = _ref("member.id")
    code_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class Stranger(Base):
    """Somebody without a member: when we last refused them, so that they hear it once a day."""

    __tablename__ = "stranger"
    __table_args__ = (UniqueConstraint("platform", "account", "user"),)
    id: Mapped[int] = _key()
    platform: Mapped[str]
    account: Mapped[str]
    user: Mapped[str]
    refused_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)  # wrong codes since `tries_since`
    tries_since: Mapped[datetime | None]


# Customers ------------------------------------------------------------------------------------------------------


class Company(Base):
    """A firm we sell to. Ref C-."""

    __tablename__ = "company"
    letter = "C"
    __table_args__ = (Index("uq_company_name_key", "name_key", "twin", unique=True), KEPT)
    id: Mapped[int] = _key()
    name: Mapped[str]
    name_key: Mapped[str]
    twin: Mapped[int] = mapped_column(default=0)  # the next number when the same name is really another
    owner_id: Mapped[int | None] = _ref("member.id", index=True)
    fields: Mapped[dict[str, Any]] = mapped_column(json_column(), default=dict)
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime | None]


class Contact(Base):
    """A person we talk to. Ref P-. `touched_at`: the last meeting, answered call, e-mail, visit, demo or message."""

    __tablename__ = "contact"
    letter = "P"
    __table_args__ = (
        Index("uq_contact_name", func.coalesce(text("company_id"), 0), "name_key", "twin", unique=True),
        Index("ix_contact_name_key", "name_key"),
        KEPT,
    )
    id: Mapped[int] = _key()
    name: Mapped[str]
    name_key: Mapped[str]
    twin: Mapped[int] = mapped_column(default=0)
    company_id: Mapped[int | None] = _ref("company.id", index=True)
    owner_id: Mapped[int | None] = _ref("member.id", index=True)
    fields: Mapped[dict[str, Any]] = mapped_column(json_column(), default=dict)
    created_at: Mapped[datetime]
    touched_at: Mapped[datetime | None]


class ContactKey(Base):
    """An e-mail or a phone, as typed; `match_key` is unique where it identifies one contact."""

    __tablename__ = "contact_key"
    __table_args__ = (UniqueConstraint("kind", "match_key"),)
    id: Mapped[int] = _key()
    contact_id: Mapped[int] = _ref("contact.id", index=True)
    kind: Mapped[str] = mapped_column(String(5))  # email, phone
    value: Mapped[str]
    match_key: Mapped[str]


class Tag(Base):
    """A word people put on contacts and companies."""

    __tablename__ = "tag"
    id: Mapped[int] = _key()
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)


class Tagging(Base):
    """One tag on one contact or one company."""

    __tablename__ = "tagging"
    __table_args__ = (UniqueConstraint("tag_id", "contact_id"), UniqueConstraint("tag_id", "company_id"))
    id: Mapped[int] = _key()
    tag_id: Mapped[int] = _ref("tag.id")
    contact_id: Mapped[int | None] = _ref("contact.id", index=True)
    company_id: Mapped[int | None] = _ref("company.id", index=True)


class Field(Base):
    """A custom field without code: values stand in `fields` of the record, under `name`."""

    __tablename__ = "field"
    __table_args__ = (UniqueConstraint("subject", "name"),)
    id: Mapped[int] = _key()
    subject: Mapped[str] = mapped_column(String(8))  # contact, company, deal
    name: Mapped[str]
    type: Mapped[str] = mapped_column(String(8))  # text, number, date, money, yesno


class Alias(Base):
    """What a member calls somebody, remembered from an answered question."""

    __tablename__ = "alias"
    __table_args__ = (UniqueConstraint("member_id", "alias_key"),)
    id: Mapped[int] = _key()
    member_id: Mapped[int] = _ref("member.id")
    alias_key: Mapped[str]
    contact_id: Mapped[int | None] = _ref("contact.id", index=True)
    company_id: Mapped[int | None] = _ref("company.id", index=True)


class Redirect(Base):
    """A ref whose record was merged into another: it still leads there."""

    __tablename__ = "redirect"
    __table_args__ = (UniqueConstraint("from_ref"), Index("ix_redirect_to_ref", "to_ref"))
    id: Mapped[int] = _key()
    from_ref: Mapped[str]
    to_ref: Mapped[str]


# Deals ----------------------------------------------------------------------------------------------------------


class Pipeline(Base):
    """A funnel: an ordered list of stages. The default one takes new deals."""

    __tablename__ = "pipeline"
    id: Mapped[int] = _key()
    name: Mapped[str] = mapped_column(unique=True)
    is_default: Mapped[bool] = mapped_column(default=False)


class Stage(Base):
    """A step of a pipeline. `names` are its other spellings by language; `max_age` is in business days."""

    __tablename__ = "stage"
    __table_args__ = (UniqueConstraint("pipeline_id", "name"),)
    id: Mapped[int] = _key()
    pipeline_id: Mapped[int] = _ref("pipeline.id")
    name: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(json_column(), default=dict)
    position: Mapped[int]
    probability: Mapped[int]  # percent
    max_age: Mapped[int | None]
    outcome: Mapped[str] = mapped_column(String(4))  # open, won, lost


class Deal(Base):
    """Something we may sell. Ref D-. `is_open` repeats the outcome of its stage for the indexes."""

    __tablename__ = "deal"
    letter = "D"
    __table_args__ = (
        _partial("ix_deal_open_company", "company_id", where="is_open"),
        _partial("ix_deal_open_contact", "contact_id", where="is_open"),
        _partial("ix_deal_open_owner", "owner_id", "stage_id", where="is_open"),
        Index("ix_deal_company_id", "company_id"),
        Index("ix_deal_contact_id", "contact_id"),
        KEPT,
    )
    id: Mapped[int] = _key()
    title: Mapped[str]
    contact_id: Mapped[int | None] = _ref("contact.id")
    company_id: Mapped[int | None] = _ref("company.id")
    owner_id: Mapped[int | None] = _ref("member.id")
    pipeline_id: Mapped[int] = _ref("pipeline.id")
    stage_id: Mapped[int] = _ref("stage.id")
    stage_entered_at: Mapped[datetime]
    value_minor: Mapped[int | None] = mapped_column(BigInteger)
    value_currency: Mapped[str | None] = mapped_column(String(3))
    is_open: Mapped[bool] = mapped_column(default=True)
    closed_at: Mapped[datetime | None]
    lost_reason: Mapped[str | None]
    expected_close: Mapped[str | None] = mapped_column(String(10))  # ISO date
    held_until: Mapped[str | None] = mapped_column(String(10))  # ISO date
    held_reason: Mapped[str | None]
    touched_at: Mapped[datetime | None]
    fields: Mapped[dict[str, Any]] = mapped_column(json_column(), default=dict)
    created_at: Mapped[datetime]


class StageChange(Base):
    """A deal entered a stage. Ref S-. The first one of a deal comes from nowhere."""

    __tablename__ = "stage_change"
    letter = "S"
    __table_args__ = KEPT
    id: Mapped[int] = _key()
    deal_id: Mapped[int] = _ref("deal.id", index=True)
    from_stage_id: Mapped[int | None] = _ref("stage.id")
    to_stage_id: Mapped[int] = _ref("stage.id")
    at: Mapped[datetime]
    member_id: Mapped[int | None] = _ref("member.id")
    platform: Mapped[str]
    created_at: Mapped[datetime]


# What happened, and what will ------------------------------------------------------------------------------------


class Interaction(Base):
    """Something that happened with a customer. Ref I-. `at` is when it happened, `created_at` when it was logged."""

    __tablename__ = "interaction"
    letter = "I"
    __table_args__ = (
        Index("ix_interaction_contact_id_at", "contact_id", "at"),
        Index("ix_interaction_company_id_at", "company_id", "at"),
        Index("ix_interaction_deal_id_at", "deal_id", "at"),
        Index("ix_interaction_member_id_created_at", "member_id", "created_at"),
        KEPT,
    )
    id: Mapped[int] = _key()
    kind: Mapped[str] = mapped_column(String(10))  # meeting, call, email, visit, demo, message, note
    is_attempt: Mapped[bool] = mapped_column(default=False)
    contact_id: Mapped[int | None] = _ref("contact.id")
    company_id: Mapped[int | None] = _ref("company.id")
    deal_id: Mapped[int | None] = _ref("deal.id")
    member_id: Mapped[int | None] = _ref("member.id")
    text: Mapped[str] = mapped_column(default="")
    place: Mapped[str | None]
    platform: Mapped[str]
    at: Mapped[datetime]
    created_at: Mapped[datetime]


class Participant(Base):
    """A contact that took part in an interaction beside its main contact."""

    __tablename__ = "participant"
    __table_args__ = (UniqueConstraint("interaction_id", "contact_id"),)
    id: Mapped[int] = _key()
    interaction_id: Mapped[int] = _ref("interaction.id")
    contact_id: Mapped[int] = _ref("contact.id", index=True)


class Attachment(Base):
    """A file, photo, voice note, place or card that came with an interaction; the bytes stay on the platform."""

    __tablename__ = "attachment"
    id: Mapped[int] = _key()
    interaction_id: Mapped[int] = _ref("interaction.id", index=True)
    kind: Mapped[str] = mapped_column(String(8))
    data: Mapped[dict[str, Any]] = mapped_column(json_column())


class Reminder(Base):
    """A follow-up. Ref F-.

    For wall-clock times `due_local` and `zone` are the truth and `due_at` is derived; for durations `due_at` is.
    `occurrence_local` is the series' own time, which a snooze does not move. `version` changes when it is moved,
    so that a letter of the old time is not sent. is_waiting: its moment has not come; is_open: neither done nor
    cancelled. A row that could not be made into a letter is tried again after `stuck_until`; `stuck_why` says why.
    """

    __tablename__ = "reminder"
    letter = "F"
    __table_args__ = (
        _partial("ix_reminder_due", "due_at", where="is_waiting"),
        _partial("ix_reminder_open_assignee", "assignee_id", "due_at", where="is_open"),
        _partial("ix_reminder_open_deal", "deal_id", where="is_open"),
        Index("ix_reminder_contact_id", "contact_id"),
        Index("ix_reminder_company_id", "company_id"),
        Index("ix_reminder_deal_id", "deal_id"),
        KEPT,
    )
    id: Mapped[int] = _key()
    title: Mapped[str]
    contact_id: Mapped[int | None] = _ref("contact.id")
    company_id: Mapped[int | None] = _ref("company.id")
    deal_id: Mapped[int | None] = _ref("deal.id")
    interaction_id: Mapped[int | None] = _ref("interaction.id", index=True)
    assignee_id: Mapped[int] = _ref("member.id")
    created_by_id: Mapped[int | None] = _ref("member.id")
    due_local: Mapped[datetime] = mapped_column(WallTime)
    occurrence_local: Mapped[datetime] = mapped_column(WallTime)
    fold: Mapped[int] = mapped_column(default=0)
    zone: Mapped[str]
    due_at: Mapped[datetime]
    is_duration: Mapped[bool] = mapped_column(default=False)
    granularity: Mapped[str] = mapped_column(String(8), default="minute")
    typed: Mapped[str] = mapped_column(default="")
    rings: Mapped[bool] = mapped_column(default=False)  # a typed clock time or duration rings in quiet hours
    nag: Mapped[bool] = mapped_column(default=False)
    rule: Mapped[str | None]  # RRULE of the series
    series_id: Mapped[int | None] = _ref("reminder.id", index=True, cascade=True)  # the first occurrence
    state: Mapped[str] = mapped_column(String(9), default="scheduled")  # scheduled, due, done, cancelled
    is_waiting: Mapped[bool] = mapped_column(default=True)
    is_open: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[str | None]  # what was said when it was done
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[int | None] = _ref("member.id")
    stuck_until: Mapped[datetime | None]
    stuck_why: Mapped[str | None]
    created_at: Mapped[datetime]


# What was said to us, and what we say ------------------------------------------------------------------------------


class Inbox(Base):
    """One message as it came in; stored before it is acknowledged. `reply` is the answer, kept to send it again."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("platform", "account", "event_key"),
        _partial("ix_inbox_pending", "received_at", where="is_pending"),
        _partial("ix_inbox_unanswered", "done_at", where="is_unanswered"),
        _partial("ix_inbox_incident", "received_at", where="incident is not null"),
        Index("ix_inbox_received_at", "received_at"),
        Index("ix_inbox_chat", "platform", "account", "chat", "message_id"),
        Index("ix_inbox_chat_done_at", "platform", "account", "chat", "done_at"),
    )
    id: Mapped[int] = _key()
    platform: Mapped[str]
    account: Mapped[str]
    event_key: Mapped[str]
    sender: Mapped[str]
    chat: Mapped[str]
    message_id: Mapped[str | None]
    received_at: Mapped[datetime]
    event_at: Mapped[datetime]
    body: Mapped[dict[str, Any]] = mapped_column(json_column())  # Message.to_json(), or {"raw": ...} if unreadable
    state: Mapped[str] = mapped_column(String(7), default="pending")  # pending, done, failed, held
    is_pending: Mapped[bool] = mapped_column(default=True)
    attempts: Mapped[int] = mapped_column(default=0)
    incident: Mapped[str | None]
    member_id: Mapped[int | None] = _ref("member.id")
    operation_id: Mapped[int | None] = mapped_column(BIG)
    reply: Mapped[dict[str, Any] | None] = mapped_column(json_column())
    is_unanswered: Mapped[bool] = mapped_column(default=False)  # there is a reply, and nobody has seen it
    done_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]


class Draft(Base):
    """What could not be applied, kept with its error; with offers it is a question.

    `offers` are buttons ({label, command}); a typed answer that is wholly an `expects` takes the place of the
    characters `start` to `end` of `text`.
    """

    __tablename__ = "draft"
    __table_args__ = (
        _partial("ix_draft_open", "member_id", "created_at", where="is_open"),
        Index("ix_draft_inbox_id", "inbox_id"),
        KEPT,
    )
    id: Mapped[int] = _key()
    member_id: Mapped[int] = _ref("member.id")
    platform: Mapped[str]
    chat: Mapped[str]
    text: Mapped[str]
    error: Mapped[str]
    offers: Mapped[list[dict[str, str]]] = mapped_column(json_column(), default=list)
    expects: Mapped[str | None]  # date, name, amount, stage, text
    start: Mapped[int | None]
    end: Mapped[int | None]
    inbox_id: Mapped[int | None] = mapped_column(BIG)
    is_open: Mapped[bool] = mapped_column(default=True)
    closed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Operation(Base):
    """One line that wrote something: one undo. An undo is an operation too, and undoing it is the redo."""

    __tablename__ = "operation"
    __table_args__ = (Index("ix_operation_member_id_at", "member_id", "at"), KEPT)
    id: Mapped[int] = _key()
    member_id: Mapped[int | None] = _ref("member.id")
    platform: Mapped[str]
    chat: Mapped[str | None]
    kind: Mapped[str] = mapped_column(String(8))  # line, undo, redo, system
    line: Mapped[str]
    line_key: Mapped[str]  # folded, for the repeat guard
    inbox_id: Mapped[int | None] = mapped_column(BIG)
    undoes_id: Mapped[int | None] = _ref("operation.id")
    undone_by_id: Mapped[int | None] = mapped_column(BIG)
    at: Mapped[datetime]


class Change(Base):
    """The audit: a whole row before and after. Ref A-. Powers undo and history; `seal` chains the hashes."""

    __tablename__ = "change"
    letter = "A"
    __table_args__ = (
        Index("ix_change_operation_id", "operation_id"),
        Index("ix_change_row", "table_name", "row_id"),
        _partial("ix_change_unsealed", "id", where="seal is null"),
        KEPT,
    )
    id: Mapped[int] = _key()
    operation_id: Mapped[int | None] = _ref("operation.id")
    table_name: Mapped[str]
    row_id: Mapped[int] = mapped_column(BIG)
    action: Mapped[str] = mapped_column(String(6))  # insert, update, delete
    old: Mapped[dict[str, Any] | None] = mapped_column(json_column())
    new: Mapped[dict[str, Any] | None] = mapped_column(json_column())
    member_id: Mapped[int | None] = mapped_column(BIG)
    platform: Mapped[str | None]
    chat: Mapped[str | None]
    at: Mapped[datetime]
    seal: Mapped[str | None]


class Destination(Base):
    """A chat that letters go to, in order (database time).

    next_send_at: when to look here again, NULL when nothing waits. free_at: nothing may go before it, whatever is
    written meanwhile: a letter is in flight, the platform asked to wait, or the chat had one a moment ago.
    """

    __tablename__ = "destination"
    __table_args__ = (
        Index(
            "uq_destination_address",
            "platform",
            "account",
            "chat",
            func.coalesce(text("thread"), text("''")),
            unique=True,
        ),
        _partial("ix_destination_next", "platform", "next_send_at", where="next_send_at is not null"),
    )
    id: Mapped[int] = _key()
    platform: Mapped[str]
    account: Mapped[str]
    chat: Mapped[str]
    thread: Mapped[str | None]
    member_id: Mapped[int | None] = _ref("member.id", index=True)
    next_send_at: Mapped[datetime | None]
    free_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_reason: Mapped[str | None]


class Letter(Base):
    """A message of ours to somebody who did not just ask. Ref L-. `body` is a Reply.

    state: planned, leased, sending, deferred, sent, failed, held, cancelled, expired. is_open: still to be sent.
    uncertain is sticky: once a send may have been seen, every further send says so. No destination: its member has
    no chat yet, so it waits. rings: it goes out in quiet hours too.
    """

    __tablename__ = "letter"
    letter = "L"
    __table_args__ = (
        UniqueConstraint("dedupe_key"),
        _partial("ix_letter_open", "destination_id", "id", where="is_open"),
        Index("ix_letter_member_id_planned_at", "member_id", "planned_at"),
        Index("ix_letter_reminder_id", "reminder_id"),
        Index("ix_letter_deal_id", "deal_id"),
        _partial("ix_letter_troubled", "state", where="state in ('failed', 'held')"),
        KEPT,
    )
    id: Mapped[int] = _key()
    kind: Mapped[str] = mapped_column(String(8))  # reminder, nudge, agenda, answer, notice, digest, edit
    dedupe_key: Mapped[str]
    destination_id: Mapped[int | None] = _ref("destination.id")
    member_id: Mapped[int | None] = _ref("member.id")
    reminder_id: Mapped[int | None] = _ref("reminder.id", forgets=True)
    reminder_version: Mapped[int | None]
    deal_id: Mapped[int | None] = _ref("deal.id", forgets=True)
    rings: Mapped[bool] = mapped_column(default=True)
    body: Mapped[dict[str, Any]] = mapped_column(json_column())  # of a follow-up: written when it is sent
    edits: Mapped[dict[str, Any] | None] = mapped_column(json_column())  # the Sent that kind `edit` rewrites
    state: Mapped[str] = mapped_column(String(9), default="planned")
    is_open: Mapped[bool] = mapped_column(default=True)
    due_at: Mapped[datetime]  # when it was promised (for one that does not ring: the end of quiet hours)
    planned_at: Mapped[datetime]
    not_before: Mapped[datetime]  # backoff, quiet hours
    expires_at: Mapped[datetime | None]
    leased_until: Mapped[datetime | None]
    lease_token: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    deaths: Mapped[int] = mapped_column(default=0)  # times a process died while sending it
    uncertain: Mapped[bool] = mapped_column(default=False)
    tried_at: Mapped[datetime | None]  # first
    sent_at: Mapped[datetime | None]
    last_class: Mapped[str | None]
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]


class Posting(Base):
    """A message of ours as the platform shows it: what a reply to it is about, and what can be edited."""

    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("platform", "account", "chat", "message_id"),
        Index("ix_posting_letter_id", "letter_id"),
        Index("ix_posting_reminder_id", "reminder_id"),
        Index("ix_posting_chat_at", "platform", "account", "chat", "at"),
    )
    id: Mapped[int] = _key()
    platform: Mapped[str]
    account: Mapped[str]
    chat: Mapped[str]
    thread: Mapped[str | None]
    message_id: Mapped[str]
    inbox_id: Mapped[int | None] = mapped_column(BIG)
    letter_id: Mapped[int | None] = _ref("letter.id", forgets=True)
    reminder_id: Mapped[int | None] = _ref("reminder.id", forgets=True)
    refs: Mapped[list[str]] = mapped_column(json_column(), default=list)
    at: Mapped[datetime]


# Searching: derived from the tables above, and rebuilt from them (storage/indexing.py) -----------------------------


class SearchDocument(Base):
    """What a contact, a company or a deal is found by: folded words, on four lines (storage/documents.py)."""

    __tablename__ = "search_document"
    id: Mapped[int] = mapped_column(BIG, primary_key=True, autoincrement=False)
    text: Mapped[str]


class SearchWord(Base):
    """A word of a name beside each of its one-letter deletions: where slips are mended (storage/vocabulary.py)."""

    __tablename__ = "search_word"
    __table_args__ = CLUSTERED
    deletion: Mapped[str] = mapped_column(PLAIN, primary_key=True)
    word: Mapped[str] = mapped_column(PLAIN, primary_key=True)


# The house ------------------------------------------------------------------------------------------------------


class CompanySetting(Base):
    """What this company decided, by name."""

    __tablename__ = "company_setting"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(json_column())


class Lease(Base):
    """Who does a job that only one process may do, or when something last ran (database time)."""

    __tablename__ = "lease"
    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]
