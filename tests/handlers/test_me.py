"""What a member sets for themselves."""

import pytest

from storage.models import Member
from tests.world import Person, World


async def test_language_and_zone_change_at_once_and_can_be_undone(carla: Person, world: World) -> None:
    assert "Lisbon (17:00)" in (await carla.says("me tz lisbon")).text
    shown = await carla.says("me lang pt")
    assert "Lisboa" in shown.text
    assert "17:00" in shown.text
    await carla.says("undo")
    member = (await world.rows(Member))[1]
    assert (member.language, member.zone) == ("en", "Europe/Lisbon")


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        ("me quiet 19-8", "quiet_start", "19:00"),
        ("me quiet 20:30-7", "quiet_end", "07:00"),
        ("me digest 8:15", "digest_time", "08:15"),
        ("me on chat", "preferred_platform", "chat"),
        ("config tz são paulo", "zone", "America/Sao_Paulo"),
    ],
)
async def test_a_preference_is_kept(carla: Person, world: World, line: str, column: str, value: str) -> None:
    assert not (await carla.says(line)).is_error
    assert getattr((await world.rows(Member))[1], column) == value


@pytest.mark.parametrize(
    "line", ["me lang klingon", "me tz Atlantis", "me quiet 25-99", "me digest never", "me on fax"]
)
async def test_a_wrong_value_names_the_right_ones(carla: Person, line: str) -> None:
    reply = await carla.says(line)
    assert reply.is_error
    assert "Type one of" in reply.text


async def test_me_that_is_no_setting_is_a_line(carla: Person) -> None:
    assert (await carla.says("me ligou o João Lima: quer fechar")).text.startswith("✓ Called João Lima")
