"""What is remembered of somebody finds them: whole names, beginnings, slips, phones, tags; and nothing that is hidden."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from storage import candidates, companies, contacts, deals, documents, members, search, vocabulary
from storage.candidates import Pool, Scope
from storage.database import Database, Session
from storage.models import Company, Contact, ContactKey, Deal, SearchDocument, SearchWord, Tag, Tagging
from tests.databases import NOW, ZONE


def a_company(session: Session, name: str, **values: Any) -> Company:
    company = companies.create(session, name=name, owner_id=values.pop("owner_id", None), now=NOW)
    for key, value in values.items():
        setattr(company, key, value)
    return company


def a_contact(session: Session, name: str, company: Company | None = None, **values: Any) -> Contact:
    contact = contacts.create(
        session,
        name=name,
        company_id=company.id if company else None,
        owner_id=values.pop("owner_id", None),
        now=NOW,
    )
    for key, value in values.items():
        setattr(contact, key, value)
    return contact


def a_deal(session: Session, title: str, contact: Contact | None, company: Company | None) -> Deal:
    return deals.create(
        session,
        title=title,
        contact_id=contact.id if contact else None,
        company_id=company.id if company else None,
        owner_id=None,
        stage=deals.first_stage(session),
        value=None,
        now=NOW,
        platform="console",
    )


def a_member(session: Session, name: str) -> int:
    return members.create(session, name=name, role="rep", language="en", zone=ZONE, now=NOW).id


def _town(session: Session) -> None:
    acme = a_company(session, "Acme Ltda.")
    ana = a_contact(session, "Ana Souza", acme, fields={"seats": 40, "fair": "Hannover"})
    contacts.add_key(session, ana, "phone", "(11) 98888-7777", "BR")
    contacts.add_key(session, ana, "email", "ana.souza@acme.com.br", "BR")
    contacts.tag(session, ana, ("hot",), is_new=True)
    a_deal(session, "Acme", ana, acme)
    a_contact(session, "João D'Ávila", a_company(session, "Padaria Sol Nascente"))
    a_contact(session, "Dr. José Müller")


@pytest.fixture
async def town(database: Database) -> Database:
    """A store with a few customers in it."""
    await database.write(_town)
    return database


async def refs(database: Database, query: str, **options: Any) -> list[str]:
    found = await database.read(lambda session: search.find(session, query, **options))
    return [f"{hit.kind} {hit.id}" for hit in found.hits]


async def names(database: Database, query: str, **options: Any) -> list[str]:
    """Return the names of the contacts that a query finds."""

    def look(session: Session) -> list[str]:
        hits = search.find(session, query, kinds=("contact",), **options).hits
        return [session.get_one(Contact, hit.id).name for hit in hits]

    return await database.read(look)


async def statements(database: Database, run: Callable[[], Any]) -> list[str]:
    """Return the statements that a unit of work needs, without those that begin and end it."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *others: Any) -> None:
        seen.append(statement)

    engines = {database.engine, database._reader}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    await run()
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    return [each for each in seen if not each.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))]


# What finds somebody ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "Ana Souza",
        "ANA SOUZA",
        "souza ana",
        "an sou",
        "ana acme",
        "Ana Souza, Acme Ltda",
        "anna",
        "ana suoza",
        "ana souz",
        "aan souza acme",
        "hot",
        "#hot",
        "hannover",
        "hanover",
        "+55 11 98888-7777",
        "11988887777",
        "11 98888 7777",
        "98888-7777",
        "1198888",
        "ana.souza@acme.com.br",
        "ANA.SOUZA@ACME.COM.BR",
        "ana.souza@ac",
        "P-1",
        "p1",
        "P 1",
        "P–1",
        "/p1",
    ],
)
async def test_ana_is_found_by(town: Database, query: str) -> None:
    assert await names(town, query) == ["Ana Souza"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("joao davila", "João D'Ávila"),
        ("d'avila", "João D'Ávila"),
        ("joão d ávila", "João D'Ávila"),
        ("padaria nascente", "João D'Ávila"),
        ("sr. jose muller", "Dr. José Müller"),
        ("José Mueller", "Dr. José Müller"),
        ("muler", "Dr. José Müller"),
    ],
)
async def test_accents_courtesies_and_apostrophes_do_not_matter(town: Database, query: str, name: str) -> None:
    assert await names(town, query) == [name]


