"""Who is behind a Slack user id: name, zone and language, asked once an hour at most, and never waited for long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.platforms.slack.web import Web
from handlers.errors import DeliveryError
from handlers.message import Sender

__all__ = ["People", "Person"]

LANGUAGES = ("en", "pt", "es")
KEPT_SECONDS = 3600.0
# A profile that could not be read holds up no second message.
FAILED_SECONDS = 60.0
WAIT_SECONDS = 1.0
MOST = 20_000


@dataclass(frozen=True, slots=True)
class Person:
    name: str = ""
    zone: str | None = None
    language: str | None = None


class People:
    """users.info with a memory."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._known: dict[str, tuple[float, Person]] = {}

    async def sender(self, user: str) -> Sender:
        person = await self.person(user)
        return Sender(user=user, name=person.name, zone=person.zone, language=person.language)

    async def names(self, users: Iterable[str]) -> dict[str, str]:
        """Return the display names of those that are known to Slack."""
        ids = sorted(set(users))
        found = await asyncio.gather(*(self.person(user) for user in ids))
        return {user: person.name for user, person in zip(ids, found, strict=True) if person.name}

    async def person(self, user: str) -> Person:
        """Look a user up; an unknown one, or a Slack that does not answer, harms nothing: nothing is known then."""
        until, person = self._known.get(user, (0.0, Person()))
        if time.monotonic() < until:
            return person
        return await self._fetch(user, stale=person)

    def language(self, user: str) -> str | None:
        """Return what is known without asking."""
        return self._known.get(user, (0.0, Person()))[1].language

    async def _fetch(self, user: str, *, stale: Person) -> Person:
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                answer = await self._web.ask("users.info", user=user, include_locale="true")
            return self._remember(user, _person(answer.get("user")), KEPT_SECONDS)
        except (DeliveryError, TimeoutError):
            return self._remember(user, stale, FAILED_SECONDS)

    def _remember(self, user: str, person: Person, seconds: float) -> Person:
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[user] = (time.monotonic() + seconds, person)
        return person


def _person(user: Any) -> Person:
    user = user if isinstance(user, dict) else {}
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    language = str(user.get("locale") or "")[:2].lower()
    return Person(
        name=next((name for name in names if name), ""),
        zone=user.get("tz") or None,
        language=language if language in LANGUAGES else None,
    )
