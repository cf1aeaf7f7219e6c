"""Sending: what arrives, and which class each failure is put into, with the real SDK over real sockets."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from telegram.error import NetworkError, TimedOut

from bot.platforms.telegram import Telegram, faults
from handlers.errors import DeliveryError
from handlers.message import Address, Button, Reply, Sent
from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_failures import migrated, refused, throttled
from tests.platforms.telegram_inbox import QUICK, channel

CARLA = 7
PUSH = Reply(
    text="⏰ Send quote: Ana <b>Souza</b>, @everyone\nD-57 #hot /undo",
    buttons=(Button(label="Done", command="done F-31"), Button(label="1 h", command="F-31 1h")),
    key="l5",
)


def address(chat: int = CARLA, thread: str | None = None) -> Address:
    return Address(platform="telegram", account="110201543", chat=str(chat), thread=thread)


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        server.says(CARLA, "/start")
        yield server


@pytest.fixture
async def telegram(fake: FakeTelegram) -> AsyncIterator[Telegram]:
    found = channel(fake, company_language="pt")
    yield found
    await found.close()


async def test_a_push_arrives_as_text_with_buttons(fake: FakeTelegram, telegram: Telegram) -> None:
    sent = await telegram.send(address(), PUSH, letter=5)
    (posted,) = fake.messages(CARLA)
    assert sent == Sent(address=address(), message_id=str(posted.message_id))
    assert posted.text.replace("\u2060", "") == PUSH.text
    assert posted.bold == [posted.text.split("\n")[0]]
    assert posted.buttons == ["Done", "1 h"]
    assert [button["callback_data"] for button in posted.rows[0]] == ["l5.0", "l5.1"]
    assert posted.links == []
    assert fake.complaints == []
    (call,) = await fake.called("sendMessage")
    assert "parse_mode" not in call.given
    assert call.given["link_preview_options"] == '{"is_disabled": true}'


async def test_a_repeat_says_so_in_the_company_s_language(fake: FakeTelegram, telegram: Telegram) -> None:
    await telegram.send(address(), PUSH, letter=5, repeat=True)
    assert "(possível repetição)" in fake.messages(CARLA)[0].text.split("\n")[0]


async def test_a_long_reply_is_known_by_its_last_message(fake: FakeTelegram, telegram: Telegram) -> None:
    sent = await telegram.send(address(), Reply(text="line 🙂\n" * 2000, buttons=PUSH.buttons, key="l5"))
    first, *_, last = fake.messages(CARLA)
    assert (first.buttons, last.buttons) == ([], ["Done", "1 h"])
    assert sent is not None
    assert sent.message_id == str(last.message_id)
    assert fake.complaints == []


async def test_a_topic_is_kept(fake: FakeTelegram, telegram: Telegram) -> None:
    await telegram.send(address(thread="3"), PUSH)
    assert fake.messages(CARLA)[0].thread == 3


async def test_an_edit_replaces_text_and_buttons(fake: FakeTelegram, telegram: Telegram) -> None:
    sent = await telegram.send(address(), PUSH)
    assert sent is not None
    await telegram.edit(sent, Reply(text="✓ Done"))
    (posted,) = fake.messages(CARLA)
    assert (posted.text, posted.buttons) == ("✓ Done", [])


async def test_an_edit_that_changes_nothing_is_done(fake: FakeTelegram, telegram: Telegram) -> None:
    sent = await telegram.send(address(), PUSH)
    assert sent is not None
    await telegram.edit(sent, PUSH)
    assert len(fake.messages(CARLA)[0].versions) == 1


async def test_an_edit_of_what_is_gone_is_done(fake: FakeTelegram, telegram: Telegram) -> None:
    await telegram.edit(Sent(address=address(), message_id="999"), PUSH)
    assert fake.messages(CARLA) == []


async def test_nothing_can_be_looked_up(telegram: Telegram) -> None:
    assert await telegram.find(address(), 5, datetime.now(UTC)) is None


@pytest.mark.parametrize("act", ["send", "edit"])
@pytest.mark.parametrize(
    ("failure", "classes"),
    [
        ("server_error", {"uncertain"}),
        ("server_error_after_accept", {"uncertain"}),
        ("bad_gateway", {"uncertain"}),
        ("hang_after_accept", {"uncertain"}),
        ("hang_before_accept", {"uncertain"}),
        ("reset_before_accept", {"uncertain"}),
        ("reset_after_accept", {"uncertain"}),
        ("malformed", {"uncertain"}),
        ("wrong_shape", {"uncertain"}),
        ("portal", {"uncertain"}),
        ("unauthorized", {"permanent"}),
        ("not_found", {"permanent"}),
        ("blocked", {"permanent"}),
        ("kicked", {"permanent"}),
        ("deactivated", {"permanent"}),
        ("chat_not_found", {"permanent"}),
        (refused("not enough rights to send text messages to the chat"), {"permanent"}),
        ("cannot_parse", {"malformed"}),
        (refused("BUTTON_DATA_INVALID"), {"malformed"}),
        (throttled(17), {"retry_after"}),
        (migrated(-100200), {"moved_to"}),
    ],
    ids=str,
)
async def test_each_failure_has_its_class(
    fake: FakeTelegram, telegram: Telegram, act: str, failure: str, classes: set[str]
) -> None:
    sent = await telegram.send(address(), Reply(text="first"))
    assert sent is not None
    fake.fail_next("sendMessage" if act == "send" else "editMessageText", failure)
    with pytest.raises(DeliveryError) as raised:
        await (telegram.send(address(), PUSH) if act == "send" else telegram.edit(sent, PUSH))
    fault = raised.value
    assert {
        name for name in ("uncertain", "permanent", "malformed", "retry_after", "moved_to") if getattr(fault, name)
    } == classes
    assert fault.retry_after in (None, timedelta(seconds=17))
    assert fault.moved_to in (None, "-100200")
    assert TOKEN.partition(":")[2] not in str(fault)
    assert fault.__cause__ is None


async def test_whatever_fails_it_is_tried_only_once(fake: FakeTelegram, telegram: Telegram) -> None:
    fake.fail_next("sendMessage", "hang_after_accept")
    with pytest.raises(DeliveryError):
        await telegram.send(address(), PUSH)
    assert len(await fake.called("sendMessage")) == 1
    assert len(fake.messages(CARLA)) == 1


async def test_a_reply_cut_short_may_only_be_sent_again_as_a_repeat(fake: FakeTelegram, telegram: Telegram) -> None:
    long = Reply(text="line\n" * 1500)
    send = asyncio.create_task(telegram.send(address(), long))
    await fake.called("sendMessage")
    fake.fail_next("sendMessage", throttled(17))
    with pytest.raises(DeliveryError) as raised:
        await send
    assert raised.value.uncertain
    assert raised.value.retry_after == timedelta(seconds=17)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://telegram.invalid"])
async def test_what_never_left_may_be_sent_again(url: str) -> None:
    telegram = Telegram(TOKEN, api_url=url, patience=QUICK)
    with pytest.raises(DeliveryError) as raised:
        await telegram.send(address(), PUSH)
    await telegram.close()
    assert not raised.value.uncertain
    assert not raised.value.permanent


async def test_a_connection_that_is_never_taken_may_be_tried_again() -> None:
    """A full queue of connections: the client's first packet is dropped, and it waits."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
        port = deaf.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            patience = type(QUICK)(connect=0.2)
            telegram = Telegram(TOKEN, api_url=f"http://127.0.0.1:{port}", patience=patience)
            with pytest.raises(DeliveryError) as raised:
                await telegram.send(address(), PUSH)
            await telegram.close()
    assert "ConnectTimeout" in str(raised.value)
    assert not raised.value.uncertain


@pytest.mark.parametrize(
    ("cause", "is_uncertain"),
    [
        (httpx.ConnectTimeout(""), False),
        (httpx.PoolTimeout(""), False),
        (httpx.ConnectError("[Errno -2] Name or service not known"), False),
        (httpx.ReadTimeout(""), True),
        (httpx.WriteTimeout(""), True),
        (httpx.ReadError(""), True),
        (httpx.RemoteProtocolError("Server disconnected"), True),
    ],
    ids=repr,
)
def test_what_the_sdk_wraps_is_told_apart_by_its_cause(cause: httpx.HTTPError, is_uncertain: bool) -> None:
    wrapped = TimedOut() if isinstance(cause, httpx.TimeoutException) else NetworkError(str(cause))
    wrapped.__cause__ = cause
    assert faults.delivery_error(wrapped, TOKEN).uncertain is is_uncertain


def test_no_reason_holds_the_token() -> None:
    secret = TOKEN.partition(":")[2]
    fault = faults.delivery_error(NetworkError(f"https://host/bot{TOKEN}/sendMessage failed"), TOKEN)
    assert secret not in str(fault)
    assert "<token>" in str(fault)
