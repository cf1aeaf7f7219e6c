"""Signed HTTP: only Slack gets in, and nothing that anyone sends can break the door."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest

from bot.platforms.slack import Slack
from tests.fakes import slack as fakes
from tests.fakes.slack import FakeSlack
from tests.platforms.slack_desk import Desk, channel, running

EVENT = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(has_echo=False) as fake:
        fake.joins("U1", "Carla")
        yield fake


@pytest.fixture
async def bot(slack: FakeSlack) -> AsyncIterator[Slack]:
    async with running(slack, Desk(), app_token=None, signing_secret=fakes.SIGNING_SECRET) as running_bot:
        yield running_bot


async def test_without_an_app_token_there_is_only_http(slack: FakeSlack, bot: Slack) -> None:
    assert [(route.method, route.path) for route in bot.routes] == [("POST", "/slack/events")]
    said = await slack.says("U1", "met Ana", via="http")
    await said.delivery.acknowledged()
    await slack.received("U1", "heard met Ana")
    assert slack.lines.connections == 0


async def test_slack_verifies_the_address(slack: FakeSlack, bot: Slack) -> None:
    status, kind, body = await slack.lines.request(EVENT, {**JSON, **slack.lines.signed(EVENT)})
    assert (status, json.loads(body)) == (200, {"challenge": "3eZbrw1a"})
    assert kind.startswith("application/json")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "v0=0000"},
        {"X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"X-Slack-Request-Timestamp": ""},
        {"X-Slack-Signature": "v0=é"},
        {"X-Slack-Signature": ""},
    ],
)
async def test_a_signature_that_is_none_is_refused(slack: FakeSlack, bot: Slack, headers: dict[str, str]) -> None:
    given = {**JSON, **slack.lines.signed(EVENT), **headers} if headers else JSON
    status, _, _ = await slack.lines.request(EVENT, given)
    assert status == 401


@pytest.mark.parametrize("seconds", [-301, 301])
async def test_an_old_request_is_refused(slack: FakeSlack, bot: Slack, seconds: int) -> None:
    headers = slack.lines.signed(EVENT, at=time.time() + seconds)
    assert (await slack.lines.request(EVENT, {**JSON, **headers}))[0] == 401


async def test_a_signature_of_another_body_is_refused(slack: FakeSlack, bot: Slack) -> None:
    headers = slack.lines.signed(b"{}")
    assert (await slack.lines.request(EVENT, {**JSON, **headers}))[0] == 401


@pytest.mark.parametrize(
    ("body", "kind", "expected"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"[" * 100_000, "application/json; charset=utf-8", 400),
        (b"payload=%7B", "application/x-www-form-urlencoded", 400),
        (b"\xff\xfe", "application/json", 401),
        (b"", "", 404),
        (b"a=b", "application/x-www-form-urlencoded", 404),
        (b'{"type": "event_callback", "event": {"type": "from_the_future"}}', "application/json", 200),
        (b'{"type": "event_callback", "event": {"type": "message", "channel": "D1"}}', "application/json", 200),
    ],
)
async def test_a_body_that_is_none_breaks_nothing(
    slack: FakeSlack, bot: Slack, body: bytes, kind: str, expected: int
) -> None:
    signed = slack.lines.signed(body)
    status, _, _ = await slack.lines.request(body, {"content-type": kind, **signed})
    assert status == expected


async def test_header_names_are_read_in_any_case(slack: FakeSlack, bot: Slack) -> None:
    headers = {name.lower(): value for name, value in {**JSON, **slack.lines.signed(EVENT)}.items()}
    assert (await slack.lines.request(EVENT, headers))[0] == 200


async def test_a_megabyte_is_a_line_like_any_other(slack: FakeSlack, bot: Slack) -> None:
    said = await slack.says("U1", "met Ana " + "x" * 1_000_000, via="http")
    await said.delivery.acknowledged()
    shown = await slack.received("U1", "heard met Ana")
    assert len(shown.text) < 12_000


async def test_before_we_know_who_we_are_slack_is_told_to_come_back(slack: FakeSlack) -> None:
    idle = channel(slack, signing_secret=fakes.SIGNING_SECRET)
    slack.lines.webhook = idle.routes[0].handle
    said = await slack.says("U1", "met Ana", via="http")
    await said.delivery.acknowledged()
    assert said.delivery.status == 503
    await idle.close()


async def test_a_press_of_something_that_is_not_ours_is_acknowledged(slack: FakeSlack, bot: Slack) -> None:
    form = {
        "payload": json.dumps({"type": "block_actions", "actions": [{"action_id": "open_link"}], "user": {"id": "U1"}})
    }
    body = urlencode(form).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", **slack.lines.signed(body)}
    assert (await slack.lines.request(body, headers))[0] == 200
