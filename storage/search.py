"""Finding records by what people remember of them, slips and all; the index itself is kept by storage/indexing.py.

In order: exact keys (a ref, an e-mail, a phone, the exact name); documents in which every typed word begins a word;
and, only when there are none, the same with the words nearest to those typed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import sqlalchemy as sa
from rapidfuzz.distance import OSA
from sqlalchemy.orm import Session

from storage import candidates, vocabulary
from storage.candidates import KEY, MOST, NAME, SAMPLE, Candidate, Group, Pool, Scope
from storage.documents import KINDS, document_id, record_of
from storage.indexing import follow, rebuild, refresh
from storage.keys import company_key, email_key, name_key, phone_key, words
from storage.models import Company, Contact

__all__ = [
    "KINDS",
    "MOST",
    "Found",
    "Hit",
    "companies_like",
    "find",
    "follow",
    "names_like",
    "rebuild",
    "refresh",
]

Row = TypeVar("Row", Contact, Company)

MOST_TWINS = 20
MOST_QUERY_WORDS = 12
LONGEST_NAME = 500
FEWEST_PHONE_DIGITS = 5

# How well a word of the query is met: by a whole word of the name, by the beginning of one, or by something else.
WHOLE, BEGINS, NEAR, ELSEWHERE = 1.0, 0.9, 0.8, 0.7
EXTRA_WORD = 3.0  # each word of the name that nobody asked for
UNTYPED = 5.0  # the whole name, if all of its letters were left out
IN_ORDER = 1.0
# How alike two names are, word by word; SLIP is the least that a whole name scores, of which each word has a slip.
SLIP, INITIAL, UNSAID_WORD = 90.0, 0.75, 15.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found. `score`: over 100 by its exact name or a key; the higher the nearer."""

    kind: str
    id: int
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """One page of hits. `total` counts all (MOST: at least that many); `mended` is the query as it was understood."""

    hits: tuple[Hit, ...]
    total: int
    mended: str | None = None


def find(
    session: Session,
    query: str,
    *,
    kinds: Sequence[str] = KINDS,
    visible: Collection[int] | None = None,
    member_id: int | None = None,
    region: str | None = None,
    limit: int = 5,
    offset: int = 0,
) -> Found:
    """Return what a query finds, the likeliest first.

    visible: ids of the members whose records may be seen (what nobody owns is everybody's); None for all.
    member_id: whose records come first among equals. region: the country by which phones are read.
    """
    scope = _scope(tuple(kinds), visible, member_id)
    asked = Asked(query, region)
    ranked = _search(session, asked, scope)
    mended = None
    if not ranked and asked.indexed:
        ranked, mended = _search_mended(session, asked, scope)
    return Found(_hits(ranked[offset : offset + limit]), min(len(ranked), MOST), mended)


def _scope(kinds: tuple[str, ...], visible: Collection[int] | None, member_id: int | None) -> Scope:
    return Scope(kinds=kinds, visible=None if visible is None else frozenset(visible), member_id=member_id)


# What was asked ---------------------------------------------------------------------------------------------------

_REF = re.compile(r"/?([pcd])\s?[-\u2010-\u2015]?\s?([0-9]{1,12})", re.IGNORECASE)
_PHONE = re.compile(r"\+?[0-9\s().\-/]+")
_REF_KINDS = {"p": "contact", "c": "company", "d": "deal"}


@dataclass(frozen=True)
class Asked:
    """A query, read as everything it may be."""

    query: str
    region: str | None = None

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words to look for; the digits of a phone are one."""
        if self._digits:
            return (self._digits,)
        return tuple(dict.fromkeys(words(self.query)))[:MOST_QUERY_WORDS]

    @cached_property
    def indexed(self) -> tuple[str, ...]:
        return _indexed(self.words)

    @cached_property
    def keys(self) -> dict[str, Any]:
        """What the query may be as an exact key, by the sort of key."""
        ref = _REF.fullmatch(self.query.strip())
        found = {
            "ref": document_id(_REF_KINDS[ref[1].lower()], int(ref[2])) if ref else None,
            "email": email_key(self.query) if "@" in self.query else None,
            "phone": phone_key(self.query, self.region) if self._digits else None,
            "person": name_key(self.query)[:LONGEST_NAME],
            "firm": company_key(self.query)[:LONGEST_NAME],
        }
        return {sort: key for sort, key in found.items() if key}

    @cached_property
    def names(self) -> frozenset[str]:
        """The query as the whole name of something."""
        return frozenset(f" {self.keys.get(sort, '')} " for sort in ("person", "firm"))

    @cached_property
    def _digits(self) -> str:
        digits = re.sub(r"\D", "", self.query) if _PHONE.fullmatch(self.query.strip()) else ""
        return digits if len(digits) >= FEWEST_PHONE_DIGITS else ""


def _indexed(asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words to ask the index for; a single letter counts in the ranking only, if there is more."""
    return tuple(filter(candidates.is_long, asked)) or asked


# Searching ----------------------------------------------------------------------------------------------------------

