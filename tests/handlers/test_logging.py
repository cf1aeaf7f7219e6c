"""One line becomes records: the first journey of the product."""

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from storage.models import (
    Base,
    Company,
    Contact,
    ContactKey,
    Deal,
    Draft,
    Interaction,
    Operation,
    Reminder,
    StageChange,
    Tagging,
)
from tests.world import Person, World

EXAMPLE = "met Ana Souza, Acme: wants 40 seats #hot $12k >proposal !fri 10h send quote"
RECORDS: tuple[type[Base], ...] = (Contact, Company, Deal, StageChange, Interaction, Reminder)


async def test_the_example_line_makes_one_of_each_record_and_shows_them(carla: Person, world: World) -> None:
    reply = await carla.says(EXAMPLE)
    assert reply.text.splitlines() == [
        "✓ Met Ana Souza (new), Acme (new) · I-1",
        "“wants 40 seats” #hot",
        "D-1 Acme: Proposal, USD 12,000 (new)",
        "F-1 Fri 27 Nov 2026 10:00 São Paulo: send quote",
    ]
    assert [button.label for button in reply.buttons][-1] == "Undo"
    assert reply.refs[:4] == ("I-1", "P-1", "C-1", "D-1")
    assert [await world.count(model) for model in RECORDS] == [1, 1, 1, 1, 1, 1]
    [reminder] = await world.rows(Reminder)
    assert reminder.due_at.isoformat() == "2026-11-27T13:00:00+00:00"


async def test_one_undo_takes_all_of_it_back_and_redo_brings_the_same_refs(carla: Person, world: World) -> None:
    logged = await carla.says(EXAMPLE)
    undone = await carla.presses("Undo", on=logged)
    assert undone.text == "Undone I-1, with P-1, C-1, D-1, F-1."
    assert [await world.count(model) for model in RECORDS] == [0] * len(RECORDS)
    assert await world.count(Tagging) == 0
    redone = await carla.presses("Redo")
    assert redone.text == "Brought back I-1, P-1, C-1, D-1, F-1."
    assert [await world.count(model) for model in RECORDS] == [1] * len(RECORDS)
    assert (await carla.says("undo")).text == "Undone I-1, with P-1, C-1, D-1, F-1."


async def test_refs_are_never_given_twice(carla: Person) -> None:
    await carla.says("met Ana: one")
    await carla.says("undo")
    assert (await carla.says("met Ana: two")).refs[:2] == ("I-2", "P-2")


@pytest.mark.parametrize(
    ("line", "kind", "head"),
    [
        ("met Ana Souza: x", "meeting", "✓ Met Ana Souza (new) · I-1"),
        ("called Ana Souza: x", "call", "✓ Called Ana Souza (new) · I-1"),
        ("visited Acme: x", "visit", "✓ Visited Acme (new) · I-1"),
        ("emailed Ana Souza: x", "email", "✓ Emailed Ana Souza (new) · I-1"),
        ("texted Ana Souza: x", "message", "✓ Message with Ana Souza (new) · I-1"),
        ("note Ana Souza: x", "note", "✓ Note about Ana Souza (new) · I-1"),
    ],
)
async def test_kinds(carla: Person, world: World, line: str, kind: str, head: str) -> None:
    assert (await carla.says(line)).text.splitlines()[0] == head
    [row] = await world.rows(Interaction)
    assert row.kind == kind
    assert row.text == "x"


async def test_the_words_of_a_colleague_are_understood(carla: Person, world: World) -> None:
    reply = await carla.says("just met with Ana from Acme, she wants 40 seats, remind me friday 10h to send the quote")
    assert "F-1 Fri 27 Nov 2026 10:00 São Paulo: send the quote" in reply.text
    [contact] = await world.rows(Contact)
    [company] = await world.rows(Company)
    assert (contact.name, company.name, contact.company_id) == ("Ana", "Acme", company.id)


