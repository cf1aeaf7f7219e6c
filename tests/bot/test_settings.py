"""Every setting: what it may be, what it becomes, and what a person is told who got it wrong."""

import stat
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot import settings
from handlers.errors import SettingsError
from storage.database import normalise_url

TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
SLACK = {"RECADO_SLACK_BOT_TOKEN": "xoxb-1-2", "RECADO_SLACK_APP_TOKEN": "xapp-1-2"}


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def load(monkeypatch: pytest.MonkeyPatch, environment: Mapping[str, str]) -> settings.Settings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return settings.load()


def test_without_any_everything_has_its_place(tmp_path: Path) -> None:
    found = settings.load()
    assert found.database_url.reveal() == f"sqlite+pysqlite:///{tmp_path}/data/recado/recado.sqlite"
    assert (found.language, found.currency, found.country, found.log_level) == ("en", "USD", None, "INFO")
    assert found.telegram_api_url == "https://api.telegram.org"
    assert found.slack_api_url == "https://slack.com/api/"
    assert not found.has_platform
    assert found.web is None
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("folder", ["what?", "no. #1", "100%", "%41", "a b", "São Paulo", "a&b=c+d"])
def test_the_database_is_in_the_data_folder_whatever_that_is_called(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, folder: str
) -> None:
    found = load(monkeypatch, {"XDG_DATA_HOME": str(tmp_path / folder)})
    address = normalise_url(found.database_url.reveal())
    assert (address.database, dict(address.query)) == (str(tmp_path / folder / "recado" / "recado.sqlite"), {})


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [
        ("database_url", "postgres://ana@db/recado", "postgresql+psycopg://ana@db/recado"),
        ("database_url", "postgresql://ana:secret@db/recado", "postgresql+psycopg://ana:secret@db/recado"),
        ("database_url", "sqlite:///crm.db", "sqlite+pysqlite:///crm.db"),
        ("telegram_token", f" {TOKEN} ", TOKEN),
        ("telegram_api_url", "http://localhost:8081/", "http://localhost:8081"),
        ("telegram_api_url", "http://localhost:8081/bot", "http://localhost:8081"),
        ("slack_api_url", "http://localhost:8082/api", "http://localhost:8082/api/"),
        ("slack_api_url", "http://localhost:8082/api/", "http://localhost:8082/api/"),
        ("web_host", "0.0.0.0", "0.0.0.0"),
        ("web_port", "8443", 8443),
        ("public_url", "https://crm.example/", "https://crm.example"),
        ("timezone", "america/sao paulo", "America/Sao_Paulo"),
        ("timezone", "UTC", "UTC"),
        ("language", "pt_BR", "pt"),
        ("language", "pt-PT", "pt"),
        ("language", "es_MX.UTF-8", "es"),
        ("language", "EN", "en"),
        ("country", "br", "BR"),
        ("currency", "brl", "BRL"),
        ("log_level", "debug", "DEBUG"),
        ("secret_key", "k" * 32, "k" * 32),
        ("language", "", "en"),
    ],
)
def test_a_setting_is_read_however_people_write_it(
    monkeypatch: pytest.MonkeyPatch, name: str, written: str, read: str | int
) -> None:
    value = getattr(load(monkeypatch, {f"RECADO_{name.upper()}": written}), name)
    assert (value.reveal() if hasattr(value, "reveal") else value) == read


