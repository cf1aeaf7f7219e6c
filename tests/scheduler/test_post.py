"""Letters become messages: in order, once, at their pace, and what fails is seen."""

import asyncio
import itertools
from datetime import timedelta

import pytest

from handlers.errors import DeliveryError
from handlers.message import Address, Button, Reply, Sent
from storage import destinations, letters, outcomes, postings
from storage.database import Session
from storage.letters import Claimed, Served
from storage.models import Destination, Letter, Posting
from tests.fakes.channel import RecordingChannel
from tests.scheduler.office import Office

MINUTE = timedelta(minutes=1)


async def _claim(office: Office, platform: str = "chat", limit: int = 50) -> list[Claimed]:
    return await office.write(
        lambda session: letters.claim(session, Served(platform=platform), office.now, limit=limit)
    )


async def _record(office: Office, claimed: Claimed, result: str, **how: object) -> None:
    outcome = outcomes.Outcome(
        letter_id=claimed.id,
        token=claimed.token,
        destination_id=claimed.destination_id,
        result=result,
        **how,  # type: ignore[arg-type]
    )
    await office.write(lambda session: outcomes.record(session, [outcome], office.now))


async def test_a_letter_arrives_once_with_its_buttons_and_is_remembered(office: Office) -> None:
    ana = await office.hires("ana")
    reply = Reply(text="Hello", buttons=(Button(label="Done", command="done F-1"),), refs=("F-1",))

    def write(session: Session) -> None:
        destination = destinations.address_for(session, ana.id, office.now)
        letters.write(
            session,
            kind="notice",
            dedupe_key="a",
            destination=destination,
            body=reply.to_json(),
            due_at=office.now,
            now=office.now,
            member_id=ana.id,
        )

    await office.write(write)
    assert await office.sends() == 1
    assert await office.sends() == 0
    [message] = office.chat.shown
    assert message.address == Address(platform="chat", account="acct", chat="ana@chat")
    letter = await office.letter()
    assert message.reply.presses() == ((f"l{letter.id}.0", reply.buttons[0]),)
    assert (letter.state, letter.is_open, letter.sent_at, letter.attempts) == ("sent", False, office.now, 1)
    [posting] = await office.rows(Posting)
    assert (posting.message_id, posting.letter_id, posting.refs) == (message.message_id, letter.id, ["F-1"])
    found = await office.database.read(lambda s: postings.find(s, "chat", "acct", "ana@chat", message.message_id))
    assert found is not None
    assert found.id == posting.id


async def test_the_same_letter_is_written_once(office: Office) -> None:
    ana = await office.hires("ana")
    assert await office.writes(ana, "one", key="k") is not None
    assert await office.writes(ana, "two", key="k") is None
    await office.sends()
    assert office.chat.texts == ["one"]


async def test_letters_to_one_chat_keep_their_order_and_do_not_overtake_one_that_is_tried_again(
    office: Office,
) -> None:
    ana, bob = await office.hires("ana"), await office.hires("bob")
    for text in ("first", "second", "third"):
        await office.writes(ana, text)
    await office.writes(bob, "for bob")
    office.chat.failures = [DeliveryError("refused")]
    await office.sends()
    assert office.chat.texts == ["for bob"]
    office.advance(seconds=11)
    await office.sends()
    assert [message.text for message in office.chat.to("ana@chat")] == ["first", "second", "third"]


async def test_a_chat_gets_one_message_a_second_on_platforms_that_ask_for_it(office: Office) -> None:
    telegram = RecordingChannel(name="telegram")
    post = office.another_post(channels={Served(platform="telegram"): telegram})
    ana = await office.hires("ana", "telegram")
    for number in range(3):
        await office.writes(ana, f"n{number}")
    seen = []
    for _ in range(3):
        await post.send_pending()
        seen.append(len(telegram.shown))
        office.advance(seconds=1)
    assert seen == [1, 2, 3]


def test_a_group_on_telegram_gets_twenty_a_minute() -> None:
    assert outcomes.pace("telegram", "-100123") == MINUTE / 20
    assert outcomes.pace("console", "7") == timedelta()


async def test_a_letter_written_while_another_is_in_flight_does_not_overtake_it(office: Office) -> None:
    ana = await office.hires("ana")
    await office.writes(ana, "first")
    [first] = await _claim(office)
    await office.writes(ana, "second")
    assert await _claim(office) == []
    await _record(office, first, "sent")
    [second] = await _claim(office)
    assert second.body["text"] == "second"


