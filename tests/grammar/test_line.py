"""Lines as people type them: what each one says, in three languages, and what it asks."""

from collections.abc import Iterable
from typing import Any

import pytest

from handlers.grammar import line as lines
from handlers.grammar.line import ProblemKind
from tests.grammar.desk import Facts, Story, facts, lexicon

# The examples of the contract, to the letter.
CONTRACT: list[Story] = [
    (
        "met Ana Souza, Acme: wants 40 seats #hot $12k >proposal !fri 10h send quote",
        {
            "kind": "meeting",
            "who": ["Ana Souza, Acme"],
            "note": "wants 40 seats",
            "tags": ["hot"],
            "stages": ["Proposal"],
            "amounts": ["USD 12000.00"],
            "follow_ups": ["2026-11-27 10:00 send quote"],
        },
    ),
    (
        "met Ana Souza, Acme: wants 40 seats #hot $12k >proposal !20s send quote",
        {
            "kind": "meeting",
            "who": ["Ana Souza, Acme"],
            "note": "wants 40 seats",
            "tags": ["hot"],
            "stages": ["Proposal"],
            "amounts": ["USD 12000.00"],
            "follow_ups": ["2026-11-24 14:00:20 send quote"],
        },
    ),
    (
        "liguei João Lima, Padaria Sol: sem verba até março R$ 8.500 !2/3 retomar #frio",
        {
            "kind": "call",
            "who": ["João Lima, Padaria Sol"],
            "note": "sem verba até março",
            "tags": ["frio"],
            "amounts": ["BRL 8500.00"],
            "follow_ups": ["2027-03-02 retomar"],
        },
    ),
    (
        "just met with Ana from Acme, she wants 40 seats, remind me friday 10h to send the quote",
        {
            "kind": "meeting",
            "who": ["Ana, Acme"],
            "note": "she wants 40 seats",
            "follow_ups": ["2026-11-27 10:00 send the quote"],
        },
    ),
    (
        "called +55 11 98888-7777 no answer !tomorrow",
        {
            "kind": "call",
            "attempt": True,
            "who": ["+55 11 98888-7777"],
            "note": "no answer",
            "follow_ups": ["2026-11-25"],
        },
    ),
    ("visited Acme", {"kind": "visit", "who": ["company: Acme"]}),
    ("!every mon 9h review Acme", {"follow_ups": ["2026-11-30 09:00 review Acme"]}),
    (
        "called Ana from Acme, wants 40 seats, remind me friday 10h",
        {"kind": "call", "who": ["Ana, Acme"], "note": "wants 40 seats", "follow_ups": ["2026-11-27 10:00"]},
    ),
    (
        "met Ana Souza, Acme: wants 40 seats ?",
        {"kind": "meeting", "who": ["Ana Souza, Acme"], "note": "wants 40 seats", "preview": True},
    ),
]