def test_a_path_from_home_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = load(monkeypatch, {"HOME": str(tmp_path), "RECADO_DATABASE_URL": "sqlite:///~/crm.db"})
    assert found.database_url.reveal() == f"sqlite+pysqlite:///{tmp_path}/crm.db"


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"RECADO_DATABASE_URL": "mysql://db/recado"}, "RECADO_DATABASE_URL: “mysql” is no database we know. Write sqlite:///"),
        ({"RECADO_DATABASE_URL": "recado"}, "RECADO_DATABASE_URL: it is no database address. Write sqlite:///"),
        ({"RECADO_DATABASE_URL": "sqlite://"}, "RECADO_DATABASE_URL: a database in memory would be lost with the program. Name a file"),
        ({"RECADO_DATABASE_URL": "sqlite:///:memory:"}, "RECADO_DATABASE_URL: a database in memory would be lost"),
        ({"RECADO_DATABASE_URL": "sqlite:///file:x?mode=memory&uri=true"}, "RECADO_DATABASE_URL: a database in memory"),
        ({"RECADO_TELEGRAM_TOKEN": "hunter2"}, "RECADO_TELEGRAM_TOKEN: it is no bot token. Copy it from BotFather"),
        ({"RECADO_TELEGRAM_API_URL": "localhost"}, "RECADO_TELEGRAM_API_URL: “localhost” is no web address. Write it as"),
        ({"RECADO_SLACK_BOT_TOKEN": "xapp-1"}, "RECADO_SLACK_BOT_TOKEN: it is no bot token. Copy the “Bot User OAuth Token”"),
        ({"RECADO_SLACK_BOT_TOKEN": "xoxb-1"}, "RECADO_SLACK_BOT_TOKEN: Slack cannot reach the bot with it alone. Set RECADO_SLACK_APP_TOKEN"),
        ({"RECADO_SLACK_APP_TOKEN": "xapp-1"}, "RECADO_SLACK_BOT_TOKEN: it is not set, but the other settings of Slack are."),
        ({**SLACK, "RECADO_SLACK_APP_TOKEN": "xoxb-1"}, "RECADO_SLACK_APP_TOKEN: it is no app-level token. Make one with the scope"),
        ({**SLACK, "RECADO_SLACK_SIGNING_SECRET": "xapp-1"}, "RECADO_SLACK_SIGNING_SECRET: it is no signing secret."),
        ({"RECADO_SLACK_API_URL": "https://slack.com/"}, "RECADO_SLACK_API_URL: “https://slack.com” does not end in /api/."),
        ({"RECADO_WEB_PORT": "http"}, "RECADO_WEB_PORT: “http” is no port. Write a number from 1 to 65535"),
        ({"RECADO_WEB_PORT": "0"}, "RECADO_WEB_PORT: “0” is no port."),
        ({"RECADO_PUBLIC_URL": "crm.example"}, "RECADO_PUBLIC_URL: “crm.example” is no web address."),
        ({"RECADO_TELEGRAM_WEBHOOK_SECRET": "a b"}, "RECADO_TELEGRAM_WEBHOOK_SECRET: Telegram does not take it. Use 1 to 256"),
        ({"RECADO_TELEGRAM_WEBHOOK_SECRET": "ab"}, "RECADO_PUBLIC_URL: it is not set, but RECADO_TELEGRAM_WEBHOOK_SECRET is"),
        ({"RECADO_TIMEZONE": "America/Sao_Paolo"}, "RECADO_TIMEZONE: “America/Sao_Paolo” is no time zone. Write one such as America/Sao_Paulo."),
        ({"RECADO_LANGUAGE": "fr"}, "RECADO_LANGUAGE: “fr” is no language I speak. Write en, pt or es."),
        ({"RECADO_COUNTRY": "Brazil"}, "RECADO_COUNTRY: “Brazil” is no country code. Write its 2 letters, such as BR."),
        ({"RECADO_COUNTRY": "ZZ"}, "RECADO_COUNTRY: “ZZ” is no country code. Write its 2 letters, such as BR."),
        ({"RECADO_COUNTRY": "EU"}, "RECADO_COUNTRY: “EU” is no country code."),
        ({"RECADO_COUNTRY": "Q1"}, "RECADO_COUNTRY: “Q1” is no country code."),
        ({"RECADO_CURRENCY": "Mexican peso"}, "RECADO_CURRENCY: “Mexican peso” is no currency code. Write its 3 letters, such as MXN."),
        ({"RECADO_SECRET_KEY": "short"}, "RECADO_SECRET_KEY: it is too short. Use at least 32 characters"),
        ({"RECADO_LOG_LEVEL": "loud"}, "RECADO_LOG_LEVEL: “LOUD” is no level. Write one of DEBUG, INFO"),
        ({"RECADO_LANGAUGE": "pt"}, "RECADO_LANGAUGE: there is no such setting. Did you mean RECADO_LANGUAGE?"),
        ({"RECADO_XYZZY": "1"}, "RECADO_XYZZY: there is no such setting. These there are: RECADO_DATABASE_URL"),
        ({"RECADO_LANGUAGE": "fr", "RECADO_TELEGRAM_TOKEN": "x"}, "RECADO_TELEGRAM_TOKEN: it is no bot token."),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, dict) else "",
)  # fmt: skip
def test_a_wrong_setting_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], told: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        load(monkeypatch, environment)
    assert str(caught.value).startswith(told)
    assert caught.value.setting == told.partition(":")[0]


