"""Two programs never run on one SQLite file, and a dead one is in nobody's way."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage import lock
from storage.errors import StoreHeld

HOLDER = """
import sys
from pathlib import Path
from storage import lock
with lock.hold(Path(sys.argv[1]), "run"):
    print("held", flush=True)
    sys.stdin.read()
"""


def start_holder(database: Path) -> subprocess.Popen[str]:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_the_second_is_told_who_holds_it(tmp_path: Path) -> None:
    database = tmp_path / "recado.sqlite"
    holder = start_holder(database)
    with pytest.raises(StoreHeld) as caught, lock.hold(database, "migrate"):
        pass
    told = str(caught.value)
    assert f"{database} is in use by `recado run`, process {holder.pid} on " in told
    assert "Stop that one first" in told
    assert not lock.is_free(database)
    holder.communicate()


def test_a_dead_holder_holds_nothing(tmp_path: Path) -> None:
    database = tmp_path / "recado.sqlite"
    holder = start_holder(database)
    os.kill(holder.pid, signal.SIGKILL)
    holder.communicate()
    assert lock.is_free(database)
    with lock.hold(database, "run"):
        assert not lock.is_free(database)
    assert lock.is_free(database)


def test_it_is_given_back_when_something_fails(tmp_path: Path) -> None:
    database = tmp_path / "recado.sqlite"
    with pytest.raises(ValueError, match="boom"), lock.hold(database, "run"):
        raise ValueError("boom")
    assert lock.is_free(database)
    assert lock.path_of(database).read_text() == ""


def test_a_server_needs_none() -> None:
    with lock.hold(None, "run"):
        pass