async def test_four_claimers_at_once_never_take_the_same_letter(office: Office) -> None:
    people = [await office.hires(f"p{number}") for number in range(12)]
    for round_ in range(5):
        for person in people:
            await office.writes(person, f"{person.name} {round_}")
    taken: list[Claimed] = []

    async def claimer() -> None:
        while claimed := await _claim(office, limit=3):
            taken.extend(claimed)
            await asyncio.gather(*(_record(office, one, "sent") for one in claimed))

    while len(taken) < 60:
        await asyncio.gather(*(claimer() for _ in range(4)))
    assert len({one.id for one in taken}) == len(taken) == 60
    for person in people:
        mine = [one.body["text"] for one in taken if one.member_id == person.id]
        assert mine == [f"{person.name} {round_}" for round_ in range(5)]


@pytest.mark.parametrize(
    ("error", "result", "uncertain", "wait"),
    [
        (DeliveryError("refused"), "safe", False, timedelta(seconds=10)),
        (DeliveryError("reset", uncertain=True), "uncertain", True, timedelta(seconds=10)),
        (DeliveryError("slow down", retry_after=timedelta(seconds=40)), "throttled", False, timedelta(seconds=40)),
        (RuntimeError("a bug"), "uncertain", True, timedelta(seconds=10)),
    ],
)
async def test_what_fails_is_tried_again(
    office: Office, error: Exception, result: str, uncertain: bool, wait: timedelta
) -> None:
    ana = await office.hires("ana")
    await office.writes(ana, "hello")
    office.chat.failures = [error]
    await office.sends()
    letter = await office.letter()
    assert (letter.state, letter.last_class, letter.uncertain) == ("planned", result, uncertain)
    assert letter.not_before == office.now + wait
    assert letter.attempts == (0 if result == "throttled" else 1)
    office.advance(seconds=wait.total_seconds())
    await office.sends()
    [message] = office.chat.shown
    assert message.repeat is uncertain


async def test_after_five_attempts_a_letter_holds_no_other_and_after_a_day_it_is_given_up(office: Office) -> None:
    ana = await office.hires("ana")
    await office.writes(ana, "stubborn")
    await office.writes(ana, "behind it")
    waits = []
    office.chat.failures = [DeliveryError(f"no {number}") for number in range(5)]
    for _ in range(5):
        await office.sends()
        letter = await office.letter()
        waits.append((letter.not_before - office.now).total_seconds())
        if letter.attempts < 5:
            assert office.chat.texts == []
            office.advance(seconds=waits[-1])
    assert waits == [10, 30, 120, 600, 1800]
    assert (await office.letter()).state == "deferred"
    assert office.chat.texts == ["behind it"]
    while (letter := await office.letter()).is_open:
        office.advance(seconds=max((letter.not_before - office.now).total_seconds(), 0))
        assert letter.not_before - office.now <= timedelta(hours=1)
        office.chat.failures = [DeliveryError("still no")]
        await office.sends()
    assert letter.state == "failed"
    assert letter.last_error == "still no"
    assert letter.tried_at is not None
    assert office.now - letter.tried_at >= timedelta(hours=24)
    troubled = await office.database.read(letters.troubled)
    assert [one.id for one in troubled] == [letter.id]


async def test_after_five_attempts_the_other_chat_of_the_member_is_tried(office: Office) -> None:
    ana = await office.hires("ana", "chat", "other")
    await office.writes(ana, "hello")
    first = (await office.letter()).destination_id
    channel, other = (office.chat, office.other) if await _is_on(office, "chat") else (office.other, office.chat)
    channel.failures = [DeliveryError("no")] * 5
    for wait in (10, 30, 120, 600, 0):
        await office.sends()
        office.advance(seconds=wait)
    await office.sends()
    letter = await office.letter()
    assert letter.destination_id != first
    assert (other.texts, channel.texts, letter.state) == (["hello"], [], "sent")


async def _is_on(office: Office, platform: str) -> bool:
    letter = await office.letter()
    rows = {row.id: row.platform for row in await office.rows(Destination)}
    return rows[letter.destination_id or 0] == platform


