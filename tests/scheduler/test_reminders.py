"""Follow-ups come back on time, on the wall clock; what was missed is told once, with its own times."""

import logging
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from scheduler import reminders as due_scan
from storage import due, leases, letters, members
from storage.database import Session
from storage.models import Destination, Identity, Letter, Reminder
from tests.scheduler.office import Office


async def test_a_follow_up_is_pushed_at_its_minute(office: Office) -> None:
    ana = await office.hires("ana")
    await office.books(ana, "send quote", "2026-11-24 14:30")
    office.at("2026-11-24 14:29:59")
    await office.ticks()
    assert office.chat.texts == []
    office.at("2026-11-24 14:30")
    await office.ticks()
    await office.ticks()
    [message] = office.chat.shown
    assert message.text.startswith("⏰ Send quote")
    assert message.reply.refs == ("F-1",)
    [reminder] = await office.rows(Reminder)
    assert (reminder.state, reminder.is_waiting, reminder.is_open) == ("due", False, True)
    letter = await office.letter()
    assert (letter.kind, letter.reminder_id, letter.reminder_version) == ("reminder", reminder.id, 1)
    assert letter.due_at == reminder.due_at


async def test_a_snoozed_follow_up_comes_again(office: Office) -> None:
    ana = await office.hires("ana")
    reminder = await office.books(ana, "send quote", "2026-11-24 14:30")
    office.at("2026-11-24 14:30")
    await office.ticks()
    later = office.now + timedelta(hours=1)
    await office.set(reminder, due_at=later, version=2, is_waiting=True, state="scheduled")
    office.advance(hours=1)
    await office.ticks()
    assert len(office.chat.shown) == 2


@pytest.mark.parametrize(("minutes", "is_late"), [(14, False), (16, True)])
async def test_what_comes_late_says_so(office: Office, minutes: int, is_late: bool) -> None:
    ana = await office.hires("ana")
    await office.books(ana, "send quote", "2026-11-24 14:30")
    office.at("2026-11-24 14:30")
    office.advance(minutes=minutes)
    await office.ticks()
    [text] = office.chat.texts
    assert ("late, I was down" in text) is is_late


async def test_three_late_ones_come_one_by_one_each_marked(office: Office) -> None:
    ana = await office.hires("ana")
    for hour in (15, 16, 17):
        await office.books(ana, f"call {hour}", f"2026-11-24 {hour}:00")
    office.at("2026-11-24 19:00")
    await office.ticks()
    assert [text.partition(":")[0] for text in office.chat.texts] == [
        "⏰ 4 h late, I was down",
        "⏰ 3 h late, I was down",
        "⏰ 2 h late, I was down",
    ]


async def test_a_flood_after_an_outage_is_one_digest_with_the_original_times(office: Office) -> None:
    ana, bob = await office.hires("ana"), await office.hires("bob")
    for number in range(12):
        await office.books(ana, f"call {number}", f"2026-11-24 15:{number:02}")
    await office.books(ana, "on time", "2026-11-24 18:50")
    await office.books(bob, "bob's own", "2026-11-24 15:00")
    office.at("2026-11-24 19:00")
    assert await office.scans() == 14
    await office.sends()
    digest, on_time = [message.text for message in office.chat.to("ana@chat")]
    lines = digest.splitlines()
    assert lines[0] == "⏰ I was down: 12 follow-ups came due"
    assert lines[1] == "1 Tue 24 Nov 15:00: call 0 · F-1"
    assert lines[-1] == "and 2 more: late"
    assert len(lines) == 12
    assert on_time.startswith("⏰ On time")
    assert len(office.chat.to("ana@chat")[0].reply.refs) == 12
    assert len(office.chat.to("bob@chat")) == 1
    assert {row.state for row in await office.rows(Reminder)} == {"due"}
    assert [letter.kind for letter in await office.rows(Letter)].count("digest") == 1


async def test_a_flood_is_told_at_once_even_where_the_scan_sees_only_a_part(office: Office) -> None:
    ana = await office.hires("ana")
    for number in range(9):
        await office.books(ana, f"call {number}", f"2026-11-24 15:{number:02}")
    office.at("2026-11-24 19:00")

    def unit(session: Session) -> None:
        first = due.claim_due(session, office.now, limit=5)
        assert len(first) == 5
        assert len(due.claim_rest(session, [ana.id], office.now)) == 9

    await office.write(unit)


async def test_what_does_not_ring_waits_for_the_end_of_quiet_hours_and_is_not_late_then(office: Office) -> None:
    ana = await office.hires("ana")
    await office.books(ana, "calm", "2026-11-24 21:00", rings=False)
    await office.books(ana, "typed", "2026-11-24 21:00", rings=True)
    office.at("2026-11-24 21:00")
    await office.ticks()
    assert [text.splitlines()[0] for text in office.chat.texts] == ["⏰ Typed"]
    office.at("2026-11-25 08:00")
    await office.ticks()
    assert [text.splitlines()[0] for text in office.chat.texts] == ["⏰ Typed", "⏰ Calm"]


