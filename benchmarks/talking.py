"""Lines as people type them, through the dispatcher: store, apply, answer."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from benchmarks import seed
from benchmarks.recording import Recorder, Transaction, replay
from benchmarks.timing import Times
from handlers.context import House
from handlers.dispatch import Dispatcher
from handlers.message import Address, Message, Reply, Sender, Sent
from storage import members
from storage.database import Database, Session

PLATFORM, ACCOUNT = "bench", "bench"
HOUSE = House(zone="America/Sao_Paulo")
LOGGED = "called {person}: wants to see the offer !fri 10h send it"
EXAMPLE = "met {person}, {firm}: wants 40 seats #hot $12k >proposal !fri 10h send quote"
WARM_UP = 20


@dataclass
class Spoken:
    """How long lines took: until their answer was shown, the same statements in a bare Session, and how many."""

    shown: Times = field(default_factory=Times)
    floor: Times = field(default_factory=Times)
    statements: list[int] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    recorded: list[list[Transaction]] = field(default_factory=list)


class Speaker:
    """One member who types on a platform of no kind."""

    def __init__(self, database: Database, user: str) -> None:
        self._dispatcher = Dispatcher(database, HOUSE)
        self._address = Address(platform=PLATFORM, account=ACCOUNT, chat=user)
        self._sender = Sender(user=user, name="Rep")
        self._count = 0

    async def says(self, text: str) -> tuple[Reply | None, float]:
        """Type a line; return the answer, and how many milliseconds after it was typed."""
        self._count += 1
        shown: list[tuple[Reply, float]] = []

        async def deliver(reply: Reply) -> Sent:
            shown.append((reply, time.perf_counter()))
            return Sent(address=self._address, message_id=f"{self._count}-answer")

        began = time.perf_counter()
        for inbox_id in await self._dispatcher.receive([self._message(text)]):
            if inbox_id is not None:
                await self._dispatcher.answer(inbox_id, deliver)
        return (shown[0][0], (shown[0][1] - began) * 1000) if shown else (None, 0.0)

    def _message(self, text: str) -> Message:
        key = f"{self._address.chat}-{self._count}-{time.time_ns()}"
        return Message(
            id=key, message_id=key, sender=self._sender, address=self._address, at=datetime.now(UTC), text=text
        )


def hire(session: Session, user: str) -> None:
    """Make a member who types as this user."""
    now = datetime.now(UTC)
    member = members.create(session, name=f"Rep {user}", role="rep", language="en", zone="UTC", now=seed.NOW)
    members.link(session, member, PLATFORM, ACCOUNT, user, user, now)


def stranger_names(count: int, start: int = 0) -> list[str]:
    """Return names that nobody has, nor one like them: else the line would be asked about."""
    chance = random.Random(start)
    found: dict[str, None] = {}
    while len(found) < count:
        found[" ".join(_invented(chance) for _ in range(2))] = None
    return list(found)


def _invented(chance: random.Random) -> str:
    syllables = (chance.choice("bcdfgjklmnprtvxz") + chance.choice("aeiou") for _ in range(5))
    return "".join(syllables).capitalize()


async def measure(database: Database, copy: Database | None, line: str, count: int, start: int) -> Spoken:
    """Type a line `count` times about somebody new each; then ask the copy of the store the very same."""
    for each in filter(None, (database, copy)):
        await each.write(lambda session: hire(session, f"u{start}"))
    spoken = await _speak(database, line, count, start)
    for number, transactions in enumerate(spoken.recorded if copy else ()):
        assert copy is not None
        replay(copy, transactions, Times() if number < WARM_UP else spoken.floor)
    return spoken


async def _speak(database: Database, line: str, count: int, start: int) -> Spoken:
    spoken, recorder, speaker = Spoken(), Recorder(database), Speaker(database, f"u{start}")
    people = stranger_names(2 * (count + WARM_UP), start)
    with recorder.listening():
        for number in range(count + WARM_UP):
            reply, milliseconds = await speaker.says(
                line.format(person=people[2 * number], firm=people[2 * number + 1].split()[0])
            )
            # The last transaction notes that the answer was shown: it comes after what we time.
            spoken.recorded.append(recorder.done[:-1])
            _note(spoken, reply, milliseconds, recorder.done, is_measured=number >= WARM_UP)
            recorder.done = []
    return spoken


def _note(
    spoken: Spoken, reply: Reply | None, milliseconds: float, done: list[Transaction], *, is_measured: bool
) -> None:
    if reply is None or reply.is_error:
        spoken.errors.append(reply.text if reply else "no answer")
    elif is_measured:
        spoken.shown.all.append(milliseconds)
        spoken.statements.append(sum(len(transaction.statements) for transaction in done))
