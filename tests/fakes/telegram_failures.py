"""How calls to the Bot API go wrong, by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """How a call goes wrong: whether it takes effect, and what comes back."""

    status: int = 200
    description: str = ""
    parameters: dict[str, Any] = field(default_factory=dict)
    takes_effect: bool = False
    ends: str = "answer"  # or: reset, hang, garbage, html
    delay: float = 0.0


def throttled(retry_after: int) -> Failure:
    text = f"Too Many Requests: retry after {retry_after}"
    return Failure(status=429, description=text, parameters={"retry_after": retry_after})


def refused(description: str) -> Failure:
    return Failure(status=400, description=f"Bad Request: {description}")


def migrated(chat: int) -> Failure:
    text = "Bad Request: group chat was upgraded to a supergroup chat"
    return Failure(status=400, description=text, parameters={"migrate_to_chat_id": chat})


def slow(seconds: float) -> Failure:
    return Failure(takes_effect=True, delay=seconds)


FAILURES: dict[str, Failure] = {
    "throttled": throttled(3),
    "server_error": Failure(status=500, description="Internal Server Error"),
    "server_error_after_accept": Failure(status=500, description="Internal Server Error", takes_effect=True),
    "bad_gateway": Failure(status=502, ends="html"),
    "unauthorized": Failure(status=401, description="Unauthorized"),
    "blocked": Failure(status=403, description="Forbidden: bot was blocked by the user"),
    "kicked": Failure(status=403, description="Forbidden: bot was kicked from the supergroup chat"),
    "deactivated": Failure(status=403, description="Forbidden: user is deactivated"),
    "not_found": Failure(status=404, description="Not Found"),
    "chat_not_found": refused("chat not found"),
    "cannot_parse": refused("can't parse entities: Unsupported start tag"),
    "conflict": Failure(
        status=409,
        description="Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    ),
    "hang_after_accept": Failure(takes_effect=True, ends="hang"),
    "hang_before_accept": Failure(ends="hang"),
    "reset_before_accept": Failure(ends="reset"),
    "reset_after_accept": Failure(takes_effect=True, ends="reset"),
    "malformed": Failure(takes_effect=True, ends="garbage"),
    "wrong_shape": Failure(takes_effect=True, ends="wrong_shape"),
    "portal": Failure(status=403, ends="html"),
    "slow": slow(20),
    "migrated": migrated(-100200),
}
