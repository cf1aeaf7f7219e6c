"""The fixtures of stories about time and post."""

import pytest

from storage.database import Database
from tests.scheduler.office import Office


@pytest.fixture
def office(database: Database) -> Office:
    """An office on a store of its own, on Tue 24 Nov 2026, 14:00 in São Paulo."""
    return Office(database)