@pytest.mark.parametrize(
    "query", ["", "   ", "zzz", "ana lima", "m", "!!!", "'", '"', "ana' OR '", "\\", "*", "P-99", "\ue0000"]
)
async def test_what_is_not_there_is_not_found(town: Database, query: str) -> None:
    assert await refs(town, query) == []


async def test_a_company_comes_before_its_deal_and_its_people(town: Database) -> None:
    for query in ("acme", "Acme Ltda", "ACME S.A."):
        assert await refs(town, query) == ["company 1", "deal 1", "contact 1"]


async def test_only_the_kinds_that_are_asked_for(town: Database) -> None:
    assert await refs(town, "acme", kinds=("deal",)) == ["deal 1"]
    assert await refs(town, "C-1", kinds=("contact",)) == []


async def test_what_was_understood_is_told(town: Database) -> None:
    found = await town.read(lambda session: search.find(session, "Ana suoza"))
    assert found.mended == "ana souza"
    found = await town.read(lambda session: search.find(session, "ana souza"))
    assert found.mended is None


async def test_a_slip_in_a_word_that_is_another_name_is_mended_too(database: Database) -> None:
    def fill(session: Session) -> None:
        a_contact(session, "Maria Prado")
        a_contact(session, "Mario Lima")

    await database.write(fill)
    assert await names(database, "maria lima") == ["Mario Lima"]


async def test_a_phone_without_its_ninth_digit_is_the_same_phone(town: Database) -> None:
    assert await names(town, "11 8888-7777", region="BR") == ["Ana Souza"]


async def test_pages(database: Database) -> None:
    await database.write(lambda session: [a_contact(session, f"Ana {n:02}") for n in range(12)] and None)
    found = await database.read(lambda session: search.find(session, "ana", limit=5))
    assert (len(found.hits), found.total) == (5, 12)
    pages = [await names(database, "ana", limit=5, offset=offset) for offset in (0, 5, 10, 15)]
    assert [len(page) for page in pages] == [5, 5, 2, 0]
    assert len({name for page in pages for name in page}) == 12


# Order ------------------------------------------------------------------------------------------------------------


async def test_among_equals_mine_come_first_then_the_last_touched(database: Database) -> None:
    def fill(session: Session) -> int:
        bob, carla = a_member(session, "Bob"), a_member(session, "Carla")
        a_contact(session, "Ana Old", owner_id=carla)
        a_contact(session, "Ana New", owner_id=carla, touched_at=NOW)
        a_contact(session, "Ana Mine", owner_id=bob)
        return bob

    bob = await database.write(fill)
    assert await names(database, "ana", member_id=bob) == ["Ana Mine", "Ana New", "Ana Old"]
    assert (await names(database, "ana"))[0] == "Ana New"


async def test_the_whole_name_comes_before_its_beginnings(database: Database) -> None:
    def fill(session: Session) -> None:
        for name in ("Ana Souza Lima", "Anabela Souza", "Ana Souza"):
            a_contact(session, name)

    await database.write(fill)
    assert await names(database, "ana souza") == ["Ana Souza", "Ana Souza Lima", "Anabela Souza"]


async def test_where_far_more_match_than_are_ranked(database: Database) -> None:
    def fill(session: Session) -> int:
        bob, carla = a_member(session, "Bob"), a_member(session, "Carla")
        a_company(session, "Ana")
        mine = a_contact(session, "Anabela Reis", owner_id=bob)
        session.add_all(
            Contact(name=f"Anabela {n}", name_key=f"anabela {n}", owner_id=carla, fields={}, created_at=NOW)
            for n in range(300)
        )
        return mine.id * 1000 + bob

    mine, bob = divmod(await database.write(fill), 1000)
    found = await database.read(lambda session: search.find(session, "ana", member_id=bob))
    assert found.total == search.MOST
    assert [hit.kind for hit in found.hits] == ["company", *["contact"] * 4]
    assert found.hits[1].id == mine


