"""A Reply as blocks: whole, within Slack's limits, and dead, whatever people have put into it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, strategies as st

from bot.platforms.slack import rendering
from handlers.message import Button, Reply
from tests.fakes import slack_rules
from tests.fakes.slack import FakeSlack
from tests.platforms.slack_desk import Desk, always, card, running

HOSTILE = [
    "<!channel>",
    "<!here|here> <!everyone>",
    "<!subteam^S123|@sales>",
    "<@U1> <@U1|Carla>",
    "<#C0SALES>",
    "<https://evil.example|your bank>",
    "@everyone @channel @here @U1",
    "*bold* _italic_ ~gone~ `code` ```fence```",
    "> quote\n>>> more\n• list",
    ":tada: :rotating_light:",
    "&lt;!channel&gt; &amp;lt;",
    "<b>Ana</b> & <script>",
    "O\u202ereversed\u202c and \u2066isolated\u2069",
    "bell \x07 nul \x00 tab \t",
    "https://evil.example/?a=1&b=2",
    "\ud800 alone",
    "👩‍👩‍👧‍👦 ção ñ 漢字",
]


def whole(text: str, *labels: str, **more: Any) -> dict[str, Any]:
    message = rendering.message(card(text, *labels, **more))
    slack_rules.check_message(message, limit=slack_rules.UPDATE_LIMIT)
    assert slack_rules.live_mentions(message) == []
    return message


def shown(message: dict[str, Any]) -> str:
    return slack_rules.shown_text(message["blocks"], message["text"])


@pytest.mark.parametrize("name", HOSTILE)
async def test_nothing_of_a_name_comes_alive_on_any_surface(name: str) -> None:
    desk = Desk(
        lambda message: card(f"Undone {name}" if message.pressed else f"✓ Met {name}\n“{name}”", name, replaces=True)
    )
    async with FakeSlack() as slack:
        slack.joins("U1", "Carla")
        async with running(slack, desk):
            await slack.says("U1", f"met {name}".encode(errors="replace").decode())
            await slack.received("U1", "Met")
            await slack.mentions_bot("U1", "met Ana")
            await slack.types_command("U1", "met Ana", channel="C0SALES")
            await slack.until(lambda: len(slack.shown) == 3 or None, "three answers")
            for message in list(slack.shown):
                await slack.presses("U1", message.buttons[0], message=message)
            await slack.until(lambda: sum("Undone" in m.text for m in slack.shown) == 3 or None, "three presses")
        assert slack.mentions == []
        assert slack.complaints == []


def test_the_first_line_is_bold_and_the_text_is_complete() -> None:
    message = whole("✓ Met Ana · I-412\n“wants 40 seats” #hot\n\nF-31 Fri 27 Nov")
    assert slack_rules.bold(message["blocks"]) == ["✓ Met Ana · I-412"]
    assert shown(message) == "✓ Met Ana · I-412\n“wants 40 seats” #hot\n\nF-31 Fri 27 Nov"
    assert len(message["blocks"]) == 1


def test_the_fallback_is_escaped_and_no_markup() -> None:
    message = whole("a < b & *c*")
    assert message["text"] == "a &lt; b &amp; *c*"
    assert (message["mrkdwn"], message["parse"], message["link_names"]) == (False, "none", False)


@pytest.mark.parametrize("text", ["", "\n\n", "\x00", "\u202e"])
def test_nothing_to_say_is_still_a_message(text: str) -> None:
    assert shown(whole(text)) == "…"


def test_a_long_text_is_split_at_line_ends() -> None:
    lines = [f"{n} {'x' * 90}" for n in range(100)]
    message = whole("\n".join(lines))
    assert len(message["blocks"]) == 4
    assert shown(message) == "\n".join(lines)


@pytest.mark.parametrize("text", ["x" * 50_000, "x\n" * 30_000, "head\n" + "y" * 60_000, "&" * 20_000])
def test_what_is_too_long_is_cut_and_says_so(text: str) -> None:
    message = whole(text)
    assert shown(message).endswith("\n…")
    assert len(shown(message)) > 5_000


def test_an_entity_of_the_fallback_is_never_cut_in_two() -> None:
    for start in range(6):
        assert not rendering.message(Reply(text="x" * start + "<" * 5000))["text"].endswith(("&", "&l", "&lt"))


@pytest.mark.parametrize("count", range(1, 25))
def test_any_number_of_buttons_fits(count: int) -> None:
    labels = [f"[{n}]" for n in range(count)]
    blocks = whole("Which?", *labels)["blocks"]
    assert [label for label, _, _ in slack_rules.pressable(blocks)] == labels
    values = [(option or element)["value"] for _, element, option in slack_rules.pressable(blocks)]
    assert values == [f"a1.{n}" for n in range(count)]
    assert sum(element["type"] == "button" for element in blocks[-1]["elements"]) <= 4


def test_a_button_that_nobody_can_press_is_not_shown() -> None:
    assert len(whole("Which?", "One", key="")["blocks"]) == 1


@pytest.mark.parametrize("label", ["", "\n", "x" * 500, "two\nlines", "<!channel>"])
def test_any_label_is_one_short_line(label: str) -> None:
    (text,) = [text for text, _, _ in slack_rules.pressable(whole("Which?", label)["blocks"])]
    assert 1 <= len(text) <= 75
    assert "\n" not in text


@given(st.text(), st.lists(st.text(max_size=90), max_size=12))
def test_whatever_is_said_slack_takes_it(text: str, labels: list[str]) -> None:
    buttons = tuple(Button(label=label, command="undo") for label in labels)
    message = rendering.message(Reply(text=text, buttons=buttons, key="a1"))
    slack_rules.check_message(message, limit=slack_rules.UPDATE_LIMIT)
    assert slack_rules.live_mentions(message) == []
    json.dumps(message).encode()


async def test_a_long_answer_arrives(capsys: pytest.CaptureFixture[str]) -> None:
    async with FakeSlack() as slack:
        async with running(slack, Desk(always(card("Timeline\n" + "met Ana, wants 40 seats\n" * 2000)))):
            await slack.types_command("U1", "timeline ana")
            await slack.received("U1", "…")
        assert slack.complaints == []
