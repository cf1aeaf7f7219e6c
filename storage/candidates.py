"""What a search may mean: documents read from the index of either database, in one statement.

Word prefixes are asked of FTS5 on SQLite and of a GIN index on PostgreSQL, with the same words and the same meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage.documents import KINDS, SPAN, VECTOR, document_id, owner_word, record_of, term

MOST = 100  # candidates that are ranked; twice as many found no more of 400 at a million contacts
SAMPLE = 40  # of those that are looked for beside them, where more match
KEY, NAME = 200.0, 110.0  # scores of what an exact key, or the whole name, has found

Group = tuple[tuple[str, bool], ...]  # any of these (word, is a prefix)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where to look: which kinds, whose records (None: everybody's), and who asks (theirs come first)."""

    kinds: tuple[str, ...] = KINDS
    visible: frozenset[int] | None = None
    member_id: int | None = None

    @property
    def owners(self) -> frozenset[int] | None:
        """Whose records may be found; what nobody owns (0) is everybody's."""
        return None if self.visible is None else self.visible | {0}


class Candidate(NamedTuple):
    """A document that may be what was asked for. Its words begin and end with a space each."""

    id: int
    exact: float
    name: str
    others: str
    owner: int
    touched: Any


@dataclass(frozen=True, slots=True)
class Pool:
    """One question to the index: at most `limit` documents, in a range of ids, that match."""

    match: str
    first: int = 0
    last: int = len(KINDS) * SPAN
    limit: int = MOST


# What the index is asked ------------------------------------------------------------------------------------------


def is_long(word: str) -> bool:
    """Tell whether the index is asked for what begins so: one letter begins half of it."""
    return len(word) > 1 or not word.isascii()


def prefix(word: str) -> Group:
    return ((word, is_long(word)),)


def whole(*words: str) -> Group:
    return tuple((word, False) for word in words)


def all_of(dialect: str, groups: Iterable[Group], owners: Iterable[int] | None = None) -> str:
    """Return the index's own expression for a word of every group, and one of the owners."""
    wanted = list(groups)
    if owners is not None:
        wanted.append(whole(*map(owner_word, sorted(owners))))
    both, either = (" & ", " | ") if dialect == "postgresql" else (" AND ", " OR ")
    return both.join(
        "(" + either.join(term(dialect, word, is_prefix=is_prefix) for word, is_prefix in group) + ")"
        for group in wanted
    )


def any_of(dialect: str, expressions: Iterable[str]) -> str:
    return (" | " if dialect == "postgresql" else " OR ").join(f"({expression})" for expression in expressions)


def pools(match: str, kinds: Sequence[str], limit: int = MOST) -> list[Pool]:
    """Ask for documents of these kinds: in one go where it is all of them."""
    if len(kinds) == len(KINDS):
        return [Pool(match, limit=limit)]
    return [Pool(match, document_id(kind, 0), document_id(kind, SPAN - 1), limit) for kind in kinds]


# How candidates are read ------------------------------------------------------------------------------------------

