"""Every setting, typed, in one frozen class: the only place that reads the environment.

A setting comes from the environment (`RECADO_LANGUAGE=pt`), else from `recado.toml` (`language = "pt"`) in the current
folder, else from `recado.toml` in the data folder. A wrong one raises SettingsError, which says how to mend it.
"""

from __future__ import annotations

import difflib
import os
import re
import secrets
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import available_timezones

import platformdirs

from handlers.errors import SettingsError

__all__ = ["FILE", "PREFIX", "Secret", "Settings", "data_folder", "load"]

PREFIX = "RECADO_"
FILE = "recado.toml"
FOR_TESTS = "RECADO_TEST_"  # where the test suite finds its PostgreSQL: not for the program
WEB_HOST = "127.0.0.1"
WEB_PORT = 8080
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LANGUAGES = ("en", "pt", "es")
HIGHEST_PORT = 65535
SHORTEST_KEY = 32  # characters
# Two letters that the CLDR knows but no country has: unions, islands of another country, what is only for tests.
NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


class _WrongError(ValueError):
    """A value that cannot be used."""

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy


class Secret:
    """A value that no log, no repr and no traceback shows by accident."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"


Read = Callable[[Any], Any]


# One reader for each kind of value: takes what was written, returns it in the form the program uses --------------


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _WrongError("it is no text.", "Write it between quotes.")
    return value.strip()


def _database_url(value: Any) -> Secret:
    """Everything about addresses is known to storage; imported late, as it brings SQLAlchemy along."""
    from storage import database
    from storage.errors import StoreError

    try:
        url = database.normalise_url(_text(value))
    except StoreError as error:
        raise _WrongError(
            f"{error}".partition(";")[0] + ".", "Write sqlite:///file.sqlite or postgresql://user@host/name."
        ) from error
    if url.get_backend_name() == "sqlite":
        name = url.database or ""
        if name in {"", ":memory:"} or (
            name.startswith("file:") and ("memory" in name or "memory" in url.query.values())
        ):
            raise _WrongError(
                "a database in memory would be lost with the program.",
                "Name a file, as in sqlite:///file.sqlite (sqlite:////folder/file.sqlite from the root).",
            )
        if name.startswith("~"):
            url = url.set(database=str(Path(name).expanduser()))
    return Secret(url.render_as_string(hide_password=False))


def _secret(shape: str, problem: str, remedy: str) -> Read:
    """Return the reader of a secret of this shape (a regular expression); it never repeats the value."""

    def read(value: Any) -> Secret:
        text = _text(value)
        if not re.fullmatch(shape, text):
            raise _WrongError(problem, remedy)
        return Secret(text)

    return read


def _web_address(value: Any) -> str:
    text = _text(value).rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise _WrongError(f"“{text}” is no web address.", "Write it as https://host, with a port if it has one.")
    return text


def _telegram_root(value: Any) -> str:
    return _web_address(value).removesuffix("/bot")


def _slack_root(value: Any) -> str:
    """Slack's clients glue the method's name to it, so the last stroke counts."""
    text = _web_address(value)
    if not text.endswith("/api"):
        raise _WrongError(f"“{text}” does not end in /api/.", "Write it as https://slack.com/api/")
    return text + "/"


def _port(value: Any) -> int:
    with suppress(ValueError):
        port = int(str(value).strip())
        if 0 < port <= HIGHEST_PORT:
            return port
    raise _WrongError(f"“{value}” is no port.", f"Write a number from 1 to {HIGHEST_PORT}, such as {WEB_PORT}.")


def _zone(value: Any) -> str:
    text = _text(value).replace(" ", "_")
    known = {zone.casefold(): zone for zone in available_timezones()}
    if text.casefold() not in known:
        near = _nearest(text.casefold(), known)
        raise _WrongError(f"“{text}” is no time zone.", f"Write one such as {known.get(near, 'America/Sao_Paulo')}.")
    return known[text.casefold()]


def _language(value: Any) -> str:
    """`pt_BR`, `pt-BR` and `pt_BR.UTF-8` are Portuguese."""
    text = _text(value)
    language = re.split(r"[-_.@]", text)[0].lower()
    if language not in LANGUAGES:
        raise _WrongError(f"“{text}” is no language I speak.", "Write en, pt or es.")
    return language


def _country(value: Any) -> str:
    return _listed(_text(value), "territories", r"[A-Z]{2}", "country", "BR")


def _currency(value: Any) -> str:
    return _listed(_text(value), "currencies", r"[A-Z]{3}", "currency", "BRL")


def _listed(text: str, kind: str, shape: str, noun: str, example: str) -> str:
    """Look a code up in the CLDR, which also knows what people call the thing."""
    import babel

    names: Mapping[str, str] = getattr(babel.Locale("en"), kind)
    names = {code: name for code, name in names.items() if code not in NO_COUNTRIES}
    code = text.upper()
    if re.fullmatch(shape, code) and code in names:
        return code
    called = {name.casefold(): code for code, name in names.items() if re.fullmatch(shape, code)}
    near = _nearest(text.casefold(), called)
    raise _WrongError(
        f"“{text}” is no {noun} code.", f"Write its {len(example)} letters, such as {called.get(near, example)}."
    )


def _level(value: Any) -> str:
    text = _text(value).upper()
    if text not in LEVELS:
        raise _WrongError(f"“{text}” is no level.", f"Write one of {', '.join(LEVELS)}.")
    return text


def _system_zone() -> str:
    """The zone of this machine; where it has none that has a name, times are shown in UTC."""
    import tzlocal

    try:
        zone = tzlocal.get_localzone_name() or "UTC"
    except (LookupError, ValueError):
        return "UTC"
    return zone.removeprefix("Etc/")


_telegram_token = _secret(r"\d+:[\w-]+", "it is no bot token.", "Copy it from BotFather: digits, a colon, letters.")
_slack_bot_token = _secret(
    r"(xoxe\.)?xoxb-\S+",
    "it is no bot token.",
    "Copy the “Bot User OAuth Token” of the Slack app; it begins with xoxb-.",
)
_slack_app_token = _secret(
    r"xapp-\S+",
    "it is no app-level token.",
    "Make one with the scope connections:write in the Slack app; it begins with xapp-.",
)
_slack_signing_secret = _secret(
    r"(?!xox|xapp-)\S+",
    "it is no signing secret.",
    "Copy it from “Basic Information” of the Slack app; it is no token.",
)
_webhook_secret = _secret(
    r"[A-Za-z0-9_-]{1,256}",
    "Telegram does not take it.",
    "Use 1 to 256 letters, digits, _ and - (no spaces).",
)
_secret_key = _secret(
    rf"\S{{{SHORTEST_KEY},}}", "it is too short.", f"Use at least {SHORTEST_KEY} characters, without spaces."
)


def _own_database() -> Secret:
    """An address, in which `?`, `#` and `%` of a folder's name would mean something else."""
    return Secret(f"sqlite+pysqlite:///{quote(str(data_folder() / 'recado.sqlite'))}")


