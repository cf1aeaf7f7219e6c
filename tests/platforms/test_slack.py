"""People in Slack type, press and write; what they mean arrives once, and the answer stands before them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from handlers.message import Address, Reply, Sent
from tests.fakes import slack as fakes
from tests.fakes.slack import FakeSlack
from tests.platforms.slack_desk import Desk, card, channel, running, silence

LINE = "met Ana Souza, Acme: wants 40 seats #hot $12k >proposal & <more>"


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        fake.joins("U1", "Carla", tz="America/Sao_Paulo", locale="pt-BR")
        fake.joins("U2", "Bob Lee")
        yield fake
        assert not fake.complaints
        assert not fake.mentions


@pytest.mark.parametrize("via", ["socket", "http"])
async def test_a_command_is_stored_and_answered_to_the_asker_alone(slack: FakeSlack, via: str) -> None:
    desk = Desk()
    async with running(slack, desk, signing_secret=fakes.SIGNING_SECRET):
        delivery = await slack.types_command("U1", LINE, channel="C0SALES", via=via)
        shown = await slack.received("U1", "heard met Ana")
        await delivery.acknowledged()
    (message,) = desk.messages
    assert message.id == f"command:{delivery.payload['trigger_id']}"
    assert message.text == LINE
    assert message.address == Address(platform="slack", account=fakes.TEAM, chat="C0SALES")
    assert (message.sender.user, message.sender.name) == ("U1", "Carla")
    assert (message.sender.zone, message.sender.language) == ("America/Sao_Paulo", "pt")
    assert not message.is_private
    assert message.answer_to == delivery.payload["response_url"]
    assert (shown.how, shown.to, shown.text) == ("ack", "U1", f"heard {LINE}")
    assert delivery.status == 200
    assert desk.sent == [None]


async def test_both_ways_give_the_same_message_and_the_same_text(slack: FakeSlack) -> None:
    desk = Desk()
    async with running(slack, desk, signing_secret=fakes.SIGNING_SECRET):
        for via in ("socket", "http"):
            await (await slack.types_command("U1", LINE, via=via)).acknowledged()
    one, other = desk.messages
    varying = {"id": "", "answer_to": "", "at": ""}
    assert one.to_json() | varying == other.to_json() | varying
    assert slack.shown[0].raw == slack.shown[1].raw


async def test_a_command_with_the_word_payload_is_not_lost(slack: FakeSlack) -> None:
    desk = Desk()
    async with running(slack, desk, signing_secret=fakes.SIGNING_SECRET):
        await slack.types_command("U1", "called Ana: the payload is 40 seats", via="http")
        await slack.received("U1", "payload is 40")


async def test_a_command_without_an_answer_is_acknowledged_in_silence(slack: FakeSlack) -> None:
    desk = Desk(silence)
    async with running(slack, desk):
        delivery = await slack.types_command("U9", "today")
        assert await delivery.acknowledged() is None
    assert slack.shown == []


async def test_a_direct_message_is_answered_where_it_was_written(slack: FakeSlack) -> None:
    desk = Desk()
    async with running(slack, desk):
        said = await slack.says("U1", LINE)
        shown = await slack.received("U1", "heard met Ana")
        await said.delivery.acknowledged()
    (message,) = desk.messages
    assert message.id == f"message:{said.chat}:{said.ts}"
    assert (message.text, message.message_id, message.is_private) == (LINE, said.ts, True)
    assert message.address == Address(platform="slack", account=fakes.TEAM, chat="D1")
    assert f"{message.at.timestamp():.6f}" == said.ts
    assert desk.sent == [Sent(address=message.address, message_id=shown.ts)]
    assert shown.bold == [f"heard {LINE}"]


async def test_what_the_bot_itself_says_comes_back_and_is_left_alone(slack: FakeSlack) -> None:
    desk = Desk()
    async with running(slack, desk):
        await slack.says("U1", "today")
        await slack.received("U1", "heard today")
        echoes = [d for d in slack.lines.deliveries if d.payload["event"].get("bot_id")]
        await slack.until(
            lambda: [d for d in slack.lines.deliveries if d.payload["event"].get("bot_id")] or None, "echo"
        )
        for echo in echoes:
            await echo.acknowledged()
    assert len(desk.messages) == 1


async def test_a_reply_in_a_thread_names_the_card_and_is_answered_there(slack: FakeSlack) -> None:
    desk = Desk()
    async with running(slack, desk):
        await slack.says("U1", "today")
        first = await slack.received("U1", "heard today")
        await slack.says("U1", ">won", thread=first.ts)
        second = await slack.received("U1", "heard >won")
    card_address = Address(platform="slack", account=fakes.TEAM, chat="D1")
    assert desk.messages[1].in_reply_to == Sent(address=card_address, message_id=first.ts)
    assert desk.messages[1].address.thread == second.thread == first.ts


async def test_an_event_that_comes_again_is_answered_once_and_acknowledged(slack: FakeSlack) -> None:
    desk = Desk()
    async with running(slack, desk):
        said = await slack.says("U1", "today")
        await slack.received("U1", "heard today")
        again = await slack.redelivers(said.delivery)
        await again.acknowledged()
    assert len(desk.messages) == len(desk.sent) == 1


async def test_a_mention_is_taken_once_though_it_makes_two_events(slack: FakeSlack) -> None:
    desk = Desk()
    async with running(slack, desk):
        said = await slack.mentions_bot("U1", "met Ana")
        shown = await slack.received("U1", "heard met Ana")
        for delivery in slack.lines.deliveries:
            await delivery.acknowledged()
    assert desk.ids == [f"message:C0SALES:{said.ts}"]
    assert desk.messages[0].text == "met Ana"
    assert not desk.messages[0].is_private
    assert (shown.how, shown.to, desk.sent) == ("ephemeral", "U1", [None])
    assert slack.visible("U2") == []


async def test_other_talk_in_a_channel_is_neither_stored_nor_answered(slack: FakeSlack) -> None:
    desk = Desk()
    async with running(slack, desk) as bot:
        posted = await bot.send(_channel(), Reply(text="D-57 Acme"))
        assert posted is not None
        said = await slack.talks("U1", "the customer is annoying")
        thread = await slack.talks("U1", "indeed", thread=posted.message_id)
        await said.delivery.acknowledged()
        await thread.delivery.acknowledged()
    assert desk.messages == []
    assert len(slack.shown) == 1


async def test_a_reply_to_a_card_in_a_channel_that_reads_as_a_line_is_one(slack: FakeSlack) -> None:
    desk = Desk()
    async with running(slack, desk, is_line=lambda text: text.startswith(">")) as bot:
        posted = await bot.send(_channel(), Reply(text="D-57 Acme"))
        assert posted is not None
        await slack.talks("U1", "great", thread=posted.message_id)
        await slack.talks("U1", ">won", thread=posted.message_id)
        shown = await slack.received("U1", "heard >won")
    assert [message.text for message in desk.messages] == [">won"]
    assert desk.messages[0].in_reply_to == posted
    assert (shown.how, shown.thread) == ("ephemeral", posted.message_id)


async def test_an_edit_counts_only_when_the_words_have_changed(slack: FakeSlack) -> None:
    desk = Desk()
    async with running(slack, desk):
        said = await slack.says("U1", "met Ana")
        await slack.received("U1", "heard met Ana")
        await (await slack.edits(said, "met Ana")).acknowledged()
        await (await slack.edits(said, "met Bia")).acknowledged()
        await slack.received("U1", "heard met Bia")
    (_, edited) = desk.messages
    assert edited.is_edit
    assert edited.message_id == said.ts
    assert edited.id.startswith(f"message:D1:{said.ts}:")
    assert edited.at > desk.messages[0].at


@pytest.mark.parametrize(
    "event",
    [
        {"subtype": "message_deleted", "deleted_ts": "1.0"},
        {"subtype": "channel_join", "user": "U1", "text": "joined"},
        {"subtype": "bot_message", "bot_id": "B9", "text": "met Ana"},
        {"bot_id": "B9", "user": "U7", "text": "met Ana"},
        {"user": fakes.BOT, "text": "met Ana"},
        {"text": "nobody said this"},
        {"user": "U1", "text": "no time", "ts": "soon"},
        {"subtype": "message_changed"},
        {"type": "reaction_added", "user": "U1"},
        {"type": "from_the_future"},
    ],
)
async def test_what_is_no_line_is_acknowledged_and_put_aside(slack: FakeSlack, event: dict[str, Any]) -> None:
    desk = Desk()
    async with running(slack, desk):
        whole = {"type": "message", "channel": "D1", "channel_type": "im", "ts": "1700000000.000100", **event}
        await (await slack.sends_event(whole)).acknowledged()
    assert desk.messages == []
    assert slack.shown == []


@pytest.mark.parametrize("via", ["socket", "http"])
async def test_a_press_is_the_stored_command_and_the_new_answer_a_new_message(slack: FakeSlack, via: str) -> None:
    desk = Desk(lambda message: card("Undone") if message.pressed else card("✓ Met Ana", "Edit", "Undo"))
    async with running(slack, desk, signing_secret=fakes.SIGNING_SECRET):
        await slack.says("U1", "met Ana")
        first = await slack.received("U1", "Met Ana")
        delivery = await slack.presses("U1", "Undo", via=via)
        await slack.received("U1", "Undone")
        await delivery.acknowledged()
    press = desk.messages[1]
    assert press.id == f"press:{delivery.payload['trigger_id']}"
    assert (press.pressed, press.text, press.message_id) == ("a1.1", "", first.ts)
    assert press.in_reply_to == desk.sent[0]
    assert first.text == "✓ Met Ana"


async def test_a_press_rewrites_its_card_when_the_answer_stands_in_its_place(slack: FakeSlack) -> None:
    desk = Desk(lambda message: card("Undone", replaces=True) if message.pressed else card("✓ Met Ana", "Undo"))
    async with running(slack, desk):
        await slack.says("U1", "met Ana")
        first = await slack.received("U1", "Met Ana")
        await slack.presses("U1", "Undo")
        await slack.received("U1", "Undone")
    assert first.versions == ["✓ Met Ana", "Undone"]
    assert desk.sent[0] == desk.sent[1]
    assert first.buttons == []


@pytest.mark.parametrize("replaces", [True, False])
async def test_a_press_on_an_ephemeral_card_goes_through_its_response_url(slack: FakeSlack, replaces: bool) -> None:
    desk = Desk(lambda message: card("Undone", replaces=replaces) if message.pressed else card("✓ Met Ana", "Undo"))
    async with running(slack, desk):
        await slack.types_command("U1", "met Ana", channel="C0SALES")
        first = await slack.received("U1", "Met Ana")
        await slack.presses("U1", "Undo")
        second = await slack.received("U1", "Undone")
    assert desk.messages[1].in_reply_to is None
    assert (second is first) == replaces
    assert second.to == "U1"
    assert desk.sent == [None, None]


async def test_what_does_not_fit_beside_the_buttons_is_in_a_menu(slack: FakeSlack) -> None:
    labels = [f"Choice {n}" for n in range(7)]
    desk = Desk(lambda message: card("Chosen") if message.pressed else card("Which?", *labels))
    async with running(slack, desk):
        await slack.says("U1", "met Ana")
        shown = await slack.received("U1", "Which?")
        await slack.presses("U1", "Choice 5")
        await slack.received("U1", "Chosen")
    assert shown.buttons == labels
    assert desk.messages[1].pressed == "a1.5"


async def test_a_flood_keeps_its_order_and_starves_nobody(slack: FakeSlack) -> None:
    desk = Desk()
    async with running(slack, desk):
        for number in range(30):
            await slack.says("U1", f"line {number:02}")
        await slack.says("U2", "met Bia")
        await slack.received("U2", "heard met Bia")
        await slack.received("U1", "heard line 29")
    assert [m.text for m in slack.visible("U1")] == [f"heard line {number:02}" for number in range(30)]


async def test_people_in_one_channel_do_not_wait_for_each_other(slack: FakeSlack) -> None:
    gate = asyncio.Event()
    desk = Desk()

    async def answer(inbox_id: int, deliver: Any) -> None:
        if desk.messages[inbox_id].sender.user == "U1":
            await gate.wait()
        await deliver(Reply(text=f"for {desk.messages[inbox_id].sender.name}"))

    desk.answer = answer  # type: ignore[method-assign]
    async with running(slack, desk):
        await slack.types_command("U1", "slow", channel="C0SALES")
        await slack.types_command("U2", "quick", channel="C0SALES")
        await slack.received("U2", "for Bob Lee")
        gate.set()
        await slack.received("U1", "for Carla")


async def test_a_profile_that_cannot_be_read_holds_nothing_up(slack: FakeSlack) -> None:
    desk = Desk()
    slack.fail_next("users.info", "missing_scope", times=3)
    async with running(slack, desk):
        await slack.says("U1", "met Ana")
        await slack.received("U1", "heard met Ana")
    assert (desk.messages[0].sender.name, desk.messages[0].sender.zone) == ("", None)


async def test_a_profile_is_asked_for_once(slack: FakeSlack) -> None:
    desk = Desk()
    async with running(slack, desk):
        for number in range(3):
            await slack.says("U1", f"line {number}")
        await slack.received("U1", "heard line 2")
    assert slack.count("users.info") == 1


async def test_a_colleague_who_is_mentioned_is_called_by_name(slack: FakeSlack) -> None:
    desk = Desk()
    async with running(slack, desk):
        await slack.sends_raw("slash_commands", _command(slack, "!fri send quote <@U2|bob>"))
        await slack.received("U1", "heard")
    assert desk.messages[0].text == "!fri send quote @Bob Lee"


async def test_check_says_who_we_are(slack: FakeSlack) -> None:
    bot = channel(slack)
    assert await bot.check() == "@recado in Acme"
    assert bot.routes == ()
    await bot.close()


def _channel() -> Address:
    return Address(platform="slack", account=fakes.TEAM, chat="C0SALES")


def _command(slack: FakeSlack, text: str) -> dict[str, Any]:
    return {
        "command": "/crm",
        "text": text,
        "user_id": "U1",
        "channel_id": "D1",
        "team_id": fakes.TEAM,
        "trigger_id": "1.2.3",
        "response_url": f"{slack.url}/hook/1",
    }
