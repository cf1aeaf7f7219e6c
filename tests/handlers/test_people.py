"""Who may speak: members, and strangers with a code."""

from datetime import timedelta

import pytest

from handlers.message import Reply, Sent
from storage import members
from storage.database import Session
from storage.models import Identity, Inbox, Interaction, Letter
from tests.world import Person, World


async def _invite(world: World, name: str, life: timedelta = members.INVITE_LIFE) -> str:
    def unit(session: Session) -> str:
        member = members.named(session, name)
        assert member is not None
        return members.invite(session, member, world.clock(), life=life)

    return await world.database.write(unit)


async def test_a_stranger_gets_one_refusal_a_day_and_their_text_is_not_kept(world: World) -> None:
    mallory = world.stranger()
    reply = await mallory.says("find acme")
    assert reply.text == "This is a private CRM. Ask its admin for a code, then send: join CODE"
    assert await mallory.sends(mallory.message(text="find acme")) is None
    world.clock.advance(hours=25)
    assert (await mallory.says("hello?")).is_error
    for row in await world.rows(Inbox):
        assert row.body["text"] == ""


async def test_a_stranger_in_a_group_hears_nothing(world: World) -> None:
    mallory = world.stranger()
    assert await mallory.sends(mallory.message(text="hello", is_private=False)) is None


async def test_a_code_makes_a_stranger_a_member(world: World, carla: Person) -> None:
    code = await _invite(world, "Carla")
    phone = world.stranger("carla on telegram", platform="telegram")
    hello = await phone.says(f"join {code.lower()}")
    assert hello.text.startswith("Hi Carla, you're in.")
    await phone.says("met Ana Souza: from the field")
    found = await carla.says("find ana")
    assert "Ana Souza" in found.text
    assert {row.platform for row in await world.rows(Identity)} >= {"chat", "telegram"}
    [interaction] = await world.rows(Interaction)
    assert interaction.member_id == carla.member_id


async def test_a_code_works_once(world: World, carla: Person) -> None:
    code = await _invite(world, "Carla")
    await world.stranger("one").says(f"join {code}")
    second = await world.stranger("two").says(f"join {code}")
    assert "not good" in second.text


async def test_an_old_code_is_refused(world: World, carla: Person) -> None:
    code = await _invite(world, "Carla")
    world.clock.advance(days=8)
    assert "not good" in (await world.stranger("one").says(f"join {code}")).text


async def test_guessing_codes_goes_quiet(world: World) -> None:
    mallory = world.stranger()
    for _ in range(members.TRIES_PER_HOUR):
        await mallory.says("join AAAAA-AAAAA")
    assert await mallory.sends(mallory.message(text="join AAAAA-AAAAA")) is None


async def test_a_viewer_reads_and_does_not_write(world: World) -> None:
    vera = await world.hires("Vera", role="viewer")
    assert (await vera.says("met Ana: hello")).is_error
    assert not (await vera.says("today")).is_error
    assert await world.count(Interaction) == 0


async def test_a_button_is_pressed_by_its_addressee_only(world: World, carla: Person) -> None:
    bob = await world.hires("Bob")
    card = await carla.says("met Ana Souza: hello")
    assert "somebody else" in (await bob.presses("Undo", on=card)).text
    assert await world.count(Interaction) == 1


async def test_an_old_card_says_so(world: World, carla: Person) -> None:
    reply = await carla.sends(carla.message(pressed="a99999.0"))
    assert reply is not None
    assert "This card is old" in reply.text
    reply = await carla.sends(carla.message(pressed="<garbage>"))
    assert reply is not None
    assert "This card is old" in reply.text


async def test_an_answer_that_cannot_be_shown_becomes_a_letter(world: World, carla: Person) -> None:
    carla.cannot_be_reached = True
    assert await carla.sends(carla.message(text="met Ana Souza: hello")) is None
    [letter] = await world.rows(Letter)
    assert letter.kind == "answer"
    assert letter.body["text"].startswith("✓ Met Ana Souza")
    assert not letter.uncertain


async def test_an_answer_nobody_confirmed_is_sent_again_as_a_letter_that_says_so(world: World, carla: Person) -> None:
    message = carla.message(text="met Ana Souza: hello")
    [inbox_id] = await world.dispatcher.receive([message])
    assert inbox_id is not None

    async def deliver(reply: Reply) -> Sent:
        raise ProcessDiedError

    with pytest.raises(ProcessDiedError):
        await world.dispatcher.answer(inbox_id, deliver)
    assert await world.dispatcher.recover(["chat"]) == 0
    world.clock.advance(seconds=31)
    assert await world.dispatcher.recover(["chat"]) == 1
    [letter] = await world.rows(Letter)
    assert letter.uncertain
    assert await world.dispatcher.recover(["chat"]) == 0


async def test_a_message_whose_process_died_is_applied_later_and_answered_by_letter(
    world: World, carla: Person
) -> None:
    await world.dispatcher.receive([carla.message(text="met Ana Souza: hello")])
    world.clock.advance(seconds=31)
    assert await world.dispatcher.recover(["chat"]) == 1
    assert await world.count(Interaction) == 1
    [letter] = await world.rows(Letter)
    assert not letter.uncertain


class ProcessDiedError(Exception):
    """Stands for the end of a process between showing an answer and noting it."""
