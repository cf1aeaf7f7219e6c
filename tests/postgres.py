"""A PostgreSQL server for the tests: the one that is named, else one of our own on a free port."""

import contextlib
import ctypes
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

URL_VARIABLE = "RECADO_TEST_POSTGRES_URL"
REQUIRE_VARIABLE = "RECADO_TEST_REQUIRE_POSTGRES"
NOT_FOUND = f"{URL_VARIABLE} is not set, and initdb is neither on PATH nor in /usr/lib/postgresql/*/bin"

START_SECONDS = 60
COMMON_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
}
# What a crash of the machine would lose is of no interest to most tests; those on crashes ask for a safe server.
FAST_OPTIONS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}

_numbers = itertools.count(1)


class PostgresUnavailableError(Exception):
    """No server is named and none can be started."""


class PostgresServer:
    """A running server, ours or not, that hands out empty databases."""

    def __init__(self, url: str) -> None:
        """Take any URL of the server; `url` names its `postgres` database, without a driver."""
        parts = urlsplit(url)
        self._parts = parts._replace(scheme="postgresql", query=parts.query)
        self.url = self._named(parts.path.strip("/") or "postgres")

    def create_database(self, template: str | None = None) -> str:
        """Return the URL of a new database; `template` is the URL of one that nobody is connected to."""
        name = f"recado_test_{os.getpid()}_{next(_numbers)}"
        source = sql.Identifier(_database_of(template) if template else "template0")
        self._execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), source))
        return self._named(name)

    def drop_database(self, url: str) -> None:
        """Drop the database, whoever is still connected to it."""
        name = sql.Identifier(_database_of(url))
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def _named(self, database: str) -> str:
        return urlunsplit(self._parts._replace(path=f"/{database}"))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


class LocalServer(PostgresServer):
    """A server of our own, which a test may stop hard and start again on the same port and data."""

    def __init__(self, binaries: Path, *, safe: bool = False) -> None:
        """Make the data folder; `safe` keeps fsync, for tests on crashes."""
        self._binaries = binaries
        self._user = _unprivileged_user()
        self._options = COMMON_OPTIONS if safe else COMMON_OPTIONS | FAST_OPTIONS
        # Not pytest's tmp_path: its parents are closed to the user that the server runs as.
        self.folder = Path(tempfile.mkdtemp(prefix="recado-postgres-"))
        if self._user:
            shutil.chown(self.folder, self._user.pw_name, self._user.pw_gid)
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        super().__init__(f"postgresql://postgres@127.0.0.1:{self.port}/postgres")
        self._make_cluster()

    @property
    def log(self) -> str:
        """What the server has said so far."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Start the server and return once it answers."""
        options = [f"--{name}={value}" for name, value in self._options.items()]
        with (self.folder / "log").open("ab") as log:
            self._process = self._spawn(
                ["postgres", "-D", str(self.folder / "data"), f"--port={self.port}", *options], log.fileno()
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                message = f"PostgreSQL did not start:\n{self.log}"
                raise PostgresUnavailableError(message)
            time.sleep(0.02)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server as `pg_ctl stop -m` does: smart, fast or immediate (no checkpoint, as in a crash)."""
        if self._process is None:
            return
        how = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}[mode]
        self._process.send_signal(how)
        self._process.wait(START_SECONDS)
        self._process = None

    def remove(self) -> None:
        """Stop the server and delete its data."""
        self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_cluster(self) -> None:
        command = ["initdb", "-D", str(self.folder / "data"), "-U", "postgres", "--auth=trust"]
        command += ["--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]
        with (self.folder / "log").open("ab") as log:
            if self._spawn(command, log.fileno()).wait(START_SECONDS) != 0:
                message = f"initdb failed:\n{self.log}"
                raise PostgresUnavailableError(message)

    def _spawn(self, command: list[str], log: int) -> subprocess.Popen[bytes]:
        user = self._user
        return subprocess.Popen(
            [str(self._binaries / command[0]), *command[1:]],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=self.folder,
            # Of the surroundings only the path: PGDATA, PGOPTIONS or a locale that is not installed would change it.
            env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            user=user.pw_uid if user else None,
            group=user.pw_gid if user else None,
            extra_groups=[] if user else None,
            preexec_fn=_die_with_parent(),  # noqa: PLW1509 - one system call, found before the fork: takes no lock
        )

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url, connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False


def find_binaries() -> Path | None:
    """The folder with initdb and postgres: the one on PATH, else the newest that Debian has."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(installed, key=lambda folder: _number(folder.parent.name), reverse=True)
    return next((f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()), None)


@contextlib.contextmanager
def running(*, safe: bool = False) -> Iterator[LocalServer]:
    """Run a server of one's own for a while; raise PostgresUnavailableError where there are no binaries."""
    binaries = find_binaries()
    if binaries is None:
        raise PostgresUnavailableError(NOT_FOUND)
    server = LocalServer(binaries, safe=safe)
    try:
        server.start()
        yield server
    finally:
        server.remove()


@contextlib.contextmanager
def any_server(url: str | None) -> Iterator[PostgresServer]:
    """The server at the URL, else one of our own."""
    if url:
        yield PostgresServer(url)
        return
    with running() as server:
        yield server


def _database_of(url: str) -> str:
    return urlsplit(url).path.strip("/")


def _number(version: str) -> float:
    try:
        return float(version)
    except ValueError:
        return 0.0


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _unprivileged_user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    message = "running as root, and there is no user `postgres` or `nobody` to run PostgreSQL as"
    raise PostgresUnavailableError(message)


def _die_with_parent() -> Callable[[], None] | None:
    """A test run that is killed must leave no server behind (Linux only)."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl
    set_parent_death_signal = 1
    return lambda: prctl(set_parent_death_signal, signal.SIGQUIT)
