"""The source as the house rules read it: files, their trees, and where a thing stands."""

import ast
import functools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("bot", "web", "scheduler", "handlers", "storage")
OWN = (*PRODUCT, "tests", "benchmarks")
# Made by programs or by the machine, and in no commit.
PASSED_OVER = {"__pycache__", "build", "dist", "node_modules"}


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file; `name` is its path from the root, as messages show it."""

    name: str
    text: str
    tree: ast.Module

    @classmethod
    def parse(cls, name: str, text: str) -> "Module":
        """Read a module from its text."""
        return cls(name, text, ast.parse(text, name))

    @property
    def lines(self) -> list[str]:
        """Its lines, the first at index 0."""
        return self.text.splitlines()

    def at(self, node: ast.AST, what: str) -> str:
        """A finding, in the form that editors jump to."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}: {what}"

    def imports(self) -> Iterator[tuple[ast.stmt, str]]:
        """Every module that is imported anywhere in the file, by its full name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node, node.module

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Every call with the dotted name of what is called: `time.sleep`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node, dotted(node.func)


def dotted(node: ast.AST) -> str:
    """`a.b.c` for names and attributes; an unnamed beginning is empty: `f().b` is `.b`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return ""


@functools.cache
def modules(*folders: str) -> list[Module]:
    """All Python files of these folders."""
    files = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return [Module.parse(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in files]


@functools.cache
def text_files() -> list[tuple[str, str]]:
    """Every text file that could be committed, with its path from the root."""
    found = []
    for folder, names, files in os.walk(ROOT):
        names[:] = [n for n in names if n not in PASSED_OVER and (n == ".ci" or not n.startswith("."))]
        found += [Path(folder) / name for name in files]
    return [(path.relative_to(ROOT).as_posix(), text) for path in sorted(found) if (text := _text(path))]


def _text(path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except (UnicodeDecodeError, FileNotFoundError):
        return None
