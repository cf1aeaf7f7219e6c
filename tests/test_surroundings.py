"""What the other tests stand on does what it says."""

import os
import socket

import psycopg
import pytest

from tests import network, postgres


def test_no_setting_comes_from_outside() -> None:
    assert not [name for name in os.environ if name.startswith("RECADO_")]


@pytest.mark.parametrize("address", ["192.0.2.1", "2001:db8::1"])
def test_a_connection_outside_is_refused_and_told(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as connection, pytest.raises(network.OutsideError):
        connection.connect((address, 80))
    assert network.leaks() == [f"{address}:80"]


def test_a_name_outside_is_not_looked_up() -> None:
    with pytest.raises(network.OutsideError):
        socket.getaddrinfo("slack.com", 443)
    assert network.leaks() == ["slack.com"]


def test_a_name_that_never_exists_fails_as_names_do() -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("nowhere.invalid", 443)


async def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        assert socket.getaddrinfo("localhost", 80)


@pytest.mark.postgres
def test_each_database_is_empty_and_can_be_a_template(postgres_server: postgres.PostgresServer) -> None:
    first = postgres_server.create_database()
    with psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE seen (id int)")
    second = postgres_server.create_database(template=first)
    third = postgres_server.create_database()
    assert [_tables(url) for url in (second, third)] == [["seen"], []]
    for url in (first, second, third):
        postgres_server.drop_database(url)


@pytest.mark.postgres
def test_a_server_of_ones_own_comes_back_after_a_hard_stop(postgres_server: postgres.PostgresServer) -> None:
    if postgres.find_binaries() is None:
        pytest.skip("the server is not ours to stop")
    with postgres.running(safe=True) as server:
        url = server.create_database()
        server.stop("immediate")
        server.start()
        assert _tables(url) == []


def _tables(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return [name for (name,) in rows]
