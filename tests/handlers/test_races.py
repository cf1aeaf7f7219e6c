"""Two processes on one store: what both would make is made once."""

import asyncio
from collections import Counter

import pytest

from storage.database import Database
from storage.models import Company, Contact, Deal, Interaction
from tests.world import Person, World

FIRMS = ("Acme", "Globex", "Initech", "Umbrella", "Wayne")
SURNAMES = ("Souza", "Lima")


@pytest.mark.parametrize("dialect", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
async def test_two_processes_that_log_the_same_people_make_no_twins(database_url: str) -> None:
    first, second = World(Database(database_url)), World(Database(database_url))
    people = [await first.hires(f"Rep {n}") for n in range(4)]
    others = [Person(world=second, name=person.name, member_id=person.member_id) for person in people]
    try:
        for batch, firm in enumerate(FIRMS):
            if batch % 2 == 0:  # half the firms are known before anybody speaks of money
                await people[0].says(f"met Ana{firm} Souza, {firm}: hello")
            lines = [f"met Ana{firm} {SURNAMES[n % 2]}, {firm}: hello #hot $1k" for n in range(8)]
            speakers = [*people, *others]
            for number, speaker in enumerate(speakers):
                speaker.world.ids = iter(range(batch * 1000 + number * 100, 10**9))
            answers = await asyncio.gather(*(who.says(line) for who, line in zip(speakers, lines, strict=True)))
            assert not [answer.text for answer in answers if answer.is_error]
        names = Counter(contact.name for contact in await first.rows(Contact))
        firms = Counter(company.name for company in await first.rows(Company))
        assert await first.count(Interaction) == 8 * len(FIRMS) + 3
        assert names == Counter(f"Ana{firm} {surname}" for firm in FIRMS for surname in SURNAMES)
        assert firms == Counter(FIRMS)
        assert await first.count(Deal) == len(FIRMS)
    finally:
        await first.database.close()
        await second.database.close()
