"""The platforms' fakes in a process of their own, so that their work is not taken for ours.

`python -m benchmarks.platforms telegram|slack PEOPLE` is that process: it prints its address, and serves until its
input ends.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator

TELEGRAM, SLACK = "telegram", "slack"


def telegram_user(number: int) -> str:
    return str(1000 + number)


def slack_user(number: int) -> str:
    return f"U{1000 + number}"


@contextlib.asynccontextmanager
async def serving(name: str, people: int) -> AsyncIterator[str]:
    """Run a fake in which so many people have talked to the bot; gives its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.platforms",
        name,
        str(people),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip()
    finally:
        process.stdin.close()
        await process.wait()


async def serve(name: str, people: int) -> None:
    """Serve until the input ends."""
    async with contextlib.AsyncExitStack() as stack:
        print(await (_telegram if name == TELEGRAM else _slack)(stack, people), flush=True)
        await asyncio.to_thread(sys.stdin.read)


async def _telegram(stack: contextlib.AsyncExitStack, people: int) -> str:
    from tests.fakes.telegram import FakeTelegram

    fake = await stack.enter_async_context(FakeTelegram())
    for number in range(people):
        fake.says(int(telegram_user(number)), "/start")
    return fake.url


async def _slack(stack: contextlib.AsyncExitStack, people: int) -> str:
    from tests.fakes.slack import FakeSlack

    fake = await stack.enter_async_context(FakeSlack())
    for number in range(people):
        fake.joins(slack_user(number))
    return fake.api_url


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2])))
