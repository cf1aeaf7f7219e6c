"""Slack's Web API as we use it: one session for every call, each tried once, every fault a DeliveryError."""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.platforms.slack import faults
from handlers.errors import DeliveryError

__all__ = ["SDK_LOG", "Web", "goes_direct"]

CONNECT_SECONDS = 5.0
OK = 200

# Slack's libraries print whole requests at DEBUG, and take a logger without a level of its own for one at DEBUG.
SDK_LOG = logging.getLogger("recado.slack.sdk")
SDK_LOG.setLevel(logging.WARNING)


class Web:
    """The bot's calls. slack_sdk's own retries post twice (one lost answer, two messages): they are off everywhere."""

    def __init__(self, token: str, api_url: str, *, timeout: float) -> None:
        self._token = token
        self._api_url = api_url
        self._timeout = aiohttp.ClientTimeout(total=timeout, connect=min(CONNECT_SECONDS, timeout / 2))
        self._client: AsyncWebClient | None = None
        self._session: aiohttp.ClientSession | None = None

    @property
    def client(self) -> AsyncWebClient:
        """The client that every part uses, Socket Mode and Bolt included; made in the loop that first needs it."""
        if self._client is None or self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=self._timeout)
            self._client = AsyncWebClient(
                self._token, base_url=self._api_url, session=self._session, retry_handlers=[], logger=SDK_LOG
            )
            if goes_direct(self._api_url):
                self._client.proxy = None
        return self._client

    async def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call a method that shows something to people: if its answer is lost, they may have seen it."""
        return await self._ask(method, json=arguments)

    async def ask(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Call a method that shows nothing to anyone: if its answer is lost, no harm is done by asking again."""
        try:
            # A form, for these take no JSON; and no GET, which aiohttp itself would send twice.
            return await self._ask(method, data=arguments)
        except DeliveryError as error:
            error.uncertain = False
            raise

    async def open_socket(self, app_token: str) -> str:
        """Return the address of a new Socket Mode connection; it is good for one connection."""
        answer = await self._ask("apps.connections.open", params={"token": app_token})
        return str(answer["url"])

    async def respond(self, url: str, body: dict[str, Any]) -> None:
        """Show something through the response_url of a command or a press."""
        hook = AsyncWebhookClient(url, session=self.client.session, retry_handlers=[], logger=SDK_LOG)
        if goes_direct(url):
            hook.proxy = None
        try:
            answer = await hook.send_dict(body)
        except faults.CAUGHT as error:
            raise faults.delivery_error("response_url", error) from error
        if answer.status_code != OK:
            raise faults.hook_error(answer.status_code, answer.body, answer.headers)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _ask(self, method: str, **arguments: Any) -> dict[str, Any]:
        try:
            response = await self.client.api_call(method, **arguments)
        except faults.CAUGHT as error:
            raise faults.delivery_error(method, error) from error
        return response.data if isinstance(response.data, dict) else {}


def goes_direct(url: str) -> bool:
    """Slack's libraries send everything through HTTPS_PROXY and never look at NO_PROXY: we do."""
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "127.0.0.1", "::1") or bool(proxy_bypass(host))
