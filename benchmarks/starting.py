"""How long the program takes to be ready, and how much memory it holds after a thousand lines."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import talking
from benchmarks.stores import opened
from benchmarks.timing import Times
from storage import members, schema
from storage.database import Session
from tests.fakes import slack as fake_slack, telegram as fake_telegram

RECADO = str(Path(sys.executable).parent / "recado")
LINES = 1000
PATIENCE = 240.0
USER, SLACK_USER = 1000, "U1000"


@dataclass(frozen=True, slots=True)
class Memory:
    """What a process held after so many lines, in MiB; None where the system does not tell."""

    what: str
    lines: int
    mib: float | None


# Starting -------------------------------------------------------------------------------------------------------------


def help_times(count: int) -> tuple[Times, Times]:
    """Time `recado --help`, and beside it an interpreter that does nothing."""
    return _times([RECADO, "--help"], count), _times([sys.executable, "-c", "pass"], count)


def _times(command: list[str], count: int) -> Times:
    times = Times()
    for _ in range(count + 1):
        with times:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    del times.all[0]  # the first one reads the disk
    return times


async def ready_times(folder: Path, count: int) -> Times:
    """Time a console from its start to its first answer, on a store that is there."""
    times = Times()
    for _ in range(count + 1):
        began = time.perf_counter()
        async with _console(_store(folder, "ready"), folder) as process:
            await _ask(process, "today")
            times.all.append((time.perf_counter() - began) * 1000)
    del times.all[0]  # it makes the store
    return times


def _store(folder: Path, name: str) -> str:
    """Each process has a store of its own: a fake that begins anew counts its updates from one again."""
    return f"sqlite:///{folder / name}.sqlite"


# Memory ---------------------------------------------------------------------------------------------------------------


async def console_memory(folder: Path, lines: int) -> Memory:
    url = _store(folder, "console")
    async with _console(url, folder) as process:
        for person in talking.stranger_names(lines, start=77):
            await _ask(process, talking.LOGGED.format(person=person))
        return Memory("console", lines, _resident(process.pid))


@contextlib.asynccontextmanager
async def _console(url: str, folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        RECADO,
        "chat",
        "--json",
        env=_environment(url, folder),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 20,
    )
    try:
        yield process
    finally:
        await _stop(process)


async def _ask(process: asyncio.subprocess.Process, line: str) -> None:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{line}\n".encode())
    async with asyncio.timeout(PATIENCE):
        while b'"kind": "reply"' not in (answer := await process.stdout.readline()):
            if not answer:
                raise RuntimeError("the console has ended")


async def telegram_memory(folder: Path, lines: int) -> Memory:
    url = _store(folder, "telegram")
    async with fake_telegram.FakeTelegram() as fake:
        await _enrol(url, "telegram", fake_telegram.TOKEN.partition(":")[0], str(USER))
        settings = {"RECADO_TELEGRAM_TOKEN": fake_telegram.TOKEN, "RECADO_TELEGRAM_API_URL": fake.url}
        async with _service(url, folder, settings) as process:
            await _talk(lambda line: fake.says(USER, line), lambda: len(fake.messages(USER)), lines)
            return Memory("one platform (Telegram)", lines, _resident(process.pid))


async def both_memory(folder: Path, lines: int) -> Memory:
    """Telegram, Slack over a socket, and the web, in one process."""
    url = _store(folder, "both")
    async with fake_telegram.FakeTelegram() as telegram, fake_slack.FakeSlack() as slack:
        await _enrol(url, "telegram", fake_telegram.TOKEN.partition(":")[0], str(USER))
        await _enrol(url, "slack", fake_slack.TEAM, SLACK_USER)
        slack.joins(SLACK_USER)
        settings = {
            "RECADO_TELEGRAM_TOKEN": fake_telegram.TOKEN,
            "RECADO_TELEGRAM_API_URL": telegram.url,
            "RECADO_SLACK_BOT_TOKEN": fake_slack.BOT_TOKEN,
            "RECADO_SLACK_APP_TOKEN": fake_slack.APP_TOKEN,
            "RECADO_SLACK_SIGNING_SECRET": fake_slack.SIGNING_SECRET,
            "RECADO_SLACK_API_URL": slack.api_url,
            "RECADO_WEB_PORT": str(_free_port()),
        }
        async with _service(url, folder, settings) as process:
            await slack.lines.connected(within=PATIENCE)
            await _talk(lambda line: telegram.says(USER, line), lambda: len(telegram.messages(USER)), lines // 2)
            for person in talking.stranger_names(lines // 2, start=78):
                await slack.types_command(SLACK_USER, talking.LOGGED.format(person=person))
                await slack.received(SLACK_USER, person, within=PATIENCE)
            return Memory("Telegram, Slack and the web", lines, _resident(process.pid))


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


async def _talk(say: Callable[[str], object], answers: Callable[[], int], lines: int) -> None:
    """Type lines one after the other, each when the last was answered."""
    async with asyncio.timeout(PATIENCE):
        for person in talking.stranger_names(lines, start=79):
            before = answers()
            say(talking.LOGGED.format(person=person))
            while answers() == before:  # noqa: ASYNC110 - the fake tells nobody
                await asyncio.sleep(0.005)


async def _enrol(url: str, platform: str, account: str, user: str) -> None:
    def unit(session: Session) -> None:
        now = datetime.now(UTC)
        name = f"{platform} {user}"
        member = members.named(session, name)
        if member is None:
            member = members.create(session, name=name, role="rep", language="en", zone="UTC", now=now)
        members.link(session, member, platform, account, user, user, now)

    async with opened(url) as database:
        await schema.prepare(database, language="en", zone="UTC", now=datetime.now(UTC))
        await database.write(unit)


@contextlib.asynccontextmanager
async def _service(url: str, folder: Path, settings: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        RECADO,
        "run",
        env=_environment(url, folder) | settings,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        await _stop(process)


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.stdin is not None:
        process.stdin.close()
    elif process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(15):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


def _environment(url: str, folder: Path) -> dict[str, str]:
    """Nothing from outside but the path: no settings, and no folder of a person."""
    homes = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("DATA", "CONFIG", "STATE", "CACHE")}
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), **homes, "RECADO_DATABASE_URL": url}


def _resident(pid: int) -> float | None:
    """Return what a process holds in memory, in MiB (Linux)."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024
