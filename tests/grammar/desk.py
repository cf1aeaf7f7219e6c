"""One rep's desk: the company that the grammar's stories are told in, and a line put down as plain facts."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from handlers.grammar import dates, money
from handlers.grammar.lexicon import Lexicon, StageName
from handlers.grammar.line import FollowUp, Line, Who
from storage import keys

Facts = dict[str, Any]
Story = tuple[str, Facts]

NOW = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # Tuesday, 14:00 in São Paulo


def _stage(number: int, *names: str) -> StageName:
    return StageName(id=number, pipeline_id=1, name=names[0], names=names)


STAGES = (
    _stage(1, "Lead"),
    _stage(2, "Qualified", "Qualificado", "Calificado"),
    _stage(3, "Proposal", "Proposta", "Propuesta"),
    _stage(4, "Negotiation", "Negociação", "Negociación"),
    replace(_stage(5, "Won", "Ganho", "Ganado"), outcome="won"),
    replace(_stage(6, "Lost", "Perdido"), outcome="lost"),
)
PEOPLE = ("Ana", "Ana Souza", "João da Silva", "Bob Lee", "Monday Addams")
COMPANIES = ("Acme", "Globex", "Silva e Filhos", "Johnson and Johnson")


def lexicon(language: dates.Language = "en", country: str | None = "BR", dollar: str = "USD") -> Lexicon:
    """What the parser may ask in these stories."""
    people = {keys.name_key(name) for name in PEOPLE}
    companies = {keys.company_key(name) for name in COMPANIES}
    return Lexicon(
        clock=dates.Clock(now=NOW, zone="America/Sao_Paulo", language=language, country=country),
        dollar=dollar,
        region="BR",
        stages=STAGES,
        members={"bob": 7, "bob lee": 7, "carla": 8},
        fields=frozenset({"close", "source", "seats", "next", "value"}),
        knows_person=lambda name: keys.name_key(name) in people,
        knows_company=lambda name: keys.company_key(name) in companies,
    )


def facts(line: Line) -> Facts:
    """Put a line down as what it says; what it does not say is left out."""
    said: Facts = {
        "kind": str(line.kind or ""),
        "attempt": line.is_attempt,
        "plans": line.plans,
        "preview": line.is_preview,
        "at": _time(line.happened.value) if line.happened else "",
        "who": [_who(who) for who in line.who],
        "note": line.note,
        "tags": [slot.value for slot in line.tags],
        "stages": [slot.value.name for slot in line.stages],
        "amounts": [money.typed_form(slot.value) for slot in line.amounts],
        "follow_ups": [_follow_up(follow_up) for follow_up in line.follow_ups],
        "fields": [f"{key}={value}" for key, value in (slot.value for slot in line.fields)],
        "keys": [slot.value for slot in (*line.phones, *line.emails)],
        "mates": [slot.value for slot in line.teammates],
        "deal": line.new_deal.value if line.new_deal else "",
        "problems": [str(problem.kind) for problem in line.problems],
        "text": [line.text[span.start : span.end] for span in line.left_as_text],
    }
    return {key: value for key, value in said.items() if value}


def _time(moment: dates.Moment) -> str:
    shown = moment.local.isoformat(" ", "seconds" if moment.local.second else "minutes")
    return shown if moment.granularity != "day" else shown[:10]


def _who(who: Who) -> str:
    parts = (who.name, who.company, who.ref, who.phone, who.email)
    return "company: " * who.says_company + ", ".join(part for part in parts if part)


def _follow_up(follow_up: FollowUp) -> str:
    marks = [f"@{follow_up.assignee}" if follow_up.assignee else "", "!!" if follow_up.nag else ""]
    return " ".join(filter(None, [_time(follow_up.moment), follow_up.title, *marks]))


def in_order(part: str, whole: Iterable[str]) -> bool:
    """Whether every character of `part` stands in `whole`, in the same order."""
    rest = iter(whole)
    return all(char in rest for char in part)
