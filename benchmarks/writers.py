"""Several programs that write to one store at once: `python -m benchmarks.writers URL NAME LINES` is one of them."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass

from benchmarks import talking
from benchmarks.stores import opened

WRITERS = 4


@dataclass(frozen=True, slots=True)
class Race:
    """What became of all the lines."""

    lines: int
    errors: tuple[str, ...]
    seconds: float


async def race(url: str, lines: int) -> Race:
    """Let four programs log `lines` lines in all."""
    began = time.perf_counter()
    reports = await asyncio.gather(*(_run(url, f"w{number}", lines // WRITERS) for number in range(WRITERS)))
    errors = tuple(error for report in reports for error in report)
    return Race(lines // WRITERS * WRITERS, errors, time.perf_counter() - began)


async def _run(url: str, name: str, lines: int) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.writers", url, name, str(lines), stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    if process.returncode:
        return [f"writer {name} ended with {process.returncode}"] * lines
    errors: list[str] = json.loads(out)
    return errors


async def write(url: str, name: str, lines: int) -> list[str]:
    """Log so many lines, each about somebody new; return what went wrong."""
    people = talking.stranger_names(lines, start=int.from_bytes(name.encode()))
    errors: list[str] = []
    async with opened(url) as database:
        await database.write(lambda session: talking.hire(session, name))
        speaker = talking.Speaker(database, name)
        for person in people:
            reply, _ = await speaker.says(talking.LOGGED.format(person=person))
            if reply is None or reply.is_error:
                errors.append(reply.text if reply else "no answer")
    return errors


if __name__ == "__main__":
    print(json.dumps(asyncio.run(write(sys.argv[1], sys.argv[2], int(sys.argv[3])))))