KINDS: list[Story] = [
    ("met Ana: hi", {"kind": "meeting", "who": ["Ana"], "note": "hi"}),
    ("reuni com Ana: oi", {"kind": "meeting", "who": ["Ana"], "note": "oi"}),
    ("me reuní con Ana: hola", {"kind": "meeting", "who": ["Ana"], "note": "hola"}),
    ("talked to Ana about pricing", {"kind": "call", "who": ["Ana"], "note": "about pricing"}),
    ("falei com a Ana: ok", {"kind": "call", "who": ["Ana"], "note": "ok"}),
    ("llamé a Ana: ok", {"kind": "call", "who": ["Ana"], "note": "ok"}),
    ("me llamó Ana: quiere demo", {"kind": "call", "who": ["Ana"], "note": "quiere demo"}),
    ("me ligou o João: quer desconto", {"kind": "call", "who": ["João"], "note": "quer desconto"}),
    ("Ana ligou: quer desconto", {"kind": "call", "who": ["Ana"], "note": "quer desconto"}),
    ("ana souza ligou ontem", {"kind": "call", "who": ["ana souza"], "at": "2026-11-23"}),
    ("P-12 called: wants more", {"kind": "call", "who": ["P-12"], "note": "wants more"}),
    ("emailed Ana: deck", {"kind": "email", "who": ["Ana"], "note": "deck"}),
    ("email Ana: deck", {"kind": "email", "who": ["Ana"], "note": "deck"}),
    ("correo a Ana: precios", {"kind": "email", "who": ["Ana"], "note": "precios"}),
    ("sent the quote to Ana: she'll read it", {"kind": "email", "who": ["Ana"], "note": "the quote: she'll read it"}),
    ("mandei a proposta para o João", {"kind": "email", "who": ["João"], "note": "a proposta"}),
    ("enviei contrato pra Ana, Acme", {"kind": "email", "who": ["Ana, Acme"], "note": "contrato"}),
    ("envié la propuesta a Ana Souza", {"kind": "email", "who": ["Ana Souza"], "note": "la propuesta"}),
    ("sent Ana the quote", {"kind": "email", "who": ["Ana"], "note": "the quote"}),
    ("visitei a Padaria Sol", {"kind": "visit", "who": ["company: Padaria Sol"]}),
    (
        "ayer visité Café Central: bien",
        {"kind": "visit", "who": ["company: Café Central"], "note": "bien", "at": "2026-11-23"},
    ),
    (
        "demo for Acme yesterday: loved it",
        {"kind": "demo", "who": ["company: Acme"], "note": "loved it", "at": "2026-11-23"},
    ),
    ("texted Ana: ok", {"kind": "message", "who": ["Ana"], "note": "ok"}),
    ("zap Ana: mandei o preço", {"kind": "message", "who": ["Ana"], "note": "mandei o preço"}),
    ("escribí a Ana: ok", {"kind": "message", "who": ["Ana"], "note": "ok"}),
    ("note Ana: likes tea", {"kind": "note", "who": ["Ana"], "note": "likes tea"}),
    ("nota Ana: gosta de chá", {"kind": "note", "who": ["Ana"], "note": "gosta de chá"}),
    ("acabei de falar com a Ana da Acme", {"kind": "call", "who": ["Ana, Acme"]}),
    ("today I met Ana", {"kind": "meeting", "who": ["Ana"], "at": "2026-11-24"}),
    ("had a call with Ana, she wants more", {"kind": "call", "who": ["Ana"], "note": "she wants more"}),
    (
        "liguei Ana: budget ok, quiere demo !vie 9h",
        {"kind": "call", "who": ["Ana"], "note": "budget ok, quiere demo", "follow_ups": ["2026-11-27 09:00"]},
    ),
    ("had a great meeting with Bob Lee: ok", {"kind": "meeting", "who": ["Bob Lee"], "note": "great: ok"}),
    ("tive uma ótima reunião com Ana", {"kind": "meeting", "who": ["Ana"], "note": "ótima"}),
    ("quick call with Ana: ok", {"kind": "call", "who": ["Ana"], "note": "quick: ok"}),
    (
        "visita técnica na Acme ontem",
        {"kind": "visit", "who": ["company: Acme"], "note": "técnica", "at": "2026-11-23"},
    ),
    ("sent quote $12k to Ana", {"kind": "email", "who": ["Ana"], "note": "quote", "amounts": ["USD 12000.00"]}),
    ("o João da Silva ligou: ok", {"kind": "call", "who": ["João da Silva"], "note": "ok"}),
    ("ontem: liguei pra Ana", {"kind": "call", "who": ["Ana"], "at": "2026-11-23"}),
    ("Yesterday, I met Ana, Acme", {"kind": "meeting", "who": ["Ana, Acme"], "at": "2026-11-23"}),
    ("met Ana, Acme, yesterday: ok", {"kind": "meeting", "who": ["Ana, Acme"], "note": "ok", "at": "2026-11-23"}),
    ("tomorrow Ana: hi", {"note": "tomorrow Ana: hi", "problems": ["no_who"]}),
    ("emailed the proposal to Ana Souza", {"kind": "email", "who": ["Ana Souza"], "note": "the proposal"}),
    ("hablé por teléfono con Ana", {"kind": "call", "who": ["Ana"]}),
    ("call w/ Ana: ok", {"kind": "call", "who": ["Ana"], "note": "ok"}),
    ("Ana from Acme called: ok", {"kind": "call", "who": ["Ana, Acme"], "note": "ok"}),
    ("- met Ana: ok", {"kind": "meeting", "who": ["Ana"], "note": "ok"}),
    ("2. met Ana: ok", {"kind": "meeting", "who": ["Ana"], "note": "ok"}),
    ("🔥 met Ana: ok", {"kind": "meeting", "who": ["Ana"], "note": "ok"}),
    # Without a kind: a note on somebody known.
    ("P-12: asked for a discount", {"who": ["P-12"], "note": "asked for a discount"}),
    ("D 57: moved on", {"who": ["D-57"], "note": "moved on"}),
    ("Ana Souza: likes blue", {"who": ["Ana Souza"], "note": "likes blue"}),
    ("ana likes blue", {"who": ["ana"], "note": "likes blue"}),
    ("Acme: new office", {"who": ["company: Acme"], "note": "new office"}),
    ("Ana Souza", {"who": ["Ana Souza"]}),
    ("Ana tomorrow 10h", {"who": ["Ana"], "note": "tomorrow 10h"}),
]

