"""The command line: `recado run`, `recado chat` and what keeps house around them.

Whatever goes wrong is said in one line on stderr: exit 2 for settings and the store, 1 for all else. Imports stand in
the commands that need them, so that `--help` answers at once.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.settings import Settings

CANNOT_START = 2
INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="recado", message="recado %(version)s")
def recado() -> None:
    """Recado, the CRM that lives where salespeople already talk."""


@recado.command()
@click.option(
    "--only",
    type=click.Choice(["bot", "scheduler", "web"]),
    help="One part: bot asks the platforms for messages, web is called by them, scheduler sends what is due.",
)
def run(only: str | None) -> None:
    """Run every platform that has its token; without any, talk in this terminal."""
    from bot import app

    settings = _settings(is_service=True)
    if only is None and not settings.has_platform and sys.stdin.isatty():
        asyncio.run(app.chat(_settings(), command="run"))
    else:
        asyncio.run(app.run(settings, only))


@recado.command()
@click.option("--as", "name", metavar="NAME", help="Speak as this member (default: Admin).")
@click.option("--json", "as_json", is_flag=True, help="Print each reply and each push as one JSON object a line.")
def chat(name: str | None, *, as_json: bool) -> None:
    """Talk in this terminal; piped in, each line gets one reply."""
    from bot import app

    _begin_output(encoding="utf-8" if as_json else None)
    asyncio.run(app.chat(_settings(), name, as_json=as_json))


@recado.command()
def migrate() -> None:
    """Bring the database to this version's schema (`run` and `chat` do so by themselves)."""
    from bot import chores

    _begin_output()
    _say(asyncio.run(chores.migrate(_settings())))


@recado.command()
@click.option("--name", required=True, help="The member; a new name makes a new member.")
@click.option(
    "--role",
    type=click.Choice(["admin", "manager", "rep", "viewer"]),
    help="What a new member may do (default: rep).",
)
def invite(name: str, role: str | None) -> None:
    """Print a code with which somebody joins from Slack or Telegram."""
    from bot import chores

    _begin_output()
    _say(asyncio.run(chores.invite(_settings(), name, role)))


@recado.command()
def export() -> None:
    """Print the whole store as one JSON document."""
    from bot import chores

    _begin_output(encoding="utf-8")
    asyncio.run(chores.export(_settings(), sys.stdout))


@recado.command()
def doctor() -> int:
    """Look at everything that must be right, and say how to mend what is not."""
    from bot import doctor as surgery

    _begin_output()
    return asyncio.run(surgery.examine(_say))


def _settings(*, is_service: bool = False) -> Settings:
    """Read the settings and begin the log: on stderr too if nobody is typing there."""
    from bot import logs, settings

    found = settings.load()
    logs.configure(found.log_level, logs.Redaction(found.secrets), found.data_folder, to_stderr=is_service)
    return found


def _begin_output(*, encoding: str | None = None) -> None:
    """Write in this encoding, whatever the locale; a character that a terminal cannot show must stop nothing."""
    from bot import output

    output.check()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding=encoding, errors="replace")


def _say(text: str) -> None:
    from bot.output import printing

    with printing():
        click.echo(text)


def main(arguments: Sequence[str] | None = None) -> None:
    sys.exit(_guarded(sys.argv[1:] if arguments is None else arguments))


def _guarded(arguments: Sequence[str]) -> int:
    """Run a command; return its exit code, whatever happens."""
    try:
        code = recado.main(list(arguments), prog_name="recado", standalone_mode=False)
        _flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        return _leave_quietly()
    except Exception as error:  # the edge of the program: a person never sees a traceback
        return _told(error)


def _flush() -> None:
    if getattr(sys, "stdout", None) is None:  # a service may have none
        return
    from bot.output import printing

    with printing():
        sys.stdout.flush()


def _leave_quietly() -> int:
    """Whoever read our output has heard enough; the interpreter must not complain of it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _told(error: Exception) -> int:
    from bot import logs
    from bot.output import OutputError
    from handlers.errors import CrmError, SettingsError
    from storage.errors import StoreError

    if isinstance(error, OutputError) and getattr(sys, "stdout", None) is not None:
        _leave_quietly()
    if isinstance(error, CrmError):
        click.echo(f"recado: {logs.Redaction()(str(error))}", err=True)
        return CANNOT_START if isinstance(error, SettingsError | StoreError) else 1
    code, where = logs.report(error)
    click.echo(f"recado: something broke on our side (incident {code}); {where}", err=True)
    return 1


if __name__ == "__main__":
    main()
