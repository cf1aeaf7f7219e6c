"""The tree of errors: each says whether the person or the machine must act.

CrmError                    (storage.errors)
├── StoreError              the database must be mended before anything can go on (storage.errors)
├── SettingsError           the program cannot start; names the setting
├── UserError               the person who typed can fix it; its text is shown to them
│   ├── UnknownCommand
│   ├── BadArgument
│   ├── NotFound
│   ├── Ambiguous
│   ├── NotAllowed
│   └── Conflict
└── DeliveryError           a platform did not (or may not) take a message
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from storage.errors import CrmError

if TYPE_CHECKING:
    from handlers.message import Button

__all__ = [
    "Ambiguous",
    "BadArgument",
    "Conflict",
    "CrmError",
    "DeliveryError",
    "Expectation",
    "NotAllowed",
    "NotFound",
    "SettingsError",
    "UnknownCommand",
    "UserError",
]


class SettingsError(CrmError):
    """A setting is wrong: names the setting, what is wrong with it and how to mend it."""

    def __init__(self, setting: str, problem: str, remedy: str) -> None:
        super().__init__(f"{setting}: {problem} {remedy}")
        self.setting = setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Where an answer belongs in the line that could not be applied.

    `start` and `end` are character offsets in the normalised line; `kind` is what a typed answer must wholly be.
    """

    kind: str  # "date", "name", "amount", "stage" or "text"
    start: int
    end: int


class UserError(CrmError):
    """Something the person can fix. The text is already in their language.

    `buttons` are whole corrected commands. `keeps_draft` says whether what was typed is worth keeping in the inbox;
    `expects` lets a typed answer take the place of the part that was wrong.
    """

    is_error = True

    def __init__(
        self,
        text: str,
        *,
        buttons: tuple[Button, ...] = (),
        keeps_draft: bool = True,
        expects: Expectation | None = None,
    ) -> None:
        super().__init__(text)
        self.text = text
        self.buttons = buttons
        self.keeps_draft = keeps_draft
        self.expects = expects


class UnknownCommand(UserError):
    """The first word is near a command, but is none."""


class BadArgument(UserError):
    """A part of the line cannot be what its place asks for."""


class NotFound(UserError):
    """Nothing in the store answers to that ref or name."""


class Ambiguous(UserError):
    """Several records answer to that name; the choices are its buttons."""


class NotAllowed(UserError):
    """The member's role does not allow it."""


class Conflict(UserError):
    """It would contradict or destroy something newer."""


class DeliveryError(CrmError):
    """A platform refused a message, or its answer was lost.

    permanent: this destination will never take it (blocked, chat gone, token revoked).
    uncertain: the platform may have shown it; look it up or label the repeat before sending again.
    retry_after: the platform asked to wait this long (throttled); the attempt is not counted.
    moved_to: the chat has another id now. malformed: the platform could not read our rendering (a bug of ours).
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        uncertain: bool = False,
        retry_after: timedelta | None = None,
        moved_to: str | None = None,
        malformed: bool = False,
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.uncertain = uncertain
        self.retry_after = retry_after
        self.moved_to = moved_to
        self.malformed = malformed
