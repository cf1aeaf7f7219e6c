"""What can go wrong between us and the Bot API, put into the classes that decide what happens next.

The question behind every class: may the message stand in the chat already? Only where it certainly does not may it be
sent again as if nothing had happened.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import httpx
from telegram.error import TelegramError

from handlers.errors import DeliveryError

# No byte of the request can have arrived. PTB wraps a connect timeout in the same TimedOut as a read timeout.
NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)

# A 400 that means the same as a 403: this chat will not take it, however it is written.
CLOSED_CHAT = re.compile(
    r"chat not found|user not found|PEER_ID_INVALID|group chat was deactivated|USER_IS_BLOCKED|INPUT_USER_DEACTIVATED"
    r"|no rights to send|not enough rights to send|CHAT_WRITE_FORBIDDEN|CHAT_RESTRICTED|CHANNEL_PRIVATE"
    r"|need administrator rights|message thread not found|TOPIC_CLOSED|TOPIC_DELETED",
    re.IGNORECASE,
)
NOT_MODIFIED = re.compile("message is not modified", re.IGNORECASE)
CARD_GONE = re.compile("message to edit not found|message can't be edited|MESSAGE_ID_INVALID", re.IGNORECASE)

UNNAMED_WAIT = timedelta(seconds=30)  # throttled, and not told for how long


class Refused(TelegramError):
    """The Bot API said no, in its own words. PTB's own errors lose the status, and its RetryAfter only warns."""

    def __init__(self, status: int, description: str, parameters: Mapping[str, Any]) -> None:
        super().__init__(f"Telegram answered {status}: {description}")
        self.status = status
        self.description = description
        self.parameters = parameters


class Unreadable(TelegramError):
    """Something answered, but not as the Bot API does: a proxy, a captive portal, half an answer."""


def delivery_error(error: Exception, token: str) -> DeliveryError:
    """Classify what a call raised; no text of it holds the token."""
    reason = without_token(_reason(error), token)
    if isinstance(error, Refused):
        return _refusal(error, reason)
    return DeliveryError(reason, uncertain=not isinstance(error.__cause__, NEVER_SENT))


def without_token(text: str, token: str) -> str:
    """Blot out the secret half of the token: the half before the colon is the bot's public id."""
    return text.replace(token.partition(":")[2] or token, "<token>")


def _refusal(error: Refused, reason: str) -> DeliveryError:
    if moved_to := error.parameters.get("migrate_to_chat_id"):
        return DeliveryError(reason, moved_to=str(moved_to))
    match error.status:
        case HTTPStatus.TOO_MANY_REQUESTS:
            return DeliveryError(reason, retry_after=_wait(error.parameters))
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN | HTTPStatus.NOT_FOUND:
            return DeliveryError(reason, permanent=True)
        case HTTPStatus.CONFLICT:
            return DeliveryError(f"{_conflict(error.description)} ({reason})")
        case HTTPStatus.BAD_REQUEST if CLOSED_CHAT.search(error.description):
            return DeliveryError(reason, permanent=True)
        case status if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return DeliveryError(reason, uncertain=True)
        case _:
            return DeliveryError(reason, malformed=True)


def _wait(parameters: Mapping[str, Any]) -> timedelta:
    seconds = parameters.get("retry_after")
    return timedelta(seconds=seconds) if isinstance(seconds, int) and seconds > 0 else UNNAMED_WAIT


def _conflict(description: str) -> str:
    if "webhook" in description.lower():
        return "a webhook is set for this token, so nothing can be polled: call deleteWebhook once"
    return "another process polls with the same token; only one of them gets each message"


def _reason(error: Exception) -> str:
    if isinstance(error, Refused | Unreadable):
        return str(error)
    cause = error.__cause__ or error
    return f"Telegram could not be reached or understood: {type(cause).__name__} {cause}".rstrip()
