"""`recado run`: every platform in one process, the work split over several, and how it starts and stops."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.bot.conftest import DEADLINE, Recado, Running
from tests.fakes.slack import APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, FakeSlack
from tests.fakes.telegram import TOKEN, FakeTelegram

CARLA = 7
SLACK_CARLA = "U1"


@pytest.fixture
async def telegram(recado: Recado) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        recado.settings |= {"RECADO_TELEGRAM_TOKEN": TOKEN, "RECADO_TELEGRAM_API_URL": fake.url}
        yield fake
        assert fake.complaints == []


@pytest.fixture
async def slack(recado: Recado) -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        recado.settings |= {"RECADO_SLACK_BOT_TOKEN": BOT_TOKEN, "RECADO_SLACK_API_URL": fake.api_url}
        yield fake
        assert fake.complaints == []


def on_postgres(recado: Recado, url: str) -> None:
    recado.settings["RECADO_DATABASE_URL"] = url


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


async def invited(recado: Recado, name: str = "Carla") -> str:
    done = await asyncio.to_thread(recado, "invite", "--name", name)
    return done.out.split()[0]


async def stopped(*running: Running) -> None:
    for each in running:
        each.process.send_signal(signal.SIGTERM)
    for each in running:
        assert await asyncio.to_thread(each.ends) == 0


async def answers(address: str) -> tuple[int, Any]:
    """Ask until somebody listens."""
    async with asyncio.timeout(DEADLINE), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(address) as answer:
                    return answer.status, await answer.json()
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.02)


async def test_one_process_serves_both_platforms_on_one_store(
    recado: Recado, telegram: FakeTelegram, slack: FakeSlack
) -> None:
    recado.settings["RECADO_SLACK_APP_TOKEN"] = APP_TOKEN
    running = recado.start("run")
    telegram.joins(CARLA, await invited(recado))
    await telegram.received(CARLA, "you're in", timeout=DEADLINE)
    slack.joins(SLACK_CARLA, "Carla")
    await slack.until(lambda: slack.lines.connections or None, "a connection", within=DEADLINE)
    await slack.types_command(SLACK_CARLA, f"join {await invited(recado)}")
    await slack.received(SLACK_CARLA, "you're in", within=DEADLINE)
    telegram.says(CARLA, "met Ana Souza, Acme: wants 40 seats")
    await telegram.received(CARLA, "✓ Met Ana Souza (new)", timeout=DEADLINE)
    await slack.types_command(SLACK_CARLA, "met Ana Souza, Acme: signed !2s call back")
    await slack.received(SLACK_CARLA, "✓ Met Ana Souza, Acme", within=DEADLINE)
    await slack.received(SLACK_CARLA, "Call back", within=DEADLINE)
    await stopped(running)
    document = await asyncio.to_thread(recado.export)
    assert [person["name"] for person in document["contacts"]] == ["Ana Souza"]
    assert [one["platform"] for one in document["interactions"]] == ["telegram", "slack"]
    assert sorted(document["members"][1]["platforms"]) == ["slack", "telegram"]


async def test_slack_by_http_is_served_by_the_web(recado: Recado, slack: FakeSlack) -> None:
    port = free_port()
    recado.settings |= {"RECADO_SLACK_SIGNING_SECRET": SIGNING_SECRET, "RECADO_WEB_PORT": str(port)}
    slack.lines.webhook, slack.lines.via = f"http://127.0.0.1:{port}/slack/events", "http"
    slack.joins(SLACK_CARLA, "Carla")
    running = recado.start("run")
    assert await answers(f"http://127.0.0.1:{port}/health/ready") == (200, {"status": "ready", "wrong": {}})
    await slack.types_command(SLACK_CARLA, f"join {await invited(recado)}")
    await slack.received(SLACK_CARLA, "you're in", within=DEADLINE)
    await stopped(running)


@pytest.mark.postgres
async def test_the_work_is_split_over_processes(
    recado: Recado, telegram: FakeTelegram, postgres_template: str, postgres_server: Any
) -> None:
    url = postgres_server.create_database(template=postgres_template)
    on_postgres(recado, url)
    bot, scheduler = recado.start("run", "--only", "bot"), recado.start("run", "--only", "scheduler")
    telegram.joins(CARLA, await invited(recado))
    telegram.says(CARLA, "met Ana: hi !1s call back")
    await telegram.received(CARLA, "✓ Met Ana (new)", timeout=DEADLINE)
    await telegram.received(CARLA, "⏰ Call back", timeout=DEADLINE)
    await stopped(bot)
    # Whoever is told only to send does not listen.
    asked = len([call for call in telegram.calls if "getUpdates" in call.method])
    telegram.says(CARLA, "help")
    await stopped(scheduler)
    assert len([call for call in telegram.calls if "getUpdates" in call.method]) == asked
    postgres_server.drop_database(url)


async def test_a_second_run_on_one_file_names_the_first(recado: Recado, telegram: FakeTelegram) -> None:
    first = recado.start("run")
    await telegram.called("getMe")
    done = await asyncio.to_thread(recado, "run")
    assert (done.code, done.out) == (2, "")
    assert f"is in use by `recado run`, process {first.process.pid} on " in done.err
    assert (await asyncio.to_thread(recado, "migrate")).code == 2
    [reply] = await asyncio.to_thread(recado.chat, "met Ana: hi")
    assert reply["ok"]
    await stopped(first)
    assert (await asyncio.to_thread(recado, "migrate")).code == 0


async def test_a_token_that_is_refused_stops_the_start(recado: Recado, telegram: FakeTelegram) -> None:
    recado.settings["RECADO_TELEGRAM_TOKEN"] = "42:wrong"
    done = await asyncio.to_thread(recado, "run")
    assert (done.code, done.out) == (2, "")
    assert "recado: RECADO_TELEGRAM_TOKEN: is refused" in done.err
    assert "Traceback" not in done.err
    assert "42:wrong" not in done.err + recado.log


async def test_a_platform_that_is_away_does_not_stop_the_others(
    recado: Recado, telegram: FakeTelegram, slack: FakeSlack
) -> None:
    recado.settings |= {"RECADO_SLACK_APP_TOKEN": APP_TOKEN, "RECADO_TELEGRAM_API_URL": "http://127.0.0.1:1"}
    running = recado.start("run")
    slack.joins(SLACK_CARLA, "Carla")
    await slack.until(lambda: slack.lines.connections or None, "a connection", within=DEADLINE)
    await slack.types_command(SLACK_CARLA, f"join {await invited(recado)}")
    await slack.received(SLACK_CARLA, "you're in", within=DEADLINE)
    await stopped(running)


async def test_a_taken_port_stops_the_start(recado: Recado, telegram: FakeTelegram) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        recado.settings["RECADO_WEB_PORT"] = str(taken.getsockname()[1])
        done = await asyncio.to_thread(recado, "run")
    assert (done.code, done.out) == (2, "")
    assert "RECADO_WEB_PORT: 127.0.0.1:" in done.err


async def test_an_address_of_another_machine_is_blamed_on_the_host(recado: Recado, telegram: FakeTelegram) -> None:
    recado.settings |= {"RECADO_WEB_HOST": "203.0.113.9", "RECADO_WEB_PORT": str(free_port())}
    done = await asyncio.to_thread(recado, "run")
    assert (done.code, done.out) == (2, "")
    assert "RECADO_WEB_HOST: “203.0.113.9” is no address of this machine" in done.err


async def test_the_doctor_tries_the_app_token_of_slack(recado: Recado, slack: FakeSlack) -> None:
    recado.settings["RECADO_SLACK_APP_TOKEN"] = APP_TOKEN
    done = await asyncio.to_thread(recado, "doctor")
    assert (done.code, "✓ slack: @recado in" in done.out) == (0, True)
    slack.fail_next("apps.connections.open", "invalid_auth")
    done = await asyncio.to_thread(recado, "doctor")
    assert done.code == 1
    assert "✗ slack: RECADO_SLACK_APP_TOKEN: Slack does not take this token (invalid_auth)." in done.out


@pytest.mark.parametrize(
    ("only", "setting"), [("bot", "RECADO_SLACK_APP_TOKEN"), ("web", "RECADO_SLACK_SIGNING_SECRET")]
)
async def test_a_part_with_nothing_to_do_says_what_is_missing(
    recado: Recado, slack: FakeSlack, only: str, setting: str
) -> None:
    other = {"bot": ("RECADO_SLACK_SIGNING_SECRET", SIGNING_SECRET), "web": ("RECADO_SLACK_APP_TOKEN", APP_TOKEN)}
    name, value = other[only]
    recado.settings[name] = value
    done = await asyncio.to_thread(recado, "run", "--only", only)
    assert (done.code, done.out) == (2, "")
    assert done.err.endswith(
        f"recado: {setting}: it is not set, so `--only {only}` has nothing to do. Set it, or leave --only out.\n"
    )
