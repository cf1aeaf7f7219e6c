"""Reading what was written: find, cards, timeline, lists, the funnel, help."""

from handlers import command
from tests.world import Person, World


async def _book(carla: Person, *lines: str) -> None:
    for line in lines:
        assert not (await carla.says(line)).is_error, line


async def test_find_shows_one_hit_as_its_card(carla: Person) -> None:
    await _book(carla, "met Ana Souza: wants 40 seats #hot !fri 10h send quote")
    card = await carla.says("find souza")
    assert card.text.splitlines() == [
        "Ana Souza · P-1",
        "#hot",
        "Last: met Tue 24 Nov “wants 40 seats”",
        "Next: F-1 Fri 27 Nov 10:00: send quote",
    ]


async def test_find_lists_several_and_a_number_opens_one(carla: Person) -> None:
    await _book(carla, "met Ana Souza, Acme: wants 40 seats $12k >proposal")
    found = await carla.says("find acme")
    assert found.text.splitlines()[0] == "3 for “acme”"
    assert set(found.rows) == {"P-1", "C-1", "D-1"}
    opened = await carla.says(str(found.rows.index("D-1") + 1))
    assert opened.text.startswith("D-1 Acme: Proposal, USD 12,000")


async def test_find_forgives_accents_case_and_one_typo(carla: Person) -> None:
    await _book(carla, "met João Gonçalves, Padaria Sol: ok")
    for query in ("joao", "JOÃO GONCALVES", "gonsalves", "padaria"):
        assert "João Gonçalves" in (await carla.says(f"find {query}")).text, query


async def test_find_nothing_says_so(carla: Person) -> None:
    assert (await carla.says("find zzzzz")).text.startswith("Nothing like “zzzzz”.")


async def test_a_name_alone_shows_its_card(carla: Person) -> None:
    await _book(carla, "met Ana Souza, Acme: wants 40 seats")
    assert (await carla.says("Ana Souza")).text.startswith("Ana Souza, Acme · P-1")


async def test_timeline_pages_from_the_newest(carla: Person, world: World) -> None:
    for n in range(7):
        await _book(carla, f"called Ana Souza: call {n}")
        world.clock.advance(hours=1)
    first = await carla.says("timeline ana souza")
    assert "call 6" in first.text
    assert "call 1" not in first.text
    older = await carla.presses("Older")
    assert "call 1" in older.text
    assert "call 6" not in older.text


async def test_today_late_and_next(carla: Person, world: World) -> None:
    await _book(
        carla,
        "met Ana Souza: a !15h send quote",
        "met Bob Stone: b !tomorrow 9h call back",
        "met Carl Berg: c !in 1h sign",
    )
    today = await carla.says("today")
    assert today.text.splitlines() == [
        "Tue 24 Nov: 2 today, 0 late",
        "1 15:00 send quote, Ana Souza",
        "2 15:00 sign, Carl Berg",
    ]
    assert "Wed 25 Nov 09:00 call back, Bob Stone" in (await carla.says("next 7d")).text
    assert (await carla.says("late")).text == "Nothing is late."
    world.clock.advance(days=1)
    assert "late, Tue 24 Nov: send quote, Ana Souza" in (await carla.says("late")).text


async def test_row_numbers_act_on_the_last_list(carla: Person) -> None:
    await _book(carla, "met Ana Souza: a !15h send quote", "met Bob Stone: b !16h call back")
    await carla.says("today")
    assert "call back" in (await carla.says("done 2")).text
    await carla.says("today")
    assert "Wed 25 Nov 2026 09:00" in (await carla.says("1 tomorrow")).text


async def test_pipe_groups_by_stage_and_never_sums_two_currencies(carla: Person) -> None:
    await _book(
        carla,
        "met Ana, Acme: $12k >proposal",
        "met Bob, Globex: €9k >proposal",
        "met Carl, Initech: $1,000 >lead",
        "met Dora, Umbrella: $5k >won",
    )
    assert (await carla.says("pipe")).text.splitlines() == [
        "3 open deals",
        "Lead 1 · USD 1,000",
        "Proposal 2 · EUR 9,000 + USD 12,000",
    ]
    assert "D-1 Acme: Proposal" in (await carla.says("pipe >prop")).text


async def test_help_comes_from_every_commands_own_signature(carla: Person) -> None:
    shown = await carla.says("help")
    assert "find" in shown.text
    about = await carla.says("help snooze")
    assert about.text.splitlines()[0] == "snooze <follow-up> <when>"
    for each in command.registry().values():
        assert each.help, each.name
        assert set(each.words) == {"en", "pt", "es"}, each.name
