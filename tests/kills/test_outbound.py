"""T2: the program is killed while it tells people what is due. Nothing is lost, and a second copy says that it is one."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.fakes.slack import FakeSlack
from tests.fakes.telegram import FakeTelegram
from tests.kills.service import Service

SIZES = {"sqlite": (100, 20), "postgresql": (40, 8)}  # reminders, kills
LONG = {"sqlite": (2000, 500), "postgresql": (2000, 500)}
REPEAT = "possible repeat"


async def test_what_is_due_is_told_once(service: Service, telegram: FakeTelegram, slack: FakeSlack) -> None:
    await killed_while_it_tells(service, telegram, slack, *SIZES[service.database.dialect])


@pytest.mark.long
async def test_what_is_due_is_told_once_for_hours(service: Service, telegram: FakeTelegram, slack: FakeSlack) -> None:
    await killed_while_it_tells(service, telegram, slack, *LONG[service.database.dialect])


async def killed_while_it_tells(
    service: Service, telegram: FakeTelegram, slack: FakeSlack, count: int, kills: int
) -> None:
    service.telegram, service.slack = telegram, slack
    titles = await everybody_has_something_due(service, telegram, slack, count, seconds=kills * 0.5)
    for _ in range(kills):
        await service.lives_and_dies(calls=8)
    child = service.start()
    await service.settles(child)
    assert await child.stop() == 0, child.log

    held = await service.held()
    assert held <= 1 + kills // 10, "one that three processes died of is put aside, where people see it; hardly any is"
    on_telegram = Counter(
        (title, REPEAT in message.text)
        for number, title in titles["telegram"]
        for message in telegram.messages(number)
        if title in message.text
    )
    on_slack = Counter(
        title for number, title in titles["slack"] for one in slack.visible(f"U{number}") if title in one.text
    )
    missing = [title for _, title in titles["telegram"] if not on_telegram[title, False] + on_telegram[title, True]]
    missing += [title for _, title in titles["slack"] if not on_slack[title]]
    assert len(missing) <= held, f"lost: {missing}"
    assert not [title for (title, is_labelled), n in on_telegram.items() if n > 1 and not is_labelled], "no label"
    assert not [title for title, n in on_slack.items() if n > 1], "Slack can be asked, so there is no second copy"
    assert (telegram.complaints, slack.complaints) == ([], [])


async def everybody_has_something_due(
    service: Service, telegram: FakeTelegram, slack: FakeSlack, count: int, *, seconds: float
) -> dict[str, list[tuple[int, str]]]:
    """Give each of so many people one follow-up, half of them on Slack, all due within the next seconds."""
    numbers = [8000 + number for number in range(count // 2)]
    for number in numbers:
        telegram._enter(number, number)
        slack.joins(f"U{number}")
    told: dict[str, list[tuple[int, str]]] = {}
    start = datetime.now(UTC)
    for platform, accounts in (("telegram", [str(n) for n in numbers]), ("slack", [f"U{n}" for n in numbers])):
        ids = await service.hires(platform, accounts)
        titles = [f"Call {platform} customer {number}" for number in numbers]
        told[platform] = list(zip(numbers, titles, strict=True))
        spread = timedelta(seconds=seconds) / len(numbers)
        due_at = [start + place * spread for place in range(len(numbers))]
        await service.books(ids, titles, due_at)
    return told
