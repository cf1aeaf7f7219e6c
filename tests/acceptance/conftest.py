"""A company with nobody in it yet, beside a Telegram and a Slack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.acceptance.company import Company
from tests.fakes.slack import FakeSlack
from tests.fakes.telegram import FakeTelegram


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as fake:
        yield fake


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        yield fake


@pytest.fixture
async def company(
    database_url: str, tmp_path: Path, telegram: FakeTelegram, slack: FakeSlack
) -> AsyncIterator[Company]:
    """Its store is empty, and it is closed."""
    found = Company(database_url, tmp_path, telegram, slack)
    yield found
    await found.dies()
