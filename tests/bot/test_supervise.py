"""A part that fails is started again; only a first start that cannot work ends the program."""

import asyncio

import pytest

from bot.supervise import Parts, supervise
from handlers.errors import SettingsError


class Flaky:
    """Fails with each of these in turn, then ends."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.starts = 0

    async def run(self) -> None:
        self.starts += 1
        if self.failures:
            raise self.failures.pop(0)


async def test_what_fails_is_started_again() -> None:
    part, flaky = Parts().named("slack"), Flaky(OSError("no route"), ValueError("odd"))
    await supervise(part, flaky.run, pause=0)
    assert flaky.starts == 3
    assert (part.state, part.failures, part.last_error) == ("stopped", 2, "ValueError: odd")
    assert not part.is_well


async def test_a_wrong_setting_at_the_first_start_is_told() -> None:
    flaky = Flaky(SettingsError("RECADO_TELEGRAM_TOKEN", "is refused.", "Copy it."))
    with pytest.raises(SettingsError):
        await supervise(Parts().named("telegram"), flaky.run, pause=0)


async def test_later_it_is_a_failure_like_any_other() -> None:
    flaky = Flaky(OSError("away"), SettingsError("RECADO_TELEGRAM_TOKEN", "is refused.", "Copy it."))
    await supervise(Parts().named("telegram"), flaky.run, pause=0)
    assert flaky.starts == 3


async def test_it_stops_when_told() -> None:
    part, started = Parts().named("slack"), asyncio.Event()

    async def for_ever() -> None:
        started.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(supervise(part, for_ever))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert part.is_well
