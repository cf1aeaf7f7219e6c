"""What every test stands on: no settings from outside, no network beyond this machine, a PostgreSQL if there is one."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import network, postgres

pytest_plugins = ["tests.databases", "tests.world"]

POSTGRES_URL = os.environ.get(postgres.URL_VARIABLE)
POSTGRES_REQUIRED = os.environ.get(postgres.REQUIRE_VARIABLE, "") not in ("", "0")

_missing_postgres = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Close the doors before any of our code is imported."""
    for name in [name for name in os.environ if name.startswith("RECADO_")]:
        del os.environ[name]
    # A person's own database, settings and caches are none of a test's business.
    home = tempfile.TemporaryDirectory(prefix="recado-home-")
    config.add_cleanup(home.cleanup)
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        os.environ[name] = str(Path(home.name) / name.split("_")[1].lower())
    network.guard()


@pytest.fixture(autouse=True)
def _inside_this_machine() -> Iterator[None]:
    yield
    if found := network.leaks():
        pytest.fail(f"the test reached beyond this machine: {', '.join(found)}")


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[postgres.PostgresServer]:
    """A PostgreSQL server: `url`, `create_database()`, `drop_database(url)`; skips where there is none."""
    with contextlib.ExitStack() as stack:
        try:
            server = stack.enter_context(postgres.any_server(POSTGRES_URL))
        except postgres.PostgresUnavailableError as error:
            if POSTGRES_REQUIRED:
                pytest.fail(f"{postgres.REQUIRE_VARIABLE} is set, but {error}", pytrace=False)
            request.config.stash[_missing_postgres] = str(error)
            pytest.skip(str(error))
        yield server


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in the last lines that PostgreSQL was not tried, lest a green run be taken for the whole."""
    reason = config.stash.get(_missing_postgres, None)
    if reason:
        terminalreporter.write_sep("!", "NOT TESTED ON POSTGRESQL", yellow=True, bold=True)
        terminalreporter.write_line(f"{reason}.")
        terminalreporter.write_line(
            f"Install PostgreSQL 14 or newer (Debian: apt install postgresql), or set {postgres.URL_VARIABLE}."
        )
