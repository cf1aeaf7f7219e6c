"""Every text that a person reads has its Portuguese and its Spanish, with the same blanks to fill."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from handlers import command
from handlers.cards import LABEL
from tests.house import source, texts

LOCALE = source.ROOT / "handlers" / "locale"
LANGUAGES = ("pt_BR", "es")
MEND = "run `make translations`, then fill in the .po"
# {name}, {count:d}; and %(name)s, %s for who prefers them. {{ and %% are text.
BLANK = re.compile(r"(?<!\{)\{(\w*)[^{}]*\}(?!\})|%\((\w+)\)[sdrf]|%([sdrf])")


def catalog(language: str) -> Catalog:
    """The translations as they are written; empty where there are none yet."""
    path = _po(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated(language: str) -> None:
    written = catalog(language)
    missing = [
        f"{where}: {text!r}"
        for (text, about), where in texts.marked().items()
        if not _is_done(written.get(text, about))
    ]
    assert not missing, f"not in {language} ({MEND}):\n" + "\n".join(missing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_blanks_of_its_text(language: str) -> None:
    wrong = [problem for message in catalog(language) if message.id for problem in _misfits(message)]
    assert not wrong, f"in {language}:\n" + "\n".join(wrong)


def test_no_text_hides_from_the_collection() -> None:
    found = {part for text, about in texts.marked() for part in (*_forms(text), about)}
    hidden = [where for text, where in texts.called() if text not in found]
    assert not hidden, "not collected; is it inside an f-string?\n" + "\n".join(hidden)


@pytest.mark.parametrize("name", command.registry())
def test_what_a_command_shows_is_among_the_texts(name: str) -> None:
    each = command.registry()[name]
    shown: list[texts.Key] = [(text, None) for text in (each.help, *(part.kind.label for part in each.parameters))]
    shown += [(example, texts.TYPED) for example in each.examples]
    missing = [text for text, about in shown if (text, about) not in texts.marked()]
    assert not missing, f"{name}: {missing}: a help text is the docstring's, an example a literal, a label in N_()"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_label_fits_its_button(language: str) -> None:
    written = catalog(language)
    assert "Undo" in texts.labels()
    shown = [str(message.string) for text in texts.labels() if (message := written.get(text))]
    too_long = [label for label in shown if len(label) > LABEL]
    assert not too_long, f"in {language}, over {LABEL} characters: {too_long}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_file_is_the_written_one(language: str) -> None:
    if not _po(language).exists():
        assert not texts.marked(), MEND
        return
    compiled = io.BytesIO()
    write_mo(compiled, catalog(language))
    assert _po(language).with_suffix(".mo").read_bytes() == compiled.getvalue(), MEND


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("Saved {name}", "Guardado"),
        ("Saved", "Guardado {name}"),
        (("{count} day", "{count} days"), ("{count} día", "días")),
        ("%(name)s", "%(nome)s"),
    ],
)
def test_a_misfit_is_seen(text: str | tuple[str, str], translation: str | tuple[str, str]) -> None:
    assert list(_misfits(Message(text, translation)))


def test_a_singular_may_leave_the_number_out() -> None:
    assert not list(_misfits(Message(("{count} day", "{count} days"), ("um dia", "{count} dias"))))


def _po(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "recado.po"


def _forms(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [str(form) for form in value or ()]  # type: ignore[attr-defined]


def _is_done(message: Message | None) -> bool:
    return message is not None and not message.fuzzy and all(_forms(message.string)) and bool(message.string)


def _misfits(message: Message) -> Iterator[str]:
    """A translation fills the same blanks; only the form for one may do without the number."""
    ids, forms = _forms(message.id), _forms(message.string)
    wanted = _blanks(ids[-1])
    allowed = wanted.union(*(_blanks(text) for text in ids))
    for index, form in enumerate(forms):
        is_singular = len(ids) > 1 and index == 0
        if form and not (_blanks(form) <= allowed if is_singular else _blanks(form) == wanted):
            yield f"{ids[-1]!r} -> {form!r}"


def _blanks(text: str) -> set[str]:
    return {found[0].partition(":")[0] for found in BLANK.finditer(text.replace("{{", "").replace("%%", ""))}