ATTEMPTS: list[Story] = [
    (
        "yesterday called Ana, no answer",
        {"kind": "call", "attempt": True, "who": ["Ana"], "note": "no answer", "at": "2026-11-23"},
    ),
    ("called Ana twice, no answer", {"kind": "call", "attempt": True, "who": ["Ana"], "note": "twice, no answer"}),
    ("called Ana - left voicemail", {"kind": "call", "attempt": True, "who": ["Ana"], "note": "left voicemail"}),
    (
        "called Ana Souza, Acme no answer",
        {"kind": "call", "attempt": True, "who": ["Ana Souza, Acme"], "note": "no answer"},
    ),
    ("liguei pra Ana, não atendeu", {"kind": "call", "attempt": True, "who": ["Ana"], "note": "não atendeu"}),
    ("liguei Ana caixa postal", {"kind": "call", "attempt": True, "who": ["Ana"], "note": "caixa postal"}),
    (
        "llamé a Ana: no contesta !mañana 10h",
        {"kind": "call", "attempt": True, "who": ["Ana"], "note": "no contesta", "follow_ups": ["2026-11-25 10:00"]},
    ),
    ("llamé a Ana, buzón", {"kind": "call", "attempt": True, "who": ["Ana"], "note": "buzón"}),
    ("called Ana: busy", {"kind": "call", "attempt": True, "who": ["Ana"], "note": "busy"}),
    ("called ana & left voicemail", {"kind": "call", "attempt": True, "who": ["ana"], "note": "& left voicemail"}),
    ("no answer from Ana", {"kind": "call", "attempt": True, "who": ["Ana"]}),
    ("left voicemail for Ana", {"kind": "call", "attempt": True, "who": ["Ana"]}),
    ("tentei ligar pro João", {"kind": "call", "attempt": True, "who": ["João"]}),
    # Prose about answers is no attempt.
    ("met Ana: no answer on pricing yet", {"kind": "meeting", "who": ["Ana"], "note": "no answer on pricing yet"}),
    ("rang Ana: busy until friday", {"kind": "call", "who": ["Ana"], "note": "busy until friday"}),
    ("called Ana: she has no answer for us", {"kind": "call", "who": ["Ana"], "note": "she has no answer for us"}),
    ("Ana: no answer", {"who": ["Ana"], "note": "no answer"}),
]

