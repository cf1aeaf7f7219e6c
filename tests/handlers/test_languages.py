"""The whole product in Portuguese and in Spanish: what is typed, what is answered, what is pushed, word for word."""

import re
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from handlers import cards, command
from handlers.arguments import Anyway
from handlers.context import House
from handlers.dispatch import Dispatcher
from handlers.grammar import dates
from handlers.message import Reply
from handlers.wording import Wording
from scheduler import nudges, reminders as due_scan
from storage import letters
from storage.database import Session
from storage.models import Company, Draft, Interaction, Letter, Reminder
from storage.types import Money
from tests.databases import NOW, ZONE
from tests.world import Person, World

LANGUAGES = ("en", "pt", "es")
CHATS = Path(__file__).parent / "chats"
TODAY = date(2026, 11, 24)
NAMES = {"pt": "Carla", "es": "Lucía"}
LINE = {
    "en": "met Ana Souza, Acme: wants 40 seats #hot $12k >proposal !15h send quote",
    "pt": "reuni com Ana Souza, Acme: quer 40 lugares #quente R$ 12 mil >proposta !15h enviar orçamento",
    "es": "me reuní con Ana Souza, Acme: quiere 40 lugares #caliente $12k >propuesta !15h enviar cotización",
}


@pytest.fixture
async def carla(world: World) -> Person:
    """A sales rep from Brazil."""
    return await world.hires(NAMES["pt"], language="pt")


@pytest.fixture
async def lucia(world: World) -> Person:
    """A sales rep from Mexico."""
    return await world.hires(NAMES["es"], language="es")


def says(reply: Reply) -> list[str]:
    """Return the lines of a reply, and its buttons as the last one."""
    labels = " ".join(f"[{button.label}]" for button in reply.buttons)
    return [*reply.text.splitlines(), *([labels] if labels else [])]


# Whole chats --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(path.relative_to(CHATS).as_posix() for path in CHATS.glob("*/*.txt")))
async def test_chat(world: World, name: str) -> None:
    """Play tests/handlers/chats: `> ` is typed, `> [Label]` pressed, `>> ` a reply to the last card, `+ 24 h` a wait.

    What follows is the whole answer, with its buttons as the last line.
    """
    language = name.partition("/")[0]
    person = await world.hires(NAMES[language], role="manager", language=language)
    await world.hires("Bob")
    for part in re.split(r"^(?=>|\+ )", (CHATS / name).read_text("utf-8"), flags=re.MULTILINE)[1:]:
        typed, *answer = part.strip().splitlines()
        if typed.startswith("+ "):
            world.clock.advance(hours=int(typed.split()[1]))
        else:
            assert says(await _does(person, typed)) == answer, typed


async def _does(person: Person, typed: str) -> Reply:
    mark, _, text = typed.partition(" ")
    if mark == ">>":
        return await person.replies(text)
    return await person.presses(text[1:-1]) if text.startswith("[") else await person.says(text)


def test_every_chat_is_told_in_both_languages() -> None:
    portuguese, spanish = ({path.name for path in (CHATS / language).iterdir()} for language in ("pt", "es"))
    assert portuguese == spanish