async def test_a_blocked_chat_is_closed_and_the_member_is_told_on_the_other_platform(office: Office) -> None:
    ana = await office.hires("ana", "chat", "other", preferred_platform="chat")
    office.advance(hours=1)
    await office.writes(ana, "one")
    await office.writes(ana, "two")
    office.chat.failures = [DeliveryError("bot was blocked by the user", permanent=True)]
    await office.sends()
    assert office.chat.texts == []
    assert [message.text for message in office.other.shown][:2] == ["one", "two"]
    assert "cannot reach you on Chat" in office.other.texts[2]
    closed = await office.destination("ana@chat")
    assert closed.closed_reason == "bot was blocked by the user"
    health = await office.database.read(lambda session: letters.health(session, office.now))
    assert [chat.id for chat in health.closed] == [closed.id]
    await office.write(lambda session: destinations.reopen(session, "chat", "acct", "ana@chat"))
    await office.writes(ana, "three")
    await office.sends()
    assert office.chat.texts == ["three"]


async def test_a_blocked_chat_without_another_fails_visibly(office: Office) -> None:
    ana = await office.hires("ana")
    await office.writes(ana, "one")
    await office.writes(ana, "two")
    office.chat.failures = [DeliveryError("blocked", permanent=True)]
    await office.sends()
    assert {(one.state, one.last_error) for one in await office.rows(Letter)} == {("failed", "blocked")}
    health = await office.database.read(lambda session: letters.health(session, office.now))
    assert (health.failed, health.waiting) == (2, 0)
    [letter, _] = await office.rows(Letter)

    def again(session: Session) -> None:
        found = session.get_one(Letter, letter.id)
        there = destinations.destination_for(session, "chat", "acct", "ana@chat")
        letters.send_again(session, found, there, office.now)

    await office.write(again)
    await office.sends()
    assert office.chat.texts == ["one"]


async def test_a_chat_that_moved_is_followed(office: Office) -> None:
    ana = await office.hires("ana")
    await office.writes(ana, "one")
    office.chat.failures = [DeliveryError("migrated", moved_to="-100")]
    await office.sends()
    assert [message.text for message in office.chat.to("-100")] == ["one"]
    assert (await office.letter()).attempts == 1


async def test_a_chat_that_moved_to_a_known_one_hands_its_letters_over(office: Office) -> None:
    ana = await office.hires("ana")
    await office.write(lambda session: destinations.destination_for(session, "chat", "acct", "-100").id)
    await office.writes(ana, "one")
    await office.writes(ana, "two")
    office.chat.failures = [DeliveryError("migrated", moved_to="-100")]
    await office.sends()
    assert [message.text for message in office.chat.to("-100")] == ["one", "two"]


async def test_a_letter_the_platform_cannot_read_goes_as_bare_text_once(office: Office) -> None:
    ana = await office.hires("ana")
    await office.writes(ana, "odd")
    office.chat.failures = [DeliveryError("can't parse entities", malformed=True)]
    await office.sends()
    assert office.chat.texts == ["odd"]
    await office.writes(ana, "odder")
    office.chat.failures = [DeliveryError("can't parse", malformed=True)] * 2
    await office.sends()
    letter = await office.letter(1)
    assert (letter.state, letter.last_class) == ("failed", "refused")
    assert (await office.destination("ana@chat")).closed_at is None


async def test_a_lost_answer_is_looked_up_where_that_can_be_done(office: Office) -> None:
    ana = await office.hires("ana")
    office.chat.can_find = True
    office.chat.loses_answers = [DeliveryError("reset", uncertain=True)]
    await office.writes(ana, "hello")
    await office.sends()
    office.advance(seconds=10)
    await office.sends()
    assert office.chat.texts == ["hello"]
    assert (await office.letter()).state == "sent"


async def test_a_lost_answer_makes_every_further_copy_a_possible_repeat(office: Office) -> None:
    ana = await office.hires("ana")
    office.chat.loses_answers = [DeliveryError("reset", uncertain=True)]
    await office.writes(ana, "hello")
    await office.sends()
    office.chat.failures = [DeliveryError("refused")]
    office.advance(seconds=10)
    await office.sends()
    assert (await office.letter()).uncertain, "a safe failure does not make the first one certain"
    office.advance(seconds=30)
    await office.sends()
    assert [message.repeat for message in office.chat.shown] == [False, True]


async def test_a_process_that_died_while_sending_leaves_a_possible_repeat(office: Office) -> None:
    ana = await office.hires("ana")
    await office.writes(ana, "hello")
    await _claim(office)
    office.advance(seconds=29)
    await office.sends()
    assert office.chat.texts == [], "its lease lives"
    office.advance(seconds=1)
    await office.sends()
    [message] = office.chat.shown
    assert message.repeat
    letter = await office.letter()
    assert (letter.deaths, letter.state) == (1, "sent")


