"""The manifest asks Slack for what the code uses, and for nothing else."""

from __future__ import annotations

import re

from tests.house import source

MANIFEST = (source.ROOT / "docs" / "slack-manifest.yaml").read_text("utf-8")
# What each method, event and surface needs.
NEEDED = {
    "chat.postMessage": {"chat:write"},
    "chat.postEphemeral": {"chat:write"},
    "chat.update": {"chat:write"},
    "conversations.open": {"im:write"},
    "conversations.history": {"channels:history", "groups:history", "im:history"},
    "conversations.replies": {"channels:history", "groups:history", "im:history"},
    "users.info": {"users:read"},
    "auth.test": set(),
    "apps.connections.open": set(),  # the app-level token's own connections:write
}
EVENTS = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
}


def test_the_scopes_are_those_that_the_code_needs() -> None:
    used = set().union(*(NEEDED[method] for method in _methods()))
    assert set(_items("bot")) == used | {EVENTS[event] for event in _items("bot_events")} | {"commands"}


def test_people_can_write_to_the_bot() -> None:
    assert "messages_tab_enabled: true" in MANIFEST
    assert "messages_tab_read_only_enabled: false" in MANIFEST
    assert set(_items("bot_events")) == set(EVENTS)


def _methods() -> set[str]:
    """Every Web API method that is named in the code."""
    files = source.modules("bot/platforms/slack")
    return {
        name
        for file in files
        for name in re.findall(r'"((?:auth|apps|chat|conversations|users)\.\w[\w.]*)"', file.text)
    }


def _items(key: str) -> list[str]:
    part = re.search(rf"^ +{key}:\n((?: +- .*\n)+)", MANIFEST, re.MULTILINE)
    assert part is not None, key
    return re.findall(r"- ([\w.:]+)", part[1])
