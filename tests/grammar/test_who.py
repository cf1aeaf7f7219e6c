"""Who a line is about: names, companies, several people, references, numbers and addresses."""

from dataclasses import replace
from typing import Any

import pytest

from handlers.grammar import line as lines
from tests.grammar.desk import facts, lexicon

# What was typed, who that is, and the note that is left.
PEOPLE: list[tuple[str, list[str], str]] = [
    ("met Ana", ["Ana"], ""),
    ("met with Ana Souza: ok", ["Ana Souza"], "ok"),
    ("called Sr. José da Silva Santos: ok", ["Sr. José da Silva Santos"], "ok"),
    ("called Dr. Ana Lee. She is fine", ["Dr. Ana Lee"], "She is fine"),
    ("called J. Silva: ok", ["J. Silva"], "ok"),
    ("called Ludwig van Beethoven ok", ["Ludwig van Beethoven"], "ok"),
    ("called João da Silva: ok", ["João da Silva"], "ok"),
    ("met Ana wants 40 seats", ["Ana"], "wants 40 seats"),
    ("met ana souza: wants 40 seats", ["ana souza"], "wants 40 seats"),
    ("met ana wants 40 seats", ["ana"], "wants 40 seats"),
    ("spoke to bob lee about pricing", ["bob lee"], "about pricing"),
    ("MET ANA SOUZA, ACME: WANTS 40 SEATS", ["ANA SOUZA, ACME"], "WANTS 40 SEATS"),
    ("met 陈伟, 阿里巴巴: 好", ["陈伟, 阿里巴巴"], "好"),
    ('met "May the First", Acme: ok', ["May the First, Acme"], "ok"),
    ("called Ana! great", ["Ana"], "great"),
    ("called Ana :) happy", ["Ana"], ":) happy"),
    ("called Ana :smile: happy", ["Ana"], ":smile: happy"),
    ("met Ana She wants it", ["Ana"], "She wants it"),
    ("liguei pro João: ok", ["João"], "ok"),
    ("falei com a Ana: ok", ["Ana"], "ok"),
    ("hablé con el Sr. Pérez: ok", ["Sr. Pérez"], "ok"),
    ("met Ana\nwants 40 seats", ["Ana"], "wants 40 seats"),
    ("met Ana - great - really", ["Ana"], "great - really"),
    ("met Ana — great", ["Ana"], "great"),
    ("met Ana; great", ["Ana"], "great"),
]

