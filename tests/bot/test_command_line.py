"""The commands: what they print, how they end, and what a person is told when they cannot."""

import json
import sqlite3
import stat
import subprocess
import sys

import pytest

from tests.bot.conftest import Recado

HEAVY = ("sqlalchemy", "pydantic", "telegram", "slack_sdk", "fastapi", "prompt_toolkit", "apscheduler", "alembic")


def test_help_names_every_command_and_imports_nothing_heavy(bare: Recado) -> None:
    done = bare("--help")
    assert done.code == 0
    for name in ("run", "chat", "migrate", "invite", "export", "doctor"):
        assert f"\n  {name} " in done.out
    probe = (
        "import sys\nfrom bot.__main__ import recado\nrecado(['--help'], standalone_mode=False)\nprint(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout.split()
    assert not [name for name in HEAVY if name in loaded]


def test_a_console_imports_no_platform_and_no_web(bare: Recado) -> None:
    probe = "import sys\nfrom bot import app\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout.split()
    assert not [
        name
        for name in ("pydantic", "telegram", "slack_sdk", "slack_bolt", "aiohttp", "fastapi", "uvicorn", "alembic")
        if name in loaded
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("chta",), "No such command 'chta'."),
        (("chat", "--jsno"), "No such option"),
        (("run", "--only", "slack"), "'slack' is not one of 'bot', 'scheduler', 'web'"),
        (("invite",), "Missing option '--name'"),
        (("invite", "--name", "Carla", "--role", "boss"), "'boss' is not one of"),
        (("invite", "--name", " "), "--name: it is no name."),
        (("invite", "--name", "x" * 500), "--name: it is no name."),
        (("invite", "--name", "Carla\u202e"), "--name: it is no name."),
    ],
)
def test_a_wrong_option_is_named(recado: Recado, arguments: tuple[str, ...], told: str) -> None:
    done = recado(*arguments)
    assert (done.code, done.out) == (2, "")
    assert told in done.err


def test_run_without_a_platform_and_without_a_terminal_says_what_to_set(recado: Recado) -> None:
    done = recado("run")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("recado: RECADO_TELEGRAM_TOKEN: no platform is configured, and there is no terminal")


@pytest.mark.parametrize("command", ["run", "chat", "export", "invite", "migrate"])
def test_a_wrong_setting_stops_every_command(recado: Recado, command: str) -> None:
    recado.settings["RECADO_LANGUAGE"] = "fr"
    done = recado(command, *(("--name", "Carla") if command == "invite" else ()))
    assert (done.code, done.out) == (2, "")
    assert done.err == "recado: RECADO_LANGUAGE: “fr” is no language I speak. Write en, pt or es.\n"


# The store ---------------------------------------------------------------------------------------------------------


def test_a_folder_that_is_not_there_is_named(bare: Recado) -> None:
    bare.settings["RECADO_DATABASE_URL"] = f"sqlite:///{bare.folder}/nowhere/crm.sqlite"
    done = bare("chat")
    assert (done.code, done.out) == (2, "")
    assert f"there is no folder {bare.folder}/nowhere. Make it" in done.err


def test_a_dead_server_is_told_without_its_password(bare: Recado) -> None:
    bare.settings["RECADO_DATABASE_URL"] = "postgresql://ana:s3cret@127.0.0.1:1/recado"
    done = bare("chat")
    assert (done.code, done.out) == (2, "")
    assert "recado: The database does not answer: connection failed" in done.err
    assert "Is RECADO_DATABASE_URL right, and the database running?" in done.err
    assert "Traceback" not in done.err
    assert "s3cret" not in done.err + bare.log


def test_a_newer_store_is_refused_and_left_as_it_is(recado: Recado) -> None:
    with sqlite3.connect(recado.data / "recado.sqlite") as store:
        store.execute("UPDATE alembic_version SET version_num = '9999'")
    store.close()
    for command in ("chat", "migrate", "export"):
        done = recado(command)
        assert (done.code, done.out) == (2, "")
        assert "The database has schema 9999" in done.err
        assert "install that one" in done.err
    assert "✗ database" in recado("doctor").out


def test_an_older_store_is_not_changed_under_a_running_program(recado: Recado) -> None:
    with sqlite3.connect(recado.data / "recado.sqlite") as store:
        store.execute("UPDATE alembic_version SET version_num = '0001'")
    store.close()
    done = recado("export")
    assert (done.code, done.out) == (2, "")
    assert done.err == "recado: The database is older than this program. Run `recado migrate` first.\n"


