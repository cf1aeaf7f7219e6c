"""Taking in: what is stored, when Telegram is told, and what happens when something is in the way."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence

import pytest

from bot.platforms.telegram import Telegram, token_problem
from handlers.errors import DeliveryError, SettingsError
from handlers.message import Button, Deliver, Message, Reply
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_failures import throttled
from tests.platforms.telegram_inbox import QUICK, Inbox, channel, running

CARLA = 7
GROUP = -100123


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server
    assert server.complaints == []


async def test_a_line_is_stored_and_answered_in_its_chat(fake: FakeTelegram) -> None:
    inbox = Inbox()
    async with running(channel(fake), inbox):
        said = fake.says(CARLA, "met Ana Souza, Acme", language="pt-br")
        await fake.received(CARLA, "heard: met Ana Souza, Acme")
    (message,) = inbox.messages
    assert message.id == str(said.update_id)
    assert (message.sender.user, message.sender.language, message.is_private) == ("7", "pt", True)
    (sent,) = inbox.sent
    assert sent is not None
    assert sent.message_id == str(fake.messages(CARLA)[0].message_id)


async def test_telegram_is_told_only_after_the_batch_is_stored(fake: FakeTelegram) -> None:
    first = fake.says(CARLA, "one").update_id
    fake.says(CARLA, "two")
    inbox = Inbox()
    inbox.broken = 1
    with pytest.raises(OSError, match="database is away"):
        async with running(channel(fake), inbox) as task:
            await task
    assert fake.confirmed == 0
    async with running(channel(fake), inbox):
        await fake.received(CARLA, "heard: two")
        await fake.until(lambda: fake.confirmed == first + 2 or None, lambda: f"confirmed {fake.confirmed}")
    assert inbox.batches == [[str(first), str(first + 1)]] * 2
    assert inbox.texts() == ["one", "two"]


async def test_nothing_is_confirmed_while_it_is_being_stored(fake: FakeTelegram) -> None:
    stored = asyncio.Event()

    class Slow(Inbox):
        async def receive(self, messages: Sequence[Message]) -> list[int | None]:
            ids = await super().receive(messages)
            await stored.wait()
            return ids

    inbox = Slow()
    async with running(channel(fake), inbox):
        said = fake.says(CARLA, "being written")
        await fake.until(lambda: inbox.batches or None, lambda: "nothing was received")
        fake.says(CARLA, "meanwhile")
        assert (fake.confirmed, fake.messages(CARLA)) == (0, [])
        assert len(await fake.called("getUpdates")) == 1
        stored.set()
        await fake.received(CARLA, "heard: meanwhile")
    assert fake.confirmed >= said.update_id + 1


async def test_a_redelivery_is_answered_once(fake: FakeTelegram) -> None:
    inbox = Inbox()
    async with running(channel(fake), inbox):
        said = fake.says(CARLA, "once")
        await fake.received(CARLA, "heard: once")
        fake.says(CARLA, "then")
        await fake.received(CARLA, "heard: then")
        fake.redeliver(said.update_id)
        await fake.until(lambda: len(inbox.batches) == 3 or None, lambda: str(inbox.batches))
        fake.says(CARLA, "last")
        await fake.received(CARLA, "heard: last")
    assert fake.confirmed == said.update_id + 3  # an old one given again does not turn the offset back
    assert [posted.text for posted in fake.messages(CARLA)] == ["heard: once", "heard: then", "heard: last"]


async def test_an_update_that_makes_no_sense_costs_nothing_but_itself(
    fake: FakeTelegram, caplog: pytest.LogCaptureFixture
) -> None:
    fake.says(CARLA, "before")
    odd = [
        fake.sends_raw(message={"message_id": "x", "from": {"id": 7}, "text": 5}),
        fake.sends_raw(
            message={
                "message_id": 1,
                "chat": {"id": 7, "type": "private"},
                "from": {"id": 7},
                "date": 10**30,
                "text": "far",
            }
        ),
        fake.sends_raw(message=None),
        fake.sends_raw(callback_query=[1]),
        fake.sends_raw(edited_message="no"),
    ]
    fake.sends_raw(something_new={"a": 1})
    fake.says(CARLA, "after")
    inbox = Inbox()
    async with running(channel(fake), inbox):
        await fake.received(CARLA, "heard: after")
        await fake.until(lambda: fake.confirmed > odd[-1] + 2 or None, lambda: f"confirmed {fake.confirmed}")
    assert inbox.texts() == ["before", "after"]
    assert [record.args for record in caplog.records if "could not be read" in record.message] == [
        (number,) for number in odd
    ]


async def test_text_that_no_database_takes_is_mended(fake: FakeTelegram) -> None:
    inbox = Inbox()
    async with running(channel(fake), inbox):
        fake.says(CARLA, "met \ud83d Ana\0 🙂")
        await fake.received(CARLA, "heard: met")
    assert inbox.texts() == ["met \ufffd Ana 🙂"]


async def test_a_press_is_acknowledged_and_rewrites_its_card(fake: FakeTelegram) -> None:
    def reply(message: Message) -> Reply:
        if message.pressed:
            return Reply(text="✓ Done", replaces=True)
        return Reply(text="⏰ Send quote", buttons=(Button(label="Done", command="done F-1"),))

    inbox = Inbox(reply)
    async with running(channel(fake), inbox):
        fake.says(CARLA, "remind me")
        card = await fake.received(CARLA, "Send quote")
        pressed = fake.presses(CARLA, "Done")
        await fake.received(CARLA, "✓ Done")
        await fake.called("answerCallbackQuery")
    assert card.versions == ["⏰ Send quote", "✓ Done"]
    assert card.buttons == []
    assert len(fake.acknowledged) == 1
    press = inbox.messages[1]
    assert (press.pressed, press.text, press.message_id) == ("a0.0", "", str(pressed.message_id))
    assert inbox.sent[0] == inbox.sent[1]


async def test_a_press_on_a_card_that_is_gone_gets_a_new_message(fake: FakeTelegram) -> None:
    inbox = Inbox(lambda message: Reply(text=f"card {message.pressed}", replaces=True))
    async with running(channel(fake), inbox):
        fake.says(CARLA, "hello")
        await fake.received(CARLA, "card None")
        fake.sends_raw(
            callback_query={
                "id": "1",
                "from": {"id": CARLA, "is_bot": False, "first_name": "Carla"},
                "message": {"message_id": 999, "chat": {"id": CARLA, "type": "private"}, "date": 0},
                "data": "a0.0",
            }
        )
        await fake.received(CARLA, "card a0.0")
        await fake.called("answerCallbackQuery")
    assert len(fake.messages(CARLA)) == 2
    # The card is unknown and so is the press: Telegram says so, and neither is in the way.
    assert sorted(complaint.split(":")[0] for complaint in fake.complaints) == [
        "answerCallbackQuery",
        "editMessageText",
    ]
    fake.complaints.clear()


async def test_answers_keep_the_order_of_their_chat_and_do_not_hold_up_others(fake: FakeTelegram) -> None:
    slow = asyncio.Event()

    class Slow(Inbox):
        async def answer(self, inbox_id: int, deliver: Deliver) -> None:
            if self.messages[inbox_id].text == "0":
                await slow.wait()
            await super().answer(inbox_id, deliver)

    inbox = Slow()
    async with running(channel(fake), inbox):
        for number in range(5):
            fake.says(CARLA, str(number))
        fake.says(8, "from another")
        await fake.received(8, "heard: from another")
        assert fake.messages(CARLA) == []
        slow.set()
        await fake.received(CARLA, "heard: 4")
    assert [posted.text for posted in fake.messages(CARLA)] == [f"heard: {number}" for number in range(5)]


async def test_an_answer_that_fails_ends_nothing_else(fake: FakeTelegram, caplog: pytest.LogCaptureFixture) -> None:
    def reply(message: Message) -> Reply:
        if message.text == "bad":
            raise ZeroDivisionError
        return Reply(text=f"heard: {message.text}")

    async with running(channel(fake), Inbox(reply)):
        fake.says(CARLA, "bad")
        fake.says(CARLA, "good")
        await fake.received(CARLA, "heard: good")
    assert "inbox 0 was not answered" in caplog.text


async def test_stopping_finishes_what_is_in_progress(fake: FakeTelegram) -> None:
    inbox = Inbox()
    inbox.gate.clear()
    async with running(channel(fake), inbox) as task:
        fake.says(CARLA, "in flight")
        await fake.until(lambda: inbox.messages or None, lambda: "nothing was stored")
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done()
        inbox.gate.set()
        await fake.received(CARLA, "heard: in flight")
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_an_answer_that_never_comes_does_not_hold_the_stop_for_ever(fake: FakeTelegram) -> None:
    inbox = Inbox()
    inbox.gate.clear()
    telegram = Telegram(fake.token, api_url=fake.url, patience=type(QUICK)(read=0.4, poll=5, stop=0.05))
    async with running(telegram, inbox) as task:
        fake.says(CARLA, "stuck")
        await fake.until(lambda: inbox.messages or None, lambda: "nothing was stored")
        task.cancel()
        async with asyncio.timeout(2):
            with pytest.raises(asyncio.CancelledError):
                await task


# In a group


async def test_in_a_group_it_hears_what_is_meant_for_it_and_answers_in_private(fake: FakeTelegram) -> None:
    inbox = Inbox()
    async with running(channel(fake), inbox):
        fake.says(CARLA, "hello")
        await fake.received(CARLA, "heard: hello")
        fake.says(CARLA, "the customer is difficult", chat=GROUP)
        fake.says(CARLA, "/today", chat=GROUP)
        fake.says(CARLA, "/crm@another_bot pipe", chat=GROUP)
        fake.says(CARLA, "/crm find acme", chat=GROUP)
        await fake.received(CARLA, "heard: find acme")
        fake.says(CARLA, "/crm@Recado_Bot late", chat=GROUP)
        await fake.received(CARLA, "heard: late")
    assert inbox.texts() == ["hello", "find acme", "late"]
    assert [message.is_private for message in inbox.messages] == [True, False, False]
    assert fake.messages(GROUP) == []


async def test_whoever_has_no_private_chat_is_told_once_in_the_group(fake: FakeTelegram) -> None:
    inbox = Inbox()
    async with running(channel(fake), inbox):
        fake.says(CARLA, "/crm today", chat=GROUP, language="pt")
        said = await fake.received(GROUP, "Respondi para você em particular")
    assert [posted.text for posted in fake.messages(GROUP)] == [said.text]
    (fault,) = inbox.faults
    assert fault.permanent


# What is in the way


async def test_a_refused_token_names_the_setting_and_keeps_the_secret(fake: FakeTelegram) -> None:
    telegram = Telegram("110201543:AAwrong", api_url=fake.url, patience=QUICK)
    with pytest.raises(SettingsError, match="RECADO_TELEGRAM_TOKEN") as raised:
        await telegram.run(Inbox().receive, Inbox().answer)
    await telegram.close()
    assert "BotFather" in str(raised.value)
    assert "AAwrong" not in str(raised.value)


@pytest.mark.parametrize("token", ["", "abc", "123", "123:", ":AAH", "12 3:AAH", "123:AA H", "123:AAH\n"])
def test_what_cannot_be_a_token_is_refused_at_once(token: str) -> None:
    assert token_problem(token)
    with pytest.raises(SettingsError, match="RECADO_TELEGRAM_TOKEN"):
        Telegram(token)


def test_what_looks_like_a_token_passes() -> None:
    assert token_problem(TOKEN) is None
    assert Telegram(TOKEN).account == "110201543"


async def test_check_gives_the_name_of_the_bot(fake: FakeTelegram) -> None:
    telegram = channel(fake)
    assert await telegram.check() == "@recado_bot"
    await telegram.close()


async def test_check_says_why_not(fake: FakeTelegram) -> None:
    telegram = Telegram("1:AAwrong", api_url=fake.url, patience=QUICK)
    with pytest.raises(DeliveryError, match="401: Unauthorized"):
        await telegram.check()
    await telegram.close()


async def test_another_poller_is_told_once_and_outlived(fake: FakeTelegram, caplog: pytest.LogCaptureFixture) -> None:
    fake.fail_next("getUpdates", "conflict", times=3)
    async with running(channel(fake), Inbox()):
        fake.says(CARLA, "still here")
        await fake.received(CARLA, "heard: still here")
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(told) == 1
    assert "another process polls with the same token" in told[0]


async def test_two_of_us_on_one_token_lose_nothing(fake: FakeTelegram) -> None:
    one, other = Inbox(), Inbox()
    async with running(channel(fake), one), running(channel(fake), other):
        await fake.called("getUpdates", 4)
        for number in range(20):
            fake.says(CARLA, str(number))
        await fake.until(
            lambda: {*one.texts(), *other.texts()} >= {str(n) for n in range(20)} or None,
            lambda: f"{one.texts()} {other.texts()}",
        )


async def test_a_webhook_in_the_way_is_named(fake: FakeTelegram, caplog: pytest.LogCaptureFixture) -> None:
    fake.set_webhook("https://example.com/hook")
    async with running(channel(fake), Inbox()):
        await fake.called("getUpdates", 2)
        fake.set_webhook("")
        fake.says(CARLA, "at last")
        await fake.received(CARLA, "heard: at last")
    assert "a webhook is set for this token" in caplog.text


@pytest.mark.parametrize(
    "failure",
    [
        "server_error",
        "bad_gateway",
        "malformed",
        "wrong_shape",
        "reset_before_accept",
        "reset_after_accept",
        "portal",
        "hang_before_accept",
    ],
)
@pytest.mark.parametrize("method", ["getMe", "getUpdates"])
async def test_an_outage_is_told_once_and_outlived(
    fake: FakeTelegram, caplog: pytest.LogCaptureFixture, method: str, failure: str
) -> None:
    fake.fail_next(method, failure, times=2)
    patience = type(QUICK)(read=0.2, poll=0 if failure.startswith("hang") else 5, first_pause=0.01, longest_pause=0.05)
    async with running(channel(fake, patience=patience), Inbox()):
        fake.says(CARLA, "through it all")
        await fake.received(CARLA, "heard: through it all")
    assert sum("cannot be heard" in record.message for record in caplog.records) == 1


async def test_polling_waits_as_long_as_it_is_told(fake: FakeTelegram) -> None:
    fake.fail_next("getUpdates", throttled(1))
    async with running(channel(fake), Inbox()):
        first, second, *_ = await fake.called("getUpdates", 2)
    assert second.at - first.at >= 1


async def test_nobody_listening_at_the_address_is_outlived() -> None:
    telegram = Telegram(TOKEN, api_url="http://127.0.0.1:9", patience=QUICK)
    with pytest.raises(DeliveryError, match="ConnectError"):
        await telegram.check()
    await telegram.close()


# The menu

MENU = [("today", {"en": "What is due today", "pt": "O que vence hoje"}), ("undo", {"en": "Undo", "pt": "Desfazer"})]


async def test_the_menu_is_offered_in_each_language(fake: FakeTelegram) -> None:
    async with running(channel(fake, menu=MENU, company_language="pt"), Inbox()):
        await fake.called("setMyCommands", 4)
        await fake.until(lambda: len(fake.menus) == 4 or None, lambda: str(fake.menus))
    assert set(fake.menus) == {"", "en", "pt", "es"}
    assert fake.menus[""][0] == {"command": "today", "description": "O que vence hoje"}
    assert fake.menus["es"][0]["description"] == "What is due today"


async def test_a_menu_that_cannot_be_set_is_no_disaster(fake: FakeTelegram, caplog: pytest.LogCaptureFixture) -> None:
    fake.fail_next("setMyCommands", "server_error")
    async with running(channel(fake, menu=MENU), Inbox()):
        fake.says(CARLA, "hello")
        await fake.received(CARLA, "heard: hello")
        await fake.until(lambda: "menu could not be set" in caplog.text or None, lambda: caplog.text)
