"""Stored before acknowledged, told when it takes long, finished before stopping."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from handlers.message import Message, Reply
from tests.fakes import slack as fakes
from tests.fakes.slack import FakeSlack
from tests.platforms.slack_desk import Desk, always, card, channel, running

VIA = pytest.mark.parametrize("via", ["socket", "http"])


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(has_echo=False) as fake:
        fake.joins("U1", "Carla", locale="pt-BR")
        fake.joins("U2", "Bob")
        yield fake
        assert not fake.complaints
        assert not fake.mentions


@VIA
async def test_an_event_is_not_acknowledged_before_it_is_stored(slack: FakeSlack, via: str) -> None:
    desk = Desk()
    desk.may_store.clear()
    async with running(slack, desk, signing_secret=fakes.SIGNING_SECRET):
        said = await slack.says("U2", "met Ana", via=via)
        await slack.until(lambda: slack.count("users.info") or None, "the profile is asked for")
        assert not said.delivery.is_done.is_set()
        desk.may_store.set()
        await said.delivery.acknowledged()
        assert desk.messages
        assert said.delivery.status == 200
        await slack.received("U2", "heard met Ana")


async def test_an_event_that_could_not_be_stored_is_refused_and_comes_again(slack: FakeSlack) -> None:
    desk = Desk()
    desk.is_broken = True
    async with running(slack, desk, signing_secret=fakes.SIGNING_SECRET):
        said = await slack.says("U2", "met Ana", via="http")
        await said.delivery.acknowledged()
        assert said.delivery.status == 500
        desk.is_broken = False
        again = await slack.redelivers(said.delivery)
        await again.acknowledged()
        assert again.status == 200
        await slack.received("U2", "heard met Ana")


async def test_by_socket_mode_it_is_not_acknowledged_and_comes_again_with_the_next_line(slack: FakeSlack) -> None:
    desk = Desk()
    desk.is_broken = True
    async with running(slack, desk):
        said = await slack.says("U2", "met Ana")
        await slack.until(lambda: desk.refused or None, "the store refuses")
        assert not said.delivery.is_done.is_set()
        desk.is_broken = False
        await slack.lines.disconnect()
        await said.delivery.acknowledged()
        await slack.received("U2", "heard met Ana")
    assert said.delivery.attempt == 1


@VIA
async def test_a_command_that_could_not_be_stored_is_told_and_given_back(slack: FakeSlack, via: str) -> None:
    desk = Desk()
    desk.is_broken = True
    async with running(slack, desk, signing_secret=fakes.SIGNING_SECRET):
        await slack.types_command("U1", "met Ana", via=via)
        shown = await slack.received("U1", "Não foi salvo")
        assert shown.text.endswith("\nmet Ana")


async def test_a_press_that_could_not_be_stored_is_told(slack: FakeSlack) -> None:
    desk = Desk(always(card("✓ Met Ana", "Undo")))
    async with running(slack, desk):
        await slack.says("U2", "met Ana")
        await slack.received("U2", "Met Ana")
        desk.is_broken = True
        await slack.presses("U2", "Undo")
        await slack.received("U2", "Not saved")


@VIA
async def test_a_slow_answer_is_announced_and_then_given(slack: FakeSlack, via: str) -> None:
    desk = Desk()
    desk.may_answer.clear()
    async with running(slack, desk, signing_secret=fakes.SIGNING_SECRET, hold=0.05):
        delivery = await slack.types_command("U1", "met Ana", channel="C0SALES", via=via)
        await delivery.acknowledged()
        first = await slack.received("U1", "Ainda não salvo")
        assert (first.how, delivery.status) == ("ack", 200)
        desk.may_answer.set()
        second = await slack.received("U1", "heard met Ana")
    assert (second.how, second.to, desk.sent) == ("response_url", "U1", [None])


async def test_a_slow_store_is_announced_too(slack: FakeSlack) -> None:
    desk = Desk()
    desk.may_store.clear()
    async with running(slack, desk, hold=0.05):
        delivery = await slack.types_command("U2", "met Ana")
        await delivery.acknowledged()
        await slack.received("U2", "Not saved yet")
        desk.may_store.set()
        await slack.received("U2", "heard met Ana")


async def test_a_store_that_fails_late_is_told(slack: FakeSlack) -> None:
    desk = Desk()
    gate = asyncio.Event()

    async def receive(messages: Any) -> list[int | None]:
        await gate.wait()
        raise ConnectionError("gone")

    desk.receive = receive  # type: ignore[method-assign]
    async with running(slack, desk, hold=0.05):
        await slack.types_command("U2", "met Ana")
        await slack.received("U2", "Not saved yet")
        gate.set()
        shown = await slack.received("U2", "Not saved: ")
    assert shown.how == "response_url"


async def test_a_slow_press_is_acknowledged_announced_and_then_given(slack: FakeSlack) -> None:
    desk = Desk(lambda message: card("Undone", replaces=True) if message.pressed else card("✓ Met Ana", "Undo"))
    async with running(slack, desk, hold=0.05):
        await slack.says("U2", "met Ana")
        first = await slack.received("U2", "Met Ana")
        desk.may_answer.clear()
        delivery = await slack.presses("U2", "Undo")
        assert await delivery.acknowledged() is None
        await slack.received("U2", "Not saved yet")
        desk.may_answer.set()
        assert await slack.received("U2", "Undone") is first


async def test_an_answer_that_cannot_be_shown_is_a_delivery_error(slack: FakeSlack) -> None:
    desk = Desk()
    slack.fail_next("chat.postMessage", "internal_error")
    async with running(slack, desk):
        await slack.says("U2", "met Ana")
        await slack.until(lambda: desk.faults or None, "the fault")
    assert desk.faults[0].uncertain
    assert slack.count("chat.postMessage") == 1


async def test_what_is_in_flight_is_finished_before_stopping(slack: FakeSlack) -> None:
    desk = Desk()
    desk.may_answer.clear()
    bot = channel(slack)
    task = asyncio.create_task(bot.run(desk.receive, desk.answer))
    await slack.lines.connected()
    delivery = await slack.types_command("U1", "met Ana")
    await slack.until(lambda: desk.messages or None, "stored")
    task.cancel()
    await asyncio.sleep(0)
    desk.may_answer.set()
    await asyncio.wait({task})
    assert task.cancelled()
    await delivery.acknowledged()
    assert slack.visible("U1")[0].text == "heard met Ana"
    await bot.close()


async def test_what_does_not_finish_is_left_to_the_inbox(slack: FakeSlack) -> None:
    desk = Desk()
    desk.may_answer.clear()
    async with running(slack, desk, grace=0.05, hold=60):
        await slack.types_command("U1", "met Ana")
        await slack.until(lambda: desk.messages or None, "stored")
    assert desk.sent == []


async def test_nothing_is_taken_in_while_stopping(slack: FakeSlack) -> None:
    desk = Desk()
    desk.may_answer.clear()
    bot = channel(slack, signing_secret=fakes.SIGNING_SECRET)
    slack.lines.webhook = bot.routes[0].handle
    task = asyncio.create_task(bot.run(desk.receive, desk.answer))
    await slack.lines.connected()
    await slack.says("U1", "met Ana")
    await slack.until(lambda: desk.messages or None, "stored")
    task.cancel()
    await slack.until(lambda: (bot._intake and bot._intake._is_closed) or None, "the door is closed")
    late = await slack.says("U1", "met Bia", via="http")
    await late.delivery.acknowledged()
    assert late.delivery.status == 503
    desk.may_answer.set()
    await asyncio.wait({task})
    assert len(desk.messages) == 1
    await bot.close()


async def test_an_error_of_ours_behind_an_answer_is_logged_and_stops_nothing(
    slack: FakeSlack, caplog: pytest.LogCaptureFixture
) -> None:
    def says(message: Message) -> Reply:
        if message.text != "fine":
            raise ZeroDivisionError
        return card("fine")

    desk = Desk(says)
    async with running(slack, desk):
        said = await slack.says("U2", "broken")
        await said.delivery.acknowledged()
        command = await slack.types_command("U2", "broken")
        assert await command.acknowledged() is None
        await slack.says("U2", "fine")
        await slack.received("U2", "fine")
    assert "ended in an error" in caplog.text


async def test_no_token_is_ever_logged(slack: FakeSlack, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    desk = Desk(always(card("✓ Met Ana", "Undo")))
    for how in ("internal_error", "malformed", "reset_before_accept", "unauthorized", "throttled"):
        slack.fail_next("chat.postMessage", how)
    slack.fail_next("apps.connections.open", "malformed")
    slack.fail_next("auth.test", "server_error")
    async with running(slack, desk, signing_secret=fakes.SIGNING_SECRET):
        for number in range(6):
            await slack.says("U2", f"line {number}", via="http")
        await slack.received("U2", "Met Ana")
        await slack.lines.disconnect()
        await slack.lines.connected(2)
    told = caplog.text + json.dumps([str(fault) for fault in desk.faults])
    for secret in (fakes.BOT_TOKEN, fakes.APP_TOKEN, fakes.SIGNING_SECRET, "ticket=", "/hook/"):
        assert secret not in told
