"""What platforms may ask of the language without a store."""

import re

import pytest

from handlers import overview


def test_the_menu_is_one_that_telegram_takes() -> None:
    for word, told in overview.menu():
        assert re.fullmatch(r"[a-z0-9_]{1,32}", word)
        assert set(told) == {"en", "pt", "es"}
        assert all(1 <= len(text) <= 256 for text in told.values())


@pytest.mark.parametrize("text", ["met Ana: ok", "!fri 10h", ">won", "today", "$12k", "tomorrow 9h", "liguei Ana: ok"])
def test_what_reads_as_a_line(text: str) -> None:
    assert overview.reads_as_line(text)


@pytest.mark.parametrize("text", ["great work everyone", "who saw the game?", "lunch at noon, anyone", "thanks!"])
def test_what_is_talk(text: str) -> None:
    assert not overview.reads_as_line(text)
