"""T9: the program ends between any two steps. The next one finds all of it, does it once, and says what may be a copy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from tests.fakes.slack import FakeSlack, Said
from tests.fakes.telegram import FakeTelegram
from tests.kills.crashing import CRASHED, serve_until
from tests.kills.service import Service, serve

GRACE_S = 0.3
LEASE_S = 1.5
REPEAT = "possible repeat"

A_LINE = [
    ["before it is taken"],
    ["before the message is stored"],
    ["after it is stored"],
    ["after it is acknowledged"],
    ["before it is applied"],
    ["in the middle of its effect"],
    ["before its effect is stored"],
    ["after its effect is stored"],
    ["after it is answered"],
    ["before it is marked answered"],
    ["after it is marked answered"],
    ["after it is acknowledged", "in the middle of its effect", "before its effect is stored"],
    ["after its effect is stored", "before an answer is made a letter"],
    ["after it is answered", "after the letter is claimed", "after it is sent"],
]
A_FOLLOW_UP = [
    ["before what is due is made a letter"],
    ["after what is due is made a letter"],
    ["before the letter is claimed"],
    ["after the letter is claimed"],
    ["after it is sent"],
    ["before it is marked sent"],
    ["after the letter is claimed", "after it is sent"],
]
# Telegram on SQLite is tried at every point, Slack on PostgreSQL where they differ.
ON_SLACK = [[point] for point in ("after it is stored", "after it is acknowledged", "after its effect is stored")]
SLACK_TELLS = [[point] for point in ("after the letter is claimed", "after it is sent", "before it is marked sent")]

on_sqlite = pytest.mark.parametrize("dialect", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize(
    "dialect", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True
)
TITLE = "Call the customer"


class OnTelegram:
    """Carla, with her phone."""

    platform, account = "telegram", "7001"

    def __init__(self, fake: FakeTelegram) -> None:
        self.fake = fake
        fake._enter(7001, 7001)
        self.last = 0

    async def writes(self, text: str) -> None:
        self.last = self.fake.says(7001, text).update_id

    @property
    def is_acknowledged(self) -> bool:
        return self.fake.confirmed > self.last

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.fake.messages(7001)]


class OnSlack:
    """Carla, at her desk."""

    platform, account = "slack", "U7001"

    def __init__(self, fake: FakeSlack) -> None:
        self.fake = fake
        fake.joins("U7001", "Carla")
        self.last: Said | None = None

    async def writes(self, text: str) -> None:
        self.last = await self.fake.says("U7001", text)

    @property
    def is_acknowledged(self) -> bool:
        return self.last is not None and self.last.delivery.is_acknowledged

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.fake.visible("U7001")]


Carla = OnTelegram | OnSlack


@on_sqlite
@pytest.mark.parametrize("points", A_LINE, ids=" - ".join)
async def test_a_line_has_its_effect_once(service: Service, telegram: FakeTelegram, points: Sequence[str]) -> None:
    service.telegram = telegram
    await line_has_its_effect_once(service, OnTelegram(telegram), points)


@on_postgresql
@pytest.mark.parametrize("points", ON_SLACK, ids=" - ".join)
async def test_a_line_from_slack_has_its_effect_once(service: Service, slack: FakeSlack, points: Sequence[str]) -> None:
    service.slack = slack
    await line_has_its_effect_once(service, OnSlack(slack), points)


@on_sqlite
@pytest.mark.parametrize("points", A_FOLLOW_UP, ids=" - ".join)
async def test_a_follow_up_is_told_once(service: Service, telegram: FakeTelegram, points: Sequence[str]) -> None:
    service.telegram = telegram
    told_once(await follow_up_is_told(service, OnTelegram(telegram), points))


@on_postgresql
@pytest.mark.parametrize("points", SLACK_TELLS, ids=" - ".join)
async def test_slack_is_asked_for_the_first_copy(service: Service, slack: FakeSlack, points: Sequence[str]) -> None:
    service.slack = slack
    assert len(await follow_up_is_told(service, OnSlack(slack), points)) == 1


async def line_has_its_effect_once(service: Service, carla: Carla, points: Sequence[str]) -> None:
    await service.hires(carla.platform, [carla.account])
    await carla.writes("met Ana Souza: note 1")
    for point in points:
        await crashes(service, carla, point)
    expected = ["note 1", "note 2"] if "after it is acknowledged" in points else ["note 1"]
    await ends_well(service, carla, expected)
    assert dict(await service.notes()) == dict.fromkeys(expected, 1)
    for note in expected:
        told_once([text for text in carla.texts if note in text])


async def follow_up_is_told(service: Service, carla: Carla, points: Sequence[str]) -> list[str]:
    ids = await service.hires(carla.platform, [carla.account])
    await service.books(ids, [TITLE], [datetime.now(UTC)])
    for point in points:
        await crashes(service, carla, point)
    await ends_well(service, carla, [TITLE])
    return [text for text in carla.texts if TITLE in text]


async def ends_well(service: Service, carla: Carla, expected: Sequence[str]) -> None:
    """Run until all of this was said, and nothing is left to do."""
    child = service.start(serve, GRACE_S, LEASE_S)
    while not all(any(one in text for text in carla.texts) for one in expected):
        assert await child.lives_for(0.02), child.log
    await service.settles(child)
    await child.kill()


async def crashes(service: Service, carla: Carla, point: str) -> None:
    """Run until that point is reached."""
    child = service.start(serve_until, point, GRACE_S, LEASE_S)
    if point == "after it is acknowledged":
        while not carla.is_acknowledged:
            assert await child.lives_for(0.01), child.log
        await carla.writes("met Bia Lima: note 2")
    assert await child.ends() == CRASHED, f"it never came {point}:\n{child.log}"


def told_once(copies: Sequence[str]) -> None:
    """Something was said, and whatever was said again says so."""
    assert copies, "nobody was told"
    assert len([text for text in copies if REPEAT not in text]) <= 1, copies
