"""A person at a terminal: a real one (a pty), with prompt_toolkit in between."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.bot.conftest import DEADLINE, Recado

ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[A-Za-z]|[=>])|\r")
CTRL_C, CTRL_D = "\x03", "\x04"


class Terminal:
    """What stands on the screen, and a keyboard."""

    def __init__(self, recado: Recado, *arguments: str) -> None:
        self._screen, inside = pty.openpty()
        self.process = subprocess.Popen(
            recado.command(*arguments),
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env=recado.environment,
            cwd=recado.folder,
            start_new_session=True,
        )
        os.close(inside)
        self.text = ""

    def shows(self, part: str) -> str:
        """Wait until a text stands there; return all that was shown so far."""
        return self._until(lambda: part in self.text, part)

    def prompts(self) -> None:
        """Wait until the next line can be typed: what is typed before may be lost between two prompts."""
        self._until(lambda: self.text.rpartition("\n")[2].strip(" \b") == ">", "the prompt")

    def _until(self, is_shown: Callable[[], bool], what: str) -> str:
        deadline = time.monotonic() + DEADLINE
        while not is_shown() and time.monotonic() < deadline:
            self._read(deadline)
        assert is_shown(), f"waited for {what!r}, but there is {self.text!r}"
        return self.text

    def types(self, line: str) -> None:
        os.write(self._screen, f"{line}\r".encode())

    def presses(self, key: str) -> None:
        os.write(self._screen, key.encode())

    def ends(self) -> int:
        """Read to the end; return the exit code."""
        deadline = time.monotonic() + DEADLINE
        while self._read(deadline):
            pass
        return self.process.wait(DEADLINE)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait(DEADLINE)
        os.close(self._screen)

    def _read(self, deadline: float) -> bool:
        """Read what there is; False at the end of the program."""
        if not select.select([self._screen], [], [], max(deadline - time.monotonic(), 0))[0]:
            return False
        try:
            found = os.read(self._screen, 65536)
        except OSError:  # Linux says so when nobody is left inside
            return False
        self.text += ESCAPES.sub("", found.decode("utf-8", "replace"))
        return bool(found)


@pytest.fixture(params=["chat", "run"])
def terminal(request: pytest.FixtureRequest, bare: Recado) -> Iterator[Terminal]:
    """A newcomer's terminal; without any platform `run` is a console too."""
    opened = Terminal(bare, request.param)
    yield opened
    opened.stop()


def test_a_newcomer_is_shown_a_line_to_try_and_gets_its_follow_up(terminal: Terminal, bare: Recado) -> None:
    welcome = terminal.shows("send quote\n")
    assert welcome.startswith("Recado remembers your customers")
    assert len([line for line in welcome.splitlines() if line]) == 4
    terminal.types("met Ana Souza, Acme: wants 40 seats #hot $12k >proposal !2s send quote")
    terminal.shows(
        "✓ Met Ana Souza (new), Acme (new) · I-1\n“wants 40 seats” #hot\nD-1 Acme: Proposal, USD 12,000 (new)\n"
    )
    terminal.shows("⏰ Send quote: Ana Souza, Acme\n")
    terminal.shows("[Done] [1 h]")
    terminal.types("done")
    terminal.shows("✓ Done")
    terminal.prompts()
    terminal.presses(CTRL_D)
    assert terminal.ends() == 0
    assert bare.export()["reminders"][0]["state"] == "done"
    written = {path.name for path in bare.data.iterdir()}
    assert written >= {"recado.sqlite", "recado.log", "history"}
    assert list((bare.folder / "home").iterdir()) == []
    assert {path.name for path in bare.folder.iterdir()} == {"home", "data"}


def test_an_empty_line_is_no_message(recado: Recado) -> None:
    terminal = Terminal(recado, "chat")
    terminal.shows("send quote\n")
    terminal.types("")
    terminal.types("  ")
    terminal.types("find nobody")
    terminal.shows("Nothing like “nobody”")
    terminal.prompts()
    terminal.presses(CTRL_D)
    assert terminal.ends() == 0
    assert terminal.text.count("There was nothing to read") == 0
    terminal.stop()


@pytest.mark.parametrize("how", [CTRL_C, signal.SIGTERM, signal.SIGINT])
def test_it_ends_when_told(recado: Recado, how: str | signal.Signals) -> None:
    terminal = Terminal(recado, "run")
    terminal.shows("send quote\n")
    terminal.prompts()
    if isinstance(how, signal.Signals):
        terminal.process.send_signal(how)
    else:
        terminal.presses(how)
    assert terminal.ends() == 0
    assert "Traceback" not in terminal.text
    terminal.stop()


def test_a_line_that_was_begun_is_taken_back_by_ctrl_c(recado: Recado) -> None:
    terminal = Terminal(recado, "chat")
    terminal.prompts()
    terminal.presses("met Ana: wrong")
    terminal.shows("met Ana: wrong")
    terminal.presses(CTRL_C)
    terminal.prompts()
    terminal.types("find nobody")
    terminal.shows("Nothing like “nobody”")
    terminal.prompts()
    terminal.presses(CTRL_C)
    assert terminal.ends() == 0
    assert recado.export()["contacts"] == []
    terminal.stop()


def test_yesterdays_lines_are_at_hand(recado: Recado) -> None:
    for _ in range(2):
        terminal = Terminal(recado, "chat")
        terminal.prompts()
        terminal.types("find nobody")
        terminal.shows("Nothing like “nobody”")
        terminal.prompts()
        terminal.presses(CTRL_D)
        terminal.ends()
        terminal.stop()
    history: Path = recado.data / "history"
    assert "+find nobody\n" in history.read_text("utf-8")
