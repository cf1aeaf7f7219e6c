"""Measure what design and README promise: `python -m benchmarks [--quick] [--database sqlite|postgresql|both]`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks import coming_due, figures, finding, floor, sending, starting, talking, writers
from benchmarks.figures import Figure, timed
from benchmarks.stores import POSTGRESQL, SQLITE, Ground, grounds, opened, seeded
from benchmarks.timing import Times
from storage.database import Database
from tests.postgres import PostgresUnavailableError

RESULTS = Path(__file__).parent / "results.json"


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured."""

    sizes: tuple[int, ...]
    lines: int
    searches: int
    due: int
    burst: int
    raced: int
    people: int
    paced: int
    starts: int
    remembered: int


QUICK = Extent((10_000,), 80, 50, 20, 1_000, 200, 100, 40, 3, 100)
WHOLE = Extent((10_000, 100_000, 1_000_000), 300, 100, 50, 10_000, 10_000, 500, 100, 10, 1_000)


async def measure(ground: Ground, size: int, extent: Extent) -> AsyncIterator[Figure]:
    """Measure on one kind of store of one size."""
    url = await seeded(ground, size)
    copy = ground.copy(url, f"copy-{size}")
    try:
        async with opened(url) as database, opened(copy) as beside:
            async for figure in _in_one_store(database, beside, ground.kind, size, extent):
                yield figure
        if size == extent.sizes[0]:
            yield await _race(url, ground.kind, size, extent)
    finally:
        ground.remove(copy)
        ground.remove(url)


async def _in_one_store(
    database: Database, copy: Database, kind: str, size: int, extent: Extent
) -> AsyncIterator[Figure]:
    bare = await asyncio.to_thread(floor.bare_transactions, copy, extent.lines)
    yield timed("bare transaction: one insert, one commit", bare, store=kind, contacts=size)
    for number, (what, line) in enumerate((("logged contact", talking.LOGGED), ("example line", talking.EXAMPLE))):
        spoken = await talking.measure(database, copy, line, extent.lines, start=number)
        yield _line(what, spoken, kind, size)
    for figure in await _found(database, kind, size, extent):
        yield figure
    one = await coming_due.one_at_a_time(database, extent.due)
    yield timed("due to letter, one at a time", one, store=kind, contacts=size, **_within(one.p99, 1000))
    many = await coming_due.burst(database, extent.burst)
    what = f"due to letter, burst of {extent.burst:,}"
    yield timed(what, many, store=kind, contacts=size, **_within(many.p99, 1000))


def _within(p99: float, budget: float) -> dict[str, object]:
    return {"budget": f"p99 <= {budget:g}", "within": p99 <= budget}


LINE_BUDGETS = {
    ("logged contact", SQLITE): (5, 15),
    ("example line", SQLITE): (8, None),
    ("logged contact", POSTGRESQL): (15, None),
}


def _line(what: str, spoken: talking.Spoken, kind: str, size: int) -> Figure:
    """Times are promised up to 100,000 contacts; beyond, growth and the floor say how it fares."""
    p50, p99 = LINE_BUDGETS.get((what, kind), (None, None)) if size <= 100_000 else (None, None)
    shown = spoken.shown
    budget = ", ".join([f"p50 <= {p50}"] * bool(p50) + [f"p99 <= {p99}"] * bool(p99) + ["<= 2x"])
    is_within = (
        shown.p50 <= 2 * spoken.floor.p50 and shown.p50 <= (p50 or shown.p50) and shown.p99 <= (p99 or shown.p99)
    )
    errors = f", {len(spoken.errors)} NOT LOGGED: {spoken.errors[0]!r}" if spoken.errors else ""
    return timed(
        f"{what}, typed to answered",
        shown,
        store=kind,
        contacts=size,
        floor=spoken.floor.p50,
        floor_is="same statements, bare Session",
        budget=budget,
        within=is_within and not spoken.errors,
        note=f"{max(spoken.statements, default=0)} statements{errors}",
    )


async def _found(database: Database, kind: str, size: int, extent: Extent) -> list[Figure]:
    recalls = await finding.recall(database, extent.searches)
    together = Times()
    together.all = [each for recall in recalls for each in recall.times.all]
    whole = timed(figures.FIND, together, store=kind, contacts=size)
    return [*(_recall(recall, kind, size) for recall in recalls), whole]


def _recall(recall: finding.Recall, kind: str, size: int) -> Figure:
    """Speed is promised up to 100,000 contacts, what is found at any size."""
    wanted = finding.WANTED[recall.sort]
    is_fast = size > 100_000 or recall.times.p99 <= 15
    return timed(
        f"find by {recall.sort}",
        recall.times,
        store=kind,
        contacts=size,
        budget=f"{wanted} of 100" + (", p99 <= 15" if size <= 100_000 else ""),
        within=is_fast and recall.found * 100 >= wanted * recall.asked,
        note=f"{recall.found} of {recall.asked} among the first five",
    )


