"""Finding records by what people remember of them, slips and all; the index itself is kept by storage/documents.py.

In order: exact keys (a ref, an e-mail, a phone, the exact name); documents in which every typed word begins a word;
and, only when there are none, the same with the words nearest to those typed. At most MOST candidates are ranked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, TypeVar

import sqlalchemy as sa
from rapidfuzz.distance import OSA
from sqlalchemy.orm import Session

from storage import documents, vocabulary
from storage.documents import KINDS, OWN, SPAN, VECTOR, follow, mark, rebuild, settle, term, watch
from storage.keys import company_key, email_key, name_key, phone_key, words
from storage.models import Company, Contact

__all__ = [
    "KINDS",
    "MOST",
    "OWN",
    "Found",
    "Hit",
    "companies_like",
    "find",
    "follow",
    "mark",
    "names_like",
    "rebuild",
    "settle",
    "watch",
]

Row = TypeVar("Row", Contact, Company)

MOST = 200  # candidates that are ranked; a `total` of that many means "at least"
MOST_TWINS = 20
PER_POOL = 40  # of each kind, where more than MOST match
MOST_QUERY_WORDS = 12
FEWEST_PHONE_DIGITS = 5

# How well a word of the query is met: by a whole word of the name, by the beginning of one, or by something else.
WHOLE, BEGINS, NEAR, ELSEWHERE = 1.0, 0.9, 0.8, 0.7
EXTRA_WORD = 3.0  # each word of the name that nobody asked for
IN_ORDER = 1.0
SLIP = 90.0  # the least that a whole name scores, of which each word has a slip
KEY, NAME = 200.0, 110.0  # scores of what an exact key, or the whole name, has found


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where to look: which kinds, whose records (None: everybody's), and who asks (theirs come first)."""

    kinds: tuple[str, ...] = KINDS
    visible: frozenset[int] | None = None
    member_id: int | None = None


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
    settle(session)
    scope = Scope(kinds=tuple(kinds), visible=None if visible is None else frozenset(visible), member_id=member_id)
    asked = Asked(query, region)
    ranked = _search(session, asked, scope)
    mended = None
    if not ranked and asked.words:
        ranked, mended = _search_mended(session, asked, scope)
    return Found(_hits(ranked[offset : offset + limit]), min(len(ranked), MOST), mended)


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
        if self._phone_digits:
            return (self._phone_digits,)
        return tuple(dict.fromkeys(words(self.query)))[:MOST_QUERY_WORDS]

    @property
    def indexed(self) -> tuple[str, ...]:
        return _indexed(self.words)

    @property
    def keys(self) -> dict[str, Any]:
        """What the query would be as an exact key of each sort; what it cannot be is never found."""
        ref = _REF.fullmatch(self.query.strip())
        return {
            "ref": documents.document_id(_REF_KINDS[ref[1].lower()], int(ref[2])) if ref else -1,
            "email": (email_key(self.query) if "@" in self.query else None) or "",
            "phone": (phone_key(self.query, self.region) if self._phone_digits else None) or "",
            "person": name_key(self.query)[:500],
            "firm": company_key(self.query)[:500],
        }

    @property
    def _phone_digits(self) -> str:
        digits = re.sub(r"\D", "", self.query) if _PHONE.fullmatch(self.query.strip()) else ""
        return digits if len(digits) >= FEWEST_PHONE_DIGITS else ""

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.keys["person"], self.keys["firm"]})


