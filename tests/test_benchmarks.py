"""The benchmarks run, on a small store: what they report is what happened."""

from functools import partial

from benchmarks import coming_due, figures, finding, seed, talking
from benchmarks.figures import Figure
from benchmarks.timing import Times
from storage.database import Database
from tests.databases import NOW

SMALL = 400


async def test_a_seeded_store_is_one_to_work_in(database: Database) -> None:
    await database.write(partial(seed.fill, size=SMALL))
    for recall in await finding.recall(database, 20):
        assert recall.found * 100 >= finding.WANTED[recall.sort] * recall.asked, recall.sort
    spoken = await talking.measure(database, None, talking.EXAMPLE, count=3, start=1)
    assert spoken.errors == []
    assert len(spoken.shown.all) == 3
    assert (await coming_due.burst(database, 30)).all != []


def test_a_name_like_no_other() -> None:
    names = talking.stranger_names(200)
    assert len(set(names)) == 200
    assert names == talking.stranger_names(200)
    assert NOW == seed.NOW


def test_percentiles() -> None:
    times = Times()
    times.all = [float(number) for number in range(1, 101)]
    assert (times.p50, times.p99) == (51, 100)


def test_the_table() -> None:
    figure = Figure(
        what="find", store="sqlite", contacts=10_000, p50=3.0, p99=9.5, floor=1.5, floor_is="bare", within=True
    )
    head, _, row = figures.table([figure]).splitlines()
    assert [cell.strip() for cell in head.split("|")][1:4] == ["what", "store", "contacts"]
    cells = [cell.strip() for cell in row.split("|")]
    assert cells[1:10] == ["find", "sqlite", "10,000", "3 ms", "9.50", "1.50 bare", "2.00", "", "within"]


def test_growth() -> None:
    found = [
        Figure(what=figures.FIND, store="sqlite", contacts=size, p50=1.0, p99=p99)
        for size, p99 in ((10_000, 2.0), (100_000, 4.0), (1_000_000, 50.0))
    ]
    (figure,) = figures.growth(found)
    assert (figure.p50, figure.within) == (2.0, False)