# The line -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "line", "head"),
    [
        ("pt", "reuni com Ana Souza: x", "✓ Reunião com Ana Souza (contato novo) · I-1"),
        ("pt", "liguei para Ana Souza: x", "✓ Ligação com Ana Souza (contato novo) · I-1"),
        ("pt", "mandei e-mail para Ana Souza: x", "✓ E-mail para Ana Souza (contato novo) · I-1"),
        ("pt", "visitei Padaria Sol: x", "✓ Visita a Padaria Sol (empresa nova) · I-1"),
        ("pt", "fiz demo para Ana Souza: x", "✓ Demo com Ana Souza (contato novo) · I-1"),
        ("pt", "mandei zap para Ana Souza: x", "✓ Mensagem para Ana Souza (contato novo) · I-1"),
        ("pt", "nota Ana Souza: x", "✓ Nota sobre Ana Souza (contato novo) · I-1"),
        ("pt", "liguei Ana Souza: não atendeu", "✓ Tentativa de ligar para Ana Souza (contato novo) · I-1"),
        ("pt", "ligar para Ana Souza amanhã", "✓ Marcado com Ana Souza (contato novo)"),
        ("es", "me reuní con Ana Souza: x", "✓ Reunión con Ana Souza (contacto nuevo) · I-1"),
        ("es", "llamé a Ana Souza: x", "✓ Llamada con Ana Souza (contacto nuevo) · I-1"),
        ("es", "mandé un correo a Ana Souza: x", "✓ Correo a Ana Souza (contacto nuevo) · I-1"),
        ("es", "visité Ferretería Sol: x", "✓ Visita a Ferretería Sol (empresa nueva) · I-1"),
        ("es", "hice una demo a Ana Souza: x", "✓ Demo con Ana Souza (contacto nuevo) · I-1"),
        ("es", "escribí a Ana Souza: x", "✓ Mensaje a Ana Souza (contacto nuevo) · I-1"),
        ("es", "nota Ana Souza: x", "✓ Nota sobre Ana Souza (contacto nuevo) · I-1"),
        ("es", "llamé a Ana Souza: no contesta", "✓ Intento de llamar a Ana Souza (contacto nuevo) · I-1"),
        ("es", "llamar a Ana Souza mañana", "✓ Agendado con Ana Souza (contacto nuevo)"),
    ],
)
async def test_kinds(world: World, language: str, line: str, head: str) -> None:
    person = await world.hires("Someone", language=language)
    assert (await person.says(line)).text.splitlines()[0] == head


# Reading ------------------------------------------------------------------------------------------------------------


async def test_find_lists_several(carla: Person, lucia: Person) -> None:
    await carla.says(LINE["pt"])
    assert set((await carla.says("buscar acme")).text.splitlines()) == {
        "3 para “acme”",
        *_numbered(carla, "Acme, C-1 · 1 pessoa, 1 negócio aberto"),
        *_numbered(carla, "D-1 Acme: Proposta, R$ 12.000 · próximo: ter 24 nov 15:00"),
        *_numbered(carla, "Ana Souza, Acme, P-1 · reunião ter 24 nov"),
    }
    assert set((await lucia.says("buscar acme")).text.splitlines()) == {
        "3 para “acme”",
        *_numbered(lucia, "Acme, C-1 · 1 persona, 1 negocio abierto"),
        *_numbered(lucia, "D-1 Acme: Propuesta, BRL 12.000 · próximo: mar 24 nov 15:00"),
        *_numbered(lucia, "Ana Souza, Acme, P-1 · reunión mar 24 nov"),
    }


def _numbered(person: Person, row: str) -> list[str]:
    """Return a row of the last answer with its number, wherever it stands."""
    return [line for line in person.answers[-1].text.splitlines() if line.partition(" ")[2] == row]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_help_fits_a_phone(world: World, language: str) -> None:
    person = await world.hires("Someone", language=language)
    shown = (await person.says("help")).text
    assert len(shown.splitlines()) <= 12
    assert len(shown) <= 700


# What cannot be done -----------------------------------------------------------------------------------------------


async def test_bad_input(carla: Person, lucia: Person) -> None:
    assert (await carla.says("")).text == ("Não havia nada para ler. Tente: reuni com Ana Souza, Acme: quer 40 lugares")
    assert (await lucia.says("")).text == (
        "No había nada que leer. Prueba: me reuní con Ana Souza, Acme: quiere 40 lugares"
    )
    assert (await carla.says("x" * 8001)).text == (
        "Ainda não registrei: são 8001 caracteres, e eu leio até 8000. Mande em partes; o texto está em: rascunhos"
    )
    assert (await lucia.says(f"llamé a {'A' * 121}: x")).text == (
        "Ese nombre tiene 121 caracteres; el límite es 120. Pon dos puntos entre el nombre y la nota, así: "
        "me reuní con Ana Souza: quiere 40 lugares"
    )