# The settings ----------------------------------------------------------------------------------------------------


def _by(read: Read) -> Mapping[str, Read]:
    """Say how what is written becomes the value."""
    return {"read": read}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What this process was told. Read it with `load()`, hand it to what needs it; nothing else reads settings.

    A plain dataclass: pydantic-settings does the same in 14 MiB and a tenth of a second more (docs/decisions/0017).
    """

    database_url: Secret = field(default_factory=_own_database, metadata=_by(_database_url))
    telegram_token: Secret | None = field(default=None, metadata=_by(_telegram_token))
    telegram_api_url: str = field(default="https://api.telegram.org", metadata=_by(_telegram_root))
    slack_bot_token: Secret | None = field(default=None, metadata=_by(_slack_bot_token))
    slack_app_token: Secret | None = field(default=None, metadata=_by(_slack_app_token))
    slack_signing_secret: Secret | None = field(default=None, metadata=_by(_slack_signing_secret))
    slack_api_url: str = field(default="https://slack.com/api/", metadata=_by(_slack_root))
    web_host: str = field(default=WEB_HOST, metadata=_by(_text))
    web_port: int | None = field(default=None, metadata=_by(_port))
    public_url: str | None = field(default=None, metadata=_by(_web_address))
    telegram_webhook_secret: Secret | None = field(default=None, metadata=_by(_webhook_secret))
    timezone: str = field(default_factory=_system_zone, metadata=_by(_zone))
    language: str = field(default="en", metadata=_by(_language))
    country: str | None = field(default=None, metadata=_by(_country))
    currency: str = field(default="USD", metadata=_by(_currency))
    secret_key: Secret | None = field(default=None, metadata=_by(_secret_key))
    log_level: str = field(default="INFO", metadata=_by(_level))

    @property
    def data_folder(self) -> Path:
        """Where everything is kept that was not told to be elsewhere."""
        return data_folder()

    @property
    def has_platform(self) -> bool:
        return self.telegram_token is not None or self.slack_bot_token is not None

    @property
    def web(self) -> tuple[str, int] | None:
        """Host and port to serve at; None: no web. Slack by HTTP switches it on by itself."""
        if self.web_port is None and self.slack_signing_secret is None:
            return None
        return self.web_host, self.web_port or WEB_PORT

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret value, for the log's redaction."""
        values = (getattr(self, name) for name in NAMES if name != "database_url")
        return tuple(value.reveal() for value in values if isinstance(value, Secret))

    def key(self) -> str:
        """Return the secret key; without a setting it is made once, in the data folder, for the owner's eyes only."""
        if self.secret_key is not None:
            return self.secret_key.reveal()
        path = self.data_folder / "secret.key"
        with suppress(FileNotFoundError):
            return path.read_text(encoding="ascii").strip()
        return _make_key(path)


