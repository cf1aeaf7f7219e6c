"""A command or a press: for three seconds it is answered with its acknowledgement, later by its response_url only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from bot.platforms.slack import rendering

__all__ = ["Turn", "unsaved", "working"]

Json = dict[str, Any]

WORKING = {
    "en": "Not saved yet, working on it…",
    "pt": "Ainda não salvo, estou trabalhando nisso…",
    "es": "Aún no guardado, estoy en eso…",
}
UNSAVED = {
    "en": "Not saved: I cannot reach my records just now. Please send it again in a minute.",
    "pt": "Não foi salvo: não consigo acessar meus registros agora. Envie de novo em um minuto.",
    "es": "No se guardó: no puedo acceder a mis registros ahora. Envíalo de nuevo en un minuto.",
}


class Turn:
    """Who comes first decides: an answer, the end of the work without one, or the clock."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self._body: asyncio.Future[Json | None] = loop.create_future()
        self._is_shown: asyncio.Future[bool] = loop.create_future()

    async def show(self, body: Json) -> bool:
        """Show the answer with the acknowledgement; False if that has left already, or was lost on the way."""
        if self._body.done():
            return False
        self._body.set_result(body)
        return await self._is_shown

    def release(self) -> None:
        """Let the acknowledgement leave without words."""
        if not self._body.done():
            self._body.set_result(None)

    async def acknowledgement(
        self, work: asyncio.Task[None], seconds: float, late: Callable[[], Json | None]
    ) -> Json | None:
        """Return what to acknowledge with; `late` when there is nothing after so many seconds."""
        either: set[asyncio.Future[Any]] = {work, self._body}
        done, _ = await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        if not self._body.done():
            self._body.set_result(None if done else late())
        return self._body.result()

    def sent(self, is_shown: bool) -> None:
        """Tell that the acknowledgement has left, or could not."""
        if not self._is_shown.done():
            self._is_shown.set_result(is_shown)


def working(language: str) -> Json:
    return rendering.plain(WORKING.get(language, WORKING["en"]))


def unsaved(language: str, text: str) -> Json:
    """Say that nothing was kept, and give back what was typed: Slack has emptied the input by now."""
    said = UNSAVED.get(language, UNSAVED["en"])
    return rendering.plain(f"{said}\n{text}" if text else said)
