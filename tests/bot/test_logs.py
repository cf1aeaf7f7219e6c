"""What is logged helps, and gives no secret away at any level."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
SECRETS = [
    TOKEN,
    f"https://api.telegram.org/bot{TOKEN}/getUpdates",
    "/bot42:x/getMe",
    "xoxb-123-abc-DEF",
    "xoxe.xoxb-1-Mi0yLTE",
    "xapp-1-A0-1-abc",
    "postgresql://ana:s3cret@db/recado",
    "connection failed: host=db password=s3cret dbname=recado",
    "Authorization: Bearer s3cret.token",
    "the-signing-secret",
]
LEAKS = ("AAHdq", "42:x", "xoxb-1", "Mi0y", "xapp-1", "s3cret", "signing-secret")
BEGIN = """
import logging, sys
from pathlib import Path
from bot import logs
logs.configure("DEBUG", logs.Redaction(["the-signing-secret"]), Path(sys.argv[1]), to_stderr=True)
log = logging.getLogger("story")
"""


def write(folder: Path, story: str, *arguments: str) -> tuple[list[str], str]:
    """Log in a process of its own; return the lines on stderr, and the file."""
    command = [sys.executable, "-c", BEGIN + story, str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stderr.splitlines(), (folder / "recado.log").read_text("utf-8")


def test_no_secret_is_written(tmp_path: Path) -> None:
    lines, text = write(
        tmp_path,
        """
for secret in sys.argv[2:]:
    log.debug("plain %s", secret)
    log.info("as an argument: %r", {"a": secret})
    log.warning("beside it", extra={"url": secret})
    try:
        raise ValueError(secret)
    except ValueError:
        log.exception("in a traceback")
    log.error("with its stack", stack_info=True)
""",
        *SECRETS,
    )
    written = "\n".join(lines) + text
    assert not [leak for leak in LEAKS if leak in written]
    assert written.count("***") >= 8 * len(SECRETS)


FAILURE = """
try:
    raise ValueError("boom")
except ValueError:
    log.exception("the post stumbled", extra={"letter": 7})
"""


def test_a_program_reads_json_without_tracebacks(tmp_path: Path) -> None:
    [line], _ = write(tmp_path, FAILURE)
    found = json.loads(line)
    assert found.pop("at").endswith("Z")
    assert found == {
        "level": "error",
        "logger": "story",
        "message": "the post stumbled",
        "letter": 7,
        "error": "ValueError: boom",
    }


def test_the_file_has_the_traceback(tmp_path: Path) -> None:
    _, text = write(tmp_path, FAILURE)
    assert "ERROR   story: the post stumbled letter=7\nTraceback (most recent call last):" in text


def test_a_wrong_format_costs_no_line(tmp_path: Path) -> None:
    _, text = write(tmp_path, 'log.info("%d of %d", 1)')
    assert "%d of %d (1,)" in text


@pytest.mark.parametrize("library", ["httpx", "slack_sdk.web", "telegram", "alembic.runtime"])
def test_libraries_are_quiet_about_their_insides(tmp_path: Path, library: str) -> None:
    lines, text = write(tmp_path, f'logging.getLogger("{library}").info("POST https://example.test/bot1:x")')
    assert (lines, text) == ([], "")


def test_a_service_that_cannot_write_its_file_says_all_on_stderr(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + FAILURE, str(taken)], capture_output=True, text=True, check=True
    )
    assert "Traceback (most recent call last)" in json.loads(done.stderr)["traceback"]
