"""Tables."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def where(sqlite: str, postgresql: str) -> dict[str, Any]:
    """Return the condition of a partial index, as each database writes it."""
    return {"sqlite_where": sa.text(sqlite), "postgresql_where": sa.text(postgresql)}


def upgrade() -> None:  # noqa: PLR0915 - one statement for each table
    op.create_table(
        "company_setting",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", JSON, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_company_setting")),
    )
    op.create_table(
        "field",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("subject", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("type", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field")),
        sa.UniqueConstraint("subject", "name", name=op.f("uq_field_subject_name")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "pipeline",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline")),
        sa.UniqueConstraint("name", name=op.f("uq_pipeline_name")),
    )
    op.create_table(
        "redirect",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("from_ref", sa.String(), nullable=False),
        sa.Column("to_ref", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redirect")),
        sa.UniqueConstraint("from_ref", name=op.f("uq_redirect_from_ref")),
    )
    op.create_index("ix_redirect_to_ref", "redirect", ["to_ref"])
    op.create_table(
        "search_document",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_document")),
    )
    op.create_table(
        "search_word",
        sa.Column("deletion", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.Column("word", sa.String().with_variant(sa.String(collation="C"), "postgresql"), nullable=False),
        sa.PrimaryKeyConstraint("deletion", "word", name=op.f("pk_search_word")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stranger",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tries_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stranger")),
        sa.UniqueConstraint("platform", "account", "user", name=op.f("uq_stranger_platform_account_user")),
    )
    op.create_table(
        "tag",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("name_key", name=op.f("uq_tag_name_key")),
    )
    op.create_table(
        "team",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
    )
    op.create_table(
        "member",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("team_id", BIG, nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("default_time", sa.String(length=5), nullable=False),
        sa.Column("quiet_start", sa.String(length=5), nullable=False),
        sa.Column("quiet_end", sa.String(length=5), nullable=False),
        sa.Column("quiet_days", JSON, nullable=False),
        sa.Column("digest_time", sa.String(length=5), nullable=False),
        sa.Column("preferred_platform", sa.String(), nullable=True),
        sa.Column("preferences", JSON, nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_member_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint("name_key", name=op.f("uq_member_name_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "stage",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("pipeline_id", BIG, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("names", JSON, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("probability", sa.Integer(), nullable=False),
        sa.Column("max_age", sa.Integer(), nullable=True),
        sa.Column("outcome", sa.String(length=4), nullable=False),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipeline.id"], name=op.f("fk_stage_pipeline_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage")),
        sa.UniqueConstraint("pipeline_id", "name", name=op.f("uq_stage_pipeline_id_name")),
    )
    op.create_table(
        "company",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("twin", sa.Integer(), nullable=False),
        sa.Column("owner_id", BIG, nullable=True),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["member.id"], name=op.f("fk_company_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_company_owner_id"), "company", ["owner_id"])
    op.create_index("uq_company_name_key", "company", ["name_key", "twin"], unique=True)
    op.create_table(
        "destination",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("member_id", BIG, nullable=True),
        sa.Column("next_send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_destination_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_destination")),
    )
    op.create_index(op.f("ix_destination_member_id"), "destination", ["member_id"])
    op.create_index(
        "ix_destination_next",
        "destination",
        ["platform", "next_send_at"],
        **where("next_send_at is not null", "next_send_at is not null"),
    )
    op.create_index(
        "uq_destination_address",
        "destination",
        ["platform", "account", "chat", sa.literal_column("coalesce(thread, '')")],
        unique=True,
    )
    op.create_table(
        "draft",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("offers", JSON, nullable=False),
        sa.Column("expects", sa.String(), nullable=True),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("inbox_id", BIG, nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_draft_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_draft_inbox_id", "draft", ["inbox_id"])
    op.create_index("ix_draft_open", "draft", ["member_id", "created_at"], **where("is_open = 1", "is_open"))
    op.create_table(
        "identity",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("user", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_identity_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("platform", "account", "user", name=op.f("uq_identity_platform_account_user")),
    )
    op.create_index(op.f("ix_identity_member_id"), "identity", ["member_id"])
    op.create_table(
        "inbox",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("event_key", sa.String(), nullable=False),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("state", sa.String(length=7), nullable=False),
        sa.Column("is_pending", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("incident", sa.String(), nullable=True),
        sa.Column("member_id", BIG, nullable=True),
        sa.Column("operation_id", BIG, nullable=True),
        sa.Column("reply", JSON, nullable=True),
        sa.Column("is_unanswered", sa.Boolean(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_inbox_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("platform", "account", "event_key", name=op.f("uq_inbox_platform_account_event_key")),
    )
    op.create_index("ix_inbox_chat", "inbox", ["platform", "account", "chat", "message_id"])
    op.create_index("ix_inbox_chat_done_at", "inbox", ["platform", "account", "chat", "done_at"])
    op.create_index(
        "ix_inbox_incident", "inbox", ["received_at"], **where("incident is not null", "incident is not null")
    )
    op.create_index("ix_inbox_pending", "inbox", ["received_at"], **where("is_pending = 1", "is_pending"))
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"])
    op.create_index("ix_inbox_unanswered", "inbox", ["done_at"], **where("is_unanswered = 1", "is_unanswered"))
    op.create_table(
        "invite",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_invite_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invite_code_hash")),
    )
    op.create_table(
        "operation",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("member_id", BIG, nullable=True),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("line", sa.String(), nullable=False),
        sa.Column("line_key", sa.String(), nullable=False),
        sa.Column("inbox_id", BIG, nullable=True),
        sa.Column("undoes_id", BIG, nullable=True),
        sa.Column("undone_by_id", BIG, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_operation_member_id")),
        sa.ForeignKeyConstraint(["undoes_id"], ["operation.id"], name=op.f("fk_operation_undoes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_operation_member_id_at", "operation", ["member_id", "at"])
    op.create_table(
        "change",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("operation_id", BIG, nullable=True),
        sa.Column("table_name", sa.String(), nullable=False),
        sa.Column("row_id", BIG, nullable=False),
        sa.Column("action", sa.String(length=6), nullable=False),
        sa.Column("old", JSON, nullable=True),
        sa.Column("new", JSON, nullable=True),
        sa.Column("member_id", BIG, nullable=True),
        sa.Column("platform", sa.String(), nullable=True),
        sa.Column("chat", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["operation_id"], ["operation.id"], name=op.f("fk_change_operation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_change_operation_id", "change", ["operation_id"])
    op.create_index("ix_change_row", "change", ["table_name", "row_id"])
    op.create_index("ix_change_unsealed", "change", ["id"], **where("seal is null", "seal is null"))
    op.create_table(
        "contact",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", sa.String(), nullable=False),
        sa.Column("twin", sa.Integer(), nullable=False),
        sa.Column("company_id", BIG, nullable=True),
        sa.Column("owner_id", BIG, nullable=True),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_contact_company_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["member.id"], name=op.f("fk_contact_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_contact_company_id"), "contact", ["company_id"])
    op.create_index("ix_contact_name_key", "contact", ["name_key"])
    op.create_index(op.f("ix_contact_owner_id"), "contact", ["owner_id"])
    op.create_index(
        "uq_contact_name", "contact", [sa.literal_column("coalesce(company_id, 0)"), "name_key", "twin"], unique=True
    )
    op.create_table(
        "alias",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("member_id", BIG, nullable=False),
        sa.Column("alias_key", sa.String(), nullable=False),
        sa.Column("contact_id", BIG, nullable=True),
        sa.Column("company_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_alias_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_alias_contact_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_alias_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alias")),
        sa.UniqueConstraint("member_id", "alias_key", name=op.f("uq_alias_member_id_alias_key")),
    )
    op.create_index(op.f("ix_alias_company_id"), "alias", ["company_id"])
    op.create_index(op.f("ix_alias_contact_id"), "alias", ["contact_id"])
    op.create_table(
        "contact_key",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("match_key", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_key_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_key")),
        sa.UniqueConstraint("kind", "match_key", name=op.f("uq_contact_key_kind_match_key")),
    )
    op.create_index(op.f("ix_contact_key_contact_id"), "contact_key", ["contact_id"])
    op.create_table(
        "deal",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("contact_id", BIG, nullable=True),
        sa.Column("company_id", BIG, nullable=True),
        sa.Column("owner_id", BIG, nullable=True),
        sa.Column("pipeline_id", BIG, nullable=False),
        sa.Column("stage_id", BIG, nullable=False),
        sa.Column("stage_entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value_minor", sa.BigInteger(), nullable=True),
        sa.Column("value_currency", sa.String(length=3), nullable=True),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lost_reason", sa.String(), nullable=True),
        sa.Column("expected_close", sa.String(length=10), nullable=True),
        sa.Column("held_until", sa.String(length=10), nullable=True),
        sa.Column("held_reason", sa.String(), nullable=True),
        sa.Column("touched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_deal_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_deal_contact_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["member.id"], name=op.f("fk_deal_owner_id")),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipeline.id"], name=op.f("fk_deal_pipeline_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_deal_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_deal_company_id", "deal", ["company_id"])
    op.create_index("ix_deal_contact_id", "deal", ["contact_id"])
    op.create_index("ix_deal_open_company", "deal", ["company_id"], **where("is_open = 1", "is_open"))
    op.create_index("ix_deal_open_contact", "deal", ["contact_id"], **where("is_open = 1", "is_open"))
    op.create_index("ix_deal_open_owner", "deal", ["owner_id", "stage_id"], **where("is_open = 1", "is_open"))
    op.create_table(
        "tagging",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("tag_id", BIG, nullable=False),
        sa.Column("contact_id", BIG, nullable=True),
        sa.Column("company_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_tagging_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_tagging_contact_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_tagging_tag_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tagging")),
        sa.UniqueConstraint("tag_id", "company_id", name=op.f("uq_tagging_tag_id_company_id")),
        sa.UniqueConstraint("tag_id", "contact_id", name=op.f("uq_tagging_tag_id_contact_id")),
    )
    op.create_index(op.f("ix_tagging_company_id"), "tagging", ["company_id"])
    op.create_index(op.f("ix_tagging_contact_id"), "tagging", ["contact_id"])
    op.create_table(
        "interaction",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("is_attempt", sa.Boolean(), nullable=False),
        sa.Column("contact_id", BIG, nullable=True),
        sa.Column("company_id", BIG, nullable=True),
        sa.Column("deal_id", BIG, nullable=True),
        sa.Column("member_id", BIG, nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_interaction_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_interaction_contact_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_interaction_deal_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_interaction_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_interaction_company_id_at", "interaction", ["company_id", "at"])
    op.create_index("ix_interaction_contact_id_at", "interaction", ["contact_id", "at"])
    op.create_index("ix_interaction_deal_id_at", "interaction", ["deal_id", "at"])
    op.create_index("ix_interaction_member_id_created_at", "interaction", ["member_id", "created_at"])
    op.create_table(
        "stage_change",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("deal_id", BIG, nullable=False),
        sa.Column("from_stage_id", BIG, nullable=True),
        sa.Column("to_stage_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("member_id", BIG, nullable=True),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_stage_change_deal_id")),
        sa.ForeignKeyConstraint(["from_stage_id"], ["stage.id"], name=op.f("fk_stage_change_from_stage_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_stage_change_member_id")),
        sa.ForeignKeyConstraint(["to_stage_id"], ["stage.id"], name=op.f("fk_stage_change_to_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage_change")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_stage_change_deal_id"), "stage_change", ["deal_id"])
    op.create_table(
        "attachment",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("interaction_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("data", JSON, nullable=False),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_attachment_interaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    op.create_index(op.f("ix_attachment_interaction_id"), "attachment", ["interaction_id"])
    op.create_table(
        "participant",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("interaction_id", BIG, nullable=False),
        sa.Column("contact_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_participant_contact_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_participant_interaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participant")),
        sa.UniqueConstraint("interaction_id", "contact_id", name=op.f("uq_participant_interaction_id_contact_id")),
    )
    op.create_index(op.f("ix_participant_contact_id"), "participant", ["contact_id"])
    op.create_table(
        "reminder",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("contact_id", BIG, nullable=True),
        sa.Column("company_id", BIG, nullable=True),
        sa.Column("deal_id", BIG, nullable=True),
        sa.Column("interaction_id", BIG, nullable=True),
        sa.Column("assignee_id", BIG, nullable=False),
        sa.Column("created_by_id", BIG, nullable=True),
        sa.Column("due_local", sa.DateTime(), nullable=False),
        sa.Column("occurrence_local", sa.DateTime(), nullable=False),
        sa.Column("fold", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_duration", sa.Boolean(), nullable=False),
        sa.Column("granularity", sa.String(length=8), nullable=False),
        sa.Column("typed", sa.String(), nullable=False),
        sa.Column("rings", sa.Boolean(), nullable=False),
        sa.Column("nag", sa.Boolean(), nullable=False),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("series_id", BIG, nullable=True),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("is_waiting", sa.Boolean(), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", BIG, nullable=True),
        sa.Column("stuck_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stuck_why", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assignee_id"], ["member.id"], name=op.f("fk_reminder_assignee_id")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_reminder_company_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_reminder_contact_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["member.id"], name=op.f("fk_reminder_created_by_id")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_reminder_deal_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["member.id"], name=op.f("fk_reminder_done_by_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_reminder_interaction_id")),
        sa.ForeignKeyConstraint(["series_id"], ["reminder.id"], name=op.f("fk_reminder_series_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reminder_company_id", "reminder", ["company_id"])
    op.create_index("ix_reminder_contact_id", "reminder", ["contact_id"])
    op.create_index("ix_reminder_deal_id", "reminder", ["deal_id"])
    op.create_index("ix_reminder_due", "reminder", ["due_at"], **where("is_waiting = 1", "is_waiting"))
    op.create_index(op.f("ix_reminder_interaction_id"), "reminder", ["interaction_id"])
    op.create_index(
        "ix_reminder_open_assignee", "reminder", ["assignee_id", "due_at"], **where("is_open = 1", "is_open")
    )
    op.create_index("ix_reminder_open_deal", "reminder", ["deal_id"], **where("is_open = 1", "is_open"))
    op.create_index(op.f("ix_reminder_series_id"), "reminder", ["series_id"])
    op.create_table(
        "letter",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("destination_id", BIG, nullable=True),
        sa.Column("member_id", BIG, nullable=True),
        sa.Column("reminder_id", BIG, nullable=True),
        sa.Column("reminder_version", sa.Integer(), nullable=True),
        sa.Column("deal_id", BIG, nullable=True),
        sa.Column("rings", sa.Boolean(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("edits", JSON, nullable=True),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_token", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("uncertain", sa.Boolean(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_class", sa.String(), nullable=True),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_letter_deal_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["destination_id"], ["destination.id"], name=op.f("fk_letter_destination_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_letter_member_id")),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["reminder.id"], name=op.f("fk_letter_reminder_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_letter_dedupe_key")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_letter_deal_id", "letter", ["deal_id"])
    op.create_index("ix_letter_member_id_planned_at", "letter", ["member_id", "planned_at"])
    op.create_index("ix_letter_open", "letter", ["destination_id", "id"], **where("is_open = 1", "is_open"))
    op.create_index("ix_letter_reminder_id", "letter", ["reminder_id"])
    op.create_index(
        "ix_letter_troubled", "letter", ["state"], **where("state in ('failed', 'held')", "state in ('failed', 'held')")
    )
    op.create_table(
        "posting",
        sa.Column("id", BIG, sa.Identity(always=False), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("thread", sa.String(), nullable=True),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("inbox_id", BIG, nullable=True),
        sa.Column("letter_id", BIG, nullable=True),
        sa.Column("reminder_id", BIG, nullable=True),
        sa.Column("refs", JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_posting_letter_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["reminder_id"], ["reminder.id"], name=op.f("fk_posting_reminder_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.UniqueConstraint(
            "platform", "account", "chat", "message_id", name=op.f("uq_posting_platform_account_chat_message_id")
        ),
    )
    op.create_index("ix_posting_chat_at", "posting", ["platform", "account", "chat", "at"])
    op.create_index("ix_posting_letter_id", "posting", ["letter_id"])
    op.create_index("ix_posting_reminder_id", "posting", ["reminder_id"])
    # ### end Alembic commands ###
