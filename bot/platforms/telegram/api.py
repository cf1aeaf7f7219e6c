"""The line to the Bot API: python-telegram-bot's own, but refusals keep their status and odd answers are told apart."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from telegram.request import HTTPXRequest

from bot.platforms.telegram.faults import Refused, Unreadable

SHOWN = 80  # characters of an answer that is none of the Bot API's, for whoever reads the log


class BotApi(HTTPXRequest):
    """One pool of connections for everything, the long poll included."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, payload = await super().do_request(*args, **kwargs)
        _check(status, payload)
        return status, payload


def _check(status: int, payload: bytes) -> None:
    answer = _json_object(payload)
    if answer.get("ok") is True and "result" in answer and status == HTTPStatus.OK:
        return
    if answer.get("ok") is False:
        raise Refused(status, str(answer.get("description", "")), _parameters(answer))
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise Refused(status, "(no reason given)", {})
    start = payload[:SHOWN].decode("utf-8", "replace")
    raise Unreadable(f"what answered ({status}) is no Bot API server: {start!r}")


def _json_object(payload: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(payload)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _parameters(answer: dict[str, Any]) -> dict[str, Any]:
    parameters = answer.get("parameters")
    return parameters if isinstance(parameters, dict) else {}
