"""Bad input gets one clear message that names what is wrong and how to mend it; what was typed is kept."""

import pytest

from handlers.message import Attachment
from storage import inbox
from storage.database import Session
from storage.models import Company, Contact, Deal, Draft, Interaction, Member, Reminder
from tests.databases import NOW
from tests.world import Person, World


async def test_a_line_over_8000_characters_is_kept_and_refused(carla: Person, world: World) -> None:
    line = "met Ana: " + "x" * 8000
    reply = await carla.says(line)
    assert reply.is_error
    assert "8009" in reply.text
    assert "8000" in reply.text
    [draft] = await world.rows(Draft)
    assert draft.text == line


async def test_nul_control_and_bidi_characters_are_dropped(carla: Person, world: World) -> None:
    await carla.says("met Ana\x00 So\u202euza\x07: he\u200bllo")
    [contact] = await world.rows(Contact)
    [interaction] = await world.rows(Interaction)
    assert contact.name == "Ana Souza"
    assert interaction.text == "hello"


async def test_half_a_surrogate_pair_is_no_reason_to_fail(carla: Person, world: World) -> None:
    await carla.says("met Ana: sm\ud83dile")
    assert await world.count(Interaction) == 1


async def test_a_name_of_500_letters(carla: Person, world: World) -> None:
    reply = await carla.says(f"met {'A' * 500}: hello")
    assert reply.is_error
    assert "500" in reply.text
    assert await world.count(Contact) == 0
    assert await world.count(Draft) == 1


@pytest.mark.parametrize("text", ["", "   ", "\u200b", "\x00"])
async def test_an_empty_message(carla: Person, world: World, text: str) -> None:
    reply = await carla.says(text)
    assert reply.is_error
    assert "Try:" in reply.text
    assert await world.count(Draft) == 0


@pytest.mark.parametrize("name", ["<!channel>", "<b>Ana</b>", "@everyone", "*Ana* _x_", "[a](http://x)", "/start"])
async def test_markup_in_a_name_is_only_text(carla: Person, world: World, name: str) -> None:
    await carla.says("met Ana Souza: hello")
    await carla.says(f"rename P-1 {name}")
    [contact] = await world.rows(Contact)
    assert contact.name == name
    assert name in (await carla.says("P-1")).text


async def test_an_unknown_command_offers_the_nearest_and_is_never_a_note(carla: Person, world: World) -> None:
    await carla.says("met Ana Souza, Acme: hello")
    reply = await carla.says("fnd acme")
    assert reply.is_error
    assert "find acme" in reply.text
    assert await world.count(Interaction) == 1
    found = await carla.presses("find acme")
    assert "Acme" in found.text


async def test_an_unknown_stage_names_the_stages(carla: Person, world: World) -> None:
    await carla.says("met Ana Souza, Acme: $12k >proposal")
    reply = await carla.says("pipe >blurb")
    assert reply.is_error
    assert "Lead, Qualified, Proposal, Negotiation, Won, Lost" in reply.text


async def test_an_impossible_date_is_asked_and_a_typed_date_answers(carla: Person, world: World) -> None:
    reply = await carla.says("met Ann Lee, Foo: hello !31 feb send quote")
    assert reply.is_error
    assert "“31 feb” is no date (February ends on 28)" in reply.text
    assert await world.count(Interaction) == 0
    answered = await carla.says("2 dec")
    assert "F-1 Wed 2 Dec 2026 09:00 São Paulo: send quote" in answered.text
    assert [await world.count(model) for model in (Contact, Company, Reminder)] == [1, 1, 1]


async def test_a_question_never_holds_the_chat(carla: Person, world: World) -> None:
    await carla.says("met Ann Lee, Foo: hello !31 feb send quote")
    assert not (await carla.says("today")).is_error
    assert not (await carla.says("met Bob Stone: other")).is_error
    listed = await carla.says("inbox")
    assert "1 draft" in listed.text
    assert "31 feb" in listed.text


async def test_cancel_drops_the_open_question(carla: Person, world: World) -> None:
    await carla.says("met Ann Lee, Foo: hello !31 feb send quote")
    assert (await carla.says("cancel")).text == "Dropped. Nothing was saved."
    [draft] = await world.rows(Draft)
    assert not draft.is_open


@pytest.mark.parametrize("ref", ["P-99", "D-99", "F-99", "I-99", "C-99", "P-999999999"])
async def test_a_ref_of_nothing(carla: Person, ref: str) -> None:
    reply = await carla.says(ref)
    assert reply.is_error
    assert ref in reply.text


async def test_text_about_nobody_is_kept_and_asked_about(carla: Person, world: World) -> None:
    reply = await carla.says("something happened somewhere and it was good")
    assert reply.is_error
    assert "about whom?" in reply.text
    assert await world.count(Draft) == 1
    answered = await carla.says("Ana Souza")
    assert answered.text.startswith("✓ Note about Ana Souza (new)")


async def test_an_amount_larger_than_any_deal(carla: Person, world: World) -> None:
    reply = await carla.says("met Ana, Acme: $99999999999999999999 >lead")
    assert reply.is_error
    assert await world.count(Deal) == 0


async def test_a_bug_of_ours_shows_a_code_and_keeps_the_text(carla: Person, world: World) -> None:
    await world.change(carla.member_id, zone="Nowhere/Atlantis")
    reply = await carla.says("met Ana Souza: hello")
    assert reply.is_error
    assert "incident" in reply.text
    assert "Traceback" not in reply.text
    [draft] = await world.rows(Draft)
    assert draft.text == "met Ana Souza: hello"
    await world.change(carla.member_id, zone="America/Sao_Paulo")
    assert "1 draft" in (await carla.says("inbox")).text
    assert await world.count(Member) == 2


async def test_what_kills_its_process_again_and_again_is_held_as_a_draft(carla: Person, world: World) -> None:
    await world.dispatcher.receive([carla.message(text="met Ana Souza: hello")])
    for _ in range(inbox.MOST_ATTEMPTS):
        await world.database.write(_count_an_attempt)
    world.clock.advance(seconds=31)
    await world.dispatcher.recover(["chat"])
    assert await world.count(Interaction) == 0
    [draft] = await world.rows(Draft)
    assert draft.text == "met Ana Souza: hello"


def _count_an_attempt(session: Session) -> None:
    """As if a process had died right after it began."""
    inbox.try_again(session, 1, NOW)


async def test_a_picture_alone_is_answered_honestly(carla: Person, world: World) -> None:
    reply = await carla.sends(carla.message(attachments=(Attachment(kind="photo", data={}),)))
    assert reply is not None
    assert reply.text.startswith("I read words only.")


async def test_a_follow_up_for_nobody_we_know_names_who_there_is(carla: Person, world: World) -> None:
    reply = await carla.says("met Ana Souza: x !fri @bob call")
    assert reply.text == "Not logged yet: there is no @bob here. There are: @Admin, @Carla"
    assert await world.count(Reminder) == 0


async def test_a_further_question_takes_the_place_of_the_first(carla: Person, world: World) -> None:
    await carla.says("met Ann Lee, Foo: hello !31 feb send quote >blurb")
    assert "there is no stage “blurb”" in (await carla.says("2 dec")).text
    assert [draft.is_open for draft in await world.rows(Draft)] == [False, True]
