"""Where the measurements are made: stores of our own in a folder that goes away, on SQLite and on PostgreSQL."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks import seed
from storage import schema
from storage.database import Database
from tests import postgres

SQLITE, POSTGRESQL = "sqlite", "postgresql"


@dataclass(frozen=True, slots=True)
class Ground:
    """One kind of database, and room for stores on it."""

    kind: str
    folder: Path
    server: postgres.PostgresServer | None = None

    def new(self, name: str) -> str:
        """Return the address of a store that is not there yet."""
        if self.server is not None:
            return self.server.create_database()
        return f"sqlite:///{self.folder / name}.sqlite"

    def copy(self, url: str, name: str) -> str:
        """Return the address of a copy of a store that nobody has open."""
        if self.server is not None:
            return self.server.create_database(template=url)
        path = self.folder / f"{name}.sqlite"
        for suffix in ("", "-wal"):
            source = Path(url.removeprefix("sqlite:///") + suffix)
            if source.exists():
                shutil.copyfile(source, f"{path}{suffix}")
        return f"sqlite:///{path}"

    def remove(self, url: str) -> None:
        if self.server is not None:
            self.server.drop_database(url)
            return
        path = Path(url.removeprefix("sqlite:///"))
        for suffix in ("", "-wal", "-shm", ".lock"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)


@contextlib.contextmanager
def grounds(folder: Path, kinds: list[str]) -> Iterator[list[Ground]]:
    """Make room on each kind; PostgreSQL syncs what it commits, as in earnest."""
    with contextlib.ExitStack() as stack:
        found = [Ground(SQLITE, folder)] if SQLITE in kinds else []
        if POSTGRESQL in kinds:
            found.append(Ground(POSTGRESQL, folder, stack.enter_context(postgres.running(safe=True))))
        yield found


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


async def seeded(ground: Ground, size: int) -> str:
    """Make a store with so many contacts, and return its address."""
    url = ground.new(f"contacts-{size}")
    async with opened(url) as database:
        await schema.prepare(database, language="en", zone="America/Sao_Paulo", now=seed.NOW)
        await database.write(partial(seed.fill, size=size))
    return url