async def test_an_unknown_phone_is_logged_at_once_as_an_attempt(carla: Person, world: World) -> None:
    reply = await carla.says("called +55 11 98888-7777 no answer !tomorrow")
    [contact] = await world.rows(Contact)
    [interaction] = await world.rows(Interaction)
    [reminder] = await world.rows(Reminder)
    assert contact.name == "+55 11 98888-7777"
    assert interaction.is_attempt
    assert reminder.due_local.isoformat() == "2026-11-25T09:00:00"
    assert "Who is this?" in reply.text
    await carla.says(f"rename P-{contact.id} João Lima")
    again = await carla.says("called +5511988887777: he picked up")
    assert "João Lima" in again.text
    assert await world.count(Contact) == 1
    assert await world.count(ContactKey) == 1


async def test_a_second_line_uses_the_same_contact_company_and_deal(carla: Person, world: World) -> None:
    await carla.says(EXAMPLE)
    reply = await carla.says("called Ana Souza: asked for a discount >negotiation")
    assert "D-1 Acme: Negotiation, USD 12,000" in reply.text
    assert [await world.count(model) for model in (Contact, Company, Deal)] == [1, 1, 1]
    assert await world.count(StageChange) == 2


async def test_an_amount_in_prose_never_replaces_a_value(carla: Person, world: World) -> None:
    await carla.says(EXAMPLE)
    reply = await carla.says("called Ana Souza: they spoke of $14,500 maybe")
    [deal] = await world.rows(Deal)
    assert deal.value_minor == 1_200_000
    assert "D-1 stays at USD 12,000" in reply.text
    assert (await world.rows(Interaction))[-1].text == "they spoke of $14,500 maybe"
    await carla.presses("USD 14,500")
    [deal] = await world.rows(Deal)
    assert deal.value_minor == 1_450_000


async def test_a_line_without_money_or_stage_never_creates_a_deal(carla: Person, world: World) -> None:
    await carla.says("met Ana Souza, Acme: liked it")
    assert await world.count(Deal) == 0


async def test_two_contacts_of_one_name_are_asked_about_and_a_number_answers(carla: Person, world: World) -> None:
    await carla.says("met Ana Souza, Acme: one")
    await carla.says("new met Ana Souza, Globex: two")
    question = await carla.says("called Ana Souza: three")
    assert question.is_error
    assert question.text.splitlines()[0] == "Which Ana Souza? Your text is kept."
    assert [button.label for button in question.buttons] == ["1", "2", "New"]
    answered = await carla.says("2")
    assert answered.text.startswith("✓ Called Ana Souza, Globex · I-3")
    [draft] = await world.rows(Draft)
    assert not draft.is_open


async def test_a_near_twin_is_never_made_silently(carla: Person, world: World) -> None:
    await carla.says("met Ana Souza, Acme: one")
    question = await carla.says("called Ana Sousa: two")
    assert question.is_error
    assert "1 Ana Souza, Acme" in question.text
    assert await world.count(Contact) == 1
    await carla.presses("New")
    assert await world.count(Contact) == 2


async def test_a_known_person_at_another_company_is_asked_about(carla: Person, world: World) -> None:
    await carla.says("met Ana Souza, Acme: one")
    question = await carla.says("met Ana Souza, Globex: two")
    assert "Did they move to Globex?" in question.text
    await carla.presses("Moved")
    [contact] = await world.rows(Contact)
    companies = await world.rows(Company)
    assert {company.id: company.name for company in companies}[contact.company_id] == "Globex"


async def test_a_preview_writes_nothing_and_its_button_saves(carla: Person, world: World) -> None:
    preview = await carla.says(EXAMPLE + " ?")
    assert preview.text.startswith("Preview, not saved:\n✓ Met Ana Souza")
    assert not preview.is_error
    assert await world.count(Interaction) == 0
    await carla.presses("Save")
    assert await world.count(Interaction) == 1


async def test_a_read_leaves_no_operation(carla: Person, world: World) -> None:
    await carla.says("today")
    await carla.says("find nobody")
    assert await world.count(Operation) == 0


async def test_a_redelivered_message_counts_once(carla: Person, world: World) -> None:
    message = carla.message(text=EXAMPLE)
    assert await carla.sends(message) is not None
    assert await carla.sends(message) is None
    assert await world.count(Interaction) == 1


