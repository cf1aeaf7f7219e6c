"""The words that names are made of, kept so that a mistyped one finds the one that was meant.

`search_word` holds each word beside itself and each of its one-letter deletions. Two words that are one slip apart
(a letter more, less, other, or two swapped) share such a deletion, so one look at an index finds every neighbour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa
from rapidfuzz.distance import OSA
from sqlalchemy.orm import Session

from storage.models import SearchWord

SHORTEST, LONGEST = 3, 24
MOST_NEIGHBOURS = 8

_READ = sa.select(SearchWord.word).where(SearchWord.deletion.in_(sa.bindparam("deletions", expanding=True))).distinct()
_LEARN_SQLITE = sa.text("INSERT OR IGNORE INTO search_word (deletion, word) VALUES (:deletion, :word)")
# One statement for all, in one order: two writers that learn the same words wait for each other, never in a circle.
_LEARN_POSTGRESQL = sa.text(
    "INSERT INTO search_word (deletion, word)"
    " SELECT * FROM unnest(CAST(:deletions AS text[]), CAST(:words AS text[])) ON CONFLICT DO NOTHING"
)
_FORGET = sa.delete(SearchWord).where(
    SearchWord.word.in_(sa.bindparam("words", expanding=True)),
    SearchWord.deletion.in_(sa.bindparam("deletions", expanding=True)),
)


def is_mendable(word: str) -> bool:
    """Tell whether a slip in this word is mended: what differs in a digit is never near."""
    return SHORTEST <= len(word) <= LONGEST and not any(char.isdigit() for char in word)


def deletions(word: str) -> set[str]:
    """Return the word and everything it becomes when one letter is missing."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def learn(session: Session, words: Iterable[str]) -> None:
    """Add words to the vocabulary; those that it has stay."""
    rows = sorted((deletion, word) for word in set(words) if is_mendable(word) for deletion in deletions(word))
    if not rows:
        return
    if session.get_bind().dialect.name == "postgresql":
        columns = {"deletions": [row[0] for row in rows], "words": [row[1] for row in rows]}
        session.execute(_LEARN_POSTGRESQL, columns)
    else:
        session.execute(_LEARN_SQLITE, [{"deletion": deletion, "word": word} for deletion, word in rows])


def forget(session: Session, words: Iterable[str]) -> None:
    """Take words out of the vocabulary: nothing that is stored holds them any more."""
    gone = [word for word in set(words) if is_mendable(word)]
    if gone:
        parts = sorted(set().union(*map(deletions, gone)))
        session.execute(_FORGET, {"words": gone, "deletions": parts})


def nearest(session: Session, words: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Return for each word itself, if it is known, and the known words at distance one, the likeliest first."""
    asked = [word for word in dict.fromkeys(words) if is_mendable(word)]
    if not asked:
        return {}
    parts = sorted(set().union(*map(deletions, asked)))
    known = list(session.scalars(_READ, {"deletions": parts}))
    return {word: _neighbours(word, known) for word in asked}


def _neighbours(word: str, known: list[str]) -> tuple[str, ...]:
    near = [other for other in known if OSA.distance(word, other, score_cutoff=1) <= 1]
    near.sort(key=lambda other: _unlikeliness(word, other))
    return tuple(near[: MOST_NEIGHBOURS + (word in near)])


def _unlikeliness(word: str, other: str) -> tuple[bool, bool, bool, int, str]:
    """Order neighbours: people seldom miss the first letter; two swapped letters are the commonest slip."""
    return (
        word != other,
        word[0] != other[0],
        sorted(word) != sorted(other),
        abs(len(word) - len(other)),
        other,
    )