Scored = tuple[float, Candidate]
Near = Mapping[str, tuple[str, ...]]


def _search(session: Session, asked: Asked, scope: Scope) -> list[Scored]:
    dialect = session.get_bind().dialect.name
    match = candidates.all_of(dialect, map(candidates.prefix, asked.indexed), scope.owners)
    pools = candidates.pools(match, scope.kinds) if asked.indexed else []
    found = candidates.read(session, scope, pools, asked.keys)
    if any(each.exact == KEY for each in found.values()):
        found = {id: each for id, each in found.items() if each.exact == KEY}
    elif len(found) >= MOST:
        found = candidates.read(session, scope, _broad_pools(dialect, asked, scope)) | found
    return _ranked(found.values(), asked, scope, {})


def _broad_pools(dialect: str, asked: Asked, scope: Scope) -> list[Pool]:
    """Where more match than can be ranked: some with the whole words, and some of the asker's own."""
    wholes = [candidates.whole(word) for word in asked.indexed]
    prefixes = [candidates.prefix(word) for word in asked.indexed]
    pools = candidates.pools(candidates.all_of(dialect, wholes, scope.owners), scope.kinds, SAMPLE)
    if scope.member_id is not None and (scope.owners is None or scope.member_id in scope.owners):
        own = candidates.all_of(dialect, prefixes, {scope.member_id})
        pools += candidates.pools(own, scope.kinds, SAMPLE)
    if dialect == "sqlite" and len(scope.kinds) == len(KINDS):  # the newest contacts have taken all places
        last = document_id("contact", 0) - 1
        pools.append(Pool(candidates.all_of(dialect, prefixes, scope.owners), last=last, limit=SAMPLE))
    return pools


def _search_mended(session: Session, asked: Asked, scope: Scope) -> tuple[list[Scored], str | None]:
    """Search with the nearest words in the place of those that nothing has; where all are known, of each in turn."""
    near = vocabulary.nearest(session, asked.indexed)
    unknown = _unknown(session, asked, scope, near)
    wrong = [unknown] if unknown else [[word] for word in near]
    queries = [_mended(asked.indexed, each, near) for each in wrong if all(near.get(word) for word in each)]
    if not queries:
        return [], None
    dialect = session.get_bind().dialect.name
    match = candidates.any_of(dialect, (candidates.all_of(dialect, groups, scope.owners) for groups in queries))
    found = candidates.read(session, scope, candidates.pools(match, scope.kinds))
    ranked = _ranked(found.values(), asked, scope, near)
    return ranked, _as_understood(asked, ranked[0][1], near) if ranked else None


def _unknown(session: Session, asked: Asked, scope: Scope, near: Near) -> list[str]:
    """Return the words with which no word of a visible record begins."""
    doubtful = [word for word in asked.indexed if word not in near.get(word, ())]
    dialect = session.get_bind().dialect.name
    matches = (candidates.all_of(dialect, [candidates.prefix(word)], scope.owners) for word in doubtful)
    found = candidates.read(session, scope, [Pool(match, limit=1) for match in matches]).values()
    return [word for word in doubtful if all(_met(word, each, ()) is None for each in found)]


def _mended(asked: Iterable[str], wrong: Collection[str], near: Near) -> list[Group]:
    return [candidates.whole(*near[word]) if word in wrong else candidates.prefix(word) for word in asked]


def _as_understood(asked: Asked, best: Candidate, near: Near) -> str:
    """Return the query with each mistyped word as the best hit has it."""
    has = best.name + best.others
    return " ".join(
        word if f" {word}" in has else next((other for other in near.get(word, ()) if f" {other} " in has), word)
        for word in asked.words
    )


# Ranking ------------------------------------------------------------------------------------------------------------


def _hits(ranked: Iterable[Scored]) -> tuple[Hit, ...]:
    return tuple(Hit(*record_of(each.id), round(score, 1)) for score, each in ranked)


def _ranked(found: Iterable[Candidate], asked: Asked, scope: Scope, near: Near) -> list[Scored]:
    """Order candidates: the nearest first; among equals the asker's own, then the last touched, then the newest."""
    return _ordered([(score, each) for each in found if (score := _score(each, asked, near)) is not None], scope)


def _ordered(scored: list[Scored], scope: Scope) -> list[Scored]:
    scored.sort(key=_freshness, reverse=True)
    scored.sort(key=lambda pair: (-round(pair[0], 1), pair[1].owner != scope.member_id))
    return scored


_SHOWN_FIRST = ("contact", "deal", "company")  # the last one wins


def _freshness(scored: Scored) -> tuple[bool, Any, int, int]:
    _, candidate = scored
    kind, record_id = record_of(candidate.id)
    return (candidate.touched is not None, candidate.touched, record_id, _SHOWN_FIRST.index(kind))