def _indexed(asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words to ask the index for: one letter begins half of it, so it counts in the ranking only."""
    long = tuple(word for word in asked if len(word) > 1 or not word.isascii())
    return long or asked


# What the index is asked ------------------------------------------------------------------------------------------

Group = tuple[tuple[str, bool], ...]  # any of these (word, is a prefix)


def _prefixes(asked: Iterable[str]) -> list[Group]:
    return [((word, len(word) > 1 or not word.isascii()),) for word in asked]


def _wholes(asked: Iterable[str]) -> list[Group]:
    return [((word, False),) for word in asked]


def _expression(dialect: str, groups: Iterable[Group], owners: Iterable[int] | None = None) -> str:
    """Return the index's own expression: a word of every group, and one of the owners."""
    all_groups = list(groups)
    if owners is not None:
        all_groups.append(tuple((documents.owner_word(owner), False) for owner in sorted(owners)))
    both, either = (" & ", " | ") if dialect == "postgresql" else (" AND ", " OR ")
    return both.join(
        "(" + either.join(term(dialect, word, is_prefix=is_prefix) for word, is_prefix in group) + ")"
        for group in all_groups
    )


def _any_of(dialect: str, expressions: Iterable[str]) -> str:
    return (" | " if dialect == "postgresql" else " OR ").join(f"({expression})" for expression in expressions)


def _owners(scope: Scope) -> frozenset[int] | None:
    return None if scope.visible is None else scope.visible | {0}


# How candidates are read ------------------------------------------------------------------------------------------

_KEYS = f"""
SELECT CAST(:ref AS bigint) AS id, {KEY} AS exact
UNION ALL SELECT contact_id, {KEY} FROM contact_key WHERE kind = 'email' AND match_key = :email
UNION ALL SELECT contact_id, {KEY} FROM contact_key WHERE kind = 'phone' AND match_key = :phone
UNION ALL SELECT id, {NAME} FROM (SELECT id FROM contact WHERE name_key = :person
    ORDER BY touched_at IS NULL, touched_at DESC LIMIT {MOST}) AS people
UNION ALL SELECT id + {SPAN}, {NAME} FROM (SELECT id FROM company WHERE name_key = :firm LIMIT {MOST}) AS firms
"""  # noqa: S608 - constants
_POOLS = {
    "sqlite": """SELECT id, 0.0 AS exact FROM (SELECT rowid AS id FROM search_index
        WHERE search_index MATCH :match_{n} AND rowid BETWEEN :first_{n} AND :last_{n}
        ORDER BY rowid DESC LIMIT :limit_{n}) AS pool_{n}""",
    "postgresql": f"""SELECT id, 0.0 AS exact FROM (SELECT id FROM search_document
        WHERE {VECTOR} @@ CAST(:match_{{n}} AS tsquery) AND id BETWEEN :first_{{n}} AND :last_{{n}}
        LIMIT :limit_{{n}}) AS pool_{{n}}""",  # noqa: S608 - constants
}


_CANDIDATES = """
SELECT found.id, found.exact, document.text, coalesce(p.touched_at, c.touched_at, d.touched_at) AS touched
FROM ({sources}) AS found
JOIN search_document AS document ON document.id = found.id
LEFT JOIN contact AS p ON p.id = found.id
LEFT JOIN company AS c ON c.id = found.id - {company}
LEFT JOIN deal AS d ON d.id = found.id - {deal}
"""


@cache
def statement(dialect: str, pools: int, *, with_keys: bool) -> sa.TextClause:
    """Return the one statement that reads candidates: their documents, and when they were last touched."""
    sources = [_KEYS] if with_keys else []
    sources += [_POOLS[dialect].format(n=n) for n in range(pools)]
    return sa.text(_CANDIDATES.format(sources=" UNION ALL ".join(sources), company=SPAN, deal=2 * SPAN))


@dataclass(frozen=True, slots=True)
class Pool:
    """One question to the index: documents of one range of ids that match."""

    match: str
    first: int
    last: int
    limit: int


def _pools(dialect: str, groups: Iterable[Group], scope: Scope, limit: int) -> list[Pool]:
    """Ask for the kinds of the scope: in one go where it is all of them."""
    match = _expression(dialect, groups, _owners(scope))
    if len(scope.kinds) == len(KINDS):
        return [Pool(match, 0, len(KINDS) * SPAN, limit)]
    return _by_kind(match, scope.kinds, limit)


def _by_kind(match: str, kinds: Iterable[str], limit: int) -> list[Pool]:
    starts = [documents.document_id(kind, 0) for kind in kinds]
    return [Pool(match, start, start + SPAN - 1, limit) for start in starts]


def _broad_pools(dialect: str, asked: Asked, scope: Scope) -> list[Pool]:
    """Where more match than can be ranked: some of each kind, the asker's own and the whole words among them."""
    owners = _owners(scope)
    choices = [(groups, owners) for groups in (_wholes(asked.indexed), _prefixes(asked.indexed))]
    if scope.member_id is not None and (owners is None or scope.member_id in owners):
        choices += [(groups, frozenset({scope.member_id})) for groups, _ in choices]
    return [
        pool
        for groups, whose in choices
        for pool in _by_kind(_expression(dialect, groups, whose), scope.kinds, PER_POOL)
    ]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that may be what was asked for."""

    id: int
    exact: float
    name: tuple[str, ...]
    others: frozenset[str]
    owner: int
    touched: Any

    @property
    def kind(self) -> str:
        return documents.record_of(self.id)[0]


def _read(
    session: Session, pools: Sequence[Pool], keys: Mapping[str, Any] | None, scope: Scope
) -> dict[int, Candidate]:
    """Return the candidates by document, those that an exact key has found first."""
    dialect = session.get_bind().dialect.name
    values: dict[str, Any] = dict(keys or {})
    for n, pool in enumerate(pools):
        values |= {f"match_{n}": pool.match, f"first_{n}": pool.first, f"last_{n}": pool.last, f"limit_{n}": pool.limit}
    rows = session.execute(statement(dialect, len(pools), with_keys=keys is not None), values)
    found: dict[int, Candidate] = {}
    for row in sorted(rows, key=lambda row: -row.exact):
        if row.id not in found:
            found[row.id] = _candidate(row)
    owners = _owners(scope)
    return {
        id: each for id, each in found.items() if each.kind in scope.kinds and (owners is None or each.owner in owners)
    }


def _candidate(row: Any) -> Candidate:
    name, others, keys, owner = row.text.split("\n")
    return Candidate(
        id=row.id,
        exact=float(row.exact),
        name=tuple(name.split()),
        others=frozenset((*others.split(), *keys.split())),
        owner=int(owner[1:]),
        touched=row.touched,
    )


Scored = tuple[float, Candidate]


def _hits(ranked: Iterable[Scored]) -> tuple[Hit, ...]:
    return tuple(Hit(*documents.record_of(each.id), round(score, 1)) for score, each in ranked)


# Searching ----------------------------------------------------------------------------------------------------------


def _search(session: Session, asked: Asked, scope: Scope) -> list[Scored]:
    dialect = session.get_bind().dialect.name
    pools = _pools(dialect, _prefixes(asked.indexed), scope, MOST) if asked.words else []
    found = _read(session, pools, asked.keys, scope)
    if any(each.exact == KEY for each in found.values()):
        found = {id: each for id, each in found.items() if each.exact == KEY}
    elif len(found) >= MOST:
        found = _read(session, _broad_pools(dialect, asked, scope), None, scope) | found
    return _ranked(found.values(), asked, scope, {})


def _search_mended(session: Session, asked: Asked, scope: Scope) -> tuple[list[Scored], str | None]:
    """Search with the nearest words in the place of those that nothing has; where all are known, of each in turn."""
    near = vocabulary.nearest(session, asked.indexed)
    unknown = [word for word in asked.indexed if word not in _known(session, asked, scope)]
    wrong = [unknown] if unknown else [[word] for word in near]
    queries = [
        _mended(asked.indexed, words, near) for words in wrong if words and all(near.get(word) for word in words)
    ]
    if not queries:
        return [], None
    dialect = session.get_bind().dialect.name
    expression = _any_of(dialect, (_expression(dialect, groups, _owners(scope)) for groups in queries))
    found = _read(session, _by_kind(expression, scope.kinds, MOST // len(scope.kinds)), None, scope)
    ranked = _ranked(found.values(), asked, scope, near)
    return ranked, _as_understood(asked, ranked[0][1], near) if ranked else None


def _as_understood(asked: Asked, best: Candidate, near: Mapping[str, tuple[str, ...]]) -> str:
    """Return the query with each mistyped word as the best hit has it."""
    has = {*best.name, *best.others}
    return " ".join(
        word
        if any(other.startswith(word) for other in has)
        else next((other for other in near.get(word, ()) if other in has), word)
        for word in asked.words
    )


def _known(session: Session, asked: Asked, scope: Scope) -> set[str]:
    """Return the words with which some word of a visible record begins."""
    dialect = session.get_bind().dialect.name
    matches = [_expression(dialect, _prefixes([word]), _owners(scope)) for word in asked.indexed]
    found = _read(session, [Pool(match, 0, len(KINDS) * SPAN, 1) for match in matches], None, Scope())
    return {word for word in asked.indexed if any(_met(word, each, ()) is not None for each in found.values())}


def _mended(asked: Iterable[str], wrong: Collection[str], near: Mapping[str, tuple[str, ...]]) -> list[Group]:
    return [tuple((other, False) for other in near[word]) if word in wrong else _prefixes([word])[0] for word in asked]


# Ranking ------------------------------------------------------------------------------------------------------------


def _ranked(
    found: Iterable[Candidate], asked: Asked, scope: Scope, near: Mapping[str, tuple[str, ...]]
) -> list[Scored]:
    """Order candidates: the nearest first; among equals the asker's own, then the last touched, then the newest."""
    scored = [(score, each) for each in found if (score := _score(each, asked, near)) is not None]
    scored.sort(key=lambda pair: pair[1].id % SPAN, reverse=True)
    scored.sort(key=lambda pair: (pair[1].touched is not None, pair[1].touched), reverse=True)
    scored.sort(key=lambda pair: (-round(pair[0], 1), pair[1].owner != scope.member_id))
    return scored


def _score(candidate: Candidate, asked: Asked, near: Mapping[str, tuple[str, ...]]) -> float | None:
    """Return how well a candidate meets the query, None if a word of it is not met."""
    if candidate.exact:
        return candidate.exact
    if " ".join(candidate.name) in asked.names:
        return NAME - IN_ORDER
    met = [_met(word, candidate, near.get(word, ())) for word in asked.words]
    if None in met or not met:
        return None
    score = 100 * sum(filter(None, met)) / len(met)
    if len(met) > 1:  # one word is no description of a whole name
        score -= EXTRA_WORD * max(0, len(candidate.name) - len(met))
    return score + IN_ORDER * (candidate.name[:1] != () and candidate.name[0].startswith(asked.words[0]))


def _met(word: str, candidate: Candidate, near: Collection[str]) -> float | None:
    for found, factor in ((candidate.name, 1.0), (candidate.others, ELSEWHERE)):
        if word in found:
            return WHOLE * factor
        if any(other.startswith(word) for other in found):
            return BEGINS * factor
        if not near:
            continue
        likeness = max((OSA.normalized_similarity(word, other) for other in near if other in found), default=0.0)
        if likeness:
            return NEAR * factor * likeness
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
    scope = Scope(kinds=("contact",), visible=None if visible is None else frozenset(visible), member_id=member_id)
    hits = _like(session, name_key(name), scope)
    rows = _rows(session, Contact, hits)
    return [
        row
        for hit in hits
        if (row := rows[hit.id])
        and (hit.score >= SLIP or None in {company_id, row.company_id} or row.company_id == company_id)
    ][:limit]


def companies_like(
    session: Session,
    name: str,
    *,
    visible: Collection[int] | None = None,
    member_id: int | None = None,
    limit: int = 5,
) -> list[Company]:
    """Return the companies that somebody who typed this name may mean, as `names_like` does."""
    scope = Scope(kinds=("company",), visible=None if visible is None else frozenset(visible), member_id=member_id)
    hits = _like(session, company_key(name), scope)[:limit]
    rows = _rows(session, Company, hits)
    return [rows[hit.id] for hit in hits]


def _rows(session: Session, model: type[Row], hits: Collection[Hit]) -> dict[int, Row]:
    if not hits:
        return {}
    ids = [hit.id for hit in hits]
    return {row.id: row for row in session.scalars(sa.select(model).where(model.id.in_(ids)))}


def _like(session: Session, key: str, scope: Scope) -> tuple[Hit, ...]:
    settle(session)
    typed = tuple(words(key))[:MOST_QUERY_WORDS]
    if not typed:
        return ()
    near = vocabulary.nearest(session, typed)
    dialect = session.get_bind().dialect.name
    pools = _pools(dialect, [_alike(word, near.get(word, ())) for word in _indexed(typed)], scope, MOST)
    found = _read(session, pools, None, scope).values()
    scored = [(score, each) for each in found if (score := _likeness(typed, each.name, near))]
    scored.sort(key=lambda pair: (pair[1].touched is not None, pair[1].touched), reverse=True)
    scored.sort(key=lambda pair: (-pair[0], pair[1].owner != scope.member_id))
    return _hits(scored[:MOST_TWINS])


def _alike(word: str, near: Collection[str]) -> Group:
    """Return what may stand for a word of a name: itself, what it begins, its neighbours, its initial."""
    if any(char.isdigit() for char in word):
        return ((word, False),)
    others = dict.fromkeys((*near, word[0]))
    return ((word, len(word) > 1), *((other, False) for other in others if other != word))


def _likeness(typed: Sequence[str], name: Sequence[str], near: Mapping[str, tuple[str, ...]]) -> float | None:
    if tuple(typed) == tuple(name):
        return NAME
    if _numbers(typed) != _numbers(name) or (len(typed) > 1 and len(name) > len(typed) + 1):
        return None
    left = list(name)
    total = 0.0
    for word in typed:
        likeness, other = max(((_alikeness(word, each, near.get(word, ())), each) for each in left), default=(0, ""))
        if not likeness:
            return None
        left.remove(other)
        total += likeness
    return 100 * total / len(typed) - EXTRA_WORD * len(left)


def _numbers(name: Iterable[str]) -> list[str]:
    return sorted(word for word in name if any(char.isdigit() for char in word))


def _alikeness(word: str, other: str, near: Collection[str]) -> float:
    if word == other:
        return WHOLE
    if other in near:
        return BEGINS
    is_initial = 1 in {len(word), len(other)} and word[0] == other[0]
    return NEAR if is_initial or other.startswith(word) else 0.0
