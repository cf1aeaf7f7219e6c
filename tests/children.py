"""Programs of ours in processes of their own, quick to start: they are forked from a server that has imported it all.

`start(program, ...)` runs a function of a test's module in such a process, with nothing of our environment but what it
is given. A child can be killed at any moment as a machine kills, and ends with the test run whatever happens.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import certifi

from tests.postgres import _die_with_parent

DEADLINE = 30.0  # seconds; only a failing test sees the end of it
PRELOADED = [
    "tests.children",
    "bot.__main__",
    "bot.app",
    "bot.chores",
    "bot.logs",
    "bot.platforms.slack",
    "bot.platforms.telegram",
    "handlers.commands.records",
    "scheduler.rules.morning_agenda",
    "storage.migrations.versions",
    "anyio._backends._asyncio",
    "apscheduler.executors.asyncio",
    "apscheduler.triggers.interval",
    "babel.dates",
    "holidays",
    "httpcore",
    "slack_bolt.listener_matcher.async_builtins",
    "uvicorn",
    "web.server",
]

OUTPUTS = ("stdout", "stderr")

_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(PRELOADED)


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """Return the surroundings of a child: a data folder of its own in `folder`, and these settings (without prefix)."""
    # Nothing here speaks TLS, but a client reads every authority's certificate when it is made: 0.2 s of each life.
    authority = folder / "authority.pem"
    if not authority.exists():
        first, mark, _ = Path(certifi.where()).read_text(encoding="utf-8").partition("-----END CERTIFICATE-----\n")
        authority.write_text(first + mark, encoding="utf-8")
    found = {"PATH": os.defpath, "XDG_DATA_HOME": str(folder / "data"), "SSL_CERT_FILE": str(authority)}
    return found | {f"RECADO_{name.upper()}": value for name, value in settings.items()}


@dataclass(kw_only=True)
class Child:
    """One process. `said` is what it has printed, `log` what it has complained of."""

    process: Any
    folder: Path
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        loop = asyncio.get_running_loop()

        def end() -> None:
            loop.remove_reader(self.process.sentinel)
            self._ended.set()

        loop.add_reader(self.process.sentinel, end)

    @property
    def said(self) -> str:
        return (self.folder / "stdout").read_text(errors="replace")

    @property
    def log(self) -> str:
        return (self.folder / "stderr").read_text(errors="replace")

    @property
    def is_alive(self) -> bool:
        return not self._ended.is_set()

    async def lives_for(self, seconds: float) -> bool:
        """Wait so long for its end; True if it is still there."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._ended.wait()
        return self.is_alive

    async def ends(self, within: float = DEADLINE) -> int:
        """Wait for its end and return its exit code, negative for a signal."""
        assert not await self.lives_for(within), f"it still runs:\n{self.log}"
        self.process.join()
        return int(self.process.exitcode)

    async def kill(self) -> int:
        """End it as a machine does: at once, whatever it is doing."""
        if self.is_alive:
            os.kill(self.process.pid, signal.SIGKILL)
        return await self.ends()

    async def stop(self) -> int:
        """Ask it to stop, as systemd and people do."""
        if self.is_alive:
            os.kill(self.process.pid, signal.SIGTERM)
        return await self.ends()


def start(program: Callable[..., None], folder: Path, surroundings: Mapping[str, str], *arguments: Any) -> Child:
    """Run `program(*arguments)` in a process with this environment and no other.

    It reads the file `stdin` in `folder`, if there is one, and what it prints is added to `stdout` and `stderr` there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in OUTPUTS:
        (folder / name).touch()
    process = _server.Process(target=_run, args=(program, str(folder), dict(surroundings), arguments), daemon=True)
    process.start()
    return Child(process=process, folder=folder)


def recado(*arguments: str) -> None:
    """Be the command line."""
    from bot.__main__ import main

    main(arguments)


def _run(program: Callable[..., None], folder: str, surroundings: dict[str, str], arguments: Sequence[Any]) -> None:
    if (bind := _die_with_parent()) is not None:
        bind()
    if (Path(folder) / "stdin").exists():
        os.dup2(os.open(Path(folder) / "stdin", os.O_RDONLY), 0)
    for descriptor, name in enumerate(OUTPUTS, start=1):
        os.dup2(os.open(Path(folder) / name, os.O_WRONLY | os.O_APPEND), descriptor)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - for the life of the process
    os.environ.clear()
    os.environ.update(surroundings)
    time.tzset()
    os.chdir(folder)
    program(*arguments)
