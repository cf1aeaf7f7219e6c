"""Records tidied up: merged, edited, given to somebody else; each with its undo."""

import json
from io import StringIO
from typing import Any

from storage import export
from storage.models import Contact, Deal, Interaction, Letter, Reminder
from tests.world import Person, World

KINDS = ("contacts", "companies", "deals", "stage_changes", "interactions", "reminders")


async def _exported(world: World) -> dict[str, Any]:
    out = StringIO()
    await world.database.read(lambda session: export.write(session, out, world.clock()))
    document = json.loads(out.getvalue())
    return {kind: document[kind] for kind in KINDS}


async def _two_anas(carla: Person) -> None:
    for line in (
        "met Ana Souza, Acme: wants 40 seats #hot $12k >proposal !fri 10h send quote",
        "called +55 11 98888-7777: she liked it #hot #phone !mon call again",
        "met Ana Souza and Bob Stone: both came",
    ):
        assert not (await carla.says(line)).is_error


async def test_merge_moves_everything_and_the_old_ref_leads_to_the_new(carla: Person, world: World) -> None:
    await _two_anas(carla)
    question = await carla.says("merge P-2 into P-1")
    assert question.is_error
    assert "Merge P-2" in question.text
    await carla.says("yes")
    assert {row.contact_id for row in await world.rows(Interaction)} == {1}
    assert {row.contact_id for row in await world.rows(Reminder)} == {1}
    card = await carla.says("P-2")
    assert card.text.startswith("Ana Souza, Acme · P-1")
    assert "+55 11 98888-7777" in card.text
    assert "#hot #phone" in card.text


async def test_undo_of_a_merge_restores_every_row(carla: Person, world: World) -> None:
    await _two_anas(carla)
    before = await _exported(world)
    await carla.says("merge P-2 into P-1")
    await carla.presses("Merge")
    assert await _exported(world) != before
    await carla.says("undo")
    assert await _exported(world) == before
    assert (await carla.says("P-2")).text.startswith("+55 11 98888-7777 · P-2")


async def test_companies_merge_with_their_people(carla: Person, world: World) -> None:
    await carla.says("met Ana Souza, Acme: a $1k")
    await carla.says("met Bob Stone, Akme Brasil: b $2k")
    await carla.says("merge C-2 into C-1")
    await carla.says("yes")
    assert {row.company_id for row in await world.rows(Contact)} == {1}
    assert {row.company_id for row in await world.rows(Deal)} == {1}


async def test_a_merge_that_makes_no_sense_says_so(carla: Person) -> None:
    await _two_anas(carla)
    for line in ("merge P-1 into C-1", "merge P-1 into P-1"):
        assert "as in: merge P-88 into P-12" in (await carla.says(line)).text


async def test_edit_changes_what_was_said(carla: Person, world: World) -> None:
    await carla.says("met Ana Souza: wants 40 seats")
    reply = await carla.says("edit I-1: wants 60 seats")
    assert "wants 60 seats" in reply.text
    await carla.says("undo")
    [row] = await world.rows(Interaction)
    assert row.text == "wants 40 seats"


async def test_give_in_either_order_and_as_a_reply(carla: Person, world: World) -> None:
    bob = await world.hires("Bob")
    card = await carla.says("met Ana Souza, Acme: hi $12k !tomorrow 10h send quote")
    assert (await carla.says("give D-1 @bob")).text == "✓ D-1 is Bob's now."
    assert (await carla.says("give @bob F-1")).text == "✓ F-1 is Bob's now."
    [deal] = await world.rows(Deal)
    [reminder] = await world.rows(Reminder)
    assert (deal.owner_id, reminder.assignee_id) == (bob.member_id, bob.member_id)
    [letter] = await world.rows(Letter)
    assert letter.member_id == bob.member_id
    opened = await carla.says("P-1")
    assert (await carla.replies("@bob", to=opened)).text == "✓ P-1 is Bob's now."
    assert card.refs
