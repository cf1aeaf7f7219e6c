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
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import platformdirs
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from handlers.errors import SettingsError

__all__ = ["FILE", "PREFIX", "Settings", "data_folder", "load"]

PREFIX = "RECADO_"
FILE = "recado.toml"
FOR_TESTS = "RECADO_TEST_"  # where the test suite finds its PostgreSQL: not for the program
WEB_HOST = "127.0.0.1"
WEB_PORT = 8080
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LANGUAGES = ("en", "pt", "es")
HIGHEST_PORT = 65535
SHORTEST_KEY = 32  # characters


class _WrongError(ValueError):
    """A value that cannot be used; `setting` only where the field alone does not tell."""

    def __init__(self, problem: str, remedy: str, setting: str = "") -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy
        self.setting = setting


# One reader for each kind of value: takes what was written, returns it in the form the program uses --------------


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _WrongError("it is no text.", "Write it between quotes.")
    return value.strip()


def _database_url(value: Any) -> str:
    """Everything about addresses is known to storage; imported late, as it brings SQLAlchemy along."""
    from storage import database
    from storage.errors import StoreError

    try:
        url = database.normalise_url(_text(value))
    except StoreError as error:
        raise _WrongError(
            f"{error}".partition(";")[0] + ".", "Write sqlite:///file.sqlite or postgresql://user@host/name."
        ) from error
    if url.get_backend_name() == "sqlite" and (url.database or "").startswith("~"):
        url = url.set(database=str(Path(url.database or "").expanduser()))
    return url.render_as_string(hide_password=False)


def _shaped(pattern: str, problem: str, remedy: str) -> BeforeValidator:
    def read(value: Any) -> str:
        text = _text(value)
        if not re.fullmatch(pattern, text):
            raise _WrongError(problem, remedy)
        return text

    return BeforeValidator(read)


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


TelegramToken = Annotated[
    SecretStr,
    _shaped(r"\d+:[\w-]+", "it is no bot token.", "Copy it from BotFather: digits, a colon, letters."),
]
SlackBotToken = Annotated[
    SecretStr,
    _shaped(
        r"(xoxe\.)?xoxb-\S+",
        "it is no bot token.",
        "Copy the “Bot User OAuth Token” of the Slack app; it begins with xoxb-.",
    ),
]
SlackAppToken = Annotated[
    SecretStr,
    _shaped(
        r"xapp-\S+",
        "it is no app-level token.",
        "Make one with the scope connections:write in the Slack app; it begins with xapp-.",
    ),
]
SlackSigningSecret = Annotated[
    SecretStr,
    _shaped(
        r"(?!xox|xapp-)\S+",
        "it is no signing secret.",
        "Copy it from “Basic Information” of the Slack app; it is no token.",
    ),
]
WebhookSecret = Annotated[
    SecretStr,
    _shaped(
        r"[A-Za-z0-9_-]{1,256}",
        "Telegram does not take it.",
        "Use 1 to 256 letters, digits, _ and - (no spaces).",
    ),
]
SecretKey = Annotated[
    SecretStr,
    _shaped(rf"\S{{{SHORTEST_KEY},}}", "it is too short.", f"Use at least {SHORTEST_KEY} characters, without spaces."),
]


# The settings ----------------------------------------------------------------------------------------------------


