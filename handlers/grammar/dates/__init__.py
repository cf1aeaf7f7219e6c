"""Dates as people type them, in English, Portuguese and Spanish: strict, whole phrases, by the clock of who types."""

from handlers.grammar.dates.moments import (
    Clock,
    DateProblem,
    Granularity,
    Language,
    Moment,
    Note,
    Reason,
    Role,
)
from handlers.grammar.dates.reading import may_begin, read, read_prefix
from handlers.grammar.dates.writing import typed_form

__all__ = [
    "Clock",
    "DateProblem",
    "Granularity",
    "Language",
    "Moment",
    "Note",
    "Reason",
    "Role",
    "may_begin",
    "read",
    "read_prefix",
    "typed_form",
]