async def test_a_quiet_day_is_quiet_all_day(office: Office) -> None:
    ana = await office.hires("ana", quiet_days=[5, 6])
    await office.books(ana, "calm", "2026-11-28 10:00", rings=False)  # a Saturday
    office.at("2026-11-28 10:00")
    await office.ticks()
    office.at("2026-11-29 12:00")
    await office.ticks()
    assert office.chat.texts == []
    office.at("2026-11-30 08:00")
    await office.ticks()
    assert len(office.chat.texts) == 1


async def test_a_series_keeps_its_wall_clock_over_a_change_of_clocks(office: Office) -> None:
    ana = await office.hires("ana", zone="Europe/Lisbon")
    start = datetime(2026, 10, 23, 9)
    await office.books(
        ana, "stand-up", "2026-10-23 05:00", rule="FREQ=DAILY", zone="Europe/Lisbon", granularity="minute"
    )
    [first] = await office.rows(Reminder)
    await office.set(first, due_local=start, occurrence_local=start, due_at=datetime.fromisoformat("2026-10-23T08:00Z"))
    instants = []
    for _ in range(4):  # the clocks go back on Sunday 25 October 2026
        waiting = [row for row in await office.rows(Reminder) if row.is_waiting]
        assert len(waiting) == 1
        instants.append(waiting[0].due_at.isoformat()[5:16])
        assert waiting[0].due_local.hour == 9
        office.now = waiting[0].due_at
        await office.ticks()
    assert instants == ["10-23T08:00", "10-24T08:00", "10-25T09:00", "10-26T09:00"]
    assert len(office.chat.texts) == 4
    rows = await office.rows(Reminder)
    assert {row.series_id for row in rows[1:]} == {rows[0].id}


async def test_an_occurrence_is_booked_once_though_it_is_snoozed_and_comes_due_again(office: Office) -> None:
    ana = await office.hires("ana")
    reminder = await office.books(ana, "review", "2026-11-25 09:00", rule="FREQ=WEEKLY")
    office.at("2026-11-25 09:00")
    await office.ticks()
    await office.set(reminder, due_at=office.now + timedelta(hours=2), version=2, is_waiting=True, state="scheduled")
    office.advance(hours=2)
    await office.ticks()
    rows = await office.rows(Reminder)
    assert [row.occurrence_local.isoformat() for row in rows] == ["2026-11-25T09:00:00", "2026-12-02T09:00:00"]
    assert len(office.chat.texts) == 2


async def test_occurrences_missed_while_down_are_one_late_push_and_the_next_one_to_come(office: Office) -> None:
    ana = await office.hires("ana")
    await office.books(ana, "daily", "2026-11-24 16:00", rule="FREQ=DAILY")
    office.at("2026-11-27 18:00")
    await office.ticks()
    assert office.chat.texts[0].startswith("⏰ 3 d late")
    [_, following] = await office.rows(Reminder)
    assert following.due_local == datetime(2026, 11, 28, 16)
    assert len(office.chat.texts) == 1


async def test_a_series_ends_where_its_rule_does(office: Office) -> None:
    ana = await office.hires("ana")
    await office.books(ana, "twice", "2026-11-25 09:00", rule="FREQ=DAILY;COUNT=2")
    for day in (25, 26, 27):
        office.at(f"2026-11-{day} 09:00")
        await office.ticks()
    assert len(office.chat.texts) == 2
    assert len(await office.rows(Reminder)) == 2


