"""Replies to a card, and pastes of several lines."""

import pytest

from handlers.grammar import line as lines
from tests.grammar.desk import Facts, Story, facts, lexicon

FRAGMENTS: list[Story] = [
    (">won", {"stages": ["Won"]}),
    ("$14,500", {"amounts": ["USD 14500.00"]}),
    ("tue 9h", {"follow_ups": ["2026-12-01 09:00"]}),
    ("amanhã", {"follow_ups": ["2026-11-25"]}),
    ("tue 9h @bob", {"follow_ups": ["2026-12-01 09:00 @7"]}),
    ("@bob", {"mates": [7]}),
    ("ask @bob about it", {"note": "ask @bob about it", "mates": [7]}),
    ("moved to March", {"note": "moved to March"}),
    ("31feb", {"note": "31feb", "problems": ["bad_date"]}),
    ("stage won", {"stages": ["Won"]}),
    ("etapa ganho", {"stages": ["Won"]}),
    ("para propuesta", {"stages": ["Proposal"]}),
    ("para sempre", {"note": "para sempre"}),
    ("tag hot", {"tags": ["hot"]}),
    ("P-12", {"who": ["P-12"]}),
    ("d57", {"who": ["D-57"]}),
    ("+55 11 98888-7777", {"keys": ["+55 11 98888-7777"]}),
    ("remind fri", {"follow_ups": ["2026-11-27"]}),
    ("yes but later, remind me friday", {"note": "yes but later", "follow_ups": ["2026-11-27"]}),
    ("called, no answer", {"kind": "call", "attempt": True, "note": "no answer"}),
    ("liguei, não atendeu", {"kind": "call", "attempt": True, "note": "não atendeu"}),
    ("called Bob Lee: ok", {"kind": "call", "who": ["Bob Lee"], "note": "ok"}),
    ("call tomorrow 10h", {"kind": "call", "plans": True, "follow_ups": ["2026-11-25 10:00"]}),
    ("demo went well", {"note": "demo went well"}),
    ("he asked for $5k per seat", {"note": "he asked for $5k per seat", "text": ["$5k"]}),
    ("she may join", {"note": "she may join"}),
    ("", {}),
]


@pytest.mark.parametrize(("typed", "expected"), FRAGMENTS)
def test_a_reply_to_a_card_says(typed: str, expected: Facts) -> None:
    assert facts(lines.parse_fragment(typed, lexicon())) == expected


@pytest.mark.parametrize(
    ("typed", "sets"),
    [
        ("$14k", True),
        ("maybe $14k", False),
        ("value $14k it is", True),
        ("$14k >won now", True),
        ("valor: R$ 5 mil ok", True),
    ],
)
def test_which_amount_replaces_another(typed: str, sets: bool) -> None:
    assert lines.parse_fragment(typed, lexicon()).sets_value is sets


def test_a_paste_of_whole_lines_is_a_batch() -> None:
    found = lines.parse_batch("met Ana: ok\n\nliguei Bob Lee, Globex: >won\nvisité Acme\n", lexicon())
    assert found is not None
    assert [facts(line)["who"] for line in found] == [["Ana"], ["Bob Lee, Globex"], ["company: Acme"]]


@pytest.mark.parametrize("typed", ["met Ana: ok", "met Ana: ok\nshe wants more", "met Ana\n#hot", ""])
def test_other_pastes_are_not(typed: str) -> None:
    assert lines.parse_batch(typed, lexicon()) is None
