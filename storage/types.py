"""Column types that keep what they promise, and Money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in integer minor units (cents, or none for JPY) of an ISO 4217 currency."""

    minor: int
    currency: str


class Instant(TypeDecorator[datetime]):
    """A moment in time: aware, UTC. Refuses naive values, so a wall clock can never be stored as an instant."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant must be aware")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WallTime(TypeDecorator[datetime]):
    """What the clock on a wall shows: naive; the zone stands in a column beside it."""

    impl = DateTime(timezone=False)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is not None and value.tzinfo is not None:
            raise ValueError("a wall time must be naive")
        return value


def json_column() -> JSON:
    """Return the JSON type: text on SQLite, JSONB on PostgreSQL. None is stored as SQL NULL."""
    return JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


Json = dict[str, Any]
