"""The rules of the house are kept, and each sees what it is for."""

import re
from collections.abc import Iterator

import pytest

from tests.house import rules, source
from tests.house.source import Module

LOCKS = ("requirements.txt", "requirements-dev.txt")

# A path below a person's or a build machine's folder; written so that it does not find itself.
MACHINE_PATH = re.compile(r"(?<![\w.\-}])/(?:root|home|Users|work)" + r"/[\w.]")
REGISTRY = re.compile(
    "|".join(["pypi" + r"\.org", "python" + "hosted", "npm" + r"js\.(?:com|org)", "deb" + r"\.debian"])
)


def _id(rule: rules.Rule) -> str:
    return rule.__name__


@pytest.mark.parametrize("rule", rules.PRODUCT_RULES, ids=_id)
def test_the_product_keeps_the_rule(rule: rules.Rule) -> None:
    _none([finding for module in source.modules(*source.PRODUCT) for finding in rule(module)])


@pytest.mark.parametrize("rule", rules.RULES_FOR_ALL, ids=_id)
def test_all_code_keeps_the_rule(rule: rules.Rule) -> None:
    _none([finding for module in source.modules(*source.OWN) for finding in rule(module)])


def test_tests_never_patch_our_own_code() -> None:
    _none([finding for module in source.modules("tests") for finding in rules.nothing_patches_our_own_code(module)])


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_names_no_address(lock: str) -> None:
    text = (source.ROOT / lock).read_text("utf-8")
    assert "--hash=sha256:" in text
    _none([f"{lock}:{n}: {line}" for n, line in _lines_with(re.compile(r"://|--[a-z-]*index|--find-links| @ "), text)])


def test_no_file_names_a_path_of_a_machine() -> None:
    _none([f"{name}:{n}: {line}" for name, text in source.text_files() for n, line in _lines_with(MACHINE_PATH, text)])


def test_no_file_names_a_registry() -> None:
    _none([f"{name}:{n}: {line}" for name, text in source.text_files() for n, line in _lines_with(REGISTRY, text)])


BROKEN: list[tuple[rules.Rule, str, str]] = [
    (rules.only_settings_reads_the_environment, "bot/app.py", "import os\nx = os.environ.get('A')"),
    (rules.only_settings_reads_the_environment, "bot/app.py", "from os import environ"),
    (rules.only_settings_reads_the_environment, "bot/app.py", "import os\nos.getenv('A')"),
    (rules.nothing_sleeps_in_a_thread, "storage/database.py", "import time\ntime.sleep(1)"),
    (rules.nothing_sleeps_in_a_thread, "storage/database.py", "from time import sleep"),
    (rules.no_module_has_a_vague_name, "bot/utils.py", ""),
    (rules.no_module_has_a_vague_name, "bot/common/names.py", ""),
    (rules.no_module_is_named_after_the_library, "email/__init__.py", ""),
    (
        rules.only_storage_speaks_to_the_database,
        "handlers/a.py",
        "def f():\n    from sqlalchemy.orm import Session",
    ),
    (rules.only_bot_and_web_speak_to_the_outside, "handlers/a.py", "import slack_sdk.web"),
    (rules.only_the_clock_knows_apscheduler, "bot/app.py", "from apscheduler.schedulers.asyncio import X"),
    (rules.only_the_database_commits, "storage/deals.py", "def f(session):\n    session.commit()"),
    (rules.every_module_says_what_it_is, "bot/a.py", "x = 1"),
    (rules.only_the_console_prints, "bot/app.py", "print(1)"),
    (rules.a_broad_except_gives_its_reason, "bot/a.py", "try:\n    f()\nexcept Exception:\n    pass"),
    (rules.a_broad_except_gives_its_reason, "bot/a.py", "try:\n    f()\nexcept:  # noqa: E722\n    pass"),
    (
        rules.a_broad_except_gives_its_reason,
        "bot/a.py",
        "try:\n    f()\nexcept (OSError, BaseException):\n    pass",
    ),
    (rules.no_file_is_too_long, "bot/a.py", "x = 1\n" * 601),
    (rules.nothing_patches_our_own_code, "tests/a.py", "from unittest.mock import Mock"),
    (rules.nothing_patches_our_own_code, "tests/a.py", "from unittest import mock"),
    (
        rules.nothing_patches_our_own_code,
        "tests/a.py",
        "def f(monkeypatch):\n    monkeypatch.setattr('bot.app.x', 1)",
    ),
    (
        rules.nothing_patches_our_own_code,
        "tests/a.py",
        "from storage import deals\ndef f(m):\n    m.setattr(deals.move, 'x', 1)",
    ),
]


@pytest.mark.parametrize(("rule", "name", "text"), BROKEN)
def test_the_rule_sees(rule: rules.Rule, name: str, text: str) -> None:
    assert list(rule(Module.parse(name, text)))


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (
            rules.a_broad_except_gives_its_reason,
            "try:\n    f()\n# one tick that fails must not end the clock\nexcept Exception:\n    g()",
        ),
        (
            rules.a_broad_except_gives_its_reason,
            "try:\n    f()\nexcept Exception:  # noqa: BLE001 - the edge: told as an incident\n    g()",
        ),
        (rules.nothing_patches_our_own_code, "import socket\ndef f(m):\n    m.setattr(socket, 'x', 1)"),
    ],
)
def test_the_rule_lets_pass(rule: rules.Rule, text: str) -> None:
    assert not list(rule(Module.parse("bot/a.py", text)))


def _none(findings: list[str]) -> None:
    if findings:
        pytest.fail("\n".join(findings), pytrace=False)


def _lines_with(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if pattern.search(line):
            yield number, line.strip()[:120]
