"""The texts that people read, as Babel finds them: what is marked, and what @command shows of a command."""

import ast
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from typing import IO, Any

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir, extract_python
from babel.messages.frontend import parse_mapping_cfg

from tests.house import source

TYPED = "typed"  # what the example of a command is about: a word to type may mean something else in an answer
MAPPING = source.ROOT / "babel.cfg"
KEYWORDS = DEFAULT_KEYWORDS | {"N_": None}

Text = str | tuple[str, ...]
"""One text, or its singular and its plural."""
Key = tuple[Text, str | None]
"""A text and what it is about, where that decides how it reads."""


@cache
def marked() -> Mapping[Key, str]:
    """Return every text of the product, with the file and line of its first use."""
    with MAPPING.open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file, MAPPING.name)  # type: ignore[no-untyped-call]
    found: dict[Key, str] = {}
    for name, line, text, _, about in extract_from_dir(source.ROOT, methods, options, keywords=KEYWORDS):
        found.setdefault((text, about), f"{name}:{line}")
    return found


def called() -> Iterator[tuple[str, str]]:
    """Yield what is handed to a translating function anywhere, with its place: the same texts, found another way."""
    for module in source.modules(*source.PRODUCT):
        for node, name in module.calls():
            if name.rpartition(".")[2] in {"_", "N_", "gettext", "ngettext", "pgettext"}:
                yield from (
                    (each.value, module.at(node, repr(each.value)))
                    for each in node.args
                    if isinstance(each, ast.Constant) and isinstance(each.value, str)
                )


@cache
def labels() -> frozenset[str]:
    """Return the texts that stand on buttons: `Button(label=_("Undo"), ...)`, filled in or not."""
    buttons = (
        node
        for module in source.modules(*source.PRODUCT)
        for node, name in module.calls()
        if name.rpartition(".")[2] == "Button"
    )
    given = (keyword.value for button in buttons for keyword in button.keywords if keyword.arg == "label")
    return frozenset(text for value in given for text in _translated(value))


def _translated(value: ast.expr) -> Iterator[str]:
    for node in ast.walk(value):
        if isinstance(node, ast.Call) and source.dotted(node.func).rpartition(".")[2] in {"_", "gettext"}:
            yield from (each.value for each in node.args if isinstance(each, ast.Constant))  # type: ignore[misc]


def extract_commands(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: Collection[str], options: Any
) -> Iterator[tuple[Any, ...]]:
    """Extract from a module of commands (a Babel extraction method): a docstring is a help text, examples are lines."""
    yield from extract_python(file, keywords, comment_tags, options)
    file.seek(0)
    for node in ast.walk(ast.parse(file.read())):
        for call in _registrations(node):
            assert isinstance(node, ast.FunctionDef)
            yield node.lineno, None, ast.get_docstring(node), []
            yield from ((each.lineno, "pgettext", (TYPED, each.value), []) for each in _examples(call))


def _registrations(node: ast.AST) -> Iterator[ast.Call]:
    """Yield the `@command(...)` of a function."""
    decorators = node.decorator_list if isinstance(node, ast.FunctionDef) else []
    for each in decorators:
        if isinstance(each, ast.Call) and source.dotted(each.func) == "command":
            yield each


def _examples(call: ast.Call) -> Iterator[ast.Constant]:
    for keyword in call.keywords:
        if keyword.arg == "examples":
            yield from (each for each in ast.walk(keyword.value) if isinstance(each, ast.Constant))