async def test_a_letter_that_kills_three_processes_is_held_and_lets_the_next_pass(office: Office) -> None:
    ana = await office.hires("ana")
    await office.writes(ana, "poison")
    await office.writes(ana, "behind it")
    for _ in range(3):
        [claimed] = await _claim(office)
        await office.write(
            lambda session, one=claimed: letters.start_sending(session, one.id, one.token, office.now)  # type: ignore[misc]
        )
        office.advance(seconds=30)
    await office.sends()
    assert office.chat.texts == ["behind it"]
    held = await office.letter()
    assert (held.state, held.deaths, held.is_open) == ("held", 3, False)
    health = await office.database.read(lambda session: letters.health(session, office.now))
    assert health.held == 1


async def test_a_suspect_is_not_counted_dead_before_it_is_tried_alone(office: Office) -> None:
    ana = await office.hires("ana")
    await office.writes(ana, "hello")
    await _claim(office)
    for _ in range(4):
        office.advance(seconds=30)
        [claimed] = await _claim(office)
        assert claimed.is_suspect
    assert (await office.letter()).deaths == 1


async def test_a_suspect_goes_alone(office: Office) -> None:
    suspect = await office.hires("suspect")
    others = [await office.hires(f"p{number}") for number in range(5)]
    await office.writes(suspect, "suspect")
    await _claim(office)
    office.advance(seconds=30)
    for person in others:
        await office.writes(person, person.name)
    beside: dict[str, int] = {}

    async def look(address: Address, letter: int | None) -> None:
        for _ in range(5):
            await asyncio.sleep(0)
        beside[address.chat] = office.chat.at_once

    office.chat.on_send = look
    await office.sends()
    assert beside.pop("suspect@chat") == 1
    assert max(beside.values()) == 5


async def test_a_stalled_process_changes_nothing_when_it_wakes(office: Office) -> None:
    ana = await office.hires("ana")
    await office.writes(ana, "hello")
    [stalled] = await _claim(office)
    office.advance(seconds=30)
    [taken] = await _claim(office)
    await _record(office, stalled, "permanent", error="gone")
    letter = await office.letter()
    assert (letter.state, letter.lease_token) == ("leased", taken.token)
    assert not await office.write(lambda session: letters.start_sending(session, stalled.id, stalled.token, office.now))
    assert await office.write(lambda session: letters.start_sending(session, taken.id, taken.token, office.now))


async def test_nothing_is_sent_once_half_the_lease_is_over(office: Office) -> None:
    ana = await office.hires("ana")
    await office.writes(ana, "one")
    clock = itertools.chain([0.0], itertools.repeat(16.0))
    post = office.another_post(monotonic=lambda: next(clock))
    await post.send_pending()
    assert post.results == {("chat", "released"): 1, ("chat", "sent"): 1}
    letter = await office.letter()
    assert (letter.state, letter.uncertain, letter.attempts) == ("sent", False, 1)
    assert len(office.chat.shown) == 1


async def test_what_was_done_or_moved_meanwhile_is_not_sent(office: Office) -> None:
    ana = await office.hires("ana")
    reminder = await office.books(ana, "send quote", "2026-11-24 14:30")
    office.at("2026-11-24 14:30")
    await office.scans()
    await office.set(reminder, version=2)
    await office.sends()
    assert office.chat.texts == []
    assert (await office.letter()).state == "cancelled"


async def test_done_cancels_what_is_not_on_its_way(office: Office) -> None:
    ana = await office.hires("ana")
    reminder = await office.books(ana, "send quote", "2026-11-24 14:30")
    office.at("2026-11-24 14:30")
    await office.scans()
    await office.write(lambda session: letters.cancel_for_reminder(session, reminder.id))
    await office.sends()
    assert (office.chat.texts, (await office.letter()).state) == ([], "cancelled")


async def test_a_letter_that_expired_is_seen_to_have(office: Office) -> None:
    ana = await office.hires("ana")
    await office.writes(ana, "stale", expires_at=office.now + timedelta(hours=24))
    office.advance(hours=24)
    await office.sends()
    assert (office.chat.texts, (await office.letter()).state) == ([], "expired")


