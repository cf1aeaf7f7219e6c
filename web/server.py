"""Serves what programs call: the platforms' own routes, and health.

Imported only when the web is on: FastAPI and uvicorn cost memory that a console does not need.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import uvicorn
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from handlers.errors import SettingsError
from handlers.message import Route

__all__ = ["Ready", "application", "serve"]

log = logging.getLogger(__name__)

MOST_BYTES = 1_000_000  # no platform sends us more; whoever does is no platform
STOP_SECONDS = 5
Ready = Callable[[], Awaitable[Mapping[str, str]]]
"""Tells what is wrong, by name of the part; nothing when this process can do its work."""


def application(routes: Sequence[Route], ready: Ready) -> FastAPI:
    """Return the application: no documentation pages, no route that was not asked for."""
    app = FastAPI(title="Recado", openapi_url=None, docs_url=None, redoc_url=None)
    for route in routes:
        app.add_api_route(route.path, _endpoint(route), methods=[route.method], response_model=None)
    app.add_api_route("/health/live", _live, methods=["GET"], response_model=None)
    app.add_api_route("/health/ready", _ready(ready), methods=["GET"], response_model=None)
    return app


async def serve(host: str, port: int, routes: Sequence[Route], ready: Ready) -> None:
    """Serve until cancelled; requests that are being answered are finished first."""
    with _listen(host, port) as listener:
        server = _Server(
            uvicorn.Config(
                application(routes, ready),
                log_config=None,
                access_log=False,
                lifespan="off",
                server_header=False,
                timeout_graceful_shutdown=STOP_SECONDS,
            )
        )
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        log.info("the web listens at %s:%d", host, port)
        try:
            await asyncio.shield(serving)
        except asyncio.CancelledError:
            server.should_exit = True
            await serving
            raise


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the composition root's: one place stops everything."""
        yield


def _listen(host: str, port: int) -> socket.socket:
    """Open the port ourselves: uvicorn would end the whole program where it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise SettingsError(
            "RECADO_WEB_PORT",
            f"{host}:{port} cannot be listened at ({error.strerror}).",
            "Name a free port, or stop what uses it (RECADO_WEB_HOST says on which address).",
        ) from error


def _endpoint(route: Route) -> Callable[[Request], Awaitable[Response]]:
    async def handle(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        status, kind, answer = await route.handle(request.headers, body)
        return Response(answer, status_code=status, media_type=kind)

    return handle


async def _body(request: Request) -> bytes | None:
    """Read the body as it comes, however long it says it is; None when it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return bytes(body)


async def _live() -> Mapping[str, Any]:
    return {"status": "live"}


def _ready(ready: Ready) -> Callable[[], Awaitable[Response]]:
    async def handle() -> Response:
        wrong = await ready()
        said = {"status": "not ready" if wrong else "ready", "wrong": dict(wrong)}
        return JSONResponse(said, status_code=503 if wrong else 200)

    return handle
