"""How fast `find` is, and how often what was meant stands among the first five."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from benchmarks.timing import Times
from storage import search
from storage.database import Database
from storage.models import Company, Contact

FIRST = 5
WANTED = {"full name": 100, "prefixes": 95, "one typo": 88, "name + company": 99}  # of 100, among the first


@dataclass(frozen=True, slots=True)
class Target:
    """Somebody to be found."""

    id: int
    name: str
    name_key: str
    company: str


@dataclass(frozen=True, slots=True)
class Recall:
    """How many of those asked for stood among the first five, and how long each search took."""

    sort: str
    asked: int
    found: int
    times: Times


def targets(session: Session, count: int, chance: random.Random) -> list[Target]:
    """Draw contacts from the whole store."""
    last = session.scalar(sa.select(sa.func.max(Contact.id))) or 0
    ids = [chance.randint(1, last) for _ in range(count)]
    query = (
        sa.select(Contact.id, Contact.name, Contact.name_key, Company.name)
        .join(Company, Company.id == Contact.company_id)
        .where(Contact.id.in_(ids))
    )
    return [Target(*row) for row in session.execute(query)]


def full_name(target: Target, chance: random.Random) -> str:
    del chance
    return target.name.lower()


def prefixes(target: Target, chance: random.Random) -> str:
    """Type two thirds of each word, three letters at least."""
    del chance
    return " ".join(word[: max(3, len(word) * 2 // 3)] for word in target.name.split())


def one_typo(target: Target, chance: random.Random) -> str:
    """Miss, double, swap or replace one letter of a word that has four or more."""
    words = target.name_key.split()
    long = [n for n, word in enumerate(words) if len(word) > 3] or [0]
    at = chance.choice(long)
    words[at] = _slip(words[at], chance)
    return " ".join(words)


def _slip(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    other = chance.choice(string.ascii_lowercase)
    slips = (before + after, before + other + letter + after, before + other + after)
    swapped = before + after[0] + letter + after[1:]
    return chance.choice((*slips, swapped) if swapped != word else slips)


def name_and_company(target: Target, chance: random.Random) -> str:
    del chance
    return f"{target.name} {target.company}"


SORTS: dict[str, Callable[[Target, random.Random], str]] = {
    "full name": full_name,
    "prefixes": prefixes,
    "one typo": one_typo,
    "name + company": name_and_company,
}


async def recall(database: Database, each: int) -> list[Recall]:
    """Ask for `each` contacts in each of the four ways; a namesake counts, unless the company was typed."""
    chance = random.Random(each)
    wanted = await database.read(lambda session: targets(session, each, chance))
    return [await database.read(partial(_ask, sort=sort, wanted=wanted)) for sort in SORTS]


def _ask(session: Session, sort: str, wanted: list[Target]) -> Recall:
    chance = random.Random(sort)
    times = Times()
    found = 0
    for target in wanted:
        query = SORTS[sort](target, chance)
        with times:
            hits = search.find(session, query).hits
        ids = [hit.id for hit in hits if hit.kind == "contact"][:FIRST]
        found += target.id in ids or (sort != "name + company" and _has_namesake(session, target, ids))
    return Recall(sort, len(wanted), found, times)


def _has_namesake(session: Session, target: Target, ids: list[int]) -> bool:
    query = sa.select(Contact.id).where(Contact.id.in_(ids), Contact.name_key == target.name_key).limit(1)
    return session.scalar(query) is not None