def _score(candidate: Candidate, asked: Asked, near: Near) -> float | None:
    """Return how well a candidate meets the query, None if a word of it is not met."""
    if candidate.exact:
        return candidate.exact
    if candidate.name in asked.names:
        return NAME - IN_ORDER
    total = 0.0
    for word in asked.words:
        met = _met(word, candidate, near.get(word, ()))
        if met is None:
            return None
        total += met
    score = 100 * total / len(asked.words) + IN_ORDER * candidate.name.startswith(f" {asked.words[0]}")
    return score - _unsaid(candidate, asked) if len(asked.words) > 1 else score


def _unsaid(candidate: Candidate, asked: Asked) -> float:
    """Return what a name loses for what was not typed of it; a single word is no description of a whole name."""
    words = candidate.name.count(" ") - 1
    typed = sum(map(len, asked.words))
    letters = len(candidate.name) - words - 1
    return EXTRA_WORD * max(0, words - len(asked.words)) + UNTYPED * max(0.0, 1 - typed / max(1, letters))


def _met(word: str, candidate: Candidate, near: Collection[str]) -> float | None:
    for found, factor in ((candidate.name, 1.0), (candidate.others, ELSEWHERE)):
        if f" {word}" in found:
            return factor * (WHOLE if f" {word} " in found else BEGINS)
        alike = [OSA.normalized_similarity(word, other) for other in near if f" {other} " in found]
        if alike:
            return factor * NEAR * max(alike)
    return None


# Near-twins ---------------------------------------------------------------------------------------------------------


def names_like(
    session: Session,
    name: str,
    *,
    company_id: int | None = None,
    visible: Collection[int] | None = None,
    member_id: int | None = None,
    limit: int = 5,
) -> list[Contact]:
    """Return the contacts that somebody who typed this name may mean, the likeliest first.

    Every typed word is met by another of the name: the same, one slip away, its beginning or its initial. Names that
    differ in a digit are never near. company_id: where they work; those of another company must have the whole name.
    """
    hits = _like(session, name_key(name), _scope(("contact",), visible, member_id))
    rows = _rows(session, Contact, hits)
    found = [(hit.score, rows[hit.id]) for hit in hits]
    return [row for score, row in found if score >= SLIP or not _works_elsewhere(row, company_id)][:limit]


def _works_elsewhere(contact: Contact, company_id: int | None) -> bool:
    return None not in {contact.company_id, company_id} and contact.company_id != company_id


def companies_like(
    session: Session,
    name: str,
    *,
    visible: Collection[int] | None = None,
    member_id: int | None = None,
    limit: int = 5,
) -> list[Company]:
    """Return the companies that somebody who typed this name may mean, as `names_like` does."""
    hits = _like(session, company_key(name), _scope(("company",), visible, member_id))[:limit]
    rows = _rows(session, Company, hits)
    return [rows[hit.id] for hit in hits]


def _rows(session: Session, model: type[Row], hits: Collection[Hit]) -> dict[int, Row]:
    if not hits:
        return {}
    ids = [hit.id for hit in hits]
    return {row.id: row for row in session.scalars(sa.select(model).where(model.id.in_(ids)))}


def _like(session: Session, key: str, scope: Scope) -> tuple[Hit, ...]:
    typed = tuple(words(key))[:MOST_QUERY_WORDS]
    if not typed:
        return ()
    near = vocabulary.nearest(session, typed)
    dialect = session.get_bind().dialect.name
    groups = [_alike(word, near.get(word, ())) for word in _indexed(typed)]
    match = candidates.all_of(dialect, groups, scope.owners)
    found = candidates.read(session, scope, candidates.pools(match, scope.kinds)).values()
    scored = [(score, each) for each in found if (score := _likeness(typed, each.name.split(), near)) is not None]
    return _hits(_ordered(scored, scope)[:MOST_TWINS])


def _alike(word: str, near: Collection[str]) -> Group:
    """Return what may stand for a word of a name: itself, what it begins, its neighbours, its initial."""
    if _has_digit(word):
        return candidates.whole(word)
    others = dict.fromkeys((*near, word[0]))
    return candidates.prefix(word) + candidates.whole(*(other for other in others if other != word))


def _likeness(typed: Sequence[str], name: Sequence[str], near: Near) -> float | None:
    """Return how alike two names are, None if a typed word has no counterpart."""
    if tuple(typed) == tuple(name):
        return NAME
    if _numbers(typed) != _numbers(name) or (len(typed) > 1 and len(name) > len(typed) + 1):
        return None
    left = list(name)
    total = 0.0
    for word in typed:
        alikeness, other = max(((_alikeness(word, each, near.get(word, ())), each) for each in left), default=(0.0, ""))
        if not alikeness:
            return None
        left.remove(other)
        total += alikeness
    return 100 * total / len(typed) - UNSAID_WORD * len(left)


def _alikeness(word: str, other: str, near: Collection[str]) -> float:
    if word == other:
        return WHOLE
    if other in near:
        return SLIP / 100
    is_initial = 1 in {len(word), len(other)} and word[0] == other[0]
    return INITIAL if is_initial or other.startswith(word) else 0.0


def _numbers(name: Iterable[str]) -> list[str]:
    return sorted(filter(_has_digit, name))


def _has_digit(word: str) -> bool:
    return any(char.isdigit() for char in word)
