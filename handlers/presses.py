"""What a press, a reply and an edit refer to: the card that was shown, found again in the store."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers import interpret
from handlers.context import Context
from handlers.errors import BadArgument, NotAllowed
from handlers.message import Button, Reply, Sent
from storage import changes, drafts, inbox, letters, postings
from storage.models import Draft, Operation

DATA = re.compile(r"([al])(\d{1,18})\.(\d{1,3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A message of ours with buttons: what it said, to whom."""

    reply: Reply
    member_id: int | None


def press(context: Context) -> Reply | None:
    """Do what a button says, as the person who pressed; it must be the one it was shown to."""
    card, button = _pressed(context)
    if card.member_id != context.member.id:
        raise NotAllowed(context.gettext("This card is for somebody else."), keeps_draft=False)
    context.about = card.reply.refs
    draft = drafts.get(context.session, card.reply.ask) if card.reply.ask is not None else None
    if draft is not None and draft.is_open:
        return interpret.apply_draft(context, draft, button.command)
    return interpret.read(context, button.command)


def _pressed(context: Context) -> tuple[Card, Button]:
    match = DATA.fullmatch(context.message.pressed or "")
    card = _card(context, match[1], int(match[2])) if match is not None else None
    if match is None or card is None or int(match[3]) >= len(card.reply.buttons):
        raise BadArgument(context.gettext("This card is old. Type what you want instead."), keeps_draft=False)
    return card, card.reply.buttons[int(match[3])]


def _card(context: Context, kind: str, key: int) -> Card | None:
    if kind == "a":
        row = inbox.get(context.session, key)
        return (
            None
            if row is None or row.reply is None
            else Card(reply=Reply.from_json(row.reply), member_id=row.member_id)
        )
    letter = letters.get(context.session, key)
    return None if letter is None else Card(reply=Reply.from_json(letter.body), member_id=letter.member_id)


def about(context: Context) -> tuple[str, ...]:
    """Return the refs of the card that a message replies to."""
    replied = context.message.in_reply_to
    return _refs(context, replied) if replied is not None else ()


def _refs(context: Context, sent: Sent) -> tuple[str, ...]:
    address = sent.address
    found = postings.find(context.session, address.platform, address.account, address.chat, sent.message_id)
    return tuple(found.refs) if found is not None else ()


def edit(context: Context) -> Reply | None:
    """Correct what an edited message wrote: its line is undone, and the new text is read in its place."""
    message = context.message
    address = message.address
    before = inbox.of_message(
        context.session,
        address.platform,
        address.account,
        address.chat,
        message.message_id or "",
        before=context.inbox_id or 0,
    )
    if before is None or before.body.get("text") == message.text:
        return None
    if before.operation_id is not None:
        _take_back(context, before.operation_id)
    _close_draft(context, before.id)
    return interpret.answer(context, message.text)


def _take_back(context: Context, operation_id: int) -> None:
    operation = context.session.get(Operation, operation_id)
    if operation is None or operation.undone_by_id is not None:
        return
    if changes.newer(context.session, changes.of_operation(context.session, operation_id)):
        raise BadArgument(
            context.gettext(
                "Not corrected: something newer stands on what you edited. Undo that first, or type a new line."
            )
        )
    changes.revert(context.session, operation, context.author, context.message.text, kind="undo")


def _close_draft(context: Context, inbox_id: int) -> None:
    draft: Draft | None = drafts.of_inbox(context.session, inbox_id)
    if draft is not None and draft.is_open:
        drafts.close(draft, context.now)
