"""Slack's signed HTTP requests: proved to be Slack's, and read, before anything else looks at them.

Bolt answers a malformed signature header with 500, and loses a slash command whose text holds the word "payload";
so slack_sdk's verifier, which is Bolt's own, is asked here, and the body is read here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from slack_sdk.signature import SignatureVerifier

__all__ = ["Seal", "payload_of"]


class Seal:
    """Tells whether a request is signed with our app's signing secret, and not older than five minutes."""

    def __init__(self, signing_secret: str) -> None:
        self._verifier = SignatureVerifier(signing_secret)

    def is_on(self, headers: Mapping[str, str], body: bytes) -> bool:
        try:
            return self._verifier.is_valid_request(body, dict(headers))
        except (ValueError, TypeError, OverflowError):
            # A timestamp that is no number, a signature that is no ASCII, a body that is no UTF-8.
            return False


def payload_of(headers: Mapping[str, str], body: bytes) -> dict[str, Any] | None:
    """Return what was sent: JSON for events, a form for commands, JSON in a form for presses; None if neither."""
    text = body.decode("utf-8", "replace")
    kind = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
    if kind.partition(";")[0].strip().lower() == "application/json":
        return _object(text)
    form = dict(parse_qsl(text, keep_blank_values=True))
    return _object(form["payload"]) if "payload" in form else form


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
