"""The post: letters become messages. Claim, send, record; sending happens outside any transaction.

Each channel has its own loop, so that a slow platform holds up no other. Results are written together: while one
transaction is committed, the next ones gather.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers import cards
from handlers.errors import DeliveryError
from handlers.message import Address, Channel, Reply, Sent
from handlers.wording import Wording
from scheduler.pace import Gate, Rate
from storage import destinations, letters, outcomes
from storage.database import Database, Session, wants_another_try
from storage.errors import StoreError
from storage.letters import Claimed, Served
from storage.models import Destination, Member, Reminder
from storage.outcomes import Outcome
from storage.postings import Shown

log = logging.getLogger(__name__)

POLL_S = 1.0
LEAST_WAIT_S = 0.02
TO_FINISH_S = 8.0  # of the ten that a stop may take
TO_RECORD = 0.1  # of the lease is kept for writing down the result
AFTER_ERROR_S = 1.0
PER_SECOND = {"telegram": 30.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """A claimed letter on its way; half of its lease is over at `deadline` (monotonic)."""

    letter: Claimed
    reply: Reply
    channel: Channel
    deadline: float


class Post:
    """Sends what waits, for the channels it was given. Make it once; `run` until cancelled."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[Served, Channel],
        *,
        now: Callable[[], datetime] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
        lease: timedelta = letters.LEASE,
        per_second: Mapping[str, float] = PER_SECOND,
    ) -> None:
        self._database = database
        self._channels = channels
        self._now = now or database.now
        self._monotonic = monotonic
        self._lease = lease
        self._rates = {platform: Rate(rate) for platform, rate in per_second.items()}
        self._gate = Gate()
        self._wakes = {served: asyncio.Event() for served in channels}
        self._in_flight: dict[Served, set[asyncio.Task[None]]] = {served: set() for served in channels}
        self._unwritten: list[tuple[Outcome, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._is_stopping = False
        self.results: Counter[tuple[str, str]] = Counter()  # (platform, result)

    def poke(self) -> None:
        """Letters were written: look at once."""
        for wake in self._wakes.values():
            wake.set()

    async def run(self) -> None:
        """Send until cancelled, then finish what is in flight; what takes longer is left to its lease."""
        self._is_stopping = False
        loops = {asyncio.create_task(self._serve(served)) for served in self._channels}
        try:
            # Not gathered: a claim that is cancelled half-way would leave letters that nobody sends.
            await asyncio.wait(loops)
        finally:
            self._is_stopping = True
            self.poke()
            with suppress(TimeoutError):
                async with asyncio.timeout(TO_FINISH_S):
                    await self._finish(loops)
            for task in {*loops, *self._flying(), *({self._writing} if self._writing else ())}:
                task.cancel()

    async def _finish(self, loops: set[asyncio.Task[None]]) -> None:
        await asyncio.wait(loops)
        while flying := self._flying():
            await asyncio.wait(flying)

    def _flying(self) -> set[asyncio.Task[None]]:
        return set().union(*self._in_flight.values())

    async def send_pending(self) -> int:
        """Send all that may go now, and return how many letters were tried."""
        total = 0
        while True:
            tasks = [task for served in self._channels for task in await self._launch(served, letters.AT_ONCE)]
            if not tasks:
                return total
            await asyncio.gather(*tasks)
            total += len(tasks)

    # One channel --------------------------------------------------------------------------------------------------

    async def _serve(self, served: Served) -> None:
        while not self._is_stopping:
            try:
                wait = await self._step(served)
            except Exception:  # the database may be away: the post goes on when it is back
                log.exception("the post of %s stumbled", served.platform)
                wait = AFTER_ERROR_S
            if wait and not self._is_stopping:
                await self._sleep(served, wait)

    async def _step(self, served: Served) -> float:
        """Launch what may go; return how many seconds to wait before looking again."""
        room = letters.AT_ONCE - len(self._in_flight[served])
        at = await self._database.read(lambda session: letters.next_send_at(session, served))
        if at is None or room <= 0:
            return POLL_S
        early = (at - self._now()).total_seconds()
        if early > 0:
            return min(POLL_S, max(early, LEAST_WAIT_S))
        # Nothing claimed although something is due: another process has it this moment.
        return 0.0 if await self._launch(served, room) else LEAST_WAIT_S

    async def _sleep(self, served: Served, seconds: float) -> None:
        wake = self._wakes[served]
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await wake.wait()
        wake.clear()

    async def _launch(self, served: Served, room: int) -> list[asyncio.Task[None]]:
        started = self._monotonic()
        deadline = started + self._lease.total_seconds() / 2
        return [
            self._start(served, _Job(letter=letter, reply=reply, channel=self._channels[served], deadline=deadline))
            for letter, reply in await self._claim(served, room)
        ]

    def _start(self, served: Served, job: _Job) -> asyncio.Task[None]:
        task = asyncio.create_task(self._deliver(job))
        flying = self._in_flight[served]
        flying.add(task)

        def land(done: asyncio.Task[None]) -> None:
            if len(flying) >= letters.AT_ONCE:
                self._wakes[served].set()
            flying.discard(done)

        task.add_done_callback(land)
        return task

    async def _claim(self, served: Served, room: int) -> list[tuple[Claimed, Reply]]:
        def unit(session: Session, *, careful: bool) -> list[tuple[Claimed, Reply]]:
            now = self._now()
            return _worded(
                session, letters.claim(session, served, now, lease=self._lease, limit=room), now, careful=careful
            )

        try:
            return await self._database.write(lambda session: unit(session, careful=False))
        except StoreError:
            raise
        except Exception:  # one letter that cannot be worded must not hold up the others
            log.warning("a claim failed; wording each letter alone", exc_info=True)
        return await self._database.write(lambda session: unit(session, careful=True))

    # One letter ---------------------------------------------------------------------------------------------------

    async def _deliver(self, job: _Job) -> None:
        try:
            async with self._turn(job) as may_send:
                outcome = await self._attempt(job) if may_send else None
        except Exception:  # the database went away between claim and start: the lease brings the letter back
            log.exception("L-%d could not be started", job.letter.id)
            return
        if outcome is not None:
            self.results[job.letter.platform, outcome.result] += 1
            _note(job, outcome)
            await self._record(outcome)

    @asynccontextmanager
    async def _turn(self, job: _Job) -> AsyncIterator[bool]:
        """Let letters go side by side, but alone one during which a process died: it must not take others along."""
        if not job.letter.is_suspect:
            async with self._gate.together():
                yield True
            return
        async with self._gate.alone():
            letter = job.letter
            yield await self._database.write(
                lambda session: letters.start_sending(session, letter.id, letter.token, self._now())
            )

    async def _attempt(self, job: _Job) -> Outcome:
        try:
            return await self._try(job)
        except DeliveryError as error:
            return _failure(job, error)
        except TimeoutError:
            return _outcome(job, "uncertain", error="no answer in time")
        except Exception as error:  # a fault of the channel: the letter may have left, and must not be lost
            log.exception("L-%d: the channel %s failed", job.letter.id, job.letter.platform)
            return _outcome(job, "uncertain", error=f"{type(error).__name__}: {error}")

    async def _try(self, job: _Job) -> Outcome:
        letter = job.letter
        if letter.kind == "edit" and letter.edits is not None:
            sent = Sent.from_json(letter.edits)
            async with self._patience(job):
                await job.channel.edit(sent, job.reply)
            return _sent(job, sent)
        if letter.uncertain and (found := await self._look_up(job)) is not None:
            return _sent(job, found)
        if (rate := self._rates.get(letter.platform)) is not None:
            await rate.wait()
        if self._monotonic() > job.deadline:
            # The lease may end while the platform takes its time, and then another process sends it too.
            return _outcome(job, "released", error="too late within the lease")
        async with self._patience(job):
            return _sent(job, await self._send(job))

    async def _look_up(self, job: _Job) -> Sent | None:
        """Look for a message that may have been sent before; what fails here was no send."""
        letter = job.letter
        try:
            async with self._patience(job):
                return await job.channel.find(_address(letter), letter.id, letter.planned_at)
        except DeliveryError as error:
            error.uncertain = False
            raise
        except TimeoutError as error:
            raise DeliveryError("the look-up had no answer in time") from error

    async def _send(self, job: _Job) -> Sent | None:
        letter = job.letter
        address = _address(letter)
        try:
            return await job.channel.send(address, job.reply, letter=letter.id, repeat=letter.uncertain)
        except DeliveryError as error:
            if not error.malformed:
                raise
            log.warning("L-%d: %s cannot read it (%s); sending the bare text", letter.id, letter.platform, error)
        return await job.channel.send(address, _bare(job.reply), letter=letter.id, repeat=letter.uncertain)

    def _patience(self, job: _Job) -> asyncio.Timeout:
        """Wait for the platform no longer than the lease lasts."""
        left = job.deadline + self._lease.total_seconds() * (0.5 - TO_RECORD) - self._monotonic()
        return asyncio.timeout(max(left, LEAST_WAIT_S))

    # Results ------------------------------------------------------------------------------------------------------

    async def _record(self, outcome: Outcome) -> None:
        """Write a result down together with those that came meanwhile."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._unwritten.append((outcome, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_results())
        await written

    async def _write_results(self) -> None:
        while self._unwritten:
            batch, self._unwritten = self._unwritten, []
            results = [outcome for outcome, _ in batch]
            await self._write(results)
            for _, written in batch:
                if not written.done():
                    written.set_result(None)

    async def _write(self, results: Sequence[Outcome]) -> None:
        """Write until it is written: a result that is lost here is a message sent twice."""
        while True:
            try:
                if await self._database.write(lambda session: _write_down(session, results, self._now())):
                    self.poke()
                return
            except Exception:  # the database is away; the letters are ours as long as the lease lasts, and often longer
                log.exception("%d results of sending could not be written; trying again", len(results))
            await asyncio.sleep(AFTER_ERROR_S)


def _write_down(session: Session, results: Sequence[Outcome], now: datetime) -> bool:
    """Record results and tell whose chat was closed; True if letters now wait elsewhere."""
    closed = outcomes.record(session, results, now)
    for chat in closed:
        _tell_closed(session, chat, now)
    return bool(closed)


def _tell_closed(session: Session, chat: Destination, now: datetime) -> None:
    """Tell the member on another platform that they cannot be reached where they used to be."""
    if chat.member_id is None or (other := destinations.address_for(session, chat.member_id, now)) is None:
        return
    member = letters.members(session, [chat.member_id])[chat.member_id]
    text = Wording.of(member, now).gettext(
        "I cannot reach you on {platform} any more ({reason}). Write to me there to open it again."
    )
    letters.write(
        session,
        kind="notice",
        dedupe_key=f"closed:{chat.id}:{now.isoformat()}",
        destination=other,
        body=Reply(text=text.format(platform=chat.platform.capitalize(), reason=chat.closed_reason)).to_json(),
        due_at=now,
        now=now,
        member_id=member.id,
    )


def _worded(
    session: Session, claimed: Sequence[Claimed], now: datetime, *, careful: bool
) -> list[tuple[Claimed, Reply]]:
    """Return what each letter says. Follow-ups are worded now, unless an earlier wording may have been seen."""
    new = [letter for letter in claimed if letter.kind == "reminder" and not (letter.uncertain and letter.body)]
    held = letters.look_ahead(session, new)
    word = _push_carefully if careful else _push
    bodies = {letter.id: word(session, letter, now).to_json() for letter in new}
    letters.fill(session, bodies)
    del held  # until here
    return [(letter, Reply.from_json(bodies.get(letter.id, letter.body)).keyed(f"l{letter.id}")) for letter in claimed]


def _push_carefully(session: Session, letter: Claimed, now: datetime) -> Reply:
    try:
        with session.begin_nested():
            return _push(session, letter, now)
    except Exception as error:  # told without its background rather than not at all
        if wants_another_try(session, error):
            raise
        log.exception("L-%d: F-%s cannot be worded", letter.id, letter.reminder_id)
        reminder = session.get_one(Reminder, letter.reminder_id)
        return Reply(text=f"⏰ {cards.cut(reminder.title, cards.QUOTE)}\n{reminder.ref}", refs=(reminder.ref,))


def _push(session: Session, letter: Claimed, now: datetime) -> Reply:
    reminder = session.get_one(Reminder, letter.reminder_id)
    wording = Wording.of(session.get_one(Member, letter.member_id), now)
    late_by = now - letter.due_at
    return cards.push(session, wording, reminder, now, late_by=late_by if late_by > letters.LATE else None)


def _address(letter: Claimed) -> Address:
    return Address(platform=letter.platform, account=letter.account, chat=letter.chat, thread=letter.thread)


def _bare(reply: Reply) -> Reply:
    """Return only the text of a reply, for a platform that could not read the rest."""
    return Reply(text=reply.text, refs=reply.refs)


def _outcome(job: _Job, result: str, *, error: str = "") -> Outcome:
    letter = job.letter
    return Outcome(
        letter_id=letter.id, token=letter.token, destination_id=letter.destination_id, result=result, error=error
    )


def _sent(job: _Job, sent: Sent | None) -> Outcome:
    shown = None if sent is None else _shown(sent)
    return replace(_outcome(job, "sent"), shown=shown, refs=job.reply.refs)


def _shown(sent: Sent) -> Shown:
    address = sent.address
    return Shown(
        platform=address.platform,
        account=address.account,
        chat=address.chat,
        thread=address.thread,
        message_id=sent.message_id,
    )


def _failure(job: _Job, error: DeliveryError) -> Outcome:
    """Say in the store's words what a platform answered."""
    if error.retry_after is not None:
        return replace(_outcome(job, "throttled", error=str(error)), wait=error.retry_after)
    if error.moved_to is not None:
        return replace(_outcome(job, "moved", error=str(error)), moved_to=error.moved_to)
    if error.malformed:
        return _outcome(job, "refused", error=str(error))
    if error.permanent:
        return _outcome(job, "permanent", error=str(error))
    return _outcome(job, "uncertain" if error.uncertain else "safe", error=str(error))


def _note(job: _Job, outcome: Outcome) -> None:
    level = logging.INFO if outcome.result in {"sent", "throttled", "released"} else logging.WARNING
    log.log(level, "L-%d %s on %s: %s", job.letter.id, outcome.result, job.letter.platform, outcome.error or "ok")
