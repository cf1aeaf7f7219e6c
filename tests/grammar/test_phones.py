"""Phone numbers and e-mail addresses among other text."""

import pytest
from hypothesis import given, settings, strategies as st

from handlers.grammar import phones


@pytest.mark.parametrize(
    ("text", "region", "typed"),
    [
        ("+55 11 98888-7777 no answer", None, "+55 11 98888-7777"),
        ("+55 11 98888-7777 40 seats", None, "+55 11 98888-7777"),
        ("+5511988887777: foo", None, "+5511988887777"),
        ("+55 (11) 98888-7777", None, "+55 (11) 98888-7777"),
        ("+55 11 8888-7777", None, "+55 11 8888-7777"),
        ("+1 212 555 1234 10h", None, "+1 212 555 1234"),
        ("+1 (212) 555-1234, Ana", None, "+1 (212) 555-1234"),
        ("+54 9 11 2345-6789", None, "+54 9 11 2345-6789"),
        ("+52 1 55 1234 5678", None, "+52 1 55 1234 5678"),
        ("+351 912 345 678", None, "+351 912 345 678"),
        ("0055 11 98888 7777", None, "0055 11 98888 7777"),
        ("(11) 98888-7777", None, "(11) 98888-7777"),
        ("11 98888-7777", "BR", "11 98888-7777"),
        ("11 98888 7777 2 pessoas", "BR", "11 98888 7777"),
        ("11988887777", "BR", "11988887777"),
        ("11 8888-7777", "BR", "11 8888-7777"),
        ("(11) 3333-4444", "BR", "(11) 3333-4444"),
        ("212-555-1234", "US", "212-555-1234"),
        ("212.555.1234", "US", "212.555.1234"),
        ("212-555-1234 ext. 5", "US", "212-555-1234 ext. 5"),
        ("2125551234", "us", "2125551234"),
        ("912 345 678", "ES", "912 345 678"),
        ("912345678", "PT", "912345678"),
        ("55 1234 5678", "MX", "55 1234 5678"),
        ("  +5511988887777", None, "+5511988887777"),
    ],
)
def test_a_phone_number(text: str, region: str | None, typed: str) -> None:
    found = phones.read_prefix(text, region)
    assert found is not None
    assert found[0] == typed
    assert text[: found[1]].strip() == typed


@pytest.mark.parametrize("region", [None, "BR", "US", "ES", "MX"])
@pytest.mark.parametrize(
    "text",
    [
        "40 seats",
        "4512",
        "1500",
        "PO 4512",
        "2026-12-01",
        "2026-12-01 10:00",
        "12/11/2026",
        "01-12-2026",
        "01.12.2026",
        "20261201",
        "10:30",
        "10h",
        "1.500.000",
        "12 000 000 €",
        "123.456.789-09",
        "12.345.678/0001-90",
        "+",
        "+1",
        "+12",
        "$12,000",
        "1,500,000",
        "2 4 6 8 10 12",
        "0",
        "00",
        "((((((((",
        "40 000 seats",
        "1234",
        "10-12",
        "",
        "Ana",
        "10 20",
    ],
)
def test_no_phone_number(text: str, region: str | None) -> None:
    assert phones.read_prefix(text, region) is None


def test_without_a_region_bare_digits_are_none() -> None:
    assert phones.read_prefix("11988887777", None) is None
    assert phones.read_prefix("98888-7777", "BR") is None  # no area code: anybody's


@pytest.mark.parametrize(
    ("text", "typed", "rest"),
    [
        ("ana@acme.com", "ana@acme.com", ""),
        ("ana@acme.com, from Acme", "ana@acme.com", ", from Acme"),
        ("Ana.Souza+crm@Acme.com.br: hi", "Ana.Souza+crm@Acme.com.br", ": hi"),
        ("ana@acme.com.", "ana@acme.com", "."),
        ("mailto:ana@acme.com)", "ana@acme.com", ")"),
        ("josé@españa.es x", "josé@españa.es", " x"),
    ],
)
def test_an_email_address(text: str, typed: str, rest: str) -> None:
    found = phones.email_prefix(text)
    assert found is not None
    assert found[0] == typed
    assert text[found[1] :] == rest


@pytest.mark.parametrize(
    "text", ["@bob", "ana@", "ana@acme", "a b@c.com", "ana at acme.com", "", "@@", "a@@b.com", "a@1.2"]
)
def test_no_email_address(text: str) -> None:
    assert phones.email_prefix(text) is None


@given(st.text(max_size=100), st.sampled_from([None, "BR", "US", "XX", ""]))
@settings(max_examples=300, deadline=None)
def test_no_text_raises(text: str, region: str | None) -> None:
    for found in (phones.read_prefix(text, region), phones.email_prefix(text)):
        assert found is None or 0 < found[1] <= len(text)


@given(st.text("+0123456789 ()-.x", max_size=40), st.sampled_from([None, "BR", "US", "AR", "IT"]))
@settings(max_examples=300, deadline=None)
def test_no_mixture_of_digits_raises(text: str, region: str | None) -> None:
    phones.read_prefix(text, region)