# Who may see it ---------------------------------------------------------------------------------------------------


async def test_nobody_finds_what_they_may_not_see(database: Database) -> None:
    def fill(session: Session) -> tuple[int, int]:
        bob, carla = a_member(session, "Bob"), a_member(session, "Carla")
        ana = a_contact(session, "Ana Souza", a_company(session, "Acme", owner_id=bob), owner_id=bob)
        contacts.add_key(session, ana, "email", "ana@acme.example", None)
        a_contact(session, "Ana Lima")  # nobody's, and so everybody's
        return bob, carla

    bob, carla = await database.write(fill)
    for query in ("ana souza", "P-1", "ana@acme.example", "acme", "C-1", "ana suoza", "anna souza"):
        assert await refs(database, query, visible={carla}) == []
        assert await refs(database, query, visible={bob, carla}) != []
    assert await names(database, "ana", visible={carla}) == ["Ana Lima"]
    assert await database.read(lambda session: search.names_like(session, "Ana Sousa", visible={carla})) == []


# The index follows the tables ---------------------------------------------------------------------------------------


async def change(database: Database, unit: Callable[[Session], Any]) -> None:
    """Change something, and see that the full text index agrees with its documents."""
    await database.write(unit)
    if database.dialect == "sqlite":
        check = "INSERT INTO search_index (search_index, rank) VALUES ('integrity-check', 1)"
        await database.write(lambda session: session.connection().exec_driver_sql(check) and None)


async def test_a_renamed_contact_is_found_by_the_new_name_alone(town: Database) -> None:
    def rename(session: Session) -> None:
        a_deal(session, "40 seats", joao := session.get_one(Contact, 2), None)
        session.flush()
        joao.name, joao.name_key = "Berta Reis", "berta reis"

    await change(town, rename)
    assert await refs(town, "berta") == ["contact 2", "deal 2"]
    assert await refs(town, "joao davila") == []


async def test_a_renamed_company_takes_its_people_and_deals_with_it(town: Database) -> None:
    def rename(session: Session) -> None:
        acme = session.get_one(Company, 1)
        acme.name, acme.name_key = "Globex", "globex"

    await change(town, rename)
    assert await refs(town, "globex") == ["company 1", "deal 1", "contact 1"]
    assert await refs(town, "ana globex", kinds=("contact",)) == ["contact 1"]
    assert await refs(town, "ana ltda") == []


async def test_somebody_who_moves_is_found_at_the_new_company(town: Database) -> None:
    def move(session: Session) -> None:
        session.get_one(Contact, 1).company_id = a_company(session, "Initech").id

    await change(town, move)
    assert await names(town, "ana initech") == ["Ana Souza"]
    assert await names(town, "ana acme ltda") == []


async def test_a_renamed_tag(town: Database) -> None:
    def rename(session: Session) -> None:
        hot = session.scalars(sa.select(Tag)).one()
        hot.name, hot.name_key = "cold", "cold"

    await change(town, rename)
    assert await names(town, "cold") == ["Ana Souza"]
    assert await names(town, "hot") == []


async def test_a_key_and_a_tag_that_are_taken_away(town: Database) -> None:
    def take(session: Session) -> None:
        for row in (*session.scalars(sa.select(ContactKey)), *session.scalars(sa.select(Tagging))):
            session.delete(row)

    await change(town, take)
    assert [await refs(town, query) for query in ("hot", "11988887777", "ana.souza@acme.com.br")] == [[], [], []]


async def test_what_is_deleted_leaves_nothing_behind(town: Database) -> None:
    def delete(session: Session) -> None:
        for model in (ContactKey, Tagging, Deal, Contact):
            for row in session.scalars(sa.select(model)):
                if isinstance(row, Deal):
                    session.execute(sa.text("DELETE FROM stage_change"))
                session.delete(row)
            session.flush()

    await change(town, delete)
    assert await names(town, "ana") == []
    left = await town.read(lambda session: set(session.scalars(sa.select(SearchWord.word))))
    assert left == {"acme", "ltda", "padaria", "sol", "nascente"}


