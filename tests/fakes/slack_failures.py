"""How calls to Slack go wrong, by name; any other name is taken for one of Slack's own error strings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """How a call goes wrong: whether it takes effect, and what comes back."""

    status: int = 200
    error: str = ""
    retry_after: int | None = None
    takes_effect: bool = False
    ends: str = "answer"  # or: reset, hang, garbage, html, list
    delay: float = 0.0


FAILURES: dict[str, Failure] = {
    "throttled": Failure(status=429, error="ratelimited", retry_after=3),
    "throttled_silently": Failure(status=429, ends="html"),
    "server_error": Failure(status=500, ends="html"),
    "server_error_after_accept": Failure(status=500, takes_effect=True, ends="html"),
    "bad_gateway": Failure(status=502, ends="html"),
    "bad_request": Failure(status=400, ends="html"),
    "unauthorized": Failure(status=401, ends="html"),
    "portal": Failure(status=403, ends="html"),
    "not_found": Failure(status=404, ends="html"),
    "hang_before_accept": Failure(ends="hang"),
    "hang_after_accept": Failure(takes_effect=True, ends="hang"),
    "reset_before_accept": Failure(ends="reset"),
    "reset_after_accept": Failure(takes_effect=True, ends="reset"),
    "malformed": Failure(takes_effect=True, ends="garbage"),
    "wrong_shape": Failure(takes_effect=True, ends="list"),
    "internal_error_after_accept": Failure(error="internal_error", takes_effect=True),
    "slow": Failure(takes_effect=True, delay=20),
}


def named(how: str | Failure) -> Failure:
    return how if isinstance(how, Failure) else FAILURES.get(how) or Failure(error=how)
