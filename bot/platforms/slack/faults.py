"""What went wrong at Slack, as a DeliveryError: may it be sent again, must it be looked up first, or is it no use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from handlers.errors import DeliveryError, SettingsError

__all__ = ["CAUGHT", "code", "delivery_error", "hook_error", "settings_error"]

# Everything a call of slack_sdk raises: the last three are answers that are no Slack answer (a list, a bare string).
CAUGHT = (SlackClientError, aiohttp.ClientError, OSError, TimeoutError, ValueError, AttributeError, TypeError)

BAD_TOKEN = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "not_allowed_token_type",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)
PERMANENT = BAD_TOKEN | {
    "block_mismatch",
    "cannot_dm_bot",
    "cant_update_message",
    "channel_not_found",
    "edit_window_closed",
    "ekm_access_denied",
    "expired_url",
    "invalid_channel",
    "is_archived",
    "is_inactive",
    "message_not_found",
    "messages_tab_disabled",
    "missing_scope",
    "no_permission",
    "not_in_channel",
    "restricted_action",
    "thread_not_found",
    "used_url",
    "user_disabled",
    "user_not_found",
    "user_not_in_channel",
    "user_not_visible",
    "users_not_found",
}
MALFORMED = frozenset(
    {
        "invalid_arguments",
        "invalid_array_arg",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_charset",
        "invalid_form_data",
        "invalid_json",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "invalid_payload",
        "json_not_object",
        "metadata_too_large",
        "missing_post_type",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
    }
)
UNCERTAIN = frozenset({"fatal_error", "internal_error", "request_timeout", "service_unavailable"})
THROTTLED = frozenset({"rate_limited", "ratelimited"})

# An HTTP answer without a Slack error in it: a proxy's, or a response_url's.
PERMANENT_STATUS = frozenset({401, 403, 404, 410})
MALFORMED_STATUS = frozenset({400, 413})
TOO_MANY = 429
OK = 200
SERVER = 500
DEFAULT_PAUSE = timedelta(seconds=30)


def delivery_error(what: str, error: Exception) -> DeliveryError:
    """Classify what a Web API call raised; `what` is the method. Never holds a token."""
    if isinstance(error, SlackApiError):
        response: Any = error.response
        return _refusal(what, _status(response), code(error), getattr(response, "headers", None))
    return _lost(what, error)


def hook_error(status: int, body: str, headers: Any) -> DeliveryError:
    """Classify the answer of a response_url that is not 200; its body is the bare error code."""
    found = body.strip()
    return _refusal("response_url", status, found if found.isidentifier() else "", headers)


def code(error: BaseException | None) -> str:
    """Return Slack's own word for what it refused (`invalid_auth`); empty if it gave none."""
    data = getattr(getattr(error, "response", None), "data", None)
    found = data.get("error") if isinstance(data, dict) else None
    return found if isinstance(found, str) else ""


def settings_error(error: DeliveryError, setting: str, remedy: str) -> SettingsError | None:
    """Return the SettingsError behind a refusal if the token is wrong: no use to try again."""
    found = code(error.__cause__)
    if found not in BAD_TOKEN and found != "missing_scope":
        return None
    return SettingsError(setting, f"Slack does not take this token ({found}).", remedy)


def _lost(what: str, error: Exception) -> DeliveryError:
    reason = f"Slack {what}: {type(error).__name__}"
    # It never reached Slack: no address, refused, or no connection in time.
    if isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)):
        return DeliveryError(reason)
    return DeliveryError(reason, uncertain=True)


def _refusal(what: str, status: int, found: str, headers: Any) -> DeliveryError:
    reason = f"Slack {what}: {found or f'HTTP {status}'}"
    if status == TOO_MANY or found in THROTTLED:
        return DeliveryError(reason, retry_after=_pause(headers))
    if status >= SERVER or found in UNCERTAIN:
        return DeliveryError(reason, uncertain=True)
    if found in MALFORMED or (not found and status in MALFORMED_STATUS):
        return DeliveryError(reason, malformed=True)
    if found in PERMANENT or (status in PERMANENT_STATUS):
        return DeliveryError(reason, permanent=True)
    # 200 and no `ok` in it: something answered in Slack's place, or half of an answer arrived.
    return DeliveryError(reason, uncertain=status == OK and not found)


def _status(response: Any) -> int:
    # slack_sdk hands over its own response, or aiohttp's where the body was no JSON.
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    return status if isinstance(status, int) else OK


def _pause(headers: Any) -> timedelta:
    value = headers.get("Retry-After") if hasattr(headers, "get") else None
    try:
        return timedelta(seconds=max(0.0, float(str(value))))
    except (TypeError, ValueError, OverflowError):
        return DEFAULT_PAUSE
