"""The tables of the post: leases, chats and claims, and that no hot query reads a whole table."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from storage import destinations, due, leases, letters, members, outcomes, pipeline_health, postings
from storage.database import Database, Session
from storage.letters import Served
from storage.models import Letter, Reminder
from storage.postings import Shown
from tests.databases import NOW, ZONE

SECOND = timedelta(seconds=1)


async def test_a_lease_has_one_holder_until_it_ends(database: Database) -> None:
    def unit(session: Session) -> list[bool]:
        return [
            leases.take(session, "poller", "a", NOW),
            leases.take(session, "poller", "b", NOW + 4 * SECOND),
            leases.take(session, "poller", "a", NOW + 4 * SECOND),
            leases.take(session, "poller", "b", NOW + 8 * SECOND),
            leases.take(session, "poller", "b", NOW + 9 * SECOND),
            leases.take(session, "poller", "a", NOW + 10 * SECOND),
        ]

    assert await database.write(unit) == [True, False, True, False, True, False]


async def test_a_released_lease_is_free_at_once_and_only_its_holder_releases_it(database: Database) -> None:
    def unit(session: Session) -> list[bool]:
        leases.take(session, "poller", "a", NOW)
        leases.release(session, "poller", "b")
        held = leases.is_live(session, "poller", NOW)
        leases.release(session, "poller", "a")
        return [held, leases.is_live(session, "poller", NOW), leases.take(session, "poller", "b", NOW)]

    assert await database.write(unit) == [True, False, True]


async def test_names_of_live_leases_are_found_by_their_beginning(database: Database) -> None:
    def unit(session: Session) -> set[str]:
        leases.take(session, leases.console(7), "a", NOW)
        leases.take(session, leases.console(8), "a", NOW - 60 * SECOND)
        leases.take(session, "consoles", "a", NOW)
        return leases.live(session, leases.CONSOLES, NOW)

    assert await database.write(unit) == {"console:7"}


async def test_a_chat_has_one_row_whoever_meets_it(database: Database) -> None:
    def unit(session: Session) -> list[int]:
        found = [
            destinations.destination_for(session, "chat", "a", "1"),
            destinations.destination_for(session, "chat", "a", "1"),
            destinations.destination_for(session, "chat", "a", "1", thread="9"),
            destinations.destination_for(session, "chat", "b", "1"),
        ]
        return [row.id for row in found]

    first, again, thread, other = await database.write(unit)
    assert first == again
    assert len({first, thread, other}) == 3


async def test_a_message_that_is_rewritten_stays_the_letter_of_its_follow_up(database: Database) -> None:
    shown = Shown(platform="chat", account="a", chat="c", thread=None, message_id="1")

    def unit(session: Session) -> tuple[int | None, list[str], int]:
        member = members.create(session, name="Ana", role="rep", language="en", zone=ZONE, now=NOW)
        reminder = _reminder(member.id)
        session.add(reminder)
        session.flush()
        postings.remember(session, shown, refs=["F-1"], now=NOW, reminder_id=reminder.id)
        postings.remember(session, shown, refs=["F-1", "D-1"], now=NOW + SECOND, inbox_id=5)
        [found] = postings.of_reminder(session, reminder.id)
        return found.inbox_id, found.refs, reminder.id

    inbox_id, refs, _ = await database.write(unit)
    assert (inbox_id, refs) == (5, ["F-1", "D-1"])


def _reminder(member_id: int) -> Reminder:
    return Reminder(
        title="call",
        assignee_id=member_id,
        due_local=NOW.replace(tzinfo=None),
        occurrence_local=NOW.replace(tzinfo=None),
        zone="UTC",
        due_at=NOW,
        created_at=NOW,
    )


async def test_a_deleted_follow_up_leaves_its_letter_which_is_not_sent(database: Database) -> None:
    def unit(session: Session) -> str:
        member = members.create(session, name="Ana", role="rep", language="en", zone=ZONE, now=NOW)
        members.link(session, member, "chat", "a", "u", "u", NOW)
        reminder = _reminder(member.id)
        session.add(reminder)
        session.flush()
        letter = letters.write(
            session,
            kind="reminder",
            dedupe_key="k",
            destination=destinations.address_for(session, member.id, NOW),
            body={},
            due_at=NOW,
            now=NOW,
            member_id=member.id,
            reminder_id=reminder.id,
            reminder_version=1,
        )
        session.delete(reminder)
        session.flush()
        assert letters.claim(session, Served(platform="chat"), NOW) == []
        assert letter is not None
        return str(session.scalar(sa.select(Letter.state).where(Letter.id == letter.id)))

    assert await database.write(unit) == "cancelled"


async def test_a_process_claims_only_what_it_serves(database: Database) -> None:
    def unit(session: Session) -> list[int]:
        people = []
        for number, platform in enumerate(("chat", "console", "console")):
            member = members.create(session, name=f"p{number}", role="rep", language="en", zone=ZONE, now=NOW)
            there = destinations.destination_for(session, platform, f"a{number}", "1", member_id=member.id)
            letters.write(
                session, kind="notice", dedupe_key=f"{number}", destination=there, body={}, due_at=NOW, now=NOW
            )
            people.append(member.id)
        served = (
            Served(platform="other"),
            Served(platform="chat", account="else"),
            Served(platform="console", member_id=people[1]),
            Served(platform="chat", account="a0"),
            Served(platform="console"),
        )
        return [len(letters.claim(session, one, NOW)) for one in served]

    assert await database.write(unit) == [0, 0, 1, 1, 1]


# Plans ------------------------------------------------------------------------------------------------------------

HOT: list[Callable[[Session], object]] = [
    lambda session: letters.claim(session, Served(platform="chat"), NOW),
    lambda session: letters.next_send_at(session, Served(platform="chat")),
    lambda session: outcomes.record(
        session, [outcomes.Outcome(letter_id=1, token="t", destination_id=1, result="sent")], NOW
    ),
    lambda session: letters.write_many(session, [_row(1)], NOW),
    lambda session: letters.cancel_for_reminder(session, 1),
    letters.troubled,
    lambda session: due.claim_due(session, NOW),
    lambda session: due.claim_rest(session, [1], NOW),
    lambda session: due.first_due_at(session, NOW, NOW + SECOND),
    lambda session: due.next_due_at(session, NOW),
    lambda session: destinations.settle(session, {1: NOW}, NOW),
    lambda session: postings.find(session, "chat", "a", "c", "1"),
    lambda session: postings.of_reminder(session, 1),
    lambda session: pipeline_health.told(session, ["a", "b"]),
    lambda session: pipeline_health.nudged_since(session, 1, NOW),
    lambda session: pipeline_health.deals_nudged_since(session, [1], NOW),
    lambda session: list(pipeline_health.stalled(session, NOW)),
    lambda session: list(pipeline_health.without_next_step(session, NOW)),
]
NEVER_WHOLE = ("letter", "reminder", "interaction", "contact", "posting", "destination")


def _row(destination_id: int) -> dict[str, object]:
    return {"kind": "notice", "dedupe_key": "k", "destination_id": destination_id, "body": {}, "due_at": NOW}


@pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
async def test_no_hot_query_reads_a_whole_table(database: Database) -> None:
    statements: list[tuple[str, object]] = []

    def note(
        connection: object, cursor: object, statement: str, parameters: object, context: object, many: bool
    ) -> None:
        statements.append((statement, parameters[0] if many else parameters))  # type: ignore[index]

    def unit(session: Session) -> list[str]:
        destinations.destination_for(session, "chat", "a", "1")
        bind = session.get_bind()
        sa.event.listen(bind, "before_cursor_execute", note)
        for query in HOT:
            query(session)
        sa.event.remove(bind, "before_cursor_execute", note)
        plans = []
        for statement, parameters in statements:
            if statement.startswith(("SELECT", "UPDATE", "DELETE")):
                rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
                plans += [f"{row[3]}: {statement}" for row in rows]
        return plans

    plans = await database.write(unit)
    assert len(plans) > 40
    assert [plan for plan in plans if plan.startswith(tuple(f"SCAN {table}" for table in NEVER_WHOLE))] == []