async def test_a_row_that_cannot_be_delivered_is_put_aside_reported_once_and_stops_nobody(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    ana, bob = await office.hires("ana"), await office.hires("bob")
    poison = await office.books(ana, "poison", "2026-11-24 15:00", rule="FREQ=NEVER")
    await office.books(bob, "healthy", "2026-11-24 15:00")
    office.at("2026-11-24 15:00")
    caplog.set_level(logging.ERROR)
    for _ in range(3):
        await office.ticks()
    assert len(office.chat.to("bob@chat")) == 1
    assert [record.message for record in caplog.records] == [
        f"F-{poison.id} cannot be delivered; trying again in an hour"
    ]
    health = await office.database.read(lambda session: letters.health(session, office.now))
    assert [(row.id, row.stuck_until) for row in health.stuck] == [(poison.id, office.now + timedelta(hours=1))]
    office.advance(hours=1)
    await office.ticks()
    assert len(caplog.records) == 1
    await office.set(poison, rule=None)
    office.advance(hours=1)
    await office.ticks()
    assert office.chat.to("ana@chat")[0].text.startswith("⏰ 2 h late")
    health = await office.database.read(lambda session: letters.health(session, office.now))
    assert health.stuck == ()


async def test_many_due_rows_are_scanned_until_none_is_left(office: Office) -> None:
    people = [await office.hires(f"p{number}") for number in range(7)]
    row = {
        "title": "call",
        "zone": "UTC",
        "rings": True,
        "due_local": datetime(2026, 11, 24, 17),
        "occurrence_local": datetime(2026, 11, 24, 17),
        "due_at": office.now,
        "created_at": office.now,
    }
    rows = [row | {"assignee_id": people[number % 7].id} for number in range(due.LIMIT * 2 + 10)]
    await office.write(lambda session: session.execute(sa.insert(Reminder), rows))
    poked: list[int] = []
    count = await due_scan.deliver_due(
        office.database, office.now, poke=lambda: poked.append(1), database_now=lambda: office.now
    )
    assert count == len(rows) == len(await office.rows(Letter))
    assert len(poked) == 3


async def test_the_address_is_where_the_member_was_a_moment_ago(office: Office) -> None:
    ana = await office.hires("ana", "chat", "other", preferred_platform="chat")
    await office.write(lambda session: _was_seen(session, ana.id, "other", office.now))
    office.advance(minutes=15)
    await office.writes(ana, "near")
    office.advance(minutes=1)
    await office.writes(ana, "preferred")
    await office.set(ana, preferred_platform=None)
    await office.writes(ana, "last used")
    await office.sends()
    assert (office.other.texts, office.chat.texts) == (["near", "last used"], ["preferred"])


def _was_seen(session: Session, member_id: int, platform: str, at: datetime) -> None:
    identity = sa.update(Identity).where(Identity.member_id == member_id, Identity.platform != platform)
    session.execute(identity.values(last_seen_at=at - timedelta(hours=1)))


async def test_a_member_with_only_a_console_waits_for_it_neither_late_nor_failed(office: Office) -> None:
    ana = await office.hires("ana", "console")
    await office.books(ana, "call", "2026-11-24 15:00")
    office.at("2026-11-24 16:00")
    await office.ticks()
    letter = await office.letter()
    assert (letter.state, letter.is_open) == ("planned", True)
    health = await office.database.read(lambda session: letters.health(session, office.now))
    assert (health.waiting, health.asleep, health.oldest_due_at, health.failed) == (0, 1, None, 0)
    await office.opens_console(ana)
    health = await office.database.read(lambda session: letters.health(session, office.now))
    assert (health.waiting, health.asleep, health.oldest_due_at) == (1, 0, letter.due_at)


async def test_a_console_that_was_closed_hands_its_letters_on(office: Office) -> None:
    ana = await office.hires("ana", "chat", "console")
    await office.write(lambda session: _was_seen(session, ana.id, "console", office.now))
    await office.opens_console(ana)
    await office.writes(ana, "hello")
    await office.sends()
    assert office.chat.texts == []
    assert await office.write(lambda session: letters.reroute(session, office.now)) == 0
    await office.write(lambda session: leases.release(session, leases.console(ana.id), "here"))
    assert await office.write(lambda session: letters.reroute(session, office.now)) == 1
    await office.sends()
    assert office.chat.texts == ["hello"]


async def test_a_member_without_any_chat_is_told_when_they_have_one(office: Office) -> None:
    ana = await office.hires("ana")
    await office.write(lambda session: session.execute(sa.delete(Identity)))
    await office.books(ana, "call", "2026-11-24 15:00")
    office.at("2026-11-24 15:00")
    await office.ticks()
    health = await office.database.read(lambda session: letters.health(session, office.now))
    assert health.unaddressed == 1
    await office.write(lambda session: _joins(session, ana.id, office.now))
    await office.write(lambda session: letters.reroute(session, office.now))
    await office.ticks()
    assert len(office.chat.to("late@chat")) == 1


def _joins(session: Session, member_id: int, now: datetime) -> None:
    members.link(session, members.get(session, member_id), "chat", "acct", "late@chat", "late@chat", now)


async def test_a_member_who_left_fails_visibly(office: Office) -> None:
    ana = await office.hires("ana")
    await office.books(ana, "call", "2026-11-24 15:00")
    await office.set(ana, is_active=False)
    office.at("2026-11-24 15:00")
    await office.ticks()
    letter = await office.letter()
    assert (letter.state, letter.last_error) == ("failed", "the member has left")


async def test_the_tick_waits_for_what_is_due_within_the_second(office: Office) -> None:
    ana = await office.hires("ana")
    await office.books(ana, "soon", "2026-11-24 14:00:01")
    poked: list[int] = []
    office.at("2026-11-24 14:00:00.950000")
    await due_scan.tick(office.database, lambda: office.now, lambda: poked.append(1))
    assert poked
    assert len(await office.rows(Letter)) == 1
    assert {row.platform for row in await office.rows(Destination)} == {"chat"}