async def test_an_edited_message_corrects_what_it_wrote(carla: Person, world: World) -> None:
    await carla.sends(carla.message(text="met Ana Souza, Acme: wants 40 seats", message_id="m-9"))
    await carla.edits("met Ana Souza, Acme: wants 60 seats", "m-9")
    [interaction] = await world.rows(Interaction)
    assert interaction.text == "wants 60 seats"


async def test_the_example_line_takes_at_most_25_statements(carla: Person, world: World) -> None:
    statements: list[str] = []
    engine = world.database.engine

    def count(connection: sa.Connection, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    await carla.says(EXAMPLE)
    event.remove(engine, "before_cursor_execute", count)
    shown = next(n for n, each in enumerate(statements) if each.startswith("UPDATE inbox SET is_unanswered"))
    work = [each for each in statements[:shown] if not each.startswith(("BEGIN", "SAVEPOINT", "RELEASE"))]
    assert len(work) <= 25, "\n".join(work)


@pytest.mark.parametrize(
    ("line", "state", "reason"),
    [
        ("won acme $15k", "D-1 Acme: Won, USD 15,000", None),
        ("lost acme: price", "D-1 Acme: Lost, USD 12,000", "price"),
        ("Acme >won", "D-1 Acme: Won, USD 12,000", None),
    ],
)
async def test_a_deal_is_won_or_lost(carla: Person, world: World, line: str, state: str, reason: str | None) -> None:
    await carla.says(EXAMPLE)
    assert state in (await carla.says(line)).text
    [deal] = await world.rows(Deal)
    assert not deal.is_open
    assert deal.lost_reason == reason


async def test_won_about_nobody_we_know_is_no_command(carla: Person, world: World) -> None:
    await carla.says(EXAMPLE)
    await carla.says("won the lottery today")
    [deal] = await world.rows(Deal)
    assert deal.is_open


async def test_a_line_or_a_mistyped_command_is_no_answer_to_a_question(carla: Person, world: World) -> None:
    await carla.says(EXAMPLE)
    await carla.says("met Ana: hello")
    assert "find acme" in (await carla.says("fnd acme")).text
    await carla.says("won acme $15k")
    assert await world.count(Contact) == 1


async def test_who_was_meant_by_a_name_is_remembered(carla: Person, world: World) -> None:
    await carla.says("met Ana Souza, Acme: one")
    question = await carla.says("called Ana Sousa: two")
    assert question.is_error
    await carla.says("1")
    remembered = await carla.says("called Ana Sousa: three")
    assert remembered.text.startswith("✓ Called Ana Souza, Acme")
    bob = await world.hires("Bob")
    assert (await bob.says("called Ana Sousa: four")).is_error


async def test_lost_without_an_open_deal_says_so(carla: Person, world: World) -> None:
    await carla.says("met Ana Souza, Acme: hello")
    assert (await carla.says("lost acme: price")).text == "Acme has no open deal."
    assert await world.count(Deal) == 0


async def test_the_card_tells_a_past_day_and_a_series(carla: Person) -> None:
    reply = await carla.says("yesterday called Ana Souza: ok !every mon 9h review")
    assert reply.text.splitlines()[0] == "✓ Called Ana Souza (new) · Mon 23 Nov · I-1"
    assert "F-1 Mon 30 Nov 2026 09:00 São Paulo ↻: review" in reply.text


async def test_a_reminder_needs_nobody(carla: Person, world: World) -> None:
    await carla.says("met Ana Souza: hello")
    assert (
        "F-1 Wed 25 Nov 2026 10:00 São Paulo: pay the fair"
        in (await carla.says("remind me tomorrow 10h to pay the fair")).text
    )
    reply = await carla.says("remind me tomorrow 10h to call Ana Souza")
    assert reply.text.splitlines()[0] == "✓ Planned with Ana Souza"
    first, second = await world.rows(Reminder)
    assert (first.contact_id, second.contact_id) == (None, 1)
    assert await world.count(Interaction) == 1
