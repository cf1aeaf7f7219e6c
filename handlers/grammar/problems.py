"""What stops a line from being applied as it stands, with the texts that would mend it."""

from dataclasses import dataclass
from enum import StrEnum

from handlers.grammar.tokens import Span

__all__ = ["Problem", "ProblemKind"]


class ProblemKind(StrEnum):
    BAD_DATE = "bad_date"  # detail: dates.DateProblem, or None for a misspelt word
    AMBIGUOUS_DATE = "ambiguous_date"  # detail: dates.DateProblem
    TWO_DATES = "two_dates"  # detail: the moments
    FUTURE_DATE_FOR_LOG = "future_date_for_log"  # detail: dates.Moment; offers: plan it, log it today
    UNKNOWN_STAGE = "unknown_stage"  # detail: the word
    TWO_STAGES = "two_stages"  # detail: the stages
    BAD_MONEY = "bad_money"  # detail: money.MoneyProblem
    TWO_AMOUNTS = "two_amounts"  # detail: the amounts
    UNKNOWN_MEMBER = "unknown_member"  # detail: the name without its @; no offers: the caller words it
    NO_WHO = "no_who"  # offers: names the line may be about; they are no replacement texts, the span is empty
    TOO_LONG = "too_long"  # detail: the number of characters


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to ask; each offer may take the place of text[span] and settles it (those of NO_WHO are names)."""

    kind: ProblemKind
    span: Span
    detail: object = None
    offers: tuple[str, ...] = ()
