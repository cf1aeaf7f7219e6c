"""How Alembic compares the tables of `storage/models.py` with a database: for new migrations, and for the test."""

from __future__ import annotations

from typing import Any, Literal

from alembic.autogenerate.api import AutogenContext

from storage import documents
from storage.models import Base
from storage.types import Instant, WallTime

# Our column types as the plain ones they are made of: a migration outlives the code it was made from.
PLAIN = {Instant: "sa.DateTime(timezone=True)", WallTime: "sa.DateTime()"}


def rendered(kind: str, thing: Any, context: AutogenContext) -> str | Literal[False]:
    """Say how a thing is written in a migration; False leaves it to Alembic."""
    del context
    return PLAIN.get(type(thing), False) if kind == "type" else False


def _is_compared(name: str | None, kind: str, parents: Any) -> bool:
    """The tables and indexes of the search are not SQLAlchemy's: each database makes its own."""
    del parents
    return not (kind in {"table", "index"} and (name or "").startswith(documents.OWN))


OPTIONS: dict[str, Any] = {
    "target_metadata": Base.metadata,
    "render_as_batch": True,
    "compare_type": True,
    "render_item": rendered,
    "include_name": _is_compared,
}
