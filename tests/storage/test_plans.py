"""No question that people's lines ask reads a whole table that grows: the plans of both databases say so."""

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from scheduler import reminders
from storage.database import Session
from tests.world import Person, World

GROWING = ("contact", "interaction", "reminder", "letter", "contact_key", "inbox", "company", "deal", "change")
LINES = (
    "met Ana Souza, Acme: wants 40 seats #hot $12k >proposal !in 1min send quote",
    "called Ana Souza: asked for a discount",
    "called +55 11 98888-7777 no answer !tomorrow",
    "emailed ana@acme.com: the quote",
    "find acme",
    "Ana Souza",
    "timeline ana souza",
    "timeline D-1",
    "timeline acme",
    "D-1",
    "today",
    "late",
    "next 7d",
    "pipe",
    "pipe >proposal",
    "inbox",
    "done",
    "undo",
    "redo",
    "undo I-1",
)

Asked = list[tuple[str, Any]]


async def _asked(world: World, carla: Person) -> Asked:
    """Return every statement that a day of work sends to the database, with its parameters."""
    asked: Asked = []

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE")) and not many:
            asked.append((statement, parameters))

    engines = {world.database.engine, world.database.reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        for line in LINES:
            await carla.says(line)
            if line.startswith("next"):
                world.clock.advance(minutes=2)
                await reminders.deliver_due(world.database, world.clock())
        await world.dispatcher.recover(["chat"])
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
    return asked


async def test_no_growing_table_is_read_whole(world: World, carla: Person) -> None:
    asked = await _asked(world, carla)
    assert len(asked) > 100
    look = _scans_on_sqlite if world.database.dialect == "sqlite" else _scans_on_postgresql
    found = await world.database.read(lambda session: [scan for each in asked for scan in look(session, *each)])
    assert not found, "\n".join(found)


def _scans_on_sqlite(session: Session, statement: str, parameters: Any) -> list[str]:
    rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    return [f"{row.detail}: {statement}" for row in rows if _is_scan(row.detail)]


def _is_scan(detail: str) -> bool:
    """A scan of a partial index reads only the few rows it holds."""
    match = re.match(r"SCAN (\w+)", detail)
    return match is not None and match[1] in GROWING and "_open" not in detail and "_pending" not in detail


def _scans_on_postgresql(session: Session, statement: str, parameters: Any) -> list[str]:
    """An empty table is always read whole; so ask what it would do if it could help it."""
    session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    rows = session.connection().exec_driver_sql(f"EXPLAIN {statement}", parameters)
    plan = [str(row[0]) for row in rows]
    return [f"{line.strip()}: {statement}" for line in plan for name in GROWING if f"Seq Scan on {name} " in f"{line} "]
