"""Follow-ups as people handle them: done, moved, dropped, and answered by replying to the card."""

from storage.models import Company, Contact, Interaction, Letter, Reminder
from tests.world import Person, World

LINE = "met Ana Souza, Acme: wants 40 seats $12k >proposal !15h send quote"


async def test_done_asks_for_the_next_step_of_a_deal_that_has_none(carla: Person, world: World) -> None:
    await carla.says(LINE)
    reply = await carla.says("done F-1")
    assert reply.text.splitlines() == [
        "✓ Done Tue 24 Nov 14:00: send quote, Ana Souza",
        "D-1 Acme has no next step. When?",
    ]
    booked = await carla.presses(reply.buttons[0].label)
    assert "F-2" in booked.text
    reminders = await world.rows(Reminder)
    assert [row.state for row in reminders] == ["done", "scheduled"]
    assert reminders[1].deal_id == 1


async def test_done_with_an_outcome_logs_it_and_books_the_next(carla: Person, world: World) -> None:
    await carla.says(LINE)
    reply = await carla.says("done F-1 left voicemail !mon")
    assert "Tried to call Ana Souza, Acme · I-2" in reply.text
    assert "F-2 Mon 30 Nov 2026 09:00 São Paulo" in reply.text
    assert await world.count(Interaction) == 2


async def test_done_twice_says_so(carla: Person) -> None:
    await carla.says(LINE)
    await carla.says("done F-1")
    reply = await carla.says("done F-1")
    assert reply.is_error
    assert "F-1 is done already" in reply.text


async def test_done_that_is_no_command_is_a_line(carla: Person, world: World) -> None:
    await carla.says(LINE)
    await carla.says("done deal with Acme")
    [reminder] = await world.rows(Reminder)
    assert reminder.state == "scheduled"


async def test_snooze_moves_it_and_undo_moves_it_back(carla: Person, world: World) -> None:
    await carla.says(LINE)
    reply = await carla.says("snooze F-1 tue 9h")
    assert "F-1 Tue 1 Dec 2026 09:00 São Paulo: send quote" in reply.text
    [moved] = await world.rows(Reminder)
    assert moved.version == 2
    await carla.says("undo")
    [back] = await world.rows(Reminder)
    assert back.due_local.isoformat() == "2026-11-24T15:00:00"


async def test_drop_closes_it(carla: Person, world: World) -> None:
    await carla.says(LINE)
    assert (await carla.says("drop F-1")).text == "✓ Dropped: send quote, Ana Souza"
    [row] = await world.rows(Reminder)
    assert (row.state, row.is_open, row.is_waiting) == ("cancelled", False, False)


async def test_a_reply_to_a_card_is_about_what_it_shows(carla: Person, world: World) -> None:
    card = await carla.says("met Ana Souza, Acme: wants 40 seats $12k >proposal")
    assert "D-1 Acme: Negotiation, USD 12,000" in (await carla.replies(">negotiation", to=card)).text
    assert "F-1 Tue 1 Dec 2026 09:00 São Paulo" in (await carla.replies("tue 9h", to=card)).text
    assert "“asked for a discount”" in (await carla.replies("asked for a discount", to=card)).text
    assert await world.count(Interaction) == 2


async def test_a_date_in_reply_to_a_follow_up_moves_it(carla: Person, world: World) -> None:
    await carla.says(LINE)
    opened = await carla.says("F-1")
    assert "F-1 Wed 25 Nov 2026 09:00" in (await carla.replies("tomorrow", to=opened)).text
    opened = await carla.says("F-1")
    assert (await carla.replies("done", to=opened)).text.startswith("✓ Done")
    assert await world.count(Reminder) == 1


async def test_thanks_are_not_stored(carla: Person, world: World) -> None:
    assert await carla.sends(carla.message(text="ok")) is None
    assert await world.count(Interaction) == 0


async def test_a_follow_up_can_be_given_to_a_teammate(carla: Person, world: World) -> None:
    bob = await world.hires("Bob")
    await carla.says("met Ana Souza: ok !tomorrow 10h @bob send quote")
    [row] = await world.rows(Reminder)
    assert row.assignee_id == bob.member_id
    assert "send quote" in (await bob.says("next")).text
    [letter] = await world.rows(Letter)
    assert letter.member_id == bob.member_id
    assert letter.body["text"].startswith("Carla gave you a follow-up:")


async def test_undo_of_something_that_newer_lines_stand_on_asks_first(carla: Person, world: World) -> None:
    await carla.says(LINE)
    await carla.says("called Ana Souza: more")
    reply = await carla.says("undo I-1")
    assert reply.is_error
    assert "called Ana Souza: more" in reply.text
    await carla.presses("Undo all")
    assert await world.count(Interaction) == 0
    assert await world.count(Reminder) == 0


async def test_a_series_goes_on_when_one_of_it_is_done_before_its_time(carla: Person, world: World) -> None:
    await carla.says("met Ana Souza: ok !every mon 9h review")
    reply = await carla.says("done F-1")
    assert not reply.is_error
    first, second = await world.rows(Reminder)
    assert first.state == "done"
    assert second.due_local.isoformat() == "2026-12-07T09:00:00"
    assert second.series_id == first.id


async def test_undo_takes_a_whole_series(carla: Person, world: World) -> None:
    await carla.says("met Ana Souza: ok !every mon 9h review")
    await carla.says("done F-1")
    await carla.says("undo")
    await carla.says("undo")
    assert await world.count(Reminder) == 0


async def test_call_ana_alone_shows_whom_to_dial(carla: Person, world: World) -> None:
    await carla.says("met Ana Souza +55 11 98888-7777: hello")
    await carla.says("call ana souza")
    assert "+55 11 98888-7777" in (await carla.says("call ana souza")).text
    assert await world.count(Interaction) == 1


async def test_undo_of_a_move_needs_no_leave_of_older_lines(carla: Person, world: World) -> None:
    await carla.says("met Ana Souza, Acme: one")
    await carla.says("met Ana Souza, Globex: two")
    await carla.presses("Moved")
    assert not (await carla.says("undo")).is_error
    [contact] = await world.rows(Contact)
    [company] = await world.rows(Company)
    assert (contact.company_id, company.name) == (company.id, "Acme")
