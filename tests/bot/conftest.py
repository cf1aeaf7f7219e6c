"""Recado as a person starts it: a process of its own, in a folder of its own."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
DEADLINE = 60.0  # seconds; long, for the machine may be busy with other tests
Json = dict[str, Any]


@dataclass
class Recado:
    """Starts `recado` with nothing around it but what a test gives it."""

    folder: Path
    settings: dict[str, str] = field(default_factory=dict)
    started: list[Running] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.folder / "data" / "recado"

    @property
    def log(self) -> str:
        path = self.data / "recado.log"
        return path.read_text("utf-8") if path.exists() else ""

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.folder / "home"),
            "XDG_DATA_HOME": str(self.folder / "data"),
            "TZ": "America/Sao_Paulo",
            "TERM": "xterm",
            **self.settings,
        }

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-W", "error", "-m", "bot", *arguments]

    def __call__(self, *arguments: str, typed: str | bytes = "") -> Done:
        """Run a command to its end."""
        done = subprocess.run(
            self.command(*arguments),
            input=typed if isinstance(typed, bytes) else typed.encode(),
            capture_output=True,
            env=self.environment,
            cwd=self.folder,
            timeout=DEADLINE,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def chat(self, *lines: str, member: str | None = None) -> list[Json]:
        """Let a script talk; return its replies."""
        who = ("--as", member) if member else ()
        done = self("chat", "--json", *who, typed="".join(f"{line}\n" for line in lines))
        assert (done.code, done.err) == (0, "")
        return [reply for reply in map(json.loads, done.out.splitlines()) if reply["kind"] == "reply"]

    def export(self) -> Json:
        done = self("export")
        assert (done.code, done.err) == (0, "")
        document: Json = json.loads(done.out)
        return document

    def start(self, *arguments: str, out: int = subprocess.PIPE) -> Running:
        """Start a command and leave it running; it is stopped with the test. `out`: where its output goes."""
        process = subprocess.Popen(
            self.command(*arguments),
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.PIPE,
            env=self.environment,
            cwd=self.folder,
        )
        self.started.append(Running(process))
        return self.started[-1]


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str


class Running:
    """A command that runs, with what it says read as it comes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.out: queue.Queue[str | None] = queue.Queue()
        self.err: queue.Queue[str | None] = queue.Queue()
        for stream, lines in ((process.stdout, self.out), (process.stderr, self.err)):
            if stream is not None:
                threading.Thread(target=_drain, args=(stream, lines), daemon=True).start()

    def types(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def says(self) -> str:
        """Return the next line on stdout."""
        return self._next(self.out)

    def shows(self, kind: str) -> Json:
        """Return the next JSON object of this kind, passing over others."""
        while True:
            found: Json = json.loads(self.says())
            if found["kind"] == kind:
                return found

    def complains(self, part: str) -> str:
        """Return the next line on stderr that has this part."""
        while part not in (line := self._next(self.err)):
            pass
        return line

    def _next(self, lines: queue.Queue[str | None]) -> str:
        line = lines.get(timeout=DEADLINE)
        assert line is not None, f"it ended with {self.ends()}: {self.complaints}"
        return line

    @property
    def complaints(self) -> list[str]:
        """What it has said on stderr since the last look."""
        found = []
        while not self.err.empty() and (line := self.err.get()) is not None:
            found.append(line)
        return found

    def ends(self) -> int:
        return self.process.wait(DEADLINE)

    def stop(self) -> None:
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait(DEADLINE)
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            with contextlib.suppress(OSError):
                if stream is not None:
                    stream.close()


def _drain(stream: Any, lines: queue.Queue[str | None]) -> None:
    """Read to the end; None says that there is no more."""
    with contextlib.suppress(ValueError):
        for line in stream:
            lines.put(line.decode().rstrip("\n"))
    lines.put(None)


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Recado]:
    """The program on a machine that has never seen it."""
    (tmp_path / "home").mkdir()
    program = Recado(tmp_path)
    yield program
    for running in program.started:
        running.stop()


@pytest.fixture
def recado(bare: Recado, sqlite_template: Path) -> Recado:
    """The program with a store in its data folder, as the first start leaves it."""
    bare.data.mkdir(parents=True)
    shutil.copyfile(sqlite_template, bare.data / "recado.sqlite")
    return bare


@pytest.fixture
def on_both(bare: Recado, empty_database_url: str) -> Recado:
    """The program with an empty store, on each database in turn."""
    bare.settings["RECADO_DATABASE_URL"] = empty_database_url
    return bare
