"""The export is the whole store, in fixed words, in a fixed order, as of one moment."""

import asyncio
import io
import json
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from storage import export
from storage.database import Database, Session
from storage.models import Company, Contact, Tag, Tagging
from tests.databases import NOW
from tests.world import Person, World

Json = dict[str, Any]

# What docs/reference/export.md promises; more may come, none may go.
FIELDS = {
    "contacts": "name company emails phones tags owner fields",
    "companies": "name tags",
    "deals": "title contact company value pipeline stage owner status expected_close next_step fields",
    "stage_changes": "deal from to at by platform",
    "interactions": "kind attempt contact with company deal text at by platform",
    "reminders": "title contact deal assignee due_local zone due_at state nag rule",
    "letters": "kind to platform state planned_at sent_at attempts uncertain",
    "members": "name role",
    "drafts": "member text error",
    "changes": "record action old new by platform",
}


async def exported(database: Database) -> Json:
    out = io.StringIO()
    await database.read(partial(export.write, out=out, now=NOW))
    document: Json = json.loads(out.getvalue())
    return document


async def test_a_day_of_work_is_all_there(world: World, carla: Person) -> None:
    await carla.says("met Ana Souza, Acme: wants 40 seats #hot $12k >proposal !fri 10h send quote")
    await carla.says("met Ana Souza, Bob Lima: demo booked")
    await carla.says("note Ana Souza: ana@acme.com +55 11 98888-7777")
    document = await exported(world.database)
    assert list(document) == ["version", "exported_at", *FIELDS]
    assert (document["version"], document["exported_at"]) == (1, "2026-11-24T17:00:00Z")
    ana, company, deal, follow_up = (
        document["contacts"][0],
        document["companies"][0],
        document["deals"][0],
        document["reminders"][0],
    )
    assert ana | {"touched_at": None} == {
        "ref": "P-1",
        "created_at": "2026-11-24T17:00:00Z",
        "name": "Ana Souza",
        "company": "C-1",
        "emails": ["ana@acme.com"],
        "phones": ["+55 11 98888-7777"],
        "tags": ["hot"],
        "owner": "M-2",
        "fields": {},
        "touched_at": None,
    }
    assert (company["ref"], company["name"], company["tags"]) == ("C-1", "Acme", [])
    assert deal["value"] == {"minor": 1200000, "currency": "USD"}
    assert (deal["pipeline"], deal["stage"], deal["status"]) == ("Sales", "Proposal", "open")
    assert (deal["contact"], deal["company"], deal["next_step"]) == ("P-1", "C-1", "F-1")
    assert (follow_up["due_local"], follow_up["zone"], follow_up["due_at"]) == (
        "2026-11-27T10:00:00",
        "America/Sao_Paulo",
        "2026-11-27T13:00:00Z",
    )
    assert (follow_up["assignee"], follow_up["state"], follow_up["nag"], follow_up["rule"]) == (
        "M-2",
        "scheduled",
        False,
        None,
    )
    [change] = document["stage_changes"]
    assert (change["deal"], change["from"], change["to"], change["by"]) == ("D-1", None, "Proposal", "M-2")
    first = document["interactions"][0]
    assert (first["kind"], first["attempt"], first["contact"], first["with"]) == ("meeting", False, "P-1", [])
    assert (first["text"], first["at"], first["by"], first["platform"]) == (
        "wants 40 seats",
        "2026-11-24T17:00:00Z",
        "M-2",
        "chat",
    )


async def test_every_record_has_its_ref_its_time_and_the_promised_fields(world: World, carla: Person) -> None:
    await carla.says("met Ana Souza, Acme: wants 40 seats $12k >proposal !1h send quote")
    await carla.says("met Ana >nostage")
    document = await exported(world.database)
    for name, fields in FIELDS.items():
        for record in document[name]:
            assert {"ref", "created_at", *fields.split()} <= set(record)
            assert record["created_at"].endswith("Z")
        refs = [record["ref"] for record in document[name]]
        assert len(refs) == len(set(refs))
    assert document["drafts"]
    assert {change["record"].partition("-")[0] for change in document["changes"]} >= {"P", "C", "D", "I", "F"}


async def test_every_reference_leads_somewhere(world: World, carla: Person) -> None:
    await carla.says("met Ana Souza, Acme: wants 40 seats #hot $12k >proposal !1h send quote")
    document = await exported(world.database)
    known = {record["ref"] for name in FIELDS for record in document[name]}
    for name in ("contacts", "deals", "stage_changes", "interactions", "reminders", "letters"):
        for record in document[name]:
            for key in ("contact", "company", "deal", "owner", "by", "assignee", "to", "next_step"):
                value = record.get(key)
                assert value is None or value in known or name == "stage_changes"


async def test_who_else_took_part_is_named(world: World, carla: Person) -> None:
    await carla.says("met Ana Souza and Bob Lima: demo")
    [interaction] = (await exported(world.database))["interactions"]
    assert (interaction["contact"], interaction["with"]) == ("P-1", ["P-2"])


async def test_the_same_store_gives_the_same_document(world: World, carla: Person) -> None:
    await carla.says("met Ana Souza, Acme: wants 40 seats #hot #vip $12k >proposal !1h send quote")
    assert await exported(world.database) == await exported(world.database)


@pytest.mark.parametrize("count", [export.BATCH - 1, export.BATCH, 2 * export.BATCH + 1])
async def test_large_tables_come_whole_and_in_order(database: Database, count: int) -> None:
    def fill(session: Session) -> None:
        session.add_all(
            [Company(name="Acme", name_key="acme", twin=0, created_at=NOW), Tag(name="hot", name_key="hot")]
        )
        session.flush()
        rows = [
            {"name": f"Ana {n}", "name_key": f"ana {n}", "twin": 0, "company_id": 1, "fields": {}, "created_at": NOW}
            for n in range(count)
        ]
        session.execute(sa.insert(Contact), rows)
        last = session.scalar(sa.select(sa.func.max(Contact.id)))
        session.add(Tagging(tag_id=1, contact_id=last))

    await database.write(fill)
    contacts = (await exported(database))["contacts"]
    assert [contact["name"] for contact in contacts] == [f"Ana {n}" for n in range(count)]
    assert contacts[-1]["tags"] == ["hot"]
    assert contacts[0]["tags"] == []


async def test_it_is_of_one_moment_though_others_go_on_writing(database: Database) -> None:
    loop, began, may_go_on = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    class Slow(io.StringIO):
        """Waits, once the contacts are written, until somebody has added another."""

        def write(self, text: str) -> int:
            if '"companies"' in text:
                loop.call_soon_threadsafe(began.set)
                asyncio.run_coroutine_threadsafe(may_go_on.wait(), loop).result()
            return super().write(text)

    out = Slow()
    exporting = asyncio.create_task(database.read(partial(export.write, out=out, now=NOW)))
    await began.wait()

    def add(session: Session) -> None:
        session.add(Company(name="Acme", name_key="acme", twin=0, created_at=NOW))

    await database.write(add)
    may_go_on.set()
    await exporting
    assert json.loads(out.getvalue())["companies"] == []
    assert [company["name"] for company in (await exported(database))["companies"]] == ["Acme"]


async def test_a_second_try_begins_the_file_anew(database: Database) -> None:
    out = io.StringIO("half of a first try")
    await database.read(partial(export.write, out=out, now=NOW))
    assert json.loads(out.getvalue())["version"] == 1
