"""The rules of the house that no linter has: one function each, a module in, findings out."""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from tests.house import source
from tests.house.source import Module

LONGEST_FILE = 600
ONE_PAGE = "storage/models.py"  # every table in one place, however long the place
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "common", "misc"}
PRINTERS = ("bot/__main__.py", "bot/platforms/console")
OUTSIDE = {"telegram", "slack_bolt", "slack_sdk", "aiohttp", "fastapi", "starlette", "uvicorn"}
STORE = {"sqlalchemy", "alembic", "psycopg", "psycopg_pool"}
BROAD = {"Exception", "BaseException"}

Rule = Callable[[Module], Iterator[str]]


def only_settings_reads_the_environment(module: Module) -> Iterator[str]:
    if module.name == "bot/settings.py":
        return
    names = {"os.environ", "os.environb", "os.getenv"}
    yield from _imported(module, names, "only bot/settings.py reads the environment")
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and source.dotted(node) in names:
            yield module.at(node, "only bot/settings.py reads the environment")


def nothing_sleeps_in_a_thread(module: Module) -> Iterator[str]:
    why = "time.sleep holds a thread: wait on an event, or asyncio.sleep at the edges"
    yield from _imported(module, {"time.sleep"}, why)
    for node, name in module.calls():
        if name == "time.sleep":
            yield module.at(node, why)


def no_module_has_a_vague_name(module: Module) -> Iterator[str]:
    path = PurePosixPath(module.name)
    for part in {*path.parts[:-1], path.stem} & VAGUE_NAMES:
        yield f"{module.name}:1: '{part}' says nothing: name the module after the noun it is about"


def no_module_is_named_after_the_library(module: Module) -> Iterator[str]:
    parts = PurePosixPath(module.name).with_suffix("").parts
    if parts[0] in sys.stdlib_module_names:
        yield f"{module.name}:1: a top-level package hides the standard library's {parts[0]}"


def only_storage_speaks_to_the_database(module: Module) -> Iterator[str]:
    if not module.name.startswith("storage/"):
        yield from _imported(module, STORE, "only storage speaks to the database")


def only_bot_and_web_speak_to_the_outside(module: Module) -> Iterator[str]:
    if not module.name.startswith(("bot/", "web/")):
        yield from _imported(module, OUTSIDE, "only bot and web speak to the outside")


def only_the_clock_knows_apscheduler(module: Module) -> Iterator[str]:
    if module.name != "scheduler/clock.py":
        yield from _imported(module, {"apscheduler"}, "only scheduler/clock.py knows APScheduler")


def only_the_database_commits(module: Module) -> Iterator[str]:
    if module.name == "storage/database.py":
        return
    for node, name in module.calls():
        if name.endswith(".commit"):
            yield module.at(node, "only storage/database.py commits: a unit of work ends in one place")


def every_module_says_what_it_is(module: Module) -> Iterator[str]:
    if not ast.get_docstring(module.tree):
        yield f"{module.name}:1: a module begins with one sentence on what it is"


def only_the_console_prints(module: Module) -> Iterator[str]:
    if module.name.startswith(PRINTERS):
        return
    for node, name in module.calls():
        if name == "print":
            yield module.at(node, "only the command line and the console print: log, or return a Reply")


def a_broad_except_gives_its_reason(module: Module) -> Iterator[str]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type) and not _has_reason(module, node.lineno):
            yield module.at(node, "a broad except needs its reason in a comment, beside it or on the line above")


def no_file_is_too_long(module: Module) -> Iterator[str]:
    if (count := len(module.lines)) > LONGEST_FILE and module.name != ONE_PAGE:
        yield f"{module.name}:{LONGEST_FILE}: {count} lines: split it by noun"


def nothing_patches_our_own_code(module: Module) -> Iterator[str]:
    yield from _imported(module, {"unittest.mock", "mock", "pytest_mock"}, "use a real thing, or a fake of one's own")
    ours = _own_names(module)
    for node, name in module.calls():
        if name.endswith((".setattr", ".setitem")) and node.args and _is_ours(node.args[0], ours):
            yield module.at(node, "a test never patches our own code: hand the thing in")


PRODUCT_RULES: list[Rule] = [
    only_settings_reads_the_environment,
    nothing_sleeps_in_a_thread,
    no_module_is_named_after_the_library,
    only_storage_speaks_to_the_database,
    only_bot_and_web_speak_to_the_outside,
    only_the_clock_knows_apscheduler,
    only_the_database_commits,
    only_the_console_prints,
]
RULES_FOR_ALL: list[Rule] = [
    no_module_has_a_vague_name,
    every_module_says_what_it_is,
    a_broad_except_gives_its_reason,
    no_file_is_too_long,
]


def _names(node: ast.ImportFrom) -> set[str]:
    return {alias.name for alias in node.names}


def _imported(module: Module, forbidden: set[str], why: str) -> Iterator[str]:
    for node, name in module.imports():
        full = {name} | ({f"{name}.{n}" for n in _names(node)} if isinstance(node, ast.ImportFrom) else set())
        if any(one == f or one.startswith(f"{f}.") for one in full for f in forbidden):
            yield module.at(node, f"imports {name}: {why}")


def _is_broad(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Tuple):
        return any(_is_broad(element) for element in node.elts)
    return node is None or source.dotted(node) in BROAD


def _has_reason(module: Module, line: int) -> bool:
    here, above = module.lines[line - 1], module.lines[line - 2].strip() if line > 1 else ""
    comment = here.partition("#")[2] + (" " + above if above.startswith("#") else "")
    said = re.sub(r"(noqa|type): *\S+|#", "", comment)
    return len(re.findall(r"\w{2,}", said)) > 1


def _own_names(module: Module) -> set[str]:
    found = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in source.PRODUCT:
            found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.asname or a.name.split(".")[0] for a in node.names if a.name.split(".")[0] in source.PRODUCT}
    return found


def _is_ours(node: ast.expr, ours: set[str]) -> bool:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value.split(".")[0] in source.PRODUCT
    return source.dotted(node).split(".")[0] in ours
