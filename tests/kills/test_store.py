"""T4: a console on a SQLite file is killed while lines are piped in. What it has answered is in the file, which is whole."""

from __future__ import annotations

import asyncio
import json
import random
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import children
from tests.databases import ZONE

KILLS = 30
LONG = 2000
LINES = 12  # piped into each life
SEED = 4


async def test_what_was_answered_is_in_the_file(sqlite_template: Path, tmp_path: Path) -> None:
    await killed_while_lines_come(sqlite_template, tmp_path, KILLS)


@pytest.mark.long
async def test_what_was_answered_is_in_the_file_for_hours(sqlite_template: Path, tmp_path: Path) -> None:
    await killed_while_lines_come(sqlite_template, tmp_path, LONG)


async def killed_while_lines_come(template: Path, folder: Path, kills: int) -> None:
    database = Path(shutil.copyfile(template, folder / "recado.sqlite"))
    environment = children.environment(folder, database_url=f"sqlite:///{database}", timezone=ZONE)
    dice = random.Random(SEED)
    answered: set[int] = set()
    for life in range(kills):
        mine = folder / f"life-{life}"
        mine.mkdir()
        numbers = range(life * LINES, (life + 1) * LINES)
        (mine / "stdin").write_text("".join(f"met Customer {number}: line {number}\n" for number in numbers))
        child = children.start(children.recado, mine, environment, "chat", "--json")
        await killed_after(dice.randrange(LINES - 1), child, dice)
        answered |= set(answers(child.said))
        stored = look_into(database, folder / "copy.sqlite")
        assert answered <= set(stored), f"answered, and not in the file: {answered - set(stored)}"
        assert max(stored.values(), default=1) == 1, "a line was applied twice"
    assert len(answered) >= kills, "the test must have killed it in the middle of its work"


async def killed_after(some: int, child: children.Child, dice: random.Random) -> None:
    """Let so many lines be answered, wait for a moment, and kill."""
    deadline = asyncio.get_running_loop().time() + children.DEADLINE
    while child.said.count("\n") <= some:
        assert await child.lives_for(0.005), f"it ended by itself:\n{child.log}"
        assert asyncio.get_running_loop().time() < deadline, f"no answers:\n{child.said}\n{child.log}"
    await child.lives_for(dice.uniform(0, 0.03))
    await child.kill()


def answers(said: str) -> Iterator[int]:
    """Return the numbers of the lines that were answered; the last answer may have been cut."""
    for line in said.splitlines(keepends=True):
        if line.endswith("\n"):
            answer = json.loads(line)
            assert answer["ok"], answer
            [number] = re.findall(r"“line (\d+)”", answer["text"])
            yield int(number)


def look_into(database: Path, copy: Path) -> Counter[int]:
    """Count the lines in the file as the crash left it: in a copy, for whoever opens it first mends it."""
    for suffix in ("", "-wal"):
        shutil.copyfile(f"{database}{suffix}", f"{copy}{suffix}")
    connection = sqlite3.connect(copy)
    try:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        found = connection.execute("SELECT text FROM interaction WHERE text LIKE 'line %'").fetchall()
        return Counter(int(text.removeprefix("line ")) for (text,) in found)
    finally:
        connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{copy}{suffix}").unlink(missing_ok=True)