COMPANIES: list[tuple[str, list[str], str]] = [
    # After a comma: known, marked, or capitalised and closed.
    ("called Ana, no answer yet", ["Ana"], "no answer yet"),
    ("called Ana, Acme wants more", ["Ana, Acme"], "wants more"),
    ("called Ana, acme wants more", ["Ana, acme"], "wants more"),
    ("called Ana, Padaria Sol quer 40", ["Ana, Padaria Sol"], "quer 40"),
    ("liguei Ana, padaria sol: sem verba", ["Ana, padaria sol"], "sem verba"),
    ("met Ana, restaurant booked", ["Ana"], "restaurant booked"),
    ("met Ana, Blue Sky: ok", ["Ana, Blue Sky"], "ok"),
    ("met Ana, Blue Sky", ["Ana, Blue Sky"], ""),
    ("met Ana, Blue Sky #hot", ["Ana, Blue Sky"], ""),
    ("met Ana, Blue Sky - ok", ["Ana, Blue Sky"], "ok"),
    ("met Ana, Blue Sky yesterday: ok", ["Ana, Blue Sky"], "ok"),
    ("met Ana, Blue sky: ok", ["Ana"], "Blue sky: ok"),
    ("met Ana, She Wants It: ok", ["Ana"], "She Wants It: ok"),
    ("met Ana, Banco do Norte e Sul: ok", ["Ana, Banco do Norte e Sul"], "ok"),
    ("met Ana, Smith & Wesson: ok", ["Ana, Smith & Wesson"], "ok"),
    ("met Ana, One Two Three Four: ok", ["Ana, One Two Three Four"], "ok"),
    ("met Ana, One Two Three Four Five: ok", ["Ana"], "One Two Three Four Five: ok"),
    ("met Ana, Foo, Inc: ok", ["Ana, Foo, Inc"], "ok"),
    ("met Ana, Têxtil Norte S.A.: ok", ["Ana, Têxtil Norte S.A."], "ok"),
    ("met Ana, the CFO: ok", ["Ana"], "the CFO: ok"),
    ("falei com o Pedro, da Acme: ok", ["Pedro, Acme"], "ok"),
    # In brackets, after a word.
    ("met Ana Souza (Acme): ok", ["Ana Souza, Acme"], "ok"),
    ("met Ana (the CFO): ok", ["Ana"], "(the CFO): ok"),
    # A job title is no company; the one it is held in is.
    ("met Paul Smith, CEO of Umbrella: ok", ["Paul Smith, Umbrella"], "ok"),
    ("met Paul Smith, Head of Sales at Acme: ok", ["Paul Smith, Acme"], "ok"),
    ("met Paul Smith (CFO of Umbrella): ok", ["Paul Smith, Umbrella"], "ok"),
    ("falei com Rita, sócia da padaria sol: ok", ["Rita, padaria sol"], "ok"),
    ("met Paul Smith, CEO: ok", ["Paul Smith"], "CEO: ok"),
    ("met Paul Smith (CEO): ok", ["Paul Smith"], "(CEO): ok"),
    ("falei com Rita Lima, gerente da Brasfrio: ok", ["Rita Lima, Brasfrio"], "ok"),
    ("falei com Rita Lima, diretora comercial do Banco do Norte: ok", ["Rita Lima, Banco do Norte"], "ok"),
    ("hablé con Eva Ruiz, dueña de Ferretería Luz: ok", ["Eva Ruiz, Ferretería Luz"], "ok"),
    ("met Paul Smith, Partners of Steel: ok", ["Paul Smith, Partners of Steel"], "ok"),
    # A department is no company when one follows.
    ("met Tom from accounting at Globex: hi", ["Tom, Globex"], "hi"),
    ("met Tom from sales of Blue Sky: hi", ["Tom, Blue Sky"], "hi"),
    ("met Ana (Acme, CFO): ok", ["Ana"], "(Acme, CFO): ok"),
    ("met Ana from Blue Sky, she wants more", ["Ana, Blue Sky"], "she wants more"),
    ("met Ana at Acme: ok", ["Ana, Acme"], "ok"),
    ("met Ana @ Acme: ok", ["Ana, Acme"], "ok"),
    ("met Ana at the fair: ok", ["Ana"], "at the fair: ok"),
    ("met Ana at noon: ok", ["Ana"], "ok"),
    ("met ana from acme about pricing", ["ana, acme"], "about pricing"),
    ("met Ana from Johnson and Johnson: ok", ["Ana, Johnson and Johnson"], "ok"),
    ("falei com Ana da Acme: ok", ["Ana, Acme"], "ok"),
    ("falei com Ana da Padaria Sol: ok", ["Ana, Padaria Sol"], "ok"),
    ("falei com Ana da Costa: ok", ["Ana da Costa"], "ok"),
    ("zap pro Juninho do Mercadinho Bom Preço: ok", ["Juninho, Mercadinho Bom Preço"], "ok"),
    ("falei com Rui do Atacadão Dia: ok", ["Rui, Atacadão Dia"], "ok"),
    ("hablé con Eva del Mercado Central: ok", ["Eva, Mercado Central"], "ok"),
    ("hablé con Eva de la Pastelería Luz: ok", ["Eva, Pastelería Luz"], "ok"),
    # A known company at the end of a name that nothing closes.
    ("met Ana Souza Acme big meeting", ["Ana Souza, Acme"], "big meeting"),
    ("met Ana Souza Acme Big meeting", ["Ana Souza, Acme"], "Big meeting"),
    ("met Lena Vogt Globex demo went great", ["Lena Vogt, Globex"], "demo went great"),
    ("met Lena Vogt Brightpath demo went great", ["Lena Vogt Brightpath"], "demo went great"),
    ("met Lena Vogt Globex: ok", ["Lena Vogt, Globex"], "ok"),
    ("met Ana Lima: ok", ["Ana Lima"], "ok"),
    ("met Ana Souza Lima wants more", ["Ana Souza Lima"], "wants more"),
    ("visité a Ana en Acme: ok", ["Ana, Acme"], "ok"),
    ("met at Acme with Ana: ok", ["Ana, Acme"], "ok"),
    ("reuni na Acme com a Ana: ok", ["Ana, Acme"], "ok"),
    # Company first, or alone.
    ("met Acme, Carla Dias: ok", ["Carla Dias, Acme"], "ok"),
    ("liguei Padaria Sol, João Lima: ok", ["João Lima, Padaria Sol"], "ok"),
    ("visited Acme: ok", ["company: Acme"], "ok"),
    ("visited Foo Bar Ltda: ok", ["company: Foo Bar Ltda"], "ok"),
    ("visited Foo, Inc: ok", ["company: Foo, Inc"], "ok"),
    ("met Silva e Filhos: ok", ["company: Silva e Filhos"], "ok"),
    ("met Souza e Filhos: ok", ["company: Souza e Filhos"], "ok"),
    ("met Blue Sky: ok", ["Blue Sky"], "ok"),
    ("met Rodrigo Sá: ok", ["Rodrigo Sá"], "ok"),
    ("met Foo SA: ok", ["company: Foo SA"], "ok"),
]

