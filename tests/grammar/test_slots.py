"""Slots: what is one, what only looks like one, and what of them stays in the note."""

from typing import Any

import pytest

from handlers.grammar import line as lines
from handlers.grammar.lexicon import StageName, find_stage
from handlers.grammar.line import ProblemKind
from tests.grammar.desk import STAGES, facts, lexicon

# What follows "met Ana: ", and what it says beside who and kind.
READ: list[tuple[str, dict[str, Any]]] = [
    # tags
    ("ok #hot", {"note": "ok", "tags": ["hot"]}),
    ("#hot ok", {"note": "ok", "tags": ["hot"]}),
    ("wants #hot 40 seats", {"note": "wants 40 seats", "tags": ["hot"]}),
    ("wants seats, #hot, #cold-lead.", {"note": "wants seats.", "tags": ["hot", "cold-lead"]}),
    ("ok (#hot)", {"note": "ok", "tags": ["hot"]}),
    ("ok #hot#vip", {"note": "ok", "tags": ["hot", "vip"]}),
    ("ok #ação_2", {"note": "ok", "tags": ["ação_2"]}),
    ("#1 PO #4512 c# a#b # x", {"note": "#1 PO #4512 c# a#b # x"}),
    ("see https://a.b/?x:y#z www.a.b/#c", {"note": "see https://a.b/?x:y#z www.a.b/#c"}),
    # stages
    ("ok >proposal", {"note": "ok", "stages": ["Proposal"]}),
    ("ok >PROPOSTA", {"note": "ok", "stages": ["Proposal"]}),
    ("ok >neg", {"note": "ok", "stages": ["Negotiation"]}),
    ("ok >porposal", {"note": "ok", "stages": ["Proposal"]}),
    ("ok >calificado", {"note": "ok", "stages": ["Qualified"]}),
    ("ok > proposal", {"note": "ok", "stages": ["Proposal"]}),
    ("ok > foo", {"note": "ok > foo"}),
    ("a->b x>y 5 > 3 >50 >=", {"note": "a->b x>y 5 > 3 >50 >="}),
    ("ok >foo", {"note": "ok >foo", "problems": ["unknown_stage"]}),
    ("ok >pr", {"note": "ok >pr", "problems": ["unknown_stage"]}),
    ("ok >won >lost", {"note": "ok", "stages": ["Won", "Lost"], "problems": ["two_stages"]}),
    ("ok >won >ganho", {"note": "ok", "stages": ["Won", "Won"]}),
    # follow-ups
    ("ok !fri 10h send quote", {"note": "ok", "follow_ups": ["2026-11-27 10:00 send quote"]}),
    ("ok !fri", {"note": "ok", "follow_ups": ["2026-11-27"]}),
    ("ok ! fri send", {"note": "ok", "follow_ups": ["2026-11-27 send"]}),
    ("ok ¡mañana 10h llamar", {"note": "ok", "follow_ups": ["2026-11-25 10:00 llamar"]}),
    ("ok !!fri send", {"note": "ok", "follow_ups": ["2026-11-27 send !!"]}),
    ("ok !fri send #hot more", {"note": "ok more", "tags": ["hot"], "follow_ups": ["2026-11-27 send"]}),
    ("ok !fri send @bob", {"note": "ok", "follow_ups": ["2026-11-27 send @7"]}),
    ("ok !fri @bob send", {"note": "ok", "follow_ups": ["2026-11-27 send @7"]}),
    ("ok !fri @bob lee send", {"note": "ok", "follow_ups": ["2026-11-27 send @7"]}),
    ("ok !fri send !mon chase", {"note": "ok", "follow_ups": ["2026-11-27 send", "2026-11-30 chase"]}),
    ("ok !fri - send: v2", {"note": "ok", "follow_ups": ["2026-11-27 send: v2"]}),
    (
        "ok !fri call +55 11 98888-7777",
        {"note": "ok", "keys": ["+55 11 98888-7777"], "follow_ups": ["2026-11-27 call +55 11 98888-7777"]},
    ),
    # "@name" right after the date gives the follow-up away: a name that is no member's is asked about.
    ("x !fri @xavier call", {"note": "x", "follow_ups": ["2026-11-27 @xavier call"], "problems": ["unknown_member"]}),
    ("x !fri @xavier", {"note": "x", "follow_ups": ["2026-11-27 @xavier"], "problems": ["unknown_member"]}),
    ("x !fri call @xavier", {"note": "x", "follow_ups": ["2026-11-27 call @xavier"], "text": ["@xavier"]}),
    ("great!! tomorrow", {"note": "great!! tomorrow"}),
    ("ok !urgent", {"note": "ok !urgent", "text": ["!urgent"]}),
    ("wow! fri is fine", {"note": "wow! fri is fine"}),
    ("ok !frday", {"note": "ok !frday", "problems": ["bad_date"]}),
    ("ok !sext 10h", {"note": "ok !sext 10h", "problems": ["bad_date"]}),
    ("ok !vierns", {"note": "ok !vierns", "problems": ["bad_date"]}),
    ("ok !-5m call", {"note": "ok !-5m call", "text": ["!-5m"]}),
    ("ok !-5 is cold", {"note": "ok !-5 is cold", "text": ["!-5"]}),
    ("ok !31feb x", {"note": "ok !31feb x", "problems": ["bad_date"]}),
    ("ok !10", {"note": "ok !10", "problems": ["ambiguous_date"]}),
    ("ok !5m", {"note": "ok !5m", "problems": ["ambiguous_date"]}),
    # remind phrases
    ("ok, remind me fri to send", {"note": "ok", "follow_ups": ["2026-11-27 send"]}),
    ("ok. Remind me fri to send", {"note": "ok.", "follow_ups": ["2026-11-27 send"]}),
    ("ok, remind me to send the quote friday 10h", {"note": "ok", "follow_ups": ["2026-11-27 10:00 send the quote"]}),
    ("ok, remind me to call tomorrow about price", {"note": "ok", "follow_ups": ["2026-11-25 call about price"]}),
    ("ok, me lembra sexta de ligar", {"note": "ok", "follow_ups": ["2026-11-27 ligar"]}),
    ("ok, recuérdame el lunes llamar", {"note": "ok", "follow_ups": ["2026-11-30 llamar"]}),
    ("she will remind me friday", {"note": "she will remind me friday"}),
    ("ok, remind me of the price", {"note": "ok, remind me of the price", "text": ["remind me"]}),
    # amounts
    ("ok $12k", {"note": "ok", "amounts": ["USD 12000.00"]}),
    ("ok R$ 8.500 mais", {"note": "ok mais", "amounts": ["BRL 8500.00"]}),
    ("ok 12 mil reais", {"note": "ok", "amounts": ["BRL 12000.00"]}),
    ("ok twelve thousand dollars", {"note": "ok", "amounts": ["USD 12000.00"]}),
    ("ok 12k EUR", {"note": "ok", "amounts": ["EUR 12000.00"]}),
    ("wants 40 USD 12000", {"note": "wants 40", "amounts": ["USD 12000.00"]}),
    ("12k EUR 3 years", {"note": "3 years", "amounts": ["EUR 12000.00"]}),
    ("value $14k", {"amounts": ["USD 14000.00"]}),
    ("the value $14k is ok", {"note": "the value is ok", "amounts": ["USD 14000.00"]}),
    ("ok valor: R$ 5 mil", {"note": "ok", "amounts": ["BRL 5000.00"]}),
    ("40 seats, 12k, 1500", {"note": "40 seats, 12k, 1500"}),
    ("at $12 now", {"note": "at $12 now", "text": ["$12"]}),
    ("cerrado a 15 euros", {"note": "cerrado a 15 euros", "text": ["15 euros"]}),
    ("fechou por R$ 5", {"note": "fechou por R$ 5", "text": ["R$ 5"]}),
    ("fechou por R$ 5 mil >ganho", {"note": "fechou", "stages": ["Won"], "amounts": ["BRL 5000.00"]}),
    (
        "cotización por $248,900.00 >propuesta",
        {"note": "cotización", "stages": ["Proposal"], "amounts": ["USD 248900.00"]},
    ),
    (">ganho fechou por R$ 5 mil", {"note": "fechou", "stages": ["Won"], "amounts": ["BRL 5000.00"]}),
    ("por R$ 5 cada >ganho", {"note": "por R$ 5 cada", "stages": ["Won"], "text": ["R$ 5"]}),
    ("por R$ 5 no cartão >ganho", {"note": "por R$ 5 no cartão", "stages": ["Won"], "text": ["R$ 5"]}),
    ("por R$ 5 >foo", {"note": "por R$ 5 >foo", "text": ["R$ 5"], "problems": ["unknown_stage"]}),
    ("$12 each", {"note": "$12 each", "text": ["$12"]}),
    ("R$ 50 cada", {"note": "R$ 50 cada", "text": ["R$ 50"]}),
    ("R$ 50 por mês", {"note": "R$ 50 por mês", "text": ["R$ 50"]}),
    ("$50 al mes", {"note": "$50 al mes", "text": ["$50"]}),
    ("$50/seat", {"note": "$50/seat"}),
    ("ok $1.2345", {"note": "ok $1.2345", "problems": ["bad_money"]}),
    ("ok -$500", {"note": "ok -$500", "problems": ["bad_money"]}),
    ("R$ 10 R$ 20", {"amounts": ["BRL 10.00", "BRL 20.00"], "problems": ["two_amounts"]}),
    ("$12k or $14k", {"note": "or", "amounts": ["USD 12000.00", "USD 14000.00"], "problems": ["two_amounts"]}),
    # fields, deals, teammates
    ("ok close:30nov source:fair seats:40", {"note": "ok", "fields": ["close=30nov", "source=fair", "seats=40"]}),
    ("ok close: 30 nov more", {"note": "ok more", "fields": ["close=30 nov"]}),
    ('ok source:"trade fair" x', {"note": "ok x", "fields": ["source=trade fair"]}),
    ("ok next: send quote #hot", {"note": "ok", "fields": ["next=send quote"], "tags": ["hot"]}),
    ("ok color:red 10:00 a://b", {"note": "ok color:red 10:00 a://b", "text": ["color:red"]}),
    ("+deal Renewal 2027 $12k", {"deal": "Renewal 2027", "amounts": ["USD 12000.00"]}),
    ("+negócio Renovação", {"deal": "Renovação"}),
    ("+deals are good", {"note": "+deals are good"}),
    ("ask @bob and @xavier", {"note": "ask @bob and @xavier", "mates": [7], "text": ["@xavier"]}),
    # protection
    ('"#hot $12k >won" ok', {"note": '"#hot $12k >won" ok'}),
    (r"\#hot \$12k \>won \!fri c:\temp", {"note": r"#hot $12k >won !fri c:\temp"}),
    ('a 15" screen #hot', {"note": 'a 15" screen', "tags": ["hot"]}),
    # numbers and addresses are found and stay where they stand
    ("use ana@acme.com now", {"note": "use ana@acme.com now", "keys": ["ana@acme.com"]}),
]


