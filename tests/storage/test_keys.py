"""Fold and match keys: which spellings are the same."""

import unicodedata

import pytest
from hypothesis import given, settings, strategies as st

from storage import keys


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ana Souza", "ana souza"),
        ("  ANA \t  souza\n", "ana souza"),
        ("João Ávila", "joao avila"),
        ("Joa\u0303o", "joao"),
        ("Straße", "strasse"),
        ("Muñoz", "munoz"),
        ("Søren Łuczak", "soren luczak"),
        ("ﬁne", "fine"),
        ("Ａcme", "acme"),
        ("a\u200bn\u202ea\ufeff", "ana"),
        ("a\u00a0b\u2003c", "a b c"),
        ("nul\x00 and \x07bell", "nul and bell"),
        ("\ud800x", "x"),
        ("İstanbul", "istanbul"),
        ("O'Brien & Sons", "o'brien & sons"),
        ("❤️", "❤"),
        ("株式会社", "株式会社"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert keys.fold(text) == folded


@given(st.text(max_size=80))
@settings(max_examples=500, deadline=None)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = keys.fold(text)
    assert keys.fold(once) == once
    once.encode()  # what no database stores would raise


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_composed_and_decomposed_text_are_one(text: str) -> None:
    assert keys.fold(unicodedata.normalize("NFD", text)) == keys.fold(unicodedata.normalize("NFC", text))


def test_words_are_runs_of_letters_and_digits() -> None:
    assert keys.words("Ana Souza, Acme (São Paulo)") == ("ana", "souza", "acme", "sao", "paulo")
    assert keys.words("ana@acme.com PO-4512") == ("ana", "acme", "com", "po", "4512")
    assert keys.words(" ,;- ") == ()
    assert keys.words("snake_case") == ("snake", "case")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ana Souza", "ANA  SOUZA"),
        ("Sr. José da Silva Santos", "Jose da Silva Santos"),
        ("Dr. John Smith", "john smith"),
        ("Dra. Ana", "Ana"),
        ("Dona Maria", "maria"),
        ("Mrs O'Brien", "OBRIEN"),
        ("D’Ávila", "D'Avila"),
        ("Don Julio Pérez", "Julio Perez"),
        ("Prof. Dr. Hans Meyer", "Hans Meyer"),
        ("Ana  M. Souza", "Ana M Souza"),
    ],
)
def test_names_that_are_one(one: str, other: str) -> None:
    assert keys.name_key(one) == keys.name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ana Souza", "Ana Sousa"), ("Don Draper", "Draper"), ("Maria Dona", "Maria"), ("Unit 1", "Unit 2"), ("Dr", "Sr")],
)
def test_names_that_are_two(one: str, other: str) -> None:
    assert keys.name_key(one) != keys.name_key(other)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Acme", "acme"),
        ("ACME Inc.", "acme"),
        ("Acme, Inc", "acme"),
        ("Acme S.A.", "acme"),
        ("Acme S. A.", "acme"),
        ("Acme S/A", "acme"),
        ("Acme SA", "acme"),
        ("Acme Ltda.", "acme"),
        ("Acme LTDA ME", "acme"),
        ("Acme GmbH & Co. KG", "acme"),
        ("Acme L.L.C.", "acme"),
        ("Acme Pty Ltd", "acme"),
        ("Acme S.A. de C.V.", "acme"),
        ("Acme, S. de R.L. de C.V.", "acme"),
        ("Silva & Cia", "silva"),
        ("Silva e Filhos Ltda", "silva filhos"),
        ("Silva & Filhos", "silva filhos"),
        ("Ben & Jerry's", "ben jerrys"),
        ("Ben and Jerrys", "ben jerrys"),
        ("Acme Group", "acme group"),
        ("Padaria São João", "padaria sao joao"),
        ("J. P. Morgan & Co.", "jp morgan"),
        ("Inc.", "inc"),
        ("Co", "co"),
        ("E Corp", "e"),
        ("3M Company", "3m"),
        ("!!!", "!!!"),
    ],
)
def test_companies_without_their_legal_form(name: str, key: str) -> None:
    assert keys.company_key(name) == key


