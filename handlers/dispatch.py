"""One message in, at most one answer out: inbox, identity, transaction, errors.

A message is stored and committed first (`receive`); only then may its platform acknowledge. `answer` applies it: the
effect, the mark `done` and the answer itself stand in one transaction, so that a crash either leaves the message to be
applied again, or its answer to be sent again.
"""

from __future__ import annotations

import logging
import secrets
import unicodedata
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from handlers import interpret, joining, outgoing, presses
from handlers.context import Context, House
from handlers.errors import DeliveryError, UserError
from handlers.message import Deliver, Message, Reply, Sent
from handlers.wording import Wording
from storage import changes, destinations, drafts, inbox, members, postings
from storage.database import Database, Session, wants_another_try
from storage.models import Draft, Inbox, Member

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


class Dispatcher:
    """Takes messages of every platform to one store. `now` is the process clock, injected in tests.

    grace: how long a row may be in somebody's hands before it is taken for left behind. alone_since: from when on
    nobody else takes messages for this store; whatever came before was left by a process that is dead.
    """

    def __init__(
        self,
        database: Database,
        house: House,
        *,
        now: Callable[[], datetime] = utc_now,
        grace: timedelta = inbox.GRACE,
        alone_since: datetime | None = None,
    ) -> None:
        self._database = database
        self._house = house
        self._now = now
        self._grace = grace
        self._alone_since = alone_since

    async def receive(self, messages: Sequence[Message]) -> list[int | None]:
        """Store messages; return the inbox id of each, None for each that was stored before. Committed on return."""
        rows = [_row(message, self._now()) for message in messages]
        return await self._database.write(lambda session: inbox.store(session, rows))

    async def answer(self, inbox_id: int, deliver: Deliver) -> None:
        """Apply a stored message and hand its answer to `deliver`; one that cannot be shown becomes a letter."""
        reply = await self._database.write(partial(self._apply, inbox_id=inbox_id))
        if reply is None:
            return
        try:
            sent = await deliver(reply)
        except DeliveryError as error:
            log.warning("inbox %d: the answer could not be shown (%s); it becomes a letter", inbox_id, error)
            await self._database.write(partial(self._to_letter, inbox_id=inbox_id, uncertain=error.uncertain))
        else:
            await self._database.write(lambda session: self._shown(session, inbox_id, reply, sent))

    async def recover(self, platforms: Collection[str]) -> int:
        """Apply what a dead process left pending, and send again what nobody saw; return how many."""
        before = self._left_before()
        names = sorted(platforms)
        waiting = await self._database.read(lambda session: inbox.pending(session, names, before))
        for inbox_id in waiting:
            await self._try_again(inbox_id)
        letters = await self._database.write(lambda session: self._unanswered(session, names, before))
        return len(waiting) + letters

    def _left_before(self) -> datetime:
        before = self._now() - self._grace
        return before if self._alone_since is None else max(before, self._alone_since)

    async def _try_again(self, inbox_id: int) -> None:
        """Rows are tried alone: one that kills its process is held after three, and takes no other with it."""
        now = self._now()
        if await self._database.write(lambda session: self._may_try(session, inbox_id, now)):
            await self._database.write(partial(self._apply, inbox_id=inbox_id))
            await self._database.write(partial(self._to_letter, inbox_id=inbox_id, uncertain=False))

    def _may_try(self, session: Session, inbox_id: int, now: datetime) -> bool:
        """Count the attempt; what has killed too often is held, and its text is a draft of whoever typed it."""
        if inbox.try_again(session, inbox_id, now):
            return True
        row = inbox.get(session, inbox_id)
        if row is not None and row.state == "held":
            self._keep_held(session, row, now)
        return False

    def _keep_held(self, session: Session, row: Inbox, now: datetime) -> None:
        message = Message.from_json(row.body)
        found = members.identify(session, row.platform, row.account, row.sender)
        if found is None or not message.text:
            return
        _ = Wording.of(found[0], now).gettext
        drafts.keep(
            session,
            member_id=found[0].id,
            platform=row.platform,
            chat=row.chat,
            text=message.text,
            error=_("It could not be saved: the program ended each time it tried. Send it again, or tell your admin."),
            offers=[],
            now=now,
            inbox_id=row.id,
        )

    def _unanswered(self, session: Session, platforms: Sequence[str], before: datetime) -> int:
        rows = inbox.unanswered(session, platforms, before)
        for row in rows:
            self._to_letter(session, inbox_id=row.id, uncertain=True)  # its process died, perhaps after it was shown
        return len(rows)

    def _to_letter(self, session: Session, inbox_id: int, *, uncertain: bool) -> None:
        row = inbox.get(session, inbox_id)
        if row is not None and row.is_unanswered and row.reply is not None:
            now = self._now()
            outgoing.answer_letter(session, row, now, uncertain=uncertain)
            inbox.answered(session, row.id, now)

    def _shown(self, session: Session, inbox_id: int, reply: Reply, sent: Sent | None) -> None:
        now = self._now()
        inbox.answered(session, inbox_id, now)
        if sent is not None:
            postings.remember(session, outgoing.shown(sent), refs=reply.refs, now=now, inbox_id=inbox_id)

    # In the transaction -------------------------------------------------------------------------------------------

    def _apply(self, session: Session, inbox_id: int) -> Reply | None:
        """Apply one row and mark it done, whatever comes of it; None when there is nothing to say (or to do)."""
        row = inbox.lock(session, inbox_id)
        if row is None:
            return None
        now = self._now()
        message = Message.from_json(row.body)
        member = self._member(session, message, now)
        reply = self._answered(session, row, message, member, now)
        reply = reply.keyed(f"a{row.id}") if reply is not None else None
        inbox.done(row, reply.to_json() if reply else None, member_id=member.id if member else None, now=now)
        return reply

    def _member(self, session: Session, message: Message, now: datetime) -> Member | None:
        address = message.address
        found = members.identify(session, address.platform, address.account, message.sender.user)
        if found is None:
            return None
        member, identity, newest = found
        if members.seen(identity, newest, now):
            destinations.reopen(session, address.platform, address.account, identity.chat)
        return member

    def _answered(
        self, session: Session, row: Inbox, message: Message, member: Member | None, now: datetime
    ) -> Reply | None:
        if member is None:
            row.body = {**row.body, "text": "", "attachments": []}  # what a stranger types is not ours to keep
            return joining.greet(session, message, self._house, now)
        context = Context(message=message, member=member, session=session, now=now, house=self._house, inbox_id=row.id)
        reply = self._guarded(context, row)
        row.operation_id = context.operation.id if context.operation else None
        return reply

    def _guarded(self, context: Context, row: Inbox) -> Reply | None:
        """Run the handler in a savepoint: an error takes its writes back, and keeps what was typed."""
        try:
            with context.session.begin_nested():
                reply = self._handle(context)
                context.session.flush()
        except UserError as error:
            _forget(context)
            return self._refused(context, error)
        except Exception as error:  # the edge: a bug must neither reach a person as a traceback nor lose their text
            if wants_another_try(context.session, error):
                raise
            code = secrets.token_hex(3)
            log.exception("incident %s: inbox %s could not be applied", code, row.id)
            _forget(context)
            return self._incident(context, row, code)
        return reply

    def _handle(self, context: Context) -> Reply | None:
        message = context.message
        if message.pressed is not None:
            return presses.press(context)
        context.about = presses.about(context)
        if message.is_edit:
            return presses.edit(context)
        return interpret.answer(context, message.text)

    def _refused(self, context: Context, error: UserError) -> Reply:
        answered = drafts.get(context.session, context.answered) if context.answered is not None else None
        # What is asked further about an answered draft must be kept in its place, however it was answered.
        is_kept = error.keeps_draft and (context.message.pressed is None or answered is not None)
        draft = self._keep(context, error) if is_kept else None
        if draft is not None and answered is not None:
            drafts.close(answered, context.now)
        return Reply(text=error.text, buttons=error.buttons, ask=draft.id if draft else None, is_error=error.is_error)

    def _keep(self, context: Context, error: UserError) -> Draft:
        expects = error.expects
        return drafts.keep(
            context.session,
            member_id=context.member.id,
            platform=context.platform,
            chat=context.message.address.chat,
            text=context.text or context.message.text,
            error=error.text,
            offers=[{"label": button.label, "command": button.command} for button in error.buttons],
            now=context.now,
            inbox_id=context.inbox_id,
            expects=expects.kind if expects else None,
            start=expects.start if expects else None,
            end=expects.end if expects else None,
        )

    def _incident(self, context: Context, row: Inbox, code: str) -> Reply:
        inbox.failed(row, code)
        # Not the member's own zone: what broke may be just that.
        _ = Wording(language=context.member.language, zone="UTC", today=context.now.date()).gettext
        text = _("Not logged: something broke on our side (incident {code}). Your text is kept; see: inbox")
        text = text.format(code=code)
        return self._refused(context, UserError(text))


def _forget(context: Context) -> None:
    """The savepoint is gone, and with it what the handler wrote."""
    changes.forget(context.session)
    context.operation = None


def _row(message: Message, now: datetime) -> dict[str, Any]:
    return {
        "platform": message.address.platform,
        "account": message.address.account,
        "event_key": message.id,
        "sender": message.sender.user,
        "chat": message.address.chat,
        "message_id": message.message_id,
        "received_at": now,
        "event_at": message.at,
        "body": _storable(message.to_json()),
    }


def _storable(value: Any) -> Any:
    """Return the same JSON without what PostgreSQL cannot keep: NUL and half a surrogate pair."""
    if isinstance(value, str):
        return "".join(each for each in value if each != "\0" and unicodedata.category(each) != "Cs")
    if isinstance(value, dict):
        return {_storable(key): _storable(each) for key, each in value.items()}
    return [_storable(each) for each in value] if isinstance(value, list | tuple) else value