async def test_what_a_rolled_back_savepoint_made_is_not_found(town: Database) -> None:
    def fail(session: Session) -> list[Any]:
        savepoint = session.begin_nested()
        a_contact(session, "Zoe Zappa")
        search.follow(
            session, [("insert", session.scalars(sa.select(Contact).where(Contact.name == "Zoe Zappa")).one())]
        )
        assert search.find(session, "zoe").total == 1
        savepoint.rollback()
        session.info.clear()
        return list(search.find(session, "zoe").hits)

    assert await town.write(fail) == []
    assert await refs(town, "zoe") == []


async def test_rows_that_no_flush_saw(town: Database) -> None:
    def update(session: Session) -> None:
        session.execute(sa.update(Contact).where(Contact.id == 2).values(name="Zoe Zappa", name_key="zoe zappa"))
        search.refresh(session, "contact", [2])

    await change(town, update)
    assert await refs(town, "zoe") == ["contact 2"]
    assert await refs(town, "joao") == []


async def test_a_rebuild_makes_the_same_index(town: Database) -> None:
    def content(session: Session) -> tuple[Any, Any]:
        documents_of = session.execute(sa.select(SearchDocument.id, SearchDocument.text).order_by(SearchDocument.id))
        words = session.execute(sa.select(SearchWord.deletion, SearchWord.word).order_by("deletion", "word"))
        return documents_of.all(), words.all()

    before = await town.read(content)
    await change(town, search.rebuild)
    assert await town.read(content) == before
    assert await names(town, "an sou") == ["Ana Souza"]


async def test_a_new_contact_company_and_deal_cost_two_statements(database: Database) -> None:
    async def log() -> None:
        await database.write(_town)

    found = await statements(database, log)
    assert len([each for each in found if re.search("search_document|search_word", each)]) == 2


async def test_a_new_contact_of_a_company_that_is_not_in_memory(town: Database) -> None:
    def log(session: Session) -> None:
        contacts.create(session, name="Bea Lima", company_id=1, owner_id=None, now=NOW)

    await change(town, log)
    assert await names(town, "bea acme ltda") == ["Bea Lima"]


async def test_a_touch_costs_the_index_nothing_to_write(town: Database) -> None:
    def touch(session: Session) -> None:
        session.get_one(Contact, 1).touched_at = NOW

    async def log() -> None:
        await town.write(touch)

    found = await statements(town, log)
    assert not [each for each in found if re.search(r"(INSERT|UPDATE|DELETE)\b.*search_", each)]


async def test_a_search_is_one_statement_and_a_mended_one_few(town: Database) -> None:
    async def run(query: str) -> int:
        async def find() -> None:
            await town.read(lambda session: search.find(session, query))

        return len(await statements(town, find))

    assert await run("ana souza") == 1
    assert await run("ana suoza") <= 4


# Near-twins ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Ana Souza", True),
        ("Ana Sousa", True),
        ("Anna Souza", True),
        ("Aan Souza", True),
        ("A. Souza", True),
        ("Ana S.", True),
        ("Ana", True),
        ("Souza", True),
        ("Sra. Ana Souza", True),
        ("Ana Lima", False),
        ("Ana Souza Lima", False),
        ("Bea Souza", False),
        ("Ana Souza 2", False),
    ],
)
async def test_near_twins(town: Database, typed: str, near: bool) -> None:
    found = await town.read(lambda session: search.names_like(session, typed))
    assert [contact.name for contact in found] == (["Ana Souza"] if near else [])


async def test_a_slip_at_another_company_counts_only_for_the_whole_name(town: Database) -> None:
    def look(session: Session) -> list[list[str]]:
        typed = ("Ana Sousa", "Ana", "Souza")
        return [[row.name for row in search.names_like(session, name, company_id=2)] for name in typed]

    assert await town.read(look) == [["Ana Souza"], [], []]


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("Acme", ["Acme Ltda."]),
        ("Acne SA", ["Acme Ltda."]),
        ("Padria Sol Nascente", ["Padaria Sol Nascente"]),
        ("Acorn", []),
    ],
)
async def test_companies_of_nearly_that_name(town: Database, typed: str, near: list[str]) -> None:
    found = await town.read(lambda session: search.companies_like(session, typed))
    assert [company.name for company in found] == near