PLANS: list[Story] = [
    ("call Ana tomorrow", {"kind": "call", "plans": True, "who": ["Ana"], "follow_ups": ["2026-11-25"]}),
    ("call Ana monday", {"kind": "call", "plans": True, "who": ["Ana"], "follow_ups": ["2026-11-30"]}),
    ("call Ana today 17h", {"kind": "call", "plans": True, "who": ["Ana"], "follow_ups": ["2026-11-24 17:00"]}),
    ("10h call Ana", {"kind": "call", "plans": True, "who": ["Ana"], "follow_ups": ["2026-11-25 10:00"]}),
    ("10h call Ana: ok", {"kind": "call", "who": ["Ana"], "note": "ok", "at": "2026-11-24 10:00"}),
    ("call Ana in 2h", {"kind": "call", "plans": True, "who": ["Ana"], "follow_ups": ["2026-11-24 16:00"]}),
    (
        "tomorrow 10h meeting with Ana, Acme #hot",
        {"kind": "meeting", "plans": True, "who": ["Ana, Acme"], "tags": ["hot"], "follow_ups": ["2026-11-25 10:00"]},
    ),
    (
        "reunião com Ana amanhã 10h",
        {"kind": "meeting", "plans": True, "who": ["Ana"], "follow_ups": ["2026-11-25 10:00"]},
    ),
    (
        "ligar pro João amanhã 9h sobre contrato",
        {"kind": "call", "plans": True, "who": ["João"], "note": "sobre contrato", "follow_ups": ["2026-11-25 09:00"]},
    ),
    (
        "visita Acme amanhã: levar contrato",
        {
            "kind": "visit",
            "plans": True,
            "who": ["company: Acme"],
            "note": "levar contrato",
            "follow_ups": ["2026-11-25"],
        },
    ),
    ("llamar a Ana el lunes 10h", {"kind": "call", "plans": True, "who": ["Ana"], "follow_ups": ["2026-11-30 10:00"]}),
    ("need to call Ana tomorrow", {"kind": "call", "plans": True, "who": ["Ana"], "follow_ups": ["2026-11-25"]}),
    (
        "schedule a call with Ana for friday 10h",
        {"kind": "call", "plans": True, "who": ["Ana"], "follow_ups": ["2026-11-27 10:00"]},
    ),
    (
        "send quote to Ana friday",
        {"kind": "email", "plans": True, "who": ["Ana"], "note": "send quote", "follow_ups": ["2026-11-27"]},
    ),
    (
        "mandar contrato pra Ana sexta",
        {"kind": "email", "plans": True, "who": ["Ana"], "note": "mandar contrato", "follow_ups": ["2026-11-27"]},
    ),
    ("send quote to Ana", {"note": "send quote to Ana", "problems": ["no_who"]}),
    ("follow up with Ana friday", {"plans": True, "who": ["Ana"], "follow_ups": ["2026-11-27"]}),
    ("follow up with Ana: price", {"note": "follow up with Ana: price", "problems": ["no_who"]}),
    # A noun tells what happened when something follows, or when its date lies behind.
    ("reunião com Ana: gostou", {"kind": "meeting", "who": ["Ana"], "note": "gostou"}),
    (
        "meeting with Ana today: went well",
        {"kind": "meeting", "who": ["Ana"], "note": "went well", "at": "2026-11-24"},
    ),
    ("meeting with Ana yesterday", {"kind": "meeting", "who": ["Ana"], "at": "2026-11-23"}),
    ("meeting 12nov with Ana: good", {"kind": "meeting", "who": ["Ana"], "note": "good", "at": "2026-11-12"}),
    ("call ana", {"kind": "call", "who": ["ana"]}),
    ("met Ana tomorrow", {"kind": "meeting", "who": ["Ana"], "problems": ["future_date_for_log"]}),
]

WHEN: list[Story] = [
    ("on monday met Ana: ok", {"kind": "meeting", "who": ["Ana"], "note": "ok", "at": "2026-11-23"}),
    ("met Ana on friday: ok", {"kind": "meeting", "who": ["Ana"], "note": "ok", "at": "2026-11-20"}),
    ("met yesterday Ana: ok", {"kind": "meeting", "who": ["Ana"], "note": "ok", "at": "2026-11-23"}),
    ("yesterday met Ana 10h: ok", {"kind": "meeting", "who": ["Ana"], "note": "ok", "at": "2026-11-23 10:00"}),
    (
        "met Sue yesterday at 5pm, Blue Sky: wants $3,5k",
        {
            "kind": "meeting",
            "who": ["Sue, Blue Sky"],
            "note": "wants",
            "at": "2026-11-23 17:00",
            "amounts": ["USD 3500.00"],
        },
    ),
    (
        "met Sue yesterday, she liked it",
        {"kind": "meeting", "who": ["Sue"], "note": "she liked it", "at": "2026-11-23"},
    ),
    ("met Ana on:12nov: ok", {"kind": "meeting", "who": ["Ana"], "note": "ok", "at": "2026-11-12"}),
    ("met Ana: yesterday was better", {"kind": "meeting", "who": ["Ana"], "note": "yesterday was better"}),
    ("met Monday Addams: ok", {"kind": "meeting", "who": ["Monday Addams"], "note": "ok"}),
    ("reuni com Domingo Pérez: ok", {"kind": "meeting", "who": ["Domingo Pérez"], "note": "ok"}),
    ("met May Chen: ok", {"kind": "meeting", "who": ["May Chen"], "note": "ok"}),
    ("met Ana 31feb: ok", {"kind": "meeting", "who": ["Ana"], "note": "ok", "problems": ["bad_date"]}),
    ("yesterday met Ana on:12nov: ok", {"kind": "meeting", "who": ["Ana"], "note": "ok", "problems": ["two_dates"]}),
]

