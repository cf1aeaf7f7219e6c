"""A migrated store for each test, on both databases: made once, then copied."""

import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage import schema
from storage.database import Database
from tests.postgres import PostgresServer

# The clock of the language's examples: Tue 24 Nov 2026, 14:00 in São Paulo.
NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
ZONE = "America/Sao_Paulo"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def dialect(request: pytest.FixtureRequest) -> str:
    """The database that a test is on, each in turn."""
    name: str = request.param
    return name


@pytest.fixture
def database_url(request: pytest.FixtureRequest, dialect: str, tmp_path: Path) -> Iterator[str]:
    """The address of a store of one's own, with the default company in it; nobody is connected to it yet."""
    if dialect == "sqlite":
        path = tmp_path / "recado.sqlite"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database(template=request.getfixturevalue("postgres_template"))
    yield url
    server.drop_database(url)


@pytest.fixture
def empty_database_url(request: pytest.FixtureRequest, dialect: str, tmp_path: Path) -> Iterator[str]:
    """The address of a store without any table."""
    if dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    url = server.create_database()
    yield url
    server.drop_database(url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A migrated store, open."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "recado.sqlite"
    await _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
async def postgres_template(postgres_server: PostgresServer) -> AsyncIterator[str]:
    url = postgres_server.create_database()
    await _migrate(url)
    yield url
    postgres_server.drop_database(url)


async def _migrate(url: str) -> None:
    """Close it too: the last one out moves the log into the file, and PostgreSQL copies no database in use."""
    database = Database(url)
    await schema.prepare(database, language="en", zone=ZONE, now=NOW)
    await database.close()