# Phone keyboards: no capitals, few signs.
SMALL: list[tuple[str, list[str], str]] = [
    ("called bob re pricing", ["bob"], "re pricing"),
    ("met ana souza acme wants 40 seats", ["ana souza"], "acme wants 40 seats"),
    ("falei com maria ela quer desconto", ["maria"], "ela quer desconto"),
    ("met john from contoso he wants pricing", ["john, contoso"], "he wants pricing"),
    ("met john and mary from contoso", ["john, contoso", "mary, contoso"], ""),
    ("got call from john at contoso", ["john, contoso"], ""),
    ("falei com dona maria da farmacia central", ["dona maria, farmacia central"], ""),
    ("hable con don jose de la ferreteria", ["don jose, ferreteria"], ""),
    ("visitei fazenda boa vista", ["company: fazenda boa vista"], ""),
    ("met ana (acme) she loves it", ["ana, acme"], "she loves it"),
    ("called ana x2 no answer", ["ana"], "x2 no answer"),
    ("met one two three four five six", [], "one two three four five six"),
]

SEVERAL: list[tuple[str, list[str], str]] = [
    ("met Ana and Carla: ok", ["Ana", "Carla"], "ok"),
    ("reuni com Ana e Carla: ok", ["Ana", "Carla"], "ok"),
    ("hablé con Ana y Carla: ok", ["Ana", "Carla"], "ok"),
    ("met Ana + Carla: ok", ["Ana", "Carla"], "ok"),
    ("met Ana and Carla from Acme: ok", ["Ana, Acme", "Carla, Acme"], "ok"),
    ("met Ana and Carla, Acme: ok", ["Ana, Acme", "Carla, Acme"], "ok"),
    ("met Ana, Acme and Carla, Globex: ok", ["Ana, Acme", "Carla, Globex"], "ok"),
    ("met Ana with Carla: ok", ["Ana", "Carla"], "ok"),
    ("met ana and carla: ok", ["ana", "carla"], "ok"),
    ("met Ana and she wants 40", ["Ana"], "and she wants 40"),
    ("met Ana and talked about price", ["Ana"], "and talked about price"),
    ("met Carla, Ana and Bob Lee: ok", ["Carla", "Ana", "Bob Lee"], "ok"),
    ("visited Padaria Sol with João Lima: ok", ["João Lima, Padaria Sol"], "ok"),
    ("met Smith & Wesson: ok", ["Smith & Wesson"], "ok"),
    # What came along is no person.
    ("enviei email para bob@x.com com o catálogo", ["bob@x.com"], "com o catálogo"),
    ("enviei a proposta para bob@x.com com o anexo", ["bob@x.com"], "a proposta com o anexo"),
    ("mandé mail a Eva Ruiz con el catálogo", ["Eva Ruiz"], "con el catálogo"),
    ("reuni com Carla com o João", ["Carla", "João"], ""),
    ("reuni com carla com a ana", ["carla", "ana"], ""),
    ("met Ana and ana@acme.com: ok", ["Ana", "ana@acme.com"], "ok"),
]