# First words that are commands only with what belongs to them; the dispatcher asks first, and these come here.
NOT_COMMANDS: list[Story] = [
    ("late reply from Ana", {"note": "late reply from Ana", "problems": ["no_who"]}),
    ("done deal with Acme", {"note": "done deal with Acme", "problems": ["no_who"]}),
    ("hold on", {"note": "hold on", "problems": ["no_who"]}),
    ("team lunch with Acme", {"note": "team lunch with Acme", "problems": ["no_who"]}),
    ("next step: send quote", {"note": "next step: send quote", "problems": ["no_who"]}),
    ("forget it", {"note": "forget it", "problems": ["no_who"]}),
    ("Carlos Dias: likes blue", {"note": "Carlos Dias: likes blue", "problems": ["no_who"]}),
]


# The kind word, then the member's language, settles a word of two meanings.
@pytest.mark.parametrize(
    ("typed", "language", "amounts"),
    [
        ("liguei Ana: 500 real", "en", ["BRL 500.00"]),
        ("called Ana: 500 real", "pt", []),
        ("Ana: 500 real", "pt", ["BRL 500.00"]),
    ],
)
def test_the_kind_word_tells_the_language_of_money(typed: str, language: Any, amounts: list[str]) -> None:
    assert facts(lines.parse(typed, lexicon(language))).get("amounts", []) == amounts


@pytest.mark.parametrize(
    ("typed", "language", "times", "problems"),
    [
        ("llamé a Ana !mar", "pt", ["2026-12-01"], []),
        ("llamé a Ana !mar", "es", ["2026-12-01"], []),
        ("liguei Ana !mar", "es", [], ["ambiguous_date"]),
        ("called Ana !5/6", "pt", ["2027-06-05"], []),
        ("llamé a Ana !5/6", "en", ["2027-06-05"], []),
    ],
)
def test_the_kind_word_tells_the_language_of_dates_but_not_the_order(
    typed: str, language: Any, times: list[str], problems: list[str]
) -> None:
    said = facts(lines.parse(typed, lexicon(language)))
    assert (said.get("follow_ups", []), said.get("problems", [])) == (times, problems)


@pytest.mark.parametrize(
    ("typed", "plans", "offers"),
    [
        ("call Ana Souza 3/12 4pm", True, ("2026-12-03 16:00", "2027-03-12 16:00")),
        ("call Dana 3/12 @ 4pm", True, ("2026-12-03 16:00", "2027-03-12 16:00")),
        ("call Dana 3/12", True, ("2026-12-03", "2027-03-12")),
        ("called Ana Souza 3/12 4pm", False, ("2025-12-03 16:00", "2026-03-12 16:00")),
        ("called Ana Souza 3/12 @ 4pm", False, ("2025-12-03 16:00", "2026-03-12 16:00")),
    ],
)
def test_a_day_that_may_be_a_month_is_asked_about_with_its_time(
    typed: str, plans: bool, offers: tuple[str, ...]
) -> None:
    line = lines.parse(typed, lexicon(country=None))
    [problem] = line.problems
    assert (line.plans, line.logs, problem.kind) == (plans, not plans, ProblemKind.AMBIGUOUS_DATE)
    assert problem.offers == offers
    mended = [line.text[: problem.span.start] + offer + line.text[problem.span.end :] for offer in offers]
    read = [lines.parse(text, lexicon(country=None)) for text in mended]
    assert [(found.plans, found.problems) for found in read] == [(plans, ())] * 2


def _stories(*tables: Iterable[Story]) -> list[Story]:
    return [story for table in tables for story in table]


@pytest.mark.parametrize(("typed", "expected"), _stories(CONTRACT, KINDS, ATTEMPTS, PLANS, WHEN, NOT_COMMANDS))
def test_a_line_says(typed: str, expected: Facts) -> None:
    assert facts(lines.parse(typed, lexicon())) == expected


