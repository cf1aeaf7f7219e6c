"""Slack and Telegram in one process on one store, and how it stops."""

from __future__ import annotations

import asyncio

from tests.acceptance.company import SOON, Company
from tests.fakes.telegram_failures import slow

PEOPLE = range(10)
LINES = 3


async def test_both_platforms_at_once(company: Company) -> None:
    telegram, slack = company.telegram, company.slack
    await company.opens()
    for number in PEOPLE:
        await company.hires(f"Person {number}", telegram=100 + number, slack=f"U{number}")
    for line in range(LINES):
        for number in PEOPLE:
            telegram.says(100 + number, f"met Customer {number}: telegram {line}.")
            await slack.says(f"U{number}", f"called Customer {number}: slack {line}.")

    for number in PEOPLE:
        for line in range(LINES):
            await telegram.received(100 + number, f"telegram {line}.", timeout=SOON)
            await slack.received(f"U{number}", f"slack {line}.", within=SOON)
    export = await company.exports()
    assert len(export["interactions"]) == 2 * LINES * len(PEOPLE)
    assert len(export["contacts"]) == len(PEOPLE), "each customer is one person, whoever writes of them from where"
    assert await company.closes() == 0
    assert (telegram.complaints, slack.complaints, slack.mentions) == ([], [], [])


async def test_it_stops_within_ten_seconds_and_finishes_what_it_began(company: Company) -> None:
    telegram, slack = company.telegram, company.slack
    await company.opens()
    await company.hires("Carla", telegram=7, slack="U1")
    before = len(telegram.calls)
    telegram.fail_next("sendMessage", slow(1.5))
    telegram.says(7, "met Ana Souza: in flight")
    await company.until(lambda: any(call.method == "sendMessage" for call in telegram.calls[before:]) or None, "a send")
    await slack.says("U1", "met Bia Lima: at the last moment")

    began = asyncio.get_running_loop().time()
    assert await company.closes() == 0
    assert asyncio.get_running_loop().time() - began < 10
    assert "in flight" in telegram.messages(7)[-1].text
    rows = await company.inbox()
    assert [row.body["text"] for row in rows if row.is_unanswered] == [], "it was shown, and that is written down"

    await company.opens()
    await slack.received("U1", "at the last moment", within=SOON)
    texts = [row["text"] for row in (await company.exports())["interactions"]]
    assert sorted(texts) == ["at the last moment", "in flight"]
    assert len([one for one in telegram.messages(7) if "in flight" in one.text]) == 1
