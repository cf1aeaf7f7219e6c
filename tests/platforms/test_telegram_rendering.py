"""What a reply looks like on Telegram: nothing people typed can format, mention or tag; limits are kept."""

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from bot.platforms.telegram import rendering
from bot.platforms.telegram.rendering import JOINER, LONGEST_TEXT, one_piece, pieces, utf16_length
from handlers.message import Button, Reply
from tests.fakes.telegram_rules import check_text, detected, utf16_slice


def shown(text: str) -> str:
    (piece,) = pieces(Reply(text=text))
    return piece.text


@pytest.mark.parametrize(
    ("typed", "visible"),
    [
        ("<b>bold</b> & <!channel>", "<b>bold</b> & <!channel>"),
        ("*bold* _it_ `code` [x](http://y)", "*bold* _it_ `code` [x](http://y)"),
        ("@everyone", f"@{JOINER}everyone"),
        ("ask @ana or @bob", f"ask @{JOINER}ana or @{JOINER}bob"),
        ("#hot #quente", f"#{JOINER}hot #{JOINER}quente"),
        ("run /undo now", f"run /{JOINER}undo now"),
        ("(@ana)", f"(@{JOINER}ana)"),
        ("ana@acme.com", "ana@acme.com"),
        ("https://acme.com/a/b", "https://acme.com/a/b"),
        ("D-57 and 5/6 and 3 # 4", "D-57 and 5/6 and 3 # 4"),
        ("D-57", "D-57"),
        ("  trimmed \n", "trimmed"),
        ("", "…"),
        (f"{JOINER}", "…"),
        ("half \ud83d", "half \ufffd"),
    ],
)
def test_people_s_text_is_only_text(typed: str, visible: str) -> None:
    assert shown(typed) == visible
    assert detected(shown(typed)) == []


def test_the_first_line_is_bold_if_others_follow() -> None:
    (piece,) = pieces(Reply(text="✓ Met 🙂 Ana\nsecond"))
    assert utf16_slice(piece.text, 0, piece.bold) == "✓ Met 🙂 Ana"
    (piece,) = pieces(Reply(text="Undone I-412."))
    assert piece.bold == 0


def test_buttons_are_three_a_row_and_short() -> None:
    buttons = tuple(Button(label=label, command="x") for label in ("Done", "1 h", "Tomorrow", "🙂" * 40, "  "))
    (piece,) = pieces(Reply(text="x", buttons=buttons, key="l9"))
    assert [len(row) for row in piece.rows] == [3, 2]
    assert [data for row in piece.rows for _, data in row] == ["l9.0", "l9.1", "l9.2", "l9.3", "l9.4"]
    long, empty = (label for label, _ in piece.rows[1])
    assert (long, empty) == ("🙂" * 31 + "…", "…")


def test_without_a_key_nothing_can_be_pressed() -> None:
    (piece,) = pieces(Reply(text="x", buttons=(Button(label="Done", command="done"),)))
    assert piece.rows == ()


def test_a_long_text_is_cut_at_line_ends_and_the_buttons_are_last() -> None:
    lines = [f"{number} call back a customer whose name is long enough 🙂" for number in range(300)]
    found = pieces(Reply(text="\n".join(lines), buttons=(Button(label="All", command="all"),), key="a1"))
    assert len(found) > 1
    assert "\n".join(piece.text for piece in found).split("\n") == lines
    assert all(utf16_length(piece.text) <= LONGEST_TEXT for piece in found)
    assert [bool(piece.rows) for piece in found] == [False] * (len(found) - 1) + [True]
    assert [bool(piece.bold) for piece in found] == [True] + [False] * (len(found) - 1)


def test_a_line_without_end_is_cut_between_words_or_anywhere() -> None:
    words = pieces(Reply(text="word " * 2000))
    assert all(piece.text.endswith("word") and piece.text.startswith("word") for piece in words)
    emoji = pieces(Reply(text="🙂" * 5000))
    assert "".join(piece.text for piece in emoji) == "🙂" * 5000


def test_a_cut_makes_no_mention() -> None:
    assert [link for piece in pieces(Reply(text="a" * 4094 + "@everyone")) for link in detected(piece.text)] == []


def test_an_edit_stays_one_message() -> None:
    piece = one_piece(
        Reply(text="first\n" + "line of text\n" * 1000, buttons=(Button(label="Ok", command="ok"),), key="a1")
    )
    assert utf16_length(piece.text) <= LONGEST_TEXT
    assert piece.text.endswith("line of text\n…")
    assert piece.rows


def test_a_repeat_says_so_in_the_line_that_is_the_notification() -> None:
    (piece,) = pieces(Reply(text="⏰ Send quote\nD-57"), "possible repeat")
    assert piece.text == "⏰ Send quote (possible repeat)\nD-57"
    assert utf16_slice(piece.text, 0, piece.bold) == "⏰ Send quote (possible repeat)"


# The first draw builds a table of all characters, which takes seconds on a busy machine.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters() | st.sampled_from("@#/ \n<>🙂ab"), max_size=200).map(lambda text: text * 40))
def test_whatever_the_text_the_server_takes_every_piece(text: str) -> None:
    for piece in pieces(Reply(text=text)):
        kept = check_text("sendMessage", {"text": piece.text, "entities": []})
        assert detected(kept) == []
        assert rendering.utf16_length(piece.text) <= LONGEST_TEXT
        assert piece.bold <= rendering.utf16_length(kept)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]) | st.sampled_from("@#/ab")))
def test_a_copied_card_reads_as_it_was_typed(text: str) -> None:
    typed = text.replace(JOINER, "")
    assert rendering.without_joiners(rendering.STARTS_A_LINK.sub(lambda sign: sign[0] + JOINER, typed)) == typed
