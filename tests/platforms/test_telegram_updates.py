"""A raw update as a message of ours: one row for each thing a person can do."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from bot.platforms.telegram import updates
from bot.platforms.telegram.rendering import JOINER
from bot.platforms.telegram.updates import MalformedUpdate, Me
from handlers.message import Address, Attachment, Message, Sent

ME = Me(account="110", username="recado_bot")
SAID = int(datetime(2026, 11, 24, 12, tzinfo=UTC).timestamp())
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
PRIVATE = {"id": 7, "type": "private"}
GROUP = {"id": -100123, "type": "supergroup", "title": "Sales"}
CARLA = {"id": 7, "is_bot": False, "first_name": "Carla", "last_name": "Dias", "language_code": "pt-br"}
OUR_CARD = {"message_id": 40, "from": {"id": 110, "is_bot": True}, "date": SAID, "text": "✓ Met Ana"}
BOBS_MESSAGE = {"message_id": 41, "from": {"id": 8, "is_bot": False}, "date": SAID, "text": "lunch?"}
LINE_HERE = Address(platform="telegram", account="110", chat="7")


def raw(kind: str = "message", /, **fields: Any) -> dict[str, Any]:
    message = {"message_id": 55, "from": CARLA, "chat": PRIVATE, "date": SAID} | fields
    return {"update_id": 1001, kind: {key: value for key, value in message.items() if value is not None}}


def read(kind: str = "message", /, **fields: Any) -> Message | None:
    return updates.read(raw(kind, **fields), ME, NOW)


def heard(**fields: Any) -> str | None:
    message = read(**fields)
    return None if message is None else message.text


def attachments(**fields: Any) -> tuple[Attachment, ...]:
    message = read(**fields)
    assert message is not None
    return message.attachments


def test_a_line_in_private() -> None:
    message = read(text="met Ana Souza, Acme")
    assert message is not None
    assert message.id == "1001"
    assert (message.sender.user, message.sender.name, message.sender.language) == ("7", "Carla Dias", "pt")
    assert message.address == LINE_HERE
    assert message.at == datetime.fromtimestamp(SAID, UTC)
    assert (message.text, message.message_id, message.is_private, message.is_edit) == (
        "met Ana Souza, Acme",
        "55",
        True,
        False,
    )
    assert Message.from_json(message.to_json()) == message


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("/today", "today"),
        ("/find acme", "find acme"),
        ("/find@recado_bot acme", "find acme"),
        ("/atrasados", "atrasados"),
        ("/próximos 7", "próximos 7"),
        ("/crm met Ana\nsecond line", "met Ana\nsecond line"),
        ("/crm", "help"),
        ("/CRM today", "today"),
        ("/start", "start"),
        ("/start K7QM-P2XD", "join K7QM-P2XD"),
        ("/start@recado_bot K7QM-P2XD", "join K7QM-P2XD"),
        ("/crm /today", "/today"),
        ("/ 5", "/ 5"),
        ("5/6 seats", "5/6 seats"),
        ("  met Ana  ", "met Ana"),
        (f"met @{JOINER}ana #{JOINER}hot", "met @ana #hot"),
        (f"a{JOINER}b", f"a{JOINER}b"),
    ],
)
def test_what_a_command_says(typed: str, line: str) -> None:
    assert heard(text=typed) == line


@pytest.mark.parametrize(
    ("typed", "reply_to", "line"),
    [
        ("lunch?", None, None),
        ("@recado_bot hello", None, None),
        ("/today", None, None),
        ("/start K7QM", None, None),
        ("/crm find acme", None, "find acme"),
        ("/crm@recado_bot find acme", None, "find acme"),
        ("/crm@other_bot find acme", None, None),
        ("tomorrow 10h", OUR_CARD, "tomorrow 10h"),
        ("/done", OUR_CARD, "done"),
        ("/done@other_bot", OUR_CARD, None),
        ("tomorrow 10h", BOBS_MESSAGE, None),
        ("/crm late", BOBS_MESSAGE, "late"),
    ],
)
def test_what_it_hears_in_a_group(typed: str, reply_to: dict[str, Any] | None, line: str | None) -> None:
    message = read(chat=GROUP, text=typed, reply_to_message=reply_to)
    assert (message and message.text) == line
    assert message is None or not message.is_private


def test_a_reply_counts_only_if_it_is_to_us() -> None:
    ours, bobs = read(text="tomorrow", reply_to_message=OUR_CARD), read(text="tomorrow", reply_to_message=BOBS_MESSAGE)
    assert ours is not None
    assert ours.in_reply_to == Sent(address=LINE_HERE, message_id="40")
    assert bobs is not None
    assert bobs.in_reply_to is None


def test_a_topic_is_a_thread() -> None:
    message = read(text="/crm late", chat=GROUP, message_thread_id=3, is_topic_message=True)
    assert message is not None
    assert message.address.thread == "3"


def test_an_edit_is_dated_by_the_edit() -> None:
    message = read("edited_message", text="met Ana Sousa", edit_date=SAID + 60)
    assert message is not None
    assert (message.is_edit, message.message_id, message.text) == (True, "55", "met Ana Sousa")
    assert message.at == datetime.fromtimestamp(SAID + 60, UTC)


def test_an_edit_that_has_no_words_is_nothing() -> None:
    assert read("edited_message", edit_date=SAID, location={"latitude": 1.5, "longitude": 2}) is None


def test_a_press_is_dated_by_its_arrival() -> None:
    press = {
        "update_id": 9,
        "callback_query": {"id": "77", "from": CARLA, "message": OUR_CARD | {"chat": PRIVATE}, "data": "a4.1"},
    }
    message = updates.read(press, ME, NOW)
    assert message is not None
    assert (message.pressed, message.text, message.answer_to, message.message_id) == ("a4.1", "", "77", "40")
    assert (message.at, message.address) == (NOW, LINE_HERE)


@pytest.mark.parametrize(
    "query",
    [{"data": "a4.1", "inline_message_id": "x"}, {"game_short_name": "x", "message": OUR_CARD | {"chat": PRIVATE}}],
)
def test_a_press_of_another_kind_is_nothing(query: dict[str, Any]) -> None:
    assert updates.read({"update_id": 9, "callback_query": {"id": "77", "from": CARLA} | query}, ME, NOW) is None


@pytest.mark.parametrize(
    ("code", "language"), [("pt-br", "pt"), ("pt", "pt"), ("es-419", "es"), ("en", "en"), ("de", "en"), (None, None)]
)
def test_language(code: str | None, language: str | None) -> None:
    person: dict[str, Any] = {"from": {"id": 7, "first_name": "C", "language_code": code}}
    message = read(text="x", **person)
    assert message is not None
    assert message.sender.language == language


@pytest.mark.parametrize(
    ("fields", "kind", "data"),
    [
        (
            {
                "contact": {
                    "phone_number": "+5511988887777",
                    "first_name": "Ana",
                    "last_name": "Souza",
                    "vcard": "BEGIN:VCARD",
                }
            },
            "contact",
            {"name": "Ana Souza", "phone": "+5511988887777", "vcard": "BEGIN:VCARD"},
        ),
        ({"location": {"latitude": -23.5, "longitude": -46}}, "location", {"latitude": -23.5, "longitude": -46.0}),
        (
            {
                "location": {"latitude": 1, "longitude": 2},
                "venue": {"title": "Acme", "address": "Rua 1", "location": {}},
            },
            "location",
            {"latitude": 1.0, "longitude": 2.0, "title": "Acme", "address": "Rua 1"},
        ),
        (
            {"voice": {"file_id": "v1", "duration": 12, "mime_type": "audio/ogg"}},
            "voice",
            {"seconds": 12, "file": "v1", "mime": "audio/ogg"},
        ),
        (
            {
                "photo": [
                    {"file_id": "s", "width": 90, "height": 60},
                    {"file_id": "l", "width": 900, "height": 600, "file_size": 5},
                ]
            },
            "photo",
            {"width": 900, "height": 600, "file": "l", "size": 5},
        ),
        (
            {"document": {"file_id": "d", "file_name": "q.pdf", "mime_type": "application/pdf"}},
            "file",
            {"name": "q.pdf", "file": "d", "mime": "application/pdf"},
        ),
        ({"video": {"file_id": "m"}}, "file", {"file": "m"}),
        (
            {
                "text": "hi",
                "forward_origin": {"type": "user", "date": SAID, "sender_user": {"id": 99, "first_name": "Ana"}},
            },
            "forward",
            {"forwarded_from": "Ana", "user": "99", "date": "2026-11-24T12:00:00+00:00"},
        ),
        (
            {"text": "hi", "forward_origin": {"type": "hidden_user", "date": SAID, "sender_user_name": "Ana S."}},
            "forward",
            {"forwarded_from": "Ana S.", "date": "2026-11-24T12:00:00+00:00", "hidden": True},
        ),
        (
            {
                "text": "hi",
                "forward_origin": {
                    "type": "channel",
                    "date": SAID,
                    "chat": {"id": -1, "title": "News"},
                    "message_id": 1,
                },
            },
            "forward",
            {"forwarded_from": "News", "date": "2026-11-24T12:00:00+00:00"},
        ),
    ],
)
def test_attachments(fields: dict[str, Any], kind: str, data: dict[str, Any]) -> None:
    (attachment,) = attachments(**fields)
    assert (attachment.kind, attachment.data) == (kind, data)


def test_a_caption_is_the_text() -> None:
    assert heard(photo=[{"file_id": "l"}], caption="/crm visited Acme") == "visited Acme"


def test_a_forwarded_command_is_what_somebody_said_not_a_command() -> None:
    assert (
        heard(text="/today", forward_origin={"type": "hidden_user", "date": SAID, "sender_user_name": "A"}) == "/today"
    )


def test_a_sticker_says_its_emoji() -> None:
    assert heard(sticker={"file_id": "s", "emoji": "👍"}) == "👍"


@pytest.mark.parametrize(
    "fields",
    [
        {"poll": {"id": "1"}},
        {"new_chat_members": [CARLA]},
        {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}, "text": "/crm late", "chat": GROUP},
        {"from": None, "text": "a channel speaks"},
        {"location": {"latitude": 1, "longitude": 2}, "chat": GROUP},
    ],
)
def test_nothing_for_us(fields: dict[str, Any]) -> None:
    assert read(**fields) is None


def test_a_kind_of_update_we_do_not_know_is_nothing() -> None:
    assert updates.read({"update_id": 1, "message_reaction": {}}, ME, NOW) is None


@pytest.mark.parametrize(
    "update",
    [
        {},
        {"update_id": "1", "message": {}},
        raw(text=5),
        raw(text="x", message_id=None),
        raw(text="x", message_id=True),
        raw(text="x", date="yesterday"),
        raw(text="x", date=10**20),
        raw(text="x", chat=[]),
        {"update_id": 1, "message": {"from": {"id": None}}},
        raw(photo=["x"]),
        raw(contact={"first_name": "Ana"}),
        raw(location={"latitude": "north"}),
        raw("edited_message", text="x"),
    ],
)
def test_what_is_malformed_says_so(update: dict[str, Any]) -> None:
    with pytest.raises(MalformedUpdate):
        updates.read(update, ME, NOW)


FIELDS = st.sampled_from(
    [
        "from",
        "chat",
        "date",
        "text",
        "caption",
        "reply_to_message",
        "forward_origin",
        "contact",
        "location",
        "venue",
        "voice",
        "photo",
        "document",
        "sticker",
        "message_id",
    ]
)
TEXT = st.text("a@/ \0\ud83d")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS | TEXT, inner, max_size=3),
    max_leaves=5,
)


@settings(deadline=None)
@given(broken=st.dictionaries(FIELDS, JSON, max_size=3))
def test_whatever_comes_is_read_or_named_malformed(broken: dict[str, Any]) -> None:
    try:
        message = updates.read({"update_id": 1, "message": raw(text="x")["message"] | broken}, ME, NOW)
    except MalformedUpdate:
        return
    assert message is None or Message.from_json(message.to_json()) == message