async def _race(url: str, kind: str, size: int, extent: Extent) -> Figure:
    race = await writers.race(url, extent.raced)
    return Figure(
        what=f"{writers.WRITERS} writers at once, {race.lines:,} lines",
        unit="lines/s",
        store=kind,
        contacts=size,
        p50=race.lines / race.seconds,
        budget="0 errors",
        within=not race.errors,
        note=f"{len(race.errors)} errors {race.errors[0] if race.errors else ''}".strip(),
    )


async def _sent(ground: Ground, extent: Extent) -> list[Figure]:
    url = await seeded(ground, extent.sizes[0])
    async with opened(url) as database:
        both = [await send(database, extent.people, extent.paced) for send in (sending.telegram, sending.slack)]
    ground.remove(url)
    return [figure for each in both for figure in _sending(each, ground.kind, extent)]


def _sending(found: sending.Sending, kind: str, extent: Extent) -> list[Figure]:
    return [
        Figure(
            what=f"letter to {found.platform}, burst of {extent.people}",
            unit="letters/s",
            store=kind,
            p50=found.ours,
            floor=found.bare,
            floor_is="bare SDK",
            budget=">= half",
            within=found.ours >= found.bare / 2,
        ),
        timed(
            f"letter to {found.platform}, {sending.PER_SECOND} a second",
            found.paced,
            store=kind,
            **_within(found.paced.p99, 500),
        ),
    ]


async def _started(folder: Path, extent: Extent) -> list[Figure]:
    help_times, bare = starting.help_times(extent.starts)
    ready = await starting.ready_times(folder, extent.starts)
    found = [
        timed(
            "recado --help",
            help_times,
            floor=bare.p50,
            floor_is="bare Python",
            budget="p50 <= 200",
            within=help_times.p50 <= 200,
        ),
        timed(
            "console, start to first answer",
            ready,
            store=SQLITE,
            floor=bare.p50,
            floor_is="bare Python",
            budget="p50 <= 1500",
            within=ready.p50 <= 1500,
        ),
    ]
    for held, budget in (
        (await starting.console_memory(folder, extent.remembered), 85),
        (await starting.telegram_memory(folder, extent.remembered), 100),
        (await starting.both_memory(folder, extent.remembered), 125),
    ):
        if held.mib is not None:
            what = f"memory after {held.lines:,} lines: {held.what}"
            found.append(
                Figure(
                    what=what, unit="MiB", store=SQLITE, p50=held.mib, budget=f"<= {budget}", within=held.mib <= budget
                )
            )
    return found


async def run(
    extent: Extent, kinds: list[str], folder: Path, tell: Callable[[str], None]
) -> tuple[list[Figure], str | None]:
    """Measure everything; return the figures, and the version of PostgreSQL."""
    found: list[Figure] = []
    version = None
    began = time.monotonic()

    def note(figure: Figure) -> None:
        found.append(figure)
        where = f"{figure.store:10} {figure.contacts or '':>9}"
        tell(f"{time.monotonic() - began:6.0f} s  {where}  {figure.what}: {figure.p50:.2f} {figure.unit}")

    with grounds(folder, kinds) as all_grounds:
        for ground in all_grounds:
            version = version or await floor.postgres_version(ground)
            for size in extent.sizes:
                async for figure in measure(ground, size, extent):
                    note(figure)
        for figure in await _sent(all_grounds[0], extent):
            note(figure)
    for figure in await _started(folder, extent):
        note(figure)
    return [*found, *figures.growth(found)], version


def main() -> int:
    arguments = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="10,000 contacts only, in under two minutes")
    arguments.add_argument("--database", choices=[SQLITE, POSTGRESQL, "both"], default="both")
    given = arguments.parse_args()
    kinds = [SQLITE, POSTGRESQL] if given.database == "both" else [given.database]
    logging.disable(logging.WARNING)
    try:
        with tempfile.TemporaryDirectory(prefix="recado-bench-") as folder:
            found, version = asyncio.run(
                run(QUICK if given.quick else WHOLE, kinds, Path(folder), lambda text: print(text, file=sys.stderr))
            )
    except PostgresUnavailableError as error:
        print(f"{error}; or measure with --database sqlite", file=sys.stderr)
        return 2
    print(figures.table(found))
    figures.save(RESULTS, found, figures.machine(version) | {"quick": given.quick})
    return 0


if __name__ == "__main__":
    sys.exit(main())
