"""What may be forgotten is; by one process; and the ticks do what they are named for."""

from datetime import timedelta

import sqlalchemy as sa

from scheduler import housekeeping
from scheduler.ticks import TICK, all_ticks
from storage import leases, postings
from storage.database import Session
from storage.models import Destination, Inbox, Letter, Posting
from storage.postings import Shown
from tests.scheduler.office import Office

DAY = timedelta(days=1)


def _store(session: Session, office: Office, key: str, age: timedelta, state: str) -> None:
    row = Inbox(platform="chat", account="a", event_key=key, sender="u", chat="c", event_at=office.now, body={})
    row.received_at, row.state, row.is_pending = office.now - age, state, state == "pending"
    session.add(row)


async def test_old_messages_are_forgotten_but_not_those_that_somebody_must_see(office: Office) -> None:
    def unit(session: Session) -> None:
        _store(session, office, "old", 31 * DAY, "done")
        _store(session, office, "young", 29 * DAY, "done")
        _store(session, office, "held", 99 * DAY, "held")
        _store(session, office, "pending", 99 * DAY, "pending")
        for message_id, age in (("1", 181 * DAY), ("2", DAY)):
            shown = Shown(platform="chat", account="a", chat="c", thread=None, message_id=message_id)
            postings.remember(session, shown, refs=["F-1"], now=office.now - age)

    await office.write(unit)
    assert await housekeeping.run(office.database, "me", database_now=lambda: office.now) == 2
    assert {row.event_key for row in await office.rows(Inbox)} == {"young", "held", "pending"}
    assert [row.message_id for row in await office.rows(Posting)] == ["2"]


async def test_one_process_keeps_house(office: Office) -> None:
    await office.write(lambda session: leases.take(session, housekeeping.LEASE, "another", office.now))
    await office.write(lambda session: _store(session, office, "old", 31 * DAY, "done"))
    assert await housekeeping.run(office.database, "me", database_now=lambda: office.now) == 0
    office.advance(seconds=5)
    assert await housekeeping.run(office.database, "me", database_now=lambda: office.now) == 1


async def test_a_chat_that_was_lost_sight_of_is_woken(office: Office) -> None:
    ana = await office.hires("ana")
    await office.writes(ana, "forgotten")
    await office.write(lambda session: session.execute(sa.update(Destination).values(next_send_at=None)))
    assert await office.sends() == 0
    await housekeeping.run(office.database, "me", database_now=lambda: office.now)
    assert await office.sends() == 1


async def test_the_ticks_do_what_they_are_named_for(office: Office) -> None:
    recovered: list[int] = []

    async def recover() -> None:
        recovered.append(1)

    ana = await office.hires("ana")
    await office.books(ana, "call", "2026-11-24 13:00")
    ticks = all_ticks(office.database, office.post, lambda: office.now, holder="me", recover=recover)
    for tick in ticks:
        await tick.body()
    assert [tick.name for tick in ticks] == ["due", "beat", "skew", "reroute", "nudges", "housekeeping", "inbox"]
    assert recovered == [1]
    assert len(await office.rows(Letter)) == 1
    lease = await office.database.read(lambda session: leases.get(session, TICK))
    assert lease is not None
    assert lease.holder == "me"