async def test_a_bug_of_ours_is_told_in_ones_own_language(world: World, carla: Person, lucia: Person) -> None:
    for person, text in (
        (carla, "Não registrei: algo quebrou do nosso lado (incidente X). Seu texto está guardado; veja: rascunhos"),
        (
            lucia,
            "No lo registré: algo se rompió de nuestro lado (incidente X). Tu texto está guardado; mira: borradores",
        ),
    ):
        await world.change(person.member_id, zone="Nowhere/Atlantis")
        assert re.sub(r"[0-9a-f]{6}", "X", (await person.says("met Ana: x")).text) == text


# Strangers and newcomers --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "refusal"),
    [
        ("pt", "Este é um CRM privado. Peça um código ao admin e mande: join CÓDIGO"),
        ("es", "Este es un CRM privado. Pide un código al admin y manda: join CÓDIGO"),
    ],
)
async def test_a_stranger(world: World, language: str, refusal: str) -> None:
    world.dispatcher = Dispatcher(world.database, House(zone=ZONE, language=language), now=world.clock)
    assert (await world.stranger().says("find acme")).text == refusal


# What is said unasked -----------------------------------------------------------------------------------------------


async def _pushed(world: World, language: str, late_by: timedelta | None = None) -> list[str]:
    def unit(session: Session) -> Reply:
        wording = Wording(language=language, zone=ZONE, today=TODAY)
        return cards.push(session, wording, session.get_one(Reminder, 1), NOW, late_by=late_by)

    return says(await world.database.read(unit))


async def test_the_push_is_the_layout_of_the_language(world: World, carla: Person) -> None:
    await carla.says(LINE["pt"].replace("!15h", "!sex 10h"))
    assert await _pushed(world, "pt") == [
        "⏰ Enviar orçamento: Ana Souza, Acme",
        "D-1 Proposta, R$ 12.000 · último: reunião ter 24 nov “quer 40 lugares”",
        "F-1, para 10:00 · responda com nota ou novo horário",
        "[Feito] [1 h] [Amanhã] [Descartar]",
    ]
    assert (await _pushed(world, "pt", timedelta(hours=2)))[0] == (
        "⏰ 2 h de atraso, estive fora do ar: Enviar orçamento: Ana Souza, Acme"
    )


async def test_the_push_in_spanish(world: World, lucia: Person) -> None:
    await lucia.says(LINE["es"].replace("!15h", "!vie 10h"))
    assert await _pushed(world, "es") == [
        "⏰ Enviar cotización: Ana Souza, Acme",
        "D-1 Propuesta, USD 12.000 · último: reunión mar 24 nov “quiere 40 lugares”",
        "F-1, para 10:00 · responde con nota o nueva hora",
        "[Hecho] [1 h] [Mañana] [Descartar]",
    ]
    assert (await _pushed(world, "es", timedelta(minutes=20)))[0] == (
        "⏰ 20 min de atraso, estuve fuera de línea: Enviar cotización: Ana Souza, Acme"
    )


@pytest.mark.parametrize(
    ("language", "first", "last", "labels"),
    [
        ("pt", "⏰ Estive fora do ar: 11 follow-ups venceram", "e mais 1: atrasados", "[Atrasados] [Hoje]"),
        ("es", "⏰ Estuve fuera de línea: vencieron 11 seguimientos", "y 1 más: atrasados", "[Atrasados] [Hoy]"),
    ],
)
async def test_what_came_due_while_we_were_down(
    world: World, language: str, first: str, last: str, labels: str
) -> None:
    person = await world.hires(NAMES[language], language=language)
    rows = []
    for number in range(1, 12):
        await person.says(f"nota Ana Souza: x !in {9 + number}min ligar {number}")
        rows.append(
            f"{number} {'ter' if language == 'pt' else 'mar'} 24 nov 14:{9 + number}: ligar {number}, Ana Souza"
        )
    world.clock.advance(hours=3)
    await due_scan.deliver_due(world.database, world.clock(), database_now=world.clock)
    [letter] = await world.rows(Letter)
    shown = [f"{row} · F-{number}" for number, row in enumerate(rows[:10], start=1)]
    assert says(Reply.from_json(letter.body)) == [first, *shown, last, labels]


