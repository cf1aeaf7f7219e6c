"""The web serves the platforms' routes and tells how it is, over real HTTP."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import pytest

from handlers.errors import SettingsError
from handlers.message import Route
from web import server

wrong: dict[str, str] = {}


async def shout(headers: Mapping[str, str], body: bytes) -> tuple[int, str, bytes]:
    return 200, "text/plain; charset=utf-8", headers["x-who"].encode() + b": " + body.upper()


async def ready() -> Mapping[str, str]:
    return wrong


@pytest.fixture
async def address() -> AsyncIterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    route = Route(method="POST", path="/slack/events", handle=shout)
    serving = asyncio.create_task(server.serve("127.0.0.1", port, [route], ready))
    yield f"http://127.0.0.1:{port}"
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving


@pytest.fixture
async def client(address: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(address) as session:
        await until_it_answers(session)
        yield session


async def until_it_answers(session: aiohttp.ClientSession) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                async with session.get("/health/live") as answer:
                    assert await answer.json() == {"status": "live"}
                    return
            except aiohttp.ClientConnectorError:
                await asyncio.sleep(0.01)


async def test_a_platform_gets_the_request_as_it_came(client: aiohttp.ClientSession) -> None:
    async with client.post("/slack/events", data=b"hello", headers={"X-Who": "ana"}) as answer:
        assert (answer.status, answer.content_type, await answer.read()) == (200, "text/plain", b"ana: HELLO")


async def test_whoever_sends_too_much_is_refused(client: aiohttp.ClientSession) -> None:
    async def endless() -> Any:
        for _ in range(100):
            yield b"x" * 65536

    async with client.post("/slack/events", data=endless(), headers={"X-Who": "eve"}) as answer:
        assert answer.status == 413


@pytest.mark.parametrize("path", ["/", "/docs", "/openapi.json", "/slack/other"])
async def test_there_is_nothing_else(client: aiohttp.ClientSession, path: str) -> None:
    async with client.get(path) as answer:
        assert answer.status == 404


async def test_it_is_ready_when_nothing_is_wrong(client: aiohttp.ClientSession) -> None:
    async with client.get("/health/ready") as answer:
        assert (answer.status, await answer.json()) == (200, {"status": "ready", "wrong": {}})
    wrong["slack"] = "waiting"
    try:
        async with client.get("/health/ready") as answer:
            assert (answer.status, await answer.json()) == (503, {"status": "not ready", "wrong": {"slack": "waiting"}})
    finally:
        wrong.clear()


async def test_a_port_in_use_names_the_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"RECADO_WEB_PORT: 127.0.0.1:{port} cannot be listened at"):
            await server.serve("127.0.0.1", port, [], ready)
