"""Where the log goes, and what never gets into it.

Lines for people where a terminal listens, JSON where a program does; always with tracebacks in the data folder's
`recado.log`, never with one on the terminal. Whatever is written passes the redaction first.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

__all__ = ["Redaction", "configure", "incident", "report"]

FILE = "recado.log"
MOST_BYTES = 5_000_000
OLD_FILES = 3
HIDDEN = "***"
# What these say at INFO and below is about their own insides, and may hold an address with a token in it.
NOISY = (
    "alembic",
    "httpx",
    "httpcore",
    "slack_sdk",
    "slack_bolt",
    "telegram",
    "apscheduler",
    "asyncio",
    "aiohttp",
    "uvicorn",
)
SHAPES = re.compile(
    r"""
      (?P<bot>/bot)\d+:[\w-]+            # in the address of every call to Telegram
    | \b\d{6,}:[\w-]{30,}                # the same token, bare
    | \bxox[a-z](?:\.xox[a-z])?-[\w-]+   # Slack's tokens
    | \bxapp-[\w-]+
    | (?P<user>://[^\s:@/]*:)[^\s@/]+(?=@)  # the password of a database
    | (?P<name>\bpassword=)[^\s&]+
    | (?P<bearer>\bBearer\s+)\S+
    """,
    re.VERBOSE | re.IGNORECASE,
)
STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class Redaction:
    """Hides every secret it was told of, and whatever is shaped like one."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        words = sorted({secret for secret in known if secret}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, words))) if words else None

    def __call__(self, text: str) -> str:
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return SHAPES.sub(_hide, text)


def _hide(found: re.Match[str]) -> str:
    return (found["bot"] or found["user"] or found["name"] or found["bearer"] or "") + HIDDEN


class _Filter(logging.Filter):
    """Makes the record's text before anybody else can: what is redacted here is redacted for every formatter."""

    def __init__(self, redact: Redaction) -> None:
        super().__init__()
        self._redact = redact

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._redact(_message(record)), None
        if record.exc_info and not record.exc_text:
            record.exc_text = self._redact(logging.Formatter().formatException(record.exc_info))
        if record.stack_info:
            record.stack_info = self._redact(record.stack_info)
        for name, value in _extra(record).items():
            if isinstance(value, str):
                setattr(record, name, self._redact(value))
        return True


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # a wrong format must not cost the line
        return f"{record.msg} {record.args}"


def _extra(record: logging.LogRecord) -> dict[str, Any]:
    """Return what the caller added: `log.info(..., extra={"inbox": 7})`."""
    return {name: value for name, value in record.__dict__.items() if name not in STANDARD}


class _Lines(logging.Formatter):
    """One line of text, and the traceback below it where it is wanted."""

    def __init__(self, *, tracebacks: bool) -> None:
        super().__init__()
        self._tracebacks = tracebacks

    def format(self, record: logging.LogRecord) -> str:
        extra = "".join(f" {name}={value}" for name, value in _extra(record).items())
        line = f"{_time(record)} {record.levelname:<7} {record.name}: {record.getMessage()}{extra}"
        if not record.exc_text:
            return line
        return f"{line}\n{record.exc_text}" if self._tracebacks else f"{line} ({_last_line(record.exc_text)})"


class _Json(logging.Formatter):
    """One JSON object a line."""

    def __init__(self, *, tracebacks: bool) -> None:
        super().__init__()
        self._tracebacks = tracebacks

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_extra(record),
        }
        if record.exc_text:
            line["error"] = _last_line(record.exc_text)
            if self._tracebacks:
                line["traceback"] = record.exc_text
        return json.dumps(line, ensure_ascii=False, default=str)


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _last_line(traceback: str) -> str:
    return traceback.strip().rpartition("\n")[2]


def configure(level: str, redact: Redaction, folder: Path, *, to_stderr: bool) -> None:
    """Send the log to the file in `folder`, and to stderr where nobody types; call it again to change it.

    A service whose file cannot be written has the tracebacks on stderr too: they must be somewhere.
    """
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
        handler.close()
    file = _file(folder)
    handlers: list[logging.Handler] = [logging.NullHandler() if file is None else file]
    if to_stderr:
        handlers.append(_stderr(tracebacks=file is None))
    for handler in handlers:
        handler.addFilter(_Filter(redact))
        root.addHandler(handler)
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    logging.captureWarnings(capture=True)


def _file(folder: Path) -> logging.Handler | None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = RotatingFileHandler(folder / FILE, maxBytes=MOST_BYTES, backupCount=OLD_FILES, encoding="utf-8")
    except OSError:
        return None
    handler.setFormatter(_Lines(tracebacks=True))
    return handler


def _stderr(*, tracebacks: bool) -> logging.Handler:
    handler = logging.StreamHandler(sys.stderr)
    kind = _Lines if sys.stderr.isatty() else _Json
    handler.setFormatter(kind(tracebacks=tracebacks))
    return handler


def report(error: Exception) -> tuple[str, str]:
    """Write an unexpected error down; return its incident code, and where a person finds the rest.

    It may have happened before the settings were read, and the log begun.
    """
    from bot import settings

    folder, code = settings.data_folder(), incident()
    if not logging.getLogger().handlers:
        configure("INFO", Redaction(), folder, to_stderr=False)
    logging.getLogger(__name__).critical("incident %s", code, exc_info=error)
    path = folder / FILE
    return code, f"see {path}" if path.exists() else "there is no log, for the data folder cannot be written"


def incident() -> str:
    """Return a short code that a person can read out, and that leads to one place in the log."""
    return secrets.token_hex(4)