@pytest.mark.parametrize(("typed", "expected"), READ)
def test_what_a_slot_is(typed: str, expected: dict[str, Any]) -> None:
    said = facts(lines.parse(f"met Ana: {typed}", lexicon()))
    assert said == {"kind": "meeting", "who": ["Ana"]} | expected


LATER_LINES: list[tuple[str, dict[str, Any]]] = [
    ("wants more #hot", {"note": "wants more #hot"}),
    ("#hot $12k\nwants more", {"note": "wants more", "tags": ["hot"], "amounts": ["USD 12000.00"]}),
    ("wants more\n\n>won\nreally", {"note": "wants more\n\nreally", "stages": ["Won"]}),
    ("> won", {"stages": ["Won"]}),
    ("> proposal attached", {"note": "> proposal attached"}),
    (">won he said", {"note": ">won he said"}),
    (">won !fri send", {"stages": ["Won"], "follow_ups": ["2026-11-27 send"]}),
    ("!fri send quote\nmore", {"note": "more", "follow_ups": ["2026-11-27 send quote"]}),
    ("!nice day", {"note": "!nice day"}),
    ("--\n#hot $12k", {"note": "--\n#hot $12k"}),
    ("ok\nBest regards\n+55 11 98888-7777", {"note": "ok\nBest regards\n+55 11 98888-7777"}),
    ("Em 3 nov Ana escreveu:\n$12k", {"note": "Em 3 nov Ana escreveu:\n$12k"}),
    ("ana@acme.com", {"note": "ana@acme.com", "keys": ["ana@acme.com"]}),
]


