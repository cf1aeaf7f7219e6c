"""T1: the program is killed while people write to it. Every update has its effect once, and every answer is seen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.fakes.telegram import FakeTelegram
from tests.kills.service import Service

SIZES = {"sqlite": (800, 19), "postgresql": (200, 6)}  # updates, kills: 1,000 and 25 in all
LONG = {"sqlite": (20_000, 500), "postgresql": (20_000, 500)}
PEOPLE = [str(7000 + number) for number in range(40)]
REPEAT = "possible repeat"


async def test_every_update_has_its_effect_once(service: Service, telegram: FakeTelegram) -> None:
    await killed_while_people_write(service, telegram, *SIZES[service.database.dialect])


@pytest.mark.long
async def test_every_update_has_its_effect_once_for_hours(service: Service, telegram: FakeTelegram) -> None:
    await killed_while_people_write(service, telegram, *LONG[service.database.dialect])


async def killed_while_people_write(service: Service, telegram: FakeTelegram, updates: int, kills: int) -> None:
    service.telegram = telegram
    await service.hires("telegram", PEOPLE)
    numbers = iter(range(updates))
    share = updates // (kills + 1)
    for _ in range(kills):
        write(telegram, numbers, share)
        await service.lives_and_dies(calls=share)
    write(telegram, numbers, updates)
    child = service.start()
    await telegram.until(
        lambda: telegram.confirmed > 1000 + updates or None, lambda: "not all updates were fetched", 60
    )
    await service.settles(child)
    assert await child.stop() == 0, child.log

    notes = await service.notes()
    assert {note: count for note, count in notes.items() if count != 1} == {}, "a double effect"
    assert await service.refused() == []
    assert set(notes) == {f"note {number}" for number in range(updates)}, "a lost update"
    assert service.kills == kills
    answers = answered(telegram)
    assert not {number for number in range(updates) if not answers[number]}, "an answer that nobody saw"
    assert {number: count for number, count in answers.items() if count > 1} == {}, "a second answer without a label"
    assert telegram.complaints == []


def write(telegram: FakeTelegram, numbers: Iterator[int], most: int) -> None:
    """Let people write that many lines, each about a customer of their own."""
    for _ in range(most):
        number = next(numbers, None)
        if number is None:
            return
        telegram.says(int(PEOPLE[number % len(PEOPLE)]), f"met Customer {number}: note {number}")


def answered(telegram: FakeTelegram) -> Counter[int]:
    """Count the answers to each line; a copy that says it may be one counts only if it is the first."""
    plain: Counter[int] = Counter()
    labelled: set[int] = set()
    for person in PEOPLE:
        for message in telegram.messages(int(person)):
            found = re.search(r"“note (\d+)”", message.text)
            assert found, message.text
            if REPEAT in message.text:
                labelled.add(int(found[1]))
            else:
                plain[int(found[1])] += 1
    return plain + Counter({number: 1 for number in labelled if not plain[number]})
