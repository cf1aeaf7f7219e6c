"""T7: many processes on one PostgreSQL tell what is due. Each of them something, nobody anything twice."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest

from tests import children
from tests.kills.claiming import GATE, PLATFORM, work, work_naively
from tests.kills.service import Service

WORKERS = 8
ROWS = 1000
LONG = 20_000
PEOPLE = 400  # a claim takes fifty chats
DEADLINE_S = 600.0

pytestmark = pytest.mark.parametrize("dialect", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)


async def test_workers_tell_everything_once(service: Service) -> None:
    told_by = await tell(service, ROWS, work)
    assert_once(told_by, ROWS)


@pytest.mark.long
async def test_workers_tell_very_much_once(service: Service) -> None:
    assert_once(await tell(service, LONG, work), LONG)


async def test_naive_workers_are_caught(service: Service) -> None:
    """What the test above does not see in our claim, it sees in one that selects and then marks."""
    told = sum(await tell(service, ROWS, work_naively), Counter[str]())
    assert len(told) == ROWS
    assert told.total() > ROWS, "the naive claim told nothing twice: the workers never met"


def assert_once(told_by: list[Counter[str]], rows: int) -> None:
    told = sum(told_by, Counter[str]())
    assert [title for title, count in told.items() if count > 1] == [], "told twice"
    assert len(told) == rows, "not told at all"
    assert all(told_by), "a worker had nothing to do, so this tried less than it says"


async def tell(service: Service, rows: int, program: Callable[[str], None]) -> list[Counter[str]]:
    """Let all workers begin at the same moment; return what each has told."""
    people = await service.hires(PLATFORM, [str(number) for number in range(PEOPLE)])
    titles = [f"Row {number}." for number in range(rows)]
    await service.books([people[n % PEOPLE] for n in range(rows)], titles, [datetime.now(UTC)] * rows)
    folders = [service.folder / f"worker-{number}" for number in range(WORKERS)]
    async with await psycopg.AsyncConnection.connect(service.database_url, autocommit=True) as gate:
        await gate.execute("SELECT pg_advisory_lock(%s)", [GATE])
        workers = [children.start(program, folder, service.environment, service.database_url) for folder in folders]
        while await waiting(gate) < WORKERS:
            assert await workers[-1].lives_for(0.02), workers[-1].log
    assert await asyncio.gather(*(worker.ends(DEADLINE_S) for worker in workers)) == [0] * WORKERS
    return [Counter(re.findall(r"Row \d+\.", worker.said)) for worker in workers]


async def waiting(gate: psycopg.AsyncConnection) -> int:
    query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    row = await (await gate.execute(query)).fetchone()
    return row[0] if row else 0
