"""Normalising: one spelling for the parsers, every character traceable to what was typed; references; first words."""

import unicodedata

import pytest
from hypothesis import given, settings, strategies as st

from handlers.grammar import tokens
from tests.grammar.desk import in_order


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("plain text, 10:30", "plain text, 10:30"),
        ("“hot” ‘warm’ «fría» ‹x› it’s", "\"hot\" 'warm' \"fría\" 'x' it's"),
        ("Ana — ok – so -- then", "Ana - ok - so - then"),
        ("Acme—North a--b 10–12h", "Acme—North a--b 10–12h"),
        ("-- \nAna", "-- \nAna"),
        ("Joa\u0303o e\u0301", "João é"),
        ("¡mañana!", "!mañana!"),
        ("a\u200bb\u200e\u202ec\ufeffd\u00ade", "abcde"),
        ("a\x00b\x07c\td\ne", "abc\td\ne"),
        ("a\r\nb\rc\u2028d\u0085e", "a\nb\nc\nd\ne"),
        ("R$\u00a08.500 12\u202fk", "R$ 8.500 12 k"),
        ("\U0001f468\u200d\U0001f469", "\U0001f468\U0001f469"),
        ("陈：好！", "陈:好!"),
        ("a\ud800b", "ab"),
        ("\u1112\u1161\u11ab", "한"),
        ("", ""),
    ],
)
def test_normalise(typed: str, text: str) -> None:
    assert tokens.normalise(typed) == text


@pytest.mark.parametrize(
    ("typed", "part", "verbatim"),
    [
        ("met “Ana” — ok", '"Ana" - ok', "“Ana” — ok"),
        ("say e\u0301 now", "é", "e\u0301"),
        ("a\u202eb\x00c", "abc", "abc"),
        ("hi \U0001f468\u200d\U0001f469 x", "\U0001f468\U0001f469 ", "\U0001f468\u200d\U0001f469 "),
        ("one\r\ntwo", "one\ntwo", "one\ntwo"),
        ("R$\u00a08", "R$ 8", "R$\u00a08"),
    ],
)
def test_what_was_typed_is_kept_but_what_could_harm(typed: str, part: str, verbatim: str) -> None:
    source = tokens.source(typed)
    start = source.text.index(part)
    assert source.verbatim(start, start + len(part)) == verbatim


@given(st.text(max_size=300))
@settings(max_examples=400, deadline=None)
def test_any_text_is_normalised_once_and_for_all(typed: str) -> None:
    source = tokens.source(typed)
    assert tokens.normalise(source.text) == source.text
    assert unicodedata.is_normalized("NFC", source.text)
    assert not any(unicodedata.category(char) in {"Cs", "Cf"} for char in source.text if char not in _PREPENDED)
    assert not any(unicodedata.category(char) == "Cc" for char in source.text if char not in "\n\t")
    source.text.encode()
    if source.origin is not None:
        assert len(source.origin) == len(source.text) + 1
        assert list(source.origin) == sorted(source.origin)


# Signs that stand over the numbers after them, hieroglyph joiners, music: seen, not hidden.
_PREPENDED = {chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf"} - set(
    map(chr, [0xAD, 0x61C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)])
)


@given(st.text(max_size=200), st.integers(0, 200), st.integers(0, 200))
@settings(max_examples=300, deadline=None)
def test_any_part_of_it_was_typed(typed: str, start: int, length: int) -> None:
    source = tokens.source(typed)
    start = min(start, len(source.text))
    part = source.verbatim(start, min(start + length, len(source.text)))
    assert in_order(part, typed.replace("\r", "\n"))
    assert in_order(source.verbatim(0, len(source.text)), typed.replace("\r", "\n"))


def test_a_pile_of_marks_is_read_in_time() -> None:
    marks = "a" + "\u0301\u0327" * 4000
    assert len(tokens.normalise(marks)) > 7000


@pytest.mark.parametrize(
    ("text", "ref"),
    [
        ("P-12", "P-12"),
        ("d57", "D-57"),
        ("D 57", "D-57"),
        ("D–57", "D-57"),
        ("/d57", "D-57"),
        (" I-412 ", "I-412"),
        ("F-0031", "F-31"),
        ("X-12", None),
        ("P-", None),
        ("P-12a", None),
        ("P12 34", None),
        ("", None),
    ],
)
def test_a_reference(text: str, ref: str | None) -> None:
    assert tokens.ref(text) == ref


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("P-12: hi", ("P-12", 4)),
        ("d57 no answer", ("D-57", 3)),
        ("P-12, Acme", ("P-12", 4)),
        ("P-12th", None),
        ("d57.5", None),
        ("D-57-A", None),
        ("c3po", None),
        ("s10/20", None),
    ],
)
def test_a_reference_at_the_start(text: str, found: tuple[str, int] | None) -> None:
    assert tokens.ref_prefix(text) == found


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("find acme corp", ("find", "acme corp")),
        ("/today", ("today", "")),
        ("  me   tz  Lisbon ", ("me", "tz  Lisbon")),
        ("lost acme:\nprice", ("lost", "acme:\nprice")),
        ("", ("", "")),
        ("/", ("", "")),
    ],
)
def test_the_first_word(text: str, parts: tuple[str, str]) -> None:
    assert tokens.split_command(text) == parts


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('say "x #y" now', ['"x #y"']),
        ('a 15" screen and 20" more', []),
        ('source:"trade fair"', ['"trade fair"']),
        ('an open " quote', []),
        ('"one\ntwo"', []),
        ('"a" "b"', ['"a"', '"b"']),
    ],
)
def test_what_quotes_protect(text: str, quoted: list[str]) -> None:
    assert [text[span.start : span.end] for span in tokens.protected(text)] == quoted
