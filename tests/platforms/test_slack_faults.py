"""What goes wrong at Slack, each as the class that says what may be done next; nothing is ever tried twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.platforms.slack import Slack
from handlers.errors import DeliveryError, SettingsError
from handlers.message import Address, Reply, Sent
from tests.fakes import slack as fakes
from tests.fakes.slack import FakeSlack
from tests.platforms.slack_desk import Desk, card, channel, running

ADDRESS = Address(platform="slack", account=fakes.TEAM, chat="D1")
PERSON = Address(platform="slack", account=fakes.TEAM, chat="U1")

SAFE, UNCERTAIN, PERMANENT, MALFORMED, THROTTLED = "safe", "uncertain", "permanent", "malformed", "throttled"
FAULTS = [
    ("throttled", THROTTLED),
    ("throttled_silently", THROTTLED),
    ("ratelimited", THROTTLED),
    ("server_error", UNCERTAIN),
    ("server_error_after_accept", UNCERTAIN),
    ("bad_gateway", UNCERTAIN),
    ("hang_before_accept", UNCERTAIN),
    ("hang_after_accept", UNCERTAIN),
    ("reset_before_accept", UNCERTAIN),
    ("reset_after_accept", UNCERTAIN),
    ("malformed", UNCERTAIN),
    ("wrong_shape", UNCERTAIN),
    ("internal_error", UNCERTAIN),
    ("internal_error_after_accept", UNCERTAIN),
    ("fatal_error", UNCERTAIN),
    ("slow", UNCERTAIN),
    ("bad_request", MALFORMED),
    ("invalid_blocks", MALFORMED),
    ("invalid_arguments", MALFORMED),
    ("msg_too_long", MALFORMED),
    ("unauthorized", PERMANENT),
    ("portal", PERMANENT),
    ("not_found", PERMANENT),
    *((code, PERMANENT) for code in ("invalid_auth", "token_revoked", "account_inactive", "missing_scope")),
    *((code, PERMANENT) for code in ("channel_not_found", "is_archived", "not_in_channel")),
    *((code, PERMANENT) for code in ("user_disabled", "cannot_dm_bot")),
    ("something_new", SAFE),
]


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack(has_echo=False) as fake:
        fake.joins("U1", "Carla")
        yield fake


@pytest.fixture
async def bot(slack: FakeSlack) -> AsyncIterator[Slack]:
    ours = channel(slack, timeout=0.3)
    yield ours
    await ours.close()


def kind(error: DeliveryError) -> str:
    if error.retry_after is not None:
        return THROTTLED
    flags = {UNCERTAIN: error.uncertain, PERMANENT: error.permanent, MALFORMED: error.malformed}
    return next((name for name, is_set in flags.items() if is_set), SAFE)


@pytest.mark.parametrize(("how", "expected"), FAULTS)
@pytest.mark.parametrize("method", ["chat.postMessage", "conversations.open", "chat.update", "conversations.history"])
async def test_every_fault_has_its_class(slack: FakeSlack, bot: Slack, method: str, how: str, expected: str) -> None:
    calls: dict[str, Callable[[], Awaitable[Any]]] = {
        "chat.postMessage": lambda: bot.send(ADDRESS, Reply(text="Call Ana")),
        "conversations.open": lambda: bot.send(PERSON, Reply(text="Call Ana")),
        "chat.update": lambda: bot.edit(Sent(address=ADDRESS, message_id="1.2"), Reply(text="Call Ana")),
        "conversations.history": lambda: bot.find(ADDRESS, 7, datetime.now(UTC)),
    }
    slack.fail_next(method, how)
    with pytest.raises(DeliveryError) as caught:
        await calls[method]()
    # What shows nothing to anyone may always be asked again.
    is_shown = method.startswith("chat.")
    assert kind(caught.value) == (SAFE if expected == UNCERTAIN and not is_shown else expected)
    assert slack.count(method) == 1
    assert fakes.BOT_TOKEN not in str(caught.value)


async def test_a_throttled_call_says_for_how_long(slack: FakeSlack, bot: Slack) -> None:
    slack.fail_next("chat.postMessage", "throttled")
    with pytest.raises(DeliveryError) as caught:
        await bot.send(ADDRESS, Reply(text="Call Ana"))
    assert caught.value.retry_after == timedelta(seconds=3)


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/api/", "http://slack.invalid/api/"])
async def test_what_never_reached_slack_is_safe_to_send_again(url: str) -> None:
    ours = Slack(fakes.BOT_TOKEN, api_url=url)
    with pytest.raises(DeliveryError) as caught:
        await ours.send(ADDRESS, Reply(text="Call Ana"))
    assert kind(caught.value) == SAFE
    await ours.close()


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("server_error", UNCERTAIN),
        ("reset_after_accept", UNCERTAIN),
        ("throttled_silently", THROTTLED),
        ("not_found", PERMANENT),
        ("bad_request", MALFORMED),
    ],
)
async def test_a_response_url_fails_in_the_same_classes(slack: FakeSlack, how: str, expected: str) -> None:
    desk = Desk(lambda message: card("Undone") if message.pressed else card("✓ Met Ana", "Undo"))
    slack.fail_next("response_url", how)
    async with running(slack, desk):
        await slack.types_command("U1", "met Ana")
        await slack.received("U1", "Met Ana")
        await slack.presses("U1", "Undo")
        await slack.until(lambda: desk.faults or None, "the fault")
    assert kind(desk.faults[0]) == expected
    assert slack.count("response_url") == 1
    assert "/hook/" not in str(desk.faults[0])


@pytest.mark.parametrize("code", ["invalid_auth", "account_inactive", "token_revoked", "not_authed"])
@pytest.mark.parametrize(
    ("method", "setting"),
    [("auth.test", "RECADO_SLACK_BOT_TOKEN"), ("apps.connections.open", "RECADO_SLACK_APP_TOKEN")],
)
async def test_a_wrong_token_ends_the_run_and_names_its_setting(
    slack: FakeSlack, bot: Slack, code: str, method: str, setting: str
) -> None:
    desk = Desk()
    slack.fail_next(method, code)
    with pytest.raises(SettingsError) as caught:
        await bot.run(desk.receive, desk.answer)
    assert caught.value.setting == setting
    assert code in str(caught.value)
    assert fakes.APP_TOKEN not in str(caught.value)


async def test_check_raises_what_went_wrong(slack: FakeSlack, bot: Slack) -> None:
    slack.tokens["bot"] = "xoxb-another"
    with pytest.raises(DeliveryError, match="invalid_auth") as caught:
        await bot.check()
    assert caught.value.permanent


async def test_a_sent_message_is_found_again_by_its_letter(slack: FakeSlack, bot: Slack) -> None:
    since = datetime.now(UTC)
    for letter in range(250):
        await bot.send(ADDRESS, Reply(text=f"letter {letter}"), letter=letter)
    slack.fail_next("chat.postMessage", "reset_after_accept")
    with pytest.raises(DeliveryError):
        await bot.send(PERSON, Reply(text="Call Ana"), letter=1000)
    found = await bot.find(PERSON, 1000, since)
    assert found == Sent(address=ADDRESS, message_id=slack.shown[-1].ts)
    assert (await bot.find(PERSON, 3, since)) is not None
    assert (await bot.find(PERSON, 3, since + timedelta(hours=1))) is None
    assert (await bot.find(PERSON, 2000, since)) is None


async def test_a_letter_in_a_thread_is_found_there(slack: FakeSlack, bot: Slack) -> None:
    root = await bot.send(ADDRESS, Reply(text="D-57"))
    assert root is not None
    thread = Address(platform="slack", account=fakes.TEAM, chat="D1", thread=root.message_id)
    sent = await bot.send(thread, Reply(text="won"), letter=8)
    assert await bot.find(thread, 8, datetime.now(UTC)) == sent


async def test_a_person_is_written_to_by_their_id(slack: FakeSlack, bot: Slack) -> None:
    first = await bot.send(PERSON, card("⏰ Call Ana", "Done", key="l1"), letter=1)
    second = await bot.send(PERSON, Reply(text="again"), letter=2, repeat=True)
    assert first is not None
    assert second is not None
    assert first.address.chat == second.address.chat == "D1"
    assert slack.count("conversations.open") == 1
    assert slack.shown[1].text == "again\n(possible repeat)"
    assert slack.shown[0].metadata == {"event_type": "recado_letter", "event_payload": {"letter": 1}}
    await bot.edit(first, Reply(text="✓ Done"))
    assert slack.shown[0].text == "✓ Done"
    assert slack.complaints == []