@pytest.mark.parametrize(("typed", "expected"), LATER_LINES)
def test_later_lines_count_when_they_begin_with_a_slot(typed: str, expected: dict[str, Any]) -> None:
    assert facts(lines.parse(f"met Ana\n{typed}", lexicon())) == {"kind": "meeting", "who": ["Ana"]} | expected


ANYWHERE = [
    "#hot met Ana Souza, Acme: ok $12k >won",
    "met #hot Ana Souza, Acme >won: ok $12k",
    "met Ana Souza, Acme #hot $12k >won: ok",
    "$12k >won #hot met Ana Souza, Acme: ok",
    "met Ana Souza, Acme: #hot ok >won $12k",
    "met Ana Souza, Acme #hot $12k >won\nok",
]


@pytest.mark.parametrize("typed", ANYWHERE)
def test_slots_stand_anywhere_in_the_first_line(typed: str) -> None:
    assert facts(lines.parse(typed, lexicon())) == {
        "kind": "meeting",
        "who": ["Ana Souza, Acme"],
        "note": "ok",
        "tags": ["hot"],
        "stages": ["Won"],
        "amounts": ["USD 12000.00"],
    }


def test_a_colon_after_the_date_of_the_head_is_the_separator() -> None:
    said = facts(lines.parse("called Ana !fri: wants 40 seats", lexicon()))
    assert (said["note"], said["follow_ups"]) == ("wants 40 seats", ["2026-11-27"])


