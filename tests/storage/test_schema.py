"""The schema is what the models say, comes up to date once, and never steps back."""

import asyncio
import re
import warnings
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from storage import defaults, members, schema
from storage.database import Database, Session
from storage.errors import StoreError, StoreIsNewer, StoreUnreachable
from storage.migrations import compared
from storage.models import Base, Pipeline, Stage
from tests.databases import NOW, ZONE


async def prepare(database: Database) -> bool:
    return await schema.prepare(database, language="en", zone=ZONE, now=NOW)


@pytest.fixture
async def empty(empty_database_url: str) -> Any:
    database = Database(empty_database_url)
    yield database
    await database.close()


@pytest.fixture
async def migrated(empty_database_url: str) -> Any:
    """A store that went through every migration."""
    database = Database(empty_database_url)
    await database.write(schema.upgrade)
    yield database
    await database.close()


async def test_the_migrations_make_what_the_models_say(migrated: Database) -> None:
    def differences(session: Session) -> list[Any]:
        context = MigrationContext.configure(session.connection(), opts=compared.OPTIONS)
        found: list[Any] = compare_metadata(context, Base.metadata)
        return found

    with warnings.catch_warnings():
        # SQLite cannot show an index over an expression; the next test looks at those.
        warnings.filterwarnings("ignore", message=".*expression-based index")
        assert await migrated.read(differences) == []


# Everything a database can say of itself, as sorted lines.
DESCRIPTIONS = {
    "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_master",
    "postgresql": """
        SELECT 'column', table_name, column_name, data_type, is_nullable, column_default, collation_name,
            character_maximum_length, is_identity
        FROM information_schema.columns WHERE table_schema = 'public'
        UNION ALL SELECT 'index', tablename, indexname, indexdef, '', '', '', 0, ''
        FROM pg_indexes WHERE schemaname = 'public'
        UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '', '', 0, ''
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    """,
}


async def test_a_store_made_at_once_is_what_the_migrations_make(database: Database, migrated: Database) -> None:
    def describe(session: Session) -> list[list[str]]:
        rows = session.execute(sa.text(DESCRIPTIONS[database.dialect]))
        return sorted([_plain(str(value)) for value in row] for row in rows)

    assert await database.read(describe) == await migrated.read(describe)


def _plain(text: str) -> str:
    """Leave out what does not count: quotes, and the order of a table's columns and constraints."""
    parts = (part.strip(' \t)"').replace('"', "") for part in re.split(r"[,\n]", text))
    return "\n".join(sorted(filter(None, parts)))


async def test_a_new_store_has_a_pipeline_and_somebody_to_talk_to(database: Database) -> None:
    def look(session: Session) -> tuple[list[str], list[str]]:
        stages = session.scalars(sa.select(Stage.name).join(Pipeline).order_by(Stage.position))
        return list(stages), members.names(session)

    stages, names = await database.read(look)
    assert stages == ["Lead", "Qualified", "Proposal", "Negotiation", "Won", "Lost"]
    assert names == ["Admin"]


async def test_an_empty_store_is_migrated_once(empty: Database) -> None:
    assert await prepare(empty)
    assert not await prepare(empty)
    assert not await schema.is_old(empty)


async def test_many_may_begin_at_once(empty_database_url: str) -> None:
    databases = [Database(empty_database_url) for _ in range(4)]
    try:
        did = await asyncio.gather(*map(prepare, databases))
        assert sorted(did) == [False, False, False, True]
        assert await databases[0].read(members.names) == ["Admin"]
    finally:
        await asyncio.gather(*(database.close() for database in databases))


async def test_foreign_keys_hold_again_after_a_migration(empty: Database) -> None:
    await prepare(empty)
    broken = sa.text(
        "INSERT INTO stage_change (id, deal_id, to_stage_id, at, platform, created_at) VALUES (1, 999, 999, :now, 'x', :now)"
    )
    with pytest.raises(sa.exc.IntegrityError):
        await empty.write(lambda session: session.execute(broken, {"now": NOW.replace(tzinfo=None)}))


async def test_a_newer_store_is_left_alone(database: Database) -> None:
    await database.write(lambda session: session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'")))
    with pytest.raises(StoreIsNewer, match=r"has schema 9999.*newer Recado"):
        await prepare(database)


async def test_tables_of_somebody_else_are_left_alone(empty: Database) -> None:
    await empty.write(lambda session: session.execute(sa.text("CREATE TABLE contact (id integer)")))
    with pytest.raises(StoreError, match="a table “contact” that Recado did not make"):
        await prepare(empty)


async def test_an_older_store_is_brought_up_with_all_that_is_in_it(empty: Database) -> None:
    def as_it_was(session: Session) -> None:
        schema.upgrade(session, to=schema.KNOWN[0])
        defaults.ensure(session, language="en", zone=ZONE, now=NOW)

    await empty.write(as_it_was)
    assert await schema.is_old(empty)
    assert await prepare(empty)
    assert not await schema.is_old(empty)
    assert await empty.read(members.names) == ["Admin"]
    assert await empty.read(schema.version) == schema.HEAD


async def test_a_migration_that_fails_leaves_no_trace(empty: Database) -> None:
    def half(session: Session) -> None:
        schema.upgrade(session)
        raise ValueError("the power went")

    with pytest.raises(ValueError, match="the power went"):
        await empty.write(half)
    assert await empty.read(schema.version) is None
    assert await prepare(empty)


async def test_a_file_that_is_no_database_is_named_as_such(tmp_path: Any) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear Ana, " * 1000, encoding="utf-8")
    database = Database(f"sqlite:///{path}")
    with pytest.raises(StoreUnreachable, match="file is not a database"):
        await prepare(database)
    await database.close()