async def test_a_retry_waits_for_the_end_of_quiet_hours_and_holds_nobody(office: Office) -> None:
    ana = await office.hires("ana")
    office.at("2026-11-24 19:55")
    await office.writes(ana, "calm", rings=False)
    office.chat.failures = [DeliveryError("no")] * 4
    for wait in (10, 30, 120, 600):
        await office.sends()
        office.advance(seconds=wait)
    await office.sends()
    await office.writes(ana, "rings")
    await office.sends()
    assert office.chat.texts == ["rings"]
    office.at("2026-11-25 08:00")
    await office.sends()
    assert office.chat.texts == ["rings", "calm"]


async def test_an_edit_rewrites_the_message(office: Office) -> None:
    ana = await office.hires("ana")
    await office.writes(ana, "push")
    await office.sends()
    [posting] = await office.rows(Posting)
    sent = Sent(address=Address(platform="chat", account="acct", chat="ana@chat"), message_id=posting.message_id)
    await office.writes(ana, "done", kind="edit", edits=sent.to_json())
    await office.sends()
    [(where, reply)] = office.chat.edited
    assert (where, reply.text) == (sent, "done")
    [posting] = await office.rows(Posting)
    assert posting.letter_id == (await office.letter(0)).id


async def test_an_edit_that_is_refused_closes_no_chat(office: Office) -> None:
    ana = await office.hires("ana")
    sent = Sent(address=Address(platform="chat", account="acct", chat="ana@chat"), message_id="9")
    await office.writes(ana, "done", kind="edit", edits=sent.to_json())
    office.chat.failures = [DeliveryError("message can't be edited", permanent=True)]
    await office.sends()
    assert (await office.letter()).state == "cancelled"
    assert (await office.destination("ana@chat")).closed_at is None


async def test_a_slow_platform_holds_up_no_other_and_a_stop_finishes_what_is_in_flight(office: Office) -> None:
    ana, bob = await office.hires("ana", "chat"), await office.hires("bob", "other")
    await office.writes(ana, "slow")
    await office.writes(bob, "quick")
    reached, go_on, quick = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def hang(address: Address, letter: int | None) -> None:
        reached.set()
        await go_on.wait()

    async def tell(address: Address, letter: int | None) -> None:
        quick.set()

    office.chat.on_send, office.other.on_send = hang, tell
    running = asyncio.create_task(office.post.run())
    async with asyncio.timeout(10):
        await reached.wait()
        await quick.wait()
    running.cancel()
    await asyncio.sleep(0)
    assert not running.done()
    go_on.set()
    await asyncio.wait([running], timeout=10)
    assert running.cancelled()
    assert {one.state for one in await office.rows(Letter)} == {"sent"}


async def test_the_post_wakes_when_it_is_poked(office: Office) -> None:
    ana = await office.hires("ana")
    told = asyncio.Event()

    async def tell(address: Address, letter: int | None) -> None:
        told.set()

    office.chat.on_send = tell
    running = asyncio.create_task(office.post.run())
    await office.writes(ana, "hello")
    office.post.poke()
    async with asyncio.timeout(10):
        await told.wait()
    running.cancel()
    await asyncio.wait([running])
    assert office.chat.texts == ["hello"]


async def test_many_are_sent_at_once_but_never_more_than_fifty(office: Office) -> None:
    people = [await office.hires(f"p{number}") for number in range(60)]
    for person in people:
        await office.writes(person, person.name)

    async def linger(address: Address, letter: int | None) -> None:
        for _ in range(3):
            await asyncio.sleep(0)

    office.chat.on_send = linger
    assert await office.sends() == 60
    assert office.chat.most_at_once == 50
    assert len(office.chat.shown) == 60


async def test_a_follow_up_that_cannot_be_worded_is_told_in_plain_words_and_stops_nobody(office: Office) -> None:
    ana, bob = await office.hires("ana", zone="Nowhere/City"), await office.hires("bob")
    await office.books(ana, "odd", "2026-11-24 15:00")
    await office.books(bob, "healthy", "2026-11-24 15:00")
    office.at("2026-11-24 15:00")
    await office.ticks()
    [odd] = office.chat.to("ana@chat")
    [healthy] = office.chat.to("bob@chat")
    assert odd.text == "⏰ odd\nF-1"
    assert healthy.reply.buttons[0].label == "Done"
    assert [letter.body["text"] for letter in await office.rows(Letter)] == [odd.text, healthy.text]