async def _nudged(world: World, kind: str) -> list[list[str]]:
    await nudges.run(world.database, world.clock(), database_now=world.clock)
    return [says(Reply.from_json(row.body)) for row in await world.rows(Letter) if row.kind == kind]


async def test_the_morning_in_portuguese(world: World, carla: Person) -> None:
    await carla.says(LINE["pt"])
    await carla.says("liguei para João Lima: x !amanhã 10h ligar de volta")
    await carla.says("reuni com Bia Reis, Globex: x R$ 5 mil >lead")
    await carla.says("uma coisa aconteceu ali")
    world.clock.at = datetime.fromisoformat("2026-11-25T08:30:00-03:00")
    assert await _nudged(world, "agenda") == [
        [
            "qua 25 nov: 1 hoje, 1 atrasado, 1 rascunho",
            "Primeiro 10:00 ligar de volta, João Lima · atraso mais antigo ter 24 nov enviar orçamento, Ana Souza",
            "[Hoje] [Atrasados] [Rascunho]",
        ]
    ]


async def test_the_morning_in_spanish(world: World, lucia: Person) -> None:
    await lucia.says("me reuní con Bea Ruiz, Globex: x $5k >lead")
    await lucia.says("llamé a João Lima: x !2/12 10h llamar de nuevo")
    world.clock.at = datetime.fromisoformat("2026-12-02T08:30:00-03:00")
    assert await _nudged(world, "agenda") == [
        [
            "mié 2 dic: 1 hoy, 0 atrasados",
            "Primero 10:00 llamar de nuevo, João Lima",
            "Sin próximo paso: D-1 Globex",
            "[Hoy] [Resolver D-1]",
        ]
    ]


async def test_a_stalled_deal(world: World, carla: Person, lucia: Person) -> None:
    await carla.says("reuni com Ana Souza, Acme: quer 40 lugares R$ 12 mil >proposta")
    await lucia.says("me reuní con Bea Ruiz, Globex: quiere 10 $5k >propuesta")
    world.clock.at = datetime.fromisoformat("2026-12-02T14:00:00-03:00")
    assert await _nudged(world, "nudge") == [
        [
            "D-1 Acme: 6 dias úteis sem contato, Proposta permite 5",
            "Último: reunião ter 24 nov “quer 40 lugares”",
            "Nada marcado.",
            "[Ligar amanhã] [Abrir]",
        ],
        [
            "D-2 Globex: 6 días hábiles sin contacto, Propuesta permite 5",
            "Último: reunión mar 24 nov “quiere 10”",
            "Nada agendado.",
            "[Llamar mañana] [Abrir]",
        ],
    ]


async def test_a_deal_without_a_next_step(world: World, carla: Person, lucia: Person) -> None:
    await carla.says("reuni com Ana Souza, Acme: quer 40 lugares R$ 12 mil >proposta")
    await lucia.says("me reuní con Bea Ruiz, Globex: quiere 10 $5k >propuesta")
    world.clock.at = datetime.fromisoformat("2026-11-26T14:00:00-03:00")
    assert await _nudged(world, "nudge") == [
        [
            "D-1 Acme está sem próximo passo. Quando?",
            "Proposta, R$ 12.000 · Último: reunião ter 24 nov “quer 40 lugares”",
            "[seg 30 nov] [qui 3 dez] [Abrir]",
        ],
        [
            "D-2 Globex no tiene próximo paso. ¿Cuándo?",
            "Propuesta, USD 5.000 · Último: reunión mar 24 nov “quiere 10”",
            "[lun 30 nov] [jue 3 dic] [Abrir]",
        ],
    ]


async def test_letters_that_were_not_delivered(world: World) -> None:
    boss = await world.hires("Bia", role="admin", language="pt")

    def unit(session: Session) -> None:
        for kind in ("reminder", "nudge"):
            letter = letters.write(
                session, kind=kind, dedupe_key=kind, destination=None, body={}, due_at=NOW, now=NOW, member_id=1
            )
            assert letter is not None
            letter.state, letter.last_error = "failed", "chat not found"

    await world.database.write(unit)
    assert (await boss.says("cartas")).text.splitlines() == [
        "2 não entregues",
        "L-2 lembrete de negócio, ter 24 nov 14:00: chat not found",
        "L-1 follow-up, ter 24 nov 14:00: chat not found",
    ]