class Settings(BaseSettings):
    """What this process was told. Read it with `load()`, hand it to what needs it; nothing else reads settings."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, validate_default=False, frozen=True, hide_input_in_errors=True
    )

    database_url: Annotated[SecretStr, BeforeValidator(_database_url)] = Field(
        default_factory=lambda: SecretStr(f"sqlite+pysqlite:///{data_folder() / 'recado.sqlite'}")
    )
    telegram_token: TelegramToken | None = None
    telegram_api_url: Annotated[str, BeforeValidator(_telegram_root)] = "https://api.telegram.org"
    slack_bot_token: SlackBotToken | None = None
    slack_app_token: SlackAppToken | None = None
    slack_signing_secret: SlackSigningSecret | None = None
    slack_api_url: Annotated[str, BeforeValidator(_slack_root)] = "https://slack.com/api/"
    web_host: Annotated[str, BeforeValidator(_text)] = WEB_HOST
    web_port: Annotated[int, BeforeValidator(_port)] | None = None
    public_url: Annotated[str, BeforeValidator(_web_address)] | None = None
    telegram_webhook_secret: WebhookSecret | None = None
    timezone: Annotated[str, BeforeValidator(_zone)] = Field(default_factory=_system_zone)
    language: Annotated[str, BeforeValidator(_language)] = "en"
    country: Annotated[str, BeforeValidator(_country)] | None = None
    currency: Annotated[str, BeforeValidator(_currency)] = "USD"
    secret_key: SecretKey | None = None
    log_level: Annotated[str, BeforeValidator(_level)] = "INFO"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - we have no .env file
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - nor a folder of secrets
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then what `load` read from the file."""
        return env_settings, init_settings

    @model_validator(mode="after")
    def _slack_is_whole(self) -> Self:
        """A bot token alone can speak but not hear."""
        can_hear = self.slack_app_token or self.slack_signing_secret
        if self.slack_bot_token and not can_hear:
            raise _WrongError(
                "Slack cannot reach the bot with it alone.",
                "Set RECADO_SLACK_APP_TOKEN too (Socket Mode, no public address) or RECADO_SLACK_SIGNING_SECRET.",
                "slack_bot_token",
            )
        if can_hear and not self.slack_bot_token:
            raise _WrongError(
                "it is not set, but the other settings of Slack are.",
                "Copy the “Bot User OAuth Token” of the Slack app (xoxb-...).",
                "slack_bot_token",
            )
        return self

    @model_validator(mode="after")
    def _webhook_has_an_address(self) -> Self:
        if self.telegram_webhook_secret and not self.public_url:
            raise _WrongError(
                "it is not set, but RECADO_TELEGRAM_WEBHOOK_SECRET is: Telegram needs to know where to call.",
                "Set it to the https address under which the web server is reached from outside.",
                "public_url",
            )
        return self

    @property
    def data_folder(self) -> Path:
        """Where everything is kept that was not told to be elsewhere."""
        return data_folder()

    @property
    def has_platform(self) -> bool:
        return self.telegram_token is not None or self.slack_bot_token is not None

    @property
    def has_webhook(self) -> bool:
        """Telegram calls us, rather than being asked again and again."""
        return self.telegram_token is not None and self.telegram_webhook_secret is not None

    @property
    def web(self) -> tuple[str, int] | None:
        """Host and port to serve at; None: no web. What calls us from outside switches it on by itself."""
        if self.web_port is None and self.slack_signing_secret is None and not self.has_webhook:
            return None
        return self.web_host, self.web_port or WEB_PORT

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret value, for the log's redaction."""
        values = (getattr(self, name) for name in type(self).model_fields if name != "database_url")
        return tuple(value.get_secret_value() for value in values if isinstance(value, SecretStr))

    def key(self) -> str:
        """Return the secret key; without a setting it is made once, in the data folder, for the owner's eyes only."""
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        path = self.data_folder / "secret.key"
        with suppress(FileNotFoundError):
            return path.read_text(encoding="ascii").strip()
        return _make_key(path)


def data_folder() -> Path:
    """Return this person's data folder (XDG_DATA_HOME is honoured); it may not exist yet."""
    return platformdirs.user_data_path("recado", appauthor=False)


def load() -> Settings:
    """Read and check all settings; raises SettingsError for the first that is wrong."""
    path, written = _read_file()
    _check_names(os.environ, path, written)
    values = {name.lower().removeprefix(PREFIX.lower()): value for name, value in written.items()}
    try:
        return Settings(**values)
    except ValidationError as error:
        raise _explain(error) from None


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
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
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


def _explain(error: ValidationError) -> SettingsError:
    """Turn the first complaint into ours; the value itself may be a secret and is not repeated."""
    first = error.errors(include_url=False, include_input=False)[0]
    wrong = first.get("ctx", {}).get("error")
    field = str(first["loc"][0]) if first["loc"] else ""
    if isinstance(wrong, _WrongError):
        return SettingsError(PREFIX + (wrong.setting or field).upper(), wrong.problem, wrong.remedy)
    return SettingsError(
        PREFIX + field.upper(), f"it cannot be used: {first['msg']}.", "See docs/reference/settings.md."
    )


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