@pytest.mark.parametrize(("typed", "kind"), [("!5/6 x", ProblemKind.AMBIGUOUS_DATE), ("!13/6 x", None)])
def test_english_without_a_country_asks_which_is_the_month(typed: str, kind: ProblemKind | None) -> None:
    found = [problem.kind for problem in lines.parse(f"met Ana {typed}", lexicon(country=None)).problems]
    assert found == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Lead", "Lead"),
        ("ganado", "Won"),
        ("perdido", "Lost"),
        ("pro", "Proposal"),
        ("NEGOCIACAO", "Negotiation"),
        ("qualifed", "Qualified"),
        ("prposal", "Proposal"),
        ("pr", None),
        ("wn", None),
        ("", None),
        ("closed", None),
    ],
)
def test_a_stage_by_name_prefix_or_typo(word: str, name: str | None) -> None:
    found = find_stage(word, STAGES)
    assert (found.name if found else None) == name


def test_a_prefix_that_two_stages_share_is_none_and_the_same_name_in_two_pipelines_is_one() -> None:
    prospect = StageName(id=7, pipeline_id=2, name="Prospect")
    won = StageName(id=8, pipeline_id=2, name="Won")
    assert find_stage("pro", (*STAGES, prospect)) is None
    assert find_stage("won", (*STAGES, won)) == STAGES[4]


def test_a_stage_of_several_words() -> None:
    plain = lexicon()
    closed = StageName(id=9, pipeline_id=1, name="Closed won")
    own = plain.__class__(clock=plain.clock, stages=(closed, StageName(id=10, pipeline_id=1, name="Closed lost")))
    assert facts(lines.parse("called Ana: ok >closed won now", own))["stages"] == ["Closed won"]
    assert lines.parse("called Ana: ok >clo", own).problems[0].kind is ProblemKind.UNKNOWN_STAGE
