"""What became of letters that were sent: done, tried again, moved, given up. The pace of each chat is kept here too.

Every change is guarded by the token of the claim: a process that was stalled past its lease changes nothing, for the
letter belongs to another by then. All times are database time.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import destinations, postings
from storage.models import Destination, Letter
from storage.postings import Shown

BACKOFF = (
    timedelta(seconds=10),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(minutes=30),
)
LATER = timedelta(hours=1)
GIVE_UP = timedelta(hours=24)
IN_ORDER = len(BACKOFF)  # attempts for which a letter holds those behind it
GROUP_PACE = timedelta(seconds=3)  # Telegram: 20 a minute in a group, whose id is negative
PACE = {"telegram": timedelta(seconds=1), "slack": timedelta(seconds=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one claimed letter.

    result: sent, released (it was not sent, and nothing is wrong with it), safe (it surely did not arrive), uncertain
    (it may have), throttled (`wait` as long as the platform asked), permanent (the chat takes nothing any more), moved
    (the chat is `moved_to` now), refused (the platform cannot read this letter).
    """

    letter_id: int
    token: str
    destination_id: int
    result: str
    error: str = ""
    wait: timedelta = timedelta()
    moved_to: str = ""
    shown: Shown | None = None
    refs: tuple[str, ...] = field(default=())


def record(session: Session, outcomes: Sequence[Outcome], now: datetime) -> list[Destination]:
    """Write down what became of letters; return the chats that were closed by it."""
    chats = _chats(session, outcomes)
    held = _ours(session, outcomes)
    closed = []
    free: dict[int, datetime] = {}
    for outcome in outcomes:
        letter = held.get(outcome.letter_id)
        if letter is None or letter.lease_token != outcome.token:
            continue
        chat = chats[outcome.destination_id]
        free[chat.id] = now + (outcome.wait or pace(chat.platform, chat.chat))
        if _apply(session, letter, chat, outcome, now):
            closed.append(chat)
    session.flush()
    # Of a lost claim too: its message can be seen all the same, and people may reply to it.
    postings.remember_many(session, [_posting(one.shown, one, held, now) for one in outcomes if one.shown is not None])
    destinations.settle(session, free, now)
    return closed


def _chats(session: Session, outcomes: Iterable[Outcome]) -> Mapping[int, Destination]:
    ids = {one.destination_id for one in outcomes}
    destinations.lock(session, ids)
    query = sa.select(Destination).where(Destination.id.in_(ids)).execution_options(populate_existing=True)
    return {chat.id: chat for chat in session.scalars(query)}


def _ours(session: Session, outcomes: Iterable[Outcome]) -> Mapping[int, Letter]:
    query = (
        sa.select(Letter)
        .where(Letter.id.in_([one.letter_id for one in outcomes]), Letter.state.in_(["leased", "sending"]))
        .order_by(Letter.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {letter.id: letter for letter in session.scalars(query)}


def pace(platform: str, chat: str) -> timedelta:
    """Return how long to wait after one message to a chat before the next."""
    return GROUP_PACE if platform == "telegram" and chat.startswith("-") else PACE.get(platform, timedelta())


def _apply(session: Session, letter: Letter, chat: Destination, outcome: Outcome, now: datetime) -> bool:
    """Change one letter; tell whether its chat was closed."""
    letter.lease_token = letter.leased_until = None
    if outcome.result != "released":
        letter.last_class, letter.last_error = outcome.result, outcome.error or None
    if outcome.result in {"sent", "safe", "uncertain", "permanent", "refused"}:
        letter.attempts += 1
    match outcome.result:
        case "sent":
            letter.state, letter.is_open, letter.sent_at = "sent", False, now
        case "safe" | "uncertain":
            letter.uncertain = letter.uncertain or outcome.result == "uncertain"
            _try_again(session, letter, now)
        case "moved":
            _move(session, letter, chat, outcome.moved_to, now)
        case "permanent":
            return _close(session, letter, chat, outcome.error, now)
        case "refused":
            _give_up(letter, outcome.error)
        case _:  # throttled, released: as if it had not been tried
            letter.state, letter.not_before = _waiting(letter), now + outcome.wait
    return False


def _posting(shown: Shown, outcome: Outcome, held: Mapping[int, Letter], now: datetime) -> dict[str, Any]:
    letter = held.get(outcome.letter_id)
    origin = {"letter_id": outcome.letter_id, "inbox_id": None, "reminder_id": letter.reminder_id if letter else None}
    return postings.row(shown, outcome.refs, now) | origin


def _waiting(letter: Letter) -> str:
    return "deferred" if letter.attempts >= IN_ORDER else "planned"


def _give_up(letter: Letter, error: str) -> None:
    letter.state, letter.is_open, letter.last_error = "failed", False, error


def _try_again(session: Session, letter: Letter, now: datetime) -> None:
    """Wait longer each time; after five times try the member's other chat, and after a day give up."""
    if letter.tried_at is not None and now - letter.tried_at >= GIVE_UP:
        _give_up(letter, letter.last_error or "")
        return
    letter.state, letter.not_before = _waiting(letter), now + backoff(letter.attempts)
    if letter.attempts % IN_ORDER == 0 and letter.kind != "edit":
        other = _other_chat(session, letter, now, awake=True)
        if other is not None:
            _readdress(session, [letter], other, now)


def backoff(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: a ladder, then an hour at most, spread over all of it."""
    if attempts <= len(BACKOFF):
        return BACKOFF[max(attempts, 1) - 1]
    return random.uniform(0, 1) * LATER


def _other_chat(session: Session, letter: Letter, now: datetime, *, awake: bool) -> Destination | None:
    if letter.member_id is None:
        return None
    skip = {letter.destination_id or 0}
    return destinations.address_for(session, letter.member_id, now, skip=skip, awake=awake)


def _readdress(session: Session, letters: Iterable[Letter], to: Destination, now: datetime) -> None:
    for letter in letters:
        letter.destination_id, letter.not_before = (
            to.id,
            max(now, letter.not_before) if letter.tried_at is None else now,
        )
        letter.state = _waiting(letter)
    session.flush()
    destinations.wake(session, {to.id: now})


def _close(session: Session, letter: Letter, chat: Destination, reason: str, now: datetime) -> bool:
    """The chat takes nothing any more: all that waits for it goes to the member's other chat, or fails visibly."""
    if letter.kind == "edit":  # only this message cannot be rewritten
        letter.state, letter.is_open = "cancelled", False
        return False
    chat.closed_at, chat.closed_reason = now, reason
    waiting = sa.select(Letter).where(Letter.destination_id == chat.id, Letter.is_open).with_for_update()
    letters = list(session.scalars(waiting.order_by(Letter.id)))
    other = _other_chat(session, letter, now, awake=False)
    if other is not None:
        _readdress(session, [one for one in letters if one.member_id == letter.member_id], other, now)
    for one in letters:
        if one.destination_id == chat.id:
            one.last_class = "permanent"
            _give_up(one, reason)
    return True


def _move(session: Session, letter: Letter, chat: Destination, to: str, now: datetime) -> None:
    """The chat has another id now: its row takes it, or its letters go to the row that has it already."""
    letter.state, letter.not_before = _waiting(letter), now
    there = destinations.find(session, chat.platform, chat.account, to, chat.thread)
    if there is None:
        chat.chat = to
        return
    session.execute(
        sa.update(Letter).where(Letter.destination_id == chat.id, Letter.is_open).values(destination_id=there.id)
    )
    letter.destination_id = there.id
    session.flush()
    destinations.wake(session, {there.id: now})
