"""What holds of any text at all, and of every line that is written from a record."""

from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from handlers.grammar import line as lines
from handlers.grammar.line import Line, Span
from tests.grammar.desk import facts, in_order, lexicon

_WORDS_OF_LINES = """
met called liguei llamé sent mandei Ana Souza Acme João da Silva , : - and e y from ( ) " \\ #hot >won > !fri !! ! $12k R$
at 10h tomorrow ontem +55 11 98888-7777 ana@acme.com @bob P-12 remind me to on:12nov close:30nov +deal value no answer
— « » ¡ ? 31feb 5/6 Padaria Ltda had great meeting tag stage next: per seat twelve thousand dollars
"""
_PIECES = st.sampled_from([*_WORDS_OF_LINES.split(), "\n", "\n>", "--", "\u200b", "\u0301", ""])
_TYPED = st.one_of(
    st.text(max_size=200), st.lists(_PIECES, max_size=30).map(" ".join), st.lists(_PIECES, max_size=30).map("".join)
)


def _spans(line: Line) -> Iterable[Span]:
    slots = (
        line.tags,
        line.stages,
        line.amounts,
        line.follow_ups,
        line.phones,
        line.emails,
        line.fields,
        line.teammates,
    )
    for table in (*slots, line.who, line.problems):
        yield from (slot.span for slot in table)
    yield from line.left_as_text
    yield from (slot.span for slot in (line.happened, line.new_deal) if slot)


@given(_TYPED)
@settings(max_examples=400, deadline=None)
@example("met Ana: \ud800 x")
@example("!fri" * 30)
def test_any_text_is_read_and_nothing_is_made_up(typed: str) -> None:
    for parse in (lines.parse, lines.parse_fragment):
        line = parse(typed, lexicon())
        assert all(0 <= span.start <= span.end <= len(line.text) for span in _spans(line))
        assert in_order(line.note, typed)
        assert all(in_order(follow_up.title, typed) for follow_up in line.follow_ups)
        assert lines.normalise(line.text) == line.text
    lines.parse_batch(typed, lexicon())


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc", "Cf", "Mn"]), min_size=1, max_size=80))
@settings(max_examples=300, deadline=None)
def test_a_note_without_slots_comes_back_whole(note: str) -> None:
    line = lines.parse(f'met Ana: "{note.replace(chr(34), "")}"', lexicon())
    quoted = [part for part in line.note.splitlines() if part]
    if len(note.splitlines()) <= 1:
        assert "".join(quoted).strip('"').split() == note.replace('"', "").split()


# --- what is written is read back ----------------------------------------------------------------------

_KIND_WORDS = {
    "en": {
        "met": "meeting",
        "called": "call",
        "emailed": "email",
        "visited": "visit",
        "texted": "message",
        "note": "note",
    },
    "pt": {"reuni com": "meeting", "liguei": "call", "visitei": "visit", "escrevi": "message", "nota": "note"},
    "es": {"me reuní con": "meeting", "llamé a": "call", "visité a": "visit", "escribí a": "message", "nota": "note"},
}
_DATES = {
    "en": {
        "fri 10h": "2026-11-27 10:00",
        "tomorrow": "2026-11-25",
        "2026-12-01 09:30": "2026-12-01 09:30",
        "in 2h": "2026-11-24 16:00",
    },
    "pt": {
        "sexta 10h": "2026-11-27 10:00",
        "amanhã": "2026-11-25",
        "1 dez 9h": "2026-12-01 09:00",
        "daqui a 2 dias": "2026-11-26",
    },
    "es": {
        "viernes 10h": "2026-11-27 10:00",
        "mañana": "2026-11-25",
        "1 dic 9h": "2026-12-01 09:00",
        "el lunes": "2026-11-30",
    },
}
_NAMES = st.sampled_from(
    ["Ana Souza", "João da Silva", "Dr. Li Wei", "Zoë O'Brien", "José Ñáñez", "陈伟", "J. R. Tolkien"]
)
_FIRMS = st.sampled_from(
    ["Acme", "Blue Sky", "Padaria Sol", "Smith & Wesson", "Têxtil Norte S.A.", "Foo, Inc", "Banco do Sul"]
)
_WORDS = st.lists(
    st.sampled_from(
        [
            "wants",
            "quer",
            "quiere",
            "40",
            "seats",
            "lugares",
            "precio",
            "até",
            "março",
            "10:30",
            "50%",
            "#1",
            "a->b",
            "great!!",
            "c/",
            "não",
            "ok?",
            "(sim)",
            "x@y",
        ]
    ),
    min_size=1,
    max_size=8,
).map(" ".join)
_TAGS = st.lists(st.sampled_from(["hot", "quente", "cliente-novo", "vip2"]), max_size=2, unique=True)
_TITLES = st.sampled_from(["", "send quote", "enviar orçamento", "llamar (2x)", "review: v2"])


@pytest.mark.parametrize("language", ["en", "pt", "es"])
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_line_that_is_written_is_read_back(language: Any, data: st.DataObject) -> None:
    word, kind = data.draw(st.sampled_from(sorted(_KIND_WORDS[language].items())))
    name, firm, note = data.draw(_NAMES), data.draw(st.none() | _FIRMS), data.draw(st.just("") | _WORDS)
    tags, stage = data.draw(_TAGS), data.draw(st.sampled_from(["", "Proposal", "Won"]))
    amount = data.draw(st.sampled_from(["", "USD 12000.00", "BRL 8500.50", "EUR 1234567.00"]))
    date, title = data.draw(st.sampled_from(["", *_DATES[language]])), data.draw(_TITLES)
    closed = data.draw(st.sampled_from([": ", "\n", " - "])) if note else ""
    slots = [
        *(f"#{tag}" for tag in tags),
        amount,
        f">{stage.lower()}" if stage else "",
        f"!{date} {title}" if date else "",
    ]
    head = f"{word} {name}{f', {firm}' if firm else ''}"
    # Slots stand in the first line; a note below it starts a line of its own.
    marked = " ".join(slot.strip() for slot in slots if slot)
    typed = f"{head} {marked}\n{note}" if closed == "\n" else f"{head}{closed}{note} {marked}"
    expected = {
        "kind": kind,
        "who": [f"{name}, {firm}" if firm else name],
        "note": note,
        "tags": tags,
        "stages": [stage] if stage else [],
        "amounts": [amount] if amount else [],
        "follow_ups": [f"{_DATES[language][date]} {title}".strip()] if date else [],
    }
    said = facts(lines.parse(typed, lexicon(language)))
    said.pop("text", None)
    assert said == {key: value for key, value in expected.items() if value}