# Dates and money ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "months", "days"),
    [
        ("pt", "jan fev mar abr mai jun jul ago set out nov dez", "seg ter qua qui sex sáb dom"),
        ("es", "ene feb mar abr may jun jul ago sept oct nov dic", "lun mar mié jue vie sáb dom"),
    ],
)
def test_months_and_weekdays_are_short_and_without_dots(language: str, months: str, days: str) -> None:
    wording = Wording(language=language, zone=ZONE, today=TODAY)
    firsts = [wording.day(date(2026, month, 1)) for month in range(1, 13)]
    assert [said.split()[2] for said in firsts] == months.split()
    week = [wording.day(date(2026, 11, 23 + day)) for day in range(7)]
    assert [said.split()[0] for said in week] == days.split()


@pytest.mark.parametrize("language", ["pt", "es"])
def test_a_date_that_is_shown_can_be_typed(language: str) -> None:
    wording = Wording(language=language, zone=ZONE, today=TODAY)
    clock = dates.Clock(
        now=NOW,
        zone=ZONE,
        language="pt" if language == "pt" else "es",
        country=None,
        default_time=time(9),
        quiet_start=time(20),
        quiet_end=time(8),
        quiet_days=frozenset(),
    )
    for days in range(1, 330, 3):
        moment = TODAY + timedelta(days=days)
        read = dates.read(wording.day(moment), dates.Role.FUTURE, clock)
        assert isinstance(read, dates.Moment), wording.day(moment)
        assert read.local.date() == moment, wording.day(moment)


@pytest.mark.parametrize(
    ("language", "amount", "said"),
    [
        ("pt", Money(850_000, "BRL"), "R$ 8.500"),
        ("pt", Money(1_200_000, "BRL"), "R$ 12.000"),
        ("pt", Money(123_456_789, "BRL"), "R$ 1.234.567,89"),
        ("pt", Money(1_200_000, "USD"), "USD 12.000"),
        ("es", Money(1_200_000, "USD"), "USD 12.000"),
        ("es", Money(120_050, "MXN"), "MXN 1.200,50"),
        ("es", Money(850_000, "BRL"), "BRL 8.500"),
        ("es", Money(1_500_000, "CLP"), "CLP 1.500.000"),
    ],
)
def test_money(language: str, amount: Money, said: str) -> None:
    assert Wording(language=language, zone=ZONE, today=TODAY).money(amount) == said


# What we show as an example is understood ---------------------------------------------------------------------------

PREVIEWS = "Prévia, nada foi salvo:", "Vista previa, sin guardar:", "Preview, not saved:"
# Texts that end in something to type, after the first colon.
INVITES = (
    "A value belongs to a deal, as in: value D-57 $14,500",
    "More of a word: help snooze",
    "Nothing for today. Coming up: next 7d",
    "That was undone already. Bring it back with: redo",
    "There is no draft {n}. See: inbox",
    "There is no {ref}. Look for it by name: find acme",
    "There is no “{word}”. See: help",
    "Which follow-up? Type its number, as in: done F-31",
    "Who is this? Answer: rename {ref} Name",
    "and {n} more: late",
)


async def _office(world: World, language: str) -> Person:
    """One of each record and two contacts, something undone, and a draft."""
    person = await world.hires("Someone", language=language, role="manager")
    await world.hires("Bob")
    for line in (LINE[language], "called Carl Berg: x", "called Dora Ruiz: x", "undo"):
        assert not (await person.says(line)).is_error
    await person.says("something happened somewhere")
    assert await world.count(Draft) == 1
    return person


