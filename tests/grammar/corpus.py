"""The corpus of date phrases: reading the file, and judging what the parser makes of it."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple, cast

from handlers.grammar import dates

PATH = Path(__file__).with_name("corpus_dates.txt")
NOW = datetime(2026, 11, 24, 17, tzinfo=UTC)
ZONE = "America/Sao_Paulo"
END_OF_DATE = "~"

Verdict = Literal["right", "asked", "wrong"]


class Case(NamedTuple):
    line: int
    phrase: str
    language: dates.Language
    role: dates.Role
    how: str
    country: str | None
    expected: str

    @property
    def clock(self) -> dates.Clock:
        return dates.Clock(now=NOW, zone=ZONE, language=self.language, country=self.country)


class Judged(NamedTuple):
    case: Case
    got: str
    verdict: Verdict


def cases() -> list[Case]:
    lines = PATH.read_text(encoding="utf-8").splitlines()
    return [_case(number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]


def _case(number: int, line: str) -> Case:
    phrase, language, role, how, country, expected = (part.strip() for part in line.split(" | "))
    return Case(
        line=number,
        phrase=phrase,
        language=cast("dates.Language", language),
        role=dates.Role(role),
        how=how,
        country=None if country == "-" else country,
        expected=expected,
    )


def judge(case: Case) -> Judged:
    got = read(case)
    if got == expected(case):
        return Judged(case, got, "right")
    is_asked = got.startswith("ask") and case.expected != "none"
    return Judged(case, got, "asked" if is_asked else "wrong")


def expected(case: Case) -> str:
    rest = f" ~{case.phrase.partition(END_OF_DATE)[2]}" if END_OF_DATE in case.phrase else ""
    is_date_only = case.expected not in {"ask", "none"} and ":" not in case.expected
    return case.expected + (" 09:00" if is_date_only else "") + rest.rstrip()


def read(case: Case) -> str:
    """Say what the parser found, and in a line what it left."""
    if case.how == "whole":
        return _said(dates.read(case.phrase, case.role, case.clock))
    typed = case.phrase.replace(f" {END_OF_DATE}", "", 1)
    found = dates.read_prefix(typed, case.role, case.clock, marked=case.how == "marked")
    if found is None:
        return "none" + _rest(case, typed)
    return _said(found[0]) + _rest(case, typed[found[1] :])


def _rest(case: Case, rest: str) -> str:
    if END_OF_DATE in case.phrase:
        return f" ~{rest}".rstrip()
    return ""


def _said(found: dates.Moment | dates.DateProblem | None) -> str:
    match found:
        case dates.Moment(local=local):
            return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")
        case dates.DateProblem():
            return "ask"
        case _:
            return "none"


def figures(judged: list[Judged]) -> Counter[Verdict]:
    return Counter(one.verdict for one in judged)