def test_a_file_that_another_program_keeps_locked_is_told(recado: Recado) -> None:
    holder = sqlite3.connect(recado.data / "recado.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    done = recado("chat", "--json", typed="met Ana: hi\n")
    holder.rollback()
    holder.close()
    assert done.code == 2
    assert done.err == "recado: Another program keeps the database locked. Close it and try again.\n"


def test_migrate_says_what_it_did(bare: Recado) -> None:
    assert bare("migrate").out.startswith("Migrated to schema ")
    assert bare("migrate").out.startswith("Nothing to do: the database has schema ")


def test_the_data_folder_is_for_its_owner_alone(bare: Recado) -> None:
    bare("migrate")
    assert stat.S_IMODE(bare.data.stat().st_mode) == 0o700


# Invitations and export ----------------------------------------------------------------------------------------------


def test_an_invitation_is_a_code_alone_on_the_first_line(recado: Recado) -> None:
    first, second = recado("invite", "--name", "Carla", "--role", "manager").out.splitlines()
    assert len(first) == 11
    assert second == (
        f"Carla (manager) joins with it within 7 days, once: /start {first} to the bot on Telegram, or /crm join {first} in Slack."
    )
    again = recado("invite", "--name", " carla ").out.splitlines()
    assert again[0] != first
    assert again[1].startswith("Carla (manager)")
    assert [member["name"] for member in recado.export()["members"]] == ["Admin", "Carla"]


def test_a_role_is_not_changed_by_the_way(recado: Recado) -> None:
    recado("invite", "--name", "Carla")
    done = recado("invite", "--name", "Carla", "--role", "admin")
    assert (done.code, done.out) == (2, "")
    assert "Carla is rep already." in done.err


def test_the_export_goes_to_a_reader_who_leaves(recado: Recado) -> None:
    done = subprocess.run(
        ["sh", "-c", '"$@" | head -c 20', "sh", *recado.command("export")],
        env=recado.environment,
        cwd=recado.folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (done.stdout, done.stderr) == ('{"version": 1, "expo', "")


# The doctor ----------------------------------------------------------------------------------------------------------


def test_the_doctor_finds_a_new_machine_well(bare: Recado) -> None:
    done = bare("doctor")
    assert (done.code, done.err) == (0, "")
    assert "✗" not in done.out
    assert "✓ settings: en, America/Sao_Paulo, USD" in done.out
    assert not bare.data.exists() or not list(bare.data.glob("*.sqlite"))


def test_the_doctor_looks_at_everything(on_both: Recado) -> None:
    on_both.chat("met Ana: hi")
    done = on_both("doctor")
    assert done.code == 0
    for part in (
        "✓ settings",
        "✓ data folder",
        "✓ database",
        "✓ schema",
        "✓ full-text search",
        "✓ clock",
        "✓ last tick",
    ):
        assert f"\n{part}" in f"\n{done.out}"
    assert "✓ last message: " in done.out
    assert "SQLite" in done.out or "PostgreSQL 1" in done.out


def test_the_doctor_names_what_is_wrong(bare: Recado) -> None:
    bare.settings["RECADO_DATABASE_URL"] = "postgresql://ana:s3cret@127.0.0.1:1/recado"
    bare.settings["RECADO_TELEGRAM_TOKEN"] = "42:secret-token"
    bare.settings["RECADO_TELEGRAM_API_URL"] = "http://127.0.0.1:1"
    done = bare("doctor")
    assert (done.code, done.err) == (1, "")
    assert "✗ database: postgresql+psycopg://ana:***@127.0.0.1:1/recado: The database does not answer" in done.out
    assert "✗ telegram: " in done.out
    assert "secret" not in done.out.replace("secret.key", "")
    bare.settings["RECADO_WEB_PORT"] = "x"
    done = bare("doctor")
    assert (done.code, done.out) == (
        1,
        "✗ RECADO_WEB_PORT: “x” is no port. Write a number from 1 to 65535, such as 8080.\n",
    )


# What nobody foresaw ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "where", "told"),
    [
        ("chat", ">&-", "there is nowhere to print to: stdout is closed."),
        ("export", ">&-", "there is nowhere to print to: stdout is closed."),
        ("chat", ">/dev/full", "what was to be printed could not be written (No space left on device)."),
        ("export", ">/dev/full", "what was to be printed could not be written (No space left on device)."),
        ("doctor", ">/dev/full", "what was to be printed could not be written (No space left on device)."),
    ],
)
def test_an_output_that_takes_nothing_is_told(recado: Recado, command: str, where: str, told: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f'echo help | "$@" {where}', "sh", *recado.command(command)],
        env=recado.environment,
        cwd=recado.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, f"recado: {told}\n")
    assert "incident" not in recado.log


BUG = """
from bot.__main__ import main, recado

@recado.command()
def bug():
    raise ValueError("a bug")

main(["bug"])
"""


def test_a_bug_shows_an_incident_and_its_traceback_is_in_the_log(recado: Recado) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BUG],
        env=recado.environment,
        cwd=recado.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    incident = done.stderr.partition("incident ")[2][:8]
    assert done.stderr == (
        f"recado: something broke on our side (incident {incident}); see {recado.data / 'recado.log'}\n"
    )
    assert f"incident {incident}\nTraceback (most recent call last)" in recado.log


def test_every_command_is_documented(bare: Recado) -> None:
    from bot.__main__ import recado
    from tests.bot.conftest import ROOT

    page = (ROOT / "docs" / "reference" / "command-line.md").read_text("utf-8")
    assert not [name for name in recado.commands if f"`recado {name}" not in page]


def test_json_is_json_in_any_locale(recado: Recado) -> None:
    recado.settings |= {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = recado("chat", "--json", typed="met José Núñez: olá\n")
    assert (done.code, done.err) == (0, "")
    assert "José Núñez" in json.loads(done.out)["text"]
