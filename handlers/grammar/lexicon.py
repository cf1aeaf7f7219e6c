"""What the parser may ask the company: its stages, its people, its fields, and whom it knows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from rapidfuzz.distance import OSA

from handlers.grammar import dates
from handlers.grammar.kinds import Kind
from storage import keys

__all__ = ["Lexicon", "StageName", "find_stage"]

_SHORTEST_PREFIX = 3
_SHORTEST_WITH_TYPO = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class StageName:
    """One stage of one pipeline; `names` holds every spelling, in whatever language."""

    id: int
    pipeline_id: int
    name: str
    names: tuple[str, ...] = ()
    outcome: Literal["open", "won", "lost"] = "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lexicon:
    """The parser's only view of the world.

    dollar: the currency of `$`. region: whose phone numbers need no `+`. stages: the default pipeline first.
    members: folded first and full names, to member ids. fields: the keys of `key:value`, folded.
    knows_person, knows_company: exact by match key; they may query the store, so the parser asks a few times a line.
    kinds: the company's own words for kinds, folded.
    """

    clock: dates.Clock
    dollar: str = "USD"
    region: str | None = None
    stages: tuple[StageName, ...] = ()
    members: Mapping[str, int] = field(default_factory=dict)
    fields: frozenset[str] = frozenset()
    knows_person: Callable[[str], bool] = lambda _: False
    knows_company: Callable[[str], bool] = lambda _: False
    kinds: Mapping[str, Kind] = field(default_factory=dict)


def find_stage(word: str, stages: Sequence[StageName]) -> StageName | None:
    """Find the stage a person means: its exact name, a prefix of three letters that no other has, or one typo."""
    key = keys.fold(word)
    if not key:
        return None
    for matches in (_is_exact, _is_prefix, _is_typo):
        found = [stage for stage in stages if any(matches(key, name) for name in _names(stage))]
        if found:
            return found[0] if _is_one(found) else None
    return None


def _is_exact(key: str, name: str) -> bool:
    return key == name


def _is_prefix(key: str, name: str) -> bool:
    return len(key) >= _SHORTEST_PREFIX and name.startswith(key)


def _is_typo(key: str, name: str) -> bool:
    return len(key) >= _SHORTEST_WITH_TYPO and OSA.distance(key, name, score_cutoff=1) <= 1


def _names(stage: StageName) -> Iterable[str]:
    return (keys.fold(name) for name in {stage.name, *stage.names})


def _is_one(found: Sequence[StageName]) -> bool:
    # Several pipelines may each have a "Won": that is one name, and whoever applies it knows the pipeline.
    first = set(_names(found[0]))
    return all(not first.isdisjoint(_names(stage)) for stage in found[1:])