KEYS: list[tuple[str, list[str], str]] = [
    ("called +55 11 98888-7777: ok", ["+55 11 98888-7777"], "ok"),
    ("called (11) 98888-7777: ok", ["(11) 98888-7777"], "ok"),
    ("called ana@acme.com: ok", ["ana@acme.com"], "ok"),
    ("called Ana +55 11 98888-7777: ok", ["Ana, +55 11 98888-7777"], "ok"),
    ("met Ana, Acme, +55 11 98888-7777, ana@acme.com: ok", ["Ana, Acme, +55 11 98888-7777, ana@acme.com"], "ok"),
    ("called 555-1234: ok", ["555-1234"], "ok"),
    ("called P-12: ok", ["P-12"], "ok"),
    ("called d57 no reply", ["D-57"], "no reply"),
    ("/d57: ok", ["D-57"], "ok"),
    ("called A 40 times", ["A"], "40 times"),
    ("met Ana: call +55 11 98888-7777 or ana@acme.com", ["Ana"], "call +55 11 98888-7777 or ana@acme.com"),
]

NOBODY: list[tuple[str, list[str], str]] = [
    ("met with the team: ok", [], "with the team: ok"),
    ("meeting notes from yesterday", [], "notes from yesterday"),
    ("call with Ana's boss: ok", [], "with Ana's boss: ok"),
    ("called no answer", [], "no answer"),
    ("demo went great", [], "went great"),
    ("called", [], ""),
]


@pytest.mark.parametrize(("typed", "who", "note"), PEOPLE + COMPANIES + SMALL + SEVERAL + KEYS + NOBODY)
def test_who_it_is(typed: str, who: list[str], note: str) -> None:
    found = facts(lines.parse(typed, lexicon()))
    assert (found.get("who", []), found.get("note", "")) == (who, note)


def test_the_span_of_who_is_its_own() -> None:
    line = lines.parse("yesterday met Ana Souza, Acme +55 11 98888-7777 and Carla: ok", lexicon())
    assert [line.text[who.span.start : who.span.end] for who in line.who] == [
        "Ana Souza, Acme +55 11 98888-7777",
        "Carla",
    ]
    assert line.phones == ()


@pytest.mark.parametrize("typed", [typed for typed, _, _ in PEOPLE + COMPANIES])
def test_few_questions_are_put_to_the_store(typed: str) -> None:
    asked: list[Any] = []

    def knows(name: str) -> bool:
        asked.append(name)
        return False

    plain = lexicon()
    lines.parse(typed, plain.__class__(clock=plain.clock, stages=plain.stages, knows_person=knows, knows_company=knows))
    assert len(asked) <= 8


@pytest.mark.parametrize("typed", [typed for typed, _, _ in PEOPLE + COMPANIES + SMALL + SEVERAL])
def test_the_store_is_asked_once_about_each_name(typed: str) -> None:
    people: list[str] = []
    companies: list[str] = []

    def knows_person(name: str) -> bool:
        people.append(name)
        return name == "Ana"

    def knows_company(name: str) -> bool:
        companies.append(name)
        return False

    lines.parse(typed, replace(lexicon(), knows_person=knows_person, knows_company=knows_company))
    assert (len(people), len(companies)) == (len(set(people)), len(set(companies)))


@pytest.mark.parametrize("typed", [typed for typed, who, _ in PEOPLE + COMPANIES + SMALL + SEVERAL + KEYS if who])
def test_a_button_can_put_a_reference_in_the_place_of_who(typed: str) -> None:
    before = lines.parse(typed, lexicon())
    span = before.who[0].span
    after = lines.parse(f"{before.text[: span.start]}P-12{before.text[span.end :]}", lexicon())
    assert (after.who[0].ref, after.kind, after.note) == ("P-12", before.kind, before.note)
    assert len(after.who) == len(before.who)