async def _is_understood(person: Person, line: str) -> None:
    real = re.sub(r"\b([PCDIF])-(\d+)", lambda ref: "P-2" if ref[2] == "88" else f"{ref[1]}-1", line)
    shown = await person.says(f"{real} ?")  # a preview: the next one finds all as it was
    assert not shown.is_error, (line, shown.text)
    assert shown.text.startswith(PREVIEWS), (line, shown.text)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_example_of_a_command_is_that_command(world: World, language: str) -> None:
    person = await _office(world, language)
    wording = Wording(language=language, zone=ZONE, today=TODAY)
    for each in command.registry().values():
        for example in each.examples:
            line = wording.pgettext("typed", example)
            assert not command.find(line) or each in [found for found, _rest in command.find(line)], line
            assert not command.find(line) or line.startswith(each.word(language)), line
            asks = any(parameter.kind is Anyway for parameter in each.parameters)
            if each.name != "join":
                await _is_understood(person, f"{line} {wording.gettext('anyway')}" if asks else line)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_what_a_text_invites_to_type_is_understood(world: World, language: str) -> None:
    person = await _office(world, language)
    wording = Wording(language=language, zone=ZONE, today=TODAY)
    for text in INVITES:
        await _is_understood(person, wording.gettext(text).format(n=1, ref="P-1", word="x").partition(": ")[2])


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "fri 10h, tomorrow, 2h", ("fri 10h", "tomorrow", "2h")),
        ("pt", "sex 10h, amanhã, 2h", ("sex 10h", "amanhã", "2h")),
        ("es", "vie 10h, mañana, 2h", ("vie 10h", "mañana", "2h")),
        ("en", "is “2m” minutes or months? Write min or mo.", ("2min", "2mo")),
        ("pt", "“2m” são minutos ou meses? Escreva min ou meses.", ("2min", "2 meses")),
        ("es", "“2m”, ¿son minutos o meses? Escribe min o meses.", ("2min", "2 meses")),
    ],
)
async def test_dates_that_we_propose_are_read(world: World, language: str, text: str, words: tuple[str, ...]) -> None:
    wording = Wording(language=language, zone=ZONE, today=TODAY)
    proposed = "“{typed}” is no date I can read. Try: fri 10h, tomorrow, 2h"
    asked = "is “{typed}” minutes or months? Write min or mo."
    assert any(text in wording.gettext(each).format(typed="2m") for each in (proposed, asked))
    person = await _office(world, language)
    for word in words:
        await _is_understood(person, f"snooze F-1 {word}")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("met", "called", "emailed", "visited")),
        ("pt", ("reuni", "liguei", "mandei zap", "visitei")),
        ("es", ("me reuní", "llamé", "escribí", "visité")),
    ],
)
async def test_words_that_we_propose_log(world: World, language: str, words: tuple[str, ...]) -> None:
    wording = Wording(language=language, zone=ZONE, today=TODAY)
    text = "Not logged yet: a note about whom? Type a name, or begin with: met, called, emailed, visited. Or: help"
    assert ", ".join(words) in wording.gettext(text)
    person = await world.hires("Someone", language=language)
    for word in words:
        assert not (await person.says(f"{word} Ana Souza: x")).is_error
    kinds = [row.kind for row in await world.rows(Interaction)]
    assert len(kinds) == len(set(kinds) - {"note"}) == len(words)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("text", "is_a_line"),
    [
        ("called Ana from Acme, wants 40 seats, remind me friday 10h", True),
        ("met Ana Souza, Acme: wants 40 seats #hot $12k >proposal !fri 10h send quote", True),
        ("{word} Ana Souza, Acme: wants 40 seats #hot $12k", True),
        ("No open deals. Make one: met Ana, Acme: $12k >proposal", False),
        ("There was nothing to read. Try: met Ana Souza, Acme: wants 40 seats", False),
    ],
)
async def test_a_first_line_names_a_person_and_a_company(
    world: World, language: str, text: str, *, is_a_line: bool
) -> None:
    person = await world.hires("Someone", language=language)
    said = Wording(language=language, zone=ZONE, today=TODAY).gettext(text).format(word="met")
    shown = await person.says(said if is_a_line else said.partition(": ")[2])
    assert shown.refs[:3] == ("I-1", "P-1", "C-1"), shown.text
    assert [row.name for row in await world.rows(Company)] == ["Acme"]