@pytest.mark.parametrize(("typed", "expected"), CONTRACT)
@pytest.mark.parametrize("language", ["pt", "es"])
def test_the_members_language_changes_nothing_of_it(typed: str, expected: Facts, language: Any) -> None:
    assert facts(lines.parse(typed, lexicon(language))) == expected


@pytest.mark.parametrize(
    ("typed", "offers"),
    [
        ("late reply from Ana", ("Ana",)),
        ("done deal with Acme", ("Acme",)),
        ("Carlos Dias: likes blue", ("Carlos Dias",)),
        ("call with Ana's boss: hi", ("Ana",)),
        ("hold on", ()),
    ],
)
def test_a_line_about_nobody_names_whom_it_may_mean(typed: str, offers: tuple[str, ...]) -> None:
    [problem] = lines.parse(typed, lexicon()).problems
    assert (problem.kind, problem.offers) == (ProblemKind.NO_WHO, offers)


LOGS = [
    ("met Ana", True),
    ("call Ana", False),
    ("call Ana:", True),
    ("call Ana: busy day", True),
    ("call Ana tomorrow", False),
    ("call Ana >won", True),
    ("call Ana !tomorrow", False),
    ("need to call Ana: price", False),
    ("Ana: likes tea", False),
]


@pytest.mark.parametrize(("typed", "logs"), LOGS)
def test_whether_something_happened(typed: str, logs: bool) -> None:
    assert lines.parse(typed, lexicon()).logs is logs


MENDED = [
    ("met Ana: $12k or $14k", [["USD 12000.00"], ["USD 14000.00"]], "amounts"),
    ("liguei Ana: R$ 10 R$ 20", [["BRL 10.00"], ["BRL 20.00"]], "amounts"),
    ("liguei Ana: R$ 9 ou por R$ 20 >ganho", [["BRL 9.00"], ["BRL 20.00"]], "amounts"),
    ("met Ana !sext 10h send", [["2026-11-27 10:00 send"]], "follow_ups"),
    ("met Ana: >won no >lost", [["Won"], ["Lost"]], "stages"),
    ("met Ana: >foo x", [["Lead"], ["Qualified"], ["Proposal"], ["Negotiation"], ["Won"], ["Lost"]], "stages"),
    ("met Ana !31feb send", [["2027-02-26 send"], ["2027-03-01 send"]], "follow_ups"),
    ("met Ana !frday 9h send", [["2026-11-27 09:00 send"]], "follow_ups"),
    ("met Ana $1.2345 now", [["USD 12345.00"], ["USD 1.23"]], "amounts"),
    ("yesterday met Ana on:12nov: x", ["2026-11-23", "2026-11-12"], "at"),
    ("met Ana tomorrow 10h", [["2026-11-25 10:00"], None], "follow_ups"),
    ("tomorrow met Ana", [["2026-11-25"], None], "follow_ups"),
    ("ontem liguei Ana amanhã", ["2026-11-23", None], "at"),
]


@pytest.mark.parametrize(("typed", "expected", "fact"), MENDED)
def test_each_offer_settles_the_question(typed: str, expected: list[Any], fact: str) -> None:
    line = lines.parse(typed, lexicon())
    [problem] = line.problems
    mended = [line.text[: problem.span.start] + offer + line.text[problem.span.end :] for offer in problem.offers]
    assert [facts(lines.parse(text, lexicon())).get(fact) for text in mended] == expected


def test_what_must_be_asked_about_stays_in_the_note() -> None:
    line = lines.parse("met Ana: likes it >foo !31feb send quote", lexicon())
    assert line.note == "likes it >foo !31feb send quote"


def test_a_line_that_is_too_long_is_kept_and_asked_about() -> None:
    line = lines.parse("met Ana: " + "x" * 8000, lexicon())
    assert [problem.kind for problem in line.problems] == [ProblemKind.TOO_LONG]
    assert len(line.note) == 8000


@pytest.mark.parametrize(("typed", "note"), [("met Ana: how much?", "how much?"), ("met Ana: how much ?", "how much")])
def test_only_a_question_mark_of_its_own_asks_for_a_preview(typed: str, note: str) -> None:
    line = lines.parse(typed, lexicon())
    assert (line.note, line.is_preview) == (note, line.typed.endswith("much"))