def data_folder() -> Path:
    """Return this person's data folder (XDG_DATA_HOME is honoured); it may not exist yet."""
    return platformdirs.user_data_path("recado", appauthor=False)


NAMES = tuple(one.name for one in fields(Settings))


def load() -> Settings:
    """Read and check all settings; raises SettingsError for the first that is wrong."""
    path, written = _read_file()
    _check_names(os.environ, path, written)
    given = {_bare(name).lower(): value for name, value in (*written.items(), *_given(os.environ))}
    values = {one.name: _read(one, given[one.name]) for one in fields(Settings) if one.name in given}
    settings = Settings(**values)
    _check_slack(settings)
    _check_webhook(settings)
    return settings


def _given(environment: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Return our part of the environment; an empty value is no value."""
    return ((name, value) for name, value in environment.items() if name.upper().startswith(PREFIX) and value)


def _read(setting: Field[Any], value: Any) -> Any:
    try:
        return setting.metadata["read"](value)
    except _WrongError as error:
        raise SettingsError(PREFIX + setting.name.upper(), error.problem, error.remedy) from None


def _check_slack(settings: Settings) -> None:
    """A bot token alone can speak but not hear; the others alone can do neither."""
    can_hear = settings.slack_app_token or settings.slack_signing_secret
    if settings.slack_bot_token and not can_hear:
        raise SettingsError(
            "RECADO_SLACK_BOT_TOKEN",
            "Slack cannot reach the bot with it alone.",
            "Set RECADO_SLACK_APP_TOKEN too (Socket Mode, no public address) or RECADO_SLACK_SIGNING_SECRET.",
        )
    if can_hear and not settings.slack_bot_token:
        raise SettingsError(
            "RECADO_SLACK_BOT_TOKEN",
            "it is not set, but the other settings of Slack are.",
            "Copy the “Bot User OAuth Token” of the Slack app (xoxb-...).",
        )


def _check_webhook(settings: Settings) -> None:
    if settings.telegram_webhook_secret and not settings.public_url:
        raise SettingsError(
            "RECADO_PUBLIC_URL",
            "it is not set, but RECADO_TELEGRAM_WEBHOOK_SECRET is: Telegram needs to know where to call.",
            "Set it to the https address under which the web server is reached from outside.",
        )


def _read_file() -> tuple[Path, dict[str, Any]]:
    for folder in (Path.cwd(), data_folder()):
        path = folder / FILE
        try:
            return path, tomllib.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(
                str(path), f"it cannot be read: {error}.", 'Write lines such as language = "pt".'
            ) from None
        except OSError as error:
            raise SettingsError(str(path), f"it cannot be opened: {error.strerror}.", "Mend its permissions.") from None
    return Path(FILE), {}


def _check_names(environment: Iterable[str], path: Path, written: Iterable[str]) -> None:
    """A misspelt setting would be ignored in silence, and nobody would know why nothing changed."""
    known = {PREFIX + name.upper(): name for name in NAMES}
    for name in sorted(environment):
        if name.upper().startswith(PREFIX) and not name.startswith(FOR_TESTS) and name.upper() not in known:
            raise SettingsError(name, "there is no such setting.", _offer(name, known))
    for name in written:
        if PREFIX + name.upper().removeprefix(PREFIX) not in known:
            raise SettingsError(f"{name} in {path}", "there is no such setting.", _offer(name.lower(), known.values()))


def _offer(name: str, known: Collection[str]) -> str:
    near = next((one for one in known if _bare(one) == _nearest(_bare(name), map(_bare, known))), "")
    return f"Did you mean {near}?" if near else f"These there are: {', '.join(known)}."


def _bare(name: str) -> str:
    """The prefix is common to all, and would make any two names look alike."""
    return name.upper().removeprefix(PREFIX)


def _nearest(name: str, known: Iterable[str]) -> str:
    return next(iter(difflib.get_close_matches(name, known, n=1)), "")


def _make_key(path: Path) -> str:
    """Write a new key where no other process can have written one in between: the first link wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)
    return path.read_text(encoding="ascii").strip()