def test_a_secret_is_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError) as caught:
        load(monkeypatch, {"RECADO_TELEGRAM_TOKEN": "hunter2"})
    assert "hunter2" not in str(caught.value)
    found = load(monkeypatch, {"RECADO_TELEGRAM_TOKEN": TOKEN, "RECADO_DATABASE_URL": "postgresql://a:hunter2@h/r"})
    assert "AAHdq" not in repr(found)
    assert "hunter2" not in repr(found)
    assert found.secrets == (TOKEN,)


# The file ----------------------------------------------------------------------------------------------------------


def test_the_file_in_the_current_folder_is_read_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("recado.toml").write_text('language = "pt"\nweb_port = 8081\nRECADO_CURRENCY = "BRL"\n', encoding="utf-8")
    found = load(monkeypatch, {"RECADO_LANGUAGE": "es"})
    assert (found.language, found.web, found.currency) == ("es", ("127.0.0.1", 8081), "BRL")


def test_else_the_file_in_the_data_folder_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "recado"
    folder.mkdir(parents=True)
    (folder / "recado.toml").write_text('language = "pt"\n', encoding="utf-8")
    assert settings.load().language == "pt"
    Path("recado.toml").write_text('language = "es"\n', encoding="utf-8")
    assert settings.load().language == "es"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('langauge = "pt"', "there is no such setting. Did you mean language?"),
        ("language = pt", "it cannot be read: Invalid value"),
        ("language = 3", "it is no text. Write it between quotes."),
        ('language = "fr"', "“fr” is no language I speak."),
    ],
)
def test_what_is_wrong_in_the_file_is_told(text: str, told: str) -> None:
    Path("recado.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        settings.load()
    assert told in str(caught.value)


# What they decide together -------------------------------------------------------------------------------------------


def test_slack_by_http_switches_the_web_on(monkeypatch: pytest.MonkeyPatch) -> None:
    found = load(monkeypatch, {"RECADO_SLACK_BOT_TOKEN": "xoxb-1", "RECADO_SLACK_SIGNING_SECRET": "8f742231b10e"})
    assert found.web == ("127.0.0.1", 8080)


def test_socket_mode_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    found = load(monkeypatch, SLACK)
    assert found.has_platform
    assert found.web is None


# The key -------------------------------------------------------------------------------------------------------------


def test_the_key_is_made_once_for_the_owner_alone(tmp_path: Path) -> None:
    found = settings.load()
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(lambda _: found.key(), range(32)))
    path = tmp_path / "data" / "recado" / "secret.key"
    assert len(keys) == 1
    assert len(keys.pop()) >= 43
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_key_that_is_set_is_not_written_down(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert load(monkeypatch, {"RECADO_SECRET_KEY": "k" * 40}).key() == "k" * 40
    assert not (tmp_path / "data").exists()


def test_every_setting_is_documented() -> None:
    page = (Path(settings.__file__).parents[1] / "docs" / "reference" / "settings.md").read_text("utf-8")
    missing = [name for name in settings.NAMES if f"RECADO_{name.upper()}" not in page]
    assert not missing
