"""Messages to somebody who did not just ask: written to the store, in the transaction of what they tell of."""

from __future__ import annotations

from datetime import datetime

from handlers import cards
from handlers.context import Context
from handlers.message import Address, Reply, Sent
from handlers.wording import Wording
from storage import destinations, letters, members, postings
from storage.database import Session
from storage.models import Inbox, Posting, Reminder


def shown(sent: Sent) -> postings.Shown:
    """Return where a message of ours stands, in the store's words."""
    address = sent.address
    return postings.Shown(
        platform=address.platform,
        account=address.account,
        chat=address.chat,
        thread=address.thread,
        message_id=sent.message_id,
    )


def sent(posting: Posting) -> Sent:
    """Return where a message of ours stands, in the platforms' words."""
    address = Address(platform=posting.platform, account=posting.account, chat=posting.chat, thread=posting.thread)
    return Sent(address=address, message_id=posting.message_id)


def answer_letter(session: Session, row: Inbox, now: datetime, *, uncertain: bool) -> None:
    """Send an answer as a letter, to the asker alone. uncertain: they may have seen it, so the copy must say so."""
    user = row.sender
    destination = destinations.destination_for(session, row.platform, row.account, user, member_id=row.member_id)
    letters.write(
        session,
        kind="answer",
        dedupe_key=f"answer:{row.id}",
        destination=destination,
        body=row.reply or {},
        due_at=row.event_at,
        now=now,
        member_id=row.member_id,
        uncertain=uncertain,
    )


def edit_elsewhere(context: Context, reminder: Reminder, reply: Reply) -> None:
    """A follow-up handled here is handled everywhere: its message on other platforms is rewritten too."""
    for posting in postings.of_reminder(context.session, reminder.id):
        if not _is_here(context, posting):
            _write_edit(context, posting, reminder, reply)


def _is_here(context: Context, posting: Posting) -> bool:
    """The card that was pressed is rewritten by its own answer."""
    message = context.message
    is_chat = (posting.platform, posting.chat) == (message.address.platform, message.address.chat)
    return message.pressed is not None and is_chat and posting.message_id == message.message_id


def _write_edit(context: Context, posting: Posting, reminder: Reminder, reply: Reply) -> None:
    destination = destinations.destination_for(
        context.session, posting.platform, posting.account, posting.chat, thread=posting.thread
    )
    letters.write(
        context.session,
        kind="edit",
        dedupe_key=f"edit:{posting.id}:{reminder.version}:{reminder.state}:{context.inbox_id}",
        destination=destination,
        body=reply.to_json(),
        edits=sent(posting).to_json(),
        due_at=context.now,
        now=context.now,
        member_id=reminder.assignee_id,
    )


def tell_assignee(context: Context, reminder: Reminder) -> None:
    """Tell somebody that a follow-up was given to them; nobody is told what they did themselves."""
    if reminder.assignee_id == context.member.id:
        return
    member = members.get(context.session, reminder.assignee_id)
    wording = Wording.of(member, context.now)
    text = wording.gettext("{name} gave you a follow-up:").format(name=context.member.name)
    line = cards.follow_up_line(context.session, wording, reminder)
    letters.write(
        context.session,
        kind="notice",
        dedupe_key=f"given:{reminder.id}:{reminder.version}",
        destination=destinations.address_for(context.session, member.id, context.now),
        body=Reply(text=f"{text}\n{line}", refs=(reminder.ref,)).to_json(),
        due_at=context.now,
        now=context.now,
        member_id=member.id,
        reminder_id=reminder.id,
    )