# Only constants of ours are written into statements; what people type is always a parameter.
_FIRMS, _PEOPLE = document_id("company", 0), document_id("contact", 0)
_TEXT = "(SELECT d.text FROM search_document AS d WHERE d.id = by_key.id)"
_EXACT = {
    "ref": "SELECT CAST(:ref AS bigint) AS id",
    "email": f"SELECT contact_id + {_PEOPLE} AS id FROM contact_key WHERE kind = 'email' AND match_key = :email",  # noqa: S608
    "phone": f"SELECT contact_id + {_PEOPLE} AS id FROM contact_key WHERE kind = 'phone' AND match_key = :phone",  # noqa: S608
    "person": f"""SELECT id + {_PEOPLE} AS id FROM contact WHERE name_key = :person
        ORDER BY touched_at IS NULL, touched_at DESC LIMIT {MOST}""",  # noqa: S608
    "firm": f"SELECT id + {_FIRMS} AS id FROM company WHERE name_key = :firm LIMIT {MOST}",  # noqa: S608
}
_POOL = {
    "sqlite": """SELECT * FROM (SELECT rowid AS id, 0.0 AS exact, text FROM search_index
        WHERE search_index MATCH :match_{n} AND rowid BETWEEN :first_{n} AND :last_{n}
        ORDER BY rowid DESC LIMIT :limit_{n}) AS pool_{n}""",
    "postgresql": """SELECT * FROM (SELECT id, 0.0 AS exact, text FROM matching_{n}
        WHERE id BETWEEN :first_{n} AND :last_{n} LIMIT :limit_{n}) AS pool_{n}""",
}
# Planned as if all were wanted, so that no LIMIT tempts PostgreSQL to read the table until enough have turned up; but
# executed only as far as rows are fetched.
_MATCHING = f"""matching_{{n}} AS MATERIALIZED (
    SELECT id, text FROM search_document WHERE {VECTOR} @@ CAST(:match_{{n}} AS tsquery))"""  # noqa: S608 - constants
# One look at a primary key each; as joins, PostgreSQL would rather read the whole table of companies.
_CANDIDATES = f"""
SELECT found.id, found.exact, found.text, CASE
    WHEN found.id >= {_PEOPLE} THEN (SELECT touched_at FROM contact WHERE contact.id = found.id - {_PEOPLE})
    WHEN found.id >= {_FIRMS} THEN (SELECT touched_at FROM company WHERE company.id = found.id - {_FIRMS})
    ELSE (SELECT touched_at FROM deal WHERE deal.id = found.id) END AS touched
FROM ({{sources}}) AS found
"""  # noqa: S608 - constants


@cache
def statement(dialect: str, pools: int, keys: tuple[str, ...] = ()) -> sa.TextClause:
    """Return the one statement that reads candidates: by exact keys of these sorts, and from so many pools."""
    sources = [_by_key(key) for key in keys] + [_POOL[dialect].format(n=n) for n in range(pools)]
    matching = [_MATCHING.format(n=n) for n in range(pools)] if dialect == "postgresql" else []
    text = _CANDIDATES.format(sources=" UNION ALL ".join(sources))
    return sa.text(f"WITH {', '.join(matching)} {text}" if matching else text)


def _by_key(key: str) -> str:
    score = NAME if key in {"person", "firm"} else KEY
    return f"SELECT by_key.id, {score} AS exact, {_TEXT} AS text FROM ({_EXACT[key]}) AS by_key"  # noqa: S608 - constants


def read(
    session: Session, scope: Scope, asked: Sequence[Pool], keys: Mapping[str, Any] | None = None
) -> dict[int, Candidate]:
    """Return the candidates by document, those that an exact key has found first."""
    values: dict[str, Any] = dict(keys or {})
    for n, pool in enumerate(asked):
        values |= {f"match_{n}": pool.match, f"first_{n}": pool.first, f"last_{n}": pool.last, f"limit_{n}": pool.limit}
    if not values:
        return {}
    dialect = session.get_bind().dialect.name
    found: dict[int, Candidate] = {}
    for row in session.execute(statement(dialect, len(asked), tuple(keys or ())), values).all():
        candidate = _candidate(*row)
        if candidate is not None and _is_better(candidate, found.get(candidate.id), scope):
            found[candidate.id] = candidate
    return found


def _candidate(id: int, exact: float, text: str | None, touched: Any) -> Candidate | None:
    if text is None:  # a key of a record that is not there
        return None
    name, others, keys, owner = text.split("\n")
    return Candidate(id, float(exact), f" {name} ", f" {others} {keys} ", int(owner[1:]), touched)


def _is_better(candidate: Candidate, known: Candidate | None, scope: Scope) -> bool:
    """The index was asked within the scope; exact keys know nothing of it."""
    if not candidate.exact:
        return known is None
    is_within = record_of(candidate.id)[0] in scope.kinds and (scope.owners is None or candidate.owner in scope.owners)
    return is_within and (known is None or candidate.exact > known.exact)
