"""Platforms that fail, or are away, and a database that is restarted: what was promised comes all the same."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import schema
from storage.database import Database
from tests import postgres
from tests.acceptance.company import SOON, Company, free_port
from tests.databases import NOW, ZONE
from tests.fakes.slack import FakeSlack
from tests.fakes.slack_failures import Failure as SlackFailure
from tests.fakes.telegram import FakeTelegram
from tests.fakes.telegram_failures import throttled

LATER = 45.0  # the first pause after a failure is ten seconds long
on_sqlite = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)


@on_sqlite
async def test_a_push_that_fails_comes_again_and_says_so_only_if_it_may_be_a_copy(company: Company) -> None:
    telegram, slack = company.telegram, company.slack
    await company.opens()
    await company.hires("Throttled", telegram=1)
    await company.hires("Doubtful", telegram=2)
    await company.hires("Kept waiting", telegram=3)
    await company.hires("Asked", slack="U1")
    await company.hires("Held up", slack="U2")

    telegram.says(3, "met Eva Dias: x !1s push five")
    await telegram.received(3, "✓ Met Eva")
    telegram.fail_next("sendMessage", "hang_after_accept")
    await telegram.received(3, "⏰ Push five", timeout=SOON)
    telegram.says(1, "met Ana Souza: x !1s push one")
    await telegram.received(1, "✓ Met Ana")
    telegram.fail_next("sendMessage", throttled(1))
    await telegram.received(1, "⏰ Push one", timeout=SOON)
    await slack.says("U2", "met Caio Reis: x !1s push four")
    await slack.received("U2", "✓ Met Caio")
    slack.fail_next("chat.postMessage", SlackFailure(status=429, error="ratelimited", retry_after=1))
    await slack.received("U2", "⏰ Push four", within=SOON)

    telegram.says(2, "met Bia Lima: x !1s push two")
    await telegram.received(2, "✓ Met Bia")
    telegram.fail_next("sendMessage", "server_error_after_accept")
    await slack.says("U1", "met Davi Luz: x !1s push three")
    await slack.received("U1", "✓ Met Davi")
    slack.fail_next("chat.postMessage", "server_error_after_accept")
    await telegram.received(2, "possible repeat", timeout=LATER)
    await telegram.received(3, "possible repeat", timeout=LATER)
    await company.until(lambda: slack.count("conversations.history") or None, "a look-up")
    await every_letter_is_sent(company)

    assert pushes([one.text for one in telegram.messages(1)]) == [False]
    assert pushes([one.text for one in telegram.messages(2)]) == [False, True]
    assert pushes([one.text for one in telegram.messages(3)]) == [False, True]
    assert pushes([one.text for one in slack.visible("U1")]) == [False], "Slack has it, so it is not sent again"
    assert pushes([one.text for one in slack.visible("U2")]) == [False]


def pushes(texts: list[str]) -> list[bool]:
    """Return for each push whether it says that it may be a copy."""
    return ["possible repeat" in text for text in texts if "⏰" in text]


async def every_letter_is_sent(company: Company) -> None:
    deadline = asyncio.get_running_loop().time() + LATER
    while [row["state"] for row in (await company.exports())["letters"] if row["state"] != "sent"]:
        assert asyncio.get_running_loop().time() < deadline, (await company.exports())["letters"]


@on_sqlite
async def test_telegram_is_down_at_the_start(company: Company) -> None:
    port = free_port()
    company.telegram = FakeTelegram(port=port)
    company.telegram.url = f"http://127.0.0.1:{port}"
    await company.opens(wait=False)
    await company.slack.lines.connected()
    await company.hires("Carla", slack="U1")
    await company.slack.says("U1", "met Ana Souza: while Telegram is away")
    await company.slack.received("U1", "while Telegram is away")

    async with company.telegram as telegram:
        telegram.joins(7, await company.invites("Carla"))
        telegram.says(7, "met Bia Lima: now that it is back")
        await telegram.received(7, "now that it is back", timeout=SOON)
        assert await company.closes() == 0


@pytest.fixture
async def own_server() -> AsyncIterator[postgres.LocalServer]:
    """A PostgreSQL that may be restarted: no other test is on it."""
    try:
        server = await asyncio.to_thread(lambda: postgres.LocalServer(postgres.find_binaries() or Path("/nowhere")))
    except (postgres.PostgresUnavailableError, OSError) as error:
        pytest.skip(str(error))
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.remove)


@pytest.mark.postgres
async def test_postgresql_is_restarted_meanwhile(
    own_server: postgres.LocalServer, tmp_path: Path, telegram: FakeTelegram, slack: FakeSlack
) -> None:
    url = own_server.create_database()
    database = Database(url)
    await schema.prepare(database, language="en", zone=ZONE, now=NOW)
    await database.close()
    company = Company(url, tmp_path, telegram, slack)
    try:
        await company.opens()
        await company.hires("Carla", telegram=7, slack="U1")
        await write(company, "before.")
        await asyncio.to_thread(own_server.stop, "immediate")
        telegram.says(7, "met Customer 2: telegram meanwhile.")
        said = await slack.says("U1", "met Customer 2: slack meanwhile.")
        await asyncio.to_thread(own_server.start)
        await telegram.received(7, "telegram meanwhile.", timeout=LATER)
        if not said.delivery.is_acknowledged:
            await slack.redelivers(said.delivery)
        await slack.received("U1", "slack meanwhile.", within=LATER)
        await write(company, "afterwards.")
        texts = [row["text"] for row in (await company.exports())["interactions"]]
        assert sorted(texts) == sorted(f"{where} {when}" for where in ("telegram", "slack") for when in WHEN)
        assert await company.closes() == 0
    finally:
        await company.dies()


WHEN = ("before.", "meanwhile.", "afterwards.")


async def write(company: Company, text: str) -> None:
    company.telegram.says(7, f"met Customer 1: telegram {text}")
    await company.telegram.received(7, f"telegram {text}", timeout=SOON)
    await company.slack.says("U1", f"met Customer 1: slack {text}")
    await company.slack.received("U1", f"slack {text}", within=SOON)
