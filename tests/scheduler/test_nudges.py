"""Nudges: the right ones, to the right person, at a decent hour, and not too many."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from handlers.message import Reply
from handlers.wording import Wording
from scheduler import nudges
from scheduler.nudges import Nudge
from scheduler.rules import morning_agenda, no_next_step, stalled_deal
from storage import drafts, interactions, pipeline_health
from storage.database import Session
from storage.letters import Served
from storage.models import Deal, Letter, Member, Stage
from tests.scheduler.office import Office


async def _stalled(office: Office) -> list[str]:
    def unit(session: Session) -> list[str]:
        return [found.deal.title for found in pipeline_health.stalled(session, office.now)]

    return await office.database.read(unit)


def test_every_file_in_the_folder_is_a_rule() -> None:
    assert nudges.found_rules() == [morning_agenda, no_next_step, stalled_deal]


async def test_a_deal_nobody_touched_for_longer_than_its_stage_allows_is_told_to_its_owner(office: Office) -> None:
    ana = await office.hires("ana", digest_time="05:00")
    await office.opens_deal(ana, "Acme")  # on Tue 24 Nov; Proposal allows 5 business days
    office.at("2026-12-01 14:00")
    assert await _stalled(office) == []
    office.at("2026-12-02 14:00")
    assert await office.nudges() == 1
    await office.sends()
    [message] = office.chat.shown
    assert message.text.splitlines() == [
        "D-1 Acme: 6 business days without a touch, Proposal allows 5",
        "No talk yet.",
        "Nothing booked.",
    ]
    assert message.reply.refs == ("D-1",)
    letter = await office.letter()
    assert (letter.kind, letter.deal_id) == ("nudge", 1)
    assert letter.expires_at == office.now + timedelta(hours=24)


async def test_a_touch_counts_and_a_note_does_not(office: Office) -> None:
    ana = await office.hires("ana")
    touched, noted = await office.opens_deal(ana, "Touched"), await office.opens_deal(ana, "Noted")
    office.at("2026-11-27 14:00")
    await office.write(lambda session: _logs(session, touched, "call", office.now))
    await office.write(lambda session: _logs(session, noted, "note", office.now))
    office.at("2026-12-02 14:00")
    assert await _stalled(office) == ["Noted"]


def _logs(session: Session, deal: Deal, kind: str, now: datetime) -> None:
    found = session.get_one(Deal, deal.id)
    interactions.log(
        session,
        kind=kind,
        is_attempt=False,
        contact=None,
        company=None,
        deal=found,
        text="x",
        at=now,
        now=now,
        member_id=None,
        platform="chat",
    )


async def test_a_booked_follow_up_or_a_hold_silences_it(office: Office) -> None:
    ana = await office.hires("ana")
    booked, held = await office.opens_deal(ana, "Booked"), await office.opens_deal(ana, "Held")
    await office.opens_deal(ana, "Forgotten")
    await office.set(held, held_until="2026-12-03", held_reason="champion on leave")
    await office.books(ana, "call", "2026-12-20 10:00", deal_id=booked.id)
    office.at("2026-12-02 14:00")
    assert await _stalled(office) == ["Forgotten"]
    office.at("2026-12-03 14:00")
    assert await _stalled(office) == ["Held", "Forgotten"]


async def test_the_ages_are_the_companys_own(office: Office) -> None:
    ana = await office.hires("ana")
    await office.opens_deal(ana, "Acme")
    await office.write(lambda session: session.execute(sa.update(Stage).values(max_age=20)))
    office.at("2026-12-10 14:00")
    assert await _stalled(office) == []
    await office.write(lambda session: session.execute(sa.update(Stage).values(max_age=None)))
    office.at("2027-12-10 14:00")
    assert await _stalled(office) == []


async def test_a_holiday_is_no_business_day(office: Office) -> None:
    ana = await office.hires("ana", digest_time="05:00")
    await office.opens_deal(ana, "Acme", stage="Lead")
    office.at("2026-12-21 14:00")
    await office.write(lambda session: session.execute(sa.update(Deal).values(stage_entered_at=office.now)))
    office.at("2026-12-25 14:00")
    assert await office.nudges(country="BR") == 0, "Christmas"
    assert await office.nudges() == 1


async def test_one_nudge_a_week_for_a_deal(office: Office) -> None:
    ana = await office.hires("ana", digest_time="05:00")
    await office.opens_deal(ana, "Acme")
    office.at("2026-12-02 14:00")
    assert [await office.nudges() for _ in range(3)] == [1, 0, 0]
    office.at("2026-12-04 14:00")
    assert await office.nudges() == 0
    office.at("2026-12-09 14:00")
    assert await office.nudges() == 1


async def test_nobody_is_nudged_at_night_or_on_a_weekend(office: Office) -> None:
    ana = await office.hires("ana", digest_time="05:00")
    await office.opens_deal(ana, "Acme")
    for moment in ("2026-12-03 07:59", "2026-12-03 20:00", "2026-12-05 12:00"):
        office.at(moment)
        assert await office.nudges(among=[stalled_deal]) == 0
    office.at("2026-12-07 08:00")
    assert await office.nudges(among=[stalled_deal]) == 1


async def test_three_a_day_are_enough(office: Office) -> None:
    ana = await office.hires("ana", digest_time="05:00")
    for number in range(7):
        await office.opens_deal(ana, f"Deal {number}")
    office.at("2026-12-02 14:00")
    assert [await office.nudges() for _ in range(2)] == [3, 0]
    office.at("2026-12-03 14:00")
    assert [await office.nudges() for _ in range(2)] == [3, 0]
    office.at("2026-12-04 14:00")
    assert await office.nudges() == 1


async def test_a_nudge_nobody_could_be_told_expires_visibly(office: Office) -> None:
    ana = await office.hires("ana", "console", digest_time="05:00")
    await office.opens_deal(ana, "Acme")
    office.at("2026-12-02 14:00")
    assert await office.nudges() == 1
    office.advance(hours=24)
    await office.opens_console(ana)
    post = office.another_post(channels={Served(platform="console"): office.chat})
    await post.send_pending()
    assert (office.chat.texts, (await office.letter()).state) == ([], "expired")


async def test_a_deal_without_a_next_step_is_asked_about_the_next_business_day(office: Office) -> None:
    ana = await office.hires("ana", digest_time="05:00")
    office.at("2026-11-27 14:00")  # a Friday
    await office.opens_deal(ana, "Acme", touched_at=office.now)
    office.at("2026-11-27 19:00")
    assert await office.nudges() == 0
    office.at("2026-11-30 09:00")
    assert await office.nudges() == 1
    await office.sends()
    assert office.chat.texts[0].splitlines()[0] == "D-1 Acme has no next step. When?"
    assert office.chat.texts[0].splitlines()[1].startswith("Proposal")


async def test_one_deal_is_nudged_for_one_reason(office: Office) -> None:
    ana = await office.hires("ana", digest_time="05:00")
    await office.opens_deal(ana, "Acme")
    office.at("2026-12-01 14:00")
    assert await office.nudges() == 1
    office.at("2026-12-02 14:00")
    assert await _stalled(office) == ["Acme"]
    assert await office.nudges() == 0


async def test_the_agenda_comes_at_the_members_time_with_what_there_is(office: Office) -> None:
    office.at("2026-11-20 14:00")
    ana = await office.hires("ana", digest_time="08:30")
    await office.books(ana, "contract", "2026-11-23 10:00")
    await office.books(ana, "send quote", "2026-11-24 10:00")
    await office.books(ana, "call back", "2026-11-24 16:00")
    await office.books(ana, "another day", "2026-11-25 10:00")
    await office.opens_deal(ana, "Wayne", stage="Lead")
    await office.write(
        lambda session: drafts.keep(
            session,
            member_id=ana.id,
            platform="chat",
            chat="c",
            text="met",
            error="?",
            offers=[],
            inbox_id=None,
            now=office.now,
        )
    )
    office.at("2026-11-24 08:29")
    assert await office.nudges(among=[morning_agenda]) == 0
    office.at("2026-11-24 08:30")
    assert [await office.nudges(among=[morning_agenda]) for _ in range(2)] == [1, 0]
    await office.sends()
    [message] = office.chat.shown
    assert message.text.splitlines() == [
        "Tue 24 Nov: 2 today, 1 late, 1 draft",
        "First 10:00 send quote · oldest late Mon 23 Nov contract",
        "No next step: D-1 Wayne",
    ]
    assert [button.command for button in message.reply.buttons] == ["today", "late", "open D-1", "inbox"]


async def test_no_agenda_without_anything_nor_late_in_the_day_nor_on_a_weekend_nor_for_a_newcomer(
    office: Office,
) -> None:
    ana = await office.hires("ana")
    office.at("2026-11-25 08:30")
    assert await office.nudges() == 0, "there is nothing"
    await office.books(ana, "call", "2026-11-24 15:00")
    office.at("2026-11-25 12:30")
    assert await office.nudges() == 0, "no morning any more"
    office.at("2026-11-28 08:30")
    assert await office.nudges() == 0, "a Saturday"
    office.at("2026-11-30 07:00")
    bob = await office.hires("bob", digest_time="06:00")
    await office.books(bob, "call", "2026-11-30 15:00")
    assert await office.nudges() == 0, "who joins at seven gets no agenda of six"


async def test_a_rule_that_fails_silences_only_itself(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    ana = await office.hires("ana", digest_time="05:00")
    caplog.set_level(logging.ERROR)

    def hi(session: Session, wording: Wording) -> Reply:
        return Reply(text=f"hi {wording.language}")

    class Broken:
        def find(self, session: Session, now: datetime, country: str | None) -> Iterator[Nudge]:
            raise ValueError("no luck")

    class Healthy:
        def find(self, session: Session, now: datetime, country: str | None) -> Iterator[Nudge]:
            yield Nudge(rule="healthy", subject="M-1", member=session.get_one(Member, ana.id), period="1", say=hi)

    assert await office.nudges(among=[Broken(), Healthy()]) == 1
    assert "no luck" in caplog.text
    assert [letter.body["text"] for letter in await office.rows(Letter)] == ["hi en"]
