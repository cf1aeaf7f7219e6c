"""The same line gives the same records, wherever it is typed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.acceptance.company import Company, records
from tests.databases import ZONE

LINE = "met Ana Souza, Acme: wants 40 seats #hot $12k >proposal !tomorrow 10h send quote"
CARLA = 7
Way = Callable[[Company], Awaitable[str]]


async def on_telegram(company: Company) -> str:
    await company.opens(on=["telegram"])
    await company.hires("Carla", telegram=CARLA)
    company.telegram.says(CARLA, LINE)
    return (await company.telegram.received(CARLA, "✓ Met Ana Souza")).text


async def by_slash_command(company: Company) -> str:
    await company.opens(on=["slack"])
    await company.hires("Carla", slack="U1")
    await company.slack.types_command("U1", LINE)
    return (await company.slack.received("U1", "✓ Met Ana Souza")).text


async def by_slash_command_in_a_channel(company: Company) -> str:
    await company.opens(on=["slack"])
    await company.hires("Carla", slack="U1")
    await company.slack.types_command("U1", LINE, channel="C0SALES")
    shown = await company.slack.received("U1", "✓ Met Ana Souza")
    assert shown.to == "U1", "nobody else in the channel reads it"
    return shown.text


async def by_slash_command_over_http(company: Company) -> str:
    await company.opens(on=["slack over http"])
    company.slack.lines.via = "http"
    await company.hires("Carla", slack="U1")
    await company.slack.types_command("U1", LINE)
    return (await company.slack.received("U1", "✓ Met Ana Souza")).text


async def by_direct_message(company: Company) -> str:
    await company.opens(on=["slack"])
    await company.hires("Carla", slack="U1")
    await company.slack.says("U1", LINE)
    return (await company.slack.received("U1", "✓ Met Ana Souza")).text


async def through_a_pipe(company: Company) -> str:
    await company.invites("Carla")
    return await company.runs("chat", "--as", "Carla", lines=[LINE])


WAYS = [
    on_telegram,
    by_slash_command,
    by_slash_command_in_a_channel,
    by_slash_command_over_http,
    by_direct_message,
    through_a_pipe,
]


@pytest.mark.parametrize("typed", WAYS, ids=lambda way: way.__name__)
async def test_the_line_gives_the_same_records(company: Company, typed: Way) -> None:
    said = await typed(company)
    tomorrow = datetime.now(ZoneInfo(ZONE)).date() + timedelta(days=1)
    assert f"{tomorrow.day} {tomorrow:%b %Y} 10:00 São Paulo: send quote" in said
    assert records(await company.exports()) == {
        "contacts": [
            {
                "name": "Ana Souza",
                "company": "Acme",
                "emails": [],
                "phones": [],
                "tags": ["hot"],
                "owner": "Carla",
                "fields": {},
            }
        ],
        "companies": [{"name": "Acme", "tags": [], "owner": "Carla", "fields": {}}],
        "deals": [
            {
                "title": "Acme",
                "contact": "Ana Souza",
                "company": "Acme",
                "value": {"minor": 1_200_000, "currency": "USD"},
                "pipeline": "Sales",
                "stage": "Proposal",
                "owner": "Carla",
                "status": "open",
                "expected_close": None,
                "next_step": "send quote",
                "fields": {},
                "closed_at": None,
                "lost_reason": None,
            }
        ],
        "stage_changes": [{"deal": "Acme", "from": None, "to": "Proposal", "by": "Carla"}],
        "interactions": [
            {
                "kind": "meeting",
                "attempt": False,
                "contact": "Ana Souza",
                "with": [],
                "company": "Acme",
                "deal": "Acme",
                "text": "wants 40 seats",
                "by": "Carla",
            }
        ],
        "reminders": [
            {
                "title": "send quote",
                "contact": "Ana Souza",
                "company": "Acme",
                "deal": "Acme",
                "assignee": "Carla",
                "due_local": f"{tomorrow}T10:00:00",
                "zone": ZONE,
                "state": "scheduled",
                "nag": False,
                "rule": None,
                "done_at": None,
                "outcome": None,
            }
        ],
        "drafts": [],
    }
    assert (company.telegram.complaints, company.slack.complaints, company.slack.mentions) == ([], [], [])


async def test_undo_takes_it_all_back(company: Company) -> None:
    said = await company.runs("chat", "--json", lines=[LINE, "find acme", "undo"])
    assert len(said.splitlines()) == 3
    assert not any(records(await company.exports()).values())
