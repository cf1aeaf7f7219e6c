"""The line to Slack is cut, refreshed, goes deaf: a new one is there, and nothing is lost or done twice."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.slack import FakeSlack
from tests.platforms.slack_desk import Desk, running


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(has_echo=False, ping_seconds=0.05) as fake:
        fake.joins("U1", "Carla")
        yield fake
        assert not fake.complaints


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_asked_to_connect_anew_it_does(slack: FakeSlack, reason: str) -> None:
    desk = Desk()
    async with running(slack, desk):
        await slack.lines.disconnect(reason)
        await slack.lines.connected(2)
        await slack.says("U1", "met Ana")
        await slack.received("U1", "heard met Ana")
        await slack.until(lambda: slack.lines.open == 1 or None, "the old line is closed")


async def test_a_cut_line_is_replaced(slack: FakeSlack) -> None:
    desk = Desk()
    async with running(slack, desk):
        await slack.lines.cut()
        await slack.lines.connected(2)
        await slack.says("U1", "met Ana")
        await slack.received("U1", "heard met Ana")


async def test_a_deaf_line_is_replaced_and_what_it_missed_comes_by_the_new_one(slack: FakeSlack) -> None:
    desk = Desk()
    async with running(slack, desk, deaf_after=0.3):
        slack.lines.go_deaf()
        await slack.says("U1", "met Ana")
        await slack.received("U1", "heard met Ana")
    assert slack.lines.connections == 2


async def test_a_line_that_is_only_pinged_is_kept(slack: FakeSlack) -> None:
    desk = Desk()
    async with running(slack, desk, deaf_after=0.3):
        await slack.until(lambda: slack.lines.pings >= 10 or None, "ten pings")
    assert slack.lines.connections == 1


async def test_slack_may_be_away_when_we_start(slack: FakeSlack) -> None:
    desk = Desk()
    slack.fail_next("auth.test", "server_error")
    slack.fail_next("apps.connections.open", "internal_error")
    async with running(slack, desk):
        await slack.says("U1", "met Ana")
        await slack.received("U1", "heard met Ana")


async def test_the_line_is_lost_while_a_command_is_worked_on(slack: FakeSlack) -> None:
    desk = Desk()
    desk.may_answer.clear()
    async with running(slack, desk):
        await slack.types_command("U1", "met Ana")
        await slack.until(lambda: desk.messages or None, "stored")
        await slack.lines.cut()
        await slack.lines.connected(2)
        desk.may_answer.set()
        shown = await slack.received("U1", "heard met Ana")
    assert shown.how == "response_url"
    assert desk.sent == [None]