@given(st.text(min_size=1, max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_visible_name_has_an_empty_key(text: str) -> None:
    assert bool(keys.company_key(text)) == bool(keys.fold(text))
    assert bool(keys.name_key(text)) == bool(keys.fold(text))


@pytest.mark.parametrize(
    ("email", "key"),
    [
        ("Ana@Acme.COM", "ana@acme.com"),
        (" ana@acme.com ", "ana@acme.com"),
        ("mailto:ana@acme.com", "ana@acme.com"),
        ("ana+crm@acme.com", "ana+crm@acme.com"),
        ("a\u200bna@acme.com", "ana@acme.com"),
        ("josé@españa.es", "josé@españa.es"),
        ("ana@acme.com.", "ana@acme.com"),
        ("o'brien@acme.ie", "o'brien@acme.ie"),
    ],
)
def test_an_email_address_in_one_spelling(email: str, key: str) -> None:
    assert keys.email_key(email) == key


@pytest.mark.parametrize(
    "email",
    [
        "",
        "ana",
        "ana@",
        "@acme.com",
        "ana@acme",
        "a b@c.com",
        "ana@acme..com",
        ".ana@acme.com",
        "ana@-acme.com",
        "a@1.2.3.4",
        "ana@acme.c",
        "a@b@c.com",
        "ana..b@acme.com",
        "x" * 65 + "@acme.com",
        "ana@" + "x" * 300 + ".com",
    ],
)
def test_what_is_no_email_address(email: str) -> None:
    assert keys.email_key(email) is None


SAME_NUMBERS = [
    # Brazil: mobile numbers with and without the ninth digit, in every spelling.
    ("BR", ["+55 11 98888-7777", "+5511988887777", "(11) 98888-7777", "11 8888-7777", "+55 11 8888-7777"]),
    ("BR", ["011 98888-7777", "0 15 11 98888-7777", "0055 11 98888 7777", "11988887777"]),
    ("BR", ["(11) 3333-4444", "+55 11 3333-4444", "1133334444"]),
    # Argentina: with and without the 9, and with the 15 that is dialled at home.
    ("AR", ["+54 9 11 2345-6789", "+54 11 2345-6789", "011 15-2345-6789", "11 2345 6789", "+54 11 15 2345 6789"]),
    # Mexico: with and without the 1, and the prefixes of before 2020.
    ("MX", ["+52 1 55 1234 5678", "+52 55 1234 5678", "55 1234 5678", "044 55 1234 5678", "01 55 1234 5678"]),
    ("US", ["+1 212 555 1234", "(212) 555-1234", "212.555.1234", "1-212-555-1234"]),
    ("PT", ["+351 912 345 678", "912345678", "00351 912 345 678"]),
    ("IT", ["+39 06 1234567", "06 1234567"]),
]


@pytest.mark.parametrize(("region", "spellings"), SAME_NUMBERS)
def test_all_spellings_of_a_number_have_one_key(region: str, spellings: list[str]) -> None:
    assert len({keys.phone_key(spelling, region) for spelling in spellings}) == 1


@pytest.mark.parametrize(
    ("number", "region", "key"),
    [
        ("+55 11 8888-7777", None, "+5511988887777"),
        ("+55 11 98888-7777", None, "+5511988887777"),
        ("+55 11 3333-4444", None, "+551133334444"),  # a landline, untouched
        ("+55 21 2222-3333", None, "+552122223333"),
        ("+54 9 11 2345-6789", None, "+541123456789"),
        ("+52 1 55 1234 5678", None, "+525512345678"),
        ("+39 06 1234567", None, "+39061234567"),
        ("212-555-1234 x5", "US", "+12125551234x5"),
        ("98888-7777", None, "988887777"),
    ],
)
def test_the_key_of_a_number(number: str, region: str | None, key: str) -> None:
    assert keys.phone_key(number, region) == key


def test_a_landline_never_meets_a_mobile() -> None:
    assert keys.phone_key("+55 11 3333-4444", None) != keys.phone_key("+55 11 93333-4444", None)


def test_an_extension_is_another_telephone() -> None:
    assert keys.phone_key("212-555-1234 x5", "US") != keys.phone_key("212-555-1234", "US")


@pytest.mark.parametrize("number", ["", "123", "call me", "+", "12 34", "1" * 30])
def test_what_is_no_number(number: str) -> None:
    assert keys.phone_key(number, "BR") is None


@given(st.text(max_size=40), st.sampled_from([None, "BR", "AR", "MX", "US", "ZZ", ""]))
@settings(max_examples=300, deadline=None)
def test_no_text_raises(text: str, region: str | None) -> None:
    keys.phone_key(text, region)
    keys.email_key(text)


def test_public_mail_names_no_company() -> None:
    assert {"gmail.com", "hotmail.com", "uol.com.br", "yahoo.com.mx", "outlook.com"} <= keys.PUBLIC_MAIL_DOMAINS
    assert all(domain == keys.fold(domain) for domain in keys.PUBLIC_MAIL_DOMAINS)