async def test_names_that_differ_in_a_digit_are_never_near(database: Database) -> None:
    await database.write(lambda session: [a_company(session, f"Loja {n}") for n in (1, 12)] and None)
    assert [c.name for c in await database.read(lambda session: search.companies_like(session, "Loja 12"))] == [
        "Loja 12"
    ]
    assert await database.read(lambda session: search.companies_like(session, "Loja 13")) == []


# Plans --------------------------------------------------------------------------------------------------------------


def plan(session: Session, statement: sa.TextClause, values: dict[str, Any]) -> str:
    if session.get_bind().dialect.name == "sqlite":
        rows = session.execute(sa.text(f"EXPLAIN QUERY PLAN {statement}"), values)
        return "\n".join(row[3] for row in rows)
    session.execute(sa.text("SET LOCAL enable_seqscan = off"))  # a store of three rows is read whole
    return "\n".join(session.scalars(sa.text(f"EXPLAIN {statement}"), values))


async def test_no_search_reads_a_whole_table(town: Database) -> None:
    keys = {"ref": 1, "email": "a@b.example", "phone": "+55", "person": "ana", "firm": "acme"}
    match = candidates.all_of(town.dialect, [candidates.prefix("ana")], {1})
    pools = candidates.pools(match, ("contact", "deal"))
    values = {f"{name}_{n}": getattr(pool, name) for n, pool in enumerate(pools) for name in Pool.__slots__}
    statement = candidates.statement(town.dialect, len(pools), tuple(keys))
    told = await town.read(lambda session: plan(session, statement, values | keys))
    assert "Seq Scan" not in told
    assert [line for line in told.splitlines() if line.startswith("SCAN") and not is_small(line)] == []
    assert ("search_index" if town.dialect == "sqlite" else "ix_search_document_words") in told


def is_small(line: str) -> bool:
    """What SQLite calls a scan of the index is a look-up in it; the rest is what this statement made itself."""
    return (
        "VIRTUAL TABLE INDEX" in line
        or re.fullmatch(r"SCAN (found|people|firms|by_key|pool_\d|CONSTANT ROW|\(.*\))", line) is not None
    )


async def test_a_slip_is_looked_up_by_a_key(town: Database) -> None:
    def look(session: Session) -> str:
        dialect = session.get_bind().dialect
        query = vocabulary._READ.params(deletions=["ana", "an"])
        return plan(session, sa.text(str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))), {})

    told = await town.read(look)
    assert "SEARCH search_word" in told or "pk_search_word" in told


# The vocabulary -------------------------------------------------------------------------------------------------------


async def test_neighbours(database: Database) -> None:
    known = ("souza", "sousa", "sauza", "suza", "ana", "anna", "loja12", "lo")
    await database.write(lambda session: vocabulary.learn(session, known))
    near = await database.read(lambda session: vocabulary.nearest(session, ("suoza", "souza", "aan", "loja13", "zz")))
    assert near["suoza"][0] == "souza"
    assert near["souza"] == ("souza", "sauza", "sousa", "suza")
    assert near["aan"] == ("ana", "anna") or near["aan"][0] == "ana"
    assert "loja13" not in near
    assert near.get("zz", ()) == ()


def test_a_word_and_all_it_becomes_by_a_missing_letter() -> None:
    assert vocabulary.deletions("ana") == {"ana", "na", "aa", "an"}


def test_the_ways_a_phone_is_typed() -> None:
    forms = list(documents.phone_forms("(11) 98888-7777", "+5511988887777"))
    assert {"11988887777", "5511988887777", "988887777", "88887777", "8887777"} == set(forms)
    assert "2025550123" in set(documents.phone_forms("+1 202-555-0123", "+12025550123"))
    assert "123456" in set(documents.phone_forms("123456", "123456"))


def test_a_scope_that_sees_all() -> None:
    assert Scope().owners is None
    assert Scope(visible=frozenset({3})).owners == frozenset({0, 3})
