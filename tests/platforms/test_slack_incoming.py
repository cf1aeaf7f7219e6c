"""What people typed, without what Slack made of it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.platforms.slack import incoming, markup
from bot.platforms.slack.incoming import Identity
from handlers.message import Sender

ME = Identity(account="T1", user="U0BOT", bot="B0BOT", name="recado", team="Acme")
NAMES = {"U1": "Ana Souza", "U2": "bob"}


def section(*leaves: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(leaves)}


def text(value: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": value, **({"style": style} if style else {})}


def read(*elements: dict[str, Any], fallback: str = "", names: dict[str, str] = NAMES) -> str:
    blocks = [{"type": "rich_text", "elements": list(elements)}]
    return markup.text_of({"text": fallback, "blocks": blocks}, names)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("plain", "plain"),
        ("<https://acme.example|acme.example> wants 40", "acme.example wants 40"),
        ("<https://acme.example/a_b_c>", "https://acme.example/a_b_c"),
        ("*<https://acme.example/_a_|see _this_>*", "see _this_"),
        ("<mailto:ana@acme.example|ana@acme.example>", "ana@acme.example"),
        ("<mailto:ana@acme.example>", "ana@acme.example"),
        ("<tel:+5511988887777|+55 11 98888-7777>", "+55 11 98888-7777"),
        ("met <@U1>", "met @Ana Souza"),
        ("met <@U1|ana>", "met @Ana Souza"),
        ("met <@U9|zoe>", "met @zoe"),
        ("met <@U9>", "met @U9"),
        ("in <#C1|sales> and <#C2>", "in #sales and #C2"),
        ("<!here> <!channel>", "@here @channel"),
        ("<!subteam^S1|@sales> <!subteam^S2>", "@sales @subteam"),
        ("<!date^1392734382^{date}|18 Feb 2014>", "18 Feb 2014"),
        ("a &lt; b &amp;&amp; c &gt; d &amp;lt;", "a < b && c > d &lt;"),
        ("&gt;proposal", ">proposal"),
        (">proposal <b> raw", ">proposal <b> raw"),
        ("*met* _Ana_ ~Bia~ `D-57`", "met Ana Bia D-57"),
        ("_*both*_ *_ways_*", "both ways"),
        ("snake_case_name 2 * 3 * 4 ~5k", "snake_case_name 2 * 3 * 4 ~5k"),
        ("__init__ a*b*c", "__init__ a*b*c"),
        ("```D-57\nwon```", "D-57\nwon"),
        ("• one\n• two", "- one\n- two"),
        (":white_check_mark: :+1: :acme:", "✅ 👍 :acme:"),
        ("at 10:00:30 http", "at 10:00:30 http"),
        ("&lt;!channel&gt;", "<!channel>"),
        ("nul \x00 one \x01 0 \x01", "nul  one  0 "),
    ],
)
def test_mrkdwn_is_undone(typed: str, meant: str) -> None:
    assert markup.undone(typed, NAMES) == meant


def test_rich_text_is_read_as_it_was_typed() -> None:
    assert read(section(text("met "), text("Ana", bold=True), text(" <&> *raw*\nnext"))) == "met Ana <&> *raw*\nnext"


@pytest.mark.parametrize(
    ("leaf", "meant"),
    [
        ({"type": "link", "url": "https://acme.example", "text": "Acme"}, "Acme"),
        ({"type": "link", "url": "https://acme.example"}, "https://acme.example"),
        ({"type": "link", "url": "mailto:ana@acme.example"}, "ana@acme.example"),
        ({"type": "link", "url": "tel:+551199", "text": "+55 11 99"}, "+55 11 99"),
        ({"type": "emoji", "name": "thumbsup", "unicode": "1f44d"}, "👍"),
        ({"type": "emoji", "name": "thumbsup", "unicode": "1f44d-1f3fb"}, "👍🏻"),
        ({"type": "emoji", "name": "acme"}, ":acme:"),
        ({"type": "user", "user_id": "U1"}, "@Ana Souza"),
        ({"type": "user", "user_id": "U9"}, "@U9"),
        ({"type": "channel", "channel_id": "C1"}, "#sales"),
        ({"type": "channel", "channel_id": "C9"}, "#C9"),
        ({"type": "usergroup", "usergroup_id": "S1"}, "@team"),
        ({"type": "broadcast", "range": "here"}, "@here"),
        ({"type": "color", "value": "#fff"}, "#fff"),
        ({"type": "date", "timestamp": 1, "fallback": "18 Feb"}, "18 Feb"),
        ({"type": "from_the_future"}, ""),
    ],
)
def test_each_leaf_of_rich_text(leaf: dict[str, Any], meant: str) -> None:
    assert read(section(leaf), fallback="<#C1|sales> <!subteam^S1|@team>") == meant


def test_lists_quotes_and_code() -> None:
    assert (
        read(
            section(text("met Ana:\n")),
            {"type": "rich_text_list", "style": "bullet", "elements": [section(text("one")), section(text("two"))]},
            {"type": "rich_text_list", "style": "ordered", "offset": 2, "elements": [section(text("three"))]},
            {"type": "rich_text_quote", "elements": [text("proposal\nsent")]},
            {"type": "rich_text_preformatted", "elements": [text("D-57")]},
        )
        == "met Ana:\n- one\n- two\n3. three\n> proposal\n> sent\nD-57"
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("<@U0BOT> met Ana", "met Ana"),
        ("<@U0BOT>: met Ana", "met Ana"),
        ("  <@U0BOT>, met Ana", "met Ana"),
        ("met Ana with <@U0BOT>", "met Ana with @recado"),
        ("<@U0BOT>", ""),
    ],
)
def test_our_own_name_is_dropped_at_the_start_only(typed: str, meant: str) -> None:
    assert message(text=typed).text == meant


def message(**event: Any) -> Any:
    whole = {"type": "message", "channel": "D1", "user": "U1", "ts": "1700000000.000100", "text": "", **event}
    return incoming.event(whole, ME, Sender(user="U1"), NAMES)


def test_files_come_along() -> None:
    files = [
        {
            "id": "F1",
            "name": "card.png",
            "mimetype": "image/png",
            "url_private": "https://files.example/F1",
            "secret": 1,
        },
        {"id": "F2", "name": "note.m4a", "mimetype": "audio/mp4"},
        {"id": "F3"},
    ]
    found = message(subtype="file_share", files=files).attachments
    assert [attachment.kind for attachment in found] == ["photo", "voice", "file"]
    assert set(found[0].data) == {"id", "name", "mimetype", "url_private"}


def test_the_event_dates_the_message() -> None:
    assert message(ts="1700000000.000100").at.isoformat() == "2023-11-14T22:13:20.000100+00:00"
